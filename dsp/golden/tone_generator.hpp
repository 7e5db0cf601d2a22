// SPDX-License-Identifier: MIT
// Golden model of rtl/voice/tone_generator.sv: call-progress tones, one step a frame.
#pragma once
#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <utility>
#include <vector>

#include "golden/board_port.hpp"

namespace switchroom::golden {

/// Sine of a 16-bit phase (a turn = 65,536), peak 32,767, of 4096 steps a turn: what the fabric's
/// quarter-wave table gives.
inline std::int32_t table_sine(std::uint16_t phase) {
  static const auto quarter = [] {
    std::array<std::int16_t, 1024> points{};
    for (std::size_t i = 0; i < points.size(); ++i)
      points[i] = static_cast<std::int16_t>(
          32767.0 * std::sin((static_cast<double>(i) + 0.5) * std::numbers::pi / 2048) + 0.5);
    return points;
  }();
  const unsigned step = phase >> 4;
  const unsigned point = step & 0x400 ? ~step & 0x3ff : step & 0x3ff;
  return step & 0x800 ? -quarter[point] : quarter[point];
}

/// All tone channels of a board. Registers as in regs/tone.toml.
class tone_generator {
public:
  explicit tone_generator(unsigned channels, unsigned first_slot = 0)
      : first_slot_(first_slot), channels_(channels), samples_(channels) {}

  /// One frame. Afterwards sample(n) is what channel n speaks in the frame that follows.
  std::vector<board_event> frame() {
    std::vector<board_event> events;
    for (unsigned n = 0; n < channels_.size(); ++n) {
      bool done = false;
      samples_[n] = step(channels_[n], done);
      if (done)
        events.push_back({regs::event_kind::tone_done, static_cast<std::uint8_t>(n), 0});
    }
    return events;
  }
  std::int16_t sample(unsigned n) const { return samples_[n]; }

  register_answer write(std::uint16_t word, std::uint32_t value) {
    if (const int c = array_index<block::channel_control>(word, capacity()); c >= 0) {
      auto& addressed = channels_[static_cast<std::size_t>(c)];
      const std::uint32_t control = value & 0xffff01ff;
      addressed.changed |= control != addressed.control;
      addressed.control = control;
    } else if (std::uint32_t* cell = table(word)) {
      *cell = array_index<block::segment_timing>(word, block::segment_timing::count) >= 0
                  ? value & 0x1ffffff
                  : value;
    } else {
      return {read(word).status == regs::status::ok ? regs::status::read_only
                                                    : regs::status::no_such_register};
    }
    return {};
  }

  register_answer read(std::uint16_t word) {
    if (const int c = array_index<block::channel_control>(word, capacity()); c >= 0)
      return {regs::status::ok, channels_[static_cast<std::size_t>(c)].control};
    if (const std::uint32_t* cell = table(word))
      return {regs::status::ok, *cell};
    switch (word) {
    case block::id::offset:
      return {regs::status::ok, block::id::type::of(block::type) | block::version};
    case block::capacity::offset:
      return {regs::status::ok, capacity()};
    case block::first_slot::offset:
      return {regs::status::ok, first_slot_};
    case block::segments::offset:
      return {regs::status::ok, block::segment_frequency::count};
    default:
      return {regs::status::no_such_register};
    }
  }

private:
  using block = regs::tone_block;
  struct channel_state {
    std::uint32_t control = 0;
    bool changed = false;
    bool active = false;
    bool entered = false; ///< the first sample of the segment comes next
    unsigned segment = 0;
    std::uint32_t left = 0; ///< frames that remain of the segment, or 0
    std::uint16_t phase_a = 0, phase_b = 0, phase_c = 0;
  };

  unsigned capacity() const { return static_cast<unsigned>(channels_.size()); }

  std::uint32_t* table(std::uint16_t word) {
    constexpr unsigned all = block::segment_frequency::count;
    if (const int i = array_index<block::segment_frequency>(word, all); i >= 0)
      return &frequency_[static_cast<std::size_t>(i)];
    if (const int i = array_index<block::segment_amplitude>(word, all); i >= 0)
      return &amplitude_[static_cast<std::size_t>(i)];
    if (const int i = array_index<block::segment_third>(word, all); i >= 0)
      return &third_[static_cast<std::size_t>(i)];
    if (const int i = array_index<block::segment_timing>(word, all); i >= 0)
      return &timing_[static_cast<std::size_t>(i)];
    return nullptr;
  }

  std::int16_t step(channel_state& c, bool& done) {
    if (c.changed) {
      c = {.control = c.control,
           .active = block::channel_control::run::get(c.control) != 0,
           .entered = true,
           .segment = block::channel_control::segment::get(c.control)};
    }
    if (!c.active)
      return 0;
    const std::uint32_t frequency = frequency_[c.segment];
    const std::uint32_t amplitude = amplitude_[c.segment];
    const std::uint32_t third = third_[c.segment];
    const std::uint32_t timing = timing_[c.segment];
    const auto level_a = static_cast<std::int64_t>(block::segment_amplitude::a::get(amplitude));
    const auto level_b = static_cast<std::int64_t>(block::segment_amplitude::b::get(amplitude));
    const auto level_c = static_cast<std::int64_t>(block::segment_third::amplitude::get(third));
    const std::int64_t sum = level_a * table_sine(c.phase_a) + level_b * table_sine(c.phase_b) +
                             level_c * table_sine(c.phase_c);
    // A frequency that does not sound waits at phase 0, to begin with a zero crossing.
    const auto advance = [](std::uint16_t phase, std::int64_t level, std::uint32_t increment) {
      return static_cast<std::uint16_t>(level == 0 ? 0 : phase + increment);
    };
    c.phase_a = advance(c.phase_a, level_a, block::segment_frequency::a::get(frequency));
    c.phase_b = advance(c.phase_b, level_b, block::segment_frequency::b::get(frequency));
    c.phase_c = advance(c.phase_c, level_c, block::segment_third::frequency::get(third));
    const std::uint32_t frames = 8 * block::segment_timing::duration_ms::get(timing);
    if (std::exchange(c.entered, false) || frames == 0)
      c.left = frames;
    if (frames != 0 && --c.left == 0) {
      done = block::segment_timing::last::get(timing) != 0;
      c.active = !done;
      c.entered = true;
      c.segment = block::segment_timing::next::get(timing);
    }
    return static_cast<std::int16_t>(
        std::clamp<std::int64_t>((sum + (1 << 14)) >> 15, -32768, 32767));
  }

  unsigned first_slot_;
  std::vector<channel_state> channels_;
  std::vector<std::int16_t> samples_;
  std::array<std::uint32_t, block::segment_frequency::count> frequency_{};
  std::array<std::uint32_t, block::segment_frequency::count> amplitude_{};
  std::array<std::uint32_t, block::segment_frequency::count> third_{};
  std::array<std::uint32_t, block::segment_frequency::count> timing_{};
};

} // namespace switchroom::golden
