// SPDX-License-Identifier: MIT
#include "exchange/implementation.hpp"

#include <utility>

namespace switchroom::exchange {
tone tone_for(calls::cause why) {
  switch (why) {
  case scn::v1::UNALLOCATED_NUMBER:
  case scn::v1::NUMBER_CHANGED:
    return tone::unobtainable;
  case scn::v1::NORMAL_CLEARING:
  case scn::v1::USER_BUSY:
  case scn::v1::NO_ANSWER:
    return tone::busy;
  case scn::v1::CALL_REJECTED:
  case scn::v1::FACILITY_NOT_SUBSCRIBED:
    return tone::refusal;
  default:
    return tone::congestion;
  }
}

calls::call* gateway::implementation::call_of(const std::optional<call_id>& id) {
  const auto found = id ? calls_.find(*id) : calls_.end();
  const bool there = found != calls_.end() && found->second.state != calls::state::released;
  return there ? &found->second : nullptr;
}

calls::call* gateway::implementation::talk_of(const party& p) {
  auto* c = p.on_edge && !p.analog ? nullptr : call_of(p.call);
  const bool talks =
      c != nullptr && (c->state == calls::state::active || c->state == calls::state::overlap);
  return talks ? c : nullptr;
}

/// Where a leg remembers its call.
std::optional<call_id>* gateway::implementation::attached(const calls::leg& leg) {
  if (auto* p = party_of(leg))
    return &p->call;
  const auto* peer = std::get_if<calls::peer_leg>(&leg);
  const auto found = peer == nullptr ? trunks_.end() : trunks_.find(*peer);
  return found == trunks_.end() ? nullptr : &found->second.call;
}

// ---- beginning ---------------------------------------------------------------------------------

void gateway::implementation::place(const calls::leg& origin, const calls::route& where,
                                    calls::call fresh) {
  if (const auto* why = std::get_if<calls::cause>(&where))
    return refuse_origin(origin, *why);
  fresh.id = call_id{++last_call_};
  fresh.origin = origin;
  auto& c = calls_.emplace(fresh.id, std::move(fresh)).first->second;
  if (auto* mine = attached(origin))
    *mine = c.id;
  if (auto* p = party_of(origin))
    c.account = std::exchange(p->account, {});
  set_expiry(c);
  go(c, where);
}

void gateway::implementation::go(calls::call& c, const calls::route& where) {
  if (const auto* line = std::get_if<calls::to_line>(&where))
    reach(c, *line);
  else if (const auto* gateway = std::get_if<calls::to_gateway>(&where))
    reach(c, *gateway);
  else if (const auto* group = std::get_if<calls::to_group>(&where))
    reach(c, *group);
  else if (const auto* box = std::get_if<calls::to_mailbox>(&where))
    reach(c, *box);
  else if (const auto* conference = std::get_if<calls::to_conference>(&where))
    reach(c, *conference);
  else if (const auto* page = std::get_if<calls::to_page>(&where))
    reach(c, *page);
  else if (const auto* outside = std::get_if<calls::to_outside>(&where))
    reach(c, *outside);
  else
    advance(c, calls::event::destination_gone, std::get<calls::cause>(where));
}

void gateway::implementation::refuse_origin(const calls::leg& origin, calls::cause why) {
  if (auto* p = party_of(origin)) {
    if (p->isdn_call)
      p->isdn_call->why = why;
    return refuse(*p, tone_for(why), calls::text(why));
  }
  if (const auto* peer = std::get_if<calls::peer_leg>(&origin))
    release_leg(*peer, why);
}

bool gateway::implementation::reach(calls::call& c, const calls::to_line& there) {
  c.extension = there.extension;
  pass(c, there.diversions);
  const auto found = lines_.find(there.line);
  c.destination = calls::line_leg{there.line};
  const bool out_of_order = !in_order(there.line);
  if (out_of_order || found->second.machine.state() != lines::state::idle) {
    const auto* called = out_of_order ? nullptr : settings_of(c.extension);
    if (!out_of_order && !c.from.for_group && may_wait(found->second, called)) {
      let_wait(found->second, c);
      return true;
    }
    if (called != nullptr && (divert(c, calls::when_busy(*called, c.from, forwards_now(*called))) ||
                              to_voicemail(c, *called)))
      return true;
    advance(c, calls::event::destination_gone,
            out_of_order ? scn::v1::DESTINATION_OUT_OF_ORDER : scn::v1::USER_BUSY);
    return false;
  }
  found->second.call = c.id;
  drive(found->second, lines::event::ring);
  if (!hang_up_.contains(there.line)) // an IP phone without a host slot does not ring
    advance(c, calls::event::alerts, scn::v1::NORMAL_CLEARING);
  return true;
}

bool gateway::implementation::reach(calls::call& c, const calls::to_gateway& there) {
  c.extension = there.extension;
  pass(c, there.diversions);
  const calls::peer_leg leg{there.gateway, ++last_leg_, true};
  c.destination = leg;
  auto* t = c.from.hops >= calls::most_hops ? nullptr : open_trunk(leg);
  if (t == nullptr) {
    advance(c, calls::event::destination_gone,
            c.from.hops >= calls::most_hops ? scn::v1::CALL_REJECTED
                                            : scn::v1::NO_CIRCUIT_AVAILABLE);
    return false;
  }
  t->call = c.id;
  post(there.gateway, calls::setup(c, leg.number, offer_endpoint(*t, c.origin)));
  return true;
}

// ---- course ------------------------------------------------------------------------------------

void gateway::implementation::advance(calls::call& c, calls::event what, calls::cause why) {
  const bool failed = what == calls::event::destination_gone || what == calls::event::expired;
  const bool tried = c.state == calls::state::setting_up || c.state == calls::state::alerting;
  if (failed && tried && give_back(c))
    return;
  const auto before = c.state;
  const auto verbs = calls::step(c, what);
  const auto after = c.state; // what a verb sets off may move it on
  if (c.early && after != calls::state::alerting)
    end_early(c);
  if (what == calls::event::alerts && c.alerted == never)
    c.alerted = now_;
  if (before != c.state || what == calls::event::alerts) // alerts again: rings somewhere else now
    set_expiry(c);
  for (const auto verb : verbs)
    carry_out(c, verb, why, before == calls::state::active || c.answered);
  c.answered |= after == calls::state::active;
  if (after == calls::state::active && before != calls::state::active)
    shorten(c);
  if (after == calls::state::released && before != calls::state::released) {
    note(label(c.origin), label(c.destination),
         "call over: " + calls::text(why) + (c.account.empty() ? "" : ", account " + c.account));
    drop_shorter(c);
    if (c.from.urgent)
      emergency_over(c);
    log_call(c, why);
    ended_.push_back(c.id);
  }
}

void gateway::implementation::carry_out(calls::call& c, calls::verb what, calls::cause why,
                                        bool was_active) {
  using calls::verb;
  switch (what) {
  case verb::none:
    return;
  case verb::tell_alerting:
    return tell_origin(c, lines::event::far_alerting);
  case verb::tell_speaks:
    return tell_origin(c, lines::event::far_speaks);
  case verb::tell_answered:
    return tell_origin(c, lines::event::far_answered);
  case verb::join:
    return refresh_voice(c);
  case verb::clear_origin:
    return clear(c, c.origin, why, was_active);
  case verb::clear_destination:
    return clear(c, c.destination, why, was_active);
  }
}

void gateway::implementation::tell_origin(calls::call& c, lines::event what) {
  if (const auto* service = std::get_if<calls::service_leg>(&c.origin);
      service != nullptr && !service->speaks()) {
    if (what == lines::event::far_answered)
      service_answered(c);
    return;
  }
  if (c.answered) { // somebody else was there before: a transfer
    refresh_voice(c);
    if (what == lines::event::far_answered) {
      tell_holds(c);
      tell_connected(c);
      shorten(c);
    }
    return;
  }
  if (auto* p = party_of(c.origin))
    drive(*p, what);
  const auto* leg = std::get_if<calls::peer_leg>(&c.origin);
  const auto found = leg == nullptr ? trunks_.end() : trunks_.find(*leg);
  if (found == trunks_.end())
    return;
  if (what == lines::event::far_alerting)
    return post(leg->peer,
                calls::progress(leg->number, true, nullptr,
                                std::holds_alternative<calls::service_leg>(c.destination)));
  if (what == lines::event::far_speaks) {
    if (visitors_.contains(*leg)) // has the voice path already
      return;
    auto own = answer_endpoint(found->second);
    own.set_takes_digits(takes_digits(c.destination));
    return post(leg->peer, calls::progress(leg->number, false, &own));
  }
  const auto* who = directory_.find(c.extension);
  post(leg->peer,
       calls::answer(leg->number, answer_endpoint(*leg, c.destination),
                     {c.extension, who == nullptr ? std::string() : who->state.name(), 0}));
}

void gateway::implementation::clear(calls::call& c, const calls::leg& leg, calls::cause why,
                                    bool was_active) {
  auto* p = party_of(leg);
  if (p != nullptr && p->held == c.id) { // the person does something else just now
    p->held.reset();
    return touch(*p);
  }
  if (p != nullptr && p->waiting == c.id)
    return stop_waiting(*p);
  if (const auto* service = std::get_if<calls::service_leg>(&leg))
    return forget_service(*service, &c);
  auto* mine = attached(leg);
  if (mine == nullptr || *mine != c.id)
    return; // a busy line, or a leg that went first
  mine->reset();
  if (p != nullptr && p->isdn_call)
    p->isdn_call->why = why;
  const bool visitor = p != nullptr && std::holds_alternative<calls::peer_leg>(leg);
  if (p == nullptr || (visitor && was_active))
    return release_leg(std::get<calls::peer_leg>(leg), why);
  switch (p->machine.state()) {
  case lines::state::ringing:
    if (why == scn::v1::NO_ANSWER && c.from.no_answer_counts)
      unanswered_.insert(std::get<calls::line_leg>(leg).line);
    return drive(*p, lines::event::ring_over);
  case lines::state::in_call:
    return drive(*p, lines::event::far_released, 0, tone::busy);
  default:
    return drive(*p, lines::event::refused, 0, tone_for(why));
  }
}

/// The called user is not where the call went: look again, and if nothing newer is known ask
/// the home; once (rule S3).
void gateway::implementation::move_on(calls::call& c, const gateway_name& refused_by) {
  set_expiry(c);
  const auto* leg = std::get_if<calls::peer_leg>(&c.origin);
  const bool for_peer = leg != nullptr && !visitors_.contains(*leg) && !c.diverted;
  calls::route next = scn::v1::NUMBER_CHANGED;
  if (!std::exchange(c.asked_home, true))
    next = for_peer ? calls::route_from_peer(c.extension, leg->peer, surroundings(c.from, true))
                    : calls::route_from_here(c.extension, surroundings(c.from));
  auto* gateway = std::get_if<calls::to_gateway>(&next);
  if (gateway != nullptr && gateway->gateway == refused_by) {
    const auto* user = directory_.find(c.extension);
    const auto home = user == nullptr ? refused_by : user->home;
    gateway->gateway = home;
    if (for_peer || home == refused_by || !network_.is_up(home))
      next = scn::v1::NUMBER_CHANGED;
  }
  go(c, next);
}

} // namespace switchroom::exchange
