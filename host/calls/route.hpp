// SPDX-License-Identifier: MIT
/// Where a call to a number goes, seen from this gateway (rules S3, H11, S5). Pure.
#pragma once
#include "calls/cause.hpp"
#include "calls/diversion.hpp"
#include "types/ids.hpp"
#include "users/directory.hpp"

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace switchroom::calls {

struct to_line {
  line_id line;
  std::string extension; ///< after forwarding
  std::vector<diversion> diversions = {};
};
struct to_gateway {
  gateway_name gateway;
  std::string extension;
  std::vector<diversion> diversions = {};
};
/// A hunt group of this gateway.
struct to_group {
  std::string group;
  std::vector<diversion> diversions = {};
};
/// A mailbox (S17), here or at the user's home.
struct to_mailbox {
  gateway_name home;
  std::string extension;
  bool fetch = false; ///< the owner listens to it; else somebody leaves a message
  std::vector<diversion> diversions = {};
};
/// A conference of this gateway (S6).
struct to_conference {
  std::string number;
};
/// Everybody of a hunt group of this gateway, or one user, is spoken to (S6).
struct to_page {
  std::string number;
};
/// A number outside, by a group of lines.
struct to_outside {
  std::string group;
  std::string number; ///< digits
};
using route = std::variant<to_line, to_gateway, to_group, to_mailbox, to_conference, to_page,
                           to_outside, cause>;

/// What the router asks of the rest of the gateway.
struct surroundings {
  gateway_name here;
  const users::directory& directory;
  const caller& from;
  /// Line here at which the user is logged in (desks).
  std::function<std::optional<line_id>(std::string_view extension)> line_of;
  /// Of a user at a line here, or whose home is here: see calls/diversion.hpp.
  std::function<const user::v1::User*(std::string_view extension)> settings_of;
  std::function<bool(const gateway_name&)> is_up;
  /// Gateway of the hunt group with this number (S16); may be empty.
  std::function<std::optional<gateway_name>(std::string_view number)> group_at = {};
  /// Port that has taken the place of this number for this caller, after an emergency call (S10).
  std::function<std::optional<route>(std::string_view number)> emergency_port = {};
  /// Does the user's forwarding hold at this hour? May be empty: it does.
  std::function<bool(const user::v1::User&)> forwards_now = {};
};

/// For a number dialled here: the user's line, the gateway where the user is, or else the home.
/// A user who is logged off is asked for at home, which knows the forwarding (H11: only what is
/// unconditional counts then; busy and no answer are of a phone, and there is none). Who is logged
/// off or does not want to be disturbed has the caller leave a message, if there is a mailbox.
route route_from_here(std::string_view number, const surroundings&);

/// For a set-up from `peer`: the user's line, or onward if this gateway is the home;
/// NUMBER_CHANGED if the user is not here and not of here.
route route_from_peer(std::string_view number, const gateway_name& peer, const surroundings&);

/// The mailbox of a user for this caller; none: the user has none, or its gateway is lost.
std::optional<to_mailbox> mailbox_of(const user::v1::User&, const surroundings&);

} // namespace switchroom::calls
