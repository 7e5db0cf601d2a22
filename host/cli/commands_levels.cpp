// SPDX-License-Identifier: MIT
// switchroom levels and echo: how loud it is on lines, and what comes back of it.
#include "cli/commands.hpp"
#include "cli/level_watch.hpp"
#include "cli/views.hpp"

#include <atomic>
#include <chrono>
#include <csignal>
#include <iostream>
#include <memory>
#include <thread>

namespace switchroom::cli {
namespace {

using control::v1::Reply;
using control::v1::Request;

struct level_options {
  std::vector<std::uint32_t> lines, slots;
  bool watch = false;
};

std::atomic<bool> interrupted{false};
void until_interrupted() {
  std::signal(SIGINT, [](int) { interrupted = true; });
}
/// Shows what follows in the place of what was shown before.
void over_the_last(const console& to) {
  if (!to.json && to.colour())
    std::cout << "\033[H\033[J"; // ECMA-48: home, and clear from there
}

/// Every window of the meter is read, and a second of them is shown.
int watch_levels(console& to, const Request& ask) {
  until_interrupted();
  level_watch watched;
  while (!interrupted) {
    double window_ms = 0;
    for (double shown_ms = 0; shown_ms < 1000 && !interrupted; shown_ms += window_ms) {
      Reply reply;
      if (const int code = to.fetch(ask, reply))
        return code;
      watched.add(reply.levels());
      window_ms = std::max(1., reply.levels().window_ms());
      std::this_thread::sleep_for(std::chrono::duration<double, std::milli>{window_ms});
    }
    if (interrupted)
      break;
    over_the_last(to);
    if (to.json)
      to.print_json(watched.take());
    else
      show(to, watched.take());
    std::cout << std::flush;
  }
  return done;
}

/// How a canceller does, once a second: what it tells is of some 50 ms.
int watch_echo(console& to, const Request& ask) {
  until_interrupted();
  while (!interrupted) {
    const int code = to.ask(ask, [&](const Reply& reply) {
      over_the_last(to);
      show(to, reply.echo());
      if (!to.colour())
        std::cout << '\n';
    });
    if (code != done)
      return code;
    std::cout << std::flush;
    for (int tenths = 0; tenths < 10 && !interrupted; ++tenths)
      std::this_thread::sleep_for(std::chrono::milliseconds{100});
  }
  return done;
}

void add_levels(command_line line) {
  const auto given = std::make_shared<level_options>();
  auto* levels = line.add(line.app, "levels", "How loud lines are, both ways: mean, peak, overload",
                          "switchroom -g berlin levels 3 --watch", [given, &to = line.to] {
                            Request ask;
                            auto& what = *ask.mutable_levels();
                            what.mutable_lines()->Assign(given->lines.begin(), given->lines.end());
                            what.mutable_slots()->Assign(given->slots.begin(), given->slots.end());
                            if (given->watch)
                              return watch_levels(to, ask);
                            return to.ask(ask, [&](const Reply& r) { show(to, r.levels()); });
                          });
  levels->add_option("LINE", given->lines, "Numbers of lines [all]")->check(from_one);
  levels->add_option("--slot", given->slots, "Slots of the switch, as `switchroom board` has them");
  levels->add_flag("--watch", given->watch, "Once a second, until Ctrl-C");
}

void add_echo(command_line line) {
  struct options {
    std::uint32_t line = 0;
    std::string tail;
    bool watch = false;
  };
  const auto set = std::make_shared<options>();
  auto* echo = line.add(line.app, "echo",
                        "A line's echo canceller: how it does, or its tail until the next start",
                        "switchroom -g berlin echo 3", [set, &to = line.to] {
                          Request ask;
                          auto& what = *ask.mutable_echo();
                          what.set_line(set->line);
                          what.set_report(set->tail.empty());
                          if (!set->tail.empty() && set->tail != "off")
                            what.set_tail_ms(static_cast<std::uint32_t>(std::stoul(set->tail)));
                          if (set->watch)
                            return watch_echo(to, ask);
                          return to.ask(ask, [&](const Reply& r) {
                            if (r.has_echo())
                              show(to, r.echo());
                            else
                              std::cout << r.done().text() << '\n';
                          });
                        });
  echo->add_option("LINE", set->line, "Line of this gateway, from 1")->required();
  auto* tail =
      echo->add_option("TAIL", set->tail, "Milliseconds, or off; without it nothing is changed")
          ->check(CLI::IsMember({"off", "16", "32", "64", "128"}));
  echo->add_flag("--watch", set->watch, "Once a second, until Ctrl-C")->excludes(tail);
}

} // namespace

void add_level_commands(command_line line) {
  add_levels(line);
  add_echo(line);
}

} // namespace switchroom::cli
