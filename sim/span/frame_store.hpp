// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <span>
#include <vector>

namespace switchroom::sim {

// Frames of a digital line on their way between a board, which takes one each 125 µs, and whoever
// makes them, who answers each frame with one and is late now and then. The first frames wait
// until `lead` are there; when there is none, the line is idle for as long as it takes to have so
// many again. What is more than twice of it is left out. Pure.
class frame_store {
public:
  frame_store(std::size_t octets_a_frame, std::size_t lead)
      : octets_a_frame_(octets_a_frame), lead_(lead) {}

  // Whole frames, or parts of them.
  void put(std::span<const std::uint8_t> octets);
  // The next frame; empty: the line is idle.
  std::vector<std::uint8_t> take();
  void clear();

  std::uint64_t gaps() const { return gaps_; }         // times that it ran empty
  std::uint64_t left_out() const { return left_out_; } // frames

private:
  std::size_t octets_a_frame_, lead_;
  std::deque<std::uint8_t> octets_;
  bool waits_ = true;
  std::uint64_t gaps_ = 0, left_out_ = 0;
};

} // namespace switchroom::sim
