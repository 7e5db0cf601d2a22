// SPDX-License-Identifier: MIT
#include "users/settings.hpp"

#include "users/buttons.hpp"
#include "users/forwarding.hpp"
#include "users/setting_kinds.hpp"

#include <algorithm>

namespace switchroom::users {
namespace {

using user::v1::SettingChange;
using user::v1::User;
using kind = setting_kind;

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
    {"voicemail", kind::flag, "voicemail"},
    {"user_rights", kind::profile, "user rights", changed_by::administrator},
    {"user_rights_out_of_hours", kind::profile, "user rights out of hours",
     changed_by::administrator},
    {"time_profile", kind::profile, "time profile", changed_by::administrator},
    {"forward_when", kind::choice, "forwarding holds", changed_by::person, forward_when_words},
    {"agent", kind::flag, "contact-centre agent", changed_by::administrator},
    {"status_on_no_answer", kind::choice, "status on no answer", changed_by::administrator,
     no_answer_words},
    {"buttons", kind::buttons, "buttons"},
    {"display_language", kind::choice, "language of the display", changed_by::person,
     language_words},
    {"show_missed_calls", kind::flag, "missed calls shown"},
};

using done = result<bool>;

done apply(User& user, const SettingChange& change) {
  const auto* which = setting_named(change.setting());
  if (which == nullptr)
    return refusal{"\"" + change.setting() + "\" is no setting of a user that can be changed.",
                   "Install the same release of Switchroom on all gateways."};
  return set_by_kind(user, *which, change);
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
