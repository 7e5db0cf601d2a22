// SPDX-License-Identifier: MIT
/// How long what a peer says may be, field by field: no peer can fill the memory or the screens of
/// another.
#pragma once
#include <google/protobuf/message.h>

namespace switchroom::scn {

/// Every field, at every depth.
bool within_limits(const google::protobuf::Message&);

} // namespace switchroom::scn
