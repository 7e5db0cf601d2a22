// SPDX-License-Identifier: MIT
/// Login codes are only ever kept as salted verifiers under the network key (rule H3).
#pragma once
#include "types/refusal.hpp"

#include "user.pb.h"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace switchroom::users {

inline constexpr std::size_t network_key_octets = 32;

/// Refuses what is not 1 to 31 digits (4 to 31 on digital ports: `least`).
result<user::v1::CodeVerifier> make_verifier(std::string_view code,
                                             std::span<const std::uint8_t> network_key,
                                             std::span<const std::uint8_t, 16> salt,
                                             std::size_t least = 1);
/// keyed BLAKE2b(network key, salt ‖ code), 32 octets.
std::string proof_of(std::string_view code, std::string_view salt,
                     std::span<const std::uint8_t> network_key);
/// In constant time.
bool proves(const user::v1::CodeVerifier&, std::string_view proof);

} // namespace switchroom::users
