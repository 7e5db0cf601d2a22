// SPDX-License-Identifier: MIT
// Gains before and behind the switch: RTL and golden model in lock step; what a change of gain does
// to the spectrum of a tone.
#include <algorithm>
#include <cmath>
#include <complex>
#include <numbers>
#include <vector>

#include <gtest/gtest.h>

#include "Vgain_stage_model.h"
#include "golden/gain_stage.hpp"
#include "voice_bench.hpp"

namespace {
using block_registers = switchroom::regs::gain_block;
using samples = std::vector<std::int16_t>;
constexpr unsigned slots = 16, lines = 5;
constexpr std::uint32_t unity = block_registers::output::reset;

std::uint32_t factor(double db) {
  return static_cast<std::uint32_t>(std::lround(unity * std::pow(10, db / 20)));
}

class gain_bench
    : public switchroom::test::voice_bench<Vgain_stage_model, switchroom::golden::gain_stage> {
public:
  explicit gain_bench(unsigned seed = 1) : voice_bench(seed, 0, slots, lines) {
    block->frame_stb_i = block->slot_stb_i = block->ingress_stb_i = block->egress_stb_i = 0;
    block.reset();
    read(block_registers::output::offset); // waits for the gains to be set
  }

  /// A frame of a clock for each slot and `gap` more; what left is in `said` and `heard`. Each
  /// stream leaves at once, or two clocks later in a frame in which gains are used.
  void frame(const samples& in, const samples& out, unsigned gap = 10) {
    said.clear();
    heard.clear();
    for (unsigned n = 0; n < slots + gap; ++n) {
      block->frame_stb_i = n == 0;
      block->slot_stb_i = n < slots;
      block->slot_i = n % slots;
      block->egress_stb_i = n >= 3 && n < 3 + slots;
      block->ingress_stb_i = n >= 7 && n < 7 + slots;
      block->egress_slot_i = (n - 3) % slots;
      block->ingress_slot_i = (n - 7) % slots;
      block->egress_sample_i = static_cast<std::uint16_t>(out[(n - 3) % slots]);
      block->ingress_sample_i = static_cast<std::uint16_t>(in[(n - 7) % slots]);
      block->eval();
      if (block->ingress_stb_o)
        leave(said, block->ingress_slot_o, block->ingress_sample_o, n - 7);
      if (block->egress_stb_o)
        leave(heard, block->egress_slot_o, block->egress_sample_o, n - 3);
      clock();
    }
    auto expected_in = in, expected_out = out;
    golden.ingress(expected_in);
    golden.egress(expected_out);
    ASSERT_EQ(said, expected_in);
    ASSERT_EQ(heard, expected_out);
  }
  static void leave(samples& to, unsigned slot, unsigned sample, unsigned clock) {
    ASSERT_EQ(slot, to.size());
    ASSERT_TRUE(clock == slot || clock == slot + 2) << "clock " << clock;
    to.push_back(static_cast<std::int16_t>(sample));
  }
  /// The same to all, and what `line` said and `slot` was given.
  void play(std::int16_t sample) { frame(samples(slots, sample), samples(slots, sample)); }

  samples said, heard;
};

samples random_samples(std::mt19937& random) {
  samples made(slots);
  for (auto& one : made)
    one = static_cast<std::int16_t>(random());
  made[random() % slots] = random() % 2 ? 32767 : -32768;
  return made;
}

TEST(SlotGain, RegistersAsDescribed) {
  gain_bench bench;
  EXPECT_EQ(bench.read(block_registers::id::offset),
            block_registers::type << 16 | block_registers::version);
  EXPECT_EQ(bench.read(block_registers::capacity::offset), slots);
  EXPECT_EQ(bench.read(block_registers::lines::offset), lines);
  for (std::uint32_t word = 0; word < 0x10000; ++word) {
    bench.read(word);
    bench.write(word, word * 0x10001);
    bench.read(word);
  }
}

TEST(SlotGain, AfterResetAllAreAtZeroDbAndSamplesAreAsTheyWere) {
  gain_bench bench(5);
  for (unsigned n = 0; n < slots; ++n)
    EXPECT_EQ(bench.read(block_registers::output::offset + n), unity);
  for (unsigned n = 0; n < lines; ++n)
    EXPECT_EQ(bench.read(block_registers::line_input::offset + n), unity);
  for (unsigned n = 0; n < 50; ++n) {
    const auto in = random_samples(bench.random), out = random_samples(bench.random);
    ASSERT_NO_FATAL_FAILURE(bench.frame(in, out));
    EXPECT_EQ(bench.said, in);
    EXPECT_EQ(bench.heard, out);
  }
}

TEST(SlotGain, LockStepUnderRandomGainsAndSamples) {
  for (unsigned seed = 1; seed <= 4; ++seed) {
    gain_bench bench(seed);
    for (unsigned n = 0; n < 1500; ++n) {
      ASSERT_NO_FATAL_FAILURE(bench.frame(random_samples(bench.random),
                                          random_samples(bench.random), 10 + bench.random() % 9));
      if (bench.random() % 16 == 0) {
        // Now and then back to 0 dB, everywhere, so that the multiplier is left out again.
        const bool rest = bench.random() % 8 == 0;
        const auto gain = [&] {
          return rest ? unity : static_cast<std::uint32_t>(bench.random() >> bench.random() % 16);
        };
        for (unsigned slot = 0; slot < slots; ++slot)
          if (rest || bench.random() % 4 == 0)
            bench.write(block_registers::output::offset + slot, gain());
        for (unsigned line = 0; line < lines; ++line)
          if (rest || bench.random() % 2 == 0)
            bench.write(block_registers::line_input::offset + line, gain());
        for (unsigned wait = rest ? bench.random() % 300 : 0; wait > 0; --wait)
          ASSERT_NO_FATAL_FAILURE(
              bench.frame(random_samples(bench.random), random_samples(bench.random)));
      }
    }
  }
}

TEST(SlotGain, OthersAtZeroDbAreAsTheyWereBesideOneThatIsNot) {
  gain_bench bench;
  bench.write(block_registers::output::offset + 3, factor(-7));
  for (unsigned n = 0; n < 200; ++n) {
    const auto in = random_samples(bench.random);
    auto out = random_samples(bench.random);
    ASSERT_NO_FATAL_FAILURE(bench.frame(in, out));
    EXPECT_EQ(bench.said, in);
    bench.heard[3] = out[3];
    EXPECT_EQ(bench.heard, out);
  }
}

/// By decibels, not by the model: within what rounding to a sample and to a 16384th makes.
TEST(SlotGain, GainsAreWhatTheyAreCalledAndLargeSamplesAreLimited) {
  gain_bench bench;
  for (const double db : {-40., -20., -6., -3., -.5, .5, 3., 6., 12.}) {
    bench.write(block_registers::output::offset + 2, factor(db));
    bench.write(block_registers::line_input::offset + 4, factor(db));
    for (unsigned n = 0; n < 240; ++n) // 30 ms
      ASSERT_NO_FATAL_FAILURE(bench.play(8000));
    const double expected = 8000 * std::pow(10, db / 20);
    EXPECT_NEAR(bench.heard[2], std::min(expected, 32767.), .5 + expected * .5 / factor(db)) << db;
    EXPECT_EQ(bench.said[4], bench.heard[2]);
    ASSERT_NO_FATAL_FAILURE(bench.play(-8000));
    EXPECT_NEAR(bench.heard[2], -std::min(expected, 32768.), .5 + expected * .5 / factor(db)) << db;
  }
  ASSERT_NO_FATAL_FAILURE(bench.play(32767));
  EXPECT_EQ(bench.heard[2], 32767);
  ASSERT_NO_FATAL_FAILURE(bench.play(-32768));
  EXPECT_EQ(bench.heard[2], -32768);
  bench.write(block_registers::output::offset + 2, 0);
  for (unsigned n = 0; n < 320; ++n)
    ASSERT_NO_FATAL_FAILURE(bench.play(-32768));
  EXPECT_EQ(bench.heard[2], 0);
}

TEST(SlotGain, TwoThirdsOfTheWayInFourMillisecondsAllOfItInThirty) {
  gain_bench bench;
  bench.write(block_registers::output::offset + 7, 0);
  std::vector<double> share;
  for (unsigned n = 0; n < 240; ++n) {
    ASSERT_NO_FATAL_FAILURE(bench.play(16384));
    share.push_back(bench.heard[7] / 16384.);
  }
  EXPECT_NEAR(share[31], std::exp(-1), .01);
  EXPECT_EQ(share.back(), 0);
  for (unsigned n = 1; n < share.size(); ++n)
    EXPECT_LE(share[n], share[n - 1]);
}

/// Power above 2 kHz in the 64 ms around the middle of `sound`, of a window that ends softly, in dB
/// of all of it.
double splatter_db(const samples& sound) {
  constexpr unsigned length = 512;
  const auto first = sound.size() / 2 - length / 2;
  double above = 0, all = 0;
  for (unsigned bin = 1; bin < length / 2; ++bin) {
    std::complex<double> sum;
    for (unsigned n = 0; n < length; ++n) {
      const double turn = 2 * std::numbers::pi * n / length;
      sum += sound[first + n] * (.5 - .5 * std::cos(turn)) * std::polar(1., -turn * bin);
    }
    all += std::norm(sum);
    if (bin > length / 4)
      above += std::norm(sum);
  }
  return 10 * std::log10(above / all);
}

/// A tone of 440 Hz while the gain changes, at its crest, where it hurts most.
TEST(SlotGain, AChangeOfGainDoesNotClickWhereAHardStepDoes) {
  const auto tone = [](unsigned n) {
    return std::lround(8000 * std::cos(2 * std::numbers::pi * 440 * (n - 1000.) / 8000));
  };
  for (const double db : {-60., -20., -6., -1., 6.}) {
    gain_bench bench;
    samples sound, hard;
    for (unsigned n = 0; n < 2000; ++n) {
      if (n == 1000)
        bench.write(block_registers::output::offset + 1, factor(db));
      ASSERT_NO_FATAL_FAILURE(bench.play(static_cast<std::int16_t>(tone(n))));
      sound.push_back(bench.heard[1]);
      hard.push_back(static_cast<std::int16_t>(
          n < 1000 ? tone(n) : std::lround(tone(n) * factor(db) / double(unity))));
    }
    const double limit = db == -1. ? -60 : -48;
    EXPECT_LT(splatter_db(sound), limit) << db;
    EXPECT_GT(splatter_db(hard), limit) << db; // the limit finds a click
    std::printf("%5.0f dB: power above 2 kHz %6.1f dB, of a hard step %6.1f dB\n", db,
                splatter_db(sound), splatter_db(hard));
  }
}
} // namespace
