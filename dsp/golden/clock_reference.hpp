// SPDX-License-Identifier: MIT
/// Golden model of rtl/timing/clock_supervisor, of one reference: is it there, how far off is it,
/// may it be used. Stepped once a frame.
#pragma once
#include <algorithm>
#include <cstdint>
#include <cstdlib>

#include "golden/board_port.hpp"

namespace switchroom::golden {

/// What came of a reference in a frame.
struct clock_strobes {
  unsigned count = 0; ///< 0 to 3
  unsigned left = 0;  ///< clocks of the frame after the last strobe
  bool fault = false; ///< LOS, LOF or AIS of its span, as the frame ends
};

class clock_reference {
public:
  using config = regs::clock_block::reference_config;
  static constexpr std::int32_t most_error = 16383; ///< clocks a second

  struct supervision {
    std::uint32_t clocks_per_frame, limit, hold_off_ms, restore_ms;
  };

  bool enabled() const { return config::enable::get(config_) != 0; }
  regs::clock_kind kind() const {
    return static_cast<regs::clock_kind>(config::kind::get(config_));
  }
  bool pps() const { return kind() == regs::clock_kind::second; }
  bool usable() const { return usable_; }
  /// It is there, and its span has no fault.
  bool sound() const { return present_ && !fault_; }
  /// Lower is better.
  unsigned rank() const {
    return config::quality::get(config_) << 4 | config::priority::get(config_);
  }
  bool refused() const { return config::quality::get(config_) == 15; }
  std::int32_t error() const { return measured_ ? error_ : 0; }
  std::uint32_t losses() const { return losses_; }
  std::uint32_t status() const {
    using word = regs::clock_block::reference_status;
    return word::present::of(present_) | word::fault::of(fault_) | word::measured::of(measured_) |
           word::within::of(within_) | word::usable::of(usable_);
  }
  std::uint32_t configured() const { return config_; }
  void configure(std::uint32_t value) { config_ = value & 0xff7; }
  /// As after reset, but for its configuration.
  void forget() {
    const auto kept = config_;
    *this = {};
    config_ = kept;
  }

  /// A frame has ended; the next one begins `now` clocks after some beginning. True: a strobe of
  /// it can be taken by the loop.
  bool frame(const clock_strobes& strobes, std::uint32_t now, bool ms, const supervision& by) {
    if (!enabled()) {
      const auto losses = losses_;
      forget();
      losses_ = losses;
      return false;
    }
    within_ = measured_ && static_cast<std::uint32_t>(std::abs(error_)) <= by.limit;
    fault_ = strobes.fault;
    const unsigned absent = pps() ? 8800 : 8;
    if (strobes.count > 0) {
      present_ = true;
      missing_ = 0;
    } else if (++missing_ >= absent) {
      missing_ = absent;
      present_ = false;
    }
    if (!sound())
      started_ = measured_ = false;
    else if (strobes.count > 0)
      measure(strobes, now, by.clocks_per_frame);
    if (ms)
      judge(sound() && measured_ && within_, by);
    return sound() && strobes.count > 0;
  }

private:
  void measure(const clock_strobes& strobes, std::uint32_t now, std::uint32_t clocks_per_frame) {
    const std::uint32_t stamp = now - strobes.left;
    if (!started_) {
      started_ = true;
      strobes_ = 0;
      stamp_ = stamp;
      return;
    }
    strobes_ += strobes.count;
    if (!pps() && strobes_ < 8000)
      return;
    const std::uint32_t off = stamp - stamp_ - (pps() ? 8000 : strobes_) * clocks_per_frame;
    error_ = std::clamp(static_cast<std::int32_t>(off << 4) >> 4, -most_error, most_error);
    measured_ = true;
    strobes_ = 0;
    stamp_ = stamp;
  }

  void judge(bool good, const supervision& by) {
    if (good == usable_) {
      timer_ = 0;
    } else if (usable_ ? timer_ >= by.hold_off_ms : fresh_ || timer_ >= by.restore_ms) {
      losses_ += usable_;
      usable_ = good;
      fresh_ = false;
      timer_ = 0;
    } else {
      ++timer_;
    }
  }

  std::uint32_t config_ = 0, stamp_ = 0, strobes_ = 0, timer_ = 0, losses_ = 0;
  std::int32_t error_ = 0;
  unsigned missing_ = 0;
  bool present_ = false, fault_ = false, started_ = false, measured_ = false, within_ = false,
       usable_ = false, fresh_ = true;
};

} // namespace switchroom::golden
