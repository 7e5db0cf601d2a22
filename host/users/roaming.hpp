// SPDX-License-Identifier: MIT
/// Rules S2, S9, H17: what of a user's settings travels at login, what stays, and what does not act
/// where the user is. One table over all fields of the document; the report falls out of it. Pure.
#pragma once
#include "types/ids.hpp"
#include "users/line_types.hpp"
#include "users/profiles.hpp"

#include "user.pb.h"

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace switchroom::users {

enum class travel {
  whole,      ///< goes along
  by_name,    ///< the name goes along, what it stands for may not (S2)
  stays,      ///< is of the home
  bookkeeping ///< no setting
};
/// What a setting needs of the place in order to act.
enum class need {
  nothing,
  own_plan,             ///< differs wherever the plan is another gateway's (S3)
  known_features,       ///< of each short code
  user_rights,          ///< of that name
  rights_by_time,       ///< the same, and hours
  time_profile,         ///< of that name
  hours,                ///< a time profile that is not inert
  code_and_force_login, ///< rules H9, H10
  // Of the phone (H17):
  buttons,
  display,
  log,
};
struct setting_of_place {
  std::string_view setting; ///< the field of user::v1::User
  travel how;
  need wants;
  std::string_view what; ///< for people
};
/// Every field of user::v1::User, in the order of its numbers.
std::span<const setting_of_place> settings_of_place();

/// Where a user is logged in.
struct place {
  gateway_name gateway;
  std::string locale;
  const users::profiles& profiles;
  line_type type; ///< of the line
  /// Is this a feature that a short code can have here?
  std::function<bool(std::string_view feature)> has_feature;
};

enum class effect {
  inert,   ///< does nothing here
  differs, ///< acts otherwise than at home
  stays    ///< was left at home
};
std::string_view name(effect); ///< "inert", "differs", "stays"
struct remark {
  std::string_view setting, what;
  std::string value;
  effect is;
  std::string why;
};
/// Of the settings that are set, those that are inert or differ here, and why; in the order of
/// the table. Of a user at the own home only what is inert there too.
std::vector<remark> roaming_report(const user::v1::User&, const place&);
/// In one sentence; empty: nothing is inert.
std::string summary_of(const std::vector<remark>&);

} // namespace switchroom::users
