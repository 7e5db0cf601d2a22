// SPDX-License-Identifier: MIT
// Hunt groups (S16) of the configuration.
#include "app/config_file.hpp"

#include <algorithm>

namespace switchroom::app {
namespace {

constexpr std::size_t most_members = 200;

bool is_number(std::string_view text) {
  return !text.empty() && text.size() <= 15 &&
         std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

std::chrono::seconds seconds_of(std::int64_t count) {
  return std::chrono::seconds{count};
}

} // namespace

void configuration_file::check_members(config_reader& in, const hunting::group& group) {
  for (auto one = group.members.begin(); one != group.members.end(); ++one) {
    if (!is_number(*one))
      in.wrong("members", "\"" + *one + "\" is no extension", "use 1 to 15 digits");
    if (*one == group.number)
      in.wrong("members", "group " + group.number + " is a member of itself",
               "name users; a group cannot be a member");
    if (std::find(group.members.begin(), one, *one) != one)
      in.wrong("members", "user " + *one + " is there twice", "name each member once");
  }
  if (group.members.empty() || group.members.size() > most_members)
    in.wrong("members", "the group has " + std::to_string(group.members.size()) + " members",
             "name 1 to " + std::to_string(most_members) + " users");
}

void configuration_file::add_group(const toml::table& table) {
  auto in = section(table, "[[group]]");
  hunting::group group;
  const auto number = in.text("number", true);
  group.name = in.text("name").value_or("");
  const auto members = in.texts("members", true);
  if (const auto mode = in.choice("mode", hunting::mode_names()))
    group.mode = static_cast<hunting::mode>(*mode);
  if (const auto ring = in.integer("ring_s", 5, 60))
    group.ring = seconds_of(*ring);
  if (const auto queue = in.integer("queue", 0, 999))
    group.queue = static_cast<unsigned>(*queue);
  for (const auto& [key, to] : {std::pair("overflow", &group.overflow), {"night", &group.night}})
    if (const auto given = in.text(key)) {
      *to = *given;
      if (!is_number(*given) || given == number)
        in.wrong(key, "\"" + *given + "\" cannot be where calls go on",
                 "give the number of a user or of another group, 1 to 15 digits");
    }
  if (const auto after = in.integer("overflow_s", 5, 3600))
    group.overflow_after = seconds_of(*after);
  group.night_service = in.boolean("night_service").value_or(false);
  if (const auto filter = in.choice("status_on_no_answer", hunting::no_answer_filter_names()))
    group.no_answer = static_cast<hunting::no_answer_filter>(*filter);
  if (const auto day = in.text("day_profile")) {
    group.day_profile = *day;
    const auto& known = made_.exchange.profiles.times;
    if (std::ranges::none_of(known, [&](const auto& one) { return one.name() == *day; }))
      in.wrong("day_profile", "there is no time profile \"" + *day + "\"",
               "write it as a [[time_profile]] of this file");
  }
  in.refuse_the_rest();
  if (!number || !members)
    return;
  group.number = *number;
  group.members = *members;
  if (!is_number(group.number))
    in.wrong("number", "\"" + group.number + "\" is no number", "use 1 to 15 digits");
  if (std::ranges::any_of(made_.exchange.groups,
                          [&](const auto& one) { return one.number == group.number; }))
    in.wrong("number", "group " + group.number + " is there twice", "remove one of them");
  check_members(in, group);
  made_.exchange.groups.push_back(std::move(group));
}

} // namespace switchroom::app
