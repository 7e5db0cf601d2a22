// SPDX-License-Identifier: MIT
// Golden model of rtl/voice/level_meter.sv: peak and mean square of every slot.
#pragma once
#include <algorithm>
#include <cstdlib>
#include <span>
#include <vector>

#include "golden/board_port.hpp"

namespace switchroom::golden {

/// Level of all slots over windows of `window_frames` frames, a power of two. Registers as in
/// regs/level.toml; they give 0 until the first window has ended.
class level_meter {
public:
  level_meter(unsigned slots, unsigned window_frames)
      : window_frames_(window_frames), running_(slots), result_(slots) {}

  /// One frame: the sample of every slot.
  void frame(std::span<const std::int16_t> samples) {
    for (std::size_t slot = 0; slot < running_.size(); ++slot) {
      const std::int64_t sample = samples[slot];
      auto& slot_sums = running_[slot];
      slot_sums.peak =
          std::max<std::uint64_t>(slot_sums.peak, static_cast<std::uint64_t>(std::abs(sample)));
      slot_sums.squares += static_cast<std::uint64_t>(sample * sample);
    }
    if (++frames_ == window_frames_) {
      frames_ = 0;
      std::swap(result_, running_);
      std::fill(running_.begin(), running_.end(), sums{});
    }
  }

  register_answer write(std::uint16_t word, std::uint32_t) const {
    return {read(word).status == regs::status::ok ? regs::status::read_only
                                                  : regs::status::no_such_register};
  }

  register_answer read(std::uint16_t word) const {
    const auto capacity = static_cast<unsigned>(result_.size());
    if (const int i = array_index<block::peak>(word, capacity); i >= 0)
      return {regs::status::ok,
              static_cast<std::uint32_t>(result_[static_cast<std::size_t>(i)].peak)};
    if (const int i = array_index<block::mean_square>(word, capacity); i >= 0)
      return {regs::status::ok, static_cast<std::uint32_t>(
                                    result_[static_cast<std::size_t>(i)].squares / window_frames_)};
    switch (word) {
    case block::id::offset:
      return {regs::status::ok, block::id::type::of(block::type) | block::version};
    case block::capacity::offset:
      return {regs::status::ok, capacity};
    case block::window_frames::offset:
      return {regs::status::ok, window_frames_};
    default:
      return {regs::status::no_such_register};
    }
  }

private:
  using block = regs::level_block;
  struct sums {
    std::uint64_t peak = 0;
    std::uint64_t squares = 0;
  };
  unsigned window_frames_;
  unsigned frames_ = 0;
  std::vector<sums> running_;
  std::vector<sums> result_;
};

} // namespace switchroom::golden
