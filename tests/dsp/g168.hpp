// SPDX-License-Identifier: MIT
/// Signals, echo paths and levels of ITU-T G.168, made of its tables in the folder of vectors.
#pragma once
#include "signals.hpp"
#include "switchroom/dsp/g711.hpp"
#include "switchroom/dsp/level.hpp"
#include "vectors.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <fstream>
#include <numbers>
#include <random>
#include <stdexcept>
#include <string>
#include <vector>

namespace switchroom::dsp::testing::g168 {

using words = std::vector<std::int16_t>;

/// Numbers of a table; `k` is the gain that its first line gives, if any.
struct table {
  std::vector<double> values;
  double k = 1;
};
inline table read_table(const std::string& name) {
  std::ifstream file(vectors_folder() / "g168" / name);
  table read;
  for (std::string line; std::getline(file, line);)
    if (line[0] == '#') {
      if (const auto at = line.rfind("= "); at != std::string::npos)
        read.k = std::stod(line.substr(at + 2));
    } else if (!line.empty()) {
      read.values.push_back(std::stod(line));
    }
  return read;
}
/// Whether the vectors are there. If any is, all must be: a path that is missing would echo
/// nothing.
inline bool present() {
  return !read_table("css_c1.txt").values.empty();
}

inline double rms_of(const std::vector<double>& x) {
  double sum = 0;
  for (const double v : x)
    sum += v * v;
  return std::sqrt(sum / static_cast<double>(x.size()));
}

/// 44.1 to 8 kHz, by a windowed sinc.
inline std::vector<double> resampled(const std::vector<double>& from) {
  constexpr double ratio = 44100.0 / 8000, cut = 3600.0 / 44100;
  std::vector<double> to(static_cast<std::size_t>(static_cast<double>(from.size()) / ratio));
  for (std::size_t n = 0; n < to.size(); ++n) {
    const double at = static_cast<double>(n) * ratio;
    for (int k = -200; k <= 200; ++k) {
      const auto i = std::lround(std::floor(at)) + k;
      if (i < 0 || i >= static_cast<long>(from.size()))
        continue;
      const double x = at - static_cast<double>(i), turn = std::numbers::pi * x;
      const double sinc = x == 0 ? 2 * cut : std::sin(2 * cut * turn) / turn;
      to[n] += from[static_cast<std::size_t>(i)] * sinc * (0.5 + 0.5 * std::cos(turn / 201));
    }
  }
  return to;
}

/// Noise of 200 to 3,600 Hz whose phases are random, flat.
inline std::vector<double> pseudo_noise(unsigned seed) {
  std::vector<double> noise(1600);
  std::mt19937 random(seed);
  std::uniform_real_distribution<double> turn(0, 2 * std::numbers::pi);
  for (int bin = 40; bin <= 720; ++bin) {
    const double phase = turn(random), step = 2 * std::numbers::pi * bin / 1600;
    for (std::size_t n = 0; n < noise.size(); ++n)
      noise[n] += std::cos(step * static_cast<double>(n) + phase);
  }
  return noise;
}

/// Clause 6.2: a composite source signal, the voiced part 16 times (`css_c1.txt`) or 14 times
/// (`css_c3.txt`, of double talk), 200 ms of noise and a pause up to `period_ms`, every other
/// period upside down. The level is that of what is not pause.
inline words composite_source(const std::string& voiced_part, int times, double period_ms,
                              double dbm0, std::size_t count, unsigned seed) {
  std::vector<double> parts;
  const auto one = read_table(voiced_part).values;
  if (one.empty())
    throw std::runtime_error(voiced_part + " of G.168 is not among the vectors");
  for (int n = 0; n < times; ++n)
    parts.insert(parts.end(), one.begin(), one.end());
  parts = resampled(parts);
  auto noise = pseudo_noise(seed);
  for (const auto& part : {&parts, &noise}) {
    const double rms = rms_of(*part);
    for (double& v : *part)
      v *= testing::rms_of(dbm0) / rms;
  }
  parts.insert(parts.end(), noise.begin(), noise.end());
  parts.resize(static_cast<std::size_t>(period_ms * 8));
  words signal;
  for (int sign = 1; signal.size() < count; sign = -sign)
    for (const double v : parts)
      signal.push_back(clip(sign * v));
  signal.resize(count);
  return signal;
}
inline words far_source(double dbm0, double seconds, unsigned seed = 1) {
  return composite_source("css_c1.txt", 16, 350, dbm0, static_cast<std::size_t>(seconds * 8000),
                          seed);
}
inline words near_source(double dbm0, double seconds, unsigned seed = 2) {
  return composite_source("css_c3.txt", 14, 400, dbm0, static_cast<std::size_t>(seconds * 8000),
                          seed);
}

inline const std::array<std::string, 5> models = {"d2", "d3", "d4", "d5", "d9"};

/// A hybrid and what is before it: what it returns of `far`, all at A-law.
class echo_path {
public:
  /// Annex D: g(k) = 10^(−ERL/20) · K · m(k), after `delay` samples.
  echo_path(const std::string& model, double erl_db, unsigned delay = 0) {
    const auto read = read_table("line_model_" + model + "_coeffs.txt");
    if (read.values.empty())
      throw std::runtime_error("echo path " + model + " of G.168 is not among the vectors");
    response_.assign(delay, 0);
    for (const double m : read.values)
      response_.push_back(std::pow(10, -erl_db / 20) * read.k * m);
  }
  /// An open path returns nothing.
  static echo_path open() { return {}; }

