// SPDX-License-Identifier: MIT
// Hunt groups of this gateway (S16). The caller's call ends at the hunt; each member who rings is a
// call of its own, that begins there. Who answers takes the hunt's place in the caller's call.
#include "exchange/implementation.hpp"

namespace switchroom::exchange {
namespace {

using kind = calls::service_leg::kind;

const calls::service_leg* member_call(const calls::call& c) {
  const auto* service = std::get_if<calls::service_leg>(&c.origin);
  return service != nullptr && service->what == kind::member ? service : nullptr;
}

call_id caller_of_hunt(const calls::service_leg& member) {
  return call_id{std::stoull(member.name)};
}

} // namespace

const hunting::group* gateway::implementation::own_group(std::string_view number) const {
  for (const auto& one : settings_.groups)
    if (one.number == number)
      return &one;
  return nullptr;
}

/// Users come first: a number that is both is the user's (and an alarm, S5).
std::optional<gateway_name> gateway::implementation::group_at(std::string_view number) const {
  if (own_group(number) != nullptr)
    return settings_.gateway;
  for (const auto& [gateway, groups] : groups_elsewhere_)
    if (groups.contains(extension_number(number)))
      return gateway;
  return std::nullopt;
}

bool gateway::implementation::begins_group(std::string_view digits) const {
  const auto begins = [&](const std::string& number) { return number.starts_with(digits); };
  for (const auto& one : settings_.groups)
    if (begins(one.number))
      return true;
  for (const auto& [gateway, groups] : groups_elsewhere_)
    for (const auto& [number, group] : groups)
      if (begins(number))
        return true;
  return false;
}

void gateway::implementation::reach(calls::call& c, const calls::to_group& there) {
  pass(c, there.diversions);
  c.extension = there.group;
  const auto* group = own_group(there.group);
  if (night_.contains(there.group)) {
    note(settings_.gateway, label(c.origin), "group " + there.group + " is in night service");
    return route_on(c, group->night, scn::v1::USER_BUSY);
  }
  c.destination = calls::service_leg{kind::hunt, there.group};
  hunts_.emplace(c.id, hunted{hunting::hunt(*group, now_), {}});
  hunts_due_.insert(c.id);
  advance(c, calls::event::alerts, scn::v1::NORMAL_CLEARING);
}

/// On to another number, from a call that has nobody yet; a hop (S5). Empty: there is none.
void gateway::implementation::route_on(calls::call& c, const extension_number& number,
                                       calls::cause otherwise) {
  if (number.empty() || ++c.from.hops > calls::most_hops)
    return advance(c, calls::event::destination_gone,
                   number.empty() ? otherwise : scn::v1::CALL_REJECTED);
  c.diverted = true;
  c.asked_home = false;
  go(c, calls::route_from_here(number, surroundings(c.from)));
}

hunting::member gateway::implementation::member_now(const extension_number& who) const {
  using hunting::standing;
  const auto* known = directory_.find(who);
  if (known == nullptr || known->state.presence() != scn::v1::LOGGED_IN) // H11
    return {standing::absent, {}};
  const auto& where = known->state.gateway();
  const auto line = desks_.line_of(who);
  const bool here = line && in_order(*line);
  if (!here && (where == settings_.gateway || !network_.is_up(where)))
    return {standing::absent, {}};
  const bool rings = std::any_of(hunts_.begin(), hunts_.end(), [&](const auto& one) {
    return one.second.hunt.ringing().contains(who);
  });
  if (rings || known->state.do_not_disturb() || use_of(who) != use{})
    return {standing::busy, {}};
  const auto since = idle_since_.find(who);
  return {standing::free, since == idle_since_.end() ? instant{} : since->second};
}

/// First come, first served: calls are numbered as they came.
void gateway::implementation::step_hunts() {
  for (const auto id : std::exchange(hunts_due_, {})) {
    const auto found = hunts_.find(id);
    auto* c = call_of(id);
    if (found == hunts_.end() || c == nullptr)
      continue;
    auto& hunt = found->second.hunt;
    for (const auto& late : hunt.rung_out(now_))
      stop_member(found->second, late);
    const auto number = hunt.group().number;
    const auto queued = std::count_if(hunts_.begin(), hunts_.end(), [&](const auto& one) {
      return one.first != id && one.second.hunt.group().number == number &&
             one.second.hunt.queued();
    });
    const auto next = hunt.step(
        now_, [this](const extension_number& who) { return member_now(who); }, last_hunted_[number],
        static_cast<unsigned>(queued));
    carry_out(*c, next);
  }
}

void gateway::implementation::carry_out(calls::call& c, const hunting::move& next) {
  using what = hunting::move::kind;
  const auto& group = hunts_.at(c.id).hunt.group();
  switch (next.what) {
  case what::wait:
    return;
  case what::ring:
    for (const auto& who : next.members)
      ring_member(c, who);
    return;
  case what::overflow:
    note(settings_.gateway, label(c.origin), "group " + group.number + " overflows");
    advance(c, calls::event::moved, scn::v1::NO_ANSWER);
    return route_on(c, group.overflow, scn::v1::USER_BUSY);
  case what::give_up:
    leave_hunt(c.id);
    return advance(c, calls::event::destination_gone, scn::v1::USER_BUSY);
  }
}

void gateway::implementation::ring_member(calls::call& c, const extension_number& who) {
  auto& hunted = hunts_.at(c.id);
  calls::call ring;
  ring.from = c.from;
  ring.from.for_group = true;
  ring.from.group = hunted.hunt.group().number;
  ring.from.no_answer_counts = no_answer_counts(hunted.hunt.group(), c.from);
  ring.dialled = now_;
  ring.extension = who;
  last_hunted_[hunted.hunt.group().number] = who;
  const auto route = calls::route_from_here(who, surroundings(ring.from));
  if (std::holds_alternative<calls::cause>(route)) {
    hunted.hunt.failed(who);
    hunts_due_.insert(c.id);
    return;
  }
  hunted.rings[who] = call_id{last_call_ + 1}; // place() may fail at once, and looks here
  place(calls::service_leg{kind::member, std::to_string(c.id.value)}, route, std::move(ring));
}

void gateway::implementation::stop_member(hunted& of, const extension_number& who) {
  of.hunt.failed(who);
  const auto rings = of.rings.extract(who);
  if (auto* ring = rings.empty() ? nullptr : call_of(rings.mapped()))
    advance(*ring, calls::event::origin_gone, scn::v1::NO_ANSWER);
}

/// The group for which this call rings; empty: none.
extension_number gateway::implementation::hunted_by(const calls::call& ring) const {
  const auto* member = member_call(ring);
  const auto found = member == nullptr ? hunts_.end() : hunts_.find(caller_of_hunt(*member));
  return found == hunts_.end() ? extension_number() : found->second.hunt.group().number;
}

/// Busy, refused, or gone.
void gateway::implementation::member_failed(const calls::call& ring) {
  const auto caller = caller_of_hunt(*member_call(ring));
  const auto found = hunts_.find(caller);
  if (found == hunts_.end())
    return;
  auto& rings = found->second.rings;
  for (auto it = rings.begin(); it != rings.end(); ++it)
    if (it->second == ring.id) {
      found->second.hunt.failed(it->first);
      rings.erase(it);
      break;
    }
  hunts_due_.insert(caller);
}

void gateway::implementation::member_answered(calls::call& ring) {
  const auto caller = caller_of_hunt(*member_call(ring));
  auto* c = call_of(caller);
  const auto found = hunts_.find(caller);
  if (c == nullptr || found == hunts_.end())
    return advance(ring, calls::event::origin_gone, scn::v1::NORMAL_CLEARING);
  std::erase_if(found->second.rings, [&](const auto& one) { return one.second == ring.id; });
  leave_hunt(caller);
  c->destination = ring.destination;
  c->extension = ring.extension;
  *attached(ring.destination) = caller;
  ring.state = calls::state::released;
  ended_.push_back(ring.id);
  advance(*c, calls::event::answers, scn::v1::NORMAL_CLEARING);
}

/// The caller has been transferred: the hunt is another call's now.
void gateway::implementation::move_hunt(call_id from, call_id to) {
  auto hunt = hunts_.extract(from);
  if (hunt.empty())
    return;
  hunt.key() = to;
  for (const auto& [who, id] : hunt.mapped().rings)
    if (auto* ring = call_of(id))
      ring->origin = calls::service_leg{kind::member, std::to_string(to.value)};
  hunts_.insert(std::move(hunt));
  hunts_due_.insert(to);
}

/// The hunt of this call is over: nobody rings for it any more.
void gateway::implementation::leave_hunt(call_id caller) {
  auto left = hunts_.extract(caller);
  if (left.empty())
    return;
  uses_changed_ = true; // who stops ringing, or leaves the queue, makes room
  for (const auto& [who, id] : left.mapped().rings)
    if (auto* ring = call_of(id))
      advance(*ring, calls::event::origin_gone, scn::v1::NORMAL_CLEARING);
}

} // namespace switchroom::exchange
