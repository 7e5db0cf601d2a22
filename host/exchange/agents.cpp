// SPDX-License-Identifier: MIT
// Who does not answer a group's call (rule H10), and what agents do (rule H19). As with the peers
// the member's status is a setting of the user, and for which calls it holds one of the group.
#include "exchange/implementation.hpp"

namespace switchroom::exchange {

std::string_view text(duty which) {
  return which == duty::wrap_up         ? "busy wrap-up"
         : which == duty::not_available ? "busy not available"
                                        : "";
}

// ---- status on no answer -----------------------------------------------------------------------

/// External is who is no user of the network, nor at a port without one.
bool gateway::implementation::no_answer_counts(const hunting::group& group,
                                               const calls::caller& from) const {
  using enum hunting::no_answer_filter;
  return group.no_answer == any || (group.no_answer == external && !from.number.empty() &&
                                    directory_.find(from.number) == nullptr);
}

/// Only of users with a login code and Force Login, as H9: others could not come back by
/// themselves.
/// True: the person is to be logged off.
bool gateway::implementation::heed_no_answer(line_id line) {
  auto& p = lines_.at(line);
  const auto* session = desks_.at(line);
  if (session == nullptr)
    return false;
  const auto& who = session->settings;
  const auto& status = who.status_on_no_answer();
  if (status.empty() || !who.has_login_code() || !who.force_login())
    return false;
  note(label(p.leg), settings_.gateway, who.extension() + " did not answer a group's call");
  if (status == "logged_off")
    return true;
  set_duty(p, status == "busy_wrap_up" ? duty::wrap_up : duty::not_available);
  return false;
}

void gateway::implementation::set_duty(party& p, duty now) {
  p.duty_over = now == duty::wrap_up ? now_ + settings_.wrap_up_time : never;
  standing_changed_ = true;
  if (std::exchange(p.duty, now) == now)
    return;
  note(label(p.leg), settings_.gateway,
       now == duty::available ? "available" : std::string(text(now)));
  touch(p);
}

void gateway::implementation::act_duty(party& p, duty now) {
  if (!std::holds_alternative<calls::line_leg>(p.leg) || nobody_at(p))
    return refuse(p, tone::refusal, "nobody is logged in at this line");
  if (refuse_change(p))
    return;
  drive(p, lines::event::desk_asked);
  set_duty(p, now);
  drive(p, lines::event::accepted);
}

// ---- the event stream ---------------------------------------------------------------------------

bool gateway::implementation::watched_agent(const extension_number& who) const {
  const auto found = own_users_.find(who);
  return settings_.agent_roaming && found != own_users_.end() && found->second.agent();
}

/// What everybody is told of an own user.
void gateway::implementation::agent_moves(const scn::v1::UserState& state) {
  const auto& who = state.extension();
  if (state.deleted())
    return agents_.forget(who);
  if (!watched_agent(who))
    return;
  const bool in = state.presence() == scn::v1::LOGGED_IN;
  agents_.move(wall_s(), who, in ? state.gateway() : gateway_name(), in ? state.line() : 0,
               state.epoch());
}

/// Late news of where the agent is no more tell nothing.
void gateway::implementation::agent_uses(const extension_number& who, const gateway_name& where,
                                         const use& does) {
  if (!watched_agent(who) || !agents_.is_at(who, where))
    return;
  agents_.add(wall_s(), who,
              does.ringing       ? "ringing"
              : does.in_use      ? "busy"
              : does.unavailable ? "not available"
                                 : "idle");
}

void gateway::implementation::lose_sight(const gateway_name& peer) {
  for (const auto& who : agents_.at(peer))
    agents_.add(wall_s(), who, "out of sight");
}

void gateway::implementation::see_again(const gateway_name& peer) {
  for (const auto& who : agents_.at(peer))
    agents_.add(wall_s(), who, "in sight"); // what it does, if anything, comes next
}

users::line_type gateway::implementation::type_of(line_id line) const {
  const auto found = std::find_if(settings_.lines.begin(), settings_.lines.end(),
                                  [&](const auto& one) { return one.line == line; });
  return found == settings_.lines.end() ? users::line_type::analog : found->type;
}

} // namespace switchroom::exchange
