// SPDX-License-Identifier: MIT
/// Programmable buttons as people write them: "3=dial:201", "4=log_out". Pure.
#pragma once
#include "types/refusal.hpp"

#include "user.pb.h"

#include <string>
#include <string_view>

namespace switchroom::users {

inline constexpr unsigned most_buttons = 32; ///< of one user; keys are 1 to so many

std::string text_of(const user::v1::Button&);
/// Refused: no key of 1 to 32, a feature that is no word, a number that cannot be dialled.
result<user::v1::Button> read_button(std::string_view);

} // namespace switchroom::users
