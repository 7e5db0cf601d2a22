// SPDX-License-Identifier: MIT
/// Causes of Q.850 and status codes of SIP (RFC 3398, 7.2.4.1 and 8.2.6.1).
#pragma once
#include "scn.pb.h"

namespace switchroom::sip {

struct status {
  int code;
  const char* phrase;
};
/// Of a call that a phone has placed and that was not answered.
status status_of(scn::v1::Cause);
/// Of a call that a phone does not take. `code`: 300 and above.
scn::v1::Cause cause_of(int code);

} // namespace switchroom::sip
