// SPDX-License-Identifier: MIT
/// Signals for DTMF tests, by formula.
#pragma once
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <numbers>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace switchroom::test {

inline constexpr std::string_view dtmf_keys = "123A456B789C*0#D"; // rows of Q.23
inline constexpr std::array<double, 4> dtmf_rows{697, 770, 852, 941};
inline constexpr std::array<double, 4> dtmf_columns{1209, 1336, 1477, 1633};

/// Peak of a sine of 0 dBm0, on a scale where A-law's overload (+3.14 dBm0) is 32,768.
inline constexpr double milliwatt_peak = 22827;

/// A line signal that is added up and then cut to 16 bits.
class line_signal {
public:
  line_signal(double milliseconds, unsigned seed)
      : samples_(static_cast<std::size_t>(8 * milliseconds)), random_(seed) {}

  /// A sine of level `dbm0` at a random phase, that swells by `swell_db` a millisecond.
  line_signal& tone(double from_ms, double length_ms, double hertz, double dbm0,
                    double swell_db = 0) {
    const double phase = std::uniform_real_distribution<double>(0, 2 * std::numbers::pi)(random_);
    const auto from = static_cast<std::size_t>(std::lround(8 * from_ms));
    const auto to =
        std::min(samples_.size(), static_cast<std::size_t>(std::lround(8 * (from_ms + length_ms))));
    for (std::size_t n = from; n < to; ++n) {
      const double peak =
          milliwatt_peak * std::pow(10, (dbm0 + swell_db * static_cast<double>(n - from) / 8) / 20);
      samples_[n] +=
          peak * std::sin(2 * std::numbers::pi * hertz * static_cast<double>(n) / 8000 + phase);
    }
    return *this;
  }
  /// White noise over the whole signal, of total power `dbm0`.
  line_signal& noise(double dbm0) {
    std::normal_distribution<double> normal(0, milliwatt_peak / std::sqrt(2) *
                                                   std::pow(10, dbm0 / 20));
    for (double& sample : samples_)
      sample += normal(random_);
    return *this;
  }
  line_signal& silence(double from_ms, double length_ms) {
    const auto from = static_cast<std::size_t>(8 * from_ms);
    std::fill_n(samples_.begin() + static_cast<std::ptrdiff_t>(from),
                static_cast<std::size_t>(8 * length_ms), 0.0);
    return *this;
  }
  std::vector<std::int16_t> samples() const {
    std::vector<std::int16_t> out;
    for (const double sample : samples_)
      out.push_back(static_cast<std::int16_t>(std::lround(std::clamp(sample, -32124.0, 32124.0))));
    return out;
  }

private:
  std::vector<double> samples_;
  std::mt19937 random_;
};

struct digit_signal {
  double length_ms = 60;
  double row_offset = 0, column_offset = 0; ///< of 1
  double row_dbm0 = -10, column_dbm0 = -10;
  double noise_db = -100;       ///< against the digit's power
  double dial_tone_dbm0 = -100; ///< of 350 + 440 Hz each, all the time
  double break_at_ms = 0, break_ms = 0;
};

/// Share of the 16 digits, at five moments each, that `listen` (samples to digits) hears once and
/// right.
template <class Listen>
double share_heard(const digit_signal& d, Listen&& listen) {
  int heard = 0, sent = 0;
  for (unsigned key = 0; key < 16; ++key) {
    for (unsigned n = 0; n < 5; ++n) {
      const double from = 30 + 0.875 * n; // across a hop of 4 ms
      line_signal signal(d.length_ms + 160, 16 * n + key);
      signal.tone(from, d.length_ms, dtmf_rows[key / 4] * (1 + d.row_offset), d.row_dbm0)
          .tone(from, d.length_ms, dtmf_columns[key % 4] * (1 + d.column_offset), d.column_dbm0);
      if (d.break_ms > 0)
        signal.silence(from + d.break_at_ms, d.break_ms);
      if (d.noise_db > -99)
        signal.noise(d.noise_db + 10 * std::log10(std::pow(10, d.row_dbm0 / 10) +
                                                  std::pow(10, d.column_dbm0 / 10)));
      if (d.dial_tone_dbm0 > -99)
        signal.tone(0, 999, 350, d.dial_tone_dbm0).tone(0, 999, 440, d.dial_tone_dbm0);
      heard += listen(signal.samples()) == std::string(1, dtmf_keys[key]);
      ++sent;
    }
  }
  return static_cast<double>(heard) / sent;
}

} // namespace switchroom::test
