// SPDX-License-Identifier: MIT
// Levels of real speech, noise and tones, through a meter and a gain of the simplest kind. The same
// with a board: tests/system/level_control_test.cpp.
#include "../active_speech.hpp"
#include "../speech.hpp"
#include "lines/level_control.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <numbers>
#include <random>

namespace switchroom::lines {
namespace {

using samples = std::vector<std::int16_t>;
constexpr double full_milliwatt = 22827.0 * 22827.0 / 2;
constexpr std::size_t second = 8000, window = 1024, between = 1280; // regs/level.toml; 160 ms

std::int16_t rounded(double x) {
  return static_cast<std::int16_t>(std::lround(std::clamp(x, -32767.0, 32767.0)));
}

double mean_square(std::span<const std::int16_t> all) {
  double sum = 0;
  for (const double x : all)
    sum += x * x;
  return sum / static_cast<double>(all.size());
}

double dbm0(double square) {
  return square <= 0 ? -99 : 10 * std::log10(square / full_milliwatt);
}

samples louder(samples all, double db) {
  for (auto& one : all)
    one = rounded(one * std::pow(10, db / 20));
  return all;
}

samples operator+(samples a, const samples& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

samples mixed(samples a, const samples& b) {
  for (std::size_t n = 0; n < a.size(); ++n)
    a[n] = rounded(a[n] + b[n % b.size()]);
  return a;
}

samples tone(double hz, double level_dbm0, double seconds) {
  samples made(static_cast<std::size_t>(seconds * second));
  const double peak = std::sqrt(2 * full_milliwatt) * std::pow(10, level_dbm0 / 20);
  for (std::size_t n = 0; n < made.size(); ++n)
    made[n] = rounded(peak * std::sin(2 * std::numbers::pi * hz * static_cast<double>(n) / second));
  return made;
}

/// Gaussian; with most of it at low frequencies as in rooms, if `of_a_room`.
samples noise(double level_dbm0, double seconds, bool of_a_room = false) {
  std::mt19937_64 random{5};
  std::normal_distribution<double> one;
  std::vector<double> wave(static_cast<std::size_t>(seconds * second));
  double before = 0, square = 0;
  for (auto& x : wave) {
    before = x = one(random) + (of_a_room ? 0.9 * before : 0);
    square += x * x;
  }
  const double scale = std::sqrt(full_milliwatt * static_cast<double>(wave.size()) / square) *
                       std::pow(10, level_dbm0 / 20);
  samples made;
  for (const double x : wave)
    made.push_back(rounded(scale * x));
  return made;
}

/// Two minutes of a woman's speech at an active level.
samples speech(double level_dbm0) {
  samples all;
  for (const auto* name : {"demo-congrats", "priv-callee-options", "basic-pbx-ivr-main"})
    all = all + test::wav(test::prompt(name));
  return louder(all, level_dbm0 - test::active_speech_dbm0(all));
}

/// What comes out, and the gain at each window.
struct run {
  samples out;
  std::vector<double> gains;
};
run pass(level_control& control, const samples& in, const samples& heard = {}) {
  run made;
  double gain = control.gain_db();
  for (std::size_t from = 0; from + between <= in.size(); from += between) {
    for (std::size_t n = from; n < from + between; ++n) {
      made.out.push_back(rounded(in[n] * std::pow(10, gain / 20)));
    }
    const auto said = std::span(in).subspan(from, window);
    double peak = 0;
    for (const double x : said)
      peak = std::max(peak, std::abs(x));
    control.read({dbm0(mean_square(said)), dbm0(peak * peak),
                  heard.empty() ? -99 : dbm0(mean_square(std::span(heard).subspan(from, window)))});
    gain = control.gain_db();
    made.gains.push_back(gain);
  }
  return made;
}

class LevelControl : public ::testing::Test {
protected:
  void SetUp() override {
    if (std::filesystem::exists(test::prompt("demo-congrats")))
      return;
    ASSERT_EQ(std::getenv("CI"), nullptr) << "no speech";
    GTEST_SKIP() << "asterisk-core-sounds-en-wav is not installed";
  }
  level_control control{level_control::usual_dbm0};
};

/// RFC 7874, 4: within 6 dB; here, what can be reached, within 2.
TEST_F(LevelControl, SpeechOfAnyLevelComesToTheWantedOne) {
  for (const double level : {-40.0, -35.0, -31.0, -27.0, -23.0, -19.0, -15.0, -11.0, -8.0}) {
    level_control one{-19};
    const auto in = speech(level);
    const auto got = pass(one, in);
    const double after = test::active_speech_dbm0(std::span(got.out).subspan(10 * second));
    const double reached =
        test::active_speech_dbm0(std::span(got.out).subspan(4 * second, 6 * second));
    const auto [low, high] =
        std::minmax_element(got.gains.begin() + 10 * second / between, got.gains.end());
    std::printf("%.0f dBm0: %.1f in the seconds 4 to 10, then %.1f, gain %.1f to %.1f dB\n", level,
                reached, after, *low, *high);
    EXPECT_NEAR(after, std::clamp(-19.0, level - 12, level + 12), 2) << level;
    EXPECT_LE(*high - *low, 2) << level << ": it does not pump";
    double before = 0;
    for (const double gain : got.gains) {
      ASSERT_LE(gain - before, level_control::step_db);
      before = gain;
    }
  }
}

TEST_F(LevelControl, SilenceAndNoiseAreNotMadeLouder) {
  for (const double level : {-70.0, -50.0, -40.0, -30.0, -20.0})
    for (const bool of_a_room : {false, true}) {
      level_control one{-19};
      // Also when it begins in the midst of silence, and ends.
      const samples quiet(5 * second);
      for (const double gain :
           pass(one, quiet + noise(level, 20, of_a_room) + quiet + noise(level, 20, of_a_room))
               .gains)
        ASSERT_EQ(gain, 0) << level;
    }
}

TEST_F(LevelControl, InPausesAndAmongNoiseTheGainStays) {
  const auto talk = speech(-30), hum = noise(-50, 1, true);
  auto got = pass(control, mixed(talk, hum));
  const double learnt = got.gains.back();
  EXPECT_NEAR(learnt, 11, 2);
  for (const double gain : pass(control, noise(-50, 60, true)).gains)
    EXPECT_EQ(gain, learnt);
  for (const double gain : pass(control, samples(60 * second)).gains)
    EXPECT_EQ(gain, learnt);
}

TEST_F(LevelControl, TonesAreNotFollowed) {
  const samples quiet(3 * second);
  for (const double hz : {350., 425., 1000., 1100., 1300., 1700., 2100.})
    for (const double level : {-30.0, -6.0}) {
      level_control one{-19};
      for (const double gain : pass(one, quiet + tone(hz, level, 5) + quiet).gains)
        ASSERT_EQ(gain, 0) << hz;
    }
}

TEST_F(LevelControl, AnAnswerToneEndsItForTheCall) {
  pass(control, speech(-30));
  EXPECT_GT(control.gain_db(), 8);
  control.on_answer_tone();
  EXPECT_EQ(control.gain_db(), 0);
  for (const double gain : pass(control, speech(-30)).gains)
    ASSERT_EQ(gain, 0);
}

/// 20 digits of 70 ms, and 0.3 s between them; they are told all the time.
TEST_F(LevelControl, DigitsAreNotFollowed) {
  pass(control, speech(-30));
  const double learnt = control.gain_db();
  const auto digit = mixed(tone(770, -9, 0.07), tone(1336, -7, 0.07)) + samples(3 * second / 10);
  samples dialled = samples(second);
  for (int n = 0; n < 20; ++n)
    dialled = dialled + digit;
  for (std::size_t from = 0; from + between <= dialled.size(); from += between) {
    if (from >= second) {
      control.on_digit();
      EXPECT_EQ(control.gain_db(), 0) << "they are not made louder";
    }
    pass(control, samples(dialled.begin() + static_cast<std::ptrdiff_t>(from),
                          dialled.begin() + static_cast<std::ptrdiff_t>(from + between)));
  }
  pass(control, samples(second / 2));
  EXPECT_EQ(control.gain_db(), learnt);
}

/// The far end alone speaks; it comes back 10 dB down.
TEST_F(LevelControl, AnEchoIsNotFollowed) {
  const auto far = speech(-12);
  for (const double gain : pass(control, louder(far, -10), far).gains)
    ASSERT_EQ(gain, 0);
}

/// Somebody else's, that leaks into the line.
TEST_F(LevelControl, WhatIsTooSoftIsNotFollowed) {
  for (const double gain : pass(control, speech(-58)).gains)
    ASSERT_EQ(gain, 0);
}

TEST_F(LevelControl, WhoShoutsIsNotLimited) {
  pass(control, speech(-31));
  EXPECT_GT(control.gain_db(), 9);
  const auto got = pass(control, speech(-12));
  std::size_t limited = 0;
  for (std::size_t n = second; n < got.out.size(); ++n)
    limited += std::abs(got.out[n]) >= 32767;
  EXPECT_EQ(limited, 0U);
}

} // namespace
} // namespace switchroom::lines
