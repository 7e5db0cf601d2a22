// SPDX-License-Identifier: MIT
// Answer-tone detector: RTL and golden model in lock step, frame by frame. What the model accepts
// and rejects is tested in answer_tone_acceptance_test.cpp.
#include <array>
#include <vector>

#include <gtest/gtest.h>

#include "Vanswer_tone_model.h"
#include "answer_signals.hpp"
#include "golden/answer_tone.hpp"
#include "timed_writes.hpp"
#include "voice_bench.hpp"

namespace {
namespace regs = switchroom::regs;
using answer = regs::answer_tone_block;
constexpr unsigned lines = 3, first_slot = 2;
using frame_samples = std::array<std::int16_t, lines>;

class answer_bench
    : public switchroom::test::voice_bench<Vanswer_tone_model, switchroom::golden::answer_tone> {
public:
  explicit answer_bench(unsigned seed = 1, unsigned longest_wait = 2)
      : voice_bench(seed, longest_wait, lines, first_slot) {
    block->ingress_stb_i = block->egress_stb_i = 0;
    block.reset();
  }
  /// One frame of slots 0 to 7; the lines' samples are compared, the rest is noise.
  void frame(const frame_samples& said, const frame_samples& heard) {
    give(said, heard);
    const auto expected = golden.frame(said, heard);
    for (const auto& event : expected)
      ++(event.kind == regs::event_kind::carrier_lost ? lost : tones);
    ASSERT_EQ(take_events(), expected);
    expect_disables();
  }
  void expect_disables() {
    unsigned disables = 0;
    for (unsigned n = 0; n < lines; ++n)
      disables |= static_cast<unsigned>(golden.disables(n)) << n;
    ASSERT_EQ(block->disable_o, disables);
  }

  /// A frame in which `line` is not watched any more from a clock on. What it told until then was
  /// true, and afterwards there is nothing.
  void frame_disabled_at(unsigned clock, unsigned line, const frame_samples& said,
                         const frame_samples& heard) {
    const std::uint16_t word = answer::line_config::offset + static_cast<std::uint16_t>(line);
    writes_.add({clock, word, 0});
    give(said, heard);
    ASSERT_TRUE(writes_.empty());
    const auto expected = golden.frame(said, heard);
    golden.write(word, 0);
    const auto events = take_events();
    ASSERT_TRUE(events.empty() || events == expected);
    expect_disables();
  }
  /// The clock of the last frame in which disable_o rose.
  unsigned rose = 0;

  void give(const frame_samples& said, const frame_samples& heard) {
    const auto sample = [&](const frame_samples& of, unsigned slot) {
      return slot >= first_slot && slot < first_slot + lines
                 ? static_cast<std::uint16_t>(of[slot - first_slot])
                 : static_cast<std::uint16_t>(random());
    };
    for (unsigned slot = 0; slot < 9; ++slot) { // egress is a slot behind
      block->ingress_stb_i = slot < 8;
      block->ingress_slot_i = slot;
      block->ingress_sample_i = sample(said, slot);
      block->egress_stb_i = slot > 0;
      block->egress_slot_i = slot - 1;
      block->egress_sample_i = sample(heard, slot - 1);
      step(slot);
    }
    block->ingress_stb_i = block->egress_stb_i = 0;
    for (unsigned n = 9; n < 128; ++n)
      step(n);
  }
  void enable(unsigned line, bool on) {
    write(answer::line_config::offset + line, answer::line_config::enable::of(on));
  }

  unsigned tones = 0, lost = 0;

private:
  void step(unsigned n) {
    const auto before = block->disable_o;
    writes_.before(block, n);
    clock();
    writes_.after(block);
    if ((block->disable_o & ~before) != 0)
      rose = n;
  }
  switchroom::test::timed_writes writes_;
};

TEST(AnswerTone, RegistersAsDescribed) {
  answer_bench bench;
  EXPECT_EQ(bench.read(answer::id::offset), answer::type << 16 | answer::version);
  EXPECT_EQ(bench.read(answer::capacity::offset), lines);
  EXPECT_EQ(bench.read(answer::first_slot::offset), first_slot);
  for (std::uint32_t word = 0; word < 0x10000; ++word) {
    bench.read(word);
    bench.write(word, word);
    bench.read(word);
  }
}

/// In each direction of each line one signal after another: tones near 2100 Hz at all levels,
/// turned by any angle every now and then, in noise, then silence or noise or full scale.
TEST(AnswerTone, LockStepThroughTonesReversalsNoiseAndOverload) {
  unsigned tones = 0, lost = 0;
  for (unsigned seed = 1; seed <= 4; ++seed) {
    answer_bench bench(seed, 3);
    for (unsigned line = 0; line < lines; ++line)
      bench.enable(line, true);
    std::array<std::array<std::vector<std::int16_t>, lines>, 2> signal;
    std::array<std::array<std::size_t, lines>, 2> place{};
    const auto between = [&](double least, double most) {
      return std::uniform_real_distribution<double>(least, most)(bench.random);
    };
    for (int n = 0; n < 8 * 9000 && !HasFailure(); ++n) {
      std::array<frame_samples, 2> samples{};
      for (unsigned side = 0; side < 2; ++side) {
        for (unsigned line = 0; line < lines; ++line) {
          auto& now = signal[side][line];
          if (place[side][line] == now.size()) {
            switchroom::test::answer_signal next;
            next.ms = between(100, 2500);
            next.hertz = 2100 + between(-40, 40);
            next.dbm0 = bench.random() % 3 ? between(-38, 3) : -70;
            next.turn_degrees = bench.random() % 4 ? between(140, 220) : between(90, 200);
            next.interval_ms = bench.random() % 4 ? between(405, 495) : between(30, 800);
            next.am = bench.random() % 2 ? .2 : 0;
            next.noise_dbm0 = next.dbm0 + between(-40, 3);
            now = next.samples(static_cast<unsigned>(bench.random()));
            if (bench.random() % 16 == 0) // full scale, as no codec sends it
              for (auto& sample : now)
                sample = sample < 0 ? std::int16_t{-32768} : std::int16_t{32767};
            place[side][line] = 0;
          }
          samples[side][line] = now[place[side][line]++];
        }
      }
      if (bench.random() % 9000 == 0) {
        const auto drawn = bench.random();
        bench.enable(static_cast<unsigned>(drawn % lines), drawn / lines % 4 != 0);
      }
      if (n % 997 == 0)
        bench.read(answer::line_state::offset + static_cast<std::uint32_t>(bench.random() % lines));
      ASSERT_NO_FATAL_FAILURE(bench.frame(samples[0], samples[1]));
    }
    tones += bench.tones;
    lost += bench.lost;
  }
  EXPECT_GT(tones, 30u) << "tests too little";
  EXPECT_GT(lost, 3u) << "tests too little";
}

TEST(AnswerTone, ALineThatIsNotWatchedCostsNothingAndItsCancellerWorksAtOnce) {
  answer_bench bench;
  switchroom::test::answer_signal tone;
  tone.ms = 1200;
  bench.enable(1, true);
  for (const auto sample : tone.samples(1))
    ASSERT_NO_FATAL_FAILURE(bench.frame({}, {0, sample, 0}));
  EXPECT_EQ(bench.block->disable_o, 2u);
  bench.enable(1, false);
  EXPECT_EQ(bench.block->disable_o, 0u);
  bench.block.clock();
  for (const auto sample : tone.samples(2)) {
    ASSERT_NO_FATAL_FAILURE(bench.frame({sample}, {0, sample, 0}));
    bench.block->eval();
    ASSERT_FALSE(bench.block->awake_o);
  }
  EXPECT_EQ(bench.tones, 1u);
}

// A line that is not watched any more while it is judged, at each clock of that: it does not
// disable its canceller, nor tell anything later, and knows nothing when it is watched again.
TEST(AnswerTone, ALineMayBeLeftWhileItIsJudged) {
  switchroom::test::answer_signal tone;
  tone.ms = 1200;
  const auto signal = tone.samples(1);
  std::size_t disabled_in = 0;
  unsigned clock = 0;
  {
    answer_bench bench(1, 0);
    bench.enable(1, true);
    while (bench.block->disable_o == 0) {
      ASSERT_LT(disabled_in, signal.size());
      ASSERT_NO_FATAL_FAILURE(bench.frame({}, {0, signal[disabled_in++], 0}));
    }
    clock = bench.rose;
  }
  ASSERT_GT(clock, 60U) << "a judgement takes 45 clocks or more";
  for (unsigned at = clock - 60; at < clock + 6; at += at + 8 < clock ? 4 : 1) {
    answer_bench bench(at, 0);
    bench.enable(1, true);
    for (std::size_t n = 0; n + 1 < disabled_in; ++n)
      ASSERT_NO_FATAL_FAILURE(bench.frame({}, {0, signal[n], 0}));
    ASSERT_NO_FATAL_FAILURE(bench.frame_disabled_at(at, 1, {}, {0, signal[disabled_in - 1], 0}))
        << "at clock " << at;
    ASSERT_EQ(bench.block->disable_o, 0U) << "at clock " << at;
    for (std::size_t n = disabled_in; n < signal.size(); ++n) {
      if (n == disabled_in + 2)
        bench.enable(1, true);
      ASSERT_NO_FATAL_FAILURE(bench.frame({}, {0, signal[n], 0})) << "at clock " << at;
    }
  }
}
} // namespace
