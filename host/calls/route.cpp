// SPDX-License-Identifier: MIT
#include "calls/route.hpp"

#include "calls/call.hpp"

namespace switchroom::calls {
namespace {

/// Where the directory says that the user is; empty when logged off.
const std::string& whereabouts(const users::entry& who) {
  static const std::string nowhere;
  return who.state.presence() == scn::v1::LOGGED_IN ? who.state.gateway() : nowhere;
}

/// Follows forwarding from user to user; `next` is asked for every user who is not at a line
/// here. Ends by itself: rule S5's limit counts forwardings as hops.
template <typename Next>
route follow(std::string number, const surroundings& around, Next next) {
  for (unsigned forwarded = 0; forwarded <= most_hops; ++forwarded) {
    if (const auto line = around.line_of(number))
      return to_line{*line, number, forwarded};
    const auto* who = around.directory.find(number);
    if (who == nullptr)
      return scn::v1::UNALLOCATED_NUMBER;
    const bool logged_off_here = who->home == around.here && whereabouts(*who).empty();
    if (!logged_off_here)
      return next(*who, number, forwarded);
    number = around.forward_of(number);
    if (number.empty())
      return scn::v1::USER_BUSY; // H11, policy
  }
  return scn::v1::CALL_REJECTED;
}

} // namespace

route route_from_here(std::string_view number, const surroundings& around) {
  return follow(std::string(number), around,
                [&](const users::entry& who, const std::string& extension, unsigned forwarded) {
                  const auto& place = whereabouts(who);
                  for (const auto& gateway : {place, who.home})
                    if (!gateway.empty() && gateway != around.here && around.is_up(gateway))
                      return route(to_gateway{gateway, extension, forwarded});
                  return route(scn::v1::DESTINATION_OUT_OF_ORDER);
                });
}

route route_from_peer(std::string_view number, const gateway_name& peer,
                      const surroundings& around) {
  return follow(std::string(number), around,
                [&](const users::entry& who, const std::string& extension, unsigned forwarded) {
                  const auto& place = whereabouts(who);
                  // A forwarding of ours is a call of ours: it may go to any gateway.
                  if (who.home != around.here && forwarded == 0)
                    return route(scn::v1::NUMBER_CHANGED);
                  const bool back = place == peer && forwarded == 0;
                  for (const auto& gateway : {place, who.home}) {
                    if (gateway.empty() || gateway == around.here || (back && gateway == peer))
                      continue;
                    if (around.is_up(gateway))
                      return route(to_gateway{gateway, extension, forwarded});
                  }
                  return route(back ? scn::v1::NUMBER_CHANGED : scn::v1::DESTINATION_OUT_OF_ORDER);
                });
}

} // namespace switchroom::calls
