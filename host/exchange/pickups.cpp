// SPDX-License-Identifier: MIT
// A call that rings at one phone is answered at another (S6), of this gateway or of any.
#include "exchange/implementation.hpp"

namespace switchroom::exchange {

/// Without a number: what has rung longest here, else somebody who rings at another gateway.
void gateway::implementation::act_pickup(party& p, const std::string& whose) {
  if (!std::holds_alternative<calls::line_leg>(p.leg) || nobody_at(p))
    return refuse(p, tone::refusal, "only users at their own gateway's lines pick up calls");
  if (auto* c = ringing_for(whose)) {
    drive(p, lines::event::called);
    pick_up(*c, p.leg, caller_of(p));
    return drive(p, lines::event::far_answered);
  }
  if (whose.empty()) {
    for (const auto& [gateway, users] : uses_)
      for (const auto& [who, line] : users)
        if (line.ringing)
          return act_wish(p, gateway, calls::wish::pickup, who);
  } else if (const auto there = place_of(whose); network_.is_up(there)) {
    return act_wish(p, there, calls::wish::pickup, whose);
  }
  refuse(p, tone::refusal, whose.empty() ? "no phone rings" : "nothing rings for " + whose);
}

/// Gateway at which a user is logged in, or of a hunt group; empty: neither.
gateway_name gateway::implementation::place_of(const std::string& number) const {
  const auto* who = directory_.find(number);
  if (who == nullptr)
    return group_at(number).value_or(gateway_name());
  return who->state.presence() == scn::v1::LOGGED_IN ? who->state.gateway() : gateway_name();
}

/// Rings or waits at a line here; null: nothing does.
calls::call* gateway::implementation::ringing_for(const std::string& whose) {
  calls::call* longest = nullptr;
  for (auto& [id, c] : calls_) {
    const auto* line = std::get_if<calls::line_leg>(&c.destination);
    const auto* service = std::get_if<calls::service_leg>(&c.origin);
    const bool asked_for =
        service != nullptr && service->what == calls::service_leg::kind::call_back;
    if (line == nullptr || c.state != calls::state::alerting || asked_for)
      continue; // what was asked for by the person who is rung is for nobody else
    const auto* session = desks_.at(line->line);
    const bool meant = whose.empty() || c.extension == whose || hunted_by(c) == whose ||
                       (session != nullptr && session->settings.extension() == whose);
    if (meant && (longest == nullptr || c.alerted < longest->alerted))
      longest = &c;
  }
  return longest;
}

void gateway::implementation::pick_up(calls::call& c, const calls::leg& fresh,
                                      const calls::caller& who) {
  auto& rung = *party_of(c.destination);
  note(label(fresh), label(rung.leg), "picks up the call for " + c.extension);
  if (rung.waiting == c.id) {
    stop_waiting(rung);
  } else {
    rung.call.reset();
    drive(rung, lines::event::ring_over);
  }
  c.destination = fresh;
  c.extension = who.number;
  c.transferred_by.reset();
  *attached(fresh) = c.id;
  advance(c, calls::event::answers, scn::v1::NORMAL_CLEARING);
}

void gateway::implementation::pick_up_for(const calls::peer_leg& leg, const std::string& whose,
                                          const calls::caller& who) {
  auto* c = whose.empty() ? nullptr : ringing_for(whose);
  if (c == nullptr)
    return release_leg(leg, scn::v1::CALL_REJECTED);
  post(leg.peer, calls::answer(leg.number, answer_endpoint(leg, c->origin), c->from));
  pick_up(*c, leg, who);
}

} // namespace switchroom::exchange
