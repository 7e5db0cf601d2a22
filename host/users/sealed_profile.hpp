// SPDX-License-Identifier: MIT
/// A user's profile as a backup gateway keeps it (rule S12): what lies on its disk or crosses to it
/// is of no use without the network key. XChaCha20-Poly1305 (libsodium's secretbox) under a key
/// derived from the network key; the nonce is a keyed hash of the plain text, so that no dice are
/// needed and two texts never share one.
#pragma once
#include "scn.pb.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace switchroom::users {

/// `network_key` has network_key_octets octets.
std::string seal(const scn::v1::Profile&, std::span<const std::uint8_t> network_key);
/// Nothing if it was not sealed under this key, or was changed since.
std::optional<scn::v1::Profile> unseal(std::string_view sealed,
                                       std::span<const std::uint8_t> network_key);

} // namespace switchroom::users
