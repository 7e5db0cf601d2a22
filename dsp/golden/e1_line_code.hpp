// SPDX-License-Identifier: MIT
// Golden model of rtl/line/e1_hdb3_coder.sv and e1_hdb3_decoder.sv: HDB3 (G.703 Annex A) a bit at a
// time, with the RTL's delays.
#pragma once
#include <algorithm>
#include <array>
#include <deque>

namespace switchroom::golden {

/// What a pair of wires carries during one bit.
struct e1_pulse {
  bool positive = false, negative = false;
  bool operator==(const e1_pulse&) const = default;
};

class hdb3_coder {
public:
  /// Takes a bit; gives the pulse of the bit three before it.
  e1_pulse code(bool bit) {
    pending_.push_back({bit, false});
    zeros_ = bit ? 0 : zeros_ + 1;
    pulses_ += bit;
    if (zeros_ == 4) { // 000V after an odd number of pulses since the last V, else B00V
      pending_.front().pulse = pulses_ % 2 == 0;
      pending_.back() = {true, true};
      zeros_ = pulses_ = 0;
    }
    const symbol leaves = pending_.front();
    pending_.pop_front();
    if (!leaves.pulse)
      return {};
    if (!leaves.violation)
      positive_ = !positive_;
    return {positive_, !positive_};
  }

private:
  struct symbol {
    bool pulse = false, violation = false;
  };
  std::deque<symbol> pending_{{}, {}, {}};
  unsigned zeros_ = 0, pulses_ = 0;
  bool positive_ = false;
};

class hdb3_decoder {
public:
  struct result {
    bool bit = false;       ///< that was received four before
    bool violation = false; ///< of these pulses
  };

  result take(e1_pulse wires) {
    result made{bits_.front(), false};
    bits_.pop_front();
    const bool pulse = wires.positive || wires.negative;
    bool is_v = false;
    if (wires.positive && wires.negative) {
      made.violation = true;
      last_ = -last_;
    } else if (pulse) {
      const int polarity = wires.positive ? 1 : -1;
      if (polarity == last_) {
        is_v = spaces_ >= 2;
        made.violation = !is_v || polarity == last_v_;
      }
      last_ = polarity;
      if (is_v)
        last_v_ = polarity;
    }
    if (is_v)
      bits_.front() = false; // what may be B
    bits_.push_back(pulse && !is_v);
    lively_ = !pulse && spaces_ >= 3 ? 0 : lively_ + 1;
    spaces_ = pulse ? 0 : spaces_ + 1;
    if (spaces_ == 255)
      los_ = true;
    else if (lively_ >= 32)
      los_ = false;
    return made;
  }
  /// No pulse for 255 bits, until 32 bits without four spaces in a row.
  bool los() const { return los_; }

private:
  std::deque<bool> bits_{false, false, false, false};
  int last_ = -1, last_v_ = 0; ///< polarities; 0: none yet
  unsigned spaces_ = 0, lively_ = 0;
  bool los_ = false;
};

} // namespace switchroom::golden
