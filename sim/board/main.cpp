// SPDX-License-Identifier: MIT
// switchroom-board: a simulated board on two Unix sockets, its link and its phones.
#include "board/board_server.hpp"
#include "board/program_options.hpp"
#include "board/start_error.hpp"

#include <exception>
#include <iostream>
#include <systemc>

namespace {
constexpr int cannot_start = 1;
}

// libsystemc wants it; the kernel is driven by board_server.
int sc_main(int, char**) {
  return 0;
}

int main(int argc, char** argv) {
  namespace sim = switchroom::sim;
  sim::program_options options;
  try {
    if (const int code = sim::parse(argc, argv, options); code >= 0) {
      return code;
    }
    sim::board_server server(options);
    server.introduce(std::cout);
    server.run();
    server.summarise(std::cout);
  } catch (const sim::start_error& error) {
    std::cerr << "switchroom-board: " << error.what() << "\nRemedy: " << error.remedy() << '\n';
    return cannot_start;
  } catch (const std::exception& error) {
    std::cerr << "switchroom-board: " << error.what() << '\n';
    return cannot_start;
  }
  return 0;
}
