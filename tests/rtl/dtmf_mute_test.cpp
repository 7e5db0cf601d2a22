// SPDX-License-Identifier: MIT
// Muting of digits: how much of a tone goes out before, how much speech is lost to it, and that it
// does not click; on the golden model, which the RTL equals sample by sample
// (dtmf_detector_test.cpp, fabric_test.cpp).
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <numbers>
#include <vector>

#include <gtest/gtest.h>

#include "../speech.hpp"
#include "dtmf_signals.hpp"
#include "golden/dtmf_detector.hpp"

namespace {
namespace regs = switchroom::regs;
using switchroom::test::dtmf_columns;
using switchroom::test::dtmf_rows;
using switchroom::test::line_signal;
using signal = std::vector<std::int16_t>;

struct muted_line {
  signal said;             ///< towards the switch
  std::vector<bool> mutes; ///< silent, or on its way there
  std::size_t digits = 0;
};

/// What becomes of a line's signal, after silence.
muted_line mute(const signal& heard) {
  switchroom::golden::dtmf_detector detector(1);
  using config = regs::dtmf_block::channel_config;
  detector.write(config::offset, config::enable::of(1) | config::mute::of(1));
  for (int n = 0; n < 288; ++n)
    detector.frame(signal(1));
  muted_line line;
  for (const auto sample : heard) {
    line.said.push_back(detector.muted(0, sample));
    line.mutes.push_back(detector.mutes(0));
    for (const auto& event : detector.frame({&sample, 1}))
      line.digits += event.kind == regs::event_kind::dtmf_on;
  }
  return line;
}

struct leak {
  std::vector<double> ms; ///< of the tone before it fades, of each digit
  unsigned not_muted = 0, interrupted = 0, not_heard = 0;

