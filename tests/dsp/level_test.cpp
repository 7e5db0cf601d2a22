// SPDX-License-Identifier: MIT
#include "signals.hpp"
#include "switchroom/dsp/g711.hpp"
#include "switchroom/dsp/level.hpp"

#include <gtest/gtest.h>

namespace {

using namespace switchroom::dsp;
using namespace switchroom::dsp::testing;

// G.711, table 5: one period of the digital milliwatt, 1 kHz at 0 dBm0 (A-law).
TEST(Level, DigitalMilliwattIsZeroDbm0) {
  const std::uint8_t period[8] = {0x34, 0x21, 0x21, 0x34, 0xb4, 0xa1, 0xa1, 0xb4};
  std::vector<std::int16_t> tone;
  tone.reserve(8000);
  for (int i = 0; i < 8000; ++i)
    tone.push_back(g711::decode_a(period[i % 8]));
  EXPECT_NEAR(level_dbm0(tone), 0, 0.05);
  const tone_figures found = measure_tone(tone);
  EXPECT_NEAR(found.frequency_hz, 1000, 0.01);
  EXPECT_NEAR(found.level_dbm0, 0, 0.05);
}

TEST(Level, SilenceIsTheFloor) {
  EXPECT_EQ(level_dbm0({}), floor_dbm0);
  EXPECT_EQ(level_dbm0(std::vector<std::int16_t>(800)), floor_dbm0);
  EXPECT_EQ(measure_tone(std::vector<std::int16_t>(800)).frequency_hz, 0);
}

TEST(Level, PausesDoNotCountAsActive) {
  auto half = sine(1000, -12, 16000);
  std::fill(half.begin() + 8000, half.end(), std::int16_t{0});
  EXPECT_NEAR(level_dbm0(half), -15.01, 0.05);
  EXPECT_NEAR(active_level_dbm0(half), -12, 0.1);
}

TEST(Tone, PurityIsTheNoiseThatWasAdded) {
  for (const double snr : {10.0, 30.0, 50.0}) {
    auto tone = sine(697, -10, 8000);
    add_noise(tone, -10 - snr, 7);
    const tone_figures found = measure_tone(tone);
    EXPECT_NEAR(found.frequency_hz, 697, 0.2);
    EXPECT_NEAR(found.level_dbm0, -10, 0.1);
    EXPECT_NEAR(found.purity_db, snr, 0.3);
  }
}

TEST(Tone, HarmonicCountsAgainstPurity) {
  auto tone = sine(1004, -10, 8000);
  const auto harmonic = sine(2008, -50, 8000);
  for (std::size_t n = 0; n < tone.size(); ++n)
    tone[n] = clip(tone[n] + harmonic[n]);
  EXPECT_NEAR(measure_tone(tone).purity_db, 40, 0.3);
}

TEST(Tone, TooShortIsEmpty) {
  EXPECT_EQ(measure_tone(sine(1000, -10, 255)).frequency_hz, 0);
}

} // namespace
