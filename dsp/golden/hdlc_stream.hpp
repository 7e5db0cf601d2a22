// SPDX-License-Identifier: MIT
/// Golden models of rtl/line/hdlc_receive.sv and hdlc_transmit.sv: ITU-T Q.921, clause 2.
#pragma once
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "switchroom/regs.hpp"

namespace switchroom::golden {

/// The FCS's register after one more bit (2.7).
constexpr std::uint16_t fcs_step(std::uint16_t fcs, bool bit) {
  return static_cast<std::uint16_t>((fcs >> 1) ^ ((fcs & 1) != unsigned{bit} ? 0x8408 : 0));
}

/// Bits in, octets and ends of frames out.
class hdlc_receiver {
public:
  struct news {
    bool octet = false; ///< one more in octets()
    bool end = false;
    regs::hdlc_counter how{};
    std::size_t length = 0; ///< of a frame that ended by a flag, with its FCS
  };

  /// A frame that has more than `most` octets without FCS ends so.
  news step(bool bit, unsigned most) {
    const unsigned ones = std::exchange(ones_, bit ? std::min(ones_ + 1, 7u) : 0);
    if (ones == 6)
      return bit ? leave(regs::hdlc_counter::aborted) : flag();
    if (ones >= 5 || !in_frame_)
      return {}; // an inserted zero, a flag's sixth one, or nothing of a frame
    bits_.push_back(bit);
    if (bits_.size() < 8)
      return {};
    std::uint8_t octet = 0;
    for (unsigned n = 0; n < 8; ++n) {
      octet |= static_cast<std::uint8_t>(bits_[n] << n);
      fcs_ = fcs_step(fcs_, bits_[n]);
    }
    bits_.clear();
    octets_.push_back(octet);
    if (octets_.size() > most + 2)
      return leave(regs::hdlc_counter::too_long);
    return {true, false, {}, 0};
  }
  /// Waits for a flag.
  news leave(regs::hdlc_counter why) {
    const bool frame = std::exchange(in_frame_, false) && !octets_.empty();
    return {false, frame, why, 0};
  }
  /// Of the frame that comes, with its FCS.
  const std::vector<std::uint8_t>& octets() const { return octets_; }

private:
  news flag() {
    // A flag's first six bits have come as bits of the frame.
    const bool good = bits_.size() == 6 && fcs_ == 0xf0b8;
    const std::size_t length = octets_.size();
    const bool frame = std::exchange(in_frame_, true) && length != 0;
    octets_.clear();
    bits_.clear();
    fcs_ = 0xffff;
    return {false, frame,
            length < 5 ? regs::hdlc_counter::too_short
            : good     ? regs::hdlc_counter::received
                       : regs::hdlc_counter::check_errors,
            length};
  }

  bool in_frame_ = false;
  unsigned ones_ = 7;
  std::vector<bool> bits_;
  std::uint16_t fcs_ = 0xffff;
  std::vector<std::uint8_t> octets_;
};

/// Frames in, bits out.
class hdlc_transmitter {
public:
  /// What the next bit needs to know when it begins something.
  struct source {
    bool idle_ones;
    bool ready; ///< the first octet of a frame is there
    bool more;  ///< of the frame that is being sent
    std::uint8_t octet;
  };
  struct news {
    bool bit = false;
    bool taken = false; ///< source::octet
    bool sent = false;  ///< a whole frame
  };

  news step(const source& from) {
    if (ones_ == 5) { // five ones in a frame: a zero
      ones_ = 0;
      return {};
    }
    news what{(bits_ & 1) != 0, false, false};
    ones_ = what.bit && in_frame() ? ones_ + 1 : 0;
    if (unit_ == unit::octet)
      fcs_ = fcs_step(fcs_, what.bit);
    bits_ >>= 1;
    if (--left_ == 0)
      next(from, what);
    return what;
  }

private:
  enum class unit { ones, flag, octet, fcs_low, fcs_high };
  bool in_frame() const { return unit_ != unit::ones && unit_ != unit::flag; }
  void next(const source& from, news& what) {
    switch (unit_) {
    case unit::ones:
      begin(from.idle_ones && !from.ready ? unit::ones : unit::flag, from);
      break;
    case unit::flag:
      fcs_ = 0xffff;
      what.taken = from.ready;
      begin(from.ready ? unit::octet : from.idle_ones ? unit::ones : unit::flag, from);
      break;
    case unit::octet:
      what.taken = from.more;
      begin(from.more ? unit::octet : unit::fcs_low, from);
      break;
    case unit::fcs_low:
      begin(unit::fcs_high, from);
      break;
    case unit::fcs_high:
      what.sent = true;
      begin(unit::flag, from);
      break;
    }
  }
  void begin(unit what, const source& from) {
    unit_ = what;
    left_ = 8;
    bits_ = what == unit::flag       ? 0x7e
            : what == unit::octet    ? from.octet
            : what == unit::fcs_low  ? ~fcs_ & 0xffu
            : what == unit::fcs_high ? (~fcs_ >> 8) & 0xffu
                                     : 0xff;
  }

  unit unit_ = unit::ones;
  unsigned bits_ = 1, left_ = 1, ones_ = 0;
  std::uint16_t fcs_ = 0xffff;
};

} // namespace switchroom::golden
