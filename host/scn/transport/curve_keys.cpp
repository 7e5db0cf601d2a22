// SPDX-License-Identifier: MIT
#include "scn/transport/curve_keys.hpp"

#include <zmq.h>

#include <array>
#include <cstdint>
#include <stdexcept>

namespace switchroom::transport {

key_pair make_key_pair() {
  std::array<char, key_characters + 1> public_key{}, secret_key{};
  if (zmq_curve_keypair(public_key.data(), secret_key.data()) != 0)
    throw std::runtime_error("this libzmq has no CURVE; install one that was built with it");
  return {public_key.data(), secret_key.data()};
}

bool is_key(std::string_view text) {
  if (text.size() != key_characters || text.find('\0') != std::string_view::npos)
    return false;
  std::array<std::uint8_t, 32> octets{};
  return zmq_z85_decode(octets.data(), std::string(text).c_str()) != nullptr;
}

result<std::string> public_key_of(const std::string& secret_key) {
  std::array<char, key_characters + 1> public_key{};
  if (!is_key(secret_key) || zmq_curve_public(public_key.data(), secret_key.c_str()) != 0)
    return refusal{"this is no secret key: a key is 40 characters of Z85",
                   "make a pair with `switchroom keys new DIR`"};
  return std::string(public_key.data());
}

} // namespace switchroom::transport
