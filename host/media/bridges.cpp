// SPDX-License-Identifier: MIT
#include "media/bridges.hpp"

#include <algorithm>
#include <limits>

namespace switchroom::media {

void bridges::begin() {
  std::ranges::fill(spoken_, std::int16_t{0});
  std::ranges::fill(sums_, 0);
}

void bridges::speak(host_slot slot, std::int16_t sample) {
  spoken_[slot.value] = sample;
  sums_[bridge_of_[slot.value]] += sample;
}

std::int16_t bridges::hear(host_slot slot) const {
  const auto others = sums_[bridge_of_[slot.value]] - spoken_[slot.value];
  using limits = std::numeric_limits<std::int16_t>;
  return static_cast<std::int16_t>(std::clamp<std::int32_t>(others, limits::min(), limits::max()));
}

} // namespace switchroom::media
