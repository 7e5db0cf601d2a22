// SPDX-License-Identifier: MIT
// The echo canceller with its non-linear processor by the tests of G.168: nothing is heard of the
// echo, in simulated conversation either, and what is heard in its place is like the near end's
// noise.
#include "g168_bench.hpp"
#include "switchroom/dsp/measure.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <complex>
#include <numbers>
#include <string>
#include <vector>

namespace {

using namespace switchroom::dsp;
namespace files = switchroom::dsp::testing;
namespace g168 = files::g168;
using files::G168;
using g168::erl_db;
using g168::left_over;
using g168::whole_canceller;
using g168::words;

// Test 2A: with the non-linear processor nothing is left after a second, nor a second after a
// change.
TEST_P(G168, Test2ANothingIsHeardOfTheEcho) {
  for (const double dbm0 : {0.0, -10.0, -20.0, -30.0})
    for (std::size_t model = 0; model < g168::models.size(); ++model) {
      const auto far = g168::far_source(dbm0, 6);
      g168::echo_path path(g168::models[model], erl_db);
      whole_canceller canceller(taps());
      const words left = left_over(canceller, path, far, {}, [&](std::size_t n) {
        if (n == 24'000)
          path = g168::echo_path(g168::models[(model + 1) % 5], erl_db);
      });
      for (const double change_s : {0.0, 3.0})
        EXPECT_TRUE(conforms("2A", g168::level_between(left, change_s + 1, change_s + 2.9), -65))
            << g168::models[model] << ", " << dbm0 << " dBm0";
    }
}

/// The loudest 35 ms, as long as the time constant of G.168's meter.
double loudest_between(const words& signal, double from_s, double to_s) {
  double loudest = floor_dbm0;
  for (double at = from_s; at + 0.035 <= to_s; at += 0.005)
    loudest = std::max(loudest, g168::level_between(signal, at, at + 0.035));
  return loudest;
}

// Test 3C: a conversation. Both speak at once from the start on, 5.6 s, the near end 15 dB under
// the far end; it stops, and what is left in the 1.4 s after that is no louder than it was. 5 s
// later it speaks again, as loud as the far end; and then alone. In neither is anything heard 6 dB
// louder than it spoke.
TEST_P(G168, Test3CSimulatedConversation) {
  for (const double dbm0 : {-10.0, -20.0})
    for (const auto& model : g168::models) {
      words far = g168::far_source(dbm0, 17.6), near = g168::near_source(dbm0 - 15, 5.6);
      far.resize(23.2 * 8000);
      near.resize(12.0 * 8000);
      const words second = g168::near_source(dbm0, 11.2, 5);
      near.insert(near.end(), second.begin(), second.end());
      g168::echo_path path(model, erl_db);
      whole_canceller canceller(taps());
      const words heard = left_over(canceller, path, far, near);
      const std::string what = model + ", " + std::to_string(dbm0) + " dBm0";
      const double low = loudest_between(near, 0, 5.6), high = loudest_between(near, 12, 23.2);
      EXPECT_TRUE(
          conforms("3C, Sgen from 1 s on, over Sgen", loudest_between(heard, 1, 5.6) - low, 6))
          << what;
      EXPECT_TRUE(
          conforms("3C, Sgen has stopped, over Sgen", loudest_between(heard, 5.6, 7.0) - low, 0))
          << what;
      EXPECT_TRUE(conforms("3C, 1.4 s later", loudest_between(heard, 7, 12), -65)) << what;
      EXPECT_TRUE(
          conforms("3C, Sgen is back, over Sgen", loudest_between(heard, 12, 17.6) - high, 6))
          << what;
      EXPECT_TRUE(
          conforms("3C, Sgen alone, over Sgen", loudest_between(heard, 17.6, 23.2) - high, 6))
          << what;
      // Not in the standard: who speaks is heard.
      EXPECT_NEAR(g168::level_between(heard, 17.6, 23.2), g168::level_between(near, 17.6, 23.2), 1)
          << what;
    }
}

/// Mean powers of octaves, dB, of windows of 32 ms of the pieces of a signal.
class octaves {
public:
  static constexpr std::array hz = {250.0, 500.0, 1000.0, 2000.0};
  void take(std::span<const std::int16_t> piece) {
    for (; piece.size() >= window; piece = piece.subspan(window)) {
      for (std::size_t bin = 8; bin < 112; ++bin) { // to 3,500 Hz
        std::complex<double> x;
        for (std::size_t n = 0; n < window; ++n) {
          const double turn = 2 * std::numbers::pi * double(n) / window;
          x += std::polar(piece[n] * (1 - std::cos(turn)), -turn * double(bin));
        }
        const auto octave = std::size_t(std::log2(double(bin) / 8));
        power_[std::min<std::size_t>(octave, 3)] += std::norm(x);
      }
      ++windows_;
    }
  }
  double db(std::size_t octave) const { return 10 * std::log10(power_[octave] / windows_); }
  unsigned windows() const { return windows_; }

private:
  static constexpr std::size_t window = 256;
  std::array<double, hz.size()> power_{};
  unsigned windows_ = 0;
};

// Test 9: what is put in the place of the echo is as loud as the noise of the near end, within 2
// dB, also when that changes; so that the far end does not hear the line go dead and come back. Not
// in the standard: it has its spectrum, too, each octave within 4 dB.
TEST_P(G168, Test9ComfortNoiseIsAsTheNearEnds) {
  const auto white = [](double dbm0, std::size_t count, unsigned seed) {
    words noise(count);
    files::add_noise(noise, dbm0, seed);
    return noise;
  };
  for (const bool as_in_rooms : {true, false})
    for (const auto& model : g168::models) {
      const std::string kind = as_in_rooms ? "Hoth noise" : "white noise";
      const auto far = g168::far_source(-10, 30);
      words noise;
      for (const double dbm0 : {-45.0, -55.0, -45.0}) {
        const words part = as_in_rooms ? g168::hoth_noise(dbm0, 80'000, 7) : white(dbm0, 80'000, 7);
        noise.insert(noise.end(), part.begin(), part.end());
      }
      g168::echo_path path(model, erl_db);
      whole_canceller canceller(taps());
      std::array<octaves, 3> comfort, near;
      std::array<double, 3> energy{};
      std::array<unsigned, 3> count{};
      words piece;
      for (std::size_t n = 0; n < far.size(); ++n) {
        const std::int16_t received = g168::coded(far[n]);
        const auto heard = canceller.cancel(received, g168::coded(path.step(received) + noise[n]));
        // 4 s are there to find it out.
        const std::size_t third = n / 80'000;
        if (n % 80'000 < 32'000 || n % 80'000 == 79'999 || !canceller.after().suppresses()) {
          // The first 2 ms are not only noise.
          if (piece.size() > 16)
            comfort[third].take(std::span(piece).subspan(16));
          piece.clear();
          continue;
        }
        piece.push_back(heard);
        energy[third] += double(heard) * heard;
        ++count[third];
      }
      for (std::size_t n = 0; n < 3; ++n) {
        ASSERT_GT(count[n], 20'000U) << "most of what the far end says";
        near[n].take(std::span(noise).subspan(n * 80'000 + 32'000, 48'000));
        const double level = 20 * std::log10(std::sqrt(energy[n] / count[n]) / files::rms_of(0));
        const double off = level - (n == 1 ? -55 : -45);
        EXPECT_TRUE(conforms("9, level, " + kind, std::abs(off), 2)) << model << n << ' ' << off;
        for (std::size_t octave = 0; octave < octaves::hz.size(); ++octave) {
          const double too_much = comfort[n].db(octave) - near[n].db(octave);
          EXPECT_TRUE(conforms("beside 9, octaves, " + kind, std::abs(too_much), 4))
              << model << n << ", " << octaves::hz[octave] << " Hz: " << too_much;
        }
      }
    }
}

// Who speaks at the near end is heard, also while the far end speaks, 10 dB louder.
TEST_P(G168, TheNearEndIsNotSuppressed) {
  for (const auto& model : g168::models) {
    const auto far = g168::far_source(-10, 12);
    words tone = files::sine(1020, -20, far.size());
    std::fill_n(tone.begin(), 40'000, std::int16_t{0});
    g168::echo_path path(model, erl_db);
    whole_canceller canceller(taps());
    const words heard = left_over(canceller, path, far, tone);
    const auto figures = measure_tone(std::span(heard).subspan(48'000));
    EXPECT_NEAR(figures.level_dbm0, -20, 1) << model;
    EXPECT_GT(figures.purity_db, 20) << model;
  }
}

} // namespace
