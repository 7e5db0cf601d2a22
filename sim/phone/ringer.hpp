// SPDX-License-Identifier: MIT
#pragma once

#include "loop/levels.hpp"

#include <cstdint>
#include <vector>

namespace switchroom::sim {

// Hears ringing current and measures its cadence. One step a frame.
class ringer {
public:
  // Longest silence within a cadence; after a longer one the next burst starts a new ringing.
  static constexpr std::uint64_t silence_frames = std::uint64_t{6500} * frames_per_ms;

  void step(bool current);
  // The receiver went on-hook: bursts are counted from here.
  void forget_bursts() { bursts_ = 0; }

  bool ringing() const { return ringing_; }
  bool silent() const { return !ringing_ && phase_frames_ >= silence_frames; }
  std::uint32_t bursts() const { return bursts_; }
  // Phases that have ended, of the last ringing, in ms: on, off, on, … At most 64.
  const std::vector<std::uint32_t>& cadence_ms() const { return cadence_ms_; }

private:
  bool ringing_ = false;
  std::uint64_t phase_frames_ = 0; // so far
  std::uint32_t bursts_ = 0;
  std::vector<std::uint32_t> cadence_ms_;
};

} // namespace switchroom::sim
