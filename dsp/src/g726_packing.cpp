// SPDX-License-Identifier: MIT
#include "switchroom/dsp/g726.hpp"

#include <algorithm>

namespace switchroom::dsp::g726 {
namespace {

/// Takes whole groups of words of one width to words of another; a group is one number of up to 40
/// bits.
std::size_t regroup(std::size_t group_bits, order o, std::span<const std::uint8_t> from,
                    std::size_t from_bits, std::span<std::uint8_t> to, std::size_t to_bits) {
  const auto place = [&](std::size_t index, std::size_t width) {
    return o == order::low_bits_first ? index * width : group_bits - (index + 1) * width;
  };
  const std::size_t words_in = group_bits / from_bits, words_out = group_bits / to_bits;
  const std::size_t groups = std::min(from.size() / words_in, to.size() / words_out);
  const std::uint64_t from_mask = (1U << from_bits) - 1, to_mask = (1U << to_bits) - 1;
  for (std::size_t g = 0; g < groups; ++g) {
    std::uint64_t group = 0;
    for (std::size_t i = 0; i < words_in; ++i)
      group |= (from[g * words_in + i] & from_mask) << place(i, from_bits);
    for (std::size_t i = 0; i < words_out; ++i)
      to[g * words_out + i] = static_cast<std::uint8_t>(group >> place(i, to_bits) & to_mask);
  }
  return groups * words_out;
}

} // namespace

std::size_t pack(rate r, order o, std::span<const std::uint8_t> codes,
                 std::span<std::uint8_t> octets) {
  return regroup(octets_of_group(r) * 8, o, codes, static_cast<std::size_t>(r), octets, 8);
}

std::size_t unpack(rate r, order o, std::span<const std::uint8_t> octets,
                   std::span<std::uint8_t> codes) {
  return regroup(octets_of_group(r) * 8, o, octets, 8, codes, static_cast<std::size_t>(r));
}

} // namespace switchroom::dsp::g726
