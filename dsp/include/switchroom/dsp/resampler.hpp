// SPDX-License-Identifier: MIT
/// Speech between 8, 16 and 48 kHz, by filters whose delay is a whole number of samples.
///
/// What lies up to 3.4 kHz (with 8 kHz at either end) or 7 kHz (16 ↔ 48) passes within ± 0.001 dB;
/// what would alias into it, and images of it, are at least 92 dB down. Between that and half the
/// lower rate the filter falls: -6 dB at 4 or 8 kHz. Results are rounded and limited to 16 bits.
#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace switchroom::dsp {

/// One low-pass filter in as many branches as the rates differ, a Nyquist filter: one branch is
/// nothing but a delay. Linear phase. Works on floats in the range of 16 bits.
class polyphase {
public:
  /// `factor`: between the rates, 2 or more. `half`: samples at the lower rate before and after the
  /// one that is reckoned. `most`: samples at the lower rate in a call.
  polyphase(std::size_t factor, std::size_t half, std::size_t most);

  /// `count` samples at the lower rate to `factor` as many. Delays by `half` samples at the lower
  /// rate.
  void interpolate(const float* samples, std::size_t count, float* into);
  /// `count` · `factor` samples to `count`. Delays as above.
  void decimate(const float* samples, std::size_t count, float* into);

  std::size_t factor() const { return factor_; }
  std::size_t half() const { return half_; }

private:
  float* line(std::size_t branch) { return &lines_[branch * line_length_]; }
  const float* taps(std::size_t branch) const { return &taps_[(branch - 1) * 2 * half_]; }
  void forget(std::size_t lines, std::size_t count);

  std::size_t factor_, half_, line_length_;
  std::vector<float> taps_;  ///< of all branches but the first, the newest sample's first
  std::vector<float> lines_; ///< past and present samples; for each branch when decimating
};

/// In kHz.
enum class rates : std::uint8_t {
  from_8_to_16,
  from_16_to_8,
  from_16_to_48,
  from_48_to_16,
  from_8_to_48,
  from_48_to_8,
};

/// Resamples one stream; belongs to one thread at a time. Allocates when made, and not afterwards.
class resampler {
public:
  explicit resampler(rates);

  /// Samples are taken in groups of inputs() and written in groups of outputs(), as many groups as
  /// both spans hold; what is left over is not looked at and is the caller's to bring again.
  /// Returns the number of samples written. The spans must not overlap.
  std::size_t process(std::span<const std::int16_t> samples, std::span<std::int16_t> into);

  std::size_t inputs() const { return up_ ? 1 : ratio(); }
  std::size_t outputs() const { return up_ ? ratio() : 1; }

  /// In samples of the output, counted from an input sample to the output sample that begins its
  /// group: 44 (8 → 16 kHz), 22 (16 → 8), 75 (16 → 48), 25 (48 → 16), 156 (8 → 48), 26 (48 → 8);
  /// 1.6 to 3.3 ms.
  std::size_t delay() const;

private:
  std::size_t ratio() const;

  bool up_;
  std::vector<polyphase> stages_; ///< in the order in which samples pass
  std::vector<float> a_, b_;      ///< between the stages
};

} // namespace switchroom::dsp
