// SPDX-License-Identifier: MIT
/// Time as the state machines see it: always handed in, never asked for.
#pragma once
#include <chrono>

namespace switchroom {

/// Counts microseconds from an origin of the caller's choice: process start in the daemon,
/// zero in tests. Never goes back. Has no now(): only the rim knows what time it is.
struct machine_clock {
  using duration = std::chrono::microseconds;
  using rep = duration::rep;
  using period = duration::period;
  using time_point = std::chrono::time_point<machine_clock, duration>;
  static constexpr bool is_steady = true;
};
using duration = machine_clock::duration;
using instant = machine_clock::time_point;

/// No deadline: later than every instant.
inline constexpr instant never = instant::max();

/// A frame of the fabric.
inline constexpr std::chrono::microseconds frame_time{125};

} // namespace switchroom
