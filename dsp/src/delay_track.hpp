// SPDX-License-Identifier: MIT
/// How the delay of a recording runs over time.
#pragma once
#include "switchroom/dsp/samples.hpp"

#include <cstddef>
#include <vector>

namespace switchroom::dsp {

/// A stretch of the reference that arrived with one delay.
struct stretch {
  std::size_t begin = 0, end = 0; ///< in the reference
  std::ptrdiff_t delay = 0;       ///< reference[n] is recording[n + delay]
};

/// Where the reference lies as a whole: the lag of the strongest correlation, of either sign.
std::ptrdiff_t overall_delay(samples reference, samples recording);

/// Follows the delay from window to window: up to 100 ms to either side of where it was last, and
/// where nothing is found there, up to a second to either side of `around`, unless it goes on at
/// the old delay afterwards. Stretches cover the reference without gaps; the delays of neighbours
/// differ by 1 ms or more.
std::vector<stretch> track_delay(samples reference, samples recording, std::ptrdiff_t around);

/// The part of `s` from `from` on, cut to what is there.
samples part(samples s, std::ptrdiff_t from, std::size_t length);

/// recording[n + delay], or zero outside.
inline double sample_at(samples recording, std::size_t n, std::ptrdiff_t delay) {
  const std::ptrdiff_t at = static_cast<std::ptrdiff_t>(n) + delay;
  return at < 0 || at >= static_cast<std::ptrdiff_t>(recording.size())
             ? 0.0
             : recording[static_cast<std::size_t>(at)];
}

} // namespace switchroom::dsp
