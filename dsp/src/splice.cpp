// SPDX-License-Identifier: MIT
#include "switchroom/dsp/splice.hpp"

#include <algorithm>
#include <cmath>

namespace switchroom::dsp {
namespace {

constexpr unsigned taps = 2 * splice_fade, most_lengths = longest_splice - shortest_splice + 1;
constexpr double silent_rms = 50; // −50 dBm0: what lines and rooms hum

double sum_of_squares(std::span<const std::int16_t> sound) {
  double sum = 0;
  for (const double s : sound)
    sum += s * s;
  return sum;
}

} // namespace

joint find_joint(std::span<const std::int16_t> sound, std::size_t here, splice how,
                 unsigned wanted) {
  const bool shorter = how == splice::shorter;
  const std::size_t room = shorter ? sound.size() - here : here;
  if (here < splice_fade || sound.size() < here + splice_fade || room < splice_fade)
    return {};
  const auto most = static_cast<unsigned>(room) - splice_fade;
  if (sum_of_squares(sound) < silent_rms * silent_rms * static_cast<double>(sound.size()))
    return {std::min({wanted, most, longest_silence}), 1};
  const unsigned longest = std::min({most, longest_splice, shorter ? wanted : 2 * wanted});
  if (longest < shortest_splice)
    return {};
  // All lengths side by side: of the k-th the other place is k samples behind the first.
  const unsigned lengths = longest - shortest_splice + 1;
  const auto* const at = sound.data() + here - splice_fade;
  const auto* const other = shorter ? at + shortest_splice : at - longest;
  std::array<float, taps> wanted_like;
  std::array<float, taps + most_lengths> there{};
  std::copy_n(at, taps, wanted_like.begin());
  std::copy_n(other, taps + lengths - 1, there.begin());
  std::array<float, most_lengths> product{};
  for (unsigned i = 0; i < taps; ++i)
    for (unsigned k = 0; k < most_lengths; ++k)
      product[k] += wanted_like[i] * there[i + k];
  const double own = sum_of_squares({at, taps});
  double energy = sum_of_squares({other, taps});
  joint best;
  for (unsigned k = 0; k < lengths; ++k) {
    const double likeness = product[k] / std::sqrt(std::max(own * energy, 1.0));
    if (likeness > best.likeness)
      best = {shorter ? shortest_splice + k : longest - k, likeness};
    energy += double{there[k + taps]} * there[k + taps] - double{there[k]} * there[k];
  }
  return best;
}

void make_joint(std::span<const std::int16_t> sound, std::size_t here, splice how, unsigned length,
                std::span<std::int16_t> to) {
  const auto* const from = sound.data() + here;
  const auto* const into = how == splice::shorter ? from + length : from - length;
  for (std::size_t i = 0; i < to.size(); ++i) {
    if (i >= splice_fade) {
      to[i] = into[i];
      continue;
    }
    const double in = (static_cast<double>(i) + 0.5) / splice_fade;
    to[i] = static_cast<std::int16_t>(std::lround(from[i] * (1 - in) + into[i] * in));
  }
}

} // namespace switchroom::dsp
