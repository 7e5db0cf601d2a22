// SPDX-License-Identifier: MIT
// User rights and time profiles (S2) of the configuration.
#include "app/config_file.hpp"
#include "app/time_zones.hpp"
#include "users/profiles.hpp"

#include <algorithm>
#include <array>

namespace switchroom::app {
namespace {

// Bodies may travel with a user, in one message of 64 KiB.
constexpr int most_codes = 64;
constexpr int most_entries = 64;

const std::vector<std::string>& day_names() {
  static const std::vector<std::string> names{"mon", "tue", "wed", "thu", "fri", "sat", "sun"};
  return names;
}

/// "08:30" and "24:00" as minutes.
std::optional<std::uint32_t> minutes_of(std::string_view text) {
  const auto digit = [&](std::size_t at) { return text[at] >= '0' && text[at] <= '9'; };
  if (text.size() != 5 || text[2] != ':' || !digit(0) || !digit(1) || !digit(3) || !digit(4))
    return std::nullopt;
  const auto value = [&](std::size_t at) {
    return static_cast<std::uint32_t>((text[at] - '0') * 10 + (text[at + 1] - '0'));
  };
  if (value(3) > 59 || value(0) * 60 + value(3) > 1440)
    return std::nullopt;
  return value(0) * 60 + value(3);
}

bool is_date(std::string_view text) {
  constexpr std::string_view shape = "dddd-dd-dd";
  if (text.size() != shape.size())
    return false;
  for (std::size_t n = 0; n < shape.size(); ++n)
    if (shape[n] == 'd' ? text[n] < '0' || text[n] > '9' : text[n] != '-')
      return false;
  const auto number = [&](std::size_t at, std::size_t size) {
    return std::stoi(std::string(text.substr(at, size)));
  };
  return std::chrono::year_month_day(std::chrono::year(number(0, 4)),
                                     std::chrono::month(static_cast<unsigned>(number(5, 2))),
                                     std::chrono::day(static_cast<unsigned>(number(8, 2))))
      .ok();
}

template <typename List>
std::string check_name(config_reader& in, const List& others) {
  const auto name = in.text("name", true).value_or("");
  if (!name.empty() && !users::is_profile_name(name))
    in.wrong("name", "\"" + name + "\" is no name", "use 1 to 31 letters, digits, - and _");
  if (std::ranges::any_of(others, [&](const auto& one) { return one.name() == name; }))
    in.wrong("name", "\"" + name + "\" is there twice", "remove one of them");
  return name;
}

} // namespace

std::string configuration_file::time_zone_of(config_reader& in) {
  const auto given = in.text("time_zone");
  if (!given)
    return {};
  auto rule = time_zone_rule(*given);
  if (rule)
    return *rule;
  in.wrong("time_zone", rule.error().what, rule.error().remedy);
  return {};
}

void configuration_file::add_user_rights(const toml::table& table) {
  auto in = section(table, "[[user_rights]]");
  auto& all = made_.exchange.profiles.rights;
  user::v1::UserRights rights;
  rights.set_name(check_name(in, all));
  for (const auto& code : in.texts("barred").value_or(std::vector<std::string>())) {
    auto& taken = *rights.add_short_codes();
    taken.set_code(code);
    taken.set_feature(std::string(dialplan::feature_name(dialplan::feature::barred)));
    if (const auto plan = dialplan::compile({}, {dialplan::code_of(taken)}, {}); !plan)
      in.wrong("barred", plan.error().what, plan.error().remedy);
  }
  for (const toml::table* code : in.tables("short_code")) {
    auto one = section(*code, "[[user_rights.short_code]]");
    if (auto read = short_code_of(one))
      *rights.add_short_codes() = std::move(*read);
  }
  in.refuse_the_rest();
  if (rights.short_codes_size() > most_codes)
    in.wrong("name",
             "user rights \"" + rights.name() + "\" have " +
                 std::to_string(rights.short_codes_size()) + " codes",
             "64 are the most, those that are barred included");
  all.push_back(std::move(rights));
}

bool configuration_file::read_hours(config_reader& in, bool required,
                                    user::v1::TimeProfile::Entry& to) {
  std::array<std::optional<std::uint32_t>, 2> minutes;
  std::size_t given = 0;
  for (const auto* key : {"from", "to"}) {
    const auto text = in.text(key, required);
    auto& read = minutes[key[0] == 't'];
    given += text.has_value();
    if (text && !(read = minutes_of(*text)))
      in.wrong(key, "\"" + *text + "\" is no time of the day", "write 08:30, up to 24:00");
  }
  if (!minutes[0] || !minutes[1]) {
    if (given == 1)
      in.wrong("from", "only one of from and to is there", "give both, or none");
    return given == 0;
  }
  if (*minutes[0] >= *minutes[1])
    in.wrong("to", "to is not after from", "write two entries for hours over midnight");
  to.set_from_min(*minutes[0]);
  to.set_to_min(*minutes[1]);
  return true;
}

void configuration_file::add_week(const toml::table& table, user::v1::TimeProfile& to) {
  auto in = section(table, "[[time_profile.week]]");
  auto& entry = *to.add_entries();
  for (const auto& name : in.texts("days", true).value_or(std::vector<std::string>())) {
    const auto& names = day_names();
    const auto at = std::ranges::find(names, name);
    if (at == names.end())
      in.wrong("days", "\"" + name + "\" is no day", "use mon, tue, wed, thu, fri, sat, sun");
    else
      entry.set_days(entry.days() | 1u << (at - names.begin()));
  }
  read_hours(in, true, entry);
  in.refuse_the_rest();
}

/// Without hours: not active on these dates.
void configuration_file::add_date(const toml::table& table, user::v1::TimeProfile& to) {
  auto in = section(table, "[[time_profile.date]]");
  auto& entry = *to.add_entries();
  entry.set_first_date(in.text("first", true).value_or(""));
  const auto last = in.text("last");
  entry.set_last_date(last.value_or(entry.first_date()));
  read_hours(in, false, entry);
  in.refuse_the_rest();
  for (const auto& [key, date] :
       {std::pair("first", entry.first_date()), {"last", last.value_or("")}})
    if (!date.empty() && !is_date(date))
      in.wrong(key, "\"" + date + "\" is no date", "write it as 2026-12-24");
  if (entry.last_date() < entry.first_date())
    in.wrong("last", "last is before first", "give the dates in their order");
}

void configuration_file::add_time_profile(const toml::table& table) {
  auto in = section(table, "[[time_profile]]");
  auto& all = made_.exchange.profiles.times;
  user::v1::TimeProfile profile;
  profile.set_name(check_name(in, all));
  profile.set_time_zone(time_zone_of(in));
  for (const toml::table* week : in.tables("week"))
    add_week(*week, profile);
  for (const toml::table* date : in.tables("date"))
    add_date(*date, profile);
  in.refuse_the_rest();
  if (profile.entries_size() == 0 || profile.entries_size() > most_entries)
    in.wrong("name",
             "time profile \"" + profile.name() + "\" has " +
                 std::to_string(profile.entries_size()) + " entries",
             "write 1 to 64 as [[time_profile.week]] and [[time_profile.date]]");
  all.push_back(std::move(profile));
}

} // namespace switchroom::app
