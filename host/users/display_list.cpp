// SPDX-License-Identifier: MIT
#include "users/display_list.hpp"

#include <string_view>
#include <utility>

namespace switchroom::users {
namespace {

/// By key, from 2 (ITU-T E.161, option A).
constexpr std::string_view letters[] = {"abc", "def", "ghi", "jkl", "mno", "pqrs", "tuv", "wxyz"};

char small(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
}

} // namespace

display_list::display_list(std::vector<entry> entries) : entries_(std::move(entries)) {}

display_list::outcome display_list::press(char key) {
  const auto size = entries_.size();
  if (key == '1')
    return outcome::closes;
  if (key == '0' && dials())
    return outcome::dials;
  if (key == '#' || key == '*')
    at_ = (at_ + (key == '#' ? 1 : size - 1)) % size;
  if (key < '2' || key > '9')
    return outcome::stays;
  const auto of_key = letters[key - '2'];
  for (std::size_t step = 1; step <= size; ++step) {
    const auto next = (at_ + step) % size;
    const auto& name = entries_[next].name;
    if (!name.empty() && of_key.find(small(name.front())) != std::string_view::npos) {
      at_ = next;
      break;
    }
  }
  return outcome::stays;
}

bool display_list::dials() const {
  const auto& number = shown().number;
  return !number.empty() && number.find('+') == std::string::npos;
}

std::string display_list::text() const {
  const auto& [number, name, remark] = shown();
  std::string made = std::to_string(at_ + 1) + "/" + std::to_string(entries_.size());
  for (const auto& part : {remark, number, name})
    if (!part.empty())
      made += " " + part;
  return made;
}

} // namespace switchroom::users
