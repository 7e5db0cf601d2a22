// SPDX-License-Identifier: MIT
#include "dtls/records.hpp"

namespace switchroom::dtls {
namespace {

constexpr std::size_t header_octets = 13; // type, version, epoch, sequence number, length
constexpr std::uint8_t type_change_cipher_spec = 20, type_alert = 21, type_handshake = 22;
constexpr std::uint8_t version_major = 0xfe; // DTLS 1.0 and 1.2; the first flight may say either
constexpr std::uint8_t fatal = 2, client_hello = 1;

unsigned two_octets(std::span<const std::uint8_t> at) {
  return static_cast<unsigned>(at[0] << 8 | at[1]);
}

} // namespace

sifted sift(std::span<const std::uint8_t> packet) {
  sifted made;
  while (packet.size() > header_octets) {
    const std::uint8_t type = packet[0];
    const bool in_the_clear = two_octets(packet.subspan(3)) == 0;
    const std::size_t size = header_octets + two_octets(packet.subspan(11));
    if (size > packet.size() || packet[1] != version_major)
      return made;
    const auto record = packet.first(size);
    packet = packet.subspan(size);
    if (type == type_alert && in_the_clear) {
      if (size == header_octets + 2 && record[header_octets] == fatal)
        made.alert = record[header_octets + 1];
    } else if (size > header_octets && // none of these may be empty (RFC 5246, 6.2.1)
               (type == type_change_cipher_spec || type == type_alert || type == type_handshake)) {
      // A handshake message: type, length (3), its number (2).
      made.begins |= type == type_handshake && in_the_clear && size >= header_octets + 6 &&
                     record[header_octets] == client_hello &&
                     two_octets(record.subspan(header_octets + 4)) == 0;
      made.octets.insert(made.octets.end(), record.begin(), record.end());
    }
  }
  return made;
}

} // namespace switchroom::dtls
