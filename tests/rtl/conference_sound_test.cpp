// SPDX-License-Identifier: MIT
// What a conference sounds like: too many who speak at once, and who comes and goes.
#include <algorithm>
#include <cstdio>
#include <functional>

#include <gtest/gtest.h>

#include "Vconference_model.h"
#include "conference_room.hpp"

namespace {
namespace test = switchroom::test;
using room = test::conference_room<Vconference_model, 64, 192, 256, 512>;
using samples = std::vector<std::int16_t>;

/// What member 1 hears of `frames` frames, in which those of `speakers` say the same tone.
samples hear(room& r, std::size_t frames, unsigned first, unsigned last, double hertz, double dbm0,
             const std::function<void(std::size_t)>& before = {}) {
  samples heard;
  for (std::size_t n = 0; n < frames; ++n) {
    if (before)
      before(n);
    samples said(64);
    std::fill(said.begin() + first, said.begin() + last, test::sine(hertz, dbm0, n));
    heard.push_back(r.frame(said)[1]);
  }
  return heard;
}

int peak_of(std::span<const std::int16_t> heard) {
  int peak = 0;
  for (const int sample : heard)
    peak = std::max(peak, std::abs(sample));
  return peak;
}

// ---- too loud --------------------------------------------------------------------------------

TEST(ConferenceSound, SixtyTwoWhoShoutAreTurnedDownAndNotWrappedAround) {
  room r(1);
  for (unsigned n = 0; n < 64; ++n)
    r.seat(n, 0);
  hear(r, 400, 0, 0, 1000, 0);
  const auto heard = hear(r, 8000, 2, 64, 1010, 3, [](std::size_t) {});
  std::size_t held = 0;
  for (std::size_t n = 1; n < heard.size(); ++n) {
    const int said = test::sine(1010, 3, n - 1);
    if (std::abs(said) > 1000) {
      ASSERT_GT(heard[n] * said, 0) << "wrapped around in frame " << n;
    }
    if (std::abs(heard[n]) >= 32767)
      held = n;
  }
  const auto late = std::span(heard).subspan(800, 1600);
  const double tone = test::band_dbm0(late, 960, 1060);
  const double rest = std::max(test::band_dbm0(late, 100, 900), test::band_dbm0(late, 1120, 3900));
  std::printf("clipped for %.1f ms; %.2f dBm0, distortion %.1f dB\n", static_cast<double>(held) / 8,
              tone, rest - tone);
  EXPECT_LT(held, 8U * 8);
  EXPECT_NEAR(tone, 3, 0.3);
  EXPECT_LT(rest - tone, -60);
  // Nor does it pump: from 100 ms on, the peaks of each 10 ms are within 0.2 dB.
  int lowest = 32768, highest = 0;
  for (std::size_t n = 800; n + 80 <= heard.size(); n += 80) {
    const int peak = peak_of(std::span(heard).subspan(n, 80));
    lowest = std::min(lowest, peak);
    highest = std::max(highest, peak);
  }
  std::printf("peaks of 10 ms: %d to %d\n", lowest, highest);
  EXPECT_LT(20 * std::log10(double(highest) / lowest), 0.2);
  EXPECT_LT(highest, 32767);
}

TEST(ConferenceSound, TheTurnedDownBridgeComesBackSlowly) {
  room r(2);
  for (unsigned n = 0; n < 64; ++n)
    r.seat(n, 0);
  hear(r, 400, 0, 0, 1000, 0);
  hear(r, 800, 2, 64, 1000, 0);                      // 62 of them: 36 dB too loud
  const auto heard = hear(r, 8000, 2, 3, 1000, -10); // and one goes on
  const auto level = [&](std::size_t from) {
    return test::band_dbm0(std::span(heard).subspan(from, 400), 900, 1100);
  };
  const double at_once = level(8), after = level(4008);
  std::printf("%.1f dBm0 at once, %.1f after half a second\n", at_once, after);
  EXPECT_LT(at_once, -38);
  EXPECT_NEAR(after - at_once, 17 * 0.5 * 0.9, 1); // 50 ms of it were held
}

TEST(ConferenceSound, OneSpeakerIsNotTurnedDownHoweverLoud) {
  room r(3);
  for (unsigned n = 0; n < 3; ++n)
    r.seat(n, 0);
  hear(r, 400, 0, 0, 1000, 0);
  samples before(64);
  for (std::size_t n = 0; n < 1000; ++n) {
    samples said(64);
    said[2] = n % 20 < 10 ? 32256 : -32256; // the loudest of A-law
    EXPECT_EQ(r.frame(said)[1], before[2]);
    before = said;
  }
}

// ---- clicks ----------------------------------------------------------------------------------
// A tone of 500 Hz is said; something happens to who says it, at each eighth of its period. What is
// heard above 1500 Hz is what the change has added: for a tone that is switched hard it is −26 dBm0
// or more.

constexpr double tone_hz = 500, tone_dbm0 = -10, above_hz = 1500;
constexpr std::size_t window = 800, change_at = 400;
// fade_time and connect_time of host/exchange/voice_paths.hpp
constexpr std::size_t fade_frames = 240, connect_frames = 40;

/// `later` happens when what `change` has muted has faded. The member may say something else from
/// then on: the same tone, upside down; then `later` is when that is connected.
double clicks(const std::function<void(room&)>& prepare, const std::function<void(room&)>& change,
              const std::function<void(room&)>& later = {}, bool says_something_else = false) {
  double worst = -100;
  for (unsigned phase = 0; phase < 16; phase += 2) {
    room r(4);
    r.seat(1, 0);
    prepare(r);
    hear(r, 640 + phase, 2, 3, tone_hz, tone_dbm0);
    samples heard;
    for (std::size_t n = 0; n < window; ++n) {
      samples said(64);
      const bool other = says_something_else && n >= change_at + fade_frames;
      said[2] = static_cast<std::int16_t>((other ? -1 : 1) *
                                          test::sine(tone_hz, tone_dbm0, 640 + phase + n));
      if (n == change_at)
        change(r);
      if (n == change_at + fade_frames + (says_something_else ? connect_frames : 0) && later)
        later(r);
      heard.push_back(r.frame(said)[1]);
    }
    worst = std::max(worst, test::band_dbm0(heard, above_hz, 4000));
  }
  return worst;
}

double hard_switch() {
  return test::hard_switch_dbm0(tone_hz, tone_dbm0, window, change_at, above_hz);
}

constexpr double limit_dbm0 = -80;

TEST(ConferenceSound, AHardSwitchClicks) {
  std::printf("hard switch: %.1f dBm0\n", hard_switch());
  EXPECT_GT(hard_switch(), limit_dbm0 + 40);
}

TEST(ConferenceSound, NobodyClicks) {
  const auto seated = [](room& r) { r.seat(2, 0); };
  const auto nobody = [](room&) {};
  const struct {
    const char* what;
    std::function<void(room&)> prepare, change, later = {};
    bool says_something_else = false;
  } cases[] = {
      {"nothing", seated, nobody},
      {"joins", nobody, seated},
      {"is muted", seated, [](room& r) { r.seat(2, 0, 1024, true); }},
      {"is not muted any more", [](room& r) { r.seat(2, 0, 1024, true); }, seated},
      {"gain to -12 dB", seated, [](room& r) { r.seat(2, 0, 256); }},
      {"gain to 6 dB", seated, [](room& r) { r.seat(2, 0, 2048); }},
      {"the ear's gain to -20 dB", seated, [](room& r) { r.seat(1, 0, 1024, false, 102); }},
      {"the ear joins",
       [](room& r) {
         r.dismiss(1);
         r.seat(2, 0);
       },
       [](room& r) { r.seat(1, 0); }},
      {"another joins", seated, [](room& r) { r.seat(3, 0); }},
      {"leaves: is muted, and dismissed later", seated, [](room& r) { r.seat(2, 0, 1024, true); },
       [](room& r) { r.dismiss(2); }},
      {"says something else: muted meanwhile", seated, [](room& r) { r.seat(2, 0, 1024, true); },
       [](room& r) { r.seat(2, 0); }, true},
  };
  for (const auto& one : cases) {
    const double heard = clicks(one.prepare, one.change, one.later, one.says_something_else);
    std::printf("%-38s %.1f dBm0\n", one.what, heard);
    EXPECT_LT(heard, limit_dbm0) << one.what;
  }
}

// What no host does (host/exchange/voice_paths.hpp), but one that has lost its mind may.
TEST(ConferenceSound, WhoIsDismissedUnmutedIsStillGentlerThanASwitch) {
  const double heard = clicks([](room& r) { r.seat(2, 0); }, [](room& r) { r.dismiss(2); });
  std::printf("dismissed without being muted: %.1f dBm0\n", heard);
  EXPECT_LT(heard, hard_switch() - 10);
}

} // namespace
