// SPDX-License-Identifier: MIT
/// User rights and time profiles (rule S2): users name them, gateways say what they are. Pure.
#pragma once
#include "users/time_zone.hpp"

#include "user.pb.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace switchroom::users {

/// What one gateway has of them, and which clock it goes by.
struct profiles {
  std::vector<user::v1::UserRights> rights;
  std::vector<user::v1::TimeProfile> times;
  std::string time_zone = "UTC0"; ///< as time_zone::parse() takes it
  /// Setting `portable_profiles`: the bodies go along with the users of this gateway.
  bool portable = false;
  /// Portable hours then are of the clock of the gateway that is visited, not of this one's.
  bool visited_zone = false;
};

/// 1 to 31 letters, digits, - and _.
bool is_profile_name(std::string_view);

/// The document as it goes to another gateway: with the bodies of what it names, if portable.
user::v1::User travelling(user::v1::User, const profiles& of_home);

/// What `name` stands for at this gateway for this user: the body that came along, else the own
/// one of that name, else nothing: the setting is inert (strict mode).
const user::v1::UserRights* rights_here(const user::v1::User&, std::string_view name,
                                        const profiles& here);
const user::v1::TimeProfile* time_profile_here(const user::v1::User&, const profiles& here);
/// A body that came along holds.
bool is_carried(const user::v1::User&, const user::v1::UserRights*);
bool is_carried(const user::v1::User&, const user::v1::TimeProfile*);

/// Is the profile active at `utc_s`, seconds since 1970-01-01 UTC? `own_zone`: of the reader.
bool is_active(const user::v1::TimeProfile&, std::int64_t utc_s, std::string_view own_zone);

/// Of the user's time profile; nothing: none is named, or it is inert here.
std::optional<bool> in_hours(const user::v1::User&, const profiles& here, std::int64_t utc_s);
/// The name of the user rights that are meant at this time; empty: none.
const std::string& rights_name_now(const user::v1::User&, const profiles& here, std::int64_t utc_s);
/// Does the user's forwarding hold now (`forward_when`)? Always, if the profile is inert here [P]:
/// a call is rather sent to where the person wanted it than to an empty desk.
bool forwards_now(const user::v1::User&, const profiles& here, std::int64_t utc_s);

} // namespace switchroom::users
