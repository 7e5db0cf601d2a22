// SPDX-License-Identifier: MIT
#include "dialplan/compiled.hpp"

#include <algorithm>

namespace switchroom::dialplan {

namespace {

const char* level_name(level from) {
  return from == level::user ? "User" : from == level::rights ? "User rights" : "System";
}

refusal refuse(level from, const short_code& code, const std::string& field,
               std::string_view content, const fault& why) {
  std::string where = std::string(level_name(from)) + " short code \"" + code.code + "\"";
  if (!field.empty())
    where += ", its " + field + " \"" + std::string(content) + "\"";
  if (why.position == 0)
    return {where + ": it " + why.what, why.remedy};
  return {where + ": character " + std::to_string(why.position) + ", '" +
              std::string(content.substr(why.position - 1, 1)) + "', " + why.what,
          why.remedy};
}

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
  made.from = from;
  return made;
}

std::size_t key_of(char digit) {
  return digit == '*' ? 10 : digit == '#' ? 11 : static_cast<std::size_t>(digit - '0');
}

} // namespace

plan::plan() : codes_(std::make_shared<const compiled>()) {}

result<plan> compile(const std::vector<short_code>& user, const std::vector<short_code>& rights,
                     const std::vector<short_code>& system) {
  auto all = std::make_shared<plan::compiled>();
  const std::pair<level, const std::vector<short_code>*> levels[] = {
      {level::user, &user}, {level::rights, &rights}, {level::system, &system}};
  for (const auto& [from, codes] : levels)
    for (const auto& source : *codes) {
      auto made = compile_one(source, from);
      if (!made)
        return made.error();
      all->add(std::move(*made));
    }
  return plan(std::move(all));
}

void plan::compiled::add(compiled_code made) {
  const auto index = static_cast<std::uint32_t>(codes.size());
  made.order = index;
  const auto first = [index](std::uint32_t& slot) { slot = slot == no_index ? index : slot; };
  if (made.digits.is_default == default_kind::hot_line) {
    first(hot_line); // levels are added in order of precedence
  } else if (made.digits.is_default == default_kind::anything) {
    made.from = made.from == level::system ? level::system_default : level::user_default;
    first(made.from == level::system_default ? system_default : user_default);
  } else {
    std::uint32_t node = 0;
    std::size_t position = 0;
    for (const auto& one : made.digits.elements) {
      node = child(node, made.digits, one);
      if (++position == made.digits.secondary_dial_tone)
        nodes[node].secondary_dial_tone = true;
    }
    auto& ends = nodes[node].code;
    if (ends == no_index || precedes(made, codes[ends]))
      ends = index;
    const bool plain = made.digits.literals() == made.digits.elements.size();
    if (plain && made.source.what == feature::emergency) {
      auto& number = emergency.emplace_back();
      for (const auto& one : made.digits.elements)
        number += one.literal;
    }
  }
  codes.push_back(std::move(made));
}

std::uint32_t plan::compiled::child(std::uint32_t node, const pattern& whole, const element& one) {
  const auto made = static_cast<std::uint32_t>(nodes.size());
  auto& parent = nodes[node];
  parent.leads_on = true;
  auto& next = one.kind == element_kind::literal     ? parent.literal[key_of(one.literal)]
               : one.kind == element_kind::one_digit ? parent.one_digit
               : whole.star_in_n                     ? parent.n_star
                                                     : parent.n;
  if (next != no_index)
    return next;
  next = made;
  auto& added = nodes.emplace_back();
  added.loops = one.kind == element_kind::digits;
  added.loops_star = added.loops && whole.star_in_n;
  return made;
}

bool plan::compiled::begins_emergency(std::string_view digits) const {
  return std::any_of(emergency.begin(), emergency.end(), [&](const std::string& number) {
    return number.size() > digits.size() && number.starts_with(digits);
  });
}

walked walk(const plan::compiled& all, std::string_view digits) {
  std::vector<std::uint32_t> now, next;
  const auto enter = [&](std::vector<std::uint32_t>& set, std::uint32_t node) {
    if (node == no_index)
      return;
    set.push_back(node);
    for (const auto n : {all.nodes[node].n, all.nodes[node].n_star})
      if (n != no_index)
        set.push_back(n); // N may match nothing; no N follows an N
  };
  enter(now, 0);
  for (const char digit : digits) {
    const bool decimal = digit >= '0' && digit <= '9';
    next.clear();
    if (decimal || digit == '*' || digit == '#')
      for (const auto at : now) {
        const auto& node = all.nodes[at];
        enter(next, node.literal[key_of(digit)]);
        if (decimal)
          enter(next, node.one_digit);
        if ((node.loops && decimal) || (node.loops_star && digit == '*'))
          next.push_back(at);
      }
    now.swap(next);
  }
  walked found;
  for (const auto at : now) {
    const auto& node = all.nodes[at];
    found.leads_on |= node.leads_on || node.loops;
    found.secondary_dial_tone |= node.secondary_dial_tone;
    if (node.code != no_index &&
        (found.winner == no_index || precedes(all.codes[node.code], all.codes[found.winner])))
      found.winner = node.code;
  }
  return found;
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
