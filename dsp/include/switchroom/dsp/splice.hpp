// SPDX-License-Identifier: MIT
/// Sound made a little shorter or longer so that it is heard as little as possible: one pitch
/// period, or a few, is left out or comes twice, and is faded over where the sound is most like
/// itself (the search of WSOLA: Verhelst and Roelands, 1993). In silence any length will do.
///
/// 8,000 samples a second. Nothing is allocated; a search takes about 2 µs.
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace switchroom::dsp {

enum class splice : std::uint8_t { shorter, longer };

/// Where the two ends of a splice are alike.
struct joint {
  unsigned length = 0;  ///< samples left out or inserted; 0: there is no room for any
  double likeness = -1; ///< of the two places: −1 … 1, normalised correlation; of silence 1
};

inline constexpr unsigned splice_fade = 40; ///< samples from one end to the other: 5 ms
inline constexpr unsigned shortest_splice = 20, longest_splice = 100; ///< in sound: 2.5 … 12.5 ms
inline constexpr unsigned longest_silence = 160;                      ///< in silence

/// The best splice before `sound[here]`. Looks at splice_fade samples before it and after it, and
/// at as many on the other side of what is left out (behind `here`) or comes twice (before it):
/// as far as `sound` reaches. Of silence `wanted` samples are left out or inserted; of sound no
/// more than these are left out, and no more than twice as many are inserted.
joint find_joint(std::span<const std::int16_t> sound, std::size_t here, splice, unsigned wanted);

/// What is heard from `here` on after the splice: as many samples as `to` has. Shorter: they take
/// the place of those from here + length on. Longer: they are followed by sound[here + to.size() −
/// length]; at least `length` and splice_fade.
void make_joint(std::span<const std::int16_t> sound, std::size_t here, splice, unsigned length,
                std::span<std::int16_t> to);

} // namespace switchroom::dsp
