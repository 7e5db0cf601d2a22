// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>

namespace switchroom::sim {

// Keeps simulated time beside the wall clock, quantum by quantum. A hiccup of up to a second is
// caught up: a quarter faster than real time while it is less than 100 ms, for at full speed a
// board would be through with what its host has sent, and with what other boards have, before
// they are; more is caught up at full speed. What is longer than a second is lost, and counted.
// Pure: the time is an argument.
class pace {
public:
  using clock = std::chrono::steady_clock;
  using duration = std::chrono::nanoseconds;
  static constexpr duration longest_catch_up = std::chrono::seconds(1);
  // More than jitter buffers hold: then voice has gaps whatever is done.
  static constexpr duration gentle_catch_up = std::chrono::milliseconds(100);
  // By so many quanta a board may run ahead of that quarter: timers are late now and then.
  static constexpr int burst = 4;

  pace(clock::time_point start, duration quantum)
      : due_(start + quantum), allowed_(start), quantum_(quantum) {}

  // When all frames of the next quantum have passed.
  clock::time_point due() const { return due_; }
  // When it shall run: then, or later while there is something to catch up.
  clock::time_point next() const {
    return std::max(due_, std::min(allowed_, due_ + gentle_catch_up));
  }

  // A quantum runs at `now` ≥ next().
  void run(clock::time_point now);

  duration lost() const { return lost_; }
  duration worst_lag() const { return worst_lag_; }

private:
  clock::time_point due_;
  clock::time_point allowed_;
  duration quantum_;
  duration lost_{};
  duration worst_lag_{};
};

} // namespace switchroom::sim
