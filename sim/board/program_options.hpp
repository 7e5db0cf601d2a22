// SPDX-License-Identifier: MIT
#pragma once

#include "board/simulated_board.hpp"

#include <chrono>
#include <optional>
#include <string>

namespace switchroom::sim {

enum class board_clock { wall, virtual_time };

// The command line of switchroom-board.
struct program_options {
  std::string link; // "unix:PATH"
  std::string phones;
  board_options board;
  std::optional<std::string> span; // "unix:PATH" of who speaks at the far end of the E1 span
  board_clock clock = board_clock::wall;
  std::chrono::milliseconds quantum{1}; // octets are exchanged once a quantum; wall clock
};

// Returns the exit code if the program shall end now (help, version, or a mistake, which has been
// printed with its remedy), otherwise −1.
int parse(int argc, char** argv, program_options& options);

} // namespace switchroom::sim
