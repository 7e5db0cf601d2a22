// SPDX-License-Identifier: MIT
#include "dialplan/compiled.hpp"

#include <tuple>

namespace switchroom::dialplan {

namespace {

auto rank(const compiled_code& code) {
  return std::tuple(code.source.what != feature::emergency, code.from,
                    -static_cast<int>(code.digits.literals()), code.digits.has_n(),
                    -static_cast<int>(code.digits.single_digits()), code.order);
}

decision act(const compiled_code& code, std::string_view digits, std::string wildcard,
             const call_context& caller) {
  match won;
  won.what = code.source.what;
  won.number = fill_in(code, digits, wildcard, caller);
  won.wildcard = std::move(wildcard);
  won.from = code.from;
  won.code = code.source.code;
  won.line_group = code.source.line_group;
  won.name = code.source.name;
  return {verdict::matched, std::move(won), false};
}

decision call_extension(std::string_view digits) {
  match won;
  won.number = won.wildcard = won.code = digits;
  won.from = level::extension;
  return {verdict::matched, std::move(won), false};
}

/// Dialling has ended: the best that matches, whatever else might have.
decision settle(const plan::compiled& all, std::string_view digits, const walked& found,
                extension_match number, const call_context& caller) {
  if (found.winner != no_index) {
    const auto& code = all.codes[found.winner];
    return act(code, digits, fit_digits(code.digits, digits).wildcard, caller);
  }
  if (number == extension_match::exact)
    return call_extension(digits);
  const auto fallback = all.user_default != no_index ? all.user_default : all.system_default;
  if (fallback != no_index && !digits.empty())
    return act(all.codes[fallback], digits, std::string(digits), caller);
  return {verdict::unknown, std::nullopt, false};
}

} // namespace

bool precedes(const compiled_code& a, const compiled_code& b) {
  return rank(a) < rank(b);
}

std::string reason(const compiled_code& winner, const compiled_code& loser) {
  const auto a = rank(winner), b = rank(loser);
  if (std::get<0>(a) != std::get<0>(b))
    return "emergency codes come first";
  if (std::get<1>(a) != std::get<1>(b))
    return "its level comes first";
  if (std::get<2>(a) != std::get<2>(b))
    return "it has more literal digits";
  if (std::get<3>(a) != std::get<3>(b))
    return "its length is exact";
  if (std::get<4>(a) != std::get<4>(b))
    return "more of its length is exact";
  return "it stands first";
}

decision decide(const plan& codes, std::string_view digits, bool ended,
                const extension_lookup& lookup, const call_context& caller) {
  const auto& all = codes.codes();
  if (digits.empty() && all.hot_line != no_index)
    return act(all.codes[all.hot_line], digits, {}, caller);
  const auto found = walk(all, digits);
  const auto number = digits.empty() ? extension_match::none : lookup(digits);
  if (ended)
    return settle(all, digits, found, number, caller);

  const bool matched = found.winner != no_index;
  const bool closed =
      matched ? !all.codes[found.winner].digits.open() : number == extension_match::exact;
  if (closed && !all.begins_emergency(digits))
    return settle(all, digits, found, number, caller);
  const bool has_default = all.user_default != no_index || all.system_default != no_index;
  const bool more = matched || found.leads_on || number != extension_match::none;
  // A `#` that fits nothing is not part of a number: it says that this was all.
  if (!more && digits.size() > 1 && digits.back() == '#')
    return decide(codes, digits.substr(0, digits.size() - 1), true, lookup, caller);
  if (more || has_default)
    return {verdict::wait, std::nullopt, found.secondary_dial_tone};
  return {verdict::unknown, std::nullopt, false};
}

} // namespace switchroom::dialplan
