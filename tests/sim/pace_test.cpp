// SPDX-License-Identifier: MIT
#include "board/pace.hpp"

#include <gtest/gtest.h>

namespace switchroom::sim {
namespace {

using namespace std::chrono_literals;
const pace::clock::time_point start{10s};

TEST(Pace, RunsAQuantumWhenItsFramesHavePassed) {
  pace pace(start, 1ms);
  EXPECT_EQ(pace.due(), start + 1ms);
  pace.run(start + 1ms);
  EXPECT_EQ(pace.due(), start + 2ms);
  EXPECT_EQ(pace.lost(), 0ns);
}

TEST(Pace, CatchesUpAHiccupOfLessThanASecond) {
  pace pace(start, 1ms);
  const auto now = start + 901ms;
  int quanta = 0;
  for (; pace.due() <= now; ++quanta) {
    pace.run(now);
  }
  EXPECT_EQ(quanta, 901);
  EXPECT_EQ(pace.lost(), 0ns);
  EXPECT_EQ(pace.worst_lag(), 900ms);
}

TEST(Pace, CountsWhatItCannotCatchUp) {
  pace pace(start, 1ms);
  const auto now = start + 1ms + 3500ms;
  int quanta = 0;
  for (; pace.due() <= now; ++quanta) {
    pace.run(now);
  }
  EXPECT_EQ(pace.lost(), 2500ms);
  EXPECT_EQ(quanta, 1001);
  EXPECT_EQ(pace.due(), now + 1ms) << "it is on time again";
}

} // namespace
} // namespace switchroom::sim
