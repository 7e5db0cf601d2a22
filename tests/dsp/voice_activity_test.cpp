// SPDX-License-Identifier: MIT
// Who speaks and what the background is like: real speech with noise of known level under it,
// judged by its energy;
// levels by RFC 3389's own example.
#include "spoken.hpp"
#include "switchroom/dsp/level.hpp"
#include "switchroom/dsp/measure.hpp"
#include "switchroom/dsp/voice_activity.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <random>

namespace switchroom::dsp {
namespace {

constexpr std::size_t block = voice_activity::block;
using words = std::vector<std::int16_t>;

/// For each block: is it voice.
std::vector<bool> heard(voice_activity& by, const words& sound) {
  std::vector<bool> made;
  for (std::size_t at = 0; at + block <= sound.size(); at += block)
    made.push_back(by.hears_voice(std::span<const std::int16_t, block>(&sound[at], block)));
  return made;
}

double voiced(const std::vector<bool>& blocks, std::size_t from = 0) {
  double sum = 0;
  for (std::size_t n = from; n < blocks.size(); ++n)
    sum += blocks[n] ? 1 : 0;
  return sum / static_cast<double>(blocks.size() - from);
}

double rms_at(double dbov) {
  return 32768 * std::pow(10, dbov / 20);
}

words gaussian(std::size_t length, double dbov, unsigned seed = 1) {
  std::mt19937 random(seed);
  std::normal_distribution<double> one(0, rms_at(dbov));
  words made(length);
  for (auto& s : made)
    s = static_cast<std::int16_t>(std::lround(one(random)));
  return made;
}

/// One pole: of an office, more low tones than high ones.
words coloured(std::size_t length, double dbov, double pole) {
  std::mt19937 random(2);
  std::normal_distribution<double> one(0, rms_at(dbov) * std::sqrt(1 - pole * pole));
  words made(length);
  double state = 0;
  for (auto& s : made)
    s = static_cast<std::int16_t>(std::lround(state = pole * state + one(random)));
  return made;
}

words tone(std::size_t length, double hz, double dbov) {
  words made(length);
  for (std::size_t n = 0; n < length; ++n)
    made[n] = static_cast<std::int16_t>(
        std::lround(std::numbers::sqrt2 * rms_at(dbov) *
                    std::sin(2 * std::numbers::pi * hz * static_cast<double>(n) / 8000)));
  return made;
}

TEST(VoiceActivity, ABackgroundIsNoVoiceAfterSomeTime) {
  for (const double level : {-47.0, -55.0, -64.0, -75.0}) {
    voice_activity white, low;
    EXPECT_LT(voiced(heard(white, gaussian(80'000, level)), 100), 0.01) << level;
    EXPECT_LT(voiced(heard(low, coloured(80'000, level, 0.9)), 100), 0.05) << level;
  }
  voice_activity idle;
  EXPECT_EQ(voiced(heard(idle, words(8000, 8)), 51), 0) << "A-law's silence";
}

/// A background that becomes louder is one again in time: 1.6 s and the hang-over.
TEST(VoiceActivity, ABackgroundThatGrowsIsFollowed) {
  voice_activity by;
  heard(by, gaussian(16'000, -70));
  const auto louder = heard(by, gaussian(40'000, -52));
  EXPECT_TRUE(louder.front());
  EXPECT_LT(voiced(louder, 190), 0.01);
}

/// What a gateway plays must not be taken for noise, however long it lasts and faint it is.
TEST(VoiceActivity, AToneIsVoiceForEver) {
  for (const double hz : {350.0, 425.0, 1000.0, 2100.0, 3400.0})
    for (const double level : {-16.0, -38.0, -50.0, -60.0}) {
      voice_activity by;
      EXPECT_EQ(voiced(heard(by, tone(80'000, hz, level))), 1) << hz << " Hz " << level;
    }
}

/// RFC 3389, 3: of µ-law, a square wave of ±8031 of 14 bits is 0 dBov. Nearest, in whole dB.
TEST(VoiceActivity, LevelsAreInDbBelowOverload) {
  for (const int dbov : {-45, -50, -60, -66, -70}) {
    words square(8000);
    const double height = 4 * 8031 * std::pow(10, dbov / 20.0);
    std::mt19937 random(3); // its signs at random: as loud, and no tone
    for (auto& s : square)
      s = static_cast<std::int16_t>(std::lround(random() % 2 == 0 ? height : -height));
    voice_activity by;
    heard(by, square);
    EXPECT_NEAR(by.background().level, -dbov, 1) << dbov;
    // 6.18 dBm0 above that, by another measure.
    EXPECT_NEAR(level_dbm0(square), 6.18 - by.background().level, 1.0);
  }
  voice_activity silence;
  heard(silence, words(8000, 0));
  EXPECT_EQ(silence.background().level, 127);
  EXPECT_EQ(silence.background().order, 0U);
}

/// Of one pole p, k1 is −p and there are no more.
TEST(VoiceActivity, TheColourIsThatOfTheBackground) {
  for (const double pole : {0.0, 0.5, 0.8, -0.6}) {
    voice_activity by;
    heard(by, coloured(16'000, -50, pole));
    const auto found = by.background();
    EXPECT_NEAR(found.level, 50, 1) << pole;
    ASSERT_EQ(found.order, voice_activity::order);
    EXPECT_NEAR(found.reflection[0], -pole, 0.08);
    for (std::size_t i = 1; i < found.order; ++i)
      EXPECT_NEAR(found.reflection[i], 0, 0.1) << pole << ' ' << i;
  }
}

/// Four seconds of it, three of none, as in a talk: of the speech almost all its energy is sent, of
/// the pauses little more than the quarter of a second after it.
TEST(VoiceActivity, SpeechIsNotCutAndPausesAre) {
  const auto speech = testing::two_minutes_of_speech();
  if (!speech)
    GTEST_SKIP() << "asterisk-core-sounds-en-wav is not installed";
  constexpr std::size_t turn = 400 * block, pause = 300 * block;
  for (const double noise : {-75.0, -60.0, -50.0}) {
    words clean;
    std::vector<bool> says; // by block
    for (std::size_t at = 0; at + turn <= speech->size(); at += turn) {
      clean.insert(clean.end(), speech->begin() + static_cast<std::ptrdiff_t>(at),
                   speech->begin() + static_cast<std::ptrdiff_t>(at + turn));
      clean.resize(clean.size() + pause);
      says.resize(says.size() + turn / block, true);
      says.resize(clean.size() / block, false);
    }
    auto mixed = gaussian(clean.size(), noise, 5);
    for (std::size_t n = 0; n < mixed.size(); ++n)
      mixed[n] = static_cast<std::int16_t>(std::clamp(mixed[n] + clean[n], -32768, 32767));
    voice_activity by;
    const auto sent = heard(by, mixed);
    double all = 0, cut = 0, pauses = 0, pauses_sent = 0;
    for (std::size_t n = 0; n < sent.size(); ++n) {
      for (std::size_t i = n * block; i < (n + 1) * block; ++i) {
        all += clean[i] * clean[i];
        cut += sent[n] ? 0 : clean[i] * clean[i];
      }
      pauses += says[n] ? 0 : 1;
      pauses_sent += !says[n] && sent[n] ? 1 : 0;
    }
    EXPECT_LT(10 * std::log10(cut / all), -45) << noise;
    EXPECT_LT(pauses_sent / pauses, 0.12) << noise;
    RecordProperty("sent_" + std::to_string(static_cast<int>(-noise)),
                   std::to_string(voiced(sent)) + ' ' + std::to_string(10 * std::log10(cut / all)) +
                       ' ' + std::to_string(pauses_sent / pauses));
  }
}

} // namespace
} // namespace switchroom::dsp
