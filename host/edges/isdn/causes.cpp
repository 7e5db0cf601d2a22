// SPDX-License-Identifier: MIT
#include "edges/isdn/causes.hpp"

#include <algorithm>
#include <iterator>

namespace switchroom::isdn {
namespace {

using namespace scn::v1;

struct meaning {
  int q850;
  Cause cause;
};
/// All that do not have a number of their own among the gateway's causes. What is in none of these
/// rows is judged by its class (Q.850, 2.2.6: bits 7 to 5).
constexpr meaning nearest[] = {
    {2, UNALLOCATED_NUMBER},       // no route to specified transit network
    {3, UNALLOCATED_NUMBER},       // no route to destination
    {6, NO_CIRCUIT_AVAILABLE},     // channel unacceptable
    {18, NO_ANSWER},               // no user responding
    {20, NO_ANSWER},               // subscriber absent
    {26, NORMAL_CLEARING},         // non-selected user clearing
    {28, UNALLOCATED_NUMBER},      // invalid number format
    {29, FACILITY_NOT_SUBSCRIBED}, // facility rejected
    {31, NORMAL_CLEARING},         // normal, unspecified
    {42, NO_CIRCUIT_AVAILABLE},    // switching equipment congestion
    {44, NO_CIRCUIT_AVAILABLE},    // requested circuit not available
    {47, NO_CIRCUIT_AVAILABLE},    // resource unavailable, unspecified
};

Cause by_class(int q850) {
  switch (q850 >> 4) {
  case 0:
  case 1:
    return NORMAL_CLEARING;
  case 2: // resource unavailable
    return NETWORK_OUT_OF_ORDER;
  case 3: // service or option not available
  case 4: // … not implemented
    return FACILITY_NOT_SUBSCRIBED;
  case 5: // invalid message
    return CALL_REJECTED;
  case 6: // protocol error
    return RECOVERY_ON_TIMER_EXPIRY;
  default: // interworking
    return DESTINATION_OUT_OF_ORDER;
  }
}

} // namespace

int q850_of(Cause cause, unsigned exact) {
  if (exact >= 1 && exact <= 127)
    return static_cast<int>(exact);
  return cause == CAUSE_UNSPECIFIED ? NORMAL_CLEARING : static_cast<int>(cause);
}

Cause cause_of(int q850) {
  if (q850 < 1 || q850 > 127)
    return CAUSE_UNSPECIFIED;
  if (Cause_IsValid(q850))
    return static_cast<Cause>(q850);
  const auto* row = std::find_if(std::begin(nearest), std::end(nearest),
                                 [&](const meaning& one) { return one.q850 == q850; });
  return row == std::end(nearest) ? by_class(q850) : row->cause;
}

} // namespace switchroom::isdn
