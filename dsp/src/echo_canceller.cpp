// SPDX-License-Identifier: MIT
#include "switchroom/dsp/echo_canceller.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <stdexcept>

namespace switchroom::dsp {
namespace {

constexpr int most_less = 2; // a quarter of the step

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
template <class Coefficient>
std::int16_t estimate(const std::vector<Coefficient>& filter, const std::int16_t* far,
                      int fraction_bits) {
  std::int64_t sum = 0;
  for (std::size_t n = 0; n < filter.size(); ++n)
    sum += std::int64_t{filter[n]} * far[n];
  return clamped((sum + (std::int64_t{1} << (fraction_bits - 1))) >> fraction_bits);
}

/// By what each tap of a place rounds otherwise than its neighbours do, 9 bits: it is
/// exclusive-ored with what is random of the sample. A hash that mixes bits well; nothing else is
/// asked of it.
constexpr auto dithers = [] {
  std::array<std::uint32_t, echo_canceller::taps_a_place> all{};
  for (std::uint32_t tap = 0; tap < all.size(); ++tap) {
    std::uint32_t x = (tap + 1) * 40503;
    x = (x ^ (x >> 7)) * 11291 & 0xffff;
    all[tap] = (x ^ (x >> 9)) & 0x1ff;
  }
  return all;
}();

/// The least shift with which 14 bits hold a coefficient is found by its magnitude; what is to be
/// shifted out is rounded up as often as is fair, by as many bits of `dither`. It may be rounded up
/// to where the next shift begins: that is a number of that shift, too. learn_from() keeps
/// coefficients under the one at which the largest shift ends.
std::int32_t rounded_at_random(std::int32_t coefficient, std::uint32_t dither) {
  using c = echo_canceller;
  const std::int32_t magnitude = coefficient ^ (coefficient >> 31);
  std::uint32_t out =
      0; // what is shifted out: ones from the top of a difference that is under nothing
  for (int shift = c::bits_a_shift; shift <= c::most_shift; shift += c::bits_a_shift)
    out |= static_cast<std::uint32_t>((1 << (c::mantissa_bits - 1 - c::bits_a_shift + shift)) - 1 -
                                      magnitude) >>
           (32 - shift);
  return static_cast<std::int32_t>((static_cast<std::uint32_t>(coefficient) + (dither & out)) &
                                   ~out);
}

std::uint64_t square(std::int16_t x) {
  return static_cast<std::uint64_t>(std::int32_t{x} * x);
}

} // namespace

std::int16_t dc_removal::step(std::int16_t x) {
  sum_ += (std::int32_t{x} - last_) * 1024 - (sum_ >> 10);
  last_ = x;
  return clamped(sum_ >> 10);
}

echo_canceller::echo_canceller(unsigned taps)
    : taps_(taps), far_(2 * std::size_t{taps}), background_(taps), foreground_(taps) {
  if (taps < 16 || taps > 1024 || taps % 8 != 0)
    throw std::invalid_argument("echo_canceller: taps must be 16 to 1024, a multiple of 8");
  places_.resize((taps + taps_a_place - 1) / taps_a_place);
}

void echo_canceller::reset(unsigned into_block) {
  const bool learns = learns_;
  *this = echo_canceller(taps_);
  learns_ = learns;
  in_block_ = into_block % block;
}

std::int16_t echo_canceller::cancel(std::int16_t far, std::int16_t near) {
  random_ ^= random_ << 13;
  random_ ^= random_ >> 17;
  random_ ^= random_ << 5;
  hear_far(far);
  if (in_block_ == 0)
    measure_places();
  near_ = near_high_pass_.step(near);
  const std::int16_t learning = clamped(
      near_ - learning_high_pass_.step(estimate(background_, &far_[newest_], fraction_bits)));
  const std::int16_t echo =
      heard_high_pass_.step(estimate(foreground_, &far_[newest_], heard_fraction_bits));
  const std::int16_t heard = clamped(near_ - echo);
  if (learns_ && choice_.learns())
    learn_from(learning);
  const bool cancels = choice_.cancels();
  so_far_.near += square(near_);
  so_far_.echo += square(echo);
  so_far_.background += square(learning);
  so_far_.foreground += square(heard);
  if (++in_block_ == block)
    compare();
  return cancels ? heard : near_;
}

void echo_canceller::hear_far(std::int16_t far) {
  newest_ = (newest_ == 0 ? taps_ : newest_) - 1;
  const std::int16_t oldest = far_[newest_];
  far_[newest_] = far_[newest_ + taps_] = far;
  far_energy_ += square(far) - square(oldest);
  weighted_energy_ = 0;
  for (std::size_t n = 0; n < places_.size(); ++n) {
    place& p = places_[n];
    const std::size_t end = (n + 1) * taps_a_place;
    p.far_energy += square(far_[newest_ + n * taps_a_place]) -
                    square(end < taps_ ? far_[newest_ + end] : oldest);
    p.less = std::min(widest_ - p.width, most_less);
    weighted_energy_ += p.far_energy >> p.less;
  }
}

/// NLMS with a step of 1/2, or of 1/4 when little is left to be learnt: a coefficient rises by step
/// · error · far / energy of far. 1 / energy is a number of 8 bits and a shift; the error times the
/// first keeps 18 bits. A tap's dither is 9 bits of the sample's random word, some of
/// them inverted, others for each tap of a place.
///
/// When the far end has just stopped, the energy is not what is left of it: the step would grow,
/// and noise of the near end would be learnt in its place.
void echo_canceller::learn_from(std::int16_t error) {
  if (far_energy_ < std::uint64_t{quietest} * taps_)
    return;
  const std::uint64_t energy =
      std::max({weighted_energy_, largest_energy_ / 4, std::uint64_t{quietest} * taps_a_place});
  const int scale = std::bit_width(energy) - 8;
  const auto mantissa = static_cast<std::size_t>(energy >> scale);
  const std::int64_t rise = (error * reciprocals[mantissa - 128] + 64) >> 7;
  constexpr std::int64_t end_of_all = 1 << (coefficient_bits - 1);
  constexpr std::int64_t most = end_of_all - (1 << most_shift);
  for (std::size_t n = 0; n < places_.size(); ++n) {
    // 1 / energy = reciprocal / 2^(15 + scale); 7 bits of it are gone, 21 are the coefficient's,
    // and one or two the step's.
    const int shift =
        15 + scale - 7 - fraction_bits + (choice_.nearly_learnt() ? 2 : 1) + places_[n].less;
    const std::size_t end = std::min<std::size_t>(taps_, (n + 1) * taps_a_place);
    const std::uint32_t random = random_ & 0x1ff;
    for (std::size_t tap = n * taps_a_place; tap < end; ++tap) {
      const std::int64_t product = rise * far_[newest_ + tap];
      const std::int64_t change =
          shift > 0 ? (product + (std::int64_t{1} << (shift - 1))) >> shift : product << -shift;
      background_[tap] =
          static_cast<std::int32_t>(std::clamp(background_[tap] + change, -end_of_all, most));
    }
    for (std::size_t tap = n * taps_a_place; tap < end; ++tap)
      background_[tap] = rounded_at_random(background_[tap], random ^ dithers[tap % taps_a_place]);
  }
}

/// In which places the echo lies; from the next sample on.
void echo_canceller::measure_places() {
  widest_ = 0;
  for (std::size_t n = 0; n < places_.size(); ++n) {
    std::uint32_t any = 0;
    const std::size_t end = std::min<std::size_t>(taps_, (n + 1) * taps_a_place);
    for (std::size_t tap = n * taps_a_place; tap < end; ++tap)
      any |= static_cast<std::uint32_t>(background_[tap] ^ (background_[tap] >> 31));
    places_[n].width = std::bit_width(any);
    widest_ = std::max(widest_, places_[n].width);
  }
}

void echo_canceller::compare() {
  so_far_.far = far_energy_ * block / taps_;
  constexpr int finer = fraction_bits - heard_fraction_bits;
  switch (choice_.judge(so_far_)) {
  case filter_choice::verdict::take_over:
    std::ranges::transform(background_, foreground_.begin(), [](std::int32_t coefficient) {
      constexpr std::int32_t most = (1 << (heard_bits - 1)) - 1;
      return static_cast<std::int16_t>(
          std::clamp((coefficient + (1 << (finer - 1))) >> finer, -most - 1, most));
    });
    break;
  case filter_choice::verdict::restore:
    std::ranges::transform(foreground_, background_.begin(), [](std::int16_t coefficient) {
      return std::int32_t{coefficient} << finer;
    });
    break;
  case filter_choice::verdict::keep:
    break;
  }
  largest_energy_ = std::max(far_energy_, largest_energy_ - largest_energy_ / 4);
  so_far_ = {};
  in_block_ = 0;
  ++compared_;
}

} // namespace switchroom::dsp
