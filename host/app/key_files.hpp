// SPDX-License-Identifier: MIT
/// Keys on disk. Secret ones have mode 0600; a file that others may read is refused, for then
/// it may be known already.
#pragma once
#include "types/refusal.hpp"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace switchroom::app {

namespace key_file {
inline constexpr const char* public_key = "public.key";   ///< Z85, for the peers' configurations
inline constexpr const char* secret_key = "secret.key";   ///< Z85
inline constexpr const char* network_key = "network.key"; ///< 64 hexadecimal digits, rule H3
} // namespace key_file

/// The text of a secret file without the white space around it.
result<std::string> read_secret(const std::filesystem::path&);

/// 32 octets from a file of 64 hexadecimal digits.
result<std::vector<std::uint8_t>> read_network_key(const std::filesystem::path&);

/// Makes the directory (mode 0700) and the three files in it. Never overwrites. With
/// `network_key_from`, the key of an existing network is copied instead of a fresh one made.
/// Returns the public key.
result<std::string> make_key_files(const std::filesystem::path& directory,
                                   const std::optional<std::filesystem::path>& network_key_from);

} // namespace switchroom::app
