// SPDX-License-Identifier: MIT
/// Active speech level by method B of ITU-T P.56, written from the standard and for tests alone.
#pragma once
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>

namespace switchroom::test {

/// In dBm0, of samples at 8 kHz; −99 for silence.
inline double active_speech_dbm0(std::span<const std::int16_t> samples) {
  constexpr std::size_t thresholds = 15, hangover = 1600; // 0.2 s
  constexpr double margin_db = 15.9, full_milliwatt = 22827.0 * 22827.0 / 2;
  const double g = std::exp(-1 / (8000 * 0.03));
  double p = 0, q = 0, squares = 0;
  std::array<std::size_t, thresholds> activity{}, hang{};
  hang.fill(hangover);
  for (const double x : samples) {
    squares += x * x;
    p = g * p + (1 - g) * std::abs(x);
    q = g * q + (1 - g) * p;
    for (std::size_t j = 0; j < thresholds; ++j)
      if (q >= std::exp2(j)) {
        ++activity[j];
        hang[j] = 0;
      } else if (hang[j] < hangover) {
        ++activity[j];
        ++hang[j];
      }
  }
  // The active level is where it is the margin above the threshold by which it was found.
  double before = 0, before_above = 0;
  for (std::size_t j = 0; j < thresholds && activity[j] > 0; ++j) {
    const double level =
        10 * std::log10(squares / static_cast<double>(activity[j]) / full_milliwatt);
    const double above =
        level - 10 * std::log10(std::exp2(2 * static_cast<double>(j)) / full_milliwatt);
    if (above <= margin_db)
      return j == 0
                 ? level
                 : before + (level - before) * (before_above - margin_db) / (before_above - above);
    before = level;
    before_above = above;
  }
  return -99;
}

} // namespace switchroom::test
