// SPDX-License-Identifier: MIT
/// Signals with known answers.
#pragma once
#include "switchroom/dsp/samples.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <numbers>
#include <random>
#include <vector>

namespace switchroom::dsp::testing {

inline std::int16_t clip(double x) {
  return static_cast<std::int16_t>(std::lround(std::clamp(x, -32768.0, 32767.0)));
}

inline double rms_of(double dbm0) {
  return peak_of_0dbm0 / std::numbers::sqrt2 * std::pow(10, dbm0 / 20);
}

/// Band-limited to 300 … 3400 Hz, with syllables and pauses, at about -15 dBm0 while active. A
/// sum of sines, so that it can be had at any fraction of a sample.
class babble {
public:
  explicit babble(unsigned seed) {
    std::mt19937 random(seed);
    std::uniform_real_distribution<double> turn(0, 2 * std::numbers::pi), hz(300, 3400);
    for (auto& p : partials_)
      p = {hz(random), turn(random)};
  }
  /// Sample number `n`, which need not be whole.
  double at(double n) const {
    const double t = n / samples_per_second;
    // Syllables of 3.1 Hz that fall silent every now and then.
    const double envelope = std::max(0.0, std::sin(2 * std::numbers::pi * 3.1 * t) + 0.6);
    double sum = 0;
    for (const auto& p : partials_)
      sum += std::sin(2 * std::numbers::pi * p.hz * t + p.phase);
    return sum * envelope * rms_of(-15) / std::sqrt(partials_.size() / 2.0);
  }
  std::vector<std::int16_t> take(std::size_t count, double delay = 0, double gain = 1) const {
    std::vector<std::int16_t> out;
    for (std::size_t n = 0; n < count; ++n)
      out.push_back(clip(gain * at(static_cast<double>(n) - delay)));
    return out;
  }

private:
  struct partial {
    double hz, phase;
  };
  std::array<partial, 60> partials_{};
};

/// White, evenly distributed.
inline std::vector<std::int16_t> noise(std::size_t count, int peak, unsigned seed) {
  std::mt19937 random(seed);
  std::uniform_int_distribution<int> any(-peak, peak);
  std::vector<std::int16_t> out(count);
  std::generate(out.begin(), out.end(), [&] { return static_cast<std::int16_t>(any(random)); });
  return out;
}

inline void add_noise(std::vector<std::int16_t>& to, double dbm0, unsigned seed) {
  std::mt19937 random(seed);
  std::normal_distribution<double> noise(0, rms_of(dbm0));
  for (auto& s : to)
    s = clip(s + noise(random));
}

inline std::vector<std::int16_t> sine(double hz, double dbm0, std::size_t count) {
  std::vector<std::int16_t> out;
  for (std::size_t n = 0; n < count; ++n)
    out.push_back(
        clip(rms_of(dbm0) * std::numbers::sqrt2 *
             std::sin(2 * std::numbers::pi * hz * static_cast<double>(n) / samples_per_second)));
  return out;
}

} // namespace switchroom::dsp::testing
