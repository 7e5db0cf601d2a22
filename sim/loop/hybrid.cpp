// SPDX-License-Identifier: MIT
#include "loop/hybrid.hpp"

#include "loop/levels.hpp"

#include <cmath>
#include <complex>
#include <numbers>

#include <liquid/liquid.h>

namespace switchroom::sim {

std::vector<float> echo_path(double erl_db, unsigned taps) {
  constexpr unsigned delay = 8;       // samples: 1 ms
  constexpr double decay = 7.0;       // samples, to 1/e
  constexpr double oscillation = 900; // Hz
  std::vector<float> path(taps, 0.0F);
  double energy = 0;
  for (unsigned k = delay; k < taps; ++k) {
    const double t = k - delay;
    const double value = std::exp(-t / decay) *
                         std::cos(2.0 * std::numbers::pi * oscillation / frames_per_second * t);
    path[k] = static_cast<float>(value);
    energy += value * value;
  }
  const auto scale = static_cast<float>(from_db(-erl_db) / std::sqrt(energy));
  for (float& tap : path) {
    tap *= scale;
  }
  return path;
}

hybrid::hybrid(double erl_db) {
  std::vector<float> path = echo_path(erl_db);
  filter_.reset(firfilt_rrrf_create(path.data(), static_cast<unsigned>(path.size())));
}

float hybrid::echo(float received) {
  float out = 0;
  firfilt_rrrf_push(filter_.get(), received);
  firfilt_rrrf_execute(filter_.get(), &out);
  return out;
}

void hybrid::reset() {
  firfilt_rrrf_reset(filter_.get());
}

void hybrid::filter_deleter::operator()(firfilt_rrrf_s* filter) const {
  firfilt_rrrf_destroy(filter);
}

} // namespace switchroom::sim
