// SPDX-License-Identifier: MIT
#include "switchroom/dsp/echo_canceller.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <stdexcept>
#include <utility>

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

/// log2 of an energy, in eighths, by a straight line between powers.
int log2_eighths(std::uint64_t energy) {
  if (energy < 8)
    return 0;
  const int bits = std::bit_width(energy);
  return 8 * bits + static_cast<int>(energy >> (bits - 4) & 7);
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
  if (learns_ && !near_speaks_ && !stands_still())
    learn_from(learning);
  const bool cancels = this->cancels();
  near_energy_ += square(near_);
  echo_energy_ += square(echo);
  background_energy_ += square(learning);
  foreground_energy_ += square(heard);
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
    const int shift = 15 + scale - 7 - fraction_bits + (nearly_learnt_ ? 2 : 1) + places_[n].less;
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

/// Whether the background filter is to be taken over.
///
/// While it learns it is no witness of itself: of two voices at once it finds, from one moment to
/// the next, what happens to be alike in them, and seems to foretell the one from the other. What
/// it has found of an echo remains true when it stops learning. So a filter is believed when it has
/// been the better one in one block after the other, and has learnt nothing meanwhile.
///
/// As long as nothing is proven, the foreground filter is examined: it learns nothing in any case.
/// What comes is heard, but after two blocks in a row in which it has left half of that, or less.
/// Of pauses of the far end nothing is to be learnt. Later on a bit better will do for the
/// background filter while the foreground leaves no more of the echo than it did at its best. When
/// it leaves more, either the echo path has changed or somebody speaks at the near end. Then the
/// background filter must be better by much, and is examined as soon as it is: it stands still.
bool echo_canceller::background_is_better() {
  const bool speaks = far_energy_ >= std::uint64_t{quietest} * taps_;
  const bool loud = far_energy_ >= std::uint64_t{4} * quietest * taps_;
  const int left = log2_eighths(foreground_mean_) - log2_eighths(echo_mean_);
  if (loud) {
    least_left_ = std::min(least_left_, left);
    if (++blocks_ % blocks_to_rise == 0)
      ++least_left_;
  }
  const bool better =
      16 * background_mean_ < 15 * foreground_mean_ && background_energy_ < foreground_energy_;
  const bool much_better =
      4 * background_mean_ < foreground_mean_ && 8 * background_mean_ < 3 * near_mean_;
  const bool worse_than_none =
      foreground_mean_ > 3 * near_mean_ &&
      (2 * background_mean_ < foreground_mean_ || foreground_mean_ > 16 * near_mean_);
  if (proven_ && loud && worse_than_none) {
    proven_ = false;
    passed_ = 0;
  }
  const bool examined = !proven_ || stands_still();
  const bool passes = !near_speaks_ && (!examined ? much_better
                                        : proven_ ? 4 * background_energy_ < foreground_energy_
                                                  : 2 * foreground_energy_ < near_energy_);
  const bool tells = !examined || (proven_ ? loud : speaks && 4 * near_energy_ > near_mean_);
  const bool proves =
      tells && passes && passed_ == most_passed && (proven_ || 4 * foreground_mean_ < near_mean_);
  if (tells)
    passed_ = passes && !proves ? std::min(passed_ + 1, most_passed) : 0;
  if (proves) {
    least_left_ = proven_ ? log2_eighths(background_mean_) - log2_eighths(echo_mean_) : left;
    return std::exchange(proven_, true);
  }
  return better && !near_speaks_ && (much_better || 8 * background_mean_ < near_mean_) &&
         (proven_ ? left <= least_left_ + 8 && !stands_still() : passed_ == 0);
}

void echo_canceller::compare() {
  near_speaks_ = near_energy_ > 2 * (far_energy_ * block / taps_);
  // Over some three blocks.
  const auto mean = [](std::uint64_t& of, std::uint64_t& energy) {
    of = (5 * of + 3 * energy) / 8;
  };
  mean(near_mean_, near_energy_);
  mean(echo_mean_, echo_energy_);
  mean(background_mean_, background_energy_);
  mean(foreground_mean_, foreground_energy_);
  constexpr int finer = fraction_bits - heard_fraction_bits;
  if (background_is_better()) {
    std::ranges::transform(background_, foreground_.begin(), [](std::int32_t coefficient) {
      constexpr std::int32_t most = (1 << (heard_bits - 1)) - 1;
      return static_cast<std::int16_t>(
          std::clamp((coefficient + (1 << (finer - 1))) >> finer, -most - 1, most));
    });
    foreground_mean_ = background_mean_;
  } else if (background_mean_ / 4 > foreground_mean_ &&
             background_energy_ / 2 > foreground_energy_) {
    std::ranges::transform(foreground_, background_.begin(), [](std::int16_t coefficient) {
      return std::int32_t{coefficient} << finer;
    });
    background_mean_ = foreground_mean_;
  }
  nearly_learnt_ = foreground_mean_ < near_mean_ / 128;
  largest_energy_ = std::max(far_energy_, largest_energy_ - largest_energy_ / 4);
  near_energy_ = echo_energy_ = background_energy_ = foreground_energy_ = 0;
  in_block_ = 0;
  ++compared_;
}

} // namespace switchroom::dsp
