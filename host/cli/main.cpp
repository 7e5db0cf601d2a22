// SPDX-License-Identifier: MIT
/// switchroom: the operator's command line. See switchroom(1).
#include "cli/commands.hpp"

int main(int argc, char** argv) {
  using namespace switchroom::cli;
  console to;
  std::function<int()> chosen;
  CLI::App app("Looks after Switchroom gateways.", "switchroom");
  app.footer("Example: switchroom -g berlin status\n"
             "Exit status: 0 done, 1 refused, 2 wrong usage, 3 not reachable.\n"
             "More: man switchroom");
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
  add_phone_commands(line);
  add_tool_commands(line);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& wrong) {
    return app.exit(wrong) == 0 ? done : usage;
  }
  return chosen();
}
