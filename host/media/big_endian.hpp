// SPDX-License-Identifier: MIT
/// Numbers in network order.
#pragma once
#include <cstdint>
#include <span>

namespace switchroom::media {

/// Of 1 … 4 octets.
inline std::uint32_t big_endian(std::span<const std::uint8_t> octets) {
  std::uint32_t value = 0;
  for (const std::uint8_t o : octets)
    value = value << 8 | o;
  return value;
}

/// The lowest octets of a number, as many as there is room for.
inline void put_big_endian(std::uint32_t value, std::span<std::uint8_t> to) {
  for (auto at = to.rbegin(); at != to.rend(); ++at, value >>= 8)
    *at = static_cast<std::uint8_t>(value);
}

} // namespace switchroom::media
