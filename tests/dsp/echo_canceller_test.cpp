// SPDX-License-Identifier: MIT
// The echo canceller by the tests of G.168, without a non-linear processor, on all echo paths of
// Annex D, and beside speexdsp.
#include "switchroom/dsp/echo_canceller.hpp"

#include "g168_bench.hpp"
#include "speex_canceller.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <random>
#include <stdexcept>
#include <string>
#include <vector>

namespace {

using namespace switchroom::dsp;
namespace files = switchroom::dsp::testing;
namespace g168 = files::g168;
using g168::words;

using files::G168;
using g168::erl_db;
using g168::left_over;

// Test 2B. The echo must be 20 dB down after a second of speech, and in the steady state under
// figure 11, at all levels of the far end, on each path and after the change to the next one.
TEST_P(G168, Test2BConvergesAndConvergesAgain) {
  for (const double dbm0 : {0.0, -10.0, -20.0, -30.0})
    for (std::size_t model = 0; model < g168::models.size(); ++model) {
      const auto far = g168::far_source(dbm0, 20);
      g168::echo_path path(g168::models[model], erl_db);
      echo_canceller canceller(taps());
      const words left = left_over(canceller, path, far, {}, [&](std::size_t n) {
        if (n == 80'000)
          path = g168::echo_path(g168::models[(model + 1) % 5], erl_db);
      });
      const std::string what = g168::models[model] + ", " + std::to_string(dbm0) + " dBm0";
      for (const double change_s : {0.0, 10.0}) {
        EXPECT_TRUE(conforms("2B, after 1 s",
                             g168::level_between(left, change_s + 1, change_s + 1.35),
                             dbm0 - erl_db - 20))
            << what;
        EXPECT_TRUE(conforms("2B, steady state",
                             g168::level_between(left, change_s + 9, change_s + 9.98),
                             g168::figure_11(dbm0)))
            << what;
      }
    }
}

/// A path that changes to wholly another while the far end is soft is learnt as well as by a
/// canceller that begins.
TEST_P(G168, APathThatChangesWhileItIsSoftIsLearnt) {
  for (const double dbm0 : {-48.0, -50.0, -52.0})
    for (std::size_t model = 0; model < g168::models.size(); ++model) {
      const g168::echo_path before(g168::models[model], erl_db),
          after(g168::models[(model + 1) % 5], erl_db);
      words loud(40'000), soft(200'000);
      files::add_noise(loud, -10, 1);
      files::add_noise(soft, dbm0, 2);
      g168::echo_path path = before;
      echo_canceller canceller(taps()), fresh(taps());
      left_over(canceller, path, loud);
      const words left = left_over(canceller, path, soft, {}, [&](std::size_t n) {
        if (n == 8000)
          path = after;
      });
      path = after;
      const words of_fresh = left_over(fresh, path, soft);
      EXPECT_TRUE(conforms("beside 2B, a change while it is soft",
                           g168::level_between(left, 23, 25),
                           g168::level_between(of_fresh, 23, 25) + 1))
          << g168::models[model] << ", " << dbm0 << " dBm0";
    }
}

/// An echo as late as the tail allows, too: 110 ms with 128.
TEST_P(G168, Test2BOfALateEcho) {
  for (const auto& model : g168::models) {
    g168::echo_path path(model, erl_db, latest_echo());
    echo_canceller canceller(taps());
    const words left = left_over(canceller, path, g168::far_source(-10, 10));
    EXPECT_TRUE(
        conforms("2B, a late echo", g168::level_between(left, 9, 9.98), g168::figure_11(-10)))
        << model;
  }
}

// A far end with DC, of which the path returns a part: what is left without DC is as little. DC is
// kept with the far end's octets (ADR 0027), and must be gone from what the filters say.
TEST_P(G168, DcOfTheFarEndIsNoEcho) {
  for (const auto& model : g168::models) {
    g168::echo_path path(model, erl_db);
    echo_canceller canceller(taps());
    words far = g168::far_source(-10, 10);
    for (auto& sample : far)
      sample = files::clip(sample + 500); // −33 dBm0
    const words left = left_over(canceller, path, far);
    EXPECT_TRUE(conforms("beside 2B, DC of the far end", g168::level_between(left, 9, 9.98),
                         g168::figure_11(-10)))
        << model;
  }
}

// Test 2C: what was learnt within a second of noise at the near end (as in rooms, and white; 30 dB
// under the far end) is good enough: the echo, with the noise gone and nothing learnt any more, is
// no louder than the noise. Also of the latest echo that the tail takes; of 110 ms, with which
// there is the less to learn from, it is missed by 0.6 dB.
TEST_P(G168, Test2CConvergesInNoise) {
  for (const bool as_in_rooms : {true, false})
    for (const unsigned delay : {0U, latest_echo()})
      for (const auto& model : g168::models) {
        g168::echo_path path(model, erl_db, delay);
        echo_canceller canceller(taps());
        words noise(8000);
        if (as_in_rooms)
          noise = g168::hoth_noise(-40, noise.size(), 3);
        else
          files::add_noise(noise, -40, 3);
        const words left = left_over(canceller, path, g168::far_source(-10, 3), noise,
                                     [&](std::size_t n) { canceller.learn(n < 8000); });
        const std::string kind = as_in_rooms ? "2C, Hoth noise" : "2C, white noise";
        EXPECT_TRUE(conforms(delay == 0 ? kind : kind + ", a late echo",
                             g168::level_between(left, 1, 2.4), -40,
                             delay != 0 && tail_ms() == 128 ? 0.7 : 0))
            << model;
      }
}

// Test 3A: a talker at the near end, 15 dB under the far end, from the start on: the echo that is
// left, with nothing learnt any more, is no louder than the talker was.
TEST_P(G168, Test3ALowNearEndFromTheStart) {
  for (const auto& model : g168::models) {
    g168::echo_path path(model, erl_db);
    echo_canceller canceller(taps());
    const words left =
        left_over(canceller, path, g168::far_source(-10, 10), g168::near_source(-25, 5),
                  [&](std::size_t n) { canceller.learn(n < 40'000); });
    EXPECT_TRUE(conforms("3A", g168::level_between(left, 5, 7.8), -25)) << model;
  }
}

// Test 3B: converged, then 10 s of double talk with a near end from as loud as the far end (a: what
// is left afterwards is at most 10 dB over figure 11) to well under it (b: 3 dB). Nothing is learnt
// after it. Both ends' signals are periodic: how they lie to one another decides what is learnt of
// them.
TEST_P(G168, Test3BDoubleTalkDoesNotDiverge) {
  for (std::size_t model = 0; model < g168::models.size(); ++model)
    for (const auto& [near_dbm0, margin_db] :
         {std::pair{-7.0, 10.0}, {-10.0, 10.0}, {-13.0, 3.0}, {-16.0, 3.0}, {-22.0, 3.0}})
      for (unsigned offset = static_cast<unsigned>(model) * 150; offset < 3200; offset += 1100) {
        g168::echo_path path(g168::models[model], erl_db);
        echo_canceller canceller(taps());
        words near(40'000 + offset);
        const words talker = g168::near_source(near_dbm0, 10, offset + 2);
        near.insert(near.end(), talker.begin(), talker.end());
        const words left = left_over(canceller, path, g168::far_source(-10, 18.5, offset + 1), near,
                                     [&](std::size_t n) { canceller.learn(n < near.size()); });
        EXPECT_TRUE(conforms(margin_db > 5 ? "3B a" : "3B b", g168::level_between(left, 15.5, 18.3),
                             g168::figure_11(-10) + margin_db))
            << g168::models[model] << ", near end " << near_dbm0 << " dBm0, " << offset
            << " samples late";
      }
}

// Test 4: two minutes in which the far end is silent do not make it forget. It has a noise of −66
// dBm0, the near end one of −55: with none nothing could be learnt.
TEST_P(G168, Test4LeaksNothingInSilence) {
  for (const auto& model : g168::models) {
    g168::echo_path path(model, erl_db);
    echo_canceller canceller(taps());
    words far = g168::far_source(-10, 5);
    words idle(120 * 8000);
    files::add_noise(idle, -66, 3);
    far.insert(far.end(), idle.begin(), idle.end());
    words noise(far.size());
    files::add_noise(noise, -55, 4);
    left_over(canceller, path, far, noise);
    canceller.learn(false);
    const words left = left_over(canceller, path, g168::far_source(-10, 2));
    EXPECT_TRUE(conforms("4", g168::level_between(left, 0, 1.75), g168::figure_11(-10) + 10))
        << model;
  }
}

// Test 5: the echo path is cut; within half a second there is no echo of what was learnt.
TEST_P(G168, Test5AnOpenPathIsLearnt) {
  for (const auto& model : g168::models) {
    g168::echo_path path(model, erl_db);
    echo_canceller canceller(taps());
    const words left = left_over(canceller, path, g168::far_source(-10, 7), {}, [&](std::size_t n) {
      if (n == 40'000)
        path = g168::echo_path::open();
    });
    EXPECT_TRUE(conforms("5", g168::level_between(left, 5.5, 6.9), -37)) << model;
  }
}

// Test 6: tones, and pairs of them, of 5 s each leave what was learnt of speech as it was, but for
// 10 dB.
TEST_P(G168, Test6NarrowBandSignals) {
  constexpr double tones[][2] = {{697, 0},    {941, 0},    {1336, 0},   {1633, 0},
                                 {697, 1209}, {770, 1336}, {852, 1477}, {941, 1633}};
  for (const auto& model : g168::models) {
    g168::echo_path path(model, erl_db);
    echo_canceller canceller(taps());
    left_over(canceller, path, g168::far_source(-10, 5));
    for (const auto& [low, high] : tones) {
      words tone = files::sine(low, high == 0 ? -10 : -13, 40'000);
      if (high != 0) {
        const words second = files::sine(high, -13, tone.size());
        for (std::size_t n = 0; n < tone.size(); ++n)
          tone[n] = files::clip(tone[n] + second[n]);
      }
      left_over(canceller, path, tone);
    }
    canceller.learn(false);
    const words left = left_over(canceller, path, g168::far_source(-10, 2));
    EXPECT_TRUE(conforms("6", g168::level_between(left, 0, 1.75), g168::figure_11(-10) + 10))
        << model;
  }
}

// Test 7: a tone of two minutes is cancelled all the time, and never returned louder than it came.
TEST_P(G168, Test7StaysStableWithATone) {
  for (const auto& model : g168::models) {
    g168::echo_path path(model, erl_db);
    echo_canceller canceller(taps());
    const words left = left_over(canceller, path, files::sine(1020, -10, 120 * 8000));
    for (int second = 1; second < 120; ++second)
      ASSERT_TRUE(
          conforms("7", g168::level_between(left, second, second + 1), g168::figure_11(-10)))
          << model << ", second " << second;
  }
}

// Echo that is left of a far end at −10 dBm0, ERL 6 dB, the worst of the paths: never more than
// speexdsp leaves in the same run, nor than was measured of OSLEC.
TEST_P(G168, LeavesLessThanThePeersDo) {
  constexpr std::array oslec = {-37.4, -45.9, -48.8};
  constexpr double when_s[][2] = {{1, 2}, {9, 10}, {11, 12}};
  std::array<double, 3> ours{-120, -120, -120}, speex = ours;
  for (std::size_t model = 0; model < g168::models.size(); ++model) {
    const auto far = g168::far_source(-10, 12.1);
    g168::echo_path path(g168::models[model], erl_db);
    echo_canceller canceller(taps());
    files::speex_canceller peer(taps());
    words left, left_by_speex;
    for (std::size_t n = 0; n < far.size(); ++n) {
      if (n == 80'000)
        path = g168::echo_path(g168::models[(model + 1) % 5], erl_db);
      const std::int16_t received = g168::coded(far[n]);
      const std::int16_t sent = g168::coded(path.step(received));
      left.push_back(canceller.cancel(received, sent));
      peer.cancel(received, sent, left_by_speex);
    }
    for (std::size_t n = 0; n < 3; ++n) {
      const auto& [from, to] = when_s[n];
      ours[n] = std::max(ours[n], g168::level_between(left, from, to));
      speex[n] = std::max(speex[n], g168::level_between(left_by_speex, from, to));
    }
  }
  for (std::size_t n = 0; n < 3; ++n) {
    std::printf("%4u ms, %2.0f to %2.0f s: %.1f dBm0; speexdsp %.1f, OSLEC %.1f\n", tail_ms(),
                when_s[n][0], when_s[n][1], ours[n], speex[n], oslec[n]);
    EXPECT_LE(ours[n], speex[n]);
    if (tail_ms() <= 32) {
      EXPECT_LE(ours[n], oslec[n]); // which has 32 ms at most
    }
  }
}

// The near end alone speaks, and hears himself from the hybrid of the far end: an echo from which
// the voice could be foretold. It goes through as it was said.
TEST_P(G168, TheNearEndIsNotForetoldFromItsOwnEcho) {
  double worst = 99;
  for (const double far_erl_db : {6.0, 10.0, 20.0})
    for (const std::size_t delay : {2, 40, 400}) {
      echo_canceller canceller(taps());
      g168::echo_path path("d2", erl_db);
      const words near = g168::near_source(-12, 5);
      words heard(delay);
      double said = 0, changed = 0;
      for (const auto sample : near) {
        const std::int16_t far =
            g168::coded(std::pow(10, -far_erl_db / 20) * heard[heard.size() - delay]);
        heard.push_back(canceller.cancel(far, g168::coded(path.step(far) + sample)));
        said += std::pow(sample, 2);
        changed += std::pow(heard.back() - sample, 2);
      }
      // The echo of the echo, 12 dB down or more, may be there or not.
      const double snr_db = 10 * std::log10(said / changed);
      EXPECT_GT(snr_db, far_erl_db + erl_db - 2) << far_erl_db << " dB, " << delay;
      worst = std::min(worst, snr_db - far_erl_db);
    }
  std::printf("worst SNR %.1f dB over the far end's return loss\n", worst);
}

constexpr unsigned taps = 128;

TEST(EchoCanceller, RefusesTailsThatItHasNot) {
  for (const unsigned none : {0u, 8u, 100u, 1032u})
    EXPECT_THROW(echo_canceller{none}, std::invalid_argument) << none;
}

// Nobody speaks at the far end: what comes from the near end goes through as it is, but for DC.
TEST(EchoCanceller, LetsTheNearEndThrough) {
  echo_canceller canceller(taps);
  const words tone = files::sine(1020, -10, 16'000);
  words heard;
  for (const auto sample : tone)
    heard.push_back(canceller.cancel(0, files::clip(sample + 1000)));
  const auto figures = measure_tone(std::span(heard).subspan(8000));
  EXPECT_NEAR(figures.level_dbm0, -10, 0.1);
  EXPECT_GT(figures.purity_db, 60);
  double sum = 0;
  for (std::size_t n = 8000; n < heard.size(); ++n)
    sum += heard[n];
  EXPECT_LT(std::abs(sum / 8000), 2) << "DC";
}

// Whatever comes, it stays within its bits, and is as good as ever after a reset.
TEST(EchoCanceller, EndsSoundAfterAnySignal) {
  std::mt19937 random(4);
  echo_canceller canceller(taps), fresh(taps);
  for (int n = 0; n < 200'000; ++n) {
    const int kind = n / 20'000 % 5;
    const auto any = static_cast<std::int16_t>(random());
    const auto far = kind == 0 ? any
                               : std::int16_t(kind == 1    ? 32767
                                              : n % 2 == 0 ? 32767
                                                           : -32768);
    const auto near = kind == 2 ? std::int16_t(-far - 1) : kind == 3 ? any : std::int16_t(-32768);
    canceller.cancel(far, near);
  }
  canceller.reset();
  const words far = files::noise(4000, 9000, 5), near = files::noise(4000, 9000, 6);
  for (std::size_t n = 0; n < far.size(); ++n)
    ASSERT_EQ(canceller.cancel(far[n], near[n]), fresh.cancel(far[n], near[n])) << n;
}

INSTANTIATE_TEST_SUITE_P(Tail, G168, ::testing::ValuesIn(g168::tails_ms), files::name_of_tail);

} // namespace
