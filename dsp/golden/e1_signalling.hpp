// SPDX-License-Identifier: MIT
// Golden model of rtl/line/e1_signalling.sv: received signalling multiframes of time slot 16 (G.704
// 5.1.3.2, G.732 5.2).
#pragma once
#include <array>
#include <cstdint>
#include <utility>
#include <vector>

namespace switchroom::golden {

class e1_signalling {
public:
  /// Time slot and its new bits.
  using change = std::pair<unsigned, unsigned>;

  /// The octet of time slot 16. Both of its time slots are looked at now; in the RTL the second one
  /// with the next bit.
  std::vector<change> take(std::uint8_t octet) {
    std::vector<change> changes;
    if (!aligned_) {
      if (octet >> 4 == 0 && last_octet_ != 0) {
        aligned_ = true;
        frame_ = 0;
        wrong_ = false;
        begin(octet);
      }
    } else if (++frame_ == 16) {
      frame_ = 0;
      const bool dead = !live_ && octet == 0;
      const bool wrong = octet >> 4 != 0;
      if (dead || (wrong && wrong_))
        aligned_ = false;
      wrong_ = wrong;
      begin(octet);
    } else {
      live_ |= octet != 0;
      look(frame_, octet >> 4, changes);
      look(frame_ + 16, octet & 15, changes);
    }
    last_octet_ = octet;
    return changes;
  }
  /// Frames are not received, or there is no signalling in them.
  void stop() {
    aligned_ = y_ = false;
    last_octet_ = 0;
  }
  bool aligned() const { return aligned_; }
  bool y() const { return y_; }
  unsigned taken(unsigned slot) const { return taken_[slot]; }

private:
  void begin(std::uint8_t octet) {
    live_ = octet != 0;
    if (octet >> 4 == 0)
      y_ = octet >> 2 & 1;
  }
  void look(unsigned slot, unsigned bits, std::vector<change>& changes) {
    if (bits == last_[slot] && bits != taken_[slot]) {
      taken_[slot] = bits;
      changes.emplace_back(slot, bits);
    }
    last_[slot] = bits;
  }
  std::array<unsigned, 32> last_{}, taken_{};
  std::uint8_t last_octet_ = 0;
  unsigned frame_ = 0;
  bool aligned_ = false, wrong_ = false, live_ = false, y_ = false;
};

} // namespace switchroom::golden
