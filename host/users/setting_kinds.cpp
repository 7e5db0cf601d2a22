// SPDX-License-Identifier: MIT
#include "users/setting_kinds.hpp"

#include "users/buttons.hpp"
#include "users/profiles.hpp"

#include <algorithm>
#include <charconv>
#include <set>

namespace switchroom::users {
namespace {

using user::v1::SettingChange;
using user::v1::User;
using kind = setting_kind;

constexpr std::size_t most_digits = 31; // as many as a short code's N may be dialled with
constexpr std::size_t most_exceptions = 60;
constexpr unsigned most_seconds = 600;
constexpr std::size_t longest_text = 128;

bool is_number(std::string_view text) {
  return !text.empty() && text.size() <= most_digits &&
         text.find_first_not_of("0123456789") == std::string_view::npos;
}

refusal wrong(const setting& which, const SettingChange& change, std::string_view remedy) {
  return {"\"" + change.value() + "\" cannot be " + std::string(which.what) + ".",
          std::string(remedy)};
}

refusal itself(const User& user, const setting& which) {
  return {"User " + user.extension() + " cannot have the own number as " + std::string(which.what) +
              ".",
          "Give another user's number."};
}

using done = result<bool>;

done set_flag(User& user, const setting& which, const SettingChange& change) {
  if (change.action() != SettingChange::SET || (change.value() != "on" && change.value() != "off"))
    return wrong(which, change, "Give on or off.");
  const field f(which.name);
  f.by->SetBool(&user, f.at, change.value() == "on");
  return true;
}

done set_number(User& user, const setting& which, const SettingChange& change) {
  const field f(which.name);
  const auto now = f.by->GetString(user, f.at);
  if (change.action() == SettingChange::REMOVE) {
    if (now != change.value())
      return refusal{"User " + user.extension() + " does not have " + change.value() + " as " +
                         std::string(which.what) + ".",
                     "`switchroom user show` shows the settings of a user."};
    f.by->SetString(&user, f.at, {});
    return true;
  }
  if (change.action() == SettingChange::ADD ||
      (!change.value().empty() && !is_number(change.value())))
    return wrong(which, change, "Give a number of 1 to 31 digits, or nothing for none.");
  if (!change.value().empty() && change.value() == user.extension())
    return itself(user, which);
  f.by->SetString(&user, f.at, change.value());
  return true;
}

std::vector<std::string> split(std::string_view list) {
  std::vector<std::string> numbers;
  while (!list.empty()) {
    const auto comma = std::min(list.find(','), list.size());
    numbers.emplace_back(list.substr(0, comma));
    list.remove_prefix(std::min(comma + 1, list.size()));
  }
  return numbers;
}

done set_numbers(User& user, const setting& which, const SettingChange& change) {
  const bool anew = change.action() == SettingChange::SET;
  auto numbers = anew ? std::vector<std::string>() : split(value_of(user, which));
  const auto given = split(change.value());
  if (!anew && given.size() != 1)
    return wrong(which, change, "Give one number.");
  for (const auto& number : given) {
    const auto there = std::find(numbers.begin(), numbers.end(), number);
    if (!is_number(number))
      return wrong(which, change, "Give numbers of 1 to 31 digits, with commas between.");
    if (change.action() != SettingChange::REMOVE && there == numbers.end())
      numbers.push_back(number);
    else if (change.action() == SettingChange::REMOVE && there == numbers.end())
      return wrong(which, change, "It is not among them; `switchroom user show` shows them.");
    else if (change.action() == SettingChange::REMOVE)
      numbers.erase(there);
  }
  if (numbers.size() > most_exceptions)
    return refusal{"User " + user.extension() + " has " + std::to_string(most_exceptions) + " " +
                       std::string(which.what) + ", which is the most.",
                   "Take one away first."};
  const field f(which.name);
  f.by->ClearField(&user, f.at);
  for (const auto& number : numbers)
    f.by->AddString(&user, f.at, number);
  return true;
}

done set_seconds(User& user, const setting& which, const SettingChange& change) {
  unsigned seconds = 0;
  const auto& text = change.value();
  const auto end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, seconds);
  if (change.action() != SettingChange::SET || read.ec != std::errc{} || read.ptr != end ||
      seconds > most_seconds)
    return wrong(which, change, "Give 1 to 600 seconds, or 0 for the usual time.");
  const field f(which.name);
  f.by->SetUInt32(&user, f.at, seconds);
  return true;
}

done set_text(User& user, const setting& which, const SettingChange& change) {
  if (change.action() != SettingChange::SET || change.value().size() > longest_text)
    return wrong(which, change, "Give at most 128 octets of text, or nothing for none.");
  const field f(which.name);
  f.by->SetString(&user, f.at, change.value());
  return true;
}

done set_profile(User& user, const setting& which, const SettingChange& change) {
  if (change.action() != SettingChange::SET ||
      (!change.value().empty() && !is_profile_name(change.value())))
    return wrong(which, change,
                 "Give a name of 1 to 31 letters, digits, - and _, or nothing for none.");
  const field f(which.name);
  f.by->SetString(&user, f.at, change.value());
  return true;
}

/// The first word is the same as none, and is kept so.
done set_choice(User& user, const setting& which, const SettingChange& change) {
  const auto& words = which.words;
  const auto found = std::find(words.begin(), words.end(), change.value());
  if (change.action() != SettingChange::SET || (found == words.end() && !change.value().empty())) {
    std::string list;
    for (const auto& word : words)
      list.append(list.empty() ? "" : ", ").append(word);
    return wrong(which, change, "Choose one of: " + list + ".");
  }
  const field f(which.name);
  f.by->SetString(&user, f.at, found == words.begin() ? std::string() : change.value());
  return true;
}

done set_buttons(User& user, const setting& which, const SettingChange& change) {
  auto& all = *user.mutable_buttons();
  if (change.action() == SettingChange::SET)
    all.Clear();
  std::set<unsigned> keys;
  for (const auto& text : split(change.value())) {
    const bool away = change.action() == SettingChange::REMOVE;
    const auto button = read_button(away && text.find('=') == text.npos ? text + "=none" : text);
    if (!button)
      return button.error();
    if (!keys.insert(button->key()).second)
      return refusal{"Button " + std::to_string(button->key()) + " is there twice.",
                     "Give each button one feature."};
    const auto there = std::find_if(all.begin(), all.end(),
                                    [&](const auto& one) { return one.key() == button->key(); });
    if (away && there == all.end())
      return wrong(which, change, "There is no such button; `switchroom user show` shows them.");
    if (there != all.end())
      all.erase(there);
    if (!away)
      *all.Add() = *button;
  }
  std::sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.key() < b.key(); });
  return true;
}

} // namespace

result<bool> set_by_kind(User& user, const setting& which, const SettingChange& change) {
  switch (which.kind) {
  case kind::flag:
    return set_flag(user, which, change);
  case kind::number:
    return set_number(user, which, change);
  case kind::numbers:
    return set_numbers(user, which, change);
  case kind::seconds:
    return set_seconds(user, which, change);
  case kind::profile:
    return set_profile(user, which, change);
  case kind::choice:
    return set_choice(user, which, change);
  case kind::buttons:
    return set_buttons(user, which, change);
  case kind::text:
    break;
  }
  return set_text(user, which, change);
}

} // namespace switchroom::users
