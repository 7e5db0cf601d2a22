// SPDX-License-Identifier: MIT
// Answer-tone detector: what ITU-T G.168 clause 7 asks of a tone disabler (shared VOICE.md,
// "disabler"), on the golden model, which the RTL equals sample by sample (answer_tone_test.cpp);
// signals by formula and of libspandsp's generator, whose detector hears them beside ours.
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <numbers>
#include <optional>
#include <vector>

#include <gtest/gtest.h>
#include <spandsp.h>

#include "../speech.hpp"
#include "answer_signals.hpp"
#include "golden/answer_tone.hpp"
#include "golden/g711.hpp"

namespace {
namespace regs = switchroom::regs;
using switchroom::test::answer_signal;
using signal = std::vector<std::int16_t>;

struct outcome {
  std::optional<double> tone_ms;     ///< told without reversals
  std::optional<double> disabled_ms; ///< from the signal's beginning; the first time
  std::optional<double> released_ms;
  unsigned tones = 0, disabled = 0;
};

/// What the detector makes of an A-law line's signal that the line hears (or says) after
/// `before` frames of silence.
outcome listen(const signal& line, unsigned before = 160, bool says = false) {
  using switchroom::golden::g711_law;
  switchroom::golden::answer_tone detector(1);
  detector.write(regs::answer_tone_block::line_config::offset, 1);
  outcome found;
  const std::int16_t nothing = 0;
  for (unsigned n = 0; n < before; ++n)
    detector.frame({&nothing, 1}, {&nothing, 1});
  double ms = 0;
  for (const auto sent : line) {
    const std::int16_t sample = switchroom::golden::g711_decode(
        g711_law::a, switchroom::golden::g711_encode(g711_law::a, sent));
    ms += .125;
    for (const auto& event :
         detector.frame({says ? &sample : &nothing, 1}, {says ? &nothing : &sample, 1})) {
      if (event.kind == regs::event_kind::carrier_lost) {
        found.released_ms = ms;
      } else if ((event.data & 1) != 0) {
        ++found.disabled;
        if (!found.disabled_ms)
          found.disabled_ms = ms;
      } else {
        ++found.tones;
        found.tone_ms = ms;
      }
      EXPECT_TRUE(event.kind == regs::event_kind::carrier_lost ||
                  (event.data & 2) == (says ? 0 : 2));
    }
  }
  return found;
}

/// The same at eight moments of a window: how often disabled, and the longest time it took.
struct tries {
  unsigned disabled = 0;
  double longest_ms = 0;
};
tries try_eight(const answer_signal& tone) {
  tries found;
  for (unsigned n = 0; n < 8; ++n) {
    const auto one = listen(tone.samples(n), 160 + 11 * n, n % 2 != 0);
    found.disabled += one.disabled_ms.has_value();
    found.longest_ms = std::max(found.longest_ms, one.disabled_ms.value_or(0));
  }
  return found;
}

TEST(AnswerToneG168, OperatesWithinASecond) {
  double longest = 0;
  for (const double hertz : {2079., 2100., 2121.})
    for (const double dbm0 : {-31., -20., -12., -6., 0.})
      for (const double turn : {155., 180., 205.})
        for (const double interval : {425., 450., 475.})
          for (const double am : {0., .2}) {
            const auto found = try_eight({.ms = 1000,
                                          .hertz = hertz,
                                          .dbm0 = dbm0,
                                          .turn_degrees = turn,
                                          .interval_ms = interval,
                                          .am = am});
            EXPECT_EQ(found.disabled, 8u) << hertz << " Hz " << dbm0 << " dBm0 " << turn << "° "
                                          << interval << " ms, AM " << am;
            longest = std::max(longest, found.longest_ms);
          }
  std::printf("2079 to 2121 Hz, −31 to 0 dBm0, 155° to 205°, 425 to 475 ms, AM 0 and 20 %%: "
              "operates after %.0f ms at most (1000 allowed)\n",
              longest);
}

TEST(AnswerToneG168, NothingElseOperatesIt) {
  for (const double hertz : {1000., 1900., 2000., 2050., 2150., 2225., 2350., 3000.})
    EXPECT_EQ(try_eight({.ms = 5000, .hertz = hertz, .dbm0 = 0}).disabled, 0u) << hertz;
  for (const double turn : {0., 45., 90., 100., 110., 250., 260., 270.})
    EXPECT_EQ(try_eight({.ms = 5000, .turn_degrees = turn}).disabled, 0u) << turn;
  for (const double interval : {30., 100., 225., 350., 560., 900.})
    EXPECT_EQ(try_eight({.ms = 5000, .interval_ms = interval}).disabled, 0u) << interval;
  EXPECT_EQ(try_eight({.ms = 5000, .dbm0 = -39}).disabled, 0u);
}

TEST(AnswerToneG168, WithoutReversalsTheToneIsToldAndNothingDisabled) {
  for (const double dbm0 : {-31., -12., 0.}) {
    const auto found =
        listen(answer_signal{.ms = 4000, .dbm0 = dbm0, .turn_degrees = 0}.samples(1));
    EXPECT_EQ(found.tones, 1u);
    EXPECT_NEAR(found.tone_ms.value_or(0), 510, 15);
    EXPECT_FALSE(found.disabled_ms);
  }
}

/// White noise 5 dB under the tone must not keep it from operating, at its level it must.
TEST(AnswerToneG168, GuardBand) {
  for (const double dbm0 : {-31., -25., -12., -3.}) {
    EXPECT_EQ(try_eight({.dbm0 = dbm0, .noise_dbm0 = dbm0 - 5}).disabled, 8u) << dbm0;
    EXPECT_EQ(try_eight({.dbm0 = dbm0, .noise_dbm0 = dbm0}).disabled, 0u) << dbm0;
  }
}

signal after_the_tone(const signal& then, double gap_ms = 0) {
  auto line = answer_signal{.ms = 1500}.samples(3);
  line.resize(line.size() + static_cast<std::size_t>(8 * gap_ms));
  line.insert(line.end(), then.begin(), then.end());
  return line;
}
signal sine(double hertz, double dbm0, double ms) {
  return answer_signal{.ms = ms, .hertz = hertz, .dbm0 = dbm0, .turn_degrees = 0}.samples(4);
}

TEST(AnswerToneG168, HoldsWhileThereIsACarrier) {
  for (double hertz = 390; hertz < 3000; hertz += 47) {
    const double dbm0 = hertz < 700 ? -27 : -31;
    EXPECT_FALSE(listen(after_the_tone(sine(hertz, dbm0, 3000))).released_ms) << hertz;
    EXPECT_FALSE(listen(after_the_tone(sine(hertz, dbm0, 1000), 100)).released_ms) << hertz;
  }
}

TEST(AnswerToneG168, Releases250MsAfterTheCarrierFell) {
  double soonest = 1000, latest = 0;
  for (unsigned n = 0; n < 24; ++n) {
    const auto found = listen(after_the_tone(sine(300 + 130 * n, -36.5, 1000)), 160 + 7 * n);
    ASSERT_TRUE(found.released_ms);
    soonest = std::min(soonest, *found.released_ms - 1500);
    latest = std::max(latest, *found.released_ms - 1500);
  }
  std::printf("releases %.0f to %.0f ms after (250 ± 150)\n", soonest, latest);
  EXPECT_GE(soonest, 100);
  EXPECT_LE(latest, 400);
}

// ---- beside libspandsp -----------------------------------------------------------------------

signal spandsp_tone(int type, double ms) {
  auto* sender = modem_connect_tones_tx_init(nullptr, type);
  signal line(static_cast<std::size_t>(8 * ms));
  const int made = modem_connect_tones_tx(sender, line.data(), static_cast<int>(line.size()));
  line.resize(static_cast<std::size_t>(made));
  modem_connect_tones_tx_free(sender);
  return line;
}

/// What spandsp's detector of ANS tones said, and when first; the tone is the last it said.
struct spandsp_ears {
  int tone = 0;
  unsigned hits = 0;
  double ms = 0, reversed_ms = 0;
};
void spandsp_heard(void* ears, int tone, int, int) {
  auto& e = *static_cast<spandsp_ears*>(ears);
  e.hits += tone != MODEM_CONNECT_TONES_NONE;
  if (tone == MODEM_CONNECT_TONES_NONE)
    return;
  e.tone = tone;
  if ((tone == MODEM_CONNECT_TONES_ANS_PR || tone == MODEM_CONNECT_TONES_ANSAM_PR) &&
      e.reversed_ms == 0)
    e.reversed_ms = e.ms;
}
spandsp_ears spandsp_listen(const signal& line) {
  spandsp_ears ears;
  auto* receiver =
      modem_connect_tones_rx_init(nullptr, MODEM_CONNECT_TONES_ANS_PR, spandsp_heard, &ears);
  for (const auto sample : line) {
    modem_connect_tones_rx(receiver, &sample, 1);
    ears.ms += .125;
  }
  modem_connect_tones_rx_free(receiver);
  return ears;
}

TEST(AnswerToneBesideSpandsp, WhatItsGeneratorSends) {
  const struct {
    const char* name;
    int type;
    bool tone, reversals;
  } table[] = {{"ANS", MODEM_CONNECT_TONES_ANS, true, false},
               {"ANS/", MODEM_CONNECT_TONES_ANS_PR, false, true},
               {"ANSam", MODEM_CONNECT_TONES_ANSAM, true, false},
               {"ANSam/", MODEM_CONNECT_TONES_ANSAM_PR, false, true},
               {"CNG", MODEM_CONNECT_TONES_FAX_CNG, false, false},
               {"Bell", MODEM_CONNECT_TONES_BELL_ANS, false, false},
               {"calling", MODEM_CONNECT_TONES_CALLING_TONE, false, false}};
  for (const auto& row : table) {
    const auto line = spandsp_tone(row.type, 4000);
    ASSERT_GT(line.size(), 8000u) << row.name;
    const auto ours = listen(line);
    const auto theirs = spandsp_listen(line);
    EXPECT_EQ(ours.tones != 0, row.tone) << row.name;
    EXPECT_EQ(ours.disabled != 0, row.reversals) << row.name;
    if (row.reversals) {
      EXPECT_LE(*ours.disabled_ms, 1300) << row.name; // its generator is silent at first
      EXPECT_LE(*ours.disabled_ms, theirs.reversed_ms) << row.name;
    }
    std::printf("%-8s reversals after %4.0f ms, spandsp %4.0f (it says %s)\n", row.name,
                ours.disabled_ms.value_or(0), theirs.reversed_ms,
                modem_connect_tone_to_str(theirs.tone));
  }
}

TEST(AnswerToneBesideSpandsp, FrequenciesAndTurnsThatOperate) {
  const auto share = [](const answer_signal& tone) {
    unsigned theirs = 0;
    for (unsigned n = 0; n < 8; ++n)
      theirs += spandsp_listen(tone.samples(n)).reversed_ms > 0;
    return theirs;
  };
  for (const double hertz : {1900., 2050., 2079., 2100., 2121., 2150., 2350.})
    std::printf("%4.0f Hz: %u of 8, spandsp %u\n", hertz, try_eight({.hertz = hertz}).disabled,
                share({.hertz = hertz}));
  for (const double turn : {90., 110., 130., 155., 180., 205.})
    std::printf("%4.0f°: %u of 8, spandsp %u\n", turn, try_eight({.turn_degrees = turn}).disabled,
                share({.turn_degrees = turn}));
  for (const double dbm0 : {-40., -35., -31., -12., 0.})
    std::printf("%4.0f dBm0: %u of 8, spandsp %u\n", dbm0, try_eight({.dbm0 = dbm0}).disabled,
                share({.dbm0 = dbm0}));
}

TEST(AnswerToneBesideSpandsp, SpeechIsNoAnswerTone) {
  const auto speech = switchroom::test::speech_folder().parent_path(); // all languages
  ASSERT_TRUE(std::filesystem::exists(speech)) << speech << " is missing: run scripts/setup";
  for (const double gain : {.25, 1., 2.}) {
    std::size_t samples = 0;
    unsigned tones = 0, disabled = 0, theirs = 0;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(speech)) {
      if (entry.path().extension() != ".wav")
        continue;
      auto said = switchroom::test::wav(entry.path());
      for (auto& sample : said)
        sample = static_cast<std::int16_t>(std::clamp(std::lround(gain * sample), -32124L, 32124L));
      const auto found = listen(said);
      samples += said.size();
      tones += found.tones;
      disabled += found.disabled;
      theirs += spandsp_listen(said).hits;
    }
    const double minutes = static_cast<double>(samples) / 8000 / 60;
    std::printf("speech %+3.0f dB, %.0f min: disabled %u, tone %u times; spandsp %u hits\n",
                20 * std::log10(gain), minutes, disabled, tones, theirs);
    ASSERT_GT(minutes, 20);
    EXPECT_EQ(disabled, 0u);
    EXPECT_EQ(tones, 0u);
  }
}
} // namespace
