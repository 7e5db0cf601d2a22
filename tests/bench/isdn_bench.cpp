// SPDX-License-Identifier: MIT
// Calls a second through a real isdn-edge and a D channel without delay, set up, answered and
// cleared, to an isdn_peer that answers; at the same time what the edge's processor had to do for
// one. Beside it two isdn_peers, which are libpri with nothing of ours, called the same way.
//   build/release/bin/isdn_bench
#include "isdn_line.hpp"

#include <chrono>
#include <cstdio>
#include <fstream>
#include <map>
#include <sstream>
#include <unistd.h>

namespace {

using namespace switchroom::isdn;
using clock_type = std::chrono::steady_clock;
using heard = v1::FromEdge;

constexpr unsigned calls = 5000;

double seconds_since(clock_type::time_point begin) {
  return std::chrono::duration<double>(clock_type::now() - begin).count();
}

/// User's and system's, of a process.
double processor_seconds(int process) {
  std::ifstream file("/proc/" + std::to_string(process) + "/stat");
  std::string text((std::istreambuf_iterator<char>(file)), {});
  std::istringstream rest(text.substr(text.rfind(')') + 2));
  std::string skipped;
  for (int n = 0; n < 11; ++n)
    rest >> skipped;
  double user = 0, system = 0;
  rest >> user >> system;
  return (user + system) / static_cast<double>(sysconf(_SC_CLK_TCK));
}

v1::Channel trunk() {
  v1::Channel made;
  made.set_kind(v1::Channel::E1_NETWORK);
  return made;
}

/// So many at a time.
void through_the_edge(unsigned at_once) {
  real_line line(trunk());
  line.line(true);
  auto& peer = line.add_peer({});
  peer.tell({{"do", "reflexes"}, {"answer", true}});
  line.until([&] { return line.is_up(); }, "layer 2");
  const auto begin = clock_type::now();
  const double before = processor_seconds(line.edge());
  unsigned placed = 0, over = 0;
  std::size_t seen = 0;
  std::map<std::uint64_t, unsigned> channels; // by call
  const auto place = [&](unsigned b) {
    const std::uint64_t call = 2 + 2 * placed++;
    channels[call] = b;
    line.place(line.setup(call, b, "4711"));
  };
  while (placed < at_once)
    place(1 + placed);
  line.until(
      [&] {
        for (; seen < line.said.size(); ++seen) {
          const auto said = line.said[seen];
          if (said.has_connect())
            line.release(said.connect().call());
          if (said.has_over() && ++over && placed < calls)
            place(channels.at(said.over().call()));
        }
        return over >= calls;
      },
      "the calls");
  const double took = seconds_since(begin);
  std::printf(
      "isdn-edge, %2u at a time   %8.0f calls a second, %5.1f us of the edge's processor each\n",
      at_once, calls / took, (processor_seconds(line.edge()) - before) / calls * 1e6);
}

/// The same by libpri's user alone, one after another.
void by_the_library() {
  real_peer caller({"--network"}), called({});
  called.tell({{"do", "reflexes"}, {"answer", true}});
  real_wire wire(caller, called);
  wire.until([&] { return caller.heard("up") && called.heard("up"); });
  const auto begin = clock_type::now();
  const auto count = [&](const char* event) { return caller.count(event); };
  for (unsigned n = 0; n < calls; ++n) {
    caller.events.clear();
    called.events.clear();
    caller.tell({{"do", "call"}, {"id", "a"}, {"to", "4711"}, {"channel", 1 + n % 15}});
    wire.until([&] { return count("answered") > 0; });
    caller.tell({{"do", "hangup"}, {"id", "a"}});
    wire.until([&] { return count("over") > 0; });
  }
  std::printf("libpri alone, 1 at a time   %8.0f calls a second\n", calls / seconds_since(begin));
}

} // namespace

int main() {
  by_the_library();
  through_the_edge(1);
  through_the_edge(15);
  return 0;
}
