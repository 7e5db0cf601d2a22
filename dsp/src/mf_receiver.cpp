// SPDX-License-Identifier: MIT
#include "switchroom/dsp/mf_receiver.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <utility>

namespace switchroom::dsp {
namespace {

constexpr unsigned missed_at_end = 4;
constexpr double pair_share = .55;  ///< of the energy, at least
constexpr double third_share = .25; ///< of the weaker, at most

double ratio(double db) {
  return std::pow(10, db / 10);
}

} // namespace

const std::array<double, 6>& mf_frequencies(mf_code code) {
  static constexpr std::array<double, 6> r1{700, 900, 1100, 1300, 1500, 1700};
  static constexpr std::array<double, 6> forward{1380, 1500, 1620, 1740, 1860, 1980};
  static constexpr std::array<double, 6> backward{1140, 1020, 900, 780, 660, 540};
  return code == mf_code::r1 ? r1 : code == mf_code::r2_forward ? forward : backward;
}

std::string_view mf_digits(mf_code code) {
  return code == mf_code::r1 ? "1234567890CA*B#" : "1234567890BCDEF";
}

mf_receiver::mf_receiver(mf_code code)
    : code_(code), hop_samples_(code == mf_code::r1 ? 40 : 44),
      window_hops_(code == mf_code::r1 ? 2 : 3), needed_(code == mf_code::r1 ? 4 : 3),
      most_twist_(ratio(code == mf_code::r1 ? 8 : 11.5)) {
  const double peak = peak_of_0dbm0 * std::pow(10, (code == mf_code::r1 ? -28 : -38.5) / 20);
  const double sum = peak * hop_samples_ * window_hops_ / 2; // of a sine with its own cosine
  least_power_ = sum * sum;
  for (std::size_t k = 0; k < step_.size(); ++k) {
    const double angle = 2 * std::numbers::pi * mf_frequencies(code)[k] / samples_per_second;
    step_[k] = std::polar(1.0, -angle);
    turn_[k] = std::polar(1.0, angle * hop_samples_);
    reference_[k] = 1;
  }
}

void mf_receiver::listen(samples said, std::vector<mf_event>& heard) {
  for (const double sample : said) {
    auto& now = hops_[0];
    for (std::size_t k = 0; k < step_.size(); ++k) {
      now.tones[k] += sample * reference_[k];
      reference_[k] *= step_[k];
    }
    now.energy += sample * sample;
    if (++at_ == hop_samples_)
      end_hop(heard);
  }
}

unsigned mf_receiver::needed(char digit) const {
  return code_ == mf_code::r1 && digit == '*' ? 7 : needed_; // KP is longer than the others
}

/// The signal of the window that ends with the present hop; 0: none.
char mf_receiver::judge() const {
  std::array<std::pair<double, unsigned>, 6> power;
  double energy = 0;
  for (unsigned h = 0; h < window_hops_; ++h)
    energy += hops_[h].energy;
  for (unsigned k = 0; k < power.size(); ++k) {
    std::complex<double> sum = 0;
    for (unsigned h = window_hops_; h-- > 0;)
      sum = sum * turn_[k] + hops_[h].tones[k];
    power[k] = {std::norm(sum), k};
  }
  std::ranges::sort(power, std::greater());
  const auto [strong, a] = power[0];
  const auto [weak, b] = power[1];
  const double whole =
      energy * hop_samples_ * window_hops_ / 2; // the norm of a sine of that energy
  if (weak < least_power_ || strong > most_twist_ * weak || power[2].first > third_share * weak ||
      strong + weak < pair_share * whole)
    return 0;
  const unsigned low = std::min(a, b), high = std::max(a, b);
  return mf_digits(code_)[high * (high - 1) / 2 + low];
}

void mf_receiver::end_hop(std::vector<mf_event>& heard) {
  const char digit = judge();
  std::shift_right(hops_.begin(), hops_.end(), 1);
  hops_[0] = {};
  at_ = 0;
  for (auto& reference : reference_)
    reference = 1;

  run_ = digit != 0 && digit == candidate_ ? run_ + 1 : 1;
  candidate_ = digit;
  const bool begins = digit != 0 && digit != sounding_ && run_ >= needed(digit);
  missed_ = digit == sounding_ ? 0 : missed_ + 1;
  if (sounding_ != 0 && (missed_ >= missed_at_end || begins))
    heard.push_back({std::exchange(sounding_, char{0}), false});
  if (begins) {
    heard.push_back({digit, true});
    sounding_ = digit;
    missed_ = 0;
  }
}

} // namespace switchroom::dsp
