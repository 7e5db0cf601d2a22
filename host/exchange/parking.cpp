// SPDX-License-Identifier: MIT
// Calls that are with nobody (S6): a call on hold is put into a park slot, and taken out at any
// phone of the network. The slot is where the call was parked; everybody knows which are taken.
#include "exchange/implementation.hpp"

namespace switchroom::exchange {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t longest_slot = 8;
constexpr auto try_again = 30s;

} // namespace

void gateway::implementation::act_park(party& p, std::string slot) {
  const auto* line = std::get_if<calls::line_leg>(&p.leg);
  auto* c = call_of(p.held);
  if (line == nullptr || c == nullptr || c->state != calls::state::active)
    return refuse(p, tone::refusal, "there is no call on hold that could be parked");
  if (slot.empty()) // the own number is a slot that nobody else takes
    slot = caller_of(p).number;
  if (slot.empty() || slot.size() > longest_slot)
    return refuse(p, tone::refusal, "a park slot has 1 to 8 digits");
  const auto taken_at = slot_taken_at(slot);
  if (!taken_at.empty())
    return refuse(p, tone::refusal, "park slot " + slot + " is taken, at " + taken_at);
  drive(p, lines::event::desk_asked);
  if (c->origin == p.leg)
    turn(*c);
  p.held.reset();
  c->destination = calls::service_leg{calls::service_leg::kind::park, slot};
  c->extension.clear();
  parked_[slot] = {c->id, line->line, now_, now_ + settings_.park_time};
  note(label(p.leg), settings_.gateway, "parks " + c->from.number + " in slot " + slot);
  announce_slot(slot);
  drive(p, lines::event::accepted);
}

void gateway::implementation::act_retrieve(party& p, const std::string& number) {
  const auto slot = number.empty() ? caller_of(p).number : number;
  if (!std::holds_alternative<calls::line_leg>(p.leg))
    return refuse(p, tone::refusal, "calls are not retrieved from another gateway's line");
  const auto where = slot_taken_at(slot);
  if (where.empty())
    return refuse(p, tone::refusal, "park slot " + slot + " is empty");
  if (where != settings_.gateway)
    return act_wish(p, where, calls::wish::retrieve, slot);
  auto* c = call_of(parked_.at(slot).call);
  if (c == nullptr)
    return refuse(p, tone::refusal, "the call in park slot " + slot + " is over");
  forget_service({calls::service_leg::kind::park, slot});
  drive(p, lines::event::called);
  seat(*c, p.leg, caller_of(p));
  drive(p, lines::event::far_answered);
}

/// A call that is there at another gateway: it is answered at once, or refused.
void gateway::implementation::act_wish(party& p, const gateway_name& where, calls::wish what,
                                       const std::string& of_what) {
  calls::call c;
  c.from = caller_of(p);
  c.wish = what;
  c.dialled = p.machine.last_digit();
  drive(p, lines::event::called);
  place(p.leg, calls::to_gateway{where, of_what, {}}, std::move(c));
}

void gateway::implementation::retrieve_for(const calls::peer_leg& leg, const std::string& slot,
                                           const calls::caller& who) {
  const auto found = parked_.find(slot);
  auto* c = found == parked_.end() ? nullptr : call_of(found->second.call);
  if (c == nullptr)
    return release_leg(leg, scn::v1::CALL_REJECTED);
  forget_service({calls::service_leg::kind::park, slot});
  post(leg.peer, calls::answer(leg.number, answer_endpoint(leg, c->origin), c->from));
  seat(*c, leg, who);
}

/// Somebody takes the place of a service.
void gateway::implementation::seat(calls::call& c, const calls::leg& fresh,
                                   const calls::caller& who) {
  c.destination = fresh;
  c.destination_holds = false;
  c.extension = who.number;
  c.reroute_asked = false;
  *attached(fresh) = c.id;
  tell_holds(c);
  tell_connected(c);
  refresh_voice(c);
  shorten(c);
}

/// The call of a service has gone from it.
void gateway::implementation::forget_service(const calls::service_leg& service,
                                             const calls::call* of) {
  using kind = calls::service_leg::kind;
  switch (service.what) {
  case kind::park:
    parked_.erase(service.name);
    return announce_slot(service.name);
  case kind::hunt:
    return of == nullptr ? void() : leave_hunt(of->id);
  case kind::member:
    return of == nullptr ? void() : member_failed(*of);
  case kind::page:
    return of == nullptr ? void() : page_over(of->id);
  case kind::page_member:
    return paged_has_gone(service);
  case kind::conference:
    return leave_conference(service);
  case kind::mailbox:
    return leave_mailbox(service);
  case kind::call_back:
    return;
  }
}

/// Whoever a service has called is there.
void gateway::implementation::service_answered(calls::call& c) {
  switch (std::get<calls::service_leg>(c.origin).what) {
  case calls::service_leg::kind::member:
    return member_answered(c);
  case calls::service_leg::kind::page_member:
    return; // is spoken to, by refresh_voice
  default:
    return call_back_answered(c);
  }
}

void gateway::implementation::return_parked(const std::string& slot) {
  auto& parked = parked_.at(slot);
  auto* c = call_of(parked.call);
  auto& p = lines_.at(parked.by);
  if (c != nullptr && p.machine.state() != lines::state::idle) {
    parked.returns = now_ + try_again;
    return;
  }
  note(settings_.gateway, label(p.leg), "park slot " + slot + ": the call returns");
  forget_service({calls::service_leg::kind::park, slot});
  if (c == nullptr)
    return;
  c->destination = p.leg;
  ring_back(*c, p);
}

void gateway::implementation::announce_slot(const std::string& slot) {
  const auto found = parked_.find(slot);
  const auto* c = found == parked_.end() ? nullptr : call_of(found->second.call);
  post_to_all(calls::park_slot(slot, c == nullptr ? nullptr : &c->from));
}

void gateway::implementation::take(const gateway_name& from, const scn::v1::ParkSlot& news) {
  if (news.slot().empty())
    return;
  if (news.taken())
    parked_elsewhere_[from][news.slot()] = {news.number(), news.name(), 0};
  else
    parked_elsewhere_[from].erase(news.slot());
}

/// Two gateways may fill a slot at once: the own one is emptied first.
gateway_name gateway::implementation::slot_taken_at(const std::string& slot) const {
  if (parked_.contains(slot))
    return settings_.gateway;
  for (const auto& [gateway, slots] : parked_elsewhere_)
    if (slots.contains(slot))
      return gateway;
  return {};
}

control::v1::Parked gateway::implementation::list_parked() const {
  control::v1::Parked list;
  const auto add = [&](const std::string& slot, const gateway_name& where,
                       const calls::caller& who) -> control::v1::ParkedCall& {
    auto& call = *list.add_calls();
    call.set_slot(slot);
    call.set_gateway(where);
    call.set_number(who.number);
    call.set_name(who.name);
    return call;
  };
  for (const auto& [slot, parked] : parked_)
    if (const auto c = calls_.find(parked.call); c != calls_.end()) {
      auto& call = add(slot, settings_.gateway, c->second.from);
      call.set_since_s(std::chrono::duration<double>(now_ - parked.since).count());
      call.set_returns_s(std::chrono::duration<double>(parked.returns - now_).count());
    }
  for (const auto& [gateway, slots] : parked_elsewhere_)
    for (const auto& [slot, who] : slots)
      add(slot, gateway, who);
  return list;
}

} // namespace switchroom::exchange
