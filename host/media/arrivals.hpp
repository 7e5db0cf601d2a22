// SPDX-License-Identifier: MIT
/// How long packets were on their way in the last 8 to 16 seconds, as a histogram in steps of 1 ms:
/// what the delay of a jitter buffer is set by. Pure; memory is part of the object.
///
/// Two halves: one fills while the other is remembered, and every 8 s the older one is forgotten.
/// So a packet counts in full until it counts no more. The first halves last 1, 2 and 4 s, for what
/// happens as a stream begins tells little of what follows.
#pragma once
#include <algorithm>
#include <array>
#include <cstdint>

namespace switchroom::media {

/// When a packet came, by the clock that plays, less its timestamp: samples, modulo 2^32.
using transit_time = std::uint32_t;

class arrivals {
public:
  static constexpr unsigned step = 8; ///< samples

  void forget() { *this = {}; }
  /// A packet came at `now`, in samples of the clock that plays.
  void see(transit_time, std::uint32_t now);
  /// From now on this is how long packets take at least, whatever was before: counted as often as
  /// it takes for `all_but` to say so.
  void insist(transit_time, unsigned per_mille);

  /// Packets in the histogram.
  std::uint32_t seen() const { return halves_[0].seen + halves_[1].seen; }
  /// What all but so many took no longer than, to the step below. Something was seen.
  transit_time all_but(unsigned per_mille) const;
  /// The stream began not long ago.
  bool is_young() const { return half_length_ < longest_half; }

private:
  static constexpr std::int32_t steps = 512;
  static constexpr std::uint32_t first_half = 8'000, longest_half = 64'000, most_seen = 30'000;

  struct half {
    std::array<std::uint16_t, steps> came{}; ///< by step, modulo steps
    std::uint32_t seen = 0;
    std::int32_t first = INT32_MAX, last = INT32_MIN; ///< steps
  };

  std::int32_t step_of(transit_time t) const {
    const auto after = static_cast<std::int32_t>(t - origin_);
    constexpr std::int32_t size = step;
    return (after - (after < 0 ? size - 1 : 0)) / size;
  }
  std::int32_t last() const { return std::max(halves_[0].last, halves_[1].last); }
  std::uint32_t came(std::int32_t at) const {
    const auto place = static_cast<std::uint32_t>(at) % steps;
    return std::uint32_t{halves_[0].came[place]} + halves_[1].came[place];
  }
  void count(std::int32_t at, std::uint32_t times);

  std::array<half, 2> halves_{};
  unsigned filling_ = 0;
  std::uint32_t half_began_ = 0, half_length_ = first_half;
  transit_time origin_ = 0;
};

} // namespace switchroom::media
