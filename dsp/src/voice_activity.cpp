// SPDX-License-Identifier: MIT
#include "switchroom/dsp/voice_activity.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace switchroom::dsp {
namespace {

constexpr double full = 32768.0 * 32768;           // 0 dBov
constexpr double loudest_background = full * 1e-4; // −40 dBov: a loud office has −46
constexpr double never_voice = full * 2.5e-7;      // −66 dBov: what an idle line has
constexpr double rises = 6;                        // 8 dB above the background
constexpr double tone_error = 0.01;                // 20 dB are predicted
constexpr double keeps = 0.95;                     // of a mean, each block
constexpr double smooths = 0.3;
constexpr unsigned stretch_blocks = 20, hangover = 24, first_of_all = 50;
constexpr double none = std::numeric_limits<double>::infinity();

/// Reflection coefficients by Levinson and Durbin, of A(z) = 1 + k1·z⁻¹ + …; what is left of the
/// power when all is predicted, over the power.
template <std::size_t Size>
double reflect(const std::array<double, Size>& r, std::array<double, Size - 1>& k) {
  constexpr double most = 0.999; // means of blocks need not be of a stable filter
  std::array<double, Size> a{1}, before{};
  double error = 1;
  k.fill(0);
  if (r[0] <= 0)
    return error;
  for (std::size_t m = 1; m < Size; ++m) {
    double sum = 0;
    for (std::size_t i = 0; i < m; ++i)
      sum += a[i] * r[m - i] / r[0];
    k[m - 1] = std::clamp(-sum / error, -most, most);
    before = a;
    for (std::size_t i = 1; i <= m; ++i)
      a[i] = before[i] + k[m - 1] * before[m - i];
    error *= 1 - k[m - 1] * k[m - 1];
  }
  return error;
}

} // namespace

voice_activity::voice_activity() : still_voice_(first_of_all) {
  least_.fill(none);
}

/// Power of the quietest moment of the latest 1.4 to 1.6 s.
double voice_activity::quietest(double power) {
  smooth_ = smooth_ ? *smooth_ + smooths * (power - *smooth_) : power;
  if (in_stretch_++ == stretch_blocks) {
    in_stretch_ = 1;
    stretch_ = (stretch_ + 1) % stretches;
    least_[stretch_] = none;
  }
  least_[stretch_] = std::min(least_[stretch_], *smooth_);
  return *std::ranges::min_element(least_);
}

/// A steady one becomes the background's level with time; noise is not so well foreseen.
bool voice_activity::is_tone() const {
  std::array<double, order> k;
  return sum_[0] > weight_ * never_voice && reflect(sum_, k) < tone_error;
}

bool voice_activity::hears_voice(std::span<const std::int16_t, block> now) {
  std::copy(recent_.end() - order, recent_.end(), recent_.begin());
  std::ranges::copy(now, recent_.begin() + order);
  correlations r{};
  for (std::size_t lag = 0; lag <= order; ++lag)
    for (std::size_t n = order; n < recent_.size(); ++n)
      r[lag] += recent_[n] * recent_[n - lag] / block;
  const double background = quietest(r[0]);
  if (r[0] > loudest_background || r[0] > std::max(rises * background, never_voice)) {
    sum_.fill(0);
    weight_ = 0;
    still_voice_ = std::max(still_voice_, hangover);
    return true;
  }
  for (std::size_t lag = 0; lag <= order; ++lag)
    sum_[lag] = keeps * sum_[lag] + r[lag];
  weight_ = keeps * weight_ + 1;
  if (still_voice_ > 0)
    --still_voice_;
  return still_voice_ > 0 || is_tone();
}

noise_colour voice_activity::background() const {
  noise_colour made;
  const double power = weight_ == 0 ? 0 : sum_[0] / weight_;
  const double level = power == 0 ? noise_colour::quietest : -10 * std::log10(power / full);
  made.level = static_cast<std::uint8_t>(
      std::clamp(std::lround(level), 0L, static_cast<long>(noise_colour::quietest)));
  if (made.level == noise_colour::quietest)
    return made;
  std::array<double, order> k;
  reflect(sum_, k);
  made.order = order;
  std::ranges::copy(k, made.reflection.begin());
  return made;
}

} // namespace switchroom::dsp
