// SPDX-License-Identifier: MIT
// Tone generator: what rests costs no clock, comes to rest and begins anew unheard, and is not
// disturbed by events that wait. In lock step with the golden model.
#include <algorithm>
#include <array>
#include <cstdlib>
#include <vector>

#include <gtest/gtest.h>

#include "tone_bench.hpp"

namespace {
using namespace switchroom::test;
using switchroom::golden::board_event;
constexpr unsigned channels = tone_bench::channels;

/// Awake clocks of a frame in which `playing` channels play, of these groups of 32.
constexpr unsigned clocks_of(unsigned playing, unsigned groups) {
  return (playing == 0 ? 1 : 3 * playing + 7) + groups - 1;
}

TEST(ToneGeneratorRest, WhatRestsCostsNothing) {
  tone_bench bench;
  bench.segment(0, {440, -10}, {480, -10}, 0);
  bench.segment(1, {440, -10}, {0, 0}, 5);
  bench.frame();
  bench.frame();
  EXPECT_EQ(bench.awake_clocks, 1u);
  unsigned playing = 0;
  for (const unsigned channel : {3u, 0u, 5u, 1u, 4u, 2u}) {
    bench.play(channel, 0);
    for (int n = 0; n < 4; ++n) {
      bench.frame();
      EXPECT_EQ(bench.awake_clocks, clocks_of(playing + 1, 1)) << "frame " << n;
    }
    ++playing;
  }
  for (unsigned channel = 0; channel < channels; ++channel)
    bench.stop(channel);
  bench.frame(); // sees that they are to stop
  for (int n = 0; n < 4; ++n) {
    bench.frame();
    EXPECT_EQ(bench.awake_clocks, 1u) << "frame " << n;
  }
  bench.play(2, 1);
  for (int n = 0; n < 5 * 8 - 1; ++n) {
    bench.frame();
    ASSERT_EQ(bench.awake_clocks, clocks_of(1, 1)) << "frame " << n;
  }
  bench.frame(); // its last sample, and its event
  bench.frame(); // in which that is heard
  for (int n = 0; n < 4; ++n) {
    bench.frame();
    EXPECT_EQ(bench.awake_clocks, 1u) << "frame " << n;
  }
}

TEST(ToneGeneratorRest, ManyChannelsAreFoundWhereverTheyAre) {
  many_tones_bench bench(1);
  for (unsigned s = 0; s < 8; ++s)
    bench.segment(s, {300 + 40 * s, -10}, {0, 0}, 0);
  bench.frame();
  EXPECT_EQ(bench.awake_clocks, clocks_of(0, 3));
  for (const auto& set : std::vector<std::vector<unsigned>>{
           {69}, {0}, {31}, {32}, {63}, {64}, {31, 32}, {0, 69}, {1, 2, 33, 68}}) {
    for (const unsigned channel : set)
      bench.play(channel, channel % 8);
    for (int n = 0; n < 6; ++n) {
      bench.frame();
      EXPECT_GE(bench.awake_clocks, clocks_of(static_cast<unsigned>(set.size()), 1));
      EXPECT_LE(bench.awake_clocks, clocks_of(static_cast<unsigned>(set.size()), 3));
    }
    for (const unsigned channel : set)
      bench.stop(channel);
    for (int n = 0; n < 4; ++n)
      bench.frame();
    EXPECT_EQ(bench.awake_clocks, clocks_of(0, 3));
  }
  for (unsigned channel = 0; channel < many_tones_bench::channels; ++channel)
    bench.play(channel, channel % 8);
  for (int n = 0; n < 20; ++n)
    bench.frame();
  EXPECT_EQ(bench.awake_clocks, clocks_of(70, 1));
}

TEST(ToneGeneratorRest, BeginsAnewInEveryPhaseOfComingToRest) {
  // From a sample that is nowhere near 0, so that one sample too few or too many would show.
  for (unsigned gap = 0; gap < 8; ++gap) {
    for (const bool end_by_program : {true, false}) {
      SCOPED_TRACE(testing::Message() << "gap " << gap << (end_by_program ? ", end" : ", stop"));
      tone_bench bench(gap + 1);
      bench.segment(0, {1990, 3}, {0, 0}, 1);
      bench.segment(1, {2010, 3}, {0, 0}, 0);
      for (unsigned again = 1; again < 5; ++again) {
        bench.play(4, end_by_program ? 0 : 1, again);
        for (int n = 0; n < 8; ++n)
          bench.frame();
        ASSERT_GT(std::abs(bench.golden.sample(4)), 1000);
        if (!end_by_program)
          bench.stop(4);
        for (unsigned n = 0; n < gap; ++n)
          bench.frame();
      }
      for (int n = 0; n < 10; ++n)
        bench.frame();
      EXPECT_EQ(bench.awake_clocks, 1u);
    }
  }
}

TEST(ToneGeneratorRest, WhoRestsBeginsTwoFramesAfterAWriteAtAnyClock) {
  for (unsigned clocks = 0; clocks < 30; ++clocks) {
    SCOPED_TRACE(testing::Message() << clocks << " clocks after the samples were read");
    tone_bench bench(clocks + 1);
    bench.segment(0, {440, -10}, {0, 0}, 0);
    bench.segment(1, {1990, 3}, {0, 0}, 1);
    for (unsigned channel = 0; channel < channels; ++channel)
      if (channel != 3)
        bench.play(channel, 0);
    for (unsigned again = 1; again < 4; ++again) {
      bench.frame([&] { bench.play(3, 1, again); }, clocks);
      bench.frame();
      bench.frame();
      EXPECT_NE(bench.golden.sample(3), 0);
      for (unsigned n = 0; n < 6 + again; ++n)
        bench.frame();
    }
  }
}

TEST(ToneGeneratorRest, SegmentMadeEndlessAtItsLastFrameGoesOn) {
  for (unsigned frames = 1; frames < 12; ++frames) {
    SCOPED_TRACE(testing::Message() << "after " << frames << " frames");
    tone_bench bench;
    bench.segment(0, {1990, 3}, {0, 0}, 1);
    bench.play(0, 0);
    for (unsigned n = 0; n < frames; ++n)
      bench.frame();
    bench.segment(0, {1990, 3}, {0, 0}, 0);
    for (int n = 0; n < 20; ++n)
      bench.frame();
  }
}

TEST(ToneGeneratorRest, EndsOfOneFrameAreToldInOrder) {
  many_tones_bench bench(1);
  bench.segment(0, {1000, -10}, {0, 0}, 1);
  for (unsigned again = 1; again < 12; ++again) {
    for (unsigned channel = again; channel < bench.channels; channel += again % 2 ? 7 : 13)
      bench.play(channel, 0, again);
    for (int n = 0; n < 8 + 2; ++n)
      bench.frame();
  }
}

TEST(ToneGeneratorRest, EventsThatWaitStallNothing) {
  // Waits of up to five frames; all events of a round are taken before its programs begin again.
  tone_bench bench(5, 400);
  bench.segment(0, {1990, 3}, {0, 0}, 1);
  bench.segment(1, {440, -10}, {0, 0}, 0);
  std::vector<board_event> expected, heard;
  const auto frames = [&](unsigned count) {
    for (unsigned n = 0; n < count; ++n) {
      for (const auto& event : bench.frame_but_events())
        expected.push_back(event);
      for (const auto& event : bench.take_events())
        heard.push_back(event);
    }
  };
  bench.play(1, 1);
  for (unsigned again = 1; again < 20; ++again) {
    for (const unsigned channel : {0u, 2u, 3u, 5u}) {
      bench.play(channel, 0, again);
      frames(channel + 1);
    }
    frames(40);
    const auto by_index = [](const board_event& a, const board_event& b) {
      return a.index < b.index;
    };
    std::sort(heard.begin(), heard.end(), by_index);
    std::sort(expected.begin(), expected.end(), by_index);
    ASSERT_EQ(heard, expected);
    ASSERT_EQ(expected.size(), 4 * again);
  }
}

TEST(ToneGeneratorRest, LockStepThroughShortProgramsThatEndAndBeginAtRandom) {
  unsigned resting = 0;
  for (unsigned seed = 1; seed <= 6; ++seed) {
    tone_bench bench(seed, 2);
    const auto number = [&] { return static_cast<std::uint32_t>(bench.random()); };
    bench.segment(0, {1990, 3}, {0, 0}, 1);
    bench.segment(1, {2970, 0}, {1010, 0}, 1, 0);
    std::array<unsigned, channels> due{};
    for (unsigned n = 0; n < 3000 && !HasFailure(); ++n) {
      for (unsigned channel = 0; channel < channels; ++channel) {
        if (n < due[channel])
          continue;
        const unsigned first = number() % 2;
        if (number() % 8 == 0)
          bench.stop(channel);
        else
          bench.play(channel, first, number());
        // About the end of the program, of eight or sixteen frames, or long after it.
        due[channel] =
            n + (number() % 3 == 0 ? number() % 200 : 8 * (first + 1) - 1 + number() % 6);
      }
      bench.frame();
      resting += bench.awake_clocks == 1;
    }
  }
  EXPECT_GT(resting, 100u);
}
} // namespace
