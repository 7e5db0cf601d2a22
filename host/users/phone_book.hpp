// SPDX-License-Identifier: MIT
/// Lines of directories (rule S7): what is one, and which are meant by a text. Pure.
#pragma once
#include "types/refusal.hpp"

#include "user.pb.h"

#include <optional>
#include <string_view>
#include <vector>

namespace switchroom::users {

inline constexpr std::size_t most_system_entries = 5'000; ///< of one gateway

/// What is wrong with it; nothing: it is one.
std::optional<refusal> wrong_with(const user::v1::DirectoryEntry&);
/// The text is in the name (a to z whatever their case), or the number begins with it.
bool is_meant(std::string_view name, std::string_view number, std::string_view text);

/// Lines "name,number"; a name with a comma in it is in "". Empty lines and those that begin with #
/// are left out. Refused with the number of the line: what is no entry, or one too many.
result<std::vector<user::v1::DirectoryEntry>> read_phone_book(std::string_view text);

} // namespace switchroom::users
