// SPDX-License-Identifier: MIT
/// Golden model of rtl/timing/clock_loop: from the strobes of a reference to frames of one clock
/// more or less. Frequencies in 2^-28 clocks a frame; the integrator has eight bits more.
#pragma once
#include <algorithm>
#include <cstdint>
#include <cstdlib>

#include "switchroom/regs.hpp"

namespace switchroom::golden {

class clock_loop {
public:
  using state = regs::clock_state;
  static constexpr unsigned none = 15; ///< no reference

  struct settings {
    unsigned clocks_per_frame;
    unsigned fast, normal, pps_fast, pps_normal; ///< k of the corner, 1273 / 2^k Hz
    std::uint32_t acquire_ms;
  };
  struct counters {
    std::uint32_t longer = 0, shorter = 0, switches = 0, holdovers = 0, jumps = 0;
  };

  state now() const { return state_; }
  unsigned reference() const { return reference_; }
  std::int32_t frequency() const { return frequency_; }
  std::int32_t held() const { return static_cast<std::int32_t>(held_ >> 8); }
  std::int32_t phase() const { return phase_; }
  std::uint32_t since_s() const { return since_s_; }
  const counters& counted() const { return counters_; }
  /// Of the frame that begins next: -1, 0 or 1 clocks.
  int step() const { return step_; }

  /// A frame begins: what it has of `step` counts, and the next one's is worked out.
  void begin_frame() {
    counters_.longer += step_ > 0;
    counters_.shorter += step_ < 0;
    const std::int64_t sum = std::int64_t{accumulated_} + frequency_;
    step_ = static_cast<int>(sum >> 28);
    accumulated_ = static_cast<std::uint32_t>(sum) & 0x0fff'ffff;
    apart_ = (integral_ - held_) >> average_;
  }

  /// Another reference, or none. `error`: of the new one, clocks a second.
  void select(unsigned reference, std::int32_t error, bool free_run) {
    reference_ = reference;
    proportional_ = 0;
    since_s_ = second_ = 0;
    if (reference != none) {
      ++counters_.switches;
      fast_ = !locked_before_;
      if (fast_)
        integral_ = std::int64_t{error} * 33554 * 256; // 2^28 / 8000
      state_ = state::acquiring;
      acquired_ms_ = 0;
      zero();
    } else if (locked_before_ && !free_run) {
      counters_.holdovers += state_ != state::holdover;
      state_ = state::holdover;
      integral_ = held_;
    } else {
      state_ = state::free_run;
      integral_ = 0;
    }
  }

  /// A strobe of the reference, with `left` clocks of its frame after it.
  void sample(unsigned left, bool pps, const settings& by) {
    const int clocks = static_cast<int>(by.clocks_per_frame);
    if (coarse_wanted_) {
      coarse_ = left;
      coarse_wanted_ = false;
    }
    int late = static_cast<int>((coarse_ - left) & (by.clocks_per_frame - 1));
    if (late >= clocks / 2)
      late -= clocks;
    sum_ += pps ? 8 * late : late;
    ++samples_;
    if (zeroing_) {
      if (samples_ >= (pps ? 1 : 1024)) {
        fine_ = pps ? sum_ : sum_ >> 7;
        zeroing_ = false;
        sum_ = 0;
        samples_ = 0;
      }
    } else if (samples_ >= (pps ? 1 : 8)) {
      const int error = sum_ - fine_;
      sum_ = 0;
      samples_ = 0;
      if (std::abs(error) < clocks) {
        follow(error, pps, by);
      } else {
        ++counters_.jumps;
        acquired_ms_ = 0;
        zero();
      }
    }
  }

  /// The reference is not sound: its last error is not worked off any more, frequency is kept.
  void lose() { proportional_ = 0; }

  /// At the end of each frame's work.
  void settle(bool ms, const settings& by) {
    const std::int64_t sum = (integral_ >> 8) + proportional_;
    frequency_ = static_cast<std::int32_t>(std::clamp(sum, -most, most));
    if (++second_ == 8000) {
      second_ = 0;
      ++since_s_;
      if (state_ == state::locked) {
        held_ += apart_;
        average_ = std::min(average_ + 1, 6);
      }
    }
    if (ms && state_ == state::acquiring && !zeroing_) {
      if (acquired_ms_ >= by.acquire_ms) {
        state_ = state::locked;
        fast_ = false;
        since_s_ = second_ = 0;
        if (!locked_before_)
          held_ = integral_;
        locked_before_ = true;
      } else {
        ++acquired_ms_;
      }
    }
  }

private:
  static constexpr std::int64_t most = (std::int64_t{1} << 28) - 1;

  void zero() {
    coarse_wanted_ = zeroing_ = true;
    proportional_ = 0;
    sum_ = 0;
    samples_ = 0;
  }
  void follow(int error, bool pps, const settings& by) {
    const unsigned k = pps ? (fast_ ? by.pps_fast : by.pps_normal) : fast_ ? by.fast : by.normal;
    phase_ = error;
    proportional_ = std::int64_t{error} * (1 << (25 - k));
    const auto moved = integral_ + std::int64_t{error} * (1 << ((pps ? 40 : 30) - 2 * k));
    integral_ = std::clamp(moved, -(most << 8), most << 8);
  }

  state state_ = state::free_run;
  unsigned reference_ = none, coarse_ = 0;
  std::int64_t integral_ = 0, proportional_ = 0, held_ = 0, apart_ = 0;
  std::int32_t frequency_ = 0;
  int sum_ = 0, samples_ = 0, fine_ = 0, phase_ = 0, step_ = 0, average_ = 1;
  std::uint32_t accumulated_ = 0, acquired_ms_ = 0, second_ = 0, since_s_ = 0;
  bool coarse_wanted_ = true, zeroing_ = true, fast_ = false, locked_before_ = false;
  counters counters_;
};

} // namespace switchroom::golden
