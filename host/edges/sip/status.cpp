// SPDX-License-Identifier: MIT
#include "edges/sip/status.hpp"

#include <sofia-sip/sip_status.h>

namespace switchroom::sip {

status status_of(scn::v1::Cause why) {
  switch (why) {
  case scn::v1::UNALLOCATED_NUMBER:
    return {SIP_404_NOT_FOUND};
  case scn::v1::USER_BUSY:
    return {SIP_486_BUSY_HERE};
  case scn::v1::CALL_REJECTED:
  case scn::v1::FACILITY_NOT_SUBSCRIBED:
    return {SIP_403_FORBIDDEN};
  case scn::v1::NUMBER_CHANGED:
    return {SIP_410_GONE};
  case scn::v1::DESTINATION_OUT_OF_ORDER:
    return {SIP_502_BAD_GATEWAY};
  case scn::v1::NO_CIRCUIT_AVAILABLE:
  case scn::v1::NETWORK_OUT_OF_ORDER:
    return {SIP_503_SERVICE_UNAVAILABLE};
  default:
    return {SIP_480_TEMPORARILY_UNAVAILABLE};
  }
}

scn::v1::Cause cause_of(int code) {
  switch (code) {
  case 404:
  case 604:
    return scn::v1::UNALLOCATED_NUMBER;
  case 486:
  case 600:
    return scn::v1::USER_BUSY;
  case 403:
  case 603:
    return scn::v1::CALL_REJECTED;
  case 480:
    return scn::v1::NO_ANSWER;
  case 487:
    return scn::v1::NORMAL_CLEARING;
  default: // says nothing (408), or nothing that helps
    return scn::v1::DESTINATION_OUT_OF_ORDER;
  }
}

} // namespace switchroom::sip
