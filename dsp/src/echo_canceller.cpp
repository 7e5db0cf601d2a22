// SPDX-License-Identifier: MIT
#include "switchroom/dsp/echo_canceller.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <span>
#include <stdexcept>

namespace switchroom::dsp {
namespace {

std::int16_t clamped(std::int64_t x) {
  return static_cast<std::int16_t>(std::clamp<std::int64_t>(x, -32768, 32767));
}

/// 2^15 / n of n = 128 … 255, rounded.
constexpr auto reciprocals = [] {
  std::array<std::int32_t, 128> all{};
  for (std::int32_t n = 128; n < 256; ++n)
    all[static_cast<std::size_t>(n - 128)] = ((1 << 16) / n + 1) / 2;
  return all;
}();

/// What a filter says of the echo, rounded.
std::int64_t estimate(std::span<const std::int32_t> filter, const std::int16_t* far) {
  std::int64_t sum = 0;
  for (std::size_t n = 0; n < filter.size(); ++n)
    sum += std::int64_t{filter[n]} * far[n];
  return (sum + (1 << (echo_canceller::fraction_bits - 1))) >> echo_canceller::fraction_bits;
}

std::uint64_t square(std::int16_t x) {
  return static_cast<std::uint64_t>(std::int32_t{x} * x);
}

} // namespace

std::int16_t dc_removal::step(std::int16_t x) {
  sum_ += (std::int32_t{x} - last_) * 64 - (sum_ >> 6);
  last_ = x;
  return clamped(sum_ >> 6);
}

echo_canceller::echo_canceller(unsigned taps)
    : taps_(taps), far_(2 * std::size_t{taps}), background_(taps), foreground_(taps) {
  if (taps < 16 || taps > 1024 || taps % 8 != 0)
    throw std::invalid_argument("echo_canceller: taps must be 16 to 1024, a multiple of 8");
}

void echo_canceller::reset() {
  const bool learns = learns_;
  *this = echo_canceller(taps_);
  learns_ = learns;
}

std::int16_t echo_canceller::cancel(std::int16_t far, std::int16_t near) {
  newest_ = (newest_ == 0 ? taps_ : newest_) - 1;
  far_energy_ -= square(far_[newest_]);
  far_[newest_] = far_[newest_ + taps_] = far_high_pass_.step(far);
  far_energy_ += square(far_[newest_]);
  const std::int16_t sent = near_high_pass_.step(near);
  const std::int16_t learning = clamped(sent - estimate(background_, &far_[newest_]));
  const std::int16_t heard = clamped(sent - estimate(foreground_, &far_[newest_]));
  if (learns_)
    learn_from(learning);
  near_energy_ += square(sent);
  background_energy_ += square(learning);
  foreground_energy_ += square(heard);
  if (++in_block_ == block)
    compare();
  return heard;
}

/// NLMS with a step of 1/2, or of 1/4 when little is left to be learnt: a coefficient rises by step
/// · error · far / energy of far. 1 / energy is a number of 8 bits and a shift; the error times the
/// first keeps 18 bits.
void echo_canceller::learn_from(std::int16_t error) {
  if (far_energy_ < std::uint64_t{quietest} * taps_)
    return;
  const int scale = std::bit_width(far_energy_) - 8;
  const auto mantissa = static_cast<std::size_t>(far_energy_ >> scale);
  const std::int64_t rise = (error * reciprocals[mantissa - 128] + 64) >> 7;
  // 1 / energy = reciprocal / 2^(15 + scale); 7 bits of it are gone, 22 are the coefficient's, and
  // one or two the step's.
  const int shift = 15 + scale - 7 - fraction_bits + (nearly_learnt_ ? 2 : 1);
  constexpr std::int64_t most = (1 << (coefficient_bits - 1)) - 1;
  for (std::size_t n = 0; n < taps_; ++n) {
    const std::int64_t product = rise * far_[newest_ + n];
    const std::int64_t change =
        shift > 0 ? (product + (std::int64_t{1} << (shift - 1))) >> shift : product << -shift;
    background_[n] =
        static_cast<std::int32_t>(std::clamp(background_[n] + change, -most - 1, most));
  }
}

/// Means are over some three blocks. A filter must have been better both on the mean and just now.
/// While somebody speaks at the near end, the background filter learns what happens to be like him,
/// and seems a little better; but then neither leaves much less than there was. So either it leaves
/// 9 dB less than there was, or it must be better by 3 dB, and leave 4 dB less than there was, or
/// the other 6 dB more, as when the echo path is cut.
void echo_canceller::compare() {
  background_mean_ = (5 * background_mean_ + 3 * background_energy_) / 8;
  foreground_mean_ = (5 * foreground_mean_ + 3 * foreground_energy_) / 8;
  near_mean_ = (5 * near_mean_ + 3 * near_energy_) / 8;
  const bool better =
      16 * background_mean_ < 15 * foreground_mean_ && background_energy_ < foreground_energy_;
  const bool sure = 8 * background_mean_ < near_mean_ ||
                    (2 * background_mean_ < foreground_mean_ &&
                     (8 * background_mean_ < 3 * near_mean_ || foreground_mean_ > 4 * near_mean_));
  if (better && sure) {
    foreground_ = background_;
    foreground_mean_ = background_mean_;
  } else if (background_mean_ / 4 > foreground_mean_ &&
             background_energy_ / 2 > foreground_energy_) {
    background_ = foreground_;
    background_mean_ = foreground_mean_;
  }
  nearly_learnt_ = foreground_mean_ < near_mean_ / 256;
  near_energy_ = background_energy_ = foreground_energy_ = 0;
  in_block_ = 0;
}

} // namespace switchroom::dsp
