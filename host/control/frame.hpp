// SPDX-License-Identifier: MIT
/// The framing of proto/control.proto and proto/phone.proto on a Unix stream socket: a 4-byte
/// little-endian length, then one protobuf message.
#pragma once
#include <google/protobuf/message_lite.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

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

enum class found { message, unfinished, too_long };
/// The first message of `come`, without its length, into `body`, and off the beginning of `come`;
/// or why there is none. `body` is a part of what `come` was.
inline found take_message(std::string_view& come, std::uint32_t largest, std::string_view& body) {
  length_field length{};
  if (come.size() < length.size())
    return found::unfinished;
  std::copy_n(come.begin(), length.size(), length.begin());
  const std::size_t size = length_of(length);
  if (size > largest)
    return found::too_long;
  if (come.size() - length.size() < size)
    return found::unfinished;
  body = come.substr(length.size(), size);
  come.remove_prefix(length.size() + size);
  return found::message;
}

} // namespace switchroom::control
