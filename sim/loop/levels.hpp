// SPDX-License-Identifier: MIT
// Levels of the simulated analog side. Samples are float in units of the 16-bit linear sample.
#pragma once

#include <cmath>

namespace switchroom::sim {

inline constexpr int frames_per_second = 8000;
inline constexpr int frames_per_ms = 8;

// Peak of a sine of 0 dBm0: 3.14 dB under A-law overload (ITU-T G.711, table 5; regs/tone.toml).
inline constexpr double dbm0_sine_peak = 22827.0;

// Lowest level that is reported: below the quantising of one A-law step.
inline constexpr double silence_dbm0 = -90.0;

// Amplitude ratio of `db` decibels.
inline double from_db(double db) {
  return std::pow(10.0, db / 20.0);
}

// Peak of a sine of `dbm0`.
inline double sine_peak(double dbm0) {
  return dbm0_sine_peak * from_db(dbm0);
}

// Root of the mean square of any signal of `dbm0`.
inline double rms_of(double dbm0) {
  return sine_peak(dbm0) / std::sqrt(2.0);
}

// Level of a signal whose mean square is `mean_square`; never below silence_dbm0.
inline double level_dbm0(double mean_square) {
  const double full = dbm0_sine_peak * dbm0_sine_peak / 2.0;
  return mean_square <= 0.0 ? silence_dbm0
                            : std::fmax(silence_dbm0, 10.0 * std::log10(mean_square / full));
}

} // namespace switchroom::sim
