// SPDX-License-Identifier: MIT
#pragma once

#include "loop/frame_signals.hpp"
#include "loop/seeded_random.hpp"

#include <cstdint>

namespace switchroom::sim {

// How long a contact bounces after it moved: evenly spread between the two.
struct bounce {
  std::uint32_t shortest_us = 200;
  std::uint32_t longest_us = 3000; // 0: ideal contact
};

// A mechanical contact: it reaches its new position at once, then opens and closes at random,
// 40 to 400 µs a time, until it settles. The same seed bounces the same way.
class contact {
public:
  contact(const bounce& how, std::uint64_t seed) : bounce_(how), random_(seed) {}

  // Moves the contact at the start of the coming frame. Nothing happens if it is there already.
  void move(bool closed);

  // The coming frame, sub-frame by sub-frame: 1 = closed.
  sub_frame_mask step();

  bool closed() const { return target_; }
  bool settled() const { return settle_in_ == 0; }

private:
  bounce bounce_;
  seeded_random random_;
  bool target_ = false;
  bool now_ = false;
  std::uint32_t settle_in_ = 0; // sub-frames
  std::uint32_t toggle_in_ = 0;
};

} // namespace switchroom::sim
