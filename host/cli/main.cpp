// SPDX-License-Identifier: MIT
/// switchroom: the operator's command line. See switchroom(1).
#include "app/nearest.hpp"
#include "cli/commands.hpp"

namespace {

using namespace switchroom::cli;

/// What is wrong with the words of a command line: a word that is no command, and the one that was
/// probably meant, or what CLI11 says.
int complain_of_usage(const CLI::App& app, const CLI::ParseError& wrong, const console& to) {
  const CLI::App* at = &app;
  std::string path = app.get_name();
  while (!at->get_subcommands().empty()) {
    at = at->get_subcommands().front();
    path += " " + at->get_name();
  }
  const std::string help = "see `" + path + " --help`";
  const auto left_over = app.remaining(true);
  if (left_over.empty() || at->get_subcommands({}).empty())
    return to.complain({wrong.what(), help}, usage);
  std::set<std::string, std::less<>> known;
  for (const auto* command : at->get_subcommands({}))
    known.insert(command->get_name());
  const std::string& given = left_over.front();
  const std::string meant = switchroom::app::nearest(given, known);
  to.complain({"there is no command \"" + given + "\" here",
               meant.empty() ? help : "did you mean \"" + meant + "\"? " + help},
              usage);
  return usage;
}

} // namespace

int main(int argc, char** argv) {
  console to;
  std::function<int()> chosen;
  CLI::App app("Looks after Switchroom gateways.", "switchroom");
  app.footer("Example: switchroom -g berlin status\n"
             "Exit status: 0 done, 1 refused, 2 wrong usage, 3 not reachable.\n"
             "More: man switchroom, or man -l docs/man/switchroom.1 in the source tree");
  app.set_version_flag("--version", "switchroom " SWITCHROOM_VERSION);
  app.require_subcommand(1);
  app.fallthrough(); // --json and -g may follow the command
  app.add_option("-g,--gateway", to.gateway, "Gateway to talk to; not needed if there is one only")
      ->envname("SWITCHROOM_GATEWAY");
  app.add_option("--run", to.run_option,
                 "Run directory [SWITCHROOM_RUN, $XDG_RUNTIME_DIR/switchroom, /run/switchroom]");
  app.add_flag("--json", to.json, "Answer in JSON");
  const command_line line{app, to, chosen};
  add_gateway_commands(line);
  add_user_commands(line);
  add_mailbox_commands(line);
  add_line_commands(line);
  add_level_commands(line);
  add_conference_commands(line);
  add_phone_commands(line);
  add_tool_commands(line);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& wrong) {
    return wrong.get_exit_code() == 0 ? app.exit(wrong) : complain_of_usage(app, wrong, to);
  }
  return chosen();
}
