// SPDX-License-Identifier: MIT
/// Records of DTLS 1.2 (RFC 6347, 4.1) as they come from the network, before anybody believes them.
#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace switchroom::dtls {

/// A packet's records that are worth looking at. Left out: what is cut off or is none, data of an
/// application (there is none here), and alerts that nobody has signed: before the keys are there
/// anybody could end a handshake by one (4.1.2.7).
struct sifted {
  std::vector<std::uint8_t> octets{};
  std::optional<std::uint8_t> alert{}; ///< the last fatal one that was left out: its description
  bool begins = false;                 ///< with a ClientHello that is the first of its handshake
};
sifted sift(std::span<const std::uint8_t> packet);

} // namespace switchroom::dtls
