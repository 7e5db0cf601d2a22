// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstdint>

namespace switchroom::sim {

// Keeps simulated time beside the wall clock, quantum by quantum. A hiccup of up to a second is
// caught up at full speed; what is longer is lost, and counted. Pure: the time is an argument.
class pace {
public:
  using clock = std::chrono::steady_clock;
  using duration = std::chrono::nanoseconds;
  static constexpr duration longest_catch_up = std::chrono::seconds(1);

  pace(clock::time_point start, duration quantum) : due_(start + quantum), quantum_(quantum) {}

  // When the next quantum shall run: when all its frames have passed.
  clock::time_point due() const { return due_; }

  // A quantum runs at `now` ≥ due().
  void run(clock::time_point now);

  duration lost() const { return lost_; }
  duration worst_lag() const { return worst_lag_; }

private:
  clock::time_point due_;
  duration quantum_;
  duration lost_{};
  duration worst_lag_{};
};

} // namespace switchroom::sim
