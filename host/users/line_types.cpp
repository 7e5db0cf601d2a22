// SPDX-License-Identifier: MIT
#include "users/line_types.hpp"

namespace switchroom::users {
namespace {

constexpr line_kind kinds_table[] = {
    {line_type::analog, "analog", "an analog phone", false, false, false, 1},
    {line_type::digital, "digital", "a digital phone", true, true, true, 4},
    {line_type::ip, "ip", "an IP phone", true, true, true, 4},
};

} // namespace

std::span<const line_kind> line_kinds() {
  return kinds_table;
}

const line_kind& kind_of(line_type type) {
  return kinds_table[static_cast<std::size_t>(type)];
}

} // namespace switchroom::users
