// SPDX-License-Identifier: MIT
#include "switchroom/dsp/correlation.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <complex>
#include <numbers>

#include <liquid/liquid.h>

namespace switchroom::dsp {
namespace {

constexpr float full_scale = 32768;

/// One transform of liquid-dsp with its two buffers.
class transform {
public:
  transform(std::size_t size, int direction)
      : in(size), out(size),
        plan_(fft_create_plan(static_cast<unsigned>(size), in.data(), out.data(), direction, 0)) {}
  ~transform() { fft_destroy_plan(plan_); }
  transform(const transform&) = delete;
  transform& operator=(const transform&) = delete;

  void load(samples from) {
    std::ranges::transform(from, in.begin(), [](std::int16_t s) { return s / full_scale; });
    std::fill(in.begin() + static_cast<std::ptrdiff_t>(from.size()), in.end(), 0.0F);
  }
  void run() { fft_execute(plan_); }

  std::vector<std::complex<float>> in, out;

private:
  fftplan plan_;
};

} // namespace

cross_correlation::cross_correlation(samples reference, samples recording) {
  if (reference.empty() || recording.empty())
    return;
  const std::size_t lags = reference.size() + recording.size() - 1;
  const std::size_t size = std::bit_ceil(lags);
  transform forward(size, LIQUID_FFT_FORWARD), backward(size, LIQUID_FFT_BACKWARD);
  forward.load(reference);
  forward.run();
  std::ranges::transform(forward.out, backward.in.begin(), [](auto x) { return std::conj(x); });
  forward.load(recording);
  forward.run();
  for (std::size_t i = 0; i < size; ++i)
    backward.in[i] *= forward.out[i] / static_cast<float>(size);
  backward.run();
  // Negative lags are at the end of the circle.
  first_ = 1 - static_cast<std::ptrdiff_t>(reference.size());
  values_.resize(lags);
  for (std::size_t i = 0; i < lags; ++i)
    values_[i] = backward.out[(i + size - reference.size() + 1) & (size - 1)].real();
}

double cross_correlation::at(std::ptrdiff_t lag) const {
  const std::ptrdiff_t i = lag - first_;
  return i < 0 || i >= static_cast<std::ptrdiff_t>(values_.size())
             ? 0.0
             : static_cast<double>(values_[static_cast<std::size_t>(i)]);
}

double strongest_frequency_hz(samples signal) {
  const std::size_t size = std::bit_ceil(std::max<std::size_t>(signal.size(), 2));
  transform forward(size, LIQUID_FFT_FORWARD);
  forward.load(signal);
  // A Hann window, so that the side lobes of a strong DC do not win.
  for (std::size_t i = 0; i < signal.size(); ++i)
    forward.in[i] *= 0.5F - 0.5F * std::cos(2 * std::numbers::pi_v<float> * static_cast<float>(i) /
                                            static_cast<float>(signal.size()));
  forward.run();
  const auto first = forward.out.begin() + 3;
  const auto last = forward.out.begin() + static_cast<std::ptrdiff_t>(size / 2);
  const auto peak = std::max_element(first, std::max(first, last),
                                     [](auto a, auto b) { return std::norm(a) < std::norm(b); });
  return static_cast<double>(peak - forward.out.begin()) * samples_per_second /
         static_cast<double>(size);
}

} // namespace switchroom::dsp
