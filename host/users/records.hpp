// SPDX-License-Identifier: MIT
/// Personal directory and call log of a user (rule S7). Pure.
#pragma once
#include "types/refusal.hpp"

#include "user.pb.h"

#include <string_view>

namespace switchroom::users {

inline constexpr int most_personal_entries = 250;
inline constexpr int most_calls = 30;          ///< of the person
inline constexpr int most_calls_of_group = 10; ///< of each hunt group

/// The newest first; what is too many or known already goes. False: nothing has changed.
bool add_call(user::v1::Records&, const user::v1::CallRecord&);
/// With the entry, in the place of one with the same number. Refused: what is no entry, and the
/// 251st.
result<user::v1::Records> with_entry(user::v1::Records, const user::v1::DirectoryEntry&);
/// Refused: there is none with this number.
result<user::v1::Records> without_entry(user::v1::Records, std::string_view number);

/// "missed", "answered", "made".
std::string_view name(user::v1::CallRecord::Kind);
/// Overwrites what it holds, then forgets it (rule H16).
void wipe(user::v1::Records&);

} // namespace switchroom::users
