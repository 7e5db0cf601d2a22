// SPDX-License-Identifier: MIT
#include "users/profiles.hpp"

#include <algorithm>
#include <cstdio>

namespace switchroom::users {

using user::v1::TimeProfile;
using user::v1::User;
using user::v1::UserRights;

namespace {

constexpr std::size_t longest_name = 31;

template <typename List>
auto named(const List& list, std::string_view name)
    -> const std::decay_t<decltype(*list.begin())>* {
  const auto found =
      std::find_if(list.begin(), list.end(), [&](const auto& one) { return one.name() == name; });
  return found == list.end() || name.empty() ? nullptr : &*found;
}

template <typename List, typename Body>
bool is_among(const List& list, const Body* body) {
  return std::any_of(list.begin(), list.end(), [&](const auto& one) { return &one == body; });
}

std::string text_of(const std::chrono::year_month_day& date) {
  char text[16];
  std::snprintf(text, sizeof text, "%04d-%02u-%02u", static_cast<int>(date.year()),
                static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
  return text;
}

time_zone zone_of(const TimeProfile& profile, std::string_view own) {
  auto zone = time_zone::parse(profile.time_zone());
  if (!zone)
    zone = time_zone::parse(own);
  return zone ? *zone : time_zone();
}

} // namespace

bool is_profile_name(std::string_view name) {
  return !name.empty() && name.size() <= longest_name &&
         std::all_of(name.begin(), name.end(), [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
                  c == '-' || c == '_';
         });
}

User travelling(User user, const profiles& of_home) {
  user.clear_carried();
  if (!of_home.portable)
    return user;
  for (const auto& name : {user.user_rights(), user.user_rights_out_of_hours()})
    if (const auto* body = named(of_home.rights, name);
        body != nullptr && named(user.carried().user_rights(), name) == nullptr)
      *user.mutable_carried()->add_user_rights() = *body;
  if (const auto* body = named(of_home.times, user.time_profile())) {
    auto& hours = *user.mutable_carried()->add_time_profiles() = *body;
    if (of_home.visited_zone)
      hours.clear_time_zone();
    else if (hours.time_zone().empty())
      hours.set_time_zone(of_home.time_zone);
  }
  return user;
}

const UserRights* rights_here(const User& user, std::string_view name, const profiles& here) {
  const auto* body = named(user.carried().user_rights(), name);
  return body != nullptr ? body : named(here.rights, name);
}

const TimeProfile* time_profile_here(const User& user, const profiles& here) {
  const auto* body = named(user.carried().time_profiles(), user.time_profile());
  return body != nullptr ? body : named(here.times, user.time_profile());
}

bool is_carried(const User& user, const UserRights* body) {
  return is_among(user.carried().user_rights(), body);
}

bool is_carried(const User& user, const TimeProfile* body) {
  return is_among(user.carried().time_profiles(), body);
}

bool is_active(const TimeProfile& profile, std::int64_t utc_s, std::string_view own_zone) {
  const auto now = zone_of(profile, own_zone).at(utc_s);
  const auto today = text_of(now.date);
  const auto covers = [&](const TimeProfile::Entry& entry) {
    return entry.days() == 0 && entry.first_date() <= today && today <= entry.last_date();
  };
  const auto& entries = profile.entries();
  const bool by_date = std::any_of(entries.begin(), entries.end(), covers);
  return std::any_of(entries.begin(), entries.end(), [&](const TimeProfile::Entry& entry) {
    const bool of_today = by_date ? covers(entry) : (entry.days() >> now.weekday & 1) != 0;
    return of_today && entry.from_min() <= now.minute && now.minute < entry.to_min();
  });
}

std::optional<bool> in_hours(const User& user, const profiles& here, std::int64_t utc_s) {
  const auto* hours = time_profile_here(user, here);
  if (hours == nullptr)
    return std::nullopt;
  return is_active(*hours, utc_s, here.time_zone);
}

const std::string& rights_name_now(const User& user, const profiles& here, std::int64_t utc_s) {
  const bool out = !in_hours(user, here, utc_s).value_or(true);
  return out && !user.user_rights_out_of_hours().empty() ? user.user_rights_out_of_hours()
                                                         : user.user_rights();
}

bool forwards_now(const User& user, const profiles& here, std::int64_t utc_s) {
  const auto inside = in_hours(user, here, utc_s);
  if (!inside || user.forward_when().empty())
    return true;
  return (user.forward_when() == "active") == *inside;
}

} // namespace switchroom::users
