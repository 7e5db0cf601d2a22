// SPDX-License-Identifier: MIT
#include "cli/commands.hpp"
#include "cli/views.hpp"

#include <iostream>
#include <map>
#include <memory>
#include <optional>
#include <termios.h>
#include <unistd.h>

namespace switchroom::cli {
namespace {

using control::v1::Reply;
using control::v1::Request;

struct user_options {
  std::string extension;
  std::optional<std::string> name, full_name, code;
  std::optional<std::uint32_t> base_line, idle_s;
  std::optional<bool> force_login;
  std::map<std::string, std::string> features; ///< by option
};

/// Call features: what an option sets. A number that is given switches its forwarding on, none
/// switches it off; an option for the flag alone leaves the number as it is.
struct feature_option {
  const char *option, *setting, *flag, *what;
};
constexpr feature_option feature_options[] = {
    {"--forward", "forward_unconditional", "forward_unconditional_on",
     "Number that gets all calls; \"\" for none"},
    {"--forward-on", "forward_unconditional_on", "", "on or off; the number stays"},
    {"--forward-busy", "forward_busy", "forward_busy_on",
     "Number that gets the calls when the line is busy; \"\" for none"},
    {"--forward-busy-on", "forward_busy_on", "", "on or off; the number stays"},
    {"--forward-no-answer", "forward_no_answer", "forward_no_answer_on",
     "Number that gets the calls that are not answered; \"\" for none"},
    {"--forward-no-answer-on", "forward_no_answer_on", "", "on or off; the number stays"},
    {"--no-answer", "no_answer_s", "", "Seconds of ringing before that; 0 for the usual 15"},
    {"--do-not-disturb", "do_not_disturb", "", "on or off"},
    {"--exceptions", "do_not_disturb_exceptions", "",
     "Numbers that may disturb, with commas between; \"\" for none"},
    {"--call-waiting", "call_waiting", "", "on or off"},
    {"--follow-me", "follow_me", "", "Extension that rings instead; \"\" for none"},
    {"--voicemail", "voicemail", "", "on or off: callers who get no answer leave a message"},
    {"--absence", "absence_text", "", "Text that others see; \"\" for none"},
    {"--user-rights", "user_rights", "", "Name of user rights; \"\" for none"},
    {"--user-rights-out-of-hours", "user_rights_out_of_hours", "",
     "Name of the user rights while the time profile is not active; \"\" for the same"},
    {"--time-profile", "time_profile", "", "Name of a time profile; \"\" for none"},
    {"--agent", "agent", "", "on or off: logs in at home only, unless agent_roaming is set there"},
    {"--status-on-no-answer", "status_on_no_answer", "",
     "logged_in, busy_wrap_up, busy_not_available or logged_off, after a group's call"},
    {"--buttons", "buttons", "", "KEY=FEATURE:NUMBER, with commas between; \"\" for none"},
    {"--display-language", "display_language", "", "locale, de, en, fr or nl"},
    {"--show-missed-calls", "show_missed_calls", "", "on or off"},
    {"--forward-when", "forward_when", "",
     "always, or while the time profile is active or inactive"},
};

struct desk_options {
  std::uint32_t line = 0;
  std::string extension;
};

void show_done(const Reply& reply) {
  std::cout << reply.done().text() << '\n';
}

/// Asks without showing what is typed; takes a line of a pipe as it is.
std::string read_code() {
  termios before{};
  const bool is_terminal = tcgetattr(STDIN_FILENO, &before) == 0;
  if (is_terminal) {
    std::cerr << "Login code: ";
    termios silent = before;
    silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent);
  }
  std::string code;
  std::getline(std::cin, code);
  if (is_terminal) {
    tcsetattr(STDIN_FILENO, TCSAFLUSH, &before);
    std::cerr << '\n';
  }
  return code;
}

/// Is there such a user whose home is the gateway that is asked? Its status tells its name.
int is_at_home(console& to, const std::string& extension, bool& found) {
  Request status, users;
  status.mutable_status();
  users.mutable_users();
  Reply who, all;
  if (const int code = to.fetch(status, who))
    return code;
  if (const int code = to.fetch(users, all))
    return code;
  for (const auto& user : all.users().users())
    found |= user.extension() == extension && user.home() == who.status().gateway();
  return done;
}

void add_features(control::v1::PutUserRequest& put, const user_options& given) {
  const auto change = [&put](const char* setting, const std::string& value) {
    auto& made = *put.add_changes();
    made.set_setting(setting);
    made.set_value(value);
  };
  for (const auto& [option, setting, flag, what] : feature_options) {
    const auto found = given.features.find(option);
    if (found == given.features.end())
      continue;
    change(setting, found->second);
    if (*flag != '\0')
      change(flag, found->second.empty() ? "off" : "on");
  }
}

/// An empty code would take hot desking away, which is asked for with --code "" alone: never by an
/// input that has ended.
int empty_code(const console& to, const std::string& extension) {
  return to.complain({"this code is empty", "to take hot desking away: `switchroom user set " +
                                                extension + " --code \"\"`"},
                     refused);
}

int put_user(console& to, const user_options& given, bool is_new) {
  bool found = false;
  if (const int code = is_at_home(to, given.extension, found))
    return code;
  if (found && is_new)
    return to.complain(
        {"user " + given.extension + " exists already", "change it with `switchroom user set`"},
        refused);
  if (!found && !is_new)
    return to.complain({"no user " + given.extension + " has this gateway as home",
                        "see `switchroom users`; add one with `switchroom user add`"},
                       refused);
  Request ask;
  auto& put = *ask.mutable_put_user();
  put.set_extension(given.extension);
  if (given.name)
    put.set_name(*given.name);
  if (given.full_name)
    put.set_full_name(*given.full_name);
  if (given.base_line)
    put.set_base_line(*given.base_line);
  if (given.code) {
    const bool asks = *given.code == "-";
    put.set_login_code(asks ? read_code() : *given.code);
    if (asks && put.login_code().empty())
      return empty_code(to, given.extension);
  }
  if (given.force_login)
    put.set_force_login(*given.force_login);
  if (given.idle_s)
    put.set_login_idle_s(*given.idle_s);
  add_features(put, given);
  return to.ask(ask, show_done);
}

void add_settings(CLI::App* command, const std::shared_ptr<user_options>& to) {
  command->add_option("EXTENSION", to->extension, "The user's number")->required();
  command->add_option("--name", to->name, "Short name, as phones show it");
  command->add_option("--full-name", to->full_name, "Whole name");
  command->add_option("--base-line", to->base_line, "Line that is the user's own; 0 for none");
  command->add_option("--code", to->code,
                      "Login code, 1 to 31 digits; \"\" takes hot desking away; - reads it");
  command->add_option("--force-login", to->force_login, "true: the code is needed on every line");
  command->add_option("--login-idle", to->idle_s, "Log out after so many seconds without a call");
  for (const auto& [option, setting, flag, what] : feature_options)
    command->add_option_function<std::string>(
        option,
        [to, name = std::string(option)](const std::string& value) { to->features[name] = value; },
        what);
}

void add_user(command_line line) {
  auto* user = line.add(line.app, "user", "Add, change or remove users of this gateway",
                        "switchroom -g amsterdam user add 204 --name Anna --base-line 4", nullptr);
  user->require_subcommand(1);
  const auto added = std::make_shared<user_options>();
  add_settings(line.add(*user, "add", "Add a user whose home is this gateway",
                        "switchroom -g amsterdam user add 204 --name Anna --base-line 4 --code -",
                        [added, &to = line.to] { return put_user(to, *added, true); }),
               added);
  const auto changed = std::make_shared<user_options>();
  add_settings(line.add(*user, "set", "Change settings of a user; those not given stay",
                        "switchroom -g amsterdam user set 204 --forward 201",
                        [changed, &to = line.to] { return put_user(to, *changed, false); }),
               changed);
  const auto coded = std::make_shared<user_options>();
  auto* code = line.add(*user, "code", "Set a login code; without CODE it is asked for",
                        "switchroom -g amsterdam user code 204", [coded, &to = line.to] {
                          if (!coded->code)
                            coded->code = "-";
                          if (coded->code->empty())
                            return empty_code(to, coded->extension);
                          return put_user(to, *coded, false);
                        });
  code->add_option("EXTENSION", coded->extension, "The user's number")->required();
  code->add_option("CODE", coded->code, "1 to 31 digits; seen by others in the process list");
  const auto shown = std::make_shared<user_options>();
  line.add(*user, "show", "Every setting of a user, at home or where the user is logged in",
           "switchroom -g amsterdam user show 204",
           [shown, &to = line.to] {
             Request ask;
             ask.mutable_show_user()->set_extension(shown->extension);
             return to.ask(ask, [&](const Reply& r) { show(to, r.user_details()); });
           })
      ->add_option("EXTENSION", shown->extension, "The user's number")
      ->required();
  const auto removed = std::make_shared<user_options>();
  line.add(*user, "remove", "Remove a user of this gateway",
           "switchroom -g amsterdam user remove 204",
           [removed, &to = line.to] {
             Request ask;
             ask.mutable_delete_user()->set_extension(removed->extension);
             return to.ask(ask, show_done);
           })
      ->add_option("EXTENSION", removed->extension, "The user's number")
      ->required();
}

} // namespace

