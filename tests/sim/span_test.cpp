// SPDX-License-Identifier: MIT
// Two far ends of E1 spans, joined by their pulses.
#include "span/far_end.hpp"

#include <gtest/gtest.h>

namespace switchroom::sim {
namespace {

span_frame numbered(unsigned n) {
  span_frame frame{};
  for (unsigned slot = 0; slot < 32; ++slot) {
    frame[slot] = static_cast<std::uint8_t>(n + 3 * slot);
  }
  return frame;
}

struct pair_of_ends {
  span_far_end near, far;
  unsigned said = 0;
  std::vector<span_frame> heard;

  void frames(unsigned count) {
    for (unsigned n = 0; n < count; ++n) {
      near.say(numbered(said++));
      for (unsigned bit = 0; bit < 256; ++bit) {
        for (const auto& pulse : near.arrives()) {
          far.hears(pulse);
        }
        for (const auto& pulse : far.arrives()) {
          near.hears(pulse);
        }
      }
      far.take(heard);
    }
  }
};

TEST(SpanFarEnd, FramesArriveWholeAndInOrder) {
  pair_of_ends ends{span_far_end({}), span_far_end({})};
  ends.frames(60);
  ASSERT_TRUE(ends.near.aligned());
  ASSERT_TRUE(ends.far.aligned());
  EXPECT_FALSE(ends.far.hears_remote_alarm());
  ends.heard.clear();
  ends.frames(500);
  ASSERT_EQ(ends.heard.size(), 500U);
  for (std::size_t n = 0; n < ends.heard.size(); ++n) {
    for (unsigned slot = 1; slot < 32; ++slot) {
      ASSERT_EQ(ends.heard[n][slot],
                static_cast<std::uint8_t>(ends.heard[0][1] + n + 3 * (slot - 1)));
    }
  }
  EXPECT_EQ(ends.far.counted().crc_errors, 0U);
  EXPECT_EQ(ends.near.counted().lost, 0U);
}

TEST(SpanFarEnd, ErrorsAreCountedAtOneEndAndToldToTheOther) {
  pair_of_ends ends{span_far_end({.bit_errors = 1e-5, .seed = 7}), span_far_end({})};
  ends.frames(4000);
  EXPECT_GT(ends.far.counted().crc_errors, 5U);
  EXPECT_EQ(ends.near.counted().crc_errors, 0U);
  EXPECT_NEAR(static_cast<double>(ends.near.counted().e_bits),
              static_cast<double>(ends.far.counted().crc_errors), 2.0 + 32);
}

TEST(SpanFarEnd, ACableThatIsPulledAndPutBack) {
  pair_of_ends ends{span_far_end({}), span_far_end({.ppm = 60})};
  ends.frames(100);
  ends.far.pull(true);
  ends.heard.clear();
  ends.frames(50);
  EXPECT_FALSE(ends.far.aligned());
  EXPECT_LT(ends.heard.size(), 5U);
  ends.far.pull(false);
  ends.frames(100);
  EXPECT_TRUE(ends.far.aligned());
  EXPECT_TRUE(ends.near.aligned());
}
} // namespace
} // namespace switchroom::sim
