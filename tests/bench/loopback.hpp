// SPDX-License-Identifier: MIT
/// This computer, as sockets name it.
#pragma once
#include <cstdint>
#include <netinet/in.h>

inline sockaddr_in loopback(unsigned port) {
  sockaddr_in at{};
  at.sin_family = AF_INET;
  at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  at.sin_port = htons(static_cast<std::uint16_t>(port));
  return at;
}
