// SPDX-License-Identifier: MIT
/// RTP packets (RFC 3550, 5.1) to and from octets. Nothing is copied.
#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <variant>

namespace switchroom::media {

struct rtp_header {
  bool marker = false;
  std::uint8_t payload_type = 0; ///< 0 … 127
  std::uint16_t sequence = 0;
  std::uint32_t timestamp = 0; ///< in samples
  std::uint32_t ssrc = 0;
  friend bool operator==(const rtp_header&, const rtp_header&) = default;
};

inline constexpr std::size_t rtp_header_octets = 12;

struct rtp_packet {
  rtp_header header;
  std::span<const std::uint8_t> payload; ///< into the octets parsed; padding taken off
};

enum class rtp_fault {
  truncated,     ///< shorter than its header, contributing sources or extension say
  wrong_version, ///< not 2
  bad_padding,   ///< padding of no octets, or of more than there are
};
std::string_view to_string(rtp_fault);

/// Takes a packet apart. Contributing sources and a header extension are skipped.
std::variant<rtp_packet, rtp_fault> parse_rtp(std::span<const std::uint8_t> octets);

/// Writes the twelve octets of a header; the payload belongs behind them.
void write_rtp_header(const rtp_header&, std::span<std::uint8_t, rtp_header_octets> to);

} // namespace switchroom::media
