// SPDX-License-Identifier: MIT
#include "users/buttons.hpp"

#include <charconv>

namespace switchroom::users {
namespace {

constexpr std::size_t longest_part = 31; // as of a short code (C1)

bool made_of(std::string_view text, std::string_view characters) {
  return text.size() <= longest_part &&
         text.find_first_not_of(characters) == std::string_view::npos;
}

} // namespace

std::string text_of(const user::v1::Button& button) {
  return std::to_string(button.key()) + "=" + button.feature() +
         (button.number().empty() ? "" : ":" + button.number());
}

result<user::v1::Button> read_button(std::string_view text) {
  const refusal wrong{"\"" + std::string(text) + "\" is no button.",
                      "Write KEY=FEATURE:NUMBER, as 3=dial:201, or KEY=FEATURE; keys are 1 to " +
                          std::to_string(most_buttons) + "."};
  const auto equals = text.find('=');
  unsigned key = 0;
  const auto end = text.data() + std::min(equals, text.size());
  const auto read = std::from_chars(text.data(), end, key);
  if (equals == std::string_view::npos || read.ec != std::errc{} || read.ptr != end || key == 0 ||
      key > most_buttons)
    return wrong;
  const auto rest = text.substr(equals + 1);
  const auto colon = std::min(rest.find(':'), rest.size());
  const auto number = rest.substr(std::min(colon + 1, rest.size()));
  if (colon == 0 || !made_of(rest.substr(0, colon), "abcdefghijklmnopqrstuvwxyz_") ||
      !made_of(number, "0123456789*#"))
    return wrong;
  user::v1::Button made;
  made.set_key(key);
  made.set_feature(std::string(rest.substr(0, colon)));
  made.set_number(std::string(number));
  return made;
}

} // namespace switchroom::users
