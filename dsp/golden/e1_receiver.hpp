// SPDX-License-Identifier: MIT
// Golden model of rtl/line/e1_receiver.sv and what it is made of: frames of G.704 found by G.706,
// their CRC-4, alarms, test sequence. One call a bit.
#pragma once
#include <algorithm>
#include <array>
#include <cstdint>
#include <deque>
#include <optional>
#include <set>
#include <vector>

#include "golden/e1_framing.hpp"
#include "golden/e1_line_code.hpp"

namespace switchroom::golden {

/// Frame and multiframe alignment (G.706 4.1, 4.2, Annex B).
class e1_aligner {
public:
  struct result {
    bool fas_error = false, change = false;
  };
  /// Takes a bit. `crc4` as in regs/e1.toml; `spurious`: too many CRC errors.
  result take(bool bit, unsigned crc4, bool spurious) {
    recent_.push_back(bit);
    recent_.pop_front();
    const bool fas = std::equal(frame_alignment.begin(), frame_alignment.end(), recent_.begin());
    result made;
    bool lost = false;
    if (aligned_ && position_ % 512 == 7) {
      made.fas_error = !fas;
      wrong_fas_ = fas ? 0 : wrong_fas_ + 1;
      lost = wrong_fas_ == 3 || spurious_;
    }
    if (aligned_ && position_ % 512 == 257) {
      wrong_second_ = bit ? 0 : wrong_second_ + 1;
      lost = wrong_second_ == 3;
    }
    spurious_ |= spurious;
    const bool searching = phase_ != phase::rest;
    const bool frame_ends = aligned_ && position_ % 256 == 255;
    position_ = (position_ + 1) % 4096;
    bool given_up = false;
    if (frame_ends && searching && crc4 != 0 && ++frames_ == 3200) {
      frames_ = 0;
      late_ |= crc4 % 2 != 0;
      given_up = crc4 % 2 == 0;
    }
    made.change = search(bit, fas, crc4) || lost;
    if (given_up && phase_ != phase::rest) {
      without_ = true;
      phase_ = phase::rest;
    }
    if (lost) {
      phase_ = phase::search;
      aligned_ = crc_ = without_ = late_ = spurious_ = false;
    }
    return made;
  }

  bool aligned() const { return aligned_; }
  bool crc() const { return crc_; }
  bool without() const { return without_; }
  bool late() const { return late_; }
  /// Of the bit that comes next: 256 times the frame of the multiframe, and the place in it.
  unsigned position() const { return position_; }

private:
  enum class phase { search, verify, multi, rest };

  /// Whether multiframes were found, elsewhere than the frames that were taken for some.
  bool search(bool bit, bool fas, unsigned crc4) {
    const unsigned at = searched_;
    searched_ = (searched_ + 1) % 4096;
    switch (phase_) {
    case phase::search:
      if (fas) {
        phase_ = phase::verify;
        searched_ = 8;
      }
      return false;
    case phase::verify:
      if (at % 512 == 257 && !bit)
        phase_ = phase::search;
      if (at % 512 == 7)
        fas ? begin(crc4) : void(phase_ = phase::search);
      return false;
    case phase::multi:
      if (at % 512 == 7 && ++tries_ == 32)
        phase_ = phase::search;
      return at % 512 == 256 && multi(bit, at);
    default:
      return false;
    }
  }
  void begin(unsigned crc4) {
    phase_ = crc4 == 0 ? phase::rest : phase::multi;
    tries_ = 0;
    multi_bits_.clear();
    seen_.clear();
    if (aligned_)
      return;
    aligned_ = true;
    position_ = 8;
    wrong_fas_ = wrong_second_ = frames_ = 0;
  }
  bool multi(bool bit, unsigned at) {
    multi_bits_.push_back(bit);
    if (multi_bits_.size() < 6 || !std::equal(multiframe_alignment.begin(),
                                              multiframe_alignment.end(), multi_bits_.end() - 6))
      return false;
    if (seen_.insert(at / 512).second)
      return false;
    const bool elsewhere = (position_ + 511) % 512 != at % 512;
    if (elsewhere)
      wrong_fas_ = wrong_second_ = 0;
    phase_ = phase::rest;
    crc_ = true;
    late_ = false;
    position_ = 11 * 256 + 1;
    return elsewhere;
  }

