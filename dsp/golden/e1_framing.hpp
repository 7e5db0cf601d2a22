// SPDX-License-Identifier: MIT
// What both ends of an E1 span work out alike: CRC-4 and test sequence, in the standards' words.
#pragma once
#include <array>
#include <cstdint>
#include <deque>
#include <vector>

namespace switchroom::golden {

/// Remainder of the bits times x^4 by x^4 + x + 1 (G.704 2.3.3.4), by long division: C1 is bit 3.
inline unsigned crc4(std::vector<bool> bits) {
  bits.insert(bits.end(), 4, false);
  for (std::size_t n = 0; n + 4 < bits.size(); ++n)
    if (bits[n])
      for (const unsigned term : {0u, 3u, 4u}) // x^4, x, 1 counted from the highest
        bits[n + term] = !bits[n + term];
  unsigned remainder = 0;
  for (std::size_t n = bits.size() - 4; n < bits.size(); ++n)
    remainder = remainder << 1 | static_cast<unsigned>(bits[n]);
  return remainder;
}

/// The test sequence of 2^15 − 1 bits (O.151 2.1), as sent: a shift register whose stages 14 and 15
/// are added and fed back, inverted.
class e1_test_sequence {
public:
  bool next() {
    const bool fed = stages_[13] != stages_[14];
    stages_.pop_back();
    stages_.push_front(fed);
    return !fed;
  }
  /// Puts a bit as sent into the register.
  void load(bool sent) {
    stages_.pop_back();
    stages_.push_front(!sent);
  }
  bool expected() const { return stages_[13] == stages_[14]; }
  bool is_empty() const {
    for (const bool stage : stages_)
      if (stage)
        return false;
    return true;
  }
  static e1_test_sequence empty() {
    e1_test_sequence sequence;
    sequence.stages_.assign(15, false);
    return sequence;
  }

private:
  std::deque<bool> stages_ = std::deque<bool>(15, true);
};

inline constexpr std::array<bool, 7> frame_alignment{false, false, true, true, false, true, true};
inline constexpr std::array<bool, 6> multiframe_alignment{false, false, true, false, true, true};

} // namespace switchroom::golden
