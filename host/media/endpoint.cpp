// SPDX-License-Identifier: MIT
#include "media/endpoint.hpp"

#include <algorithm>
#include <arpa/inet.h>

namespace switchroom::media {

std::optional<endpoint> parse_endpoint(const std::string& address, std::uint16_t port) {
  in_addr v4{};
  if (inet_pton(AF_INET, address.c_str(), &v4) == 1) {
    std::array<std::uint8_t, 4> octets{};
    std::copy_n(reinterpret_cast<const std::uint8_t*>(&v4), 4, octets.begin());
    return endpoint::v4(octets[0], octets[1], octets[2], octets[3], port);
  }
  endpoint v6{{}, port};
  if (inet_pton(AF_INET6, address.c_str(), v6.address.data()) == 1)
    return v6;
  return std::nullopt;
}

} // namespace switchroom::media
