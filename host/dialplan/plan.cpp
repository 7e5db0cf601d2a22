// SPDX-License-Identifier: MIT
#include "dialplan/table.hpp"

namespace switchroom::dialplan {

namespace {

refusal refuse(level from, const short_code& code, const std::string& field,
               std::string_view content, const fault& why) {
  std::string where = std::string(level_name(from)) + " short code \"" + code.code + "\"";
  where.front() = static_cast<char>(where.front() - 'a' + 'A');
  if (!field.empty())
    where += ", its " + field + " \"" + std::string(content) + "\"";
  if (why.position == 0)
    return {where + ": it " + why.what, why.remedy};
  return {where + ": character " + std::to_string(why.position) + ", '" +
              std::string(content.substr(why.position - 1, 1)) + "', " + why.what,
          why.remedy};
}

level default_of(level from) {
  return from == level::system ? level::system_default
         : from == level::line ? level::line_default
                               : level::user_default;
}

/// None: the level has no codes.
result<std::shared_ptr<const table>> compile_level(const std::vector<short_code>& sources,
                                                   level from) {
  std::vector<compiled_code> codes;
  codes.reserve(sources.size());
  for (const auto& source : sources) {
    auto made = compile_one(source, from);
    if (!made)
      return made.error();
    codes.push_back(std::move(*made));
  }
  return codes.empty() ? nullptr : std::make_shared<const table>(std::move(codes));
}

using levels_given = std::vector<std::pair<level, const std::vector<short_code>*>>;

result<plan> over(const plan::tables& system, const levels_given& levels, bool arriving) {
  plan::tables all;
  for (const auto& [from, codes] : levels) {
    auto made = compile_level(*codes, from);
    if (!made)
      return made.error();
    if (*made)
      all.push_back(std::move(*made));
  }
  for (const auto& level : system)
    if (level->codes().front().from == level::system ||
        level->codes().front().from == level::system_default)
      all.push_back(level);
  return plan(std::move(all), arriving);
}

} // namespace

bool needs_number(feature what) {
  switch (what) {
  case feature::dial:
  case feature::emergency:
  case feature::log_in:
  case feature::change_login_code:
  case feature::do_not_disturb_exception_add:
  case feature::do_not_disturb_exception_remove:
  case feature::follow_me_here:
  case feature::follow_me_here_cancel:
    return true;
  default:
    return false;
  }
}

std::string_view level_name(level from) {
  switch (from) {
  case level::user:
    return "user";
  case level::rights:
    return "user rights";
  case level::line:
    return "line";
  case level::system:
    return "system";
  case level::extension:
    return "extension";
  default:
    return "default";
  }
}

result<compiled_code> compile_one(const short_code& source, level from) {
  auto digits = parse_code(source.code);
  if (const auto* wrong = std::get_if<fault>(&digits))
    return refuse(from, source, "", source.code, *wrong);
  auto number = parse_number(source.number);
  if (const auto* wrong = std::get_if<fault>(&number))
    return refuse(from, source, "number", source.number, *wrong);
  if (source.number.empty() && needs_number(source.what))
    return refuse(from, source, "", source.code,
                  {0, "has no number.", "Give one; N is what the code's N matched, . all digits."});
  compiled_code made;
  made.source = source;
  made.digits = std::get<pattern>(std::move(digits));
  made.number = std::get<std::vector<part>>(std::move(number));
  made.from = made.digits.is_default == default_kind::anything ? default_of(from) : from;
  return made;
}

result<plan> compile(const std::vector<short_code>& user, const std::vector<short_code>& rights,
                     const std::vector<short_code>& system) {
  return over({}, {{level::user, &user}, {level::rights, &rights}, {level::system, &system}},
              false);
}

result<plan> of_user(const plan& system, const std::vector<short_code>& user,
                     const std::vector<short_code>& rights) {
  return over(system.levels(), {{level::user, &user}, {level::rights, &rights}}, false);
}

result<plan> of_line(const plan& system, const std::vector<short_code>& line) {
  return over(system.levels(), {{level::line, &line}}, true);
}

std::string fill_in(const compiled_code& code, std::string_view digits, std::string_view wildcard,
                    const call_context& caller) {
  std::string number;
  for (const auto& one : code.number)
    switch (one.kind) {
    case part_kind::text:
      number += one.text;
      break;
    case part_kind::wildcard:
      number += wildcard;
      break;
    case part_kind::all_dialled:
      number += digits;
      break;
    case part_kind::calling_number:
      number += caller.calling_number;
      break;
    case part_kind::extension:
      number += caller.extension;
      break;
    case part_kind::user_name:
      number += caller.user_name;
      break;
    }
  return number;
}

} // namespace switchroom::dialplan
