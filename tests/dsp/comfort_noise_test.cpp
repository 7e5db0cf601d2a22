// SPDX-License-Identifier: MIT
// Comfort noise against RFC 3389: octets by its formula, noise by its level and by the spectrum
// that reflection coefficients stand for.
#include "switchroom/dsp/comfort_noise.hpp"
#include "switchroom/dsp/level.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <complex>
#include <numbers>
#include <random>
#include <vector>

namespace {

using namespace switchroom::dsp;
using octets = std::vector<std::uint8_t>;

std::vector<std::int16_t> made(comfort_noise& noise, std::size_t length) {
  std::vector<std::int16_t> out(length);
  std::ranges::generate(out, [&] { return noise.next(); });
  return out;
}

noise_colour colour(std::uint8_t level, std::initializer_list<double> reflection) {
  noise_colour c;
  c.level = level;
  c.order = reflection.size();
  std::ranges::copy(reflection, c.reflection.begin());
  return c;
}

TEST(ComfortNoise, APayloadIsReadByTheFormulaOfTheRfc) {
  const auto c = parse_comfort_noise(octets{0x46, 127, 0, 254, 128, 100});
  ASSERT_TRUE(c);
  EXPECT_EQ(c->level, 70);
  ASSERT_EQ(c->order, 5U);
  const double expected[] = {0, -0.99993896484375, 0.99993896484375, 258.0 / 32768,
                             258.0 * -27 / 32768};
  for (std::size_t i = 0; i < 5; ++i)
    EXPECT_DOUBLE_EQ(c->reflection[i], expected[i]) << i;
}

TEST(ComfortNoise, PayloadsAtTheirLimits) {
  EXPECT_FALSE(parse_comfort_noise({}));
  EXPECT_EQ(parse_comfort_noise(octets{40})->order, 0U);
  EXPECT_EQ(parse_comfort_noise(octets{0xff})->level, 127) << "the highest bit is no level";
  EXPECT_EQ(parse_comfort_noise(octets{40, 255})->reflection[0], 0) << "reserved";
  EXPECT_EQ(parse_comfort_noise(octets(40, 200))->order, 12U);
  octets to(13);
  const std::span<std::uint8_t, 13> room(to);
  EXPECT_EQ(write_comfort_noise(colour(200, {-3, 3, 0.004, -0.004}), room), 5U);
  EXPECT_EQ(octets(to.begin(), to.begin() + 5), (octets{127, 0, 254, 128, 126}));
  noise_colour many;
  many.order = 100;
  EXPECT_EQ(write_comfort_noise(many, room), 13U);
}

TEST(ComfortNoise, EveryPayloadIsWrittenAsItWasRead) {
  std::mt19937 random(1);
  for (int n = 0; n < 20'000; ++n) {
    octets payload(1 + random() % 13);
    std::ranges::generate(payload, [&] { return static_cast<std::uint8_t>(random() % 255); });
    payload[0] &= 0x7f;
    octets to(13);
    const auto c = parse_comfort_noise(payload);
    to.resize(write_comfort_noise(*c, std::span<std::uint8_t, 13>(to)));
    ASSERT_EQ(to, payload);
  }
}

// RFC 3389, 3: 0 dBov is 6.18 dBm0 (of µ-law; 16 bits linear reach a little higher).
TEST(ComfortNoise, ItsLevelIsTheOneAskedForWhateverItsColour) {
  const auto white = colour(0, {}), hiss = colour(0, {0.5}), rumble = colour(0, {-0.9, 0.3}),
             coloured = colour(0, {-0.85, 0.6, -0.3, 0.4, -0.1, 0.2, 0, -0.2, 0.1, 0.05, 0, 0.1});
  for (auto c : {white, hiss, rumble, coloured})
    for (const std::uint8_t level : {20, 40, 55, 70}) {
      c.level = level;
      comfort_noise noise(7);
      noise.be(c);
      EXPECT_NEAR(level_dbm0(made(noise, 40'000)), 6.18 - level, 0.5) << int{level} << c.order;
    }
}

// By the definition of reflection coefficients: Durbin's recursion from the autocorrelation of what
// was made finds those that were asked for.
TEST(ComfortNoise, ItsReflectionCoefficientsAreThoseAskedFor) {
  const auto asked = colour(20, {-0.85, 0.6, -0.3, 0.4, -0.1, 0.2});
  comfort_noise noise(3);
  noise.be(asked);
  const auto out = made(noise, 200'000);
  std::array<double, 13> r{}, a{}, before{};
  for (std::size_t lag = 0; lag < r.size(); ++lag)
    for (std::size_t n = lag; n < out.size(); ++n)
      r[lag] += static_cast<double>(out[n]) * out[n - lag];
  double error = r[0];
  a[0] = 1;
  for (std::size_t order = 1; order <= 12; ++order) {
    before = a;
    double sum = 0;
    for (std::size_t i = 0; i < order; ++i)
      sum += before[i] * r[order - i];
    const double k = -sum / error;
    for (std::size_t i = 1; i <= order; ++i)
      a[i] = before[i] + k * before[order - i];
    error *= 1 - k * k;
    EXPECT_NEAR(k, order <= 6 ? asked.reflection[order - 1] : 0, 0.02) << order;
  }
}

/// Power around a frequency, by many short windows, dB.
double power_at(const std::vector<std::int16_t>& out, double hz) {
  constexpr std::size_t length = 256;
  double sum = 0;
  for (std::size_t begin = 0; begin + length <= out.size(); begin += length) {
    std::complex<double> x;
    for (std::size_t n = 0; n < length; ++n)
      x += std::polar(out[begin + n] * (1 - std::cos(2 * std::numbers::pi * n / length)),
                      -2 * std::numbers::pi * hz * n / 8000);
    sum += std::norm(x);
  }
  return 10 * std::log10(sum);
}

// One pole, k1 = −0.8: 1 / |1 − 0.8 e^{−jω}|², 19 dB from lowest to highest tones.
TEST(ComfortNoise, ANegativeFirstCoefficientIsALowNoise) {
  comfort_noise noise(5);
  noise.be(colour(30, {-0.8}));
  const auto out = made(noise, 256 * 400);
  const auto expected = [](double hz) {
    const auto turn = std::polar(1.0, -2 * std::numbers::pi * hz / 8000);
    return -20 * std::log10(std::abs(1.0 - 0.8 * turn));
  };
  const double reference = power_at(out, 1000) - expected(1000);
  for (const double hz : {250.0, 500.0, 2000.0, 3000.0, 3750.0})
    EXPECT_NEAR(power_at(out, hz) - reference, expected(hz), 1.0) << hz;
}

TEST(ComfortNoise, ChangesDoNotClickAndSilenceIsSilence) {
  comfort_noise noise(9);
  EXPECT_EQ(level_dbm0(made(noise, 800)), floor_dbm0) << "before the first payload";
  noise.be(colour(50, {-0.5}));
  EXPECT_NEAR(level_dbm0(made(noise, 8000)), 6.18 - 50, 1) << "the first at once";
  noise.be(colour(30, {-0.5}));
  EXPECT_LT(level_dbm0(made(noise, 16)), 6.18 - 40) << "later ones not at once";
  made(noise, 800);
  EXPECT_NEAR(level_dbm0(made(noise, 8000)), 6.18 - 30, 1);
  noise.be(colour(127, {}));
  made(noise, 2400);
  EXPECT_EQ(level_dbm0(made(noise, 800)), floor_dbm0);
}

TEST(ComfortNoise, TwoStreamsAreNotTheSameNoiseAndNoneRunsAway) {
  comfort_noise a(1), b(2);
  noise_colour worst = colour(0, {});
  worst.order = 12;
  std::mt19937 random(4);
  double same = 0, power = 0;
  int sounds = 0;
  for (int n = 0; n < 200'000; ++n) {
    if (n % 500 == 0)
      for (auto& k : worst.reflection)
        k = random() % 2 == 0 ? 1.5 : -1.5; // held to what is stable
    if (n % 500 == 0)
      a.be(worst);
    sounds += a.next() != 0 ? 1 : 0;
  }
  EXPECT_GT(sounds, 190'000) << "neither nothing nor what is no number";
  a.be(colour(20, {}));
  b.be(colour(20, {}));
  made(a, 8000);
  for (int n = 0; n < 80'000; ++n) {
    const double x = a.next(), y = b.next();
    same += x * y;
    power += x * x;
  }
  EXPECT_LT(std::abs(same / power), 0.02);
  EXPECT_NEAR(std::sqrt(power / 80'000), 3276.8, 100) << "it has forgotten the worst";
}

} // namespace
