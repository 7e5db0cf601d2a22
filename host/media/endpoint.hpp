// SPDX-License-Identifier: MIT
/// Where RTP comes from and goes to.
#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <string>

namespace switchroom::media {

/// Of IPv6, or one of IPv4 mapped into it (RFC 4291, 2.5.5.2).
using network_address = std::array<std::uint8_t, 16>;

/// An address and a UDP port. Equal if and only if both are.
struct endpoint {
  network_address address{};
  std::uint16_t port = 0;
  friend bool operator==(const endpoint&, const endpoint&) = default;

  static constexpr endpoint v4(std::uint8_t a, std::uint8_t b, std::uint8_t c, std::uint8_t d,
                               std::uint16_t port) {
    return {{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, a, b, c, d}, port};
  }
};

/// Of a numeric address; nothing if it is none. Names are not looked up: that would block.
std::optional<endpoint> parse_endpoint(const std::string& address, std::uint16_t port);

} // namespace switchroom::media
