// SPDX-License-Identifier: MIT
#include "phone/ringer.hpp"

namespace switchroom::sim {
namespace {
constexpr std::size_t most_phases = 64;
}

void ringer::step(bool current) {
  if (current == ringing_) {
    ++phase_frames_;
    return;
  }
  if (current && (silent() || cadence_ms_.empty())) {
    cadence_ms_.clear();
  } else if (cadence_ms_.size() < most_phases) {
    cadence_ms_.push_back(
        static_cast<std::uint32_t>((phase_frames_ + frames_per_ms / 2) / frames_per_ms));
  }
  bursts_ += current ? 1U : 0U;
  ringing_ = current;
  phase_frames_ = 1;
}

} // namespace switchroom::sim
