// SPDX-License-Identifier: MIT
#include "lines/line_test.hpp"

#include <algorithm>
#include <cmath>
#include <complex>
#include <numbers>
#include <string>
#include <utility>

namespace switchroom::lines {
namespace {

constexpr double rate_hz = 8000;
constexpr double sine_of_0_dbm0 = 22827; // its peak, regs/tone.toml
constexpr double least_dbm0 = -90;
constexpr std::size_t most_tones = 16;
// Samples. From the host to the board and back it takes two jitter buffers of the link.
constexpr std::size_t fading = 1600, silence = 8000, each_tone = 2400, longest_way = 1200;
// Of a tone the last 0.1 s are left out, and as much at its beginning and more: the way.
constexpr std::size_t measured = 1024;
// What is no noise any more, and what is more than a sine's own distortion.
constexpr double disturbs_dbm0 = -55, disturbs_db = 10, least_beside_db = 20;

double dbm0(double mean_square) {
  const double full = sine_of_0_dbm0 * sine_of_0_dbm0 / 2;
  return mean_square <= 0 ? least_dbm0 : std::max(least_dbm0, 10 * std::log10(mean_square / full));
}

double mean_square(std::span<const std::int16_t> heard) {
  // Without what does not change: A-law has no zero.
  double sum = 0, squares = 0;
  for (const double sample : heard) {
    sum += sample;
    squares += sample * sample;
  }
  const double size = static_cast<double>(heard.size()), mean = sum / size;
  return squares / size - mean * mean;
}

/// Steady noise of so few samples is within 3 dB of its mean in every part, for all practical ends.
bool has_louder_part(std::span<const std::int16_t> heard) {
  constexpr std::size_t part = 160; // 20 ms, a short syllable
  std::vector<double> parts;
  for (std::size_t at = 0; at + part <= heard.size(); at += part)
    parts.push_back(dbm0(mean_square(heard.subspan(at, part))));
  std::ranges::sort(parts);
  return parts.back() > disturbs_dbm0 && parts.back() > parts[parts.size() / 2] + disturbs_db;
}

/// Mean square of the sine in it, by a window of Hann, so that other tones and noise do not count.
double sine_in(std::span<const std::int16_t> heard, double hz) {
  std::complex<double> sum;
  double weights = 0;
  for (std::size_t n = 0; n < heard.size(); ++n) {
    const double place = static_cast<double>(n);
    const double weight =
        1 - std::cos(2 * std::numbers::pi * (place + .5) / static_cast<double>(heard.size()));
    sum += heard[n] * weight * std::polar(1., -2 * std::numbers::pi * hz / rate_hz * place);
    weights += weight;
  }
  return 2 * std::norm(sum / weights);
}

/// Beside the sine there is more than noise and what A-law adds to a sine, some −38 dB of it.
bool is_disturbed(std::span<const std::int16_t> heard, double sine, double noise_dbm0) {
  const double rest = dbm0(mean_square(heard) - sine);
  return rest > disturbs_dbm0 && rest > noise_dbm0 + disturbs_db &&
         rest > dbm0(sine) - least_beside_db;
}

} // namespace

line_test::line_test(std::vector<double> tones_hz, double level_dbm0)
    : tones_hz_(std::move(tones_hz)), level_dbm0_(level_dbm0) {
  if (tones_hz_.empty())
    tones_hz_.push_back(1004);
}

std::optional<refusal> line_test::wrong() const {
  if (tones_hz_.size() > most_tones)
    return refusal{std::to_string(tones_hz_.size()) + " tones are too many.",
                   "Give at most " + std::to_string(most_tones) + "."};
  for (const double hz : tones_hz_)
    if (!(hz >= 200 && hz <= 3600))
      return refusal{"A tone of " + std::to_string(std::lround(hz)) +
                         " Hz does not go through a line.",
                     "Give frequencies from 200 to 3600 Hz."};
  if (!(level_dbm0_ >= -40 && level_dbm0_ <= 0))
    return refusal{"A level of " + std::to_string(std::lround(level_dbm0_)) +
                       " dBm0 is none to test with.",
                   "Give a level from -40 to 0."};
  return std::nullopt;
}

std::vector<std::int16_t> line_test::says() const {
  std::vector<std::int16_t> all(fading + silence);
  const double peak = sine_of_0_dbm0 * std::pow(10, level_dbm0_ / 20);
  for (const double hz : tones_hz_)
    for (std::size_t n = 0; n < each_tone; ++n)
      all.push_back(static_cast<std::int16_t>(std::lround(
          peak * std::sin(2 * std::numbers::pi * hz / rate_hz * static_cast<double>(n)))));
  return all;
}

std::size_t line_test::wanted() const {
  return fading + silence + tones_hz_.size() * each_tone + longest_way;
}

line_test::figures line_test::measure(std::span<const std::int16_t> heard) const {
  figures found;
  const auto quiet = heard.subspan(fading, silence);
  found.noise_dbm0 = dbm0(mean_square(quiet));
  found.noise_disturbed = has_louder_part(quiet);
  for (std::size_t n = 0; n < tones_hz_.size(); ++n) {
    // The way is less than longest_way: by then the tone is there, and it still is for `measured`.
    const auto at = fading + silence + n * each_tone + longest_way;
    const auto part = heard.subspan(at, measured);
    const double sine = sine_in(part, tones_hz_[n]), level = dbm0(sine);
    tone one{tones_hz_[n], level, {}, is_disturbed(part, sine, found.noise_dbm0)};
    if (level > least_dbm0)
      one.return_loss_db = level_dbm0_ - level;
    found.tones.push_back(one);
  }
  return found;
}

} // namespace switchroom::lines
