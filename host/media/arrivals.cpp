// SPDX-License-Identifier: MIT
#include "media/arrivals.hpp"

namespace switchroom::media {

void arrivals::count(std::int32_t at, std::uint32_t times) {
  half& now = halves_[filling_];
  now.came[static_cast<std::uint32_t>(at) % steps] += static_cast<std::uint16_t>(times);
  now.seen += times;
  now.first = std::min(now.first, at);
  now.last = std::max(now.last, at);
}

void arrivals::see(transit_time took, std::uint32_t now) {
  if (seen() == 0) {
    origin_ = took;
    half_began_ = now;
  }
  if (now - half_began_ >= half_length_ || halves_[filling_].seen >= most_seen) {
    filling_ ^= 1;
    halves_[filling_] = {};
    half_began_ = now;
    half_length_ = std::min(2 * half_length_, longest_half);
  }
  const std::int32_t at = step_of(took);
  const std::int32_t first = std::min({at, halves_[0].first, halves_[1].first});
  if (std::max(at, last()) - first >= steps) {
    // Further apart than there is room for: another way, and nothing is known of it.
    forget();
    see(took, now);
    return;
  }
  count(at, 1);
}

void arrivals::insist(transit_time took, unsigned per_mille) {
  const std::int32_t at = step_of(took);
  std::uint32_t later = 0;
  for (std::int32_t more = at; more <= last(); ++more)
    later += came(more);
  const std::uint32_t wanted = seen() * per_mille / 1000 + 1;
  count(at, wanted - std::min(wanted, later));
}

transit_time arrivals::all_but(unsigned per_mille) const {
  const std::uint32_t many = seen() * per_mille / 1000;
  std::int32_t at = last();
  for (std::uint32_t later = came(at); later <= many; later += came(at))
    --at;
  return origin_ + static_cast<std::uint32_t>(at) * step;
}

} // namespace switchroom::media
