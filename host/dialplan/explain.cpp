// SPDX-License-Identifier: MIT
#include "dialplan/progress.hpp"

#include <algorithm>

namespace switchroom::dialplan {

namespace {

/// What all codes and the extension are compared with.
struct outcome {
  choice chosen;
  bool at_once = false;
  extension_match number = extension_match::none;
  bool arriving = false;

  bool by_extension() const { return chosen.what == verdict::matched && chosen.code == nullptr; }
  std::string wins() const { return at_once ? "wins: at once" : "wins: when dialling has ended"; }
};

std::string lost_to(const outcome& won, const compiled_code& code) {
  if (won.by_extension())
    return "loses: to the extension";
  if (won.chosen.code == nullptr)
    return "no match";
  return "loses: to " + won.chosen.code->source.code + ", as " + reason(*won.chosen.code, code);
}

std::string why_of_default(const compiled_code& code, const outcome& won) {
  const auto digits = won.chosen.digits;
  if (code.digits.is_default == default_kind::hot_line && !digits.empty())
    return "no match: a hot line acts before the first digit";
  if (code.digits.is_default == default_kind::anything && digits.empty())
    return "waits: for the first digit";
  if (won.chosen.what == verdict::wait)
    return "waits: until nothing else can match, or # ends dialling";
  return lost_to(won, code);
}

considered item(const compiled_code& code, std::string why) {
  return {code.from, code.source, std::move(why)};
}

considered item_of(const compiled_code& code, const outcome& won) {
  if (&code == won.chosen.code)
    return item(code, won.wins());
  if (code.digits.is_default != default_kind::none)
    return item(code, why_of_default(code, won));
  const auto digits = won.chosen.digits;
  const auto fitted = fit_digits(code.digits, digits);
  switch (fitted.how) {
  case fit::full:
    return item(code, lost_to(won, code));
  case fit::partial:
    return item(code, "waits: matches if more digits follow");
  case fit::none:
    break;
  }
  auto miss = item(code, "no match: digit " + std::to_string(fitted.failed + 1) + " is " +
                             digits[fitted.failed]);
  miss.fits = fitted.failed;
  return miss;
}

considered extension_item(const outcome& won) {
  short_code as_code;
  as_code.code = as_code.number = won.chosen.digits;
  std::string why = "no match: no number begins with these digits";
  if (won.by_extension())
    why = won.wins();
  else if (won.number == extension_match::exact && won.chosen.code)
    why = "loses: to " + won.chosen.code->source.code + ", as " +
          (won.arriving ? "emergency codes come first" : "codes come before extensions");
  else if (won.number == extension_match::partial)
    why = "waits: a number begins with these digits";
  considered made{level::extension, std::move(as_code), std::move(why)};
  if (!won.by_extension() && won.number == extension_match::none)
    made.fits = 0;
  return made;
}

std::vector<const compiled_code*> in_order(const plan& codes) {
  std::vector<const compiled_code*> ordered;
  for (const auto& level : codes.levels())
    for (const auto& code : level->codes())
      ordered.push_back(&code);
  std::sort(ordered.begin(), ordered.end(),
            [](const auto* a, const auto* b) { return precedes(*a, *b); });
  return ordered;
}

} // namespace

explanation explain(const plan& codes, std::string_view digits, const extension_lookup& lookup,
                    const call_context& caller, unsigned dial_delay_count) {
  progress dialled(codes, dial_delay_count);
  dialled.follow(digits);
  explanation told;
  told.now = dialled.decide(dialling::goes_on, lookup, caller);
  told.later = dialled.decide(dialling::paused, lookup, caller);
  outcome won;
  won.at_once = told.now.what == verdict::matched;
  won.chosen = dialled.choose(won.at_once ? dialling::goes_on : dialling::paused, lookup);
  won.number = won.chosen.digits.empty() ? extension_match::none : lookup(won.chosen.digits);
  won.arriving = codes.arriving();
  const auto comes_after_extension = [&](const compiled_code& code) {
    return code.source.what != feature::emergency && (won.arriving || code.from > level::extension);
  };
  bool extension_told = false;
  for (const auto* code : in_order(codes)) {
    if (!extension_told && comes_after_extension(*code)) {
      told.codes.push_back(extension_item(won));
      extension_told = true;
    }
    told.codes.push_back(item_of(*code, won));
  }
  if (!extension_told)
    told.codes.push_back(extension_item(won));
  return told;
}

} // namespace switchroom::dialplan
