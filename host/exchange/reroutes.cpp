// SPDX-License-Identifier: MIT
// Anti-tromboning (S6): a gateway that has only other gateways in a call gets out of it. It asks
// a neighbour to reach the far end directly; the neighbour joins its own two legs, or sets up a
// shorter path first and lets the old one go when the new one carries voice. The old path falls
// from the neighbour's side, so no release can overtake the change. Nothing happens while a call
// is on hold; it is asked again afterwards.
#include "exchange/implementation.hpp"

#include <utility>

namespace switchroom::exchange {

void gateway::implementation::shorten(calls::call& c) {
  const auto* from = std::get_if<calls::peer_leg>(&c.origin);
  const auto* to = std::get_if<calls::peer_leg>(&c.destination);
  const bool rests = c.state == calls::state::active && !c.origin_holds && !c.destination_holds;
  if (from == nullptr || to == nullptr || !rests || c.shorter || c.reroute_asked)
    return;
  c.reroute_asked = true;
  post(from->peer, calls::reroute(*from, *to, settings_.gateway));
}

calls::call* gateway::implementation::reroutable(const calls::peer_leg& leg) {
  auto* c = answered_at(leg);
  const bool rests = c != nullptr && c->state == calls::state::active && !c->origin_holds &&
                     !c->destination_holds && !c->shorter;
  return rests ? c : nullptr;
}

/// Two neighbours that ask each other at once: the one whose name comes first has its way.
void gateway::implementation::take(const gateway_name& from, const scn::v1::CallReroute& asked) {
  const calls::peer_leg leg{from, asked.call(), asked.by_receiver()};
  auto* c = reroutable(leg);
  if (c == nullptr)
    return;
  const auto* neighbour = std::get_if<calls::peer_leg>(&c->origin);
  if (c->reroute_asked && (neighbour == nullptr || *neighbour != leg || settings_.gateway < from))
    return;
  if (asked.gateway() != settings_.gateway)
    return seek_shorter(*c, leg, asked);
  const calls::peer_leg other{from, asked.other().call(), asked.other().by_reader()};
  auto* second = reroutable(other);
  if (second != nullptr && second != c)
    join_here(*c, leg, *second, other);
}

void gateway::implementation::join_here(calls::call& first, const calls::peer_leg& a,
                                        calls::call& second, const calls::peer_leg& b) {
  attached(a)->reset();
  attached(b)->reset();
  splice(first, a, second, b);
  release_leg(a, scn::v1::NORMAL_CLEARING);
  release_leg(b, scn::v1::NORMAL_CLEARING);
}

void gateway::implementation::seek_shorter(calls::call& c, const calls::peer_leg& old,
                                           const scn::v1::CallReroute& asked) {
  if (!network_.is_up(asked.gateway()))
    return;
  const calls::peer_leg fresh{asked.gateway(), ++last_leg_, true};
  auto* t = open_trunk(fresh);
  if (t == nullptr)
    return;
  t->call = c.id;
  c.shorter = calls::shorter_path{fresh, old};
  auto other = asked.other();
  other.set_gateway(old.peer); // who asked, by its key
  post(fresh.peer,
       calls::replace(other, fresh.number, offer_endpoint(*t, calls::other_side(c, old))));
}

/// At the far end: the new path comes in.
void gateway::implementation::replace_leg(const calls::peer_leg& fresh,
                                          const scn::v1::CallSetup& asked) {
  const auto& named = asked.replaces();
  const calls::peer_leg old{named.gateway(), named.call(), named.by_reader()};
  auto* c = reroutable(old);
  if (c == nullptr)
    return release_leg(fresh, scn::v1::CALL_REJECTED);
  change_leg(*c, old, fresh);
  const bool origin = c->origin == calls::leg(fresh);
  post(fresh.peer, calls::answer(fresh.number, answer_endpoint(fresh, calls::other_side(*c, fresh)),
                                 origin ? called_party(*c) : c->from));
  refresh_voice(*c);
  shorten(*c);
}

/// At the near end: the new path is there, the old one goes.
void gateway::implementation::take_shorter(calls::call& c, const scn::v1::CallAnswer& news) {
  const auto [fresh, old] = *std::exchange(c.shorter, std::nullopt);
  if (!calls::usable(news.media()))
    return release_leg(fresh, scn::v1::NETWORK_OUT_OF_ORDER);
  hear_of(trunks_.at(fresh), news.media());
  change_leg(c, old, fresh);
  if (calls::holds(c, calls::other_side(c, fresh))) // meanwhile, and said on the old path only
    post(fresh.peer, calls::hold(fresh, true));
  release_leg(old, scn::v1::NORMAL_CLEARING);
  if (std::holds_alternative<calls::peer_leg>(calls::other_side(c, fresh)))
    tell_connected(c); // is there still somebody at the ends
  refresh_voice(c);
  shorten(c);
}

/// Holds of the far end that the old path still carries do not count any more.
void gateway::implementation::change_leg(calls::call& c, const calls::peer_leg& old,
                                         const calls::peer_leg& fresh) {
  calls::holds(c, old) = false;
  (c.origin == calls::leg(old) ? c.origin : c.destination) = fresh;
  c.reroute_asked = false;
  paths_.silence(slot_of(old));
  attached(old)->reset();
  trunks_.at(fresh).call = c.id;
}

void gateway::implementation::drop_shorter(calls::call& c) {
  if (const auto path = std::exchange(c.shorter, std::nullopt); path)
    if (trunks_.contains(path->fresh))
      release_leg(path->fresh, scn::v1::NORMAL_CLEARING);
}

} // namespace switchroom::exchange
