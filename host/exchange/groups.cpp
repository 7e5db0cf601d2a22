// SPDX-License-Identifier: MIT
// Hunt groups as others see them: all gateways know their numbers and whether night service is on,
// which is switched from any phone (S16).
#include "exchange/implementation.hpp"

namespace switchroom::exchange {
namespace {

using namespace std::chrono_literals;

constexpr auto answer_time = 2s;
std::string_view words(hunting::standing which) {
  using enum hunting::standing;
  return which == absent ? "absent" : which == busy ? "busy" : "free";
}

} // namespace

scn::v1::Envelope gateway::implementation::state_of(const hunting::group& group) const {
  return calls::group_state(group.number, group.name, night_.contains(group.number));
}

void gateway::implementation::take(const gateway_name& from, const scn::v1::GroupState& news) {
  if (news.number().empty())
    return;
  numbers_changed_ |= groups_elsewhere_[from].insert_or_assign(news.number(), news).second;
  for (auto& asked : std::exchange(nights_asked_, {})) {
    auto& p = lines_.at(asked.line);
    if (asked.group != news.number() || asked.on != news.night_service())
      nights_asked_.push_back(asked);
    else if (asked.seizure == p.seizures)
      drive(p, lines::event::accepted);
  }
}

void gateway::implementation::act_night_service(party& p, const std::string& number, bool on) {
  const auto* line = std::get_if<calls::line_leg>(&p.leg);
  if (line == nullptr || nobody_at(p))
    return refuse(p, tone::refusal, "only users at their own gateway's lines switch night service");
  const auto where = group_at(number);
  if (!where)
    return refuse(p, tone::refusal, "there is no group " + number);
  if (*where == settings_.gateway && refuse_change(p))
    return;
  drive(p, lines::event::desk_asked);
  if (*where == settings_.gateway) {
    set_night_service(*own_group(number), on);
    return drive(p, lines::event::accepted);
  }
  nights_asked_.push_back({line->line, p.seizures, number, on, now_ + answer_time});
  post(*where, calls::night_service(number, on));
}

void gateway::implementation::set_night_service(const hunting::group& group, bool on) {
  note(settings_.gateway, "group " + group.number, on ? "night service" : "day service");
  if (on)
    night_.insert(group.number);
  else
    night_.erase(group.number);
  standing_changed_ = true;
  post_to_all(state_of(group));
}

void gateway::implementation::take(const gateway_name& from, const scn::v1::NightService& asked) {
  const auto* group = own_group(asked.group());
  if (group != nullptr && disk_refuses_) // who asked gets no answer, and is told so
    return note(settings_.gateway, from, "changes cannot be kept: " + disk_refuses_->what);
  if (group != nullptr)
    return set_night_service(*group, asked.on());
  note(settings_.gateway, from, "no group " + asked.group() + " here");
}

void gateway::implementation::forget_nights_asked() {
  for (auto& asked : std::exchange(nights_asked_, {})) {
    auto& p = lines_.at(asked.line);
    if (asked.until > now_)
      nights_asked_.push_back(asked);
    else if (asked.seizure == p.seizures)
      refuse(p, tone::refusal, "the gateway of group " + asked.group + " does not answer");
  }
}

control::v1::Groups gateway::implementation::list_groups() const {
  control::v1::Groups list;
  for (const auto& group : settings_.groups) {
    auto& g = *list.add_groups();
    g.set_number(group.number);
    g.set_name(group.name);
    g.set_gateway(settings_.gateway);
    g.set_mode(std::string(hunting::name(group.mode)));
    g.set_night_service(night_.contains(group.number));
    for (const auto& who : group.members) {
      auto& member = *g.add_members();
      member.set_extension(who);
      member.set_state(std::string(words(member_now(who).is)));
    }
    for (const auto& [id, one] : hunts_)
      if (one.hunt.group().number == group.number)
        (one.hunt.queued() ? g.set_queued(g.queued() + 1) : g.set_hunting(g.hunting() + 1));
  }
  for (const auto& [gateway, groups] : groups_elsewhere_)
    for (const auto& [number, group] : groups) {
      auto& g = *list.add_groups();
      g.set_number(number);
      g.set_name(group.name());
      g.set_gateway(gateway);
      g.set_night_service(group.night_service());
    }
  return list;
}

} // namespace switchroom::exchange
