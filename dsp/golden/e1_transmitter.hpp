// SPDX-License-Identifier: MIT
// Golden model of rtl/line/e1_transmitter.sv, and the far end of a simulated span: the frames of
// G.704.
#pragma once
#include <array>
#include <cstdint>
#include <vector>

#include "golden/e1_framing.hpp"

namespace switchroom::golden {

class e1_transmitter {
public:
  /// What a bit is made of, as it stands with the bit.
  struct contents {
    bool crc4 = false, cas = false;
    bool a = false, y = false; ///< remote alarm, remote alarm of the signalling multiframe
    bool e = true;             ///< an E bit, if it is one
    bool ais = false;
    unsigned sa = 0;        ///< Sa4 is bit 4
    std::uint32_t prbs = 0; ///< time slots that send the test sequence
    std::uint8_t octet = 0; ///< of the time slot
    unsigned signal = 0;    ///< signalling bits for this half of time slot 16
  };

  /// Bit `place` of a frame; 0 begins the next frame.
  bool send(unsigned place, const contents& c) {
    if (place == 0)
      frame_ = (frame_ + 1) % 16;
    if (place == 0 && frame_ % 8 == 0) {
      block_crc_ = crc4(block_);
      block_.clear();
    }
    const unsigned slot = place / 8, n = place % 8;
    bool bit = false;
    if (slot == 0)
      bit = framing(n, c);
    else if (c.prbs >> slot & 1)
      bit = sequence_.next();
    else if (c.cas && slot == 16)
      bit = signalling(n, c);
    else
      bit = c.octet >> (7 - n) & 1;
    block_.push_back(bit && !(c.crc4 && place == 0 && frame_ % 2 == 0));
    return bit || c.ais;
  }
  /// Of the multiframe, of the bit sent last.
  unsigned frame() const { return frame_; }
  /// Whether the bit that comes next, at place 0, is an E bit.
  bool e_is_next() const { return frame_ == 12 || frame_ == 14; }

private:
  bool framing(unsigned n, const contents& c) const {
    if (frame_ % 2 == 0) {
      if (n > 0)
        return frame_alignment[n - 1];
      return c.crc4 ? (block_crc_ >> (3 - frame_ / 2 % 4) & 1) != 0 : true;
    }
    switch (n) {
    case 0:
      if (!c.crc4)
        return true;
      return frame_ < 12 ? multiframe_alignment[frame_ / 2] : c.e;
    case 1:
      return true;
    case 2:
      return c.a;
    default:
      return c.sa >> (7 - n) & 1;
    }
  }
  bool signalling(unsigned n, const contents& c) const {
    if (frame_ != 0)
      return c.signal >> (3 - n % 4) & 1;
    return n >= 4 && (n != 5 || c.y); // 0000 x y x x
  }

  unsigned frame_ = 15;
  unsigned block_crc_ = 0;
  std::vector<bool> block_; ///< bits of this sub-multiframe, its C bits 0
  e1_test_sequence sequence_;
};

} // namespace switchroom::golden
