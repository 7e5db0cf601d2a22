// SPDX-License-Identifier: MIT
/// Answer tones by formula (ITU-T V.25, V.8), more of them than there should be.
#pragma once
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numbers>
#include <random>
#include <vector>

namespace switchroom::test {

/// 2100 Hz, turned every `interval_ms`, in white noise.
struct answer_signal {
  double ms = 3300;
  double hertz = 2100;
  double dbm0 = -12;
  double turn_degrees = 180, interval_ms = 450;
  double am = 0; ///< depth of 15 Hz: 0.2 in V.8
  double noise_dbm0 = -100;

  std::vector<std::int16_t> samples(unsigned seed) const {
    constexpr double peak_0_dbm0 = 22827, turn = 2 * std::numbers::pi;
    std::mt19937 random(seed);
    const double start = std::uniform_real_distribution<double>(0, turn)(random);
    std::normal_distribution<double> noise(0, peak_0_dbm0 / std::numbers::sqrt2 *
                                                  std::pow(10, noise_dbm0 / 20));
    std::vector<std::int16_t> out;
    for (int n = 0; n < 8 * ms; ++n) {
      const double turns = std::floor(n / 8. / interval_ms);
      const double phase = start + turn * (hertz * n / 8000 + turns * turn_degrees / 360);
      const double level =
          peak_0_dbm0 * std::pow(10, dbm0 / 20) * (1 + am * std::sin(turn * 15 * n / 8000));
      out.push_back(static_cast<std::int16_t>(
          std::lround(std::clamp(level * std::sin(phase) + noise(random), -32124.0, 32124.0))));
    }
    return out;
  }
};

} // namespace switchroom::test
