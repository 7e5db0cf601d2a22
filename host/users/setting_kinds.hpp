// SPDX-License-Identifier: MIT
/// How a setting of each kind is changed: what a value may be. Inside the room of users only.
#pragma once
#include "users/settings.hpp"

namespace switchroom::users {

/// The table names fields; this is where one is found.
struct field {
  const google::protobuf::FieldDescriptor* at;
  const google::protobuf::Reflection* by;
  explicit field(std::string_view name)
      : at(user::v1::User::descriptor()->FindFieldByName(std::string(name))),
        by(user::v1::User::GetReflection()) {}
};

/// Refused: what cannot be the value.
result<bool> set_by_kind(user::v1::User&, const setting&, const user::v1::SettingChange&);

} // namespace switchroom::users
