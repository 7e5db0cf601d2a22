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

// What runs at full speed after it stood still until `now`.
int quanta_at_once(pace& pace, pace::clock::time_point now) {
  int quanta = 0;
  for (; pace.next() <= now; ++quanta)
    pace.run(now);
  return quanta;
}

TEST(Pace, CatchesUpAShortHiccupAQuarterFaster) {
  pace pace(start, 1ms);
  auto now = start + 91ms;
  EXPECT_LE(quanta_at_once(pace, now), pace::burst / 0.8 + 2);
  const auto began = now;
  for (; pace.due() < pace.next(); now = pace.next()) {
    EXPECT_LE(quanta_at_once(pace, now), 1);
  }
  EXPECT_NEAR(std::chrono::duration<double>(now - began).count(), 4 * 0.09, 0.04);
  EXPECT_EQ(pace.due() - now, 0ms) << "it is on time again";
  EXPECT_EQ(pace.lost(), 0ns);
  EXPECT_EQ(pace.worst_lag(), 90ms);
}

TEST(Pace, CatchesUpAllBut100MsOfALongHiccupAtOnce) {
  pace pace(start, 1ms);
  const auto now = start + 901ms;
  EXPECT_NEAR(quanta_at_once(pace, now), 801, 8);
  EXPECT_NEAR(std::chrono::duration<double>(now - pace.due()).count(), 0.1, 0.008);
  EXPECT_EQ(pace.lost(), 0ns);
  EXPECT_EQ(pace.worst_lag(), 900ms);
}

// A computer that stands still for a part of every tenth of a second, and needs 0.2 ms a quantum.
TEST(Pace, IsNotLeftBehindByAComputerThatStandsStillAgainAndAgain) {
  for (const auto still : {15ms, 30ms, 60ms}) {
    pace pace(start, 1ms);
    auto now = start;
    while (now < start + 60s) {
      now = std::max(now, pace.next());
      if (const auto into = (now - start) % 100ms; into < still)
        now += still - into;
      pace.run(now);
      now += 200us;
    }
    EXPECT_EQ(pace.lost(), 0ns) << still.count();
    EXPECT_LT(pace.worst_lag(), 200ms) << still.count();
  }
}

TEST(Pace, IsNotSlowedDownByTimersThatAreLate) {
  pace pace(start, 1ms);
  auto now = start + 101ms;
  int rounds = 0;
  for (; pace.due() + 1ms < now && rounds < 1000; ++rounds) {
    pace.run(now);
    now = std::max(now, pace.next() + (rounds % 2 == 0 ? 700us : 0us));
  }
  EXPECT_LT(rounds, 600) << "some 500 ms at most";
}

TEST(Pace, CountsWhatItCannotCatchUp) {
  pace pace(start, 1ms);
  auto now = start + 1ms + 3500ms;
  int quanta = quanta_at_once(pace, now);
  EXPECT_EQ(pace.lost(), 2500ms);
  for (; pace.due() < pace.next(); now = pace.next())
    quanta += quanta_at_once(pace, now);
  EXPECT_NEAR(quanta, 900 + 5 * 100, 30) << "a second, and the 0.4 in which the last is caught up";
}

} // namespace
} // namespace switchroom::sim
