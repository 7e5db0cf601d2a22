// SPDX-License-Identifier: MIT
#include "exchange/media_key.hpp"

#include "calls/messages.hpp"

#include <array>
#include <sodium.h>

namespace switchroom::exchange {

std::string media_key(const std::vector<std::uint8_t>& secret, std::uint64_t use) {
  if (secret.empty())
    return {};
  std::array<unsigned char, 8> counter{};
  for (std::size_t n = 0; n < counter.size(); ++n)
    counter[n] = static_cast<unsigned char>(use >> (8 * n));
  std::array<unsigned char, calls::srtp_key_octets> made{};
  crypto_generichash(made.data(), made.size(), counter.data(), counter.size(), secret.data(),
                     secret.size());
  return {made.begin(), made.end()};
}

} // namespace switchroom::exchange
