// SPDX-License-Identifier: MIT
/// Cross-correlation by FFT.
#pragma once
#include "switchroom/dsp/samples.hpp"

#include <cstddef>
#include <vector>

namespace switchroom::dsp {

/// Σ reference[n] · recording[n + lag] for every lag at which the two touch.
class cross_correlation {
public:
  /// O((N + M) log (N + M)). Both may be of any length, the empty one included.
  cross_correlation(samples reference, samples recording);

  std::ptrdiff_t first_lag() const { return first_; }
  std::ptrdiff_t last_lag() const {
    return first_ + static_cast<std::ptrdiff_t>(values_.size()) - 1;
  }
  /// Zero outside first_lag … last_lag. In units of full scale squared, single precision.
  double at(std::ptrdiff_t lag) const;

private:
  std::ptrdiff_t first_ = 0;
  std::vector<float> values_;
};

/// The strongest component of a spectrum, in Hz; to half the distance of two lines.
double strongest_frequency_hz(samples);

} // namespace switchroom::dsp
