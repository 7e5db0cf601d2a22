// SPDX-License-Identifier: MIT
/// Golden model of rtl/voice/slot_gain, stepped once a frame: a gain for each slot of a stream.
#pragma once
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <span>
#include <vector>

#include "switchroom/regs.hpp"

namespace switchroom::golden {

/// Gains are factors in 16384ths; see regs/gain.toml.
class slot_gain {
public:
  static constexpr std::uint16_t unity = regs::gain_block::output::reset;

  explicit slot_gain(std::size_t slots) : slots_(slots) {}

  std::uint16_t read(std::size_t slot) const { return slots_[slot].target; }
  /// In force from the next frame on.
  void write(std::size_t slot, std::uint16_t factor) { slots_[slot].target = factor; }

  /// One frame; of more samples than there are gains, the others stay as they are.
  void frame(std::span<std::int16_t> samples) {
    for (std::size_t n = 0; n < slots_.size(); ++n) {
      slots_[n].approach();
      samples[n] = scaled(samples[n], slots_[n].factor);
    }
  }

private:
  struct gain {
    std::uint16_t target = unity, factor = unity;
    /// A 32nd of the way, and at least one step.
    void approach() {
      const int way = std::abs(target - factor), step = (way + 31) / 32;
      factor = static_cast<std::uint16_t>(target > factor ? factor + step : factor - step);
    }
  };
  /// A double holds the product exactly.
  static std::int16_t scaled(std::int16_t sample, std::uint16_t factor) {
    const double exact = static_cast<double>(sample) * factor / unity;
    return static_cast<std::int16_t>(std::clamp(std::floor(exact + 0.5), -32768.0, 32767.0));
  }

  std::vector<gain> slots_;
};

} // namespace switchroom::golden
