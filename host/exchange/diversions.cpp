// SPDX-License-Identifier: MIT
// Calls that the called user's settings send elsewhere, and how long calls wait. Which gateway
// decides, and why, is said in calls/diversion.hpp.
#include "calls/diversion.hpp"
#include "exchange/implementation.hpp"
#include "users/forwarding.hpp"

namespace switchroom::exchange {
namespace {

/// A gateway that was asked and says nothing (as T303 of Q.931).
constexpr std::chrono::seconds no_word{4};
/// An exchange outside has times of its own (Q.931: T303, T310); these only end what it has
/// forgotten.
constexpr std::chrono::seconds no_word_outside{60};
constexpr std::chrono::minutes no_answer_outside{3};
/// The called gateway times the ringing; this only ends what it has forgotten.
constexpr std::chrono::seconds grace{10};

} // namespace

/// A gateway that is cut off still carries calls from within to the own desks (docs/adr/0008).
calls::surroundings gateway::implementation::surroundings(const calls::caller& from,
                                                          bool from_peer) const {
  return {settings_.gateway,
          directory_,
          from,
          [this, from_peer](std::string_view who) {
            return from_peer ? desks_.line_of(who) : desks_.line_here_of(who);
          },
          [this](std::string_view who) { return settings_of(who); },
          [this](const gateway_name& peer) { return network_.is_up(peer); },
          [this](std::string_view number) { return group_at(number); },
          [this, caller = from.number](std::string_view number) {
            return emergency_port_of(number, caller);
          },
          [this](const user::v1::User& who) { return forwards_now(who); }};
}

const user::v1::User* gateway::implementation::settings_of(std::string_view extension) const {
  if (const auto line = desks_.line_here_of(extension))
    return &desks_.at(*line)->settings;
  const auto own = own_users_.find(extension_number(extension));
  return own == own_users_.end() ? nullptr : &own->second;
}

/// False: the call stays where it is. Circles end, as each diversion is a hop (rule S5).
bool gateway::implementation::divert(calls::call& c, const std::optional<calls::diversion>& away) {
  if (!away)
    return false;
  const auto next = calls::route_from_here(away->to, surroundings(c.from));
  const auto* gateway = std::get_if<calls::to_gateway>(&next);
  const auto* line = std::get_if<calls::to_line>(&next);
  const auto* group = std::get_if<calls::to_group>(&next);
  const auto* box = std::get_if<calls::to_mailbox>(&next);
  if (gateway == nullptr && line == nullptr && group == nullptr && box == nullptr)
    return false;
  const auto hops = c.from.hops + 1 +
                    (line != nullptr      ? line->diversions.size()
                     : gateway != nullptr ? gateway->diversions.size()
                     : group != nullptr   ? group->diversions.size()
                                          : box->diversions.size());
  const bool on = gateway != nullptr || (box != nullptr && box->home != settings_.gateway);
  if (hops + on > calls::most_hops)
    return false;
  note(settings_.gateway, label(c.origin), calls::text(*away));
  ++c.from.hops;
  c.diverted = true;
  c.asked_home = false; // somebody else is called now
  if (c.state == calls::state::alerting)
    advance(c, calls::event::moved, scn::v1::NO_ANSWER); // stops ringing before another does
  set_expiry(c);
  go(c, next);
  return true;
}

void gateway::implementation::pass(calls::call& c, const std::vector<calls::diversion>& by) {
  for (const auto& one : by)
    note(settings_.gateway, label(c.origin), calls::text(one));
  c.from.hops += static_cast<unsigned>(by.size());
  c.diverted |= !by.empty();
}

// ---- how long ----------------------------------------------------------------------------------

void gateway::implementation::set_expiry(calls::call& c) {
  const bool remote = std::holds_alternative<calls::peer_leg>(c.destination);
  const auto* asks = std::get_if<calls::service_leg>(&c.origin);
  const bool asked_for = asks != nullptr && !asks->slot; // by who is rung
  c.gives_up = never;
  if (c.state == calls::state::setting_up)
    c.gives_up = now_ + (c.outside ? no_word_outside : no_word);
  else if (c.state == calls::state::alerting && c.outside)
    c.gives_up = now_ + no_answer_outside;
  else if (c.state == calls::state::alerting)
    c.gives_up = now_ + settings_.no_answer + (remote ? grace : grace * 0);
  const auto* service = std::get_if<calls::service_leg>(&c.destination);
  if (c.state == calls::state::alerting &&
      (c.hunting || (service != nullptr && service->what == calls::service_leg::kind::hunt)))
    c.gives_up = never; // the group sets the time
  c.expires = c.gives_up;
  const auto* called = c.state == calls::state::alerting && !remote && !asked_for
                           ? settings_of(c.extension)
                           : nullptr;
  if (called != nullptr && (calls::when_unanswered(*called, c.from, forwards_now(*called)) ||
                            calls::has_voicemail(*called, c.from)))
    c.expires = std::min<instant>(c.gives_up, now_ + users::no_answer_time_of(*called));
}

/// The settings are read again: they may have changed while it rang.
void gateway::implementation::expire(calls::call& c) {
  if (c.state == calls::state::alerting && now_ < c.gives_up) {
    c.expires = c.gives_up;
    const auto* called = settings_of(c.extension);
    if (called != nullptr &&
        !divert(c, calls::when_unanswered(*called, c.from, forwards_now(*called))))
      to_voicemail(c, *called);
    return;
  }
  advance(c, calls::event::expired,
          c.alerted == never ? scn::v1::RECOVERY_ON_TIMER_EXPIRY : scn::v1::NO_ANSWER);
}

} // namespace switchroom::exchange
