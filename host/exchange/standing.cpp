// SPDX-License-Identifier: MIT
// Night service, who takes no calls of groups, numbers lent to emergency calls: kept as one small
// document, written anew when one of them changes, and taken up after a restart.
#include "exchange/implementation.hpp"

#include <algorithm>

namespace switchroom::exchange {

standing::v1::Standing gateway::implementation::standing_now() const {
  standing::v1::Standing all;
  for (const auto& group : settings_.groups) {
    auto& one = *all.add_nights();
    one.set_group(group.number);
    one.set_on(night_.contains(group.number));
    const auto hours = in_day_hours_.find(group.number);
    one.set_in_day_hours(hours != in_day_hours_.end() && hours->second);
  }
  for (const auto& [line, p] : lines_)
    if (const auto* session = desks_.at(line);
        session != nullptr && p.duty == duty::not_available) {
      auto& one = *all.add_duties();
      one.set_line(line.value);
      one.set_extension(session->settings.extension());
    }
  for (const auto& lent : emergency_ports_) {
    auto& one = *all.add_lent_numbers();
    one.set_number(lent.number);
    one.set_line(lent.line.value);
    one.set_by(lent.by);
    one.set_until_s(wall_s(std::min(lent.until, now_ + settings_.emergency_call_back)));
  }
  return all;
}

/// What the configuration has no more, or whose time has passed, is left.
void gateway::implementation::take_up(const standing::v1::Standing& before) {
  for (const auto& one : before.nights()) {
    const auto* group = own_group(one.group());
    if (group == nullptr)
      continue;
    if (one.on())
      night_.insert(one.group());
    else
      night_.erase(one.group());
    if (!group->day_profile.empty())
      in_day_hours_[one.group()] = one.in_day_hours();
  }
  for (const auto& one : before.duties()) {
    const auto found = lines_.find(line_id{one.line()});
    const auto* session = desks_.at(line_id{one.line()});
    if (found == lines_.end() || session == nullptr ||
        session->settings.extension() != one.extension())
      continue;
    touch(found->second); // so that peers are told
    found->second.duty = duty::not_available;
  }
  for (const auto& one : before.lent_numbers())
    if (lines_.contains(line_id{one.line()}) &&
        (!one.by().empty() || std::ranges::find(settings_.call_back_numbers, one.number()) !=
                                  settings_.call_back_numbers.end()))
      emergency_ports_.push_back({one.number(), line_id{one.line()}, one.by(),
                                  at_wall_s(one.until_s(), settings_.emergency_call_back)});
  forget_emergency_ports();
}

/// A calendar that was set while the gateway was down makes nothing last longer than it may.
instant gateway::implementation::at_wall_s(double when_s, duration longest) const {
  const auto left = std::chrono::duration<double>(when_s - wall_s());
  return now_ + std::clamp(std::chrono::duration_cast<duration>(left), duration{}, longest);
}

void gateway::implementation::keep_standing() {
  auto now = standing_now();
  auto octets = now.SerializeAsString();
  if (octets == standing_kept_)
    return;
  standing_kept_ = std::move(octets);
  out_.emplace_back(store{store_standing{std::move(now)}});
}

} // namespace switchroom::exchange
