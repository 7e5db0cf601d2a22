// SPDX-License-Identifier: MIT
/// Rule H17: what the phone at a line can carry, by the type of the line. Pure.
#pragma once
#include <cstddef>
#include <span>
#include <string_view>

namespace switchroom::users {

enum class line_type { analog, digital, ip };
struct line_kind {
  line_type type;
  std::string_view name; ///< as in the configuration: "analog"
  std::string_view what; ///< "an analog phone"
  bool buttons, display, log;
  std::size_t least_code; ///< digits of a login code (rule H3)
};
/// In the order of line_type.
std::span<const line_kind> line_kinds();
const line_kind& kind_of(line_type);

} // namespace switchroom::users
