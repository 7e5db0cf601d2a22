// SPDX-License-Identifier: MIT
/// Why calls end: the gateway's causes, and the numbers of ITU-T Q.850 of which they are some.
#pragma once
#include "scn.pb.h"

namespace switchroom::isdn {

/// 1 … 127. `exact`, a number that came with the cause: taken if it is one.
int q850_of(scn::v1::Cause, unsigned exact = 0);
/// The nearest of those that the gateway has. What is no cause is CAUSE_UNSPECIFIED.
scn::v1::Cause cause_of(int q850);

} // namespace switchroom::isdn
