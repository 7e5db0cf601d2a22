// SPDX-License-Identifier: MIT
/// switchroomd: one gateway. See switchroomd(8).
#include "app/daemon.hpp"

#include <CLI/CLI.hpp>
#include <boost/asio/signal_set.hpp>
#include <spdlog/spdlog.h>

#include <csignal>
#include <iostream>

namespace {

using namespace switchroom;

constexpr int refused = 1; // 2 is a usage error, as of every Switchroom program

int say(const refusal& why) {
  std::cerr << "switchroomd: " << why.what << "\n  remedy: " << why.remedy << '\n';
  return refused;
}

int run(app::configuration config) {
  boost::asio::io_context io(1);
  boost::asio::signal_set stop(io, SIGTERM, SIGINT);
  stop.async_wait([&io](boost::system::error_code, int) { io.stop(); });
  const std::string name = config.exchange.gateway;
  config.exchange.software_version = SWITCHROOM_VERSION;
  auto running = app::daemon::start(io, std::move(config));
  if (!running)
    return say(running.error());
  spdlog::info("gateway {} runs, version {}", name, SWITCHROOM_VERSION);
  io.run();
  spdlog::info("gateway {} stops", name);
  return 0;
}

} // namespace

int main(int argc, char** argv) {
  std::string file, directory, level = "info";
  CLI::App command("A Switchroom gateway: lines, calls, desks and the network between gateways.");
  command.footer("Example: switchroomd --config /etc/switchroom/berlin.toml --run /run/switchroom");
  command.set_version_flag("--version", "switchroomd " SWITCHROOM_VERSION);
  command.add_option("-c,--config", file, "Configuration file, see switchroomd.toml(5)")
      ->required();
  command.add_option("--run", directory, "Run directory; replaces [run] directory of the file");
  command.add_option("--log-level", level, "How much is written to standard error")
      ->check(CLI::IsMember({"debug", "info", "warning", "error", "off"}))
      ->capture_default_str();
  try {
    command.parse(argc, argv);
  } catch (const CLI::ParseError& wrong) {
    return command.exit(wrong) == 0 ? 0 : 2;
  }
  spdlog::set_level(spdlog::level::from_str(level));
  spdlog::set_pattern("%Y-%m-%d %H:%M:%S.%e %l %v");
  try {
    auto read = app::read_configuration(
        file, directory.empty() ? std::nullopt : std::optional<std::filesystem::path>(directory));
    if (const auto* wrong = std::get_if<app::config_problems>(&read)) {
      for (const auto& one : *wrong)
        say(one);
      return refused;
    }
    return run(std::get<app::configuration>(std::move(read)));
  } catch (const std::exception& failed) {
    return say({failed.what(), "this should not happen: please report it with the log"});
  }
}
