// SPDX-License-Identifier: MIT
// Level meter: RTL and golden model in lock step; levels against the formula.
#include <cmath>
#include <numbers>
#include <vector>

#include <gtest/gtest.h>

#include "Vlevel_meter_model.h"
#include "golden/level_meter.hpp"
#include "voice_bench.hpp"

namespace {
using level = switchroom::regs::level_block;
constexpr unsigned slots = 12, window = 64;

class level_bench
    : public switchroom::test::voice_bench<Vlevel_meter_model, switchroom::golden::level_meter> {
public:
  explicit level_bench(unsigned seed = 1) : voice_bench(seed, 0, slots, window) {
    block->ingress_stb_i = 0;
    block.reset();
  }
  void frame(const std::vector<std::int16_t>& samples, unsigned pause = 0) {
    for (unsigned slot = 0; slot < slots; ++slot) {
      block->ingress_stb_i = 1;
      block->ingress_slot_i = slot;
      block->ingress_sample_i = static_cast<std::uint16_t>(samples[slot]);
      clock();
      block->ingress_stb_i = 0;
      block->ingress_sample_i = static_cast<std::uint16_t>(random());
      for (unsigned n = 0; n < pause; ++n)
        clock();
    }
    for (unsigned n = 0; n < 4; ++n)
      clock();
    golden.frame(samples);
  }
};

TEST(LevelMeter, RegistersAsDescribed) {
  level_bench bench;
  EXPECT_EQ(bench.read(level::id::offset), level::type << 16 | level::version);
  EXPECT_EQ(bench.read(level::capacity::offset), slots);
  EXPECT_EQ(bench.read(level::window_frames::offset), window);
  for (std::uint32_t word = 0; word < 0x10000; ++word) {
    bench.read(word);
    bench.write(word, word);
  }
}

TEST(LevelMeter, LockStepWithRandomAndExtremeSamples) {
  for (unsigned seed = 1; seed <= 4; ++seed) {
    level_bench bench(seed);
    for (unsigned n = 0; n < 6 * window && !HasFailure(); ++n) {
      std::vector<std::int16_t> samples(slots);
      for (unsigned slot = 2; slot < slots; ++slot)
        samples[slot] =
            static_cast<std::int16_t>(static_cast<int>(bench.random() & 0xffff) >> slot);
      samples[0] = -32768;
      samples[1] = n / window % 2 ? 32767 : 0;
      samples[2] = n % 2 ? -32768 : 32767;
      bench.frame(samples, seed % 3);
      const auto slot = static_cast<std::uint32_t>(bench.random() % slots);
      if (n % window < window - 1) { // not while a window ends
        bench.read(level::peak::offset + slot);
        bench.read(level::mean_square::offset + slot);
      }
    }
  }
}

TEST(LevelMeter, FullScaleAndSineAreWhatTheFormulaSays) {
  level_bench bench;
  for (unsigned n = 0; n < 2 * window + 1; ++n) {
    std::vector<std::int16_t> samples(slots);
    samples[3] = -32768;
    samples[4] = static_cast<std::int16_t>(
        std::lround(10000 * std::sin(2 * std::numbers::pi * 8 * n / window)));
    bench.frame(samples);
  }
  EXPECT_EQ(bench.read(level::peak::offset + 3), 32768u);
  EXPECT_EQ(bench.read(level::mean_square::offset + 3), 1u << 30);
  EXPECT_EQ(bench.read(level::peak::offset + 4), 10000u);
  EXPECT_NEAR(bench.read(level::mean_square::offset + 4), 0.5e8, 0.5e8 * 1e-4);
  EXPECT_EQ(bench.read(level::peak::offset + 5), 0u);
}
} // namespace
