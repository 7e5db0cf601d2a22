// SPDX-License-Identifier: MIT
#include "dialplan/compiled.hpp"

#include <algorithm>

namespace switchroom::dialplan {

namespace {

/// Which code, or the extension, acts when these digits are all.
struct winner {
  const compiled_code* code = nullptr;
  bool extension = false;
};

winner find_winner(const plan::compiled& all, std::string_view digits, extension_match number) {
  const auto at = [&](std::uint32_t index) {
    return winner{index != no_index ? &all.codes[index] : nullptr, false};
  };
  if (digits.empty())
    return at(all.hot_line);
  if (const auto found = walk(all, digits).winner; found != no_index)
    return at(found);
  if (number == extension_match::exact)
    return {nullptr, true};
  return at(all.user_default != no_index ? all.user_default : all.system_default);
}

std::string why_of_default(const compiled_code& code, const winner& won, std::string_view digits) {
  if (code.digits.is_default == default_kind::hot_line && !digits.empty())
    return "no match: a hot line acts before the first digit";
  if (code.digits.is_default == default_kind::anything && digits.empty())
    return "waits: for the first digit";
  if (won.extension)
    return "loses: to the extension";
  return won.code ? "loses: to " + won.code->source.code + ", as " + reason(*won.code, code)
                  : "no match";
}

std::string why_of(const compiled_code& code, const winner& won, std::string_view digits,
                   bool acts_now) {
  if (&code == won.code)
    return acts_now ? "wins: at once" : "wins: when dialling has ended";
  if (code.digits.is_default != default_kind::none)
    return why_of_default(code, won, digits);
  const auto fitted = fit_digits(code.digits, digits);
  switch (fitted.how) {
  case fit::full:
    return won.code ? "loses: to " + won.code->source.code + ", as " + reason(*won.code, code)
                    : "loses: to the extension";
  case fit::partial:
    return "waits: matches if more digits follow";
  case fit::none:
    break;
  }
  return "no match: digit " + std::to_string(fitted.failed + 1) + " is " + digits[fitted.failed];
}

considered extension_item(const winner& won, std::string_view digits, extension_match number,
                          bool acts_now) {
  short_code as_code;
  as_code.code = digits;
  as_code.number = digits;
  std::string why = "no match: no number begins with these digits";
  if (won.extension)
    why = acts_now ? "wins: at once" : "wins: when dialling has ended";
  else if (number == extension_match::exact && won.code)
    why = "loses: to " + won.code->source.code + ", as codes come before extensions";
  else if (number == extension_match::partial)
    why = "waits: a number begins with these digits";
  return {level::extension, std::move(as_code), std::move(why)};
}

} // namespace

explanation explain(const plan& codes, std::string_view digits, const extension_lookup& lookup,
                    const call_context& caller) {
  const auto& all = codes.codes();
  explanation told;
  told.now = decide(codes, digits, false, lookup, caller);
  told.later = decide(codes, digits, true, lookup, caller);
  const bool acts_now = told.now.winner.has_value();
  // A `#` that only ended dialling is no digit of the number.
  if (acts_now && digits.ends_with('#') && walk(all, digits).winner == no_index &&
      lookup(digits) == extension_match::none)
    digits.remove_suffix(1);
  const auto number = digits.empty() ? extension_match::none : lookup(digits);
  const auto won = find_winner(all, digits, number);

  std::vector<const compiled_code*> ordered;
  for (const auto& code : all.codes)
    ordered.push_back(&code);
  std::sort(ordered.begin(), ordered.end(),
            [](const auto* a, const auto* b) { return precedes(*a, *b); });
  bool extension_told = false;
  for (const auto* code : ordered) {
    if (!extension_told && code->from > level::extension &&
        code->source.what != feature::emergency) {
      told.codes.push_back(extension_item(won, digits, number, acts_now));
      extension_told = true;
    }
    told.codes.push_back({code->from, code->source, why_of(*code, won, digits, acts_now)});
  }
  if (!extension_told)
    told.codes.push_back(extension_item(won, digits, number, acts_now));
  return told;
}

} // namespace switchroom::dialplan
