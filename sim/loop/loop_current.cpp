// SPDX-License-Identifier: MIT
#include "loop/loop_current.hpp"

#include "loop/levels.hpp"

#include <cmath>
#include <numbers>

namespace switchroom::sim {

sub_frame_mask loop_current::step(sub_frame_mask closed, bool ring) {
  if (!ring) {
    phase_ = 0;
    return feed_.direct_ma > feed_.threshold_ma ? closed : sub_frame_mask{0};
  }
  // 25 Hz moves by a fiftieth of a radian in a frame: one value a frame is enough.
  const double ripple = feed_.ripple_ma * std::sin(2.0 * std::numbers::pi * phase_);
  phase_ += feed_.ringing_hz / frames_per_second;
  phase_ -= std::floor(phase_);
  const bool seen_closed = feed_.direct_ma + ripple > feed_.threshold_ma;
  const bool seen_open = ripple > feed_.threshold_ma;
  const unsigned mask = (seen_closed ? closed : 0U) | (seen_open ? ~unsigned{closed} : 0U);
  return static_cast<sub_frame_mask>(mask);
}

} // namespace switchroom::sim