  std::deque<bool> recent_ = std::deque<bool>(7, true);
  phase phase_ = phase::search;
  unsigned position_ = 0, searched_ = 0;
  bool aligned_ = false, crc_ = false, without_ = false, late_ = false, spurious_ = false;
  unsigned wrong_fas_ = 0, wrong_second_ = 0, tries_ = 0, frames_ = 0;
  std::vector<bool> multi_bits_; ///< since the frames were found
  std::set<unsigned> seen_;      ///< places of multiframe signals in a multiframe
};

/// CRC-4 of whole sub-multiframes (G.706 4.3).
class e1_crc_check {
public:
  struct result {
    bool error = false, spurious = false, e_bit = false;
  };
  result take(bool bit, bool crc, unsigned position) {
    if (!crc) {
      *this = {};
      return {};
    }
    const unsigned frame = position / 256, place = position % 256;
    result made;
    if (place == 0 && frame % 8 == 0) {
      expected_ = begun_ ? std::optional(crc4(block_)) : std::nullopt;
      begun_ = true;
      block_.clear();
      said_ = 0;
    }
    const bool is_c = place == 0 && frame % 2 == 0;
    if (is_c)
      said_ = said_ << 1 | static_cast<unsigned>(bit);
    block_.push_back(bit && !is_c);
    if (is_c && frame % 8 == 6 && expected_) {
      made.error = said_ != *expected_;
      errors_ += made.error;
      made.spurious = made.error && errors_ == 915;
      if (++blocks_ == 1000)
        blocks_ = errors_ = 0;
    }
    made.e_bit = place == 0 && (frame == 13 || frame == 15) && !bit;
    return made;
  }

private:
  bool begun_ = false;
  std::vector<bool> block_;
  std::optional<unsigned> expected_;
  unsigned said_ = 0, blocks_ = 0, errors_ = 0;
};

/// The test sequence in received bits.
class e1_sequence_check {
public:
  /// Whether a bit is wrong, while the sequence is recognised.
  bool take(bool bit) {
    const bool right = bit == sequence_.expected();
    if (locked_) {
      sequence_.load(sequence_.expected());
      wrong_ += !right;
      if (wrong_ == 64)
        locked_ = false, right_ = 0;
      else if (++bits_ == 256)
        bits_ = wrong_ = 0;
      return !right;
    }
    right_ = right && !sequence_.is_empty() ? right_ + 1 : 0;
    sequence_.load(bit);
    if (right_ == 64)
      locked_ = true, bits_ = wrong_ = 0;
    return false;
  }
  bool locked() const { return locked_; }

private:
  e1_test_sequence sequence_ = e1_test_sequence::empty();
  bool locked_ = false;
  unsigned right_ = 0, wrong_ = 0, bits_ = 0;
};

class e1_receiver {
public:
  /// What a bit brought.
  struct result {
    bool violation = false, fas_error = false, crc_error = false, e_bit = false, change = false,
         sequence_error = false;
    std::optional<std::uint8_t> octet; ///< a time slot is whole
    unsigned slot = 0;                 ///< which
  };

  result take(e1_pulse wires, unsigned crc4, std::uint32_t sequence_slots) {
    const auto decoded = decoder_.take(wires);
    const bool bit = decoded.bit, aligned = aligner_.aligned();
    const unsigned position = aligner_.position(), slot = position % 256 / 8;
    result made;
    made.violation = decoded.violation;
    const auto crc = crc_.take(bit, aligner_.crc(), position);
    made.crc_error = crc.error;
    made.e_bit = crc.e_bit;
    const auto frames = aligner_.take(bit, crc4, crc.spurious);
    made.fas_error = frames.fas_error;
    made.change = frames.change;
    octet_ = octet_ << 1 | static_cast<unsigned>(bit);
    watch_zeros(bit, aligned);
    if (!aligned) {
      sequence_ = {};
      rai_ = false;
      unlike_ = 0;
      return made;
    }
    if (slot != 0 && (sequence_slots >> slot & 1) != 0)
      made.sequence_error = sequence_.take(bit);
    if (position % 512 == 258) {
      unlike_ = bit == rai_ ? 0 : unlike_ + 1;
      if (unlike_ == 3)
        rai_ = bit, unlike_ = 0;
    }
    if (position % 512 == 263)
      sa_ = octet_ & 31;
    if (position % 8 == 7) {
      made.octet = static_cast<std::uint8_t>(octet_);
      made.slot = slot;
    }
    return made;
  }

  bool los() const { return decoder_.los(); }
  bool ais() const { return ais_; }
  bool lof() const { return !aligner_.aligned() || aligner_.late(); }
  bool rai() const { return rai_; }
  bool crc() const { return aligner_.crc(); }
  bool without_crc() const { return aligner_.without(); }
  bool sequence_locked() const { return sequence_.locked(); }
  unsigned sa() const { return sa_; }

private:
  /// All ones (G.775 5.2).
  void watch_zeros(bool bit, bool aligned) {
    zeros_ += !bit;
    if (++bits_ == 512) {
      const bool few = zeros_ <= 2;
      if (few == few_)
        ais_ = few;
      few_ = few;
      bits_ = zeros_ = 0;
    }
    if (aligned)
      ais_ = false;
  }

  hdb3_decoder decoder_;
  e1_aligner aligner_;
  e1_crc_check crc_;
  e1_sequence_check sequence_;
  unsigned octet_ = 0, sa_ = 0, bits_ = 0, zeros_ = 0, unlike_ = 0;
  bool few_ = false, ais_ = false, rai_ = false;
};

} // namespace switchroom::golden
