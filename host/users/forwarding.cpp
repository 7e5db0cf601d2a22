// SPDX-License-Identifier: MIT
#include "users/forwarding.hpp"

namespace switchroom::users {

using user::v1::User;

namespace {
constexpr std::chrono::seconds usual_no_answer{15}; // as the peers
} // namespace

std::string forward_unconditional_of(const User& user) {
  return user.forward_unconditional_on() ? user.forward_unconditional() : std::string();
}

std::string forward_busy_of(const User& user) {
  if (!user.forward_busy_on())
    return {};
  return user.forward_busy().empty() ? user.forward_unconditional() : user.forward_busy();
}

std::string forward_no_answer_of(const User& user) {
  if (!user.forward_no_answer_on())
    return {};
  if (!user.forward_no_answer().empty())
    return user.forward_no_answer();
  return user.forward_busy().empty() ? user.forward_unconditional() : user.forward_busy();
}

std::chrono::seconds no_answer_time_of(const User& user) {
  return user.no_answer_s() == 0 ? usual_no_answer : std::chrono::seconds{user.no_answer_s()};
}

} // namespace switchroom::users
