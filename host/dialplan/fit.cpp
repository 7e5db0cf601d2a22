// SPDX-License-Identifier: MIT
#include "dialplan/pattern.hpp"

#include <algorithm>

namespace switchroom::dialplan {
namespace {

bool is_decimal(char c) {
  return c >= '0' && c <= '9';
}

bool takes(const element& one, char digit) {
  return one.kind == element_kind::literal ? one.literal == digit : is_decimal(digit);
}

/// How many of `digits` the elements from `first` to `last`, none of them N, take in turn.
std::size_t taken(const pattern& code, std::size_t first, std::size_t last,
                  std::string_view digits) {
  std::size_t n = 0;
  while (n < digits.size() && first + n < last && takes(code.elements[first + n], digits[n]))
    ++n;
  return n;
}

/// What X and N stand for, in order. The code fits: as N is one, it is all the others leave.
std::string wildcard_of(const pattern& code, std::string_view digits) {
  const auto n_length = digits.size() + 1 - code.elements.size();
  std::string wildcard;
  std::size_t at = 0;
  for (const auto& one : code.elements) {
    const auto length = one.kind == element_kind::digits ? n_length : 1;
    if (one.kind != element_kind::literal)
      wildcard += digits.substr(at, length);
    at += length;
  }
  return wildcard;
}

} // namespace

fitting fit_digits(const pattern& code, std::string_view digits) {
  const auto size = code.elements.size();
  const auto n = code.n();
  const auto head = n.value_or(size);
  const auto begun = taken(code, 0, head, digits);
  if (begun == digits.size() && begun < head)
    return {fit::partial, {}, 0};
  if (!n)
    return begun == digits.size() ? fitting{fit::full, wildcard_of(code, digits), 0}
                                  : fitting{fit::none, {}, begun};
  if (begun < head)
    return {fit::none, {}, begun};
  // N takes from none to all of the rest; what follows it must take what N leaves.
  fitting best{fit::none, {}, head};
  for (std::size_t at = head; at <= digits.size(); ++at) {
    const auto rest = digits.substr(at);
    const auto took = taken(code, head + 1, size, rest);
    if (took == rest.size() && head + 1 + took == size)
      return {fit::full, wildcard_of(code, digits), 0};
    if (took == rest.size())
      best.how = fit::partial;
    best.failed = std::max(best.failed, at + took);
    if (at == digits.size() || !(is_decimal(digits[at]) || (code.star_in_n && digits[at] == '*')))
      break;
  }
  return best;
}

} // namespace switchroom::dialplan
