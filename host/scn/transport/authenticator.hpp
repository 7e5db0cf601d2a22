// SPDX-License-Identifier: MIT
/// Who may connect: ZAP (ZeroMQ RFC 27) answered from the list of pinned keys (rule S14).
/// Pure: frames in, frames out.
#pragma once
#include "types/ids.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace switchroom::transport {

inline constexpr const char* zap_domain = "switchroom";

/// Public key (Z85) → the gateway it is pinned for.
using pinned_keys = std::map<std::string, gateway_name, std::less<>>;

struct zap_verdict {
  std::vector<std::string> reply;          ///< empty: not a ZAP request, answer nothing
  std::optional<std::string> stranger_key; ///< set when a key was turned away
  std::string address;                     ///< where it came from
};

/// A pinned key is admitted with itself as User-Id, which libzmq then attaches to every message
/// of that connection. Any other is refused with 300, on which libzmq closes without a word.
zap_verdict authenticate(const std::vector<std::string>& request, const pinned_keys&);

} // namespace switchroom::transport
