// SPDX-License-Identifier: MIT
// The measuring is measured: every case is made so that the answer is known.
#include "signals.hpp"
#include "switchroom/dsp/g711.hpp"
#include "switchroom/dsp/level.hpp"
#include "switchroom/dsp/measure.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <span>
#include <vector>

namespace {

using namespace switchroom::dsp;
using namespace switchroom::dsp::testing;

constexpr std::size_t length = 32000;
const babble voice(1);

TEST(Measure, ACopyHasNoDelayNoNoiseNoGaps) {
  const auto reference = voice.take(length);
  const comparison c = compare(reference, reference);
  ASSERT_EQ(c.result, outcome::measured) << to_string(c.result);
  EXPECT_EQ(c.delay_samples, 0);
  EXPECT_NEAR(c.gain_db, 0, 1e-6);
  EXPECT_EQ(c.snr_db, 120);
  EXPECT_NEAR(c.coefficient, 1, 1e-9);
  EXPECT_EQ(c.covered, 1);
  EXPECT_TRUE(c.slips.empty());
  EXPECT_EQ(c.gaps, 0U);
}

TEST(Measure, WholeDelayIsExact) {
  const auto reference = voice.take(length);
  for (const std::size_t delay : {1U, 79U, 800U, 12345U}) {
    std::vector<std::int16_t> recording(delay);
    recording.insert(recording.end(), reference.begin(), reference.end());
    add_noise(recording, -45, 3);
    EXPECT_EQ(compare(reference, recording).delay_samples, delay);
  }
}

TEST(Measure, RecordingThatBeganLaterHasNegativeDelay) {
  const auto reference = voice.take(length);
  const std::vector<std::int16_t> recording(reference.begin() + 4000, reference.end());
  const comparison c = compare(reference, recording);
  EXPECT_EQ(c.delay_samples, -4000);
  EXPECT_NEAR(c.covered, 0.875, 1e-9);
}

TEST(Measure, FractionOfASampleIsFound) {
  const auto reference = voice.take(length);
  for (const double delay : {10.25, 63.5, 200.8}) {
    const comparison c = compare(reference, voice.take(length, delay));
    EXPECT_NEAR(c.delay_samples, delay, 0.02);
    EXPECT_GT(c.snr_db, 45) << "delay " << delay;
  }
}

TEST(Measure, GainAndPolarity) {
  const auto reference = voice.take(length);
  for (const double gain_db : {-20.0, -6.0, 3.0}) {
    const comparison c = compare(reference, voice.take(length, 100, -std::pow(10, gain_db / 20)));
    EXPECT_NEAR(c.gain_db, gain_db, 0.02);
    EXPECT_TRUE(c.inverted);
    EXPECT_NEAR(c.recording_active_dbm0, c.reference_active_dbm0 + gain_db, 0.1);
  }
}

TEST(Measure, SnrIsTheNoiseThatWasAdded) {
  const auto reference = voice.take(length);
  for (const double noise : {-60.0, -45.0, -25.0}) {
    auto recording = voice.take(length, 500);
    add_noise(recording, noise, 9);
    const comparison c = compare(reference, recording);
    EXPECT_NEAR(c.snr_db, level_dbm0(reference) - noise, 0.5);
  }
}

TEST(Measure, ALawCostsSome38Db) {
  const auto reference = voice.take(length);
  auto recording = reference;
  for (auto& s : recording)
    s = g711::decode_a(g711::encode_a(s));
  const comparison c = compare(reference, recording);
  EXPECT_GT(c.snr_db, 36);
  EXPECT_LT(c.snr_db, 41);
  EXPECT_NEAR(c.median_snr_db, c.snr_db, 2);
}

TEST(Measure, WhatIsLostHereAndThereLeavesTheMediansAsTheyAre) {
  const auto reference = voice.take(length);
  auto recording = voice.take(length, 100, -0.5);
  for (auto& s : recording)
    s = g711::decode_a(g711::encode_a(s));
  const comparison whole = compare(reference, recording);
  EXPECT_EQ(whole.damaged, 0);
  for (std::size_t at = 8300; at < length; at += 2600) // 20 ms, three or four of every second
    std::fill_n(recording.begin() + static_cast<std::ptrdiff_t>(at), 160, std::int16_t{0});
  const comparison c = compare(reference, recording);
  EXPECT_LT(c.snr_db, 20);
  EXPECT_LT(c.gain_db, whole.gain_db - 0.4);
  EXPECT_NEAR(c.median_snr_db, whole.median_snr_db, 1);
  EXPECT_NEAR(c.median_gain_db, whole.median_gain_db, 0.05);
  EXPECT_GT(c.damaged, 0.05);
  EXPECT_LT(c.damaged, 0.2) << "ten, each in two of 20 ms at most";
}

/// Each 20 ms of the recording, by its number.
template <class Change>
std::vector<std::int16_t> changed(const std::vector<std::int16_t>& from, Change change) {
  auto out = from;
  for (std::size_t n = 0; n * 160 < out.size(); ++n)
    change(n, std::span(out).subspan(n * 160, 160));
  return out;
}
void noise_instead(std::span<std::int16_t> what) {
  std::vector<std::int16_t> noise(what.size());
  add_noise(noise, -20, 1);
  std::ranges::copy(noise, what.begin());
}

TEST(Measure, TheMediansHoldUntilHalfIsLost) {
  const auto reference = voice.take(length);
  for (const std::size_t of_ten : {4U, 6U}) {
    const auto recording = changed(reference, [&](std::size_t n, auto samples) {
      if (n % 10 < of_ten)
        noise_instead(samples);
    });
    EXPECT_EQ(compare(reference, recording).median_snr_db > 60, of_ten == 4) << of_ten;
  }
  EXPECT_NEAR(compare(reference, changed(reference,
                                         [](std::size_t n, auto samples) {
                                           if (n % 10 < 4)
                                             noise_instead(samples);
                                         }))
                  .damaged,
              0.4, 0.05);
}

TEST(Measure, PausesAreNotInTheMedian) {
  const auto with_pauses = [](bool noisy) {
    return changed(voice.take(length), [noisy](std::size_t n, auto samples) {
      if (n % 50 < 15)
        return;
      std::ranges::fill(samples, std::int16_t{0});
      if (noisy)
        for (std::size_t i = 0; i < samples.size(); i += 2)
          samples[i] = 100; // 33 dB under the speech
    });
  };
  EXPECT_EQ(compare(with_pauses(false), with_pauses(true)).median_snr_db, 120);
}

TEST(Measure, TheMiddleGainIsThatOfWhatIsNotDamaged) {
  const auto reference = voice.take(length);
  const auto softer_in_part = changed(reference, [](std::size_t n, auto samples) {
    if (n % 10 < 4)
      for (auto& s : samples)
        s = static_cast<std::int16_t>(s / 2);
  });
  const comparison part = compare(reference, softer_in_part);
  EXPECT_NEAR(part.median_gain_db, 0, 0.01);
  EXPECT_GT(part.median_snr_db, 60);
  EXPECT_NEAR(part.damaged, 0.4, 0.05);
  const auto pumping = changed(reference, [](std::size_t n, auto samples) {
    for (auto& s : samples)
      s = static_cast<std::int16_t>(n % 3 == 0 ? s : n % 3 == 1 ? s * 3 / 4 : s / 2);
  });
  EXPECT_LT(compare(reference, pumping).median_snr_db, 15) << "an own gain for each would hide it";
}

TEST(Measure, AQuarterOfEach20MsIsInTheMedian) {
  const auto recording = changed(voice.take(length), [](std::size_t, auto samples) {
    noise_instead(samples.subspan(80, 40));
  });
  EXPECT_LT(compare(voice.take(length), recording).median_snr_db, 15);
}

TEST(Measure, TheWrongLawIsInTheMedian) {
  const auto reference = voice.take(length);
  auto recording = reference;
  for (auto& s : recording)
    s = g711::decode_a(g711::encode_mu(s));
  EXPECT_LT(compare(reference, recording).median_snr_db, 10);
}

TEST(Measure, ARemovedBlockIsOneSlip) {
  const auto reference = voice.take(length);
  auto recording = reference;
  recording.insert(recording.begin(), 300, 0);
  recording.erase(recording.begin() + 16300, recording.begin() + 16380);
  add_noise(recording, -50, 5);
  const comparison c = compare(reference, recording);
  ASSERT_EQ(c.slips.size(), 1U);
  EXPECT_EQ(c.slips[0].samples, -80);
  EXPECT_NEAR(c.slips[0].at_ms, 16300 / 8.0, 30);
  EXPECT_EQ(c.delay_samples, 300);
  EXPECT_GT(c.snr_db, 15) << "slips are followed";
}

TEST(Measure, InsertedAndRemovedBlocksAreCountedApart) {
  const auto reference = voice.take(length);
  auto recording = reference;
  const std::vector<std::int16_t> again(recording.begin() + 23920, recording.begin() + 24000);
  recording.insert(recording.begin() + 24000, again.begin(), again.end());
  recording.erase(recording.begin() + 8000, recording.begin() + 8160);
  const comparison c = compare(reference, recording);
  ASSERT_EQ(c.slips.size(), 2U);
  EXPECT_EQ(c.slips[0].samples, -160);
  EXPECT_EQ(c.slips[1].samples, 80);
}

// A computer stood still for so long, twice: what was said meanwhile comes later, all of it.
TEST(Measure, WhatIsLateByHalfASecondIsFollowed) {
  for (const std::size_t late : {1200U, 3000U, 3999U}) {
    const auto reference = voice.take(length);
    auto recording = reference;
    recording.insert(recording.begin() + 24000, late, 0);
    recording.insert(recording.begin() + 12000, late, 0);
    for (auto& s : recording)
      s = g711::decode_a(g711::encode_a(s));
    const comparison c = compare(reference, recording);
    ASSERT_EQ(c.slips.size(), 2U) << late;
    for (const slip& s : c.slips)
      EXPECT_EQ(s.samples, static_cast<std::ptrdiff_t>(late));
    EXPECT_LT(c.damaged, 0.03) << late;
    EXPECT_GT(c.snr_db, 15) << late;
    EXPECT_EQ(c.slipped_ms(), 2 * static_cast<double>(late) / 8) << late;
    EXPECT_NEAR(c.delay_samples, 0, 0.02) << late;
  }
}

TEST(Measure, SilenceThatIsInsertedIntoSpeechIsAGap) {
  const auto reference = voice.take(length);
  for (const bool in_speech : {true, false}) {
    auto recording = reference;
    // The syllables of the signal peak at (n + 1/4)/3.1 s, and rest half a period later.
    const auto at = static_cast<std::ptrdiff_t>((in_speech ? 5.25 : 5.75) / 3.1 * 8000);
    recording.insert(recording.begin() + at, 2000, 0);
    const comparison c = compare(reference, recording);
    ASSERT_EQ(c.slips.size(), 1U);
    EXPECT_EQ(c.slips[0].samples, 2000);
    EXPECT_EQ(c.gaps, in_speech ? 1U : 0U);
    EXPECT_NEAR(c.longest_gap_ms, in_speech ? 250 : 0, 3);
  }
}

// A word comes again half a second later; the first time it is not heard, and all else is in place.
TEST(Measure, AWordThatIsMissingIsNotTheSameWordLater) {
  auto reference = voice.take(length);
  constexpr std::ptrdiff_t word = 2600, first = 12000, again = 16400;
  std::copy_n(reference.begin() + first, word, reference.begin() + again);
  auto recording = reference;
  std::fill_n(recording.begin() + first, word, std::int16_t{0});
  const comparison c = compare(reference, recording);
  EXPECT_TRUE(c.slips.empty());
  EXPECT_NEAR(c.damaged, double(word) / length, 0.04);
}

TEST(Measure, WhatIsLeftOutOrOnlyBrokenIsNotFoundElsewhere) {
  const auto reference = voice.take(length);
  auto recording = reference;
  std::fill(recording.begin() + 12000, recording.begin() + 16000, std::int16_t{0});
  recording.erase(recording.begin() + 20000, recording.begin() + 23000);
  add_noise(recording, -50, 3);
  const comparison c = compare(reference, recording);
  ASSERT_EQ(c.slips.size(), 1U);
  EXPECT_EQ(c.slips[0].samples, -3000);
  EXPECT_NEAR(c.damaged, 7000.0 / length, 0.06);
}

TEST(Measure, NoSlipsInCleanSpeechOfAnySeed) {
  for (unsigned seed = 10; seed < 16; ++seed) {
    const babble other(seed);
    auto recording = other.take(length, 777.0);
    add_noise(recording, -35, seed);
    const comparison c = compare(other.take(length), recording);
    EXPECT_EQ(c.delay_samples, 777);
    EXPECT_TRUE(c.slips.empty()) << "seed " << seed;
    EXPECT_EQ(c.gaps, 0U);
  }
}

TEST(Measure, SilencedPartIsTheLongestGap) {
  const auto reference = voice.take(length);
  auto recording = reference;
  // The syllables of the signal peak at (n + 1/4)/3.1 s: n = 3.
  std::fill(recording.begin() + 8300, recording.begin() + 8460, std::int16_t{0});
  std::fill(recording.begin() + 16400, recording.begin() + 16480, std::int16_t{0});
  const comparison c = compare(reference, recording);
  EXPECT_NEAR(c.longest_gap_ms, 20, 2);
  EXPECT_EQ(c.gaps, 2U);
  EXPECT_TRUE(c.slips.empty());
}

TEST(Measure, SomethingElseIsUnlike) {
  EXPECT_EQ(compare(voice.take(length), babble(2).take(length)).result, outcome::unlike);
  std::vector<std::int16_t> noise(length);
  add_noise(noise, -20, 1);
  EXPECT_EQ(compare(voice.take(length), noise).result, outcome::unlike);
}

TEST(Measure, ShortAndSilentAreRefused) {
  const auto reference = voice.take(length);
  EXPECT_EQ(compare(reference, {}).result, outcome::too_short);
  EXPECT_EQ(compare(voice.take(1599), reference).result, outcome::too_short);
  EXPECT_EQ(compare(reference, std::vector<std::int16_t>(length)).result, outcome::silent);
  EXPECT_EQ(compare(std::vector<std::int16_t>(length), reference).result, outcome::silent);
}

} // namespace