void add_user_commands(command_line line) {
  line.add(line.app, "users", "Every user of the network: home, presence and place",
           "switchroom -g berlin users", [&to = line.to] {
             Request ask;
             ask.mutable_users();
             return to.ask(ask, [&](const Reply& r) { show(to, r.users()); });
           });
  add_user(line);
  const auto in = std::make_shared<desk_options>();
  auto* login =
      line.add(line.app, "login",
               "Log a user in at a line; the user has a login code, which is not asked for",
               "switchroom -g berlin login 3 204", [in, &to = line.to] {
                 Request ask;
                 ask.mutable_login()->set_line(in->line);
                 ask.mutable_login()->set_extension(in->extension);
                 return to.ask(ask, show_done);
               });
  login->add_option("LINE", in->line, "Line of this gateway, from 1")->required();
  login->add_option("EXTENSION", in->extension, "The user's number")->required();
  const auto out = std::make_shared<desk_options>();
  auto* logout = line.add(line.app, "logout", "Log out whoever is at a line",
                          "switchroom -g berlin logout 3", [out, &to = line.to] {
                            Request ask;
                            ask.mutable_logout()->set_line(out->line);
                            return to.ask(ask, show_done);
                          });
  logout->add_option("LINE", out->line, "Line of this gateway, from 1")->required();
}

} // namespace switchroom::cli
