// SPDX-License-Identifier: MIT
// Call-progress tones: plans of five countries (ITU-T E.180 supplement 2, as in
// host/app/country_tables.cpp) as libspandsp's generator plays them; its detector hears them beside
// ours in the same run.
#include "switchroom/dsp/call_progress.hpp"

#include "../speech.hpp"
#include "signals.hpp"
#include "switchroom/dsp/g711.hpp"

#include <gtest/gtest.h>
#include <spandsp.h>
#include <spandsp/expose.h>

#include <cstdio>
#include <filesystem>
#include <string>
#include <vector>

namespace switchroom::dsp {
namespace {

using words = std::vector<std::int16_t>;

const progress_tone sit{{950, 0, 330, 50}, {1400, 0, 330, 50}, {1800, 0, 330, 50}, {0, 0, 1000}};
const std::vector<std::string> names{"dial", "ringback", "busy", "congestion",
                                     "special information"};
struct country {
  const char* name;
  std::vector<progress_tone> plan; ///< in the order of the names
};
const std::vector<country> countries{
    {"GB",
     {{{350, 440, 0}},
      {{400, 450, 400}, {0, 0, 200}, {400, 450, 400}, {0, 0, 2000}},
      {{400, 0, 375}, {0, 0, 375}},
      {{400, 0, 400}, {0, 0, 350}, {400, 0, 225}, {0, 0, 525}},
      sit}},
    {"DE",
     {{{425, 0, 0}},
      {{425, 0, 1000}, {0, 0, 4000}},
      {{425, 0, 480}, {0, 0, 480}},
      {{425, 0, 240}, {0, 0, 240}},
      sit}},
    {"NL",
     {{{425, 0, 0}},
      {{425, 0, 1000}, {0, 0, 4000}},
      {{425, 0, 500}, {0, 0, 500}},
      {{425, 0, 250}, {0, 0, 250}},
      sit}},
    {"FR",
     {{{440, 0, 0}},
      {{440, 0, 1500}, {0, 0, 3500}},
      {{440, 0, 500}, {0, 0, 500}},
      {{440, 0, 250}, {0, 0, 250}},
      sit}},
    {"US",
     {{{350, 440, 0}},
      {{440, 480, 2000}, {0, 0, 4000}},
      {{480, 620, 500}, {0, 0, 500}},
      {{480, 620, 250}, {0, 0, 250}},
      sit}}};

/// The tone as spandsp plays it, `off` of its frequencies away, after half a second of silence;
/// A-law.
words played(const progress_tone& tone, double seconds, double off = 0, double dbm0 = -13) {
  words line(4000);
  // Beat by beat, since a tree of its steps cannot begin again as a whole.
  while (line.size() < static_cast<std::size_t>(8000 * seconds)) {
    for (const auto& beat : tone) {
      words part(static_cast<std::size_t>(8 * (beat.ms == 0 ? 1000 : beat.ms)));
      if (beat.hertz != 0) {
        super_tone_tx_step_t step{}; // that spandsp makes itself has a third tone of what was there
        super_tone_tx_make_step(
            &step, static_cast<float>(beat.hertz * (1 + off)), static_cast<float>(dbm0),
            static_cast<float>(beat.second_hertz * (1 + off)), static_cast<float>(dbm0),
            beat.ms == 0 ? 1000 : static_cast<int>(beat.ms), 1);
        auto* sender = super_tone_tx_init(nullptr, &step);
        super_tone_tx(sender, part.data(), static_cast<int>(part.size()));
        super_tone_tx_free(sender);
      }
      line.insert(line.end(), part.begin(), part.end());
    }
  }
  for (auto& sample : line)
    sample = g711::decode_a(g711::encode_a(sample));
  return line;
}

struct outcome {
  int tone = -1; ///< the first
  double ms = 0; ///< when it was
  unsigned times = 0;
};
outcome listen(const std::vector<progress_tone>& plan, const words& line) {
  call_progress detector(plan);
  outcome found;
  int before = call_progress::none;
  for (std::size_t n = 0; n + 80 <= line.size(); n += 80) {
    detector.listen(samples(line).subspan(n, 80));
    if (detector.tone() != before && detector.tone() != call_progress::none) {
      ++found.times;
      if (found.tone == -1) {
        found.tone = detector.tone();
        found.ms = static_cast<double>(n + 80) / 8;
      }
    }
    before = detector.tone();
  }
  return found;
}

void spandsp_heard(void* to, int code, int, int) {
  if (code >= 0 && static_cast<outcome*>(to)->times++ == 0)
    static_cast<outcome*>(to)->tone = code;
}
outcome spandsp_listen(const std::vector<progress_tone>& plan, const words& line) {
  auto* all = super_tone_rx_make_descriptor(nullptr);
  for (const auto& tone : plan) {
    const int number = super_tone_rx_add_tone(all);
    for (const auto& beat : tone)
      super_tone_rx_add_element(all, number, static_cast<int>(beat.hertz),
                                static_cast<int>(beat.second_hertz),
                                beat.ms == 0 ? 700 : static_cast<int>(beat.ms * 3 / 4),
                                beat.ms == 0 ? 0 : static_cast<int>(beat.ms * 5 / 4));
  }
  outcome found;
  auto* receiver = super_tone_rx_init(nullptr, all, spandsp_heard, &found);
  for (std::size_t n = 0; n + 80 <= line.size(); n += 80) {
    super_tone_rx(receiver, &line[n], 80);
    if (found.times > 0 && found.ms == 0)
      found.ms = static_cast<double>(n + 80) / 8;
  }
  super_tone_rx_free(receiver);
  super_tone_rx_free_descriptor(all);
  return found;
}

TEST(CallProgress, EveryToneOfEveryPlanIsTold) {
  std::printf("heard after ms (spandsp)      dial       ringback          busy    congestion   "
              "special information\n");
  for (const auto& country : countries) {
    std::printf("%-24s", country.name);
    for (std::size_t n = 0; n < country.plan.size(); ++n) {
      const auto line = played(country.plan[n], 16);
      const auto ours = listen(country.plan, line), theirs = spandsp_listen(country.plan, line);
      EXPECT_EQ(ours.tone, static_cast<int>(n)) << country.name << " " << names[n];
      EXPECT_EQ(ours.times, 1u) << country.name << " " << names[n];
      std::printf("  %5.0f (%5.0f%s)", ours.ms - 500, theirs.ms == 0 ? 0 : theirs.ms - 500,
                  theirs.tone == static_cast<int>(n) ? ""
                  : theirs.ms == 0                   ? ", never"
                                                     : ", wrong");
    }
    std::printf("\n");
  }
}

TEST(CallProgress, OffFrequencyQuietAndLoud) {
  for (const auto& country : countries)
    for (std::size_t n = 0; n < country.plan.size(); ++n)
      for (const double off : {-.01, .01})
        for (const double dbm0 : {-35., -6.}) {
          EXPECT_EQ(listen(country.plan, played(country.plan[n], 16, off, dbm0)).tone,
                    static_cast<int>(n))
              << country.name << " " << names[n] << " " << off << " " << dbm0;
        }
}

TEST(CallProgress, InTheMiddleOfATone) {
  for (const auto& country : countries)
    for (std::size_t n = 0; n < country.plan.size(); ++n)
      for (const double from : {.6, .9, 1.7, 2.9}) {
        auto line = played(country.plan[n], 20);
        line.erase(line.begin(), line.begin() + static_cast<std::ptrdiff_t>(8000 * from));
        const auto found = listen(country.plan, line);
        EXPECT_EQ(found.tone, static_cast<int>(n))
            << country.name << " " << names[n] << " from " << from;
        EXPECT_EQ(found.times, 1u) << country.name << " " << names[n] << " from " << from;
      }
}

TEST(CallProgress, WhatIsNotOfThePlanIsNothing) {
  const auto& us = countries.back().plan;
  const auto& de = countries[1].plan;
  EXPECT_EQ(listen(us, played({{440, 0, 2000}, {0, 0, 4000}}, 16)).times, 0u) << "half of a pair";
  EXPECT_EQ(listen(us, played({{425, 0, 0}}, 16)).times, 0u);
  EXPECT_EQ(listen(us, played({{440, 480, 1000}, {0, 0, 1000}}, 16)).times, 0u) << "cadence";
  EXPECT_EQ(listen(de, played({{425, 0, 750}, {0, 0, 750}}, 16)).times, 0u) << "cadence";
  EXPECT_EQ(listen(de, played({{480, 0, 0}}, 16)).times, 0u);
  EXPECT_EQ(listen(de, testing::noise(160000, 3000, 1)).times, 0u);
}

TEST(CallProgress, AToneEndsWhenAnotherBeginsOrSomebodySpeaks) {
  const auto& plan = countries[1].plan;
  auto line = played(plan[1], 12);
  const auto then = played(plan[2], 8);
  line.insert(line.end(), then.begin(), then.end());
  const auto found = listen(plan, line);
  EXPECT_EQ(found.tone, 1);
  EXPECT_EQ(found.times, 2u);
  line = played(plan[0], 3);
  const auto babble = testing::babble(1).take(8000);
  line.insert(line.end(), babble.begin(), babble.end());
  call_progress detector(plan);
  detector.listen(line);
  EXPECT_EQ(detector.tone(), call_progress::none);
}

TEST(CallProgress, SpeechIsNoTone) {
  const auto speech = switchroom::test::speech_folder();
  ASSERT_TRUE(std::filesystem::exists(speech)) << speech << " is missing: run scripts/setup";
  for (const auto& country : {countries[1], countries.back()}) {
    unsigned ours = 0, theirs = 0;
    double minutes = 0;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(speech)) {
      if (entry.path().extension() != ".wav")
        continue;
      const auto said = switchroom::test::wav(entry.path());
      if (said.size() < 80)
        continue;
      minutes += static_cast<double>(said.size()) / 8000 / 60;
      ours += listen(country.plan, said).times;
      theirs += spandsp_listen(country.plan, said).times;
    }
    std::printf("%s: tones heard in %.0f minutes of speech: %u, spandsp %u\n", country.name,
                minutes, ours, theirs);
    EXPECT_EQ(ours, 0u);
  }
}

} // namespace
} // namespace switchroom::dsp
