// SPDX-License-Identifier: MIT
#include "exchange/implementation.hpp"
#include "exchange/replies.hpp"

#include "scn/limits.hpp"
#include "types/plain_text.hpp"
#include "users/buttons.hpp"
#include "users/login_code.hpp"
#include "users/settings.hpp"

#include <algorithm>
#include <tuple>

namespace switchroom::exchange {
namespace {

constexpr std::size_t longest_number = 15; // ITU-T E.164

user::v1::SettingChange setting_change(std::string name, std::string value) {
  user::v1::SettingChange change;
  change.set_setting(std::move(name));
  change.set_value(std::move(value));
  return change;
}

users::changes changes_of(const control::v1::PutUserRequest& put) {
  auto wanted = put.changes();
  if (put.has_forward_unconditional()) {
    const bool on = !put.forward_unconditional().empty();
    *wanted.Add() = setting_change("forward_unconditional", put.forward_unconditional());
    *wanted.Add() = setting_change("forward_unconditional_on", on ? "on" : "off");
  }
  return wanted;
}

bool is_number(std::string_view text) {
  return !text.empty() && text.size() <= longest_number &&
         text.find_first_not_of("0123456789") == std::string_view::npos;
}

bool has_control_character(const std::string& text) {
  return without_controls(text) != text;
}

/// Of those that are set or added: one that does nothing when it is pressed.
std::optional<refusal> wrong_button(const user::v1::User& user,
                                    const control::v1::PutUserRequest& put) {
  using dialplan::feature;
  if (std::ranges::none_of(put.changes(), [](const auto& change) {
        return change.setting() == "buttons" && change.action() != user::v1::SettingChange::REMOVE;
      }))
    return std::nullopt;
  for (const auto& button : user.buttons()) {
    const auto what = dialplan::feature_named(button.feature());
    const auto its = "Button " + std::to_string(button.key()) + ": ";
    if (!what || *what == feature::unsupported)
      return refusal{its + "\"" + button.feature() + "\" is no feature.",
                     "switchroomd.toml(5) lists those there are, at [[short_code]]."};
    if (button.number().empty() && dialplan::needs_number(*what))
      return refusal{its + button.feature() + " has no number.",
                     "Write " + users::text_of(button) + ":NUMBER."};
    const bool takes_none = *what == feature::directory || *what == feature::call_log ||
                            *what == feature::transfer || *what == feature::log_out;
    if (takes_none && !button.number().empty())
      return refusal{its + button.feature() + " takes no number.",
                     "Write " + std::to_string(button.key()) + "=" + button.feature() + "."};
  }
  return std::nullopt;
}

} // namespace

/// None: desks answers later, by login_result.
std::optional<control::v1::Reply> gateway::implementation::change(const operator_request& asked) {
  using ask = control::v1::Request;
  const auto not_there = [this](std::uint32_t line) -> std::optional<control::v1::Reply> {
    if (lines_.contains(line_id{line}))
      return std::nullopt;
    return error(no_line(settings_.gateway, line));
  };
  const auto what = asked.ask.ask_case();
  const bool is_change = what == ask::kLogin || what == ask::kLogout || what == ask::kPutUser ||
                         what == ask::kDeleteUser || what == ask::kDeleteMessages;
  if (is_change && disk_refuses_)
    return error({"Nothing was changed: " + disk_refuses_->what + ".", disk_refuses_->remedy});
  switch (what) {
  case ask::kLogin: {
    const auto& login = asked.ask.login();
    if (auto wrong = not_there(login.line()))
      return wrong;
    const line_id line{login.line()};
    note("operator", "line " + std::to_string(line.value), "log in " + login.extension());
    askers_[line].push_back({asked.number, 0});
    run_desks(desks::log_in{line, login.extension(), {}, false});
    return std::nullopt;
  }
  case ask::kLogout: {
    if (auto wrong = not_there(asked.ask.logout().line()))
      return wrong;
    const line_id line{asked.ask.logout().line()};
    note("operator", "line " + std::to_string(line.value), "log out");
    askers_[line].push_back({asked.number, 0});
    run_desks(desks::log_out{line, true});
    return std::nullopt;
  }
  case ask::kEcho:
    if (auto wrong = not_there(asked.ask.echo().line()))
      return wrong;
    return set_echo_tail(asked.ask.echo());
  case ask::kConferenceParty:
    return change_conference_party(asked.ask.conference_party());
  case ask::kPutUser:
    return put_user(asked);
  case ask::kDeleteUser:
    return delete_user(asked.ask.delete_user());
  case ask::kDeleteMessages:
    return delete_messages(asked.ask.delete_messages());
  case ask::kBoard:
    return error({"The exchange does not know the board's registers.",
                  "Ask the daemon: it answers for the board."});
  default:
    return error({"The request asks for nothing that this version knows.",
                  "Use a command line of the same version as the gateway."});
  }
}

std::vector<dialplan::short_code> gateway::implementation::codes_of(const code_list& documents) {
  std::vector<dialplan::short_code> codes(static_cast<std::size_t>(documents.size()));
  std::transform(documents.begin(), documents.end(), codes.begin(), dialplan::code_of);
  return codes;
}

/// Follow me rings another user's phone: one that there is. What is forwarded may go anywhere.
bool gateway::implementation::leads_nowhere(const user::v1::SettingChange& change) const {
  return change.setting() == "follow_me" && change.action() == user::v1::SettingChange::SET &&
         !change.value().empty() && directory_.find(change.value()) == nullptr;
}

/// The document as it would be after the change, or what is wrong with it.
result<user::v1::User> gateway::implementation::changed_user(const operator_request& asked) const {
  const auto& put = asked.ask.put_user();
  if (!is_number(put.extension()))
    return refusal{"\"" + put.extension() + "\" cannot be a user's number.", "Use 1 to 15 digits."};
  const auto found = own_users_.find(put.extension());
  user::v1::User user = found == own_users_.end() ? user::v1::User() : found->second;
  user.set_version(user.version() + 1);
  user.set_extension(put.extension());
  user.set_home(settings_.gateway);
  if (put.has_name())
    user.set_name(put.name());
  if (put.has_full_name())
    user.set_full_name(put.full_name());
  if (put.has_force_login())
    user.set_force_login(put.force_login());
  if (put.has_login_idle_s())
    user.set_login_idle_s(put.login_idle_s());
  if (put.has_base_line()) {
    if (put.base_line() != 0 && !lines_.contains(line_id{put.base_line()}))
      return refusal{no_line(settings_.gateway, put.base_line()).what,
                     "Use a line that `switchroom lines` lists, or 0 for a user without a port."};
    if (auto taken = taken_line(line_id{put.base_line()}, put.extension()))
      return *taken;
    user.set_base_line(put.base_line());
  }
  if (put.has_login_code() && put.login_code().empty()) {
    user.clear_login_code();
  } else if (put.has_login_code()) {
    auto verifier =
        users::make_verifier(put.login_code(), settings_.network_key, asked.salt,
                             users::kind_of(type_of(line_id{user.base_line()})).least_code);
    if (!verifier)
      return verifier.error();
    *user.mutable_login_code() = *verifier;
  }
  if (put.short_codes_size() > 0) {
    *user.mutable_short_codes() = put.short_codes();
    if (auto compiled = dialplan::compile(codes_of(user.short_codes()), {}, {}); !compiled)
      return compiled.error();
  }
  if (!scn::within_limits(user)) // its peers would not take what it tells of this user
    return refusal{"A name or number of user " + put.extension() + " is too long.",
                   "Names have at most 256 octets, codes 31 and numbers 256 characters."};
  if (has_control_character(put.name()) || has_control_character(put.full_name()) ||
      std::ranges::any_of(put.changes(),
                          [](const auto& one) { return has_control_character(one.value()); }))
    return refusal{"A name or a text of user " + put.extension() + " has a control character.",
                   "Names and texts are shown on phones and screens: one line of characters."};
  if (auto unknown = unknown_profile(put))
    return *unknown;
  for (const auto& change : put.changes())
    if (leads_nowhere(change))
      return refusal{"Nobody has the number " + change.value() + ", which user " + put.extension() +
                         " is to follow to.",
                     "`switchroom users` lists every user of the network."};
  auto made = users::changed(std::move(user), changes_of(put));
  if (auto wrong = made ? wrong_button(*made, put) : std::nullopt)
    return *wrong;
  if (made && made->ByteSizeLong() > users::largest_document)
    return refusal{"The settings of user " + put.extension() + " would have " +
                       std::to_string(made->ByteSizeLong()) + " octets; the most is " +
                       std::to_string(users::largest_document) + ".",
                   "Give the user fewer or shorter short codes."};
  return made;
}

/// Why the line cannot be this user's own. What the configuration says of a line or a user counts.
std::optional<refusal> gateway::implementation::taken_line(line_id line,
                                                           const extension_number& by) const {
  const std::string number = std::to_string(line.value);
  for (const auto& one : settings_.lines) {
    if (one.line == line && !one.base_user.empty() && one.base_user != by)
      return refusal{"Line " + number + " is the own line of user " + one.base_user +
                         " by the configuration.",
                     "Choose another line, or change base_user of this [[line]] in the "
                     "configuration."};
    if (one.base_user == by && one.line != line)
      return refusal{"The own line of user " + by + " is line " + std::to_string(one.line.value) +
                         " by the configuration.",
                     "Take base_user out of that [[line]] of the configuration first."};
  }
  const auto owner = std::find_if(own_users_.begin(), own_users_.end(), [&](const auto& one) {
    return line.value != 0 && one.first != by && one.second.base_line() == line.value;
  });
  if (owner == own_users_.end())
    return std::nullopt;
  return refusal{"Line " + number + " is the own line of user " + owner->first + ".",
                 "Choose another line, or take it away first: `switchroom user set " +
                     owner->first + " --base-line 0`."};
}

/// At home a name stands for something; elsewhere it may be inert (rule S2).
std::optional<refusal>
gateway::implementation::unknown_profile(const control::v1::PutUserRequest& put) const {
  for (const auto& change : put.changes()) {
    const auto* which = users::setting_named(change.setting());
    if (which == nullptr || which->kind != users::setting_kind::profile || change.value().empty())
      continue;
    const auto has_name = [&](const auto& one) { return one.name() == change.value(); };
    const auto& [rights, times] = std::tie(settings_.profiles.rights, settings_.profiles.times);
    const bool of_time = which->name == "time_profile";
    if (of_time ? std::any_of(times.begin(), times.end(), has_name)
                : std::any_of(rights.begin(), rights.end(), has_name))
      continue;
    return refusal{"Gateway " + settings_.gateway + " has no " +
                       (of_time ? "time profile \"" : "user rights \"") + change.value() + "\".",
                   std::string("Write them as [[") + (of_time ? "time_profile" : "user_rights") +
                       "]] into its configuration, and start it again."};
  }
  return std::nullopt;
}

control::v1::Reply gateway::implementation::put_user(const operator_request& asked) {
  const auto user = changed_user(asked);
  if (!user)
    return error(user.error());
  const auto& extension = user->extension();
  const bool is_new = !own_users_.contains(extension);
  own_users_[extension] = *user;
  note("operator", settings_.gateway, (is_new ? "create user " : "change user ") + extension);
  run_desks(desks::user_changed{*user});
  numbers_changed_ = true;
  const bool taken = who_has(extension).size() > 1;
  return done("User " + extension + (is_new ? " is created." : " is changed.") +
              (taken ? " Somebody else has this number, too: see `switchroom alarms`." : ""));
}

control::v1::Reply
gateway::implementation::delete_user(const control::v1::DeleteUserRequest& asked) {
  const auto& extension = asked.extension();
  if (own_users_.erase(extension) == 0) {
    const auto* known = directory_.find(extension);
    return error({"User " + extension + " is not one of gateway " + settings_.gateway + ".",
                  known == nullptr ? "`switchroom users` lists every user of the network."
                                   : "Delete the user at the home gateway, " + known->home + "."});
  }
  note("operator", settings_.gateway, "delete user " + extension);
  run_desks(desks::user_deleted{extension});
  numbers_changed_ = true;
  forget_mailbox(extension);
  out_.emplace_back(erase_user{extension});
  return done("User " + extension + " is deleted.");
}

} // namespace switchroom::exchange
