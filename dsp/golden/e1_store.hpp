// SPDX-License-Identifier: MIT
// Golden model of rtl/line/e1_store.sv: received frames, read in another clock, with controlled
// slips.
#pragma once
#include <array>
#include <cstdint>

namespace switchroom::golden {

class e1_store {
public:
  enum class slip { none, repeat, skip };

  void write(unsigned slot, std::uint8_t octet) {
    frames_[begun_ % 4][slot] = octet;
    place_ = slot + 1;
    if (slot == 31) {
      ++begun_;
      place_ = 0;
    }
  }
  /// A frame of the reader begins; `run`: frames are received.
  slip frame(bool run) {
    if (!run) {
      fresh_ = true;
      read_ = begun_;
      return slip::none;
    }
    const int ahead =
        static_cast<int>(32 * (begun_ - read_ - 1) + place_); // octets, of the next frame on
    if (fresh_) {
      if (ahead < 36)
        return slip::none;
      fresh_ = false;
      read_ += ahead < 68 ? 1 : 2;
      return slip::none;
    }
    if (ahead < 32)
      return slip::repeat;
    if (ahead < 72) {
      ++read_;
      return slip::none;
    }
    read_ = begun_ - 1;
    return slip::skip;
  }
  /// Whether what is read was received.
  bool ready() const { return !fresh_; }
  std::uint8_t read(unsigned slot) const { return frames_[read_ % 4][slot]; }

private:
  std::array<std::array<std::uint8_t, 32>, 4> frames_{};
  unsigned begun_ = 0; ///< frames, the one that is written not counted
  unsigned read_ = 0;  ///< number of the frame that is read
  unsigned place_ = 0;
  bool fresh_ = true;
};

} // namespace switchroom::golden
