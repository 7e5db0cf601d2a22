// SPDX-License-Identifier: MIT
#include "switchroom/dsp/splice.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <vector>

namespace {

using namespace switchroom::dsp;

constexpr std::size_t here = 200;
using sound = std::vector<std::int16_t>;

/// 400 samples of a buzz of this period.
sound buzz(double period) {
  sound made;
  for (int n = 0; n < 400; ++n) {
    double sum = 0;
    for (int harmonic = 1; harmonic <= 6; ++harmonic)
      sum += std::sin(2 * M_PI * harmonic * n / period + harmonic * harmonic) / harmonic;
    made.push_back(static_cast<std::int16_t>(std::lround(4000 * sum)));
  }
  return made;
}
sound noise(double deviation) {
  std::mt19937 random(3);
  std::normal_distribution<> normal(0, deviation);
  sound made(400);
  for (auto& s : made)
    s = static_cast<std::int16_t>(std::lround(normal(random)));
  return made;
}
/// All that is heard with a splice before `here`.
sound spliced(const sound& from, splice how, unsigned length) {
  sound joined(std::max(how == splice::longer ? length : 0, splice_fade));
  make_joint(from, here, how, length, joined);
  sound heard(from.begin(), from.begin() + here);
  heard.insert(heard.end(), joined.begin(), joined.end());
  const std::size_t rest =
      how == splice::shorter ? here + length + joined.size() : here + joined.size() - length;
  heard.insert(heard.end(), from.begin() + static_cast<std::ptrdiff_t>(rest), from.end());
  return heard;
}

TEST(Splice, OfAPeriodicSoundIsWholePeriodsAndCannotBeHeard) {
  for (const unsigned period : {30U, 53U, 80U, 97U})
    for (const auto how : {splice::shorter, splice::longer}) {
      const auto voice = buzz(period);
      const auto found = find_joint(voice, here, how, 160);
      ASSERT_GT(found.length, 0U);
      EXPECT_EQ(found.length % period, 0U) << period;
      EXPECT_NEAR(found.likeness, 1, 1e-3);
      const auto heard = spliced(voice, how, found.length);
      ASSERT_EQ(heard.size() + (how == splice::shorter ? found.length : 0),
                voice.size() + (how == splice::longer ? found.length : 0));
      for (std::size_t n = 0; n < std::min(heard.size(), voice.size()); ++n)
        ASSERT_NEAR(heard[n], voice[n], 2) << n;
    }
}

TEST(Splice, LeavesOutNoMoreThanIsWantedAndInsertsNoMoreThanTwice) {
  const auto voice = buzz(50);
  EXPECT_LE(find_joint(voice, here, splice::shorter, 45).length, 45U);
  EXPECT_LT(find_joint(voice, here, splice::shorter, 45).likeness, 0.9);
  EXPECT_EQ(find_joint(voice, here, splice::shorter, shortest_splice - 1).length, 0U);
  EXPECT_EQ(find_joint(voice, here, splice::longer, 30).length, 50U);
  EXPECT_LE(find_joint(voice, here, splice::longer, 20).length, 40U);
}

TEST(Splice, OfSilenceIsAsLongAsItIsWanted) {
  for (const double deviation : {0.0, 5.0, 40.0})
    for (const unsigned wanted : {3U, 77U, 160U})
      for (const auto how : {splice::shorter, splice::longer}) {
        const auto found = find_joint(noise(deviation), here, how, wanted);
        EXPECT_EQ(found.length, wanted) << deviation;
        EXPECT_EQ(found.likeness, 1);
      }
  EXPECT_LT(find_joint(noise(400), here, splice::shorter, 160).likeness, 0.6)
      << "heard, and alike nowhere";
}

TEST(Splice, FadesFromOneEndToTheOther) {
  sound step(400, 0);
  for (std::size_t n = here + 60; n < step.size(); ++n)
    step[n] = 8000;
  const auto heard = spliced(step, splice::shorter, 70); // from 0 to 8,000
  for (std::size_t n = 1; n < heard.size(); ++n)
    ASSERT_LE(std::abs(heard[n] - heard[n - 1]), 8000 / splice_fade + 1) << n;
}

TEST(Splice, WhereThereIsNoRoomThereIsNone) {
  const auto voice = buzz(50);
  const std::span all(voice);
  EXPECT_EQ(find_joint(all.first(here + 39), here, splice::longer, 100).length, 0U);
  EXPECT_EQ(find_joint(all.first(here + 59), here, splice::shorter, 100).length, 0U);
  EXPECT_EQ(find_joint(all.first(here + 100), here, splice::shorter, 100).length, 50U);
  EXPECT_EQ(find_joint(all.first(here + 89), here, splice::shorter, 100).length % 50, 49U);
  EXPECT_EQ(find_joint(all, 39, splice::shorter, 100).length, 0U);
  EXPECT_EQ(find_joint({}, 0, splice::shorter, 100).length, 0U);
}

} // namespace
