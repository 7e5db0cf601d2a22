// SPDX-License-Identifier: MIT
#include "switchroom/dsp/level.hpp"

#include "switchroom/dsp/correlation.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <vector>

namespace switchroom::dsp {
namespace {

constexpr std::size_t power_block = 128; // 16 ms
constexpr double active_range_db = 25;

double mean_square(samples s) {
  double sum = 0;
  for (const double x : s)
    sum += x * x;
  return s.empty() ? 0 : sum / static_cast<double>(s.size());
}

double dbm0_of(double mean_square) {
  constexpr double reference = peak_of_0dbm0 * peak_of_0dbm0 / 2;
  return mean_square <= 0 ? floor_dbm0
                          : std::max(floor_dbm0, 10 * std::log10(mean_square / reference));
}

/// What is left when DC and a sine of a known frequency are fitted and taken away.
struct sine_fit {
  double power = 0;    ///< of the sine
  double residual = 0; ///< mean square of the rest
};

/// Solves the 3 × 3 normal equations by elimination with pivoting on the diagonal, which is
/// never small: the three functions are nearly orthogonal over several periods.
std::array<double, 3> solve(std::array<std::array<double, 4>, 3> m) {
  for (std::size_t i = 0; i < 3; ++i)
    for (std::size_t j = 0; j < 3; ++j)
      if (const double f = m[j][i] / m[i][i]; j != i)
        for (std::size_t k = i; k < 4; ++k)
          m[j][k] -= f * m[i][k];
  return {m[0][3] / m[0][0], m[1][3] / m[1][1], m[2][3] / m[2][2]};
}

sine_fit fit(samples s, double frequency_hz) {
  const double step = 2 * std::numbers::pi * frequency_hz / samples_per_second;
  std::array<std::array<double, 4>, 3> m{};
  for (std::size_t n = 0; n < s.size(); ++n) {
    const double phase = step * static_cast<double>(n);
    const std::array<double, 4> row{std::cos(phase), std::sin(phase), 1.0, double(s[n])};
    for (std::size_t i = 0; i < 3; ++i)
      for (std::size_t j = 0; j < 4; ++j)
        m[i][j] += row[i] * row[j];
  }
  const auto [c, q, dc] = solve(m);
  double rest = 0;
  for (std::size_t n = 0; n < s.size(); ++n) {
    const double phase = step * static_cast<double>(n);
    const double e = s[n] - c * std::cos(phase) - q * std::sin(phase) - dc;
    rest += e * e;
  }
  return {(c * c + q * q) / 2, rest / static_cast<double>(s.size())};
}

} // namespace

double level_dbm0(samples s) {
  return dbm0_of(mean_square(s));
}

double active_level_dbm0(samples s) {
  std::vector<double> power;
  for (std::size_t at = 0; at + power_block <= s.size(); at += power_block)
    power.push_back(mean_square(s.subspan(at, power_block)));
  if (power.empty())
    return level_dbm0(s);
  const double least = std::ranges::max(power) * std::pow(10, -active_range_db / 10);
  double sum = 0;
  std::size_t active = 0;
  for (const double p : power)
    if (p >= least) {
      sum += p;
      ++active;
    }
  return dbm0_of(sum / static_cast<double>(active));
}

tone_figures measure_tone(samples s) {
  constexpr std::size_t least_samples = 256;
  if (s.size() < least_samples || mean_square(s) <= 0)
    return {};
  // The least-squares residual is smooth and has one minimum within a line's width of the peak.
  const double line = samples_per_second / static_cast<double>(s.size());
  double low = strongest_frequency_hz(s) - line, high = low + 2 * line;
  constexpr double golden = 0.6180339887498949;
  for (int i = 0; i < 40; ++i) {
    const double a = high - golden * (high - low), b = low + golden * (high - low);
    if (fit(s, a).residual < fit(s, b).residual)
      high = b;
    else
      low = a;
  }
  const double frequency = (low + high) / 2;
  const sine_fit best = fit(s, frequency);
  const double ratio = best.residual <= 0 ? 1e12 : best.power / best.residual;
  return {frequency, dbm0_of(best.power), std::clamp(10 * std::log10(ratio), -120.0, 120.0)};
}

} // namespace switchroom::dsp
