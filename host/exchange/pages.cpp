// SPDX-License-Identifier: MIT
// Pages (S6): one speaks, all of a hunt group or one user hear. Each who is free is rung by a call
// of their own, with a cadence of its own, and listens to the speaker's slot of the switch once the
// receiver is lifted: one source, any number of ears. An analog phone cannot be made to answer by
// itself, so it has to be lifted; a phone that can will be told so by `one_way`.
#include "exchange/implementation.hpp"

namespace switchroom::exchange {
namespace {

using paging = calls::service_leg;

calls::leg member_of(call_id page) {
  return paging{paging::kind::page_member, std::to_string(page.value)};
}

} // namespace

void gateway::implementation::act_page(party& p, const std::string& number) {
  if (!std::holds_alternative<calls::line_leg>(p.leg) || nobody_at(p))
    return refuse(p, tone::refusal, "only users at their own gateway's lines page others");
  const auto group = group_at(number);
  if (!group && directory_.find(number) == nullptr)
    return refuse(p, tone::unobtainable, "there is no group or user " + number + " to be paged");
  if (group && *group != settings_.gateway)
    return act_wish(p, *group, calls::wish::page, number);
  calls::call c;
  c.from = caller_of(p);
  c.dialled = p.machine.last_digit();
  drive(p, lines::event::called);
  place(p.leg, calls::to_page{number}, std::move(c));
}

void gateway::implementation::reach(calls::call& c, const calls::to_page& there) {
  const auto* group = own_group(there.number);
  std::vector<extension_number> members;
  if (group != nullptr)
    members = group->members;
  else if (directory_.find(there.number) != nullptr)
    members = {there.number};
  std::erase_if(members, [&](const extension_number& who) {
    return who == c.from.number || member_now(who).is != hunting::standing::free;
  });
  c.extension = there.number;
  if (members.empty())
    return advance(c, calls::event::destination_gone, scn::v1::USER_BUSY);
  c.destination = paging{paging::kind::page, there.number};
  const auto id = c.id;
  advance(c, calls::event::answers, scn::v1::NORMAL_CLEARING);
  for (const auto& who : members)
    if (const auto* page = call_of(id))
      page_member(*page, who);
}

void gateway::implementation::page_member(const calls::call& page, const extension_number& who) {
  calls::call ring;
  ring.from = page.from;
  ring.from.for_group = ring.from.page = true;
  ring.dialled = now_;
  ring.extension = who;
  const auto route = calls::route_from_here(who, surroundings(ring.from));
  if (!std::holds_alternative<calls::cause>(route))
    place(member_of(page.id), route, std::move(ring));
}

/// Who spoke has gone: nobody rings or listens any more.
void gateway::implementation::page_over(call_id page) {
  for (auto& [id, ring] : calls_)
    if (ring.origin == member_of(page) && ring.state != calls::state::released)
      advance(ring, calls::event::origin_gone, scn::v1::NORMAL_CLEARING);
}

/// The last of those who were paged has gone, or did not answer.
void gateway::implementation::paged_has_gone(const calls::service_leg& member) {
  for (const auto& [id, ring] : calls_)
    if (ring.origin == calls::leg(member) && ring.state != calls::state::released)
      return;
  if (auto* page = call_of(call_id{std::stoull(member.name)}))
    advance(*page, calls::event::destination_gone, scn::v1::NORMAL_CLEARING);
}

/// The call of who speaks to this side; null: it is not paged.
const calls::call* gateway::implementation::paged_by(const calls::leg& side) const {
  const auto* leg = std::get_if<paging>(&side);
  if (leg == nullptr || leg->what != paging::kind::page_member)
    return nullptr;
  const auto found = calls_.find(call_id{std::stoull(leg->name)});
  return found == calls_.end() ? nullptr : &found->second;
}

/// The speaker has come to be somebody else, or holds.
void gateway::implementation::refresh_page(const calls::call& page) {
  if (!is_page(page.destination))
    return;
  for (auto& [id, ring] : calls_)
    if (ring.origin == member_of(page.id) && ring.state == calls::state::active)
      refresh_voice(ring);
}

} // namespace switchroom::exchange
