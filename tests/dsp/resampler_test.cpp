// SPDX-License-Identifier: MIT
// Resamplers by what a sine must become.
#include "switchroom/dsp/resampler.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <random>
#include <string>
#include <vector>

namespace {

using namespace switchroom::dsp;
using words = std::vector<std::int16_t>;

struct conversion {
  rates which;
  double from_hz, to_hz;
  double passband_hz;
  std::size_t delay; ///< as documented
  const char* name;
};

class Resampler : public ::testing::TestWithParam<conversion> {};
class ResamplerDown : public Resampler {};

words sine(double hz, double per_second, double seconds, double peak) {
  words out(static_cast<std::size_t>(per_second * seconds));
  const double turn = 2 * std::numbers::pi * hz / per_second;
  for (std::size_t i = 0; i < out.size(); ++i)
    out[i] = static_cast<std::int16_t>(std::lround(peak * std::sin(turn * double(i))));
  return out;
}

words resampled(const conversion& c, const words& samples) {
  resampler r(c.which);
  words out(samples.size() / r.inputs() * r.outputs());
  EXPECT_EQ(r.process(samples, out), out.size());
  return out;
}

double power(const words& samples, std::size_t from) {
  double sum = 0;
  for (std::size_t i = from; i < samples.size(); ++i)
    sum += double(samples[i]) * samples[i];
  return sum / double(samples.size() - from);
}
double db(double ratio) {
  return 10 * std::log10(ratio);
}

/// A sine that starts as sin(0) `delay` samples late, and all that is not this sine.
struct found {
  double gain_db, snr_db, late; ///< late: samples after what was expected
};
found find(const words& in, double hz, double per_second, std::size_t delay, double peak) {
  const double turn = 2 * std::numbers::pi * hz / per_second;
  const std::size_t settled = 4 * delay;
  double ss = 0, cc = 0, sc = 0, xs = 0, xc = 0;
  const auto angle = [&](std::size_t i) { return turn * (double(i) - double(delay)); };
  for (std::size_t i = settled; i < in.size(); ++i) {
    const double s = std::sin(angle(i)), c = std::cos(angle(i));
    ss += s * s, cc += c * c, sc += s * c, xs += in[i] * s, xc += in[i] * c;
  }
  const double d = ss * cc - sc * sc, a = (xs * cc - xc * sc) / d, b = (xc * ss - xs * sc) / d;
  double rest = 0;
  for (std::size_t i = settled; i < in.size(); ++i) {
    const double e = in[i] - a * std::sin(angle(i)) - b * std::cos(angle(i));
    rest += e * e;
  }
  const double sines = (a * a + b * b) / 2;
  return {db(2 * sines / (peak * peak)), db(sines / (rest / double(in.size() - settled))),
          -std::atan2(b, a) / turn};
}

// Images are part of what is not the sine.
TEST_P(Resampler, ASinePassesAt88DbInTimeAndLevel) {
  const conversion& c = GetParam();
  constexpr double peak = 30000;
  for (int step = 1; step <= 16; ++step) {
    const double hz = c.passband_hz * step / 16 - (step < 16 ? 13 : 0);
    const words out = resampled(c, sine(hz, c.from_hz, 0.25, peak));
    const found f = find(out, hz, c.to_hz, c.delay, peak);
    EXPECT_GT(f.snr_db, 88) << hz;
    EXPECT_NEAR(f.gain_db, 0, 0.001) << hz;
    EXPECT_NEAR(f.late, 0, 0.001) << hz;
  }
}

// What is above the passband's mirror at half the lower rate would be heard within it.
TEST_P(ResamplerDown, AliasesAre88DbDown) {
  const conversion& c = GetParam();
  constexpr double peak = 32000;
  for (int step = 0; step < 24; ++step) {
    const double hz =
        (c.to_hz - c.passband_hz) + (c.from_hz / 2 - 100 - c.to_hz + c.passband_hz) * step / 23 + 7;
    const double heard = std::abs(hz - c.to_hz * std::round(hz / c.to_hz));
    const words out = resampled(c, sine(hz, c.from_hz, 0.25, peak));
    // Rounding to 16 bits alone is 98 dB under it.
    if (heard <= c.passband_hz) {
      EXPECT_GT(db(peak * peak / 2 / (power(out, 4 * c.delay) + 1e-9)), 88) << hz;
    }
  }
}

TEST_P(Resampler, DelaysAsItSays) {
  const conversion& c = GetParam();
  EXPECT_EQ(resampler(c.which).delay(), c.delay);
  // An impulse becomes something symmetrical, highest where the delay says.
  words impulse(std::size_t(c.from_hz / 20), 0);
  const std::size_t at = impulse.size() / 2;
  impulse[at] = 30000;
  const words out = resampled(c, impulse);
  const auto middle = std::size_t(double(at) * c.to_hz / c.from_hz) + c.delay;
  EXPECT_NEAR(out[middle], c.to_hz > c.from_hz ? 30000 : 30000 * c.to_hz / c.from_hz, 1);
  for (std::size_t i = 1; i <= c.delay; ++i) {
    EXPECT_NEAR(out[middle + i], out[middle - i], 1) << i;
    EXPECT_LT(out[middle + i], out[middle]) << i;
  }
}

TEST_P(Resampler, BlocksMayBeCutAnywhere) {
  const conversion& c = GetParam();
  std::mt19937 random(1);
  words noise(9600);
  std::generate(noise.begin(), noise.end(), [&] { return static_cast<std::int16_t>(random()); });
  const words whole = resampled(c, noise);
  resampler r(c.which);
  words pieces;
  for (std::size_t at = 0; at + r.inputs() <= noise.size();) {
    const std::size_t count = std::min<std::size_t>(random() % 700, noise.size() - at);
    words block(5000, 0);
    block.resize(r.process(std::span(noise).subspan(at, count), block));
    ASSERT_EQ(block.size(), count / r.inputs() * r.outputs());
    at += count / r.inputs() * r.inputs();
    pieces.insert(pieces.end(), block.begin(), block.end());
  }
  EXPECT_EQ(pieces, whole);
}

TEST_P(Resampler, TheLoudestIsLimitedNotTurnedOver) {
  const conversion& c = GetParam();
  words square(std::size_t(c.from_hz / 10));
  const auto half = static_cast<std::size_t>(c.from_hz / 400); // of a period
  for (std::size_t i = 0; i < square.size(); ++i)
    square[i] = i / half % 2 == 0 ? 32767 : -32768;
  const words out = resampled(c, square);
  const auto period = static_cast<std::size_t>(c.to_hz / 200);
  for (std::size_t i = 4 * c.delay; i < out.size(); ++i) {
    const std::size_t place = (i - c.delay) % period;
    if (place > period / 16 && place < period * 7 / 16) {
      ASSERT_GT(out[i], 25000) << i;
    }
    if (place > period * 9 / 16 && place < period * 15 / 16) {
      ASSERT_LT(out[i], -25000) << i;
    }
  }
  EXPECT_EQ(*std::max_element(out.begin(), out.end()), 32767);
}

TEST_P(Resampler, NoMoreThanFitsIsWritten) {
  const conversion& c = GetParam();
  resampler r(c.which);
  const words in(600, 1000);
  words out(101, 77);
  const std::size_t fits = 100 / r.outputs() * r.outputs();
  const std::size_t wanted = std::min(fits, 600 / r.inputs() * r.outputs());
  EXPECT_EQ(r.process(in, std::span(out).first(100)), wanted);
  for (std::size_t i = wanted; i < out.size(); ++i)
    EXPECT_EQ(out[i], 77);
  EXPECT_EQ(r.process(std::span(in).first(r.inputs() - 1), out), 0U);
}

constexpr conversion up[] = {
    {rates::from_8_to_16, 8000, 16000, 3400, 44, "From8To16"},
    {rates::from_16_to_48, 16000, 48000, 7000, 75, "From16To48"},
    {rates::from_8_to_48, 8000, 48000, 3400, 156, "From8To48"},
};
constexpr conversion down[] = {
    {rates::from_16_to_8, 16000, 8000, 3400, 22, "From16To8"},
    {rates::from_48_to_16, 48000, 16000, 7000, 25, "From48To16"},
    {rates::from_48_to_8, 48000, 8000, 3400, 26, "From48To8"},
};
std::string name(const ::testing::TestParamInfo<conversion>& of) {
  return of.param.name;
}
INSTANTIATE_TEST_SUITE_P(Up, Resampler, ::testing::ValuesIn(up), name);
INSTANTIATE_TEST_SUITE_P(Down, Resampler, ::testing::ValuesIn(down), name);
INSTANTIATE_TEST_SUITE_P(Down, ResamplerDown, ::testing::ValuesIn(down), name);

} // namespace
