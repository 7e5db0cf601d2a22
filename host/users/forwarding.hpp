// SPDX-License-Identifier: MIT
/// What a user's document says of forwarding, fall-backs between the numbers included. Pure.
#pragma once
#include "user.pb.h"

#include <chrono>
#include <string>

namespace switchroom::users {

/// Where calls are forwarded to if that is on: the own number, or the one it falls back to.
/// Empty: off, or there is none.
std::string forward_unconditional_of(const user::v1::User&);
std::string forward_busy_of(const user::v1::User&);
std::string forward_no_answer_of(const user::v1::User&);
std::chrono::seconds no_answer_time_of(const user::v1::User&);

} // namespace switchroom::users
