// SPDX-License-Identifier: MIT
/// The commands of switchroom(1), in groups. Each adds its subcommands; the one that is given
/// puts what it does into `chosen`, to be run when the whole line has been read.
#pragma once
#include "cli/console.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <functional>

namespace switchroom::cli {

/// Numbers from 1 on. CLI11's own validator says what is wrong in 309 digits.
inline const CLI::Validator from_one{
    [](const std::string& given) {
      return !given.empty() && given.find_first_not_of("0123456789") == std::string::npos &&
                     given.find_first_not_of('0') != std::string::npos
                 ? std::string{}
                 : given + " is no number from 1 on";
    },
    "FROM 1"};

/// Numbers from 0 on.
inline const CLI::Validator from_zero{
    [](const std::string& given) {
      return !given.empty() && given.find_first_not_of("0123456789") == std::string::npos
                 ? std::string{}
                 : given + " is no number from 0 on";
    },
    "FROM 0"};

/// Numbers but "nan" and "inf", which `strtod` reads, too.
inline const CLI::Validator finite{[](const std::string& given) {
                                     return given.find_first_not_of("+-.0123456789eE") ==
                                                    std::string::npos
                                                ? std::string{}
                                                : given + " is no number";
                                   },
                                   "FINITE"};

/// CLI11's own range has its ends in six decimals.
inline CLI::Validator from_to(double least, double most) {
  const auto ends = fmt::format("FROM {:g} TO {:g}", least, most);
  return {[=](std::string given) {
            double value = 0;
            return finite(given).empty() && CLI::detail::lexical_cast(given, value) &&
                           value >= least && value <= most
                       ? std::string{}
                       : fmt::format("{} is no number from {:g} to {:g}", given, least, most);
          },
          ends};
}

struct command_line {
  CLI::App& app;
  console& to;
  std::function<int()>& chosen;

  /// A subcommand with an example of its use; `act` runs if it is given.
  CLI::App* add(CLI::App& under, const std::string& name, const std::string& what,
                const std::string& example, std::function<int()> act) {
    auto* command = under.add_subcommand(name, what);
    command->footer("Example: " + example);
    if (act)
      command->callback([this_chosen = &chosen, act = std::move(act)] { *this_chosen = act; });
    return command;
  }
};

void add_gateway_commands(command_line); ///< status, lines, desks, calls, peers, board, alarms …
void add_user_commands(command_line);    ///< users, user, login, logout
void add_mailbox_commands(command_line); ///< mailbox
void add_line_commands(command_line);    ///< line, capture
void add_level_commands(command_line);   ///< levels, echo
void add_conference_commands(command_line); ///< conference
void add_phone_commands(command_line);      ///< phone
void add_tool_commands(command_line);       ///< keys, config, measure, completion

} // namespace switchroom::cli
