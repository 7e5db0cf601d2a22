// SPDX-License-Identifier: MIT
/// Keys of CurveZMQ (ZeroMQ RFC 26) as people handle them: 40 printable characters, Z85
/// (ZeroMQ RFC 32) of 32 octets.
#pragma once
#include "types/refusal.hpp"

#include <string>
#include <string_view>

namespace switchroom::transport {

inline constexpr std::size_t key_characters = 40;

struct key_pair {
  std::string public_key, secret_key; ///< Z85
};

/// Fresh random keys. Throws std::runtime_error if libzmq was built without CURVE.
key_pair make_key_pair();

/// 40 characters of Z85 that stand for 32 octets.
bool is_key(std::string_view text);

/// The public key that belongs to a secret one.
result<std::string> public_key_of(const std::string& secret_key);

} // namespace switchroom::transport
