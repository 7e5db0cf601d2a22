// SPDX-License-Identifier: MIT
#include "dialplan/progress.hpp"

#include <utility>

namespace switchroom::dialplan {
namespace {

/// Rule C3: codes come before extensions; C8: after them; S10: emergency codes before all.
bool number_acts(bool arriving, const walked& found, extension_match number) {
  const bool urgent = found.first != nullptr && found.first->source.what == feature::emergency;
  return number == extension_match::exact && !urgent && (arriving || found.first == nullptr);
}

} // namespace

progress::progress(plan through, unsigned dial_delay_count)
    : plan_(std::move(through)), dial_delay_count_(dial_delay_count) {
  for (const auto& level : plan_.levels())
    walks_.emplace_back(*level);
  gather();
}

void progress::follow(std::string_view all_digits) {
  for (const char digit : all_digits.substr(std::min(digits_.size(), all_digits.size())))
    take(digit);
}

void progress::take(char digit) {
  digits_ += digit;
  before_last_ = found_;
  for (auto& one : walks_)
    one.take(digit);
  gather();
}

void progress::gather() {
  found_ = {};
  for (const auto& one : walks_) {
    const auto& seen = one.found();
    found_.leads_on |= seen.leads_on;
    found_.secondary_dial_tone |= seen.secondary_dial_tone;
    found_.emergency_begun |= seen.emergency_begun;
    if (seen.first && (found_.first == nullptr || precedes(*seen.first, *found_.first)))
      found_.first = seen.first;
  }
}

const compiled_code* progress::fallback() const {
  for (const auto& level : plan_.levels())
    if (level->fallback())
      return level->fallback();
  return nullptr;
}

/// Rule C4, but for what may be the beginning of an emergency number (S10) and, with few digits,
/// of anything else (C5).
bool progress::acts_at_once(const walked& found, extension_match number) const {
  if (!number_acts(plan_.arriving(), found, number)) {
    if (found.first == nullptr || found.first->digits.open())
      return false;
    if (found.first->source.what == feature::emergency)
      return true;
  }
  const bool more = found.leads_on || number == extension_match::partial;
  return !found.emergency_begun && (digits_.size() >= dial_delay_count_ || !more);
}

/// No more digits, at least for now: the best that matches, whatever else might have.
choice progress::settle(dialling now, const walked& found, extension_match number,
                        std::string_view digits) const {
  const bool by_number = number_acts(plan_.arriving(), found, number);
  if (found.first || by_number)
    return {verdict::matched, by_number ? nullptr : found.first, digits, false};
  const bool begun = found.leads_on || number == extension_match::partial;
  if (now != dialling::complete && (begun || digits.empty()))
    return {verdict::wait, nullptr, digits, found.secondary_dial_tone};
  if (const auto* code = fallback(); code != nullptr && !digits.empty())
    return {verdict::matched, code, digits, false};
  return {verdict::unknown, nullptr, digits, false};
}

choice progress::choose(dialling now, const extension_lookup& lookup) const {
  const std::string_view digits = digits_;
  if (digits.empty())
    for (const auto& level : plan_.levels())
      if (level->hot_line())
        return {verdict::matched, level->hot_line(), digits, false};
  const auto number = digits.empty() ? extension_match::none : lookup(digits);
  if (now != dialling::goes_on || acts_at_once(found_, number))
    return settle(now, found_, number, digits);
  const bool more = found_.first || found_.leads_on || number != extension_match::none;
  // A `#` that fits nothing is not part of a number: it says that this was all.
  if (!more && digits.size() > 1 && digits.back() == '#') {
    const auto shorter = digits.substr(0, digits.size() - 1);
    return settle(dialling::complete, before_last_, lookup(shorter), shorter);
  }
  if (more || fallback() != nullptr)
    return {verdict::wait, nullptr, digits, found_.secondary_dial_tone};
  return {verdict::unknown, nullptr, digits, false};
}

decision progress::decide(dialling now, const extension_lookup& lookup,
                          const call_context& caller) const {
  const auto chosen = choose(now, lookup);
  if (chosen.what != verdict::matched)
    return {chosen.what, std::nullopt, chosen.secondary_dial_tone};
  match won;
  if (chosen.code == nullptr) {
    won.number = won.wildcard = won.code = chosen.digits;
    won.from = level::extension;
    return {verdict::matched, std::move(won), false};
  }
  const auto& code = *chosen.code;
  won.wildcard = code.digits.is_default == default_kind::none
                     ? fit_digits(code.digits, chosen.digits).wildcard
                     : std::string(chosen.digits);
  won.what = code.source.what;
  won.number = fill_in(code, chosen.digits, won.wildcard, caller);
  won.from = code.from;
  won.code = code.source.code;
  won.line_group = code.source.line_group;
  won.force_account_code = code.source.force_account_code;
  won.force_authorisation_code = code.source.force_authorisation_code;
  won.name = code.source.name;
  return {verdict::matched, std::move(won), false};
}

decision decide(const plan& through, std::string_view digits, dialling now,
                const extension_lookup& lookup, const call_context& caller,
                unsigned dial_delay_count) {
  progress all(through, dial_delay_count);
  all.follow(digits);
  return all.decide(now, lookup, caller);
}

} // namespace switchroom::dialplan
