// SPDX-License-Identifier: MIT
/// The framing of proto/control.proto and proto/phone.proto on a Unix stream socket: a 4-byte
/// little-endian length, then one protobuf message.
#pragma once
#include <google/protobuf/message_lite.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>

namespace switchroom::control {

using length_field = std::array<std::uint8_t, 4>;

/// A longer request is refused and its connection closed.
inline constexpr std::uint32_t largest_request = 64 * 1024;
/// A log of 10,000 entries fits.
inline constexpr std::uint32_t largest_reply = 16 * 1024 * 1024;

constexpr std::uint32_t length_of(const length_field& field) {
  return field[0] | std::uint32_t{field[1]} << 8 | std::uint32_t{field[2]} << 16 |
         std::uint32_t{field[3]} << 24;
}

inline std::string framed(const google::protobuf::MessageLite& message) {
  const auto size = static_cast<std::uint32_t>(message.ByteSizeLong());
  std::string octets;
  octets.reserve(size + 4);
  for (unsigned shift = 0; shift < 32; shift += 8)
    octets += static_cast<char>(size >> shift & 0xff);
  message.AppendToString(&octets);
  return octets;
}

} // namespace switchroom::control
