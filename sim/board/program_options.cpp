// SPDX-License-Identifier: MIT
#include "board/program_options.hpp"

#include <iostream>
#include <map>

#include <CLI/CLI.hpp>

namespace switchroom::sim {
namespace {

constexpr int bad_usage = 2;

void describe(CLI::App& app, program_options& options) {
  const std::map<std::string, golden::g711_law> laws{{"a", golden::g711_law::a},
                                                     {"mu", golden::g711_law::mu}};
  const std::map<std::string, board_clock> clocks{{"wall", board_clock::wall},
                                                  {"virtual", board_clock::virtual_time}};
  board_options& board = options.board;
  app.set_version_flag("--version", "switchroom-board " SWITCHROOM_VERSION);
  app.add_option("--link", options.link, "Unix socket of the link, unix:PATH")->required();
  app.add_option("--phones", options.phones, "Unix socket of the phones, unix:PATH")->required();
  app.add_option("--lines", board.lines, "Lines that have a phone")
      ->check(CLI::Range(0U, fabric_lines))
      ->capture_default_str();
  app.add_option("--clock", options.clock, "wall: real time; virtual: as the host answers")
      ->transform(CLI::CheckedTransformer(clocks))
      ->option_text("wall|virtual");
  app.add_option("--seed", board.seed, "Of bounce, noise and uninitialised memory")
      ->capture_default_str();
  app.add_option("--erl", board.loop.erl_db, "Echo return loss of the hybrids, dB")
      ->check(CLI::Range(0.0, 120.0))
      ->capture_default_str();
  app.add_option("--noise", board.loop.noise_dbm0, "Noise of the loops, dBm0, 0 to 4 kHz")
      ->check(CLI::Range(-120.0, 0.0))
      ->capture_default_str();
  app.add_option("--loss", board.loop.loss_db, "Loss of the loops each way, dB")
      ->check(CLI::Range(0.0, 20.0))
      ->capture_default_str();
  app.add_option("--law", board.loop.law, "Codec of the lines")
      ->transform(CLI::CheckedTransformer(laws))
      ->option_text("a|mu");
  app.add_option_function<std::string>(
         "--span",
         [&options](const std::string& value) {
           const auto at = value.find('=');
           if (at == std::string::npos || value.substr(0, at) != "0" || at + 1 == value.size()) {
             throw CLI::ValidationError("--span", "takes 0=unix:PATH: this board has span 0 only");
           }
           options.span = value.substr(at + 1);
           if (!options.board.span) {
             options.board.span.emplace();
           }
         },
         "The far end of E1 span N: frames of 32 octets each way on a Unix socket")
      ->option_text("N=unix:PATH");
  app.add_option("--quantum-ms", options.quantum, "Frames run and octets leave in steps of this")
      ->check(CLI::Range(1, 20))
      ->option_text("MS [1]");
}

} // namespace

int parse(int argc, char** argv, program_options& options) {
  CLI::App app{"A simulated Switchroom board: the fabric, its lines and their phones."};
  describe(app, options);
  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& done) {
    return app.exit(done);
  } catch (const CLI::ParseError& error) {
    std::cerr << "switchroom-board: " << error.what()
              << "\nRemedy: see what it takes: switchroom-board --help\n";
    return bad_usage;
  }
  return -1;
}

} // namespace switchroom::sim
