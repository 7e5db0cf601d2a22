// SPDX-License-Identifier: MIT
// Tone generator: RTL and golden model in lock step, frame by frame; purity, frequency and level
// against the formula; level and digits also against libspandsp.
#include <array>
#include <cmath>
#include <complex>
#include <numbers>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <spandsp.h>

#include "tone_bench.hpp"

namespace {
using namespace switchroom::test;
constexpr unsigned channels = tone_bench::channels;

/// Complex amplitude of `hertz` in `signal`, by projection.
std::complex<double> project(const std::vector<double>& signal, double hertz) {
  std::complex<double> sum = 0;
  for (std::size_t n = 0; n < signal.size(); ++n)
    sum +=
        signal[n] * std::polar(1.0, -2 * std::numbers::pi * hertz * static_cast<double>(n) / 8000);
  return 2.0 * sum / static_cast<double>(signal.size());
}

TEST(ToneGenerator, RegistersAsDescribed) {
  tone_bench bench;
  EXPECT_EQ(bench.read(tone::id::offset), tone::type << 16 | tone::version);
  EXPECT_EQ(bench.read(tone::capacity::offset), channels);
  EXPECT_EQ(bench.read(tone::first_slot::offset), 32u);
  EXPECT_EQ(bench.read(tone::segments::offset), 256u);
  for (std::uint32_t word = 0; word < 0x10000; ++word) {
    bench.read(word);
    bench.write(word, 0x9e3779b9 * word);
    bench.read(word);
  }
}

TEST(ToneGenerator, EachToneIsPureOnFrequencyAndOfItsLevel) {
  for (const double hertz : {330., 350., 400., 425., 440., 480., 620., 950., 1400., 1800., 3400.}) {
    tone_bench bench;
    bench.segment(7, {hertz, -10}, {0, 0}, 0);
    bench.play(2, 7);
    bench.record(2, 3);
    const auto heard = bench.record(2, 8000);
    // Frequency: how far the phase turns from the first half second to the second.
    const std::vector<double> first(heard.begin(), heard.begin() + 4000);
    const std::vector<double> second(heard.begin() + 4000, heard.end());
    const double turn = std::arg(project(second, hertz) / project(first, hertz) *
                                 std::polar(1.0, -2 * std::numbers::pi * hertz * 0.5));
    const double offset = turn / (2 * std::numbers::pi * 0.5);
    EXPECT_LT(std::abs(offset), 0.1) << hertz << " Hz";
    const auto amplitude = project(heard, hertz + offset);
    EXPECT_NEAR(20 * std::log10(std::abs(amplitude) / milliwatt_peak), -10, 0.02) << hertz;
    double noise = 0;
    for (std::size_t n = 0; n < heard.size(); ++n) {
      const double ideal = (amplitude * std::polar(1.0, 2 * std::numbers::pi * (hertz + offset) *
                                                            static_cast<double>(n) / 8000))
                               .real();
      noise += (heard[n] - ideal) * (heard[n] - ideal);
    }
    const double snr = 10 * std::log10(std::norm(amplitude) / 2 / (noise / 8000));
    EXPECT_GT(snr, 60) << hertz << " Hz";
  }
}

TEST(ToneGenerator, SpandspReadsTheLevel) {
  tone_bench bench;
  bench.segment(0, {1004, 0}, {0, 0}, 0);
  bench.play(0, 0);
  power_meter_t meter;
  power_meter_init(&meter, 9);
  for (const double sample : bench.record(0, 8000))
    power_meter_update(&meter, static_cast<std::int16_t>(sample));
  EXPECT_NEAR(power_meter_current_dbm0(&meter), 0, 0.1);
}

TEST(ToneGenerator, SpandspHearsEveryDigit) {
  const std::string keys = "123A456B789C*0#D";
  constexpr std::array<double, 4> rows{697, 770, 852, 941}, columns{1209, 1336, 1477, 1633};
  tone_bench bench;
  for (unsigned k = 0; k < keys.size(); ++k) {
    bench.segment(2 * k, {rows[k / 4], -9}, {columns[k % 4], -7}, 60, static_cast<int>(2 * k + 1));
    bench.segment(2 * k + 1, {0, 0}, {0, 0}, 60, k == 15 ? -1 : static_cast<int>(2 * k + 2));
  }
  bench.play(5, 0);
  dtmf_rx_state_t* receiver = dtmf_rx_init(nullptr, nullptr, nullptr);
  for (const double value : bench.record(5, 16 * 120 * 8 + 400)) {
    const auto sample = static_cast<std::int16_t>(value);
    dtmf_rx(receiver, &sample, 1);
  }
  std::array<char, 32> heard{};
  dtmf_rx_get(receiver, heard.data(), 31);
  dtmf_rx_free(receiver);
  EXPECT_EQ(std::string(heard.data()), keys);
}

TEST(ToneGenerator, CadenceToTheFrameAndDoneOnce) {
  tone_bench bench;
  bench.segment(10, {425, -12}, {0, 0}, 48, 11);
  bench.segment(11, {0, 0}, {0, 0}, 48, 12);
  bench.segment(12, {425, -12}, {0, 0}, 20);
  bench.play(1, 10);
  bench.record(1, 1);
  const auto heard = bench.record(1, 8 * 150);
  const auto loudest = [&](std::size_t from, std::size_t to) {
    double peak = 0;
    for (std::size_t n = from; n < to; ++n)
      peak = std::max(peak, std::abs(heard[n]));
    return peak;
  };
  EXPECT_GT(loudest(0, 20), 5000);
  EXPECT_GT(loudest(8 * 48 - 20, 8 * 48), 5000);
  EXPECT_EQ(loudest(8 * 48, 8 * 96), 0);
  EXPECT_GT(loudest(8 * 96, 8 * 96 + 20), 5000);
  EXPECT_EQ(loudest(8 * 116, heard.size()), 0);
  // Tones begin with a zero crossing: no step larger than the tone's own.
  EXPECT_LT(std::abs(heard[0]), 0.35 * milliwatt_peak * std::pow(10, -12.0 / 20));
  EXPECT_LT(std::abs(heard[8 * 96]), 0.35 * milliwatt_peak * std::pow(10, -12.0 / 20));
}

TEST(ToneGenerator, SameWordAgainChangesNothingAnotherStartBeginsAnew) {
  tone_bench bench;
  bench.segment(0, {0, 0}, {0, 0}, 20, 1);
  bench.segment(1, {440, -10}, {0, 0}, 0);
  bench.play(0, 0, 1);
  bench.record(0, 100);
  bench.play(0, 0, 1);
  auto heard = bench.record(0, 80);
  EXPECT_NE(heard.back(), 0) << "the program had begun again";
  bench.play(0, 0, 2);
  heard = bench.record(0, 150);
  EXPECT_EQ(heard[100], 0);
  // Stop and start between two frames are not lost.
  bench.record(0, 100);
  bench.write(tone::channel_control::offset, 0);
  bench.play(0, 0, 2);
  heard = bench.record(0, 150);
  EXPECT_EQ(heard[100], 0);
}

template <class Bench>
void play_random_programs(unsigned seed, int frames) {
  Bench bench(seed, 2);
  const auto number = [&] { return static_cast<std::uint32_t>(bench.random()); };
  const auto time_segment = [&](unsigned s) {
    bench.write(tone::segment_timing::offset + s,
                tone::segment_timing::duration_ms::of(number() % 8) |
                    tone::segment_timing::next::of(number()) |
                    tone::segment_timing::last::of(number() % 6 == 0));
  };
  for (unsigned s = 0; s < 256; ++s) {
    bench.write(tone::segment_frequency::offset + s, number());
    const auto loud = number();
    bench.write(tone::segment_amplitude::offset + s, s % 4 == 0   ? loud
                                                     : s % 4 == 1 ? loud & 0xffff
                                                     : s % 4 == 2 ? loud >> 1 & 0x3fff3fff
                                                                  : 0);
    bench.write(tone::segment_third::offset + s, s % 3 == 0   ? number()
                                                 : s % 3 == 1 ? number() & 0xffff
                                                              : 0);
    time_segment(s);
  }
  // Times of bustle and times of rest.
  for (int n = 0; n < frames && !testing::Test::HasFailure(); ++n) {
    const unsigned rarity = n / 500 % 2 ? 64 : 8;
    if (number() % rarity == 0)
      bench.write(tone::channel_control::offset + number() % Bench::channels,
                  number() | (number() % 4 ? 0x100 : 0));
    if (number() % 8 == 0)
      time_segment(number() % 256);
    bench.frame();
  }
}

TEST(ToneGenerator, LockStepThroughRandomPrograms) {
  for (unsigned seed = 1; seed <= 4; ++seed)
    play_random_programs<tone_bench>(seed, 4000);
  for (unsigned seed = 5; seed <= 6; ++seed)
    play_random_programs<many_tones_bench>(seed, 2000);
}

} // namespace