  double mean() const {
    double sum = 0;
    for (const double one : ms)
      sum += one;
    return sum / static_cast<double>(ms.size());
  }
  double most(double share) {
    std::ranges::sort(ms);
    return ms[static_cast<std::size_t>(share * static_cast<double>(ms.size() - 1))];
  }
};

/// All 16 digits of 60 ms, at 16 moments of a hop each.
leak leak_of(double low_dbm0, double twist_db, double noise_db = -100) {
  leak found;
  for (unsigned key = 0; key < 16; ++key) {
    for (unsigned n = 0; n < 16; ++n) {
      const double begin = 40 + .25 * n;
      line_signal tone(160, 16 * n + key);
      tone.tone(begin, 60, dtmf_rows[key / 4], low_dbm0)
          .tone(begin, 60, dtmf_columns[key % 4], low_dbm0 + twist_db);
      if (noise_db > -99)
        tone.noise(noise_db + 10 * std::log10(std::pow(10, low_dbm0 / 10) +
                                              std::pow(10, (low_dbm0 + twist_db) / 10)));
      const auto line = mute(tone.samples());
      const auto first = line.mutes.begin() + std::lround(8 * begin), last = first + 480;
      const auto muted = std::find(first, last, true);
      found.ms.push_back(static_cast<double>(muted - first) / 8);
      found.not_muted += muted == last;
      found.interrupted += std::find(muted, last, false) != last;
      found.not_heard += line.digits != 1;
    }
  }
  return found;
}

TEST(DtmfMute, TheBeginningOfATonePassesNoMore) {
  std::printf("ms of tone before it fades for 2 ms:  mean   95%%   most\n");
  for (const double level : {-35., -30., -20., -10., -3., 0.}) {
    for (const double twist : {-7., 0., 4.}) {
      if (level + twist < -35) // nor is it heard as a digit
        continue;
      auto found = leak_of(level, twist);
      std::printf("low group %3.0f dBm0, high %+2.0f dB:      %5.1f  %5.1f  %5.1f\n", level, twist,
                  found.mean(), found.most(.95), found.most(1));
      EXPECT_EQ(found.not_heard, 0u) << level << " " << twist;
      EXPECT_EQ(found.not_muted, 0u) << level << " " << twist;
      EXPECT_EQ(found.interrupted, 0u) << level << " " << twist;
      EXPECT_LT(found.mean(), 6.5);
      EXPECT_LT(found.most(.95), 9);
      EXPECT_LT(found.most(1), 20); // the two windows
    }
  }
}

TEST(DtmfMute, HoldsIn15DbOfNoise) {
  for (const double level : {-30., -20., -10.}) {
    auto found = leak_of(level, 0, -15);
    std::printf("low group %3.0f dBm0, noise −15 dB:   %5.1f  %5.1f  %5.1f\n", level, found.mean(),
                found.most(.95), found.most(1));
    EXPECT_EQ(found.not_muted, 0u);
    EXPECT_EQ(found.interrupted, 0u);
    EXPECT_LT(found.mean(), 6.5);
  }
}

/// What is too quiet for a digit may pass: nobody else hears it as one.
TEST(DtmfMute, OfWhatIsNoDigitNothingIsMutedForLong) {
  for (const double level : {-60., -50., -45.}) {
    const auto found = leak_of(level, 0);
    EXPECT_EQ(found.not_muted, 256u) << level;
    EXPECT_EQ(found.not_heard, 256u) << level;
  }
}

TEST(DtmfMute, SpeechHardlySuffers) {
  const auto speech = switchroom::test::speech_folder().parent_path(); // all languages
  ASSERT_TRUE(std::filesystem::exists(speech)) << speech << " is missing: run scripts/setup";
  for (const double gain : {.25, 1., 2.}) {
    std::size_t samples = 0, muted = 0, times = 0;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(speech)) {
      if (entry.path().extension() != ".wav")
        continue;
      auto said = switchroom::test::wav(entry.path());
      for (auto& sample : said)
        sample = static_cast<std::int16_t>(std::clamp(std::lround(gain * sample), -32124L, 32124L));
      const auto line = mute(said);
      samples += said.size();
      for (std::size_t n = 1; n < said.size(); ++n) {
        muted += line.mutes[n];
        times += line.mutes[n] && !line.mutes[n - 1];
      }
    }
    const double hours = static_cast<double>(samples) / 8000 / 3600;
    const double ms_an_hour = static_cast<double>(muted) / 8 / hours;
    std::printf("speech %+3.0f dB, %.2f h: %.0f ms an hour (%.2f %%), %.0f times, are muted\n",
                20 * std::log10(gain), hours, ms_an_hour, ms_an_hour / 36000,
                static_cast<double>(times) / hours);
    ASSERT_GT(hours, .3);
    EXPECT_LT(ms_an_hour, 10'000) << "gain " << gain;
  }
}

/// Power of `heard` from 1.5 kHz on (Hann window of 256), against that of a full window of the
/// sine `hertz`, in dB.
double splash_db(const signal& heard, std::size_t from) {
  const auto power = [&](double hertz) {
    double re = 0, im = 0;
    for (std::size_t n = 0; n < 256; ++n) {
      const double at = static_cast<double>(n);
      const double x = heard[from + n] * (1 - std::cos(2 * std::numbers::pi * (at + .5) / 256));
      re += x * std::cos(2 * std::numbers::pi * hertz * at / 8000);
      im += x * std::sin(2 * std::numbers::pi * hertz * at / 8000);
    }
    return re * re + im * im;
  };
  double above = 0, below = 0;
  for (double hertz = 31.25; hertz < 4000; hertz += 31.25)
    (hertz >= 1500 ? above : below) += power(hertz);
  return 10 * std::log10(above / below);
}

/// A digit ends in a vowel's place: the line comes back in the middle of it.
TEST(DtmfMute, SpeechComesBackWithoutAClick) {
  double worst = -200, worst_cut = -200;
  for (unsigned n = 0; n < 32; ++n) {
    const double begin = 40 + .125 * n;
    const auto heard = line_signal(300, n)
                           .tone(begin, 60, 770, -10)
                           .tone(begin, 60, 1336, -10)
                           .tone(begin + 60, 200, 400, -10)
                           .samples();
    const auto line = mute(heard);
    const auto first = static_cast<std::size_t>(std::lround(8 * (begin + 60)));
    const auto back =
        std::find(line.mutes.begin() + static_cast<std::ptrdiff_t>(first), line.mutes.end(), false);
    const auto from = static_cast<std::size_t>(back - line.mutes.begin());
    ASSERT_LT(from, first + 40 * 8);
    worst = std::max(worst, splash_db(line.said, from + 16 - 128));
    signal cut = heard;
    std::fill_n(cut.begin(), from + 16, std::int16_t{0});
    worst_cut = std::max(worst_cut, splash_db(cut, from + 16 - 128));
    for (std::size_t k = from; k < from + 40; ++k) // no step that is not in the voice itself
      EXPECT_LE(std::abs(line.said[k] - line.said[k - 1]),
                std::abs(heard[k] - heard[k - 1]) + 10210 / 32);
    EXPECT_TRUE(std::equal(heard.begin() + static_cast<std::ptrdiff_t>(from) + 31, heard.end(),
                           line.said.begin() + static_cast<std::ptrdiff_t>(from) + 31));
  }
  std::printf("above 1.5 kHz: %.0f dB; if it were cut %.0f dB\n", worst, worst_cut);
  EXPECT_LT(worst, -45);
}
} // namespace
