// SPDX-License-Identifier: MIT
#include "media/rtp.hpp"

#include "media/big_endian.hpp"

namespace switchroom::media {
std::string_view to_string(rtp_fault fault) {
  switch (fault) {
  case rtp_fault::truncated:
    return "truncated";
  case rtp_fault::wrong_version:
    return "wrong version";
  case rtp_fault::bad_padding:
    break;
  }
  return "bad padding";
}

std::variant<rtp_packet, rtp_fault> parse_rtp(std::span<const std::uint8_t> octets) {
  if (octets.size() < rtp_header_octets)
    return rtp_fault::truncated;
  if (octets[0] >> 6 != 2)
    return rtp_fault::wrong_version;
  const bool padded = (octets[0] & 0x20) != 0, extended = (octets[0] & 0x10) != 0;
  std::size_t begin = rtp_header_octets + 4 * std::size_t{octets[0] & 0x0fU};
  if (extended) {
    if (octets.size() < begin + 4)
      return rtp_fault::truncated;
    begin += 4 + 4 * big_endian(octets.subspan(begin + 2, 2));
  }
  if (octets.size() < begin)
    return rtp_fault::truncated;
  std::size_t end = octets.size();
  if (padded) {
    const std::size_t padding = octets.back();
    if (padding == 0 || padding > end - begin)
      return rtp_fault::bad_padding;
    end -= padding;
  }
  rtp_packet packet;
  packet.header.marker = (octets[1] & 0x80) != 0;
  packet.header.payload_type = octets[1] & 0x7f;
  packet.header.sequence = static_cast<std::uint16_t>(big_endian(octets.subspan(2, 2)));
  packet.header.timestamp = big_endian(octets.subspan(4, 4));
  packet.header.ssrc = big_endian(octets.subspan(8, 4));
  packet.payload = octets.subspan(begin, end - begin);
  return packet;
}

void write_rtp_header(const rtp_header& h, std::span<std::uint8_t, rtp_header_octets> to) {
  to[0] = 2 << 6;
  to[1] = static_cast<std::uint8_t>((h.marker ? 0x80 : 0) | (h.payload_type & 0x7f));
  put_big_endian(h.sequence, to.subspan<2, 2>());
  put_big_endian(h.timestamp, to.subspan<4, 4>());
  put_big_endian(h.ssrc, to.subspan<8, 4>());
}

} // namespace switchroom::media
