// SPDX-License-Identifier: MIT
/// The tone generator beside its golden model, frame by frame.
#pragma once
#include <cmath>
#include <cstdint>
#include <functional>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "Vmany_tones_model.h"
#include "Vtone_generator_model.h"
#include "golden/tone_generator.hpp"
#include "voice_bench.hpp"

namespace switchroom::test {
using tone = regs::tone_block;
constexpr double milliwatt_peak = 22827; // regs/tone.toml: 0 dBm0

template <class Model, unsigned Channels, unsigned ClocksPerFrame>
class tone_bench_of : public voice_bench<Model, switchroom::golden::tone_generator> {
  using base = voice_bench<Model, golden::tone_generator>;

public:
  static constexpr unsigned channels = Channels;
  using base::block, base::clock, base::golden, base::take_events, base::write;

  explicit tone_bench_of(unsigned seed = 1, unsigned longest_wait = 0)
      : base(seed, longest_wait, channels, 32u) {
    block->frame_stb_i = 0;
    block->channel_stb_i = 0;
    block->channel_i = 0;
    block.reset();
    for (int n = 0; n < 300; ++n)
      clock();
  }

  /// One frame; the samples that are read in it are those computed in the frame before. `midway`
  /// is done, and takes effect after the golden model's frame, when the samples and `clocks` more
  /// clocks have gone by.
  void frame(const std::function<void()>& midway = {}, unsigned clocks = 0) {
    const auto expected_events = frame_but_events(midway, clocks);
    ASSERT_EQ(take_events(), expected_events);
  }
  /// The same, but events are left to the caller; returns those of the golden model.
  std::vector<golden::board_event> frame_but_events(const std::function<void()>& midway = {},
                                                    unsigned clocks = 0) {
    std::vector<std::int16_t> expected;
    for (unsigned n = 0; n < channels; ++n)
      expected.push_back(golden.sample(n));
    auto events = golden.frame();
    run_frame(midway, clocks);
    EXPECT_EQ(samples, expected);
    return events;
  }
  std::vector<double> record(unsigned channel, unsigned frames) {
    std::vector<double> heard;
    for (unsigned n = 0; n < frames && !testing::Test::HasFailure(); ++n) {
      frame();
      heard.push_back(samples[channel]);
    }
    heard.resize(frames); // also after a failure
    return heard;
  }
  void segment(unsigned number, std::pair<double, double> a, std::pair<double, double> b,
               unsigned duration_ms, int next = -1) {
    const auto increment = [](double hertz) {
      return static_cast<std::uint32_t>(std::lround(hertz / 8000 * 65536));
    };
    const auto peak = [](double dbm0) {
      return static_cast<std::uint32_t>(std::lround(milliwatt_peak * std::pow(10, dbm0 / 20)));
    };
    write(tone::segment_frequency::offset + number,
          tone::segment_frequency::a::of(increment(a.first)) |
              tone::segment_frequency::b::of(increment(b.first)));
    write(tone::segment_amplitude::offset + number,
          tone::segment_amplitude::a::of(a.first > 0 ? peak(a.second) : 0) |
              tone::segment_amplitude::b::of(b.first > 0 ? peak(b.second) : 0));
    write(tone::segment_timing::offset + number,
          tone::segment_timing::duration_ms::of(duration_ms) |
              tone::segment_timing::next::of(static_cast<std::uint32_t>(next < 0 ? 0 : next)) |
              tone::segment_timing::last::of(next < 0));
  }
  void stop(unsigned channel) { write(tone::channel_control::offset + channel, 0); }
  void play(unsigned channel, unsigned first_segment, unsigned start = 0) {
    write(tone::channel_control::offset + channel,
          tone::channel_control::segment::of(first_segment) | tone::channel_control::run::of(1) |
              tone::channel_control::start::of(start));
  }

  std::vector<std::int16_t> samples;
  unsigned awake_clocks = 0; ///< in the last frame

private:
  void run_frame(const std::function<void()>& midway, unsigned clocks) {
    samples.clear();
    awake_clocks = 0;
    asleep_ = false;
    block->frame_stb_i = 1;
    counted_clock();
    block->frame_stb_i = 0;
    for (unsigned n = 0; n < channels; ++n) {
      block->channel_i = n;
      block->channel_stb_i = 1;
      counted_clock();
      block->channel_stb_i = 0;
      samples.push_back(static_cast<std::int16_t>(block->sample_o));
    }
    for (unsigned n = channels + 1; n < ClocksPerFrame; ++n) {
      if (midway && n == channels + 1 + clocks) {
        midway();
        asleep_ = false;
      }
      counted_clock();
    }
  }
  void counted_clock() {
    block->eval(); // awake_o depends on inputs
    awake_clocks += block->awake_o;
    EXPECT_FALSE(asleep_ && block->awake_o) << "woke up by itself";
    asleep_ = !block->awake_o;
    clock();
  }
  bool asleep_ = false;
};
using tone_bench = tone_bench_of<Vtone_generator_model, 6, 80>;
using many_tones_bench = tone_bench_of<Vmany_tones_model, 70, 240>;

} // namespace switchroom::test
