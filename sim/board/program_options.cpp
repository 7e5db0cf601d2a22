// SPDX-License-Identifier: MIT
#include "board/program_options.hpp"

#include "span/iom2_stations.hpp"

#include <cstdio>
#include <iostream>
#include <map>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

namespace switchroom::sim {
namespace {

constexpr int bad_usage = 2;

// "3=unix:/path".
std::pair<unsigned, std::string> numbered(const std::string& text, unsigned most,
                                          const std::string& option) {
  const auto at = text.find('=');
  unsigned number = 0;
  if (at != std::string::npos && at > 0 && at <= 2 && text.find_first_not_of("0123456789") == at) {
    number = static_cast<unsigned>(std::stoul(text.substr(0, at)));
  }
  if (number < 1 || number > most) {
    throw CLI::ValidationError(option, '"' + text + "\" is no number from 1 to " +
                                           std::to_string(most) + ", = and a socket");
  }
  return {number, text.substr(at + 1)};
}

// "31:5": line 31, one of the last, into line 5.
board_options::cord cord_of(const std::string& text) {
  unsigned from = 0;
  unsigned to = 0;
  char rest = 0;
  constexpr unsigned first = fabric_lines - fabric_exchange_lines;
  if (std::sscanf(text.c_str(), "%u:%u%c", &from, &to, &rest) != 2 || from <= first ||
      from > fabric_lines || to == 0 || to > fabric_lines) {
    throw CLI::ValidationError("--plug", "\"" + text + "\" is not " + std::to_string(first + 1) +
                                             " to " + std::to_string(fabric_lines) +
                                             ", a colon and the line it is plugged into");
  }
  return {from - first - 1, to - 1};
}

// A name without it may be meant for something else than a socket.
std::string names_socket(const std::string& text) {
  return text.rfind("unix:", 0) == 0 ? std::string{} : '"' + text + "\" is not unix: and a path";
}

void describe(CLI::App& app, program_options& options) {
  const std::map<std::string, golden::g711_law> laws{{"a", golden::g711_law::a},
                                                     {"mu", golden::g711_law::mu}};
  const std::map<std::string, board_clock> clocks{{"wall", board_clock::wall},
                                                  {"virtual", board_clock::virtual_time}};
  board_options& board = options.board;
  app.set_version_flag("--version", "switchroom-board " SWITCHROOM_VERSION);
  app.add_option("--link", options.link, "Unix socket of the link, unix:PATH")
      ->required()
      ->check(names_socket);
  app.add_option("--phones", options.phones, "Unix socket of the phones, unix:PATH")
      ->required()
      ->check(names_socket);
  app.add_option_function<std::vector<std::string>>(
         "--span",
         [&options](const std::vector<std::string>& given) {
           for (const auto& one : given) {
             options.span = numbered(one, fabric_spans, "--span").second;
             options.board.span.emplace();
           }
         },
         "Unix socket of what is at the far end of E1 span N: 32 octets a frame both ways")
      ->option_text("N=unix:PATH");
  app.add_option_function<std::vector<std::string>>(
         "--station",
         [&options](const std::vector<std::string>& given) {
           for (const auto& one : given) {
             auto [number, path] = numbered(one, iom2_stations::stations, "--station");
             options.stations[number - 1] = path;
           }
         },
         "The same of the digital station at place N of the bus: B1, B2, D, 3 octets a frame")
      ->option_text("N=unix:PATH");
  app.add_option("--far-end-lead-ms", board.far_end_lead_ms,
                 "What the far ends of spans and stations say waits for so long, as they are late "
                 "now and then")
      ->check(CLI::Range(1U, 1000U))
      ->capture_default_str();
  app.add_option("--lines", board.lines, "Lines that have a phone")
      ->check(CLI::Range(0U, fabric_lines))
      ->capture_default_str();
  app.add_option("--clock", options.clock, "wall: real time; virtual: as the host answers")
      ->transform(CLI::CheckedTransformer(clocks))
      ->option_text("wall|virtual [wall]");
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
      ->option_text("a|mu [a]");
  app.add_option("--exchanges", board.exchanges,
                 "Lines, of the last two, that lead to a simulated exchange")
      ->check(CLI::Range(0U, fabric_exchange_lines))
      ->capture_default_str();
  app.add_option_function<std::vector<std::string>>(
         "--plug",
         [&board](const std::vector<std::string>& cords) {
           for (const auto& cord : cords) {
             board.cords.push_back(cord_of(cord));
           }
         },
         "An exchange line that is plugged into a phone's of this board instead")
      ->option_text("LINE:LINE …");
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
