// SPDX-License-Identifier: MIT
/// Where a call to a number goes, seen from this gateway (rules S3, H11, S5). Pure.
#pragma once
#include "calls/cause.hpp"
#include "types/ids.hpp"
#include "users/directory.hpp"

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace switchroom::calls {

/// What the router asks of the rest of the gateway.
struct surroundings {
  gateway_name here;
  const users::directory& directory;
  /// Line here at which the user is logged in (desks).
  std::function<std::optional<line_id>(std::string_view extension)> line_of;
  /// Rule H11, of a user whose home is here: empty if not set.
  std::function<std::string(std::string_view extension)> forward_of;
  std::function<bool(const gateway_name&)> is_up;
};

struct to_line {
  line_id line;
  std::string extension; ///< after forwarding
  unsigned forwarded = 0;
};
struct to_gateway {
  gateway_name gateway;
  std::string extension;
  unsigned forwarded = 0;
};
using route = std::variant<to_line, to_gateway, cause>;

/// For a number dialled here: the user's line, the gateway where the user is, or else the home.
/// A user who is logged off is asked for at home, which knows the forwarding.
route route_from_here(std::string_view number, const surroundings&);

/// For a set-up from `peer`: the user's line, or onward if this gateway is the home;
/// NUMBER_CHANGED if the user is not here and not of here.
route route_from_peer(std::string_view number, const gateway_name& peer, const surroundings&);

} // namespace switchroom::calls
