// SPDX-License-Identifier: MIT
// Two calls become one, without the one who had both (S6): by hanging up (transfer), and where a
// voice path comes back (reroutes.cpp).
#include "exchange/implementation.hpp"

#include <utility>

namespace switchroom::exchange {
/// A break-out is handed over when somebody has answered: nobody else can dial its digits.
bool gateway::implementation::can_hand_over(const party& p) {
  const auto* first = call_of(p.held);
  const auto* second = call_of(p.call);
  if (first == nullptr || second == nullptr || first->state != calls::state::active)
    return false;
  if (is_page(second->destination))
    return false; // nobody is heard there
  if (second->state == calls::state::active)
    return true;
  if (second->wish != calls::wish::talk)
    return false;
  const auto at = p.machine.state();
  const bool calling =
      at == lines::state::waiting || at == lines::state::ringback || at == lines::state::in_call;
  return calling && second->origin == p.leg && !second->break_out;
}

void gateway::implementation::hand_over(party& p) {
  auto* first = call_of(std::exchange(p.held, std::nullopt));
  auto* second = call_of(std::exchange(p.call, std::nullopt));
  if (first == nullptr || second == nullptr)
    return;
  splice(*first, p.leg, *second, p.leg);
  if (first->state != calls::state::active)
    first->transferred_by = p.leg;
  note(label(p.leg), settings_.gateway,
       "transfers " + first->from.number + " to " + first->extension);
}

/// Of each call the side named goes; the two that are left are `first`'s origin and destination.
/// `second` ends, and nobody is told.
void gateway::implementation::splice(calls::call& first, const calls::leg& a, calls::call& second,
                                     const calls::leg& b) {
  if (first.origin == a)
    turn(first);
  if (second.destination == b)
    turn(second);
  const auto was = second.state;
  first.destination = second.destination;
  first.destination_holds = second.destination_holds;
  first.extension = second.extension;
  first.break_out = second.break_out;
  first.wish = second.wish;
  first.hunting = second.hunting;
  first.diverted = second.diverted;
  first.asked_home = second.asked_home;
  first.reroute_asked = false;
  drop_shorter(first);
  drop_shorter(second);
  if (auto* p = party_of(first.destination); p != nullptr && p->held == second.id)
    p->held = first.id;
  else if (auto* mine = attached(first.destination); mine != nullptr && *mine == second.id)
    *mine = first.id;
  move_hunt(second.id, first.id);
  second.state = calls::state::released;
  ended_.push_back(second.id);
  tell_holds(first);
  if (was == calls::state::active) {
    tell_connected(first);
    refresh_voice(first);
    return shorten(first);
  }
  advance(first, calls::event::passed_on, scn::v1::NORMAL_CLEARING);
  if (was == calls::state::alerting)
    advance(first, calls::event::alerts, scn::v1::NORMAL_CLEARING);
  if (second.early)
    hear_early(first);
}

/// A transfer that failed: who was transferred calls the one who did it, once.
bool gateway::implementation::give_back(calls::call& c) {
  if (!c.transferred_by)
    return false;
  const auto leg = *std::exchange(c.transferred_by, std::nullopt);
  const auto* p = party_of(leg);
  const auto* line = std::get_if<calls::line_leg>(&leg);
  if (p == nullptr || line == nullptr || !paths_.up() || p->machine.state() != lines::state::idle)
    return false;
  note(settings_.gateway, label(leg), "the transfer failed, the call comes back");
  advance(c, calls::event::moved, scn::v1::NO_ANSWER);
  reach_whoever_is_at(line->line, c);
  return true;
}

void gateway::implementation::turn(calls::call& c) {
  calls::turn(c);
  const auto* who = directory_.find(c.from.number);
  if (who != nullptr)
    c.from.name = who->state.name();
}

/// Peers play hold tone at their own: each is told whether the other side has the call on hold.
void gateway::implementation::tell_holds(calls::call& c) {
  for (const auto* leg : {&c.origin, &c.destination}) {
    const auto* peer = std::get_if<calls::peer_leg>(leg);
    const bool answered = c.state == calls::state::active || leg == &c.origin;
    if (peer != nullptr && answered)
      post(peer->peer, calls::hold(*peer, calls::holds(c, calls::other_side(c, *leg))));
  }
}

calls::caller gateway::implementation::called_party(const calls::call& c) const {
  const auto* who = directory_.find(c.extension);
  return {c.extension, who == nullptr ? std::string() : who->state.name(), 0};
}

void gateway::implementation::tell_connected(const calls::call& c) {
  const auto tell = [&](const calls::leg& to, const calls::caller& who, const calls::leg& at) {
    const auto* peer = std::get_if<calls::peer_leg>(&to);
    if (peer == nullptr)
      return;
    scn::v1::CallConnected what;
    what.set_number(who.number);
    what.set_name(who.name);
    what.set_teller(settings_.gateway);
    what.set_teller_call(c.id.value);
    what.set_takes_digits(takes_digits(at));
    post(peer->peer, calls::connected(*peer, std::move(what)));
  };
  tell(c.origin, called_party(c), c.destination);
  tell(c.destination, c.from, c.origin);
}

void gateway::implementation::take(const gateway_name& from, const scn::v1::CallConnected& news) {
  const calls::peer_leg leg{from, news.call(), news.by_receiver()};
  auto* c = answered_at(leg);
  if (c == nullptr)
    return;
  const auto* far = std::get_if<calls::peer_leg>(&calls::other_side(*c, leg));
  if (far != nullptr && news.teller() == settings_.gateway && news.teller_call() == c->id.value) {
    note(from, settings_.gateway, "nobody is left in the call");
    return advance(*c, calls::event::lost, scn::v1::NORMAL_CLEARING);
  }
  trunks_.at(leg).takes_digits = news.takes_digits();
  const bool origin = c->origin == calls::leg(leg);
  (origin ? c->from.number : c->extension) = news.number();
  if (origin)
    c->from.name = news.name();
  else
    c->break_out = false;
  if (far == nullptr || news.hops() >= calls::most_hops)
    return;
  auto on = news;
  on.set_hops(news.hops() + 1);
  post(far->peer, calls::connected(*far, std::move(on)));
}

} // namespace switchroom::exchange
