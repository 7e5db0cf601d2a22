// SPDX-License-Identifier: MIT
// One call waits while a line does something else (S6). Each side of a call may have it on hold;
// whoever is held hears the hold tone of the own gateway, and the voice path stays.
#include "exchange/implementation.hpp"

#include <utility>

namespace switchroom::exchange {

/// What a flash means depends on what waits: the machine of the line does not know.
void gateway::implementation::flash(party& p) {
  const bool talks = p.machine.state() == lines::state::in_call;
  const auto* spoken = call_of(p.call);
  if (spoken != nullptr && is_page(spoken->destination))
    return; // everybody would be on hold
  if (p.waiting && !p.held)
    return drive(p, lines::event::take_waiting);
  if (!p.held)
    return drive(p, lines::event::flash);
  drive(p, talks ? lines::event::swap : lines::event::resume);
}

/// On hook with a call on hold: the two others get each other, or the one who waits rings back.
void gateway::implementation::put_down(party& p) {
  drive(p, can_hand_over(p) ? lines::event::hand_over : lines::event::on_hook);
  if (p.waiting)
    ring_waiting(p);
  auto* left = call_of(std::exchange(p.held, std::nullopt));
  if (left == nullptr)
    return;
  if (left->state == calls::state::active)
    return ring_back(*left, p);
  leave(*left, p.leg);
}

/// Whoever is at this side has hung up.
void gateway::implementation::leave(calls::call& c, const calls::leg& side) {
  advance(c, c.origin == side ? calls::event::origin_gone : calls::event::destination_gone,
          scn::v1::NORMAL_CLEARING);
}

void gateway::implementation::hold(party& p) {
  p.held = std::exchange(p.call, std::nullopt);
  if (auto* c = call_of(p.held))
    set_hold(*c, p.leg, true);
}

void gateway::implementation::unhold(party& p) {
  p.call = std::exchange(p.held, std::nullopt);
  if (auto* c = call_of(p.call))
    set_hold(*c, p.leg, false);
}

void gateway::implementation::set_hold(calls::call& c, const calls::leg& side, bool on) {
  auto& held = calls::holds(c, side);
  const bool news = std::exchange(held, on) != on;
  if (const auto* far = std::get_if<calls::peer_leg>(&calls::other_side(c, side)); far && news)
    post(far->peer, calls::hold(*far, on));
  c.reroute_asked = false; // what a neighbour refused because of the hold may be asked again
  refresh_voice(c);
  shorten(c);
}

void gateway::implementation::take(const gateway_name& from, const scn::v1::CallHold& news) {
  const calls::peer_leg leg{from, news.call(), news.by_receiver()};
  if (auto* c = answered_at(leg))
    set_hold(*c, leg, news.held());
}

/// The call of which this leg is one of the two sides, and has been answered.
calls::call* gateway::implementation::answered_at(const calls::peer_leg& leg) {
  const auto* mine = attached(leg);
  auto* c = mine == nullptr ? nullptr : call_of(*mine);
  const bool side =
      c != nullptr && (c->origin == calls::leg(leg) || c->destination == calls::leg(leg));
  const bool answered =
      side && (c->state == calls::state::active || (c->answered && c->origin == calls::leg(leg)));
  return answered ? c : nullptr;
}

/// What both sides hear, from the call's state and who holds. All of a step takes effect together.
void gateway::implementation::refresh_voice(calls::call& c) {
  using enum calls::state;
  const bool joined = c.state == active || c.state == overlap;
  const bool early = c.state == alerting && c.early;
  if (joined || early) {
    for (const auto* leg : {&c.origin, &c.destination}) {
      if (const auto* peer = std::get_if<calls::peer_leg>(leg))
        open_media(*peer);
      if (const auto slot = stream_of(*leg, c.id))
        c.streams.insert(*slot);
    }
    connect_side(c, c.origin);
    if (early)
      return;
    connect_side(c, c.destination);
    refresh_page(c);
  } else if (c.state == alerting && c.answered && !c.origin_holds) {
    paths_.hear(slot_of(c.origin), tone::ringback); // transferred to who rings
  }
}

void gateway::implementation::connect_side(calls::call& c, const calls::leg& side) {
  const bool line = std::holds_alternative<calls::line_leg>(side);
  const auto deaf = [](const calls::leg& one) {
    const auto* service = std::get_if<calls::service_leg>(&one);
    return service != nullptr && !service->speaks();
  };
  if (deaf(side))
    return;
  const auto& other = calls::other_side(c, side);
  if (calls::holds(c, side)) {
    if (!line) // a line hears what it does instead
      paths_.silence(slot_of(side));
    return;
  }
  const auto* page = paged_by(other);
  if (is_page(other) || (page != nullptr && page->origin_holds))
    return paths_.silence(slot_of(side)); // who speaks to all hears nobody
  if (page != nullptr) {
    paths_.listen(slot_of(side), slot_of(page->origin));
    return;
  }
  if (is_alone(other)) {
    paths_.hear(slot_of(side), tone::hold); // until somebody else comes
    return;
  }
  if (!calls::holds(c, other) && !deaf(other)) {
    const auto* phone = party_of(other);
    if (phone != nullptr && phone->phone && !phone->phone->listens)
      paths_.silence(slot_of(side)); // it has not said yet where it is
    else
      paths_.listen(slot_of(side), slot_of(other));
    return;
  }
  if (line)
    return hear(*party_of(side), tone::hold);
  paths_.silence(slot_of(side)); // its gateway plays the tone
}

/// Who waits calls the line where they were left.
void gateway::implementation::ring_back(calls::call& c, party& p) {
  const auto& line = std::get<calls::line_leg>(p.leg);
  if (c.origin == p.leg)
    turn(c);
  note(settings_.gateway, label(p.leg), "the call on hold rings back");
  c.destination_holds = false;
  tell_holds(c);
  advance(c, calls::event::passed_on, scn::v1::NORMAL_CLEARING);
  reach_whoever_is_at(line.line, c);
}

void gateway::implementation::reach_whoever_is_at(line_id line, calls::call& c) {
  const auto* session = desks_.at(line);
  reach(c, calls::to_line{line, session == nullptr ? "" : session->settings.extension(), {}});
}

} // namespace switchroom::exchange
