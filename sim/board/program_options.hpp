// SPDX-License-Identifier: MIT
#pragma once

#include "board/simulated_board.hpp"

#include <chrono>
#include <map>
#include <string>

namespace switchroom::sim {

enum class board_clock { wall, virtual_time };

// The command line of switchroom-board.
struct program_options {
  std::string link; // "unix:PATH"
  std::string phones;
  std::string span; // of the far end of span 1; empty: nothing is plugged in
  std::map<unsigned, std::string> stations; // the same by place at the bus, from 0
  board_options board;
  board_clock clock = board_clock::wall;
  std::chrono::milliseconds quantum{1}; // octets are exchanged once a quantum; wall clock
};

// Returns the exit code if the program shall end now (help, version, or a mistake, which has been
// printed with its remedy), otherwise −1.
int parse(int argc, char** argv, program_options& options);

} // namespace switchroom::sim
