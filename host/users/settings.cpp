// SPDX-License-Identifier: MIT
#include "users/settings.hpp"

#include "users/buttons.hpp"
#include "users/forwarding.hpp"
#include "users/profiles.hpp"

#include <algorithm>
#include <charconv>

namespace switchroom::users {
namespace {

using user::v1::SettingChange;
using user::v1::User;
using kind = setting_kind;

constexpr std::size_t most_digits = 31; // as many as a short code's N may be dialled with
constexpr std::size_t most_exceptions = 60;
constexpr unsigned most_seconds = 600;
constexpr std::size_t longest_text = 128;

constexpr std::string_view forward_when_words[] = {"always", "active", "inactive"};

constexpr std::string_view no_answer_words[] = {"logged_in", "busy_wrap_up", "busy_not_available",
                                                "logged_off"};
constexpr std::string_view language_words[] = {"locale", "de", "en", "fr", "nl"};

constexpr setting table[] = {
    {"forward_unconditional", kind::number, "forward unconditional to"},
    {"forward_unconditional_on", kind::flag, "forward unconditional"},
    {"forward_busy", kind::number, "forward on busy to"},
    {"forward_busy_on", kind::flag, "forward on busy"},
    {"forward_no_answer", kind::number, "forward on no answer to"},
    {"forward_no_answer_on", kind::flag, "forward on no answer"},
    {"no_answer_s", kind::seconds, "seconds of ringing (0: usual)"},
    {"do_not_disturb", kind::flag, "do not disturb"},
    {"do_not_disturb_exceptions", kind::numbers, "do not disturb exceptions"},
    {"call_waiting", kind::flag, "call waiting"},
    {"follow_me", kind::number, "follow me to"},
    {"absence_text", kind::text, "absence text"},
    {"user_rights", kind::profile, "user rights", changed_by::administrator},
    {"user_rights_out_of_hours", kind::profile, "user rights out of hours",
     changed_by::administrator},
    {"time_profile", kind::profile, "time profile", changed_by::administrator},
    {"forward_when", kind::choice, "forwarding holds, by time profile", changed_by::person,
     forward_when_words},
    {"agent", kind::flag, "contact-centre agent", changed_by::administrator},
    {"status_on_no_answer", kind::choice, "status on no answer", changed_by::administrator,
     no_answer_words},
    {"buttons", kind::buttons, "buttons"},
    {"display_language", kind::choice, "language of the display", changed_by::person,
     language_words},
    {"show_missed_calls", kind::flag, "missed calls shown"},
};

/// The table names fields; this is where one is found.
struct field {
  const google::protobuf::FieldDescriptor* at;
  const google::protobuf::Reflection* by;
  explicit field(std::string_view name)
      : at(User::descriptor()->FindFieldByName(std::string(name))), by(User::GetReflection()) {}
};

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
  for (const auto& text : split(change.value())) {
    const bool away = change.action() == SettingChange::REMOVE;
    const auto button = read_button(away && text.find('=') == text.npos ? text + "=none" : text);
    if (!button)
      return button.error();
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

done apply(User& user, const SettingChange& change) {
  const auto* which = setting_named(change.setting());
  if (which == nullptr)
    return refusal{"\"" + change.setting() + "\" is no setting of a user that can be changed.",
                   "Install the same release of Switchroom on all gateways."};
  switch (which->kind) {
  case kind::flag:
    return set_flag(user, *which, change);
  case kind::number:
    return set_number(user, *which, change);
  case kind::numbers:
    return set_numbers(user, *which, change);
  case kind::seconds:
    return set_seconds(user, *which, change);
  case kind::profile:
    return set_profile(user, *which, change);
  case kind::choice:
    return set_choice(user, *which, change);
  case kind::buttons:
    return set_buttons(user, *which, change);
  case kind::text:
    break;
  }
  return set_text(user, *which, change);
}

/// Forwarding that has lost its number goes off; what never had one cannot be switched on.
done check_forwarding(const User& before, User& after) {
  struct forwarding {
    std::string_view flag;
    std::string (*to)(const User&);
  };
  for (const auto& [flag, to] : {forwarding{"forward_unconditional_on", forward_unconditional_of},
                                 {"forward_busy_on", forward_busy_of},
                                 {"forward_no_answer_on", forward_no_answer_of}}) {
    const field f(flag);
    if (!f.by->GetBool(after, f.at) || !to(after).empty())
      continue;
    if (!f.by->GetBool(before, f.at))
      return refusal{"User " + after.extension() + " has no number for " +
                         std::string(setting_named(flag)->what) + ".",
                     "Set the number first: *07*N#, or *57*N# for busy and no answer."};
    f.by->SetBool(&after, f.at, false);
  }
  return true;
}

} // namespace

std::span<const setting> settings() {
  return table;
}

const setting* setting_named(std::string_view name) {
  const auto* found = std::find_if(std::begin(table), std::end(table),
                                   [&](const setting& one) { return one.name == name; });
  return found == std::end(table) ? nullptr : found;
}

const setting* for_administrators(const changes& wanted) {
  for (const auto& change : wanted)
    if (const auto* which = setting_named(change.setting());
        which != nullptr && which->who == changed_by::administrator)
      return which;
  return nullptr;
}

std::string value_of(const User& user, const setting& which) {
  const field f(which.name);
  switch (which.kind) {
  case kind::flag:
    return f.by->GetBool(user, f.at) ? "on" : "off";
  case kind::seconds:
    return std::to_string(f.by->GetUInt32(user, f.at));
  case kind::number:
  case kind::profile:
  case kind::text:
    return f.by->GetString(user, f.at);
  case kind::choice: {
    auto word = f.by->GetString(user, f.at);
    return word.empty() ? std::string(which.words.front()) : word;
  }
  case kind::buttons: {
    std::string all;
    for (const auto& button : user.buttons())
      all.append(all.empty() ? "" : ",").append(text_of(button));
    return all;
  }
  case kind::numbers:
    break;
  }
  std::string list;
  for (int n = 0; n < f.by->FieldSize(user, f.at); ++n) {
    if (n > 0)
      list += ',';
    list += f.by->GetRepeatedString(user, f.at, n);
  }
  return list;
}

result<User> changed(User user, const changes& wanted) {
  const User before = user;
  for (const auto& change : wanted)
    if (auto good = apply(user, change); !good)
      return good.error();
  if (auto good = check_forwarding(before, user); !good)
    return good.error();
  return user;
}

namespace {

user::v1::SettingVersion version_of(const User& user, const setting& which) {
  for (const auto& version : user.setting_versions())
    if (version.setting() == which.name)
      return version;
  return {};
}

void set_version(User& user, const setting& which, user::v1::SettingVersion version) {
  version.set_setting(std::string(which.name));
  for (auto& known : *user.mutable_setting_versions())
    if (known.setting() == which.name) {
      known = std::move(version);
      return;
    }
  *user.add_setting_versions() = std::move(version);
}

bool is_newer(const user::v1::SettingVersion& a, const user::v1::SettingVersion& b) {
  return std::pair(a.count(), a.gateway()) > std::pair(b.count(), b.gateway());
}

void take_value(User& to, const User& from, const setting& which) {
  const field f(which.name);
  f.by->ClearField(&to, f.at);
  SettingChange change;
  change.set_setting(std::string(which.name));
  change.set_value(value_of(from, which));
  if (!change.value().empty())
    apply(to, change); // has been checked where it was made
}

std::string text_of(const User& user, const setting& which) {
  const auto value = value_of(user, which);
  const auto version = version_of(user, which);
  return (value.empty() ? "none" : value) + " (change " + std::to_string(version.count()) +
         (version.gateway().empty() ? "" : " at " + version.gateway()) + ")";
}

} // namespace

void stamp(User& user, const User& before, const std::string& gateway) {
  for (const auto& which : table) {
    auto version = version_of(before, which);
    if (is_newer(version_of(user, which), version))
      continue;
    if (value_of(user, which) != value_of(before, which)) {
      version.set_count(version.count() + 1);
      version.set_gateway(gateway);
    }
    if (version.count() > 0)
      set_version(user, which, std::move(version));
  }
}

User merged(User ours, const User& theirs, std::vector<std::string>& told) {
  for (const auto& which : table) {
    const auto mine = version_of(ours, which);
    const auto other = version_of(theirs, which);
    const bool same = value_of(ours, which) == value_of(theirs, which);
    const bool take = is_newer(other, mine);
    const bool both = mine.count() > 0 && other.count() > 0 && mine.gateway() != other.gateway();
    if (!same && both)
      told.push_back("User " + ours.extension() + ", " + std::string(which.what) + ": " +
                     text_of(take ? theirs : ours, which) + " wins over " +
                     text_of(take ? ours : theirs, which) + ".");
    if (!take)
      continue;
    take_value(ours, theirs, which);
    set_version(ours, which, other);
  }
  return ours;
}

std::string describe(const changes& wanted) {
  std::string text;
  for (const auto& change : wanted) {
    if (!text.empty())
      text += "; ";
    const auto* which = setting_named(change.setting());
    text += which == nullptr ? std::string_view(change.setting()) : which->what;
    text += change.action() == SettingChange::ADD      ? " add "
            : change.action() == SettingChange::REMOVE ? " take away "
                                                       : ": ";
    text += change.value().empty() ? "none" : change.value();
  }
  return text;
}

} // namespace switchroom::users
