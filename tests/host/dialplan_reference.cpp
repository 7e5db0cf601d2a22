// SPDX-License-Identifier: MIT
#include "dialplan_reference.hpp"

#include <algorithm>
#include <tuple>

namespace switchroom::dialplan::reference {
namespace {

bool decimal(char c) {
  return c >= '0' && c <= '9';
}

/// Rule C2: what is to be dialled, without [ ], quotes and `;`.
std::string bare(const std::string& text) {
  std::string left;
  for (const char c : text)
    if (c != '[' && c != ']' && c != '"' && c != ';')
      left += c;
  return left;
}
bool is_default(const code& c) {
  return c.text == "?";
}

/// Takes `digits` from the front of `want`; what X and N took goes to `wild`. With `longer`, some
/// digits may be missing at the end, but at least one.
bool match(const std::string& want, const std::string& digits, bool longer, std::string& wild) {
  if (want.empty())
    return digits.empty() && !longer;
  const char c = want[0];
  const auto rest = want.substr(1);
  if (c == 'N') {
    if (digits.empty() && longer)
      return true;
    if (match(rest, digits, longer, wild))
      return true;
    const bool takes_star = !rest.empty() && rest[0] == '#';
    if (digits.empty() || !(decimal(digits[0]) || (takes_star && digits[0] == '*')))
      return false;
    wild += digits[0];
    if (match(want, digits.substr(1), longer, wild))
      return true;
    wild.pop_back();
    return false;
  }
  if (digits.empty())
    return longer;
  if (c == 'X' ? !decimal(digits[0]) : c != digits[0])
    return false;
  if (c == 'X')
    wild += digits[0];
  if (match(rest, digits.substr(1), longer, wild))
    return true;
  if (c == 'X')
    wild.pop_back();
  return false;
}

struct seen {
  const code* best = nullptr;
  std::string wild;
  bool more = false, emergency_begun = false, tone = false;
};

/// Rule C3: emergency first (S10), level, literal digits, exact length.
auto place(const plan& p, const code& c) {
  const auto count = [&](auto what) {
    return static_cast<int>(std::count_if(c.text.begin(), c.text.end(), what));
  };
  const int literals = count([](char d) { return decimal(d) || d == '*' || d == '#'; });
  const bool any_length = c.text.find('N') != std::string::npos;
  return std::tuple(!c.emergency, c.level, -literals, any_length,
                    -count([](char d) { return d == 'X'; }), &c - p.codes.data());
}

seen look(const plan& p, const std::string& digits) {
  seen found;
  for (const auto& c : p.codes) {
    if (is_default(c))
      continue;
    const auto want = bare(c.text);
    std::string wild, ignored;
    if (match(want, digits, true, ignored)) {
      found.more = true;
      // N takes what comes: only an element that is still to come makes it a beginning.
      std::string fixed = want;
      if (!fixed.empty() && fixed.back() == 'N')
        fixed.pop_back();
      std::string unused;
      found.emergency_begun |= c.emergency && match(fixed, digits, true, unused);
    }
    if (c.text[0] == '[' && c.text.substr(1, c.text.find(']') - 1) == digits)
      found.tone = true;
    if (match(want, digits, false, wild) && (!found.best || place(p, c) < place(p, *found.best))) {
      found.best = &c;
      found.wild = wild;
    }
  }
  return found;
}

const code* fallback(const plan& p) {
  const code* first = nullptr;
  for (const auto& c : p.codes)
    if (is_default(c) && (first == nullptr || c.level < first->level))
      first = &c;
  return first;
}

std::string acts(const code& c, const std::string& wild) {
  return "code " + c.text + ", level " + std::to_string(c.level) + ", N = " + wild;
}

} // namespace

std::string outcome(const plan& p, const std::string& digits, dialling now) {
  const auto found = look(p, digits);
  const bool exact = std::count(p.numbers.begin(), p.numbers.end(), digits) != 0;
  const bool begins = std::any_of(p.numbers.begin(), p.numbers.end(), [&](const auto& n) {
    return n.size() > digits.size() && n.starts_with(digits);
  });
  const bool urgent = found.best && found.best->emergency;
  const bool number_acts = exact && !urgent && (p.arriving || !found.best);
  const bool waits_for_end =
      found.best && (found.best->text.back() == ';' || bare(found.best->text).back() == 'N');
  const auto act = [&] {
    return number_acts ? "extension " + digits : acts(*found.best, found.wild);
  };
  const std::string waits = found.tone ? "waits, dial tone" : "waits";
  // `exact` hides a longer number: the directory says one thing of a number.
  const bool more = found.more || (begins && !exact);

  if (number_acts || found.best) {
    if (now != dialling::goes_on)
      return act();
    const bool patient =
        !urgent && (found.emergency_begun || (digits.size() < p.dial_delay_count && more));
    return patient || (!number_acts && waits_for_end) ? waits : act();
  }
  if (more && now != dialling::complete)
    return waits;
  if (now == dialling::goes_on && digits.size() > 1 && digits.back() == '#')
    return outcome(p, digits.substr(0, digits.size() - 1), dialling::complete);
  const auto* otherwise = fallback(p);
  if (otherwise == nullptr)
    return "unknown";
  return now == dialling::goes_on ? waits : acts(*otherwise, digits);
}

} // namespace switchroom::dialplan::reference
