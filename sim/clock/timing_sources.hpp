// SPDX-License-Identifier: MIT
/// Where time comes from in a bench: oscillators that are off and drift, and references with jitter
/// and wander. Times in seconds of a perfect clock; deterministic.
#pragma once
#include <cmath>
#include <cstdint>
#include <numbers>
#include <random>
#include <vector>

namespace switchroom::sim {

/// A board's oscillator. `y()` is how much faster than its name it is, as a fraction.
class oscillator {
public:
  struct character {
    double offset = 0;         ///< fraction, 1e-6 is 1 ppm
    double drift_a_second = 0; ///< fraction, as of ageing
    double swing = 0;          ///< fraction, half of what the temperature does from end to end
    double swing_s = 1200;     ///< how long it takes there and back
    double walk = 0;           ///< fraction after a second of random walk, one sigma
    unsigned seed = 1;
  };
  explicit oscillator(character of) : of_(of), random_(of.seed) {}

  /// At `now`, which must not go back.
  double y(double now) {
    if (of_.walk > 0)
      for (; walked_ + step <= now; walked_ += step)
        wandered_ += of_.walk * std::sqrt(step) * normal_(random_);
    return of_.offset + of_.drift_a_second * now +
           of_.swing * std::sin(2 * std::numbers::pi * now / of_.swing_s) + wandered_;
  }

private:
  static constexpr double step = 0.05;
  character of_;
  std::mt19937 random_;
  std::normal_distribution<double> normal_;
  double walked_ = 0, wandered_ = 0;
};

/// A sine of jitter or wander.
struct sway {
  double hz = 1, peak_to_peak_s = 0, phase = 0;
};
/// From `at_s` on the reference is `by_s` later.
struct phase_step {
  double at_s = 0, by_s = 0;
};

/// When the strobes of a reference come.
class timing_source {
public:
  struct character {
    double every_s = 125e-6;
    double offset = 0; ///< fraction that it is faster
    double phase_s = 0;
    std::vector<sway> sways;
    std::vector<phase_step> steps;
    double white_s = 0;                ///< sigma of each strobe
    double walk_s = 0;                 ///< of the phase after a second of random walk, one sigma
    double from_s = 0, until_s = 1e12; ///< strobes come between these
    unsigned seed = 1;
  };
  explicit timing_source(character of) : of_(std::move(of)), random_(of_.seed) { plan(); }

  /// When the next strobe comes; it is late or early against a perfect one by `error()`.
  double next() const { return next_; }
  bool comes() const { return next_ >= of_.from_s && next_ < of_.until_s; }
  double error() const { return error_; }
  void advance() {
    ++number_;
    plan();
  }
  /// How late it is at `at`, without noise.
  double wander(double at) const {
    double late = of_.phase_s;
    for (const auto& one : of_.sways)
      late += one.peak_to_peak_s / 2 * std::sin(2 * std::numbers::pi * one.hz * at + one.phase);
    for (const auto& one : of_.steps)
      late += at >= one.at_s ? one.by_s : 0;
    return late;
  }

private:
  void plan() {
    const double even = static_cast<double>(number_) * of_.every_s;
    if (of_.walk_s > 0)
      walked_ += of_.walk_s * std::sqrt(of_.every_s) * normal_(random_);
    error_ = wander(even) - of_.offset * even + walked_;
    if (of_.white_s > 0)
      error_ += of_.white_s * normal_(random_);
    next_ = even + error_;
  }

  character of_;
  std::mt19937 random_;
  std::normal_distribution<double> normal_;
  std::uint64_t number_ = 1;
  double walked_ = 0, error_ = 0, next_ = 0;
};

} // namespace switchroom::sim
