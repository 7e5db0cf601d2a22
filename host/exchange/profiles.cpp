// SPDX-License-Identifier: MIT
// User rights and time profiles at work (rule S2): what a person may dial now, whether forwarding
// holds at this hour, and groups that go into night service by the clock.
#include "exchange/implementation.hpp"

#include <cmath>

namespace switchroom::exchange {

double gateway::implementation::wall_s(instant at) const {
  return clock_origin_s_ + std::chrono::duration<double>(at.time_since_epoch()).count();
}

void gateway::implementation::on(const wall_clock& clock) {
  clock_origin_s_ = clock.origin_s;
  follow_day_hours();
}

/// Nothing: the user names none, or it is inert here.
const user::v1::UserRights* gateway::implementation::rights_now(const user::v1::User& who) const {
  const auto& here = settings_.profiles;
  const auto now = static_cast<std::int64_t>(std::floor(wall_s()));
  return users::rights_here(who, users::rights_name_now(who, here, now), here);
}

/// Rule C3: user, user rights, system. `codes`: those of the user and of the rights.
result<dialplan::plan>
gateway::implementation::plan_of(const user::v1::User& who,
                                 std::vector<dialplan::short_code>* codes) const {
  const auto own = codes_of(who.short_codes());
  const auto* rights = rights_now(who);
  const auto given = rights == nullptr ? decltype(own)() : codes_of(rights->short_codes());
  if (codes != nullptr) {
    *codes = own;
    codes->insert(codes->end(), given.begin(), given.end());
  }
  return dialplan::of_user(system_plan_, own, given);
}

bool gateway::implementation::forwards_now(const user::v1::User& who) const {
  return users::forwards_now(who, settings_.profiles,
                             static_cast<std::int64_t>(std::floor(wall_s())));
}

// ---- groups ------------------------------------------------------------------------------------

bool gateway::implementation::is_day(const hunting::group& group) const {
  for (const auto& profile : settings_.profiles.times)
    if (profile.name() == group.day_profile)
      return users::is_active(profile, static_cast<std::int64_t>(std::floor(wall_s())),
                              settings_.profiles.time_zone);
  return true; // the configuration has been checked: there is none
}

/// Whoever switches night service by hand overrules the clock until its next change [P].
void gateway::implementation::follow_day_hours() {
  for (const auto& group : settings_.groups) {
    if (group.day_profile.empty())
      continue;
    const bool day = is_day(group);
    const auto [known, first] = in_day_hours_.try_emplace(group.number, !day);
    if (known->second == day)
      continue;
    known->second = day;
    if (night_.contains(group.number) == day)
      set_night_service(group, !day);
  }
}

/// Hours begin and end with a minute.
instant gateway::implementation::next_minute() const {
  const double seconds = 60 - std::fmod(wall_s(), 60.0);
  return now_ + std::chrono::ceil<duration>(std::chrono::duration<double>(seconds));
}

} // namespace switchroom::exchange
