// SPDX-License-Identifier: MIT
// The delay that follows the network, against an oracle that knows all packets beforehand and
// takes the one constant delay with which as much would be late.
#include "media_network.hpp"

#include <gtest/gtest.h>

#include <string>

namespace {

using namespace switchroom::media;
using namespace switchroom::media::test;

double at_random(chance& random, double most) {
  return std::uniform_real_distribution<>(0, most)(random);
}
way steady(double jitter_ms = 0) {
  return [jitter_ms](double, chance& random) { return 30 + at_random(random, jitter_ms); };
}
/// Nothing passes for 100 ms every so often; then all comes at once.
way wifi(double every_s) {
  return [every_s](double seconds, chance& random) {
    const double within = std::fmod(seconds, every_s) - 1;
    return exponential(1.5)(seconds, random) +
           (within > 0 && within < 0.1 ? (0.1 - within) * 1000 : 0);
  };
}
way worse_for_five_seconds() {
  return [](double seconds, chance& random) {
    return exponential(std::fmod(seconds, 20) < 15 ? 2 : 20)(seconds, random);
  };
}

TEST(AdaptiveDelay, IsFiveMillisecondsInASteadyNetworkFromTheFirstPacketOn) {
  for (const unsigned ms : {10U, 20U, 30U, 60U}) {
    jitter_buffer buffer(0);
    const auto heard = listen(buffer, send_through({.takes = steady(), .packet_ms = ms}));
    for (std::size_t f = 0; f < heard.played.size(); ++f) {
      ASSERT_EQ(heard.played[f], f < 280 ? 0 : numbered(f - 280)) << f; // 30 and 5 ms
    }
    EXPECT_NEAR(buffer.depth_ms(), 5, 0.01);
    EXPECT_EQ(heard.counts.concealed_samples, 0U);
  }
}

TEST(AdaptiveDelay, IsNotChangedForALittleJitterOrLoss) {
  jitter_buffer buffer(0);
  const auto sent = send_through({.takes = steady(3), .loss = 0.05});
  const auto heard = listen(buffer, sent);
  EXPECT_EQ(heard.counts.lengthened + heard.counts.shortened, 0U);
  EXPECT_LE(heard.made_up_share(sent), 0);
  EXPECT_LE(heard.mean_delay(), 30 + 3 + 5);
}

struct weather {
  const char* name;
  network net;
  double above_oracle_ms = 4, factor = 1.05, late = 0.01;
};
class Weather : public ::testing::TestWithParam<weather> {};

TEST_P(Weather, NoMoreThanOneInAHundredIsLateWithNoMoreDelayThanItTakes) {
  const auto& [name, net, above_ms, factor, late] = GetParam();
  const auto sent = send_through(net);
  jitter_buffer buffer(0);
  const auto heard = listen(buffer, sent);
  const double fixed = sent.oracle(heard.made_up_share(sent)), delay = heard.mean_delay();
  std::printf("%-24s late %.2f %%, made up %.2f %%, delay %.1f ms, an oracle's %.1f ms, changed by "
              "+%.0f −%.0f ms a minute\n",
              name, 100 * heard.late_share(sent), 100 * heard.made_up_share(sent), delay, fixed,
              static_cast<double>(heard.counts.lengthened) / 8 * 60 / net.seconds,
              static_cast<double>(heard.counts.shortened) / 8 * 60 / net.seconds);
  EXPECT_LE(heard.late_share(sent), late);
  EXPECT_LE(heard.made_up_share(sent), 0.01);
  EXPECT_LE(delay - 30, (fixed - 30) * factor + above_ms) << "beyond the shortest way";
  EXPECT_EQ(heard.counts.restarts, 0U);
}
INSTANTIATE_TEST_SUITE_P(
    AdaptiveDelay, Weather,
    ::testing::Values(
        weather{"normal, 3 ms", {.takes = gaussian(3)}},
        weather{"normal, 10 ms", {.takes = gaussian(10)}},
        weather{"normal, 20 ms", {.takes = gaussian(20), .seconds = 120}},
        weather{"exponential, 3 ms", {.takes = exponential(3)}},
        weather{"exponential, 8 ms", {.takes = exponential(8), .seconds = 120}},
        weather{"exponential, 15 ms", {.takes = exponential(15), .seconds = 120}},
        weather{"overtaking", {.takes = exponential(8), .keeps_order = false}},
        weather{"packets of 10 ms", {.takes = exponential(8), .packet_ms = 10}},
        weather{"packets of 30 ms, lossy", {.takes = exponential(8), .packet_ms = 30, .loss = .03}},
        weather{"packets of 60 ms", {.takes = exponential(8), .packet_ms = 60, .seconds = 120}},
        // After a change the delay is for a while what it was before: that an oracle has not.
        weather{"bursts", {.takes = worse_for_five_seconds(), .seconds = 120}, 4, 1.15, 0.012},
        weather{"stops of 100 ms", {.takes = wifi(3), .seconds = 120}},
        weather{"rare stops of 100 ms", {.takes = wifi(12), .seconds = 120}, 5, 1.05},
        weather{"doubled", {.takes = exponential(8), .doubled = 0.1}},
        weather{"far clock fast", {.takes = exponential(3), .ppm = 200}, 15},
        weather{"far clock slow", {.takes = exponential(3), .ppm = -200}, 15}),
    [](const auto& tested) {
      std::string name;
      for (const char c : std::string(tested.param.name))
        name += std::isalnum(static_cast<unsigned char>(c)) ? c : '_';
      return name;
    });

TEST(AdaptiveDelay, ALongerWayIsFollowedAtOnceAndAShorterOneWithinTwentySeconds) {
  for (const unsigned ms : {10U, 20U, 60U}) {
    const auto path = [](double seconds, chance& random) {
      return 30 + at_random(random, 1) + (seconds >= 20 && seconds < 40 ? 40 : 0);
    };
    const auto sent = send_through({.takes = path, .packet_ms = ms, .seconds = 80});
    jitter_buffer buffer(0);
    const auto heard = listen(buffer, sent);
    EXPECT_NEAR(heard.mean_delay(5, 20), 35.5, 1);
    EXPECT_NEAR(heard.mean_delay(20.4, 40), 74, 2) << ms;
    EXPECT_NEAR(heard.mean_delay(60, 80), 35.5, 2.5) << ms;
    EXPECT_LE(heard.counts.concealed_samples, 8 * 40U + 3 * 8 * ms) << "for the way, and to tell";
    EXPECT_LE(heard.counts.late, 10U) << "three, and some by less than half a millisecond";
    EXPECT_EQ(heard.counts.restarts, 0U);
  }
}

TEST(AdaptiveDelay, AStopThatComesOnceIsForgottenAndOneThatComesAgainIsNot) {
  const auto delay_with = [](double every_s) {
    jitter_buffer buffer(0);
    return listen(buffer, send_through({.takes = wifi(every_s), .seconds = 90})).mean_delay(60, 90);
  };
  EXPECT_LE(delay_with(45), 30 + 15);
  EXPECT_GE(delay_with(3), 30 + 50);
}

TEST(AdaptiveDelay, IsNeverLongerThanTheMost) {
  for (const unsigned most_ms : {20U, 60U}) {
    const auto sent = send_through({.takes = gaussian(40), .keeps_order = false});
    jitter_buffer buffer(0, most_ms * 8);
    const auto heard = listen(buffer, sent);
    EXPECT_NEAR(heard.mean_delay(10), 80 + most_ms, 6);
    for (const double d : heard.delay_ms)
      ASSERT_LE(d, 80 + most_ms + 30);
    EXPECT_EQ(heard.counts.restarts, 0U);
  }
}

class AdaptiveDrift : public ::testing::TestWithParam<std::pair<double, unsigned>> {};

// Ten minutes: 200 ppm are 120 ms.
TEST_P(AdaptiveDrift, IsFollowedByWhatTheClocksPredict) {
  const auto [ppm, ms] = GetParam();
  constexpr double seconds = 600;
  const auto sent =
      send_through({.takes = steady(2), .packet_ms = ms, .seconds = seconds, .ppm = ppm});
  jitter_buffer buffer(0);
  const auto heard = listen(buffer, sent);
  const auto& c = heard.counts;
  const double expected = std::abs(ppm) * 1e-6 * seconds * 8000;
  const auto forth = static_cast<double>(ppm < 0 ? c.lengthened : c.shortened);
  const auto back = static_cast<double>(ppm < 0 ? c.shortened : c.lengthened);
  EXPECT_NEAR(forth - back, expected, 8 * 8);
  EXPECT_LE(back, 0.1 * expected) << "it does not go to and fro";
  EXPECT_LE(heard.late_share(sent), 0.01);
  EXPECT_LE(buffer.depth_ms(), 12);
  EXPECT_GE(buffer.depth_ms(), 2);
}
INSTANTIATE_TEST_SUITE_P(AdaptiveDelay, AdaptiveDrift,
                         ::testing::Values(std::pair{200.0, 10U}, std::pair{-200.0, 10U},
                                           std::pair{200.0, 20U}, std::pair{-200.0, 20U},
                                           std::pair{50.0, 30U}, std::pair{-50.0, 30U},
                                           std::pair{200.0, 60U}, std::pair{-200.0, 60U}));

TEST(AdaptiveDelay, PausesOfTheFarEndLeaveItAlone) {
  const auto two_in_five = [](double seconds) { return std::fmod(seconds, 5) < 2; };
  const auto sent = send_through({.takes = steady(2), .seconds = 100, .speaks = two_in_five});
  jitter_buffer buffer(0);
  const auto heard = listen(buffer, sent);
  EXPECT_EQ(heard.counts.late, 0U);
  EXPECT_EQ(heard.counts.lengthened + heard.counts.shortened, 0U);
  EXPECT_EQ(heard.counts.restarts, 0U);
  EXPECT_LE(heard.mean_delay(), 30 + 2 + 5);
}

TEST(AdaptiveDelay, WhatWasLongSilentIsHeardAgainByALongerOrShorterWay) {
  for (const double change_ms : {-20.0, 60.0}) {
    const auto path = [change_ms](double seconds, chance&) {
      return seconds < 30 ? 60 : 60 + change_ms;
    };
    const auto sent = send_through({.takes = path, .seconds = 90, .speaks = [](double seconds) {
                                      return seconds < 10 || seconds > 50;
                                    }});
    jitter_buffer buffer(0);
    const auto heard = listen(buffer, sent);
    EXPECT_LE(heard.counts.late, 3U);
    EXPECT_EQ(heard.counts.restarts, 0U);
    EXPECT_NEAR(heard.mean_delay(75, 90), 65 + change_ms, 2.5);
  }
}

TEST(AdaptiveDelay, AFabricThatStopsForAMomentAndCatchesUpChangesNothing) {
  jitter_buffer buffer(0);
  unsigned behind = 0, n = 0;
  for (unsigned frame = 0; frame < 160'000; ++frame) {
    if (frame % 80 == 0)
      put(buffer, frame / 80, frame, 80);
    const bool stopped = frame % 8000 >= 4000 && frame % 8000 < 4400; // 50 ms each second
    behind += stopped ? 1 : 0;
    for (unsigned takes = stopped ? 0 : 1 + std::min(behind, 1U); takes > 0; --takes, ++n) {
      const auto sample = buffer.take();
      ASSERT_EQ(sample, n < 40 ? 0 : numbered(n - 40)) << n;
    }
    behind -= !stopped && behind > 0 ? 1 : 0;
  }
  EXPECT_EQ(buffer.counted().lengthened + buffer.counted().shortened, 0U);
}

TEST(AdaptiveDelay, AStreamThatBeginsAnewBeginsWithTheDelayThatItHad) {
  jitter_buffer buffer(0);
  listen(buffer, send_through({.takes = exponential(15)}));
  const double before = buffer.depth_ms();
  ASSERT_GT(before, 15);
  buffer.restart();
  put(buffer, 5000, 0, 160);
  unsigned silent = 0;
  while (buffer.take() < 1 && silent < 8000)
    ++silent;
  // What was made up has faded by then or fades still.
  EXPECT_NEAR(silent / 8.0, before, 15);
  EXPECT_GT(silent, 100U);
  const auto changed = buffer.counted().shortened;
  for (unsigned n = 1; n < 70; ++n) {
    put(buffer, 5000 + n, 0, 160);
    for (unsigned frame = 0; frame < 160; ++frame)
      buffer.take();
    if (n == 30) {
      EXPECT_EQ(buffer.counted().shortened, changed) << "half a second tells little";
    }
  }
  EXPECT_GT(buffer.counted().shortened, changed) << "but this network is steady";
}

// Whatever comes when it likes: each sample is played once and in order, but for what was
// counted; the delay at the end is that of the start and all changes; it keeps its bounds.
TEST(AdaptiveDelay, OfAnyNetworkTheCountsAddUp) {
  for (unsigned seed = 1; seed <= 30; ++seed) {
    chance random(seed);
    const double mean = at_random(random, 25), ppm = at_random(random, 400) - 200;
    const auto a_way = [mean](double seconds, chance& more) {
      const double hop = std::fmod(seconds, 17) < 8 ? 0 : 25;
      return 30 + hop + (mean > 0.1 ? std::exponential_distribution<>(1 / mean)(more) : 0);
    };
    const auto sent = send_through({.takes = a_way,
                                    .packet_ms = 10 + 10 * (seed % 6),
                                    .seconds = 60,
                                    .loss = seed % 3 * 0.02,
                                    .doubled = 0.02,
                                    .ppm = ppm,
                                    .keeps_order = seed % 2 == 0,
                                    .seed = seed});
    jitter_buffer buffer(0, 960);
    const auto heard = listen(buffer, sent);
    const auto& c = heard.counts;
    double forth = 0, back = 0, first = -1, last = -1;
    for (const double d : heard.delay_ms) {
      if (d < 0)
        continue;
      if (first < 0)
        first = last = d;
      // Numbers begin anew every 2 s; a splice across that tells none.
      if (std::abs(d - last) < 1000) {
        forth += std::max(d - last, 0.0);
        back += std::max(last - d, 0.0);
      }
      last = d;
      ASSERT_LE(d, 30 + 25 + 6 * mean + 120 + 60);
    }
    const double longer = static_cast<double>(c.lengthened) / 8,
                 shorter = static_cast<double>(c.shortened) / 8;
    EXPECT_NEAR(last - first, longer - shorter, 0.01) << seed;
    // A splice may play again what was made up a moment before; that tells no number.
    EXPECT_LE(forth, longer + 12.5) << seed;
    EXPECT_LE(back, shorter + 12.5) << seed;
    EXPECT_NEAR(static_cast<double>(buffer.lost()), static_cast<double>(sent.lost), 3)
        << "those before the first that came are not known; " << seed;
    EXPECT_EQ(buffer.received(), sent.sent - sent.lost) << seed;
    const auto silent = static_cast<std::uint64_t>(
        std::ranges::find_if(heard.played, [](auto s) { return s != 0; }) - heard.played.begin());
    EXPECT_EQ(c.played_samples + silent, heard.played.size()) << seed;
    EXPECT_LE(heard.late_share(sent), 0.02) << seed;
  }
}

TEST(AdaptiveDelay, RandomPacketsOfRandomLengthsBreakNothing) {
  std::mt19937 random(11);
  jitter_buffer buffer(0);
  for (int i = 0; i < 100'000; ++i) {
    const rtp_header h{false, 8, static_cast<std::uint16_t>(i + static_cast<int>(random() % 3)),
                       static_cast<std::uint32_t>(random() % 4 == 0 ? random() : i * 80U),
                       random() % 100 == 0 ? 8U : 7U};
    buffer.put(h, payload(random() % 10, 1 + random() % 480), at_frame(i));
    for (unsigned k = random() % 160; k > 0; --k)
      buffer.take();
  }
  EXPECT_GE(buffer.received(), 1U);
}

} // namespace
