// SPDX-License-Identifier: MIT
#include "loop/contact.hpp"

namespace switchroom::sim {
namespace {

constexpr std::uint32_t shortest_toggle = 5; // sub-frames: 39 µs
constexpr std::uint32_t longest_toggle = 51; // 398 µs

std::uint32_t in_sub_frames(std::uint32_t us) {
  return us * sub_frames / 125U;
}

} // namespace

void contact::move(bool closed) {
  if (closed == target_) {
    return;
  }
  target_ = closed;
  now_ = closed;
  if (bounce_.longest_us > 0) {
    settle_in_ = in_sub_frames(random_.between(bounce_.shortest_us, bounce_.longest_us));
    toggle_in_ = random_.between(shortest_toggle, longest_toggle);
  }
}

sub_frame_mask contact::step() {
  if (settle_in_ == 0) {
    now_ = target_;
    return now_ ? whole_frame : sub_frame_mask{0};
  }
  unsigned mask = 0;
  for (unsigned k = 0; k < sub_frames; ++k) {
    if (settle_in_ > 0 && --settle_in_ == 0) {
      now_ = target_;
    } else if (settle_in_ > 0 && --toggle_in_ == 0) {
      now_ = !now_;
      toggle_in_ = random_.between(shortest_toggle, longest_toggle);
    }
    mask |= (now_ ? 1U : 0U) << k;
  }
  return static_cast<sub_frame_mask>(mask);
}

} // namespace switchroom::sim
