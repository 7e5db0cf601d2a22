// SPDX-License-Identifier: MIT
/// Why calls end: the causes of ITU-T Q.850 that this network uses.
#pragma once
#include "scn.pb.h"

#include <string>

namespace switchroom::calls {

using cause = scn::v1::Cause;

/// "17 user busy"; a number without a name here is shown as the number.
std::string text(cause);

} // namespace switchroom::calls
