// SPDX-License-Identifier: MIT
// Tests of lines against lines of known echo and noise, made here.
#include "lines/line_test.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <random>
#include <vector>

namespace switchroom::lines {
namespace {

constexpr double rms_of_0_dbm0 = 22827 / 1.4142135623730951;

/// What comes back of what is said, `way` samples later and so much weaker, beside noise.
std::vector<std::int16_t> line(const line_test& test, std::size_t way, double loss_db,
                               double noise_dbm0) {
  const auto said = test.says();
  std::mt19937 random(7);
  std::normal_distribution<double> noise(0, rms_of_0_dbm0 * std::pow(10, noise_dbm0 / 20));
  std::vector<std::int16_t> heard;
  for (std::size_t n = 0; n < test.wanted(); ++n) {
    const double echo = n >= way && n - way < said.size() ? said[n - way] : 0;
    heard.push_back(
        static_cast<std::int16_t>(std::lround(echo * std::pow(10, -loss_db / 20) + noise(random))));
  }
  return heard;
}

TEST(LineTest, FindsReturnLossAndNoiseWhateverTheWay) {
  const std::vector<double> tones{200, 300, 1004, 2713, 3400, 3600};
  const line_test test(tones, -10);
  for (const std::size_t way :
       {std::size_t{2}, std::size_t{80}, std::size_t{700}, std::size_t{1200}})
    for (const double loss : {6., 20., 34.}) {
      const auto found = test.measure(line(test, way, loss, -55));
      EXPECT_NEAR(found.noise_dbm0, -55, .3) << way;
      EXPECT_FALSE(found.noise_disturbed);
      ASSERT_EQ(found.tones.size(), tones.size());
      for (std::size_t n = 0; n < tones.size(); ++n) {
        EXPECT_EQ(found.tones[n].hz, tones[n]);
        EXPECT_FALSE(found.tones[n].disturbed);
        EXPECT_NEAR(found.tones[n].return_loss_db.value_or(0), loss, loss > 30 ? 1 : .3)
            << tones[n] << " Hz, " << way;
        EXPECT_NEAR(found.tones[n].level_dbm0, -10 - loss, loss > 30 ? 1 : .3);
      }
    }
}

TEST(LineTest, OfADeadLineNothingComesBack) {
  const line_test test({}, 0);
  const auto found = test.measure(std::vector<std::int16_t>(test.wanted()));
  ASSERT_EQ(found.tones.size(), 1u);
  EXPECT_EQ(found.tones[0].hz, 1004);
  EXPECT_EQ(found.tones[0].level_dbm0, -90);
  EXPECT_FALSE(found.tones[0].return_loss_db);
  EXPECT_FALSE(found.noise_disturbed);
  EXPECT_EQ(found.noise_dbm0, -90);
}

/// A syllable of 60 ms, as loud as people speak (ITU-T P.56, some −20 dBm0), where `at` is.
void speak(std::vector<std::int16_t>& heard, std::size_t at) {
  for (std::size_t n = 0; n < 480; ++n)
    heard[at + n] =
        static_cast<std::int16_t>(heard[at + n] + 3200 * std::sin(.35 * static_cast<double>(n)) *
                                                      std::sin(.0065 * static_cast<double>(n)));
}

TEST(LineTest, WhoSpeaksInTheSilenceDisturbsTheNoiseAlone) {
  const line_test test({1004, 2804}, -10);
  auto heard = line(test, 80, 15, -65);
  speak(heard, 5000);
  const auto found = test.measure(heard);
  EXPECT_TRUE(found.noise_disturbed);
  EXPECT_FALSE(found.tones[0].disturbed || found.tones[1].disturbed);
}

TEST(LineTest, WhoSpeaksIntoAToneDisturbsThatToneAlone) {
  const line_test test({1004, 2804}, -10);
  auto heard = line(test, 80, 15, -65);
  speak(heard, 1600 + 8000 + 2400 + 1200 + 300); // the second tone's part that is measured
  const auto found = test.measure(heard);
  EXPECT_FALSE(found.noise_disturbed);
  EXPECT_FALSE(found.tones[0].disturbed);
  EXPECT_TRUE(found.tones[1].disturbed);
}

TEST(LineTest, NoiseOfARoomIsNoDisturbance) {
  const line_test test({1004}, -10);
  const auto found = test.measure(line(test, 80, 15, -40));
  EXPECT_FALSE(found.noise_disturbed);
  EXPECT_FALSE(found.tones[0].disturbed);
}

TEST(LineTest, ToneHasTheLevelAsked) {
  const auto said = line_test({1000}, -20).says();
  double squares = 0;
  for (std::size_t n = said.size() - 800; n < said.size(); ++n)
    squares += double{static_cast<double>(said[n])} * said[n];
  EXPECT_NEAR(20 * std::log10(std::sqrt(squares / 800) / rms_of_0_dbm0), -20, .01);
}

TEST(LineTest, RefusesWhatCannotBeTestedWith) {
  EXPECT_FALSE(line_test({200, 3600}, 0).wrong());
  EXPECT_FALSE(line_test({1004}, -40).wrong());
  for (const double hz : {0., 199., 3601., -1004., std::nan("")})
    EXPECT_TRUE(line_test({1004, hz}, -10).wrong()) << hz;
  for (const double level : {.1, -40.1, 1e9, std::nan("")})
    EXPECT_TRUE(line_test({1004}, level).wrong()) << level;
  EXPECT_TRUE(line_test(std::vector<double>(17, 1004), -10).wrong());
}

} // namespace
} // namespace switchroom::lines
