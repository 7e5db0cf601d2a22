// SPDX-License-Identifier: MIT
#pragma once

#include "loop/frame_signals.hpp"

namespace switchroom::sim {

// The loop detector of a line card, and what flows through it.
struct loop_feed {
  double direct_ma = 25.0; // through a closed contact
  double ripple_ma = 15.0; // peak, of the ringing current as the detector sees it
  double threshold_ma = 9.0;
  double ringing_hz = 25.0; // Europe; the US rings at 20 Hz
};

// Loop current as the detector reports it. While ringing current flows, its positive peaks pass
// the detector although the phone is on-hook (with the defaults for 11.8 ms of every 40): what
// is behind the detector must tell them from an answer.
class loop_current {
public:
  explicit loop_current(const loop_feed& feed) : feed_(feed) {}

  // `closed`: the contact in the coming frame; `ring`: ringing current flows in it.
  sub_frame_mask step(sub_frame_mask closed, bool ring);

private:
  loop_feed feed_;
  double phase_ = 0; // of the ringing current, in turns
};

} // namespace switchroom::sim
