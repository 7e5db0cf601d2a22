// SPDX-License-Identifier: MIT
/// One short code and its number, taken apart (rules C2 and C7).
#pragma once
#include "dialplan/dialplan.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace switchroom::dialplan {

/// What stands at fault: `position` counts characters from 1, 0 = the whole.
struct fault {
  std::size_t position = 0;
  std::string what; ///< goes on after "character n, "Z", "
  std::string remedy;
};

enum class element_kind { literal, one_digit, digits };
struct element {
  element_kind kind = element_kind::literal;
  char literal = 0;
};

enum class default_kind {
  none,
  anything, ///< `?`
  hot_line, ///< `?D`
};

struct pattern {
  std::vector<element> elements;
  default_kind is_default = default_kind::none;
  bool until_complete = false;         ///< trailing `;`
  bool star_in_n = false;              ///< `#` follows N
  std::size_t secondary_dial_tone = 0; ///< elements of `[n]`

  unsigned literals() const;
  unsigned single_digits() const;
  /// Place of the N among the elements.
  std::optional<std::size_t> n() const;
  /// Can it match more than it has matched?
  bool open() const;
};

std::variant<pattern, fault> parse_code(std::string_view);

enum class fit {
  none,
  partial, ///< more digits may make it match
  full,
};
struct fitting {
  fit how = fit::none;
  std::string wildcard;   ///< when full
  std::size_t failed = 0; ///< when none: the first digit that does not fit, from 0
};
/// One code against the digits, defaults aside. For explaining, and for what the winner's N is;
/// which code wins is found by the tables.
fitting fit_digits(const pattern&, std::string_view digits);

enum class part_kind { text, wildcard, all_dialled, calling_number, extension, user_name };
struct part {
  part_kind kind = part_kind::text;
  std::string text;
};
std::variant<std::vector<part>, fault> parse_number(std::string_view);

} // namespace switchroom::dialplan