  double step(std::int16_t far) {
    far_.insert(far_.begin(), far);
    far_.resize(response_.size());
    double sum = 0;
    for (std::size_t n = 0; n < response_.size(); ++n)
      sum += response_[n] * far_[n];
    return sum;
  }

private:
  echo_path() : response_{0} {}
  std::vector<double> response_;
  std::vector<double> far_;
};

/// Through a codec of A-law.
inline std::int16_t coded(double x) {
  return g711::decode(g711::law::a, g711::encode(g711::law::a, clip(x)));
}

/// Figure 11: the most that may be left of a far end of `dbm0`.
inline double figure_11(double dbm0) {
  return dbm0 * 25 / 30 - 30;
}

/// Noise of a room as ITU-T P.800 has it from Hoth: its spectrum in dB at thirds of an octave, as
/// far as a telephone goes; by a filter that is its inverse transform.
inline words hoth_noise(double dbm0, std::size_t count, unsigned seed) {
  constexpr std::array<std::pair<double, double>, 15> spectrum = {{{160, 29.1},
                                                                   {200, 27.6},
                                                                   {250, 26.0},
                                                                   {315, 24.4},
                                                                   {400, 22.7},
                                                                   {500, 21.1},
                                                                   {630, 19.5},
                                                                   {800, 17.8},
                                                                   {1000, 16.2},
                                                                   {1250, 14.6},
                                                                   {1600, 12.9},
                                                                   {2000, 11.3},
                                                                   {2500, 9.6},
                                                                   {3150, 7.8},
                                                                   {4000, 5.4}}};
  constexpr int half = 100;
  std::array<double, 2 * half + 1> filter{};
  for (double hz = 165; hz < 3600; hz += 10) {
    std::size_t at = 1;
    while (spectrum[at].first < hz)
      ++at;
    const auto [low, low_db] = spectrum[at - 1];
    const auto [high, high_db] = spectrum[at];
    const double db = low_db + (high_db - low_db) * std::log(hz / low) / std::log(high / low);
    for (int n = -half; n <= half; ++n)
      filter[static_cast<std::size_t>(n + half)] +=
          std::pow(10, db / 20) * std::cos(2 * std::numbers::pi * hz * n / 8000) *
          (0.5 + 0.5 * std::cos(std::numbers::pi * n / (half + 1)));
  }
  std::mt19937 random(seed);
  std::normal_distribution<double> white;
  std::vector<double> made(count), source(count + filter.size());
  std::generate(source.begin(), source.end(), [&] { return white(random); });
  for (std::size_t n = 0; n < count; ++n)
    for (std::size_t k = 0; k < filter.size(); ++k)
      made[n] += filter[k] * source[n + k];
  const double scale = testing::rms_of(dbm0) / rms_of(made);
  words noise;
  for (const double x : made)
    noise.push_back(clip(x * scale));
  return noise;
}

inline double level_between(const words& signal, double from_s, double to_s) {
  const auto first = static_cast<std::size_t>(from_s * 8000);
  return level_dbm0(
      std::span(signal).subspan(first, static_cast<std::size_t>((to_s - from_s) * 8000)));
}

} // namespace switchroom::dsp::testing::g168
