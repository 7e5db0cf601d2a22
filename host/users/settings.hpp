// SPDX-License-Identifier: MIT
/// The settings of a user that people change themselves, by short code (C9), by CLI or API, as
/// one table: whoever changes, shows or explains a setting reads it here. Pure.
#pragma once
#include "types/refusal.hpp"

#include "user.pb.h"

#include <google/protobuf/repeated_field.h>

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace switchroom::users {

/// Octets of a user's document: it fits, sealed or not, into every message between gateways.
inline constexpr std::size_t largest_document = 24'576;

enum class setting_kind {
  flag,    ///< "on" or "off"
  number,  ///< digits, or none
  numbers, ///< several; as a value with commas between
  seconds, ///< 0 = as the gateway has it
  text,
  profile, ///< a name of user rights or of a time profile (profiles.hpp), or none
  choice,  ///< one of `words`; none is the first
  buttons, ///< users/buttons.hpp, with commas between; to take one away its key will do
};
enum class changed_by {
  person,       ///< who is logged in, by short code
  administrator ///< only at home: what limits the person
};
struct setting {
  std::string_view name; ///< the field of user::v1::User
  setting_kind kind;
  std::string_view what; ///< for people: "forward unconditional"
  changed_by who = changed_by::person;
  std::span<const std::string_view> words = {};
};
std::span<const setting> settings();
const setting* setting_named(std::string_view);
/// As SettingChange.value takes it: "on", "201", "201,301", "15", "".
std::string value_of(const user::v1::User&, const setting&);

using changes = google::protobuf::RepeatedPtrField<user::v1::SettingChange>;
/// The first of them that is not for the person to change; nullptr: none.
const setting* for_administrators(const changes&);
/// The document after all changes, or what is wrong with one of them: all or none. The version
/// is left to the home.
result<user::v1::User> changed(user::v1::User, const changes&);
/// Gives every setting whose value differs from `before` the next version, made at `gateway`; those
/// that have got one already keep it.
void stamp(user::v1::User&, const user::v1::User& before, const std::string& gateway);
/// `ours` with every setting that is newer in `theirs`. `told`: where both differed, which won over
/// which, and why (rule S13).
user::v1::User merged(user::v1::User ours, const user::v1::User& theirs,
                      std::vector<std::string>& told);
/// "do not disturb: on; follow me: 301".
std::string describe(const changes&);

} // namespace switchroom::users
