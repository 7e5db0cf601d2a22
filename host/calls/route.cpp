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

/// Does this gateway decide what becomes of calls to a user who is at no line here?
bool home_decides(const users::entry& who, const surroundings& around) {
  const auto& place = whereabouts(who);
  return who.home == around.here &&
         (place.empty() || (place != around.here && !around.is_up(place)));
}

route to_any_group(const std::string& number, const surroundings& around,
                   std::vector<diversion> passed) {
  const auto where = around.group_at ? around.group_at(number) : std::nullopt;
  if (!where)
    return scn::v1::UNALLOCATED_NUMBER;
  if (*where == around.here)
    return to_group{number, std::move(passed)};
  if (!around.is_up(*where))
    return scn::v1::DESTINATION_OUT_OF_ORDER;
  return to_gateway{*where, number, std::move(passed)};
}

route mailbox_or(cause why, const user::v1::User* called, const surroundings& around,
                 std::vector<diversion> passed) {
  auto box = called == nullptr ? std::nullopt : mailbox_of(*called, around);
  if (!box)
    return why;
  box->diversions = std::move(passed);
  return *std::move(box);
}

/// Follows settings from user to user; `next` is asked for every user about whom another gateway
/// decides. Ends by itself: rule S5's limit counts diversions as hops.
template <typename Next>
route follow(std::string number, const surroundings& around, Next next) {
  std::vector<diversion> passed;
  if (around.emergency_port)
    if (auto port = around.emergency_port(number))
      return *std::move(port);
  while (passed.size() <= most_hops) {
    const auto line = around.line_of(number);
    const auto* who = around.directory.find(number);
    if (!line && who == nullptr)
      return to_any_group(number, around, std::move(passed));
    const bool decides = line || home_decides(*who, around);
    const auto* settings = decides ? around.settings_of(number) : nullptr;
    const auto ruled = settings == nullptr
                           ? ruling()
                           : before_ringing(*settings, around.from,
                                            !around.forwards_now || around.forwards_now(*settings));
    if (ruled.refused)
      return mailbox_or(*ruled.refused, settings, around, std::move(passed));
    if (!ruled.away && line)
      return to_line{*line, number, std::move(passed)};
    if (!ruled.away && decides && whereabouts(*who).empty())
      return mailbox_or(scn::v1::USER_BUSY, settings, around, std::move(passed)); // H11, policy
    if (!ruled.away)
      return next(*who, number, std::move(passed));
    number = ruled.away->to;
    passed.push_back(*ruled.away);
  }
  return scn::v1::CALL_REJECTED;
}

} // namespace

std::optional<to_mailbox> mailbox_of(const user::v1::User& called, const surroundings& around) {
  const bool reachable = called.home() == around.here || around.is_up(called.home());
  if (!has_voicemail(called, around.from) || !reachable)
    return std::nullopt;
  return to_mailbox{called.home(), called.extension()};
}

route route_from_here(std::string_view number, const surroundings& around) {
  return follow(
      std::string(number), around,
      [&](const users::entry& who, const std::string& extension, std::vector<diversion> passed) {
        const auto& place = whereabouts(who);
        for (const auto& gateway : {place, who.home})
          if (!gateway.empty() && gateway != around.here && around.is_up(gateway))
            return route(to_gateway{gateway, extension, std::move(passed)});
        return route(scn::v1::DESTINATION_OUT_OF_ORDER);
      });
}

route route_from_peer(std::string_view number, const gateway_name& peer,
                      const surroundings& around) {
  return follow(
      std::string(number), around,
      [&](const users::entry& who, const std::string& extension, std::vector<diversion> passed) {
        const auto& place = whereabouts(who);
        // A forwarding of ours is a call of ours: it may go to any gateway.
        if (who.home != around.here && passed.empty())
          return route(scn::v1::NUMBER_CHANGED);
        const bool back = place == peer && passed.empty();
        for (const auto& gateway : {place, who.home}) {
          if (gateway.empty() || gateway == around.here || (back && gateway == peer))
            continue;
          if (around.is_up(gateway))
            return route(to_gateway{gateway, extension, std::move(passed)});
        }
        return route(back ? scn::v1::NUMBER_CHANGED : scn::v1::DESTINATION_OUT_OF_ORDER);
      });
}

} // namespace switchroom::calls
