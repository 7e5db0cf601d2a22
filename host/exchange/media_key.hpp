// SPDX-License-Identifier: MIT
/// Keys of streams (SRTP): what this gateway tells the far end, to protect what it sends there.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

namespace switchroom::exchange {

/// As scn.v1.MediaEndpoint.srtp_key; empty if the secret is. `use`: no two streams have the same.
/// `secret`: 16 octets or more that are random at each start.
std::string media_key(const std::vector<std::uint8_t>& secret, std::uint64_t use);

} // namespace switchroom::exchange
