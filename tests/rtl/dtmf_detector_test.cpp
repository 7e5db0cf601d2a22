// SPDX-License-Identifier: MIT
// DTMF detector: RTL and golden model in lock step, frame by frame. What the model accepts and
// rejects is tested in dtmf_acceptance_test.cpp.
#include <array>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <spandsp.h>

#include "Vdtmf_detector_model.h"
#include "Vdtmf_one_clock_model.h"
#include "dtmf_signals.hpp"
#include "golden/dtmf_detector.hpp"
#include "voice_bench.hpp"

namespace {
namespace regs = switchroom::regs;
using dtmf = regs::dtmf_block;
using switchroom::test::dtmf_keys;
using switchroom::test::line_signal;
constexpr unsigned lines = 3, first_slot = 2;

template <class Model>
class dtmf_bench : public switchroom::test::voice_bench<Model, switchroom::golden::dtmf_detector> {
  using base = switchroom::test::voice_bench<Model, switchroom::golden::dtmf_detector>;

public:
  using base::block;
  using base::clock;
  using base::golden;
  using base::random;
  explicit dtmf_bench(unsigned seed = 1, unsigned longest_wait = 2)
      : base(seed, longest_wait, lines, first_slot) {
    block->ingress_stb_i = 0;
    block.reset();
  }
  /// One frame of slots 0 to 15; the lines' samples are compared, the rest is noise.
  void frame(const std::array<std::int16_t, lines>& samples) {
    for (unsigned slot = 0; slot < 16; ++slot) {
      const bool line = slot >= first_slot && slot < first_slot + lines;
      block->ingress_stb_i = 1;
      block->ingress_slot_i = slot;
      block->ingress_sample_i = line ? static_cast<std::uint16_t>(samples[slot - first_slot])
                                     : static_cast<std::uint16_t>(random());
      clock();
      block->ingress_stb_i = 0;
      for (unsigned n = 1; n < 20; ++n)
        clock();
    }
    const auto expected = golden.frame(samples);
    const auto seen = this->take_events();
    for (const auto& event : expected)
      if (event.kind == regs::event_kind::dtmf_on)
        heard[event.index] += static_cast<char>(event.data);
    events += expected.size();
    ASSERT_EQ(seen, expected);
    unsigned mutes = 0, muted = 0;
    for (unsigned n = 0; n < lines; ++n) {
      mutes |= static_cast<unsigned>(golden.mutes(n)) << n;
      muted |= static_cast<unsigned>(golden.muted(n)) << n;
    }
    ASSERT_EQ(block->mutes_o, mutes);
    ASSERT_EQ(block->muted_o, muted);
    mutings += (mutes & ~muted) != 0 ? 1U : 0U;
  }
  void enable(unsigned line, bool on, bool mute = true) {
    this->write(dtmf::channel_config::offset + line,
                dtmf::channel_config::enable::of(on) | dtmf::channel_config::mute::of(mute));
  }

