// SPDX-License-Identifier: MIT
/// What a packet is that comes to a port of voice, by its first octets.
#pragma once
#include <cstdint>
#include <span>

namespace switchroom::media {

/// DTLS (RFC 7983, 7), as against RTP and RTCP: 128 … 191.
inline bool is_handshake(std::span<const std::uint8_t> packet) {
  return !packet.empty() && packet[0] >= 20 && packet[0] <= 63;
}

/// RTCP where RTP comes, too (RFC 5761, 4).
inline bool is_report(std::span<const std::uint8_t> packet) {
  return packet.size() >= 2 && packet[1] >= 192 && packet[1] <= 223;
}

} // namespace switchroom::media
