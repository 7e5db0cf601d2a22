// SPDX-License-Identifier: MIT
/// What is at the other end of a span's wires in a test: frames of G.704 at a clock of their own,
/// with whatever can happen to them on the way.
#pragma once
#include <array>
#include <cstdint>
#include <deque>
#include <random>
#include <vector>

#include "golden/e1_line_code.hpp"
#include "golden/e1_transmitter.hpp"

namespace switchroom::test {

class e1_far_end {
public:
  explicit e1_far_end(unsigned seed) : random(seed) {
    for (auto& octet : octets)
      octet = static_cast<std::uint8_t>(random());
    signal.fill(13);
  }

  golden::e1_transmitter::contents sends{.crc4 = true};
  std::array<std::uint8_t, 32> octets{}; ///< said in every frame
  std::array<unsigned, 32> signal{};
  bool scrambles = false; ///< octets are random in each frame
  double ppm = 0;         ///< of its clock
  double errors = 0;      ///< of its bits
  bool pulled = false;    ///< the cable
  int slides = 0;         ///< bits to be left out (−) or said twice (+), one a bit

  /// What arrives during one of the fabric's bits: none to two pulses.
  std::vector<golden::e1_pulse> arrives() {
    std::vector<golden::e1_pulse> bits;
    for (due_ += 1 + ppm * 1e-6; due_ >= 1; due_ -= 1)
      bits.push_back(pulled ? golden::e1_pulse{} : struck(next()));
    return bits;
  }

  std::mt19937 random;

private:
  golden::e1_pulse next() {
    if (slides > 0) {
      --slides;
      return last_;
    }
    if (slides < 0) {
      ++slides;
      step();
    }
    return last_ = coder_.code(step());
  }
  bool step() {
    if (place_ == 0 && scrambles)
      for (auto& octet : octets)
        octet = static_cast<std::uint8_t>(random());
    sends.octet = octets[place_ / 8];
    const unsigned frame = transmitter_.frame();
    sends.signal = place_ / 8 == 16 ? signal[frame + (place_ % 8 < 4 ? 0 : 16)] : 0;
    const bool bit = transmitter_.send(place_, sends);
    place_ = (place_ + 1) % 256;
    return bit;
  }
  golden::e1_pulse struck(golden::e1_pulse pulse) {
    if (errors <= 0 || std::uniform_real_distribution<>(0, 1)(random) >= errors)
      return pulse;
    if (pulse.positive || pulse.negative)
      return random() % 8 != 0 ? golden::e1_pulse{} : golden::e1_pulse{true, true};
    return random() % 2 != 0 ? golden::e1_pulse{true, false} : golden::e1_pulse{false, true};
  }

  golden::e1_transmitter transmitter_;
  golden::hdb3_coder coder_;
  golden::e1_pulse last_;
  unsigned place_ = 0;
  double due_ = 0;
};

} // namespace switchroom::test
