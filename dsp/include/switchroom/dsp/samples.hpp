// SPDX-License-Identifier: MIT
/// What a sample means to everything that measures.
#pragma once
#include <cstdint>
#include <span>

namespace switchroom::dsp {

/// Mono, 16-bit linear, 8,000 a second.
using samples = std::span<const std::int16_t>;

inline constexpr double samples_per_second = 8000;
/// Peak of a sine of 0 dBm0. A sine that just fills the range is +3.14 dBm0 (G.711, A-law).
inline constexpr double peak_of_0dbm0 = 22827;
/// Level given to silence, in place of minus infinity.
inline constexpr double floor_dbm0 = -120;

} // namespace switchroom::dsp