  std::array<std::string, lines> heard;
  std::size_t events = 0, mutings = 0;
};

template <class Model>
class DtmfDetector : public testing::Test {};
struct schedule_name {
  template <class Model>
  static std::string GetName(int) {
    return std::is_same_v<Model, Vdtmf_detector_model> ? "LineByLine" : "OneClock";
  }
};
using models = testing::Types<Vdtmf_detector_model, Vdtmf_one_clock_model>;
TYPED_TEST_SUITE(DtmfDetector, models, schedule_name);

TYPED_TEST(DtmfDetector, RegistersAsDescribed) {
  dtmf_bench<TypeParam> bench;
  EXPECT_EQ(bench.read(dtmf::id::offset), dtmf::type << 16 | dtmf::version);
  EXPECT_EQ(bench.read(dtmf::capacity::offset), lines);
  EXPECT_EQ(bench.read(dtmf::first_slot::offset), first_slot);
  for (std::uint32_t word = 0; word < 0x10000; ++word) {
    bench.read(word);
    bench.write(word, word);
    bench.read(word);
  }
}

/// Digits as libspandsp's generator sends them.
std::vector<std::int16_t> spandsp_digits(const std::string& digits, int on_ms, int off_ms,
                                         float low_dbm0, float twist_db) {
  dtmf_tx_state_t* sender = dtmf_tx_init(nullptr);
  dtmf_tx_set_level(sender, static_cast<int>(low_dbm0), static_cast<int>(twist_db));
  dtmf_tx_set_timing(sender, on_ms, off_ms);
  dtmf_tx_put(sender, digits.c_str(), -1);
  std::vector<std::int16_t> samples(8 * static_cast<std::size_t>(on_ms + off_ms) * digits.size() +
                                    800);
  samples.resize(
      static_cast<std::size_t>(dtmf_tx(sender, samples.data(), static_cast<int>(samples.size()))));
  samples.resize(samples.size() + 800);
  dtmf_tx_free(sender);
  return samples;
}

TYPED_TEST(DtmfDetector, HearsWhatSpandspSendsOnEveryLineAtOnce) {
  dtmf_bench<TypeParam> bench;
  for (unsigned line = 0; line < lines; ++line)
    bench.enable(line, true);
  for (int n = 0; n < 300; ++n)
    bench.frame({});
  const std::array<std::string, lines> sent{"123A456B789C*0#D", "*35*204*1234#", "0011223344"};
  const std::array<std::vector<std::int16_t>, lines> signal{
      spandsp_digits(sent[0], 50, 50, -10, 0), spandsp_digits(sent[1], 70, 60, -14, 2),
      spandsp_digits(sent[2], 100, 100, -25, -2)};
  for (std::size_t n = 0; n < 18000 && !this->HasFailure(); ++n) {
    std::array<std::int16_t, lines> samples{};
    for (unsigned line = 0; line < lines; ++line)
      samples[line] = n < signal[line].size() ? signal[line][n] : std::int16_t{};
    bench.frame(samples);
  }
  EXPECT_EQ(bench.heard, sent);
}

TYPED_TEST(DtmfDetector, LockStepThroughDigitsNoiseAndOverload) {
  for (unsigned seed = 1; seed <= 3; ++seed) {
    dtmf_bench<TypeParam> bench(seed, 3);
    for (unsigned line = 0; line < lines; ++line)
      bench.enable(line, true);
    std::array<std::vector<std::int16_t>, lines> signal;
    std::array<std::size_t, lines> place{};
    const auto between = [&](double least, double most) {
      return std::uniform_real_distribution<double>(least, most)(bench.random);
    };
    for (int n = 0; n < 24000 && !this->HasFailure(); ++n) {
      std::array<std::int16_t, lines> samples{};
      for (unsigned line = 0; line < lines; ++line) {
        if (place[line] == signal[line].size()) {
          const auto key = bench.random() % 16;
          const double level = between(-38, 6), length = between(20, 90);
          line_signal next(length + between(2, 60), static_cast<unsigned>(bench.random()));
          const bool drifts = bench.random() % 2; // about as much as is still allowed
          const auto swell = [&] { return drifts ? between(-.25, .25) : 0.0; };
          next.tone(0, length, switchroom::test::dtmf_rows[key / 4] * between(.975, 1.025), level,
                    swell())
              .tone(0, length, switchroom::test::dtmf_columns[key % 4] * between(.975, 1.025),
                    level + between(-9, 6), swell());
          if (bench.random() % 2)
            next.noise(level + between(-30, 3)).tone(0, 200, 425, between(-30, -3));
          signal[line] = next.samples();
          if (bench.random() % 20 == 0) // full scale, as no codec sends it
            for (auto& sample : signal[line])
              sample = sample < 0 ? std::int16_t{-32768} : std::int16_t{32767};
          place[line] = 0;
        }
        samples[line] = signal[line][place[line]++];
      }
      if (bench.random() % 1500 == 0) {
        const auto drawn = bench.random();
        bench.enable(static_cast<unsigned>(drawn % lines), drawn / lines % 3 != 0,
                     drawn / 16 % 4 != 0);
      }
      bench.frame(samples);
    }
    EXPECT_GT(bench.events, 25u) << "seed " << seed << " tests too little";
    EXPECT_GT(bench.mutings, 50u) << "seed " << seed << " tests too little";
  }
}

/// A digit sounds all the time; the line is disabled for 1 to 330 frames, across the moment from
/// which it is left out, and enabled again at every place of a hop.
TYPED_TEST(DtmfDetector, NothingIsLeftOfWhatWasBeforeALineRested) {
  dtmf_bench<TypeParam> bench;
  const auto digit = line_signal(8000, 1).tone(0, 8000, 852, -8).tone(0, 8000, 1209, -8).samples();
  std::size_t place = 0;
  const auto run = [&](unsigned frames) {
    for (unsigned n = 0; n < frames; ++n) {
      const std::int16_t sample = digit[place++ % digit.size()];
      ASSERT_NO_FATAL_FAILURE(bench.frame({sample, 0, sample}));
    }
  };
  bench.enable(0, true);
  run(300);
  unsigned gaps = 0;
  for (unsigned gap = 1; gap < 330 && !this->HasFailure(); gap += 7, ++gaps) {
    run(400);
    bench.enable(0, false);
    run(gap);
    bench.enable(0, true);
  }
  EXPECT_EQ(bench.events, gaps) << "each time the digit is heard anew";
}

TYPED_TEST(DtmfDetector, ForgetsWhenDisabledForTheShortestTime) {
  dtmf_bench<TypeParam> bench;
  bench.enable(0, true);
  const auto digit = line_signal(200, 1).tone(0, 200, 770, -10).tone(0, 200, 1336, -10).samples();
  for (int n = 0; n < 300; ++n)
    bench.frame({});
  for (const auto sample : digit)
    bench.frame({sample});
  EXPECT_EQ(bench.heard[0], "5");
  bench.enable(0, false);
  bench.enable(0, true);
  bench.events = 0;
  for (int n = 0; n < 400; ++n)
    bench.frame({});
  EXPECT_EQ(bench.events, 0u) << "the end of a digit that was to be forgotten";
}
} // namespace
