// SPDX-License-Identifier: MIT
// Account and authorisation codes (C1): what a short code with `force_account_code` or
// `force_authorisation_code` begins waits until who dials has said to which account it is booked,
// and by a code that only some know that it is allowed. Digits after the short code are the asked
// code's; # ends them, and is not needed if no other code begins with them.
#include "exchange/implementation.hpp"

#include <algorithm>

namespace switchroom::exchange {
namespace {

const desks::settings limits; // of wrong login codes (H5), which these are guessed like

constexpr auto remembered = std::chrono::minutes{10}; ///< a wrong one, if no other follows
constexpr std::size_t most_guessers = 1000;

std::size_t code_length(const asked_code& one) {
  return one.code.size();
}

} // namespace

/// True: a code is asked for, or there is none. Never for an emergency call (S10).
bool gateway::implementation::ask_code(party& p, const dialplan::match& won) {
  if (won.what == dialplan::feature::emergency)
    return false;
  if (won.force_account_code && p.account.empty())
    return ask(p, won, false);
  if (won.force_authorisation_code && !p.authorised)
    return ask(p, won, true);
  return false;
}

bool gateway::implementation::ask(party& p, const dialplan::match& won, bool authorisation) {
  const std::string what = authorisation ? "an authorisation code" : "an account";
  if ((authorisation ? settings_.authorisations : settings_.accounts).empty()) {
    refuse(p, tone::refusal, "code " + won.code + " asks for " + what + ", and there is none");
    return true;
  }
  const auto known = guesses_.find(guesser(p));
  if (authorisation && known != guesses_.end() && known->second.wrong.locked(now_)) {
    refuse(p, tone::refusal, "too many wrong authorisation codes");
    return true;
  }
  p.wanted = won;
  p.wants_authorisation = authorisation;
  p.asked_from = p.machine.digits().size();
  note(settings_.gateway, label(p.leg), "asks for " + what);
  hear(p, tone::secondary_dial);
  return true;
}

void gateway::implementation::decide_asked(party& p) {
  auto given = p.machine.digits().substr(p.asked_from);
  if (given.empty())
    return; // only the dial delay has passed
  p.guessing = p.wants_authorisation;
  const bool complete = given.back() == '#';
  if (complete)
    given.pop_back();
  const auto& codes = p.wants_authorisation ? settings_.authorisations : settings_.accounts;
  const auto begins = std::ranges::count_if(
      codes, [&](const asked_code& one) { return one.code.starts_with(given); });
  const auto found = std::ranges::find(codes, given, &asked_code::code);
  // At which digit a secret code became a wrong one must not be heard.
  const bool hopeless = p.wants_authorisation
                            ? given.size() >= std::ranges::max(codes, {}, code_length).code.size()
                            : begins == 0;
  if (found == codes.end() && (complete || hopeless))
    return refuse_asked(p, given);
  if (!complete && (begins > 1 || found == codes.end()))
    return paths_.silence(slot_of(p.leg)); // more are to come
  take_asked(p, *found);
}

void gateway::implementation::take_asked(party& p, const asked_code& found) {
  if (p.wants_authorisation) {
    p.guessing = false;
    p.authorised = true;
    note(label(p.leg), settings_.gateway,
         "authorised" + (found.name.empty() ? "" : " by the code of " + found.name));
  } else {
    p.account = found.code;
    note(label(p.leg), settings_.gateway,
         "account " + found.code + (found.name.empty() ? "" : " " + found.name));
  }
  const auto won = *std::exchange(p.wanted, std::nullopt);
  act(p, won);
}

void gateway::implementation::refuse_asked(party& p, const std::string& given) {
  if (!p.wants_authorisation)
    return refuse(p, tone::refusal, "there is no account " + given);
  count_guess(p);
  refuse(p, tone::refusal, "wrong authorisation code");
}

std::string gateway::implementation::guesser(const party& p) const {
  const bool visits = std::holds_alternative<calls::peer_leg>(p.leg);
  return label(p.leg) + (visits ? " " + p.visitor.number : "");
}

/// Also of who hangs up, or waits too long, with a code begun: else a wrong one would cost nothing.
/// A right one forgives none, or who knows one could guess another's.
void gateway::implementation::count_guess(party& p) {
  if (!std::exchange(p.guessing, false))
    return;
  if (guesses_.size() >= most_guessers)
    std::erase_if(guesses_, [&](const auto& one) { return !one.second.wrong.locked(now_); });
  auto& known = guesses_[guesser(p)];
  if (now_ - known.last > remembered)
    known.wrong.clear();
  known.last = now_;
  known.wrong.count(limits.wrong_codes_allowed, limits.lockout, now_);
}

std::string gateway::implementation::shown_digits(const party& p) const {
  const auto& digits = p.machine.digits();
  const bool has_secret = p.wants_authorisation && digits.size() > p.asked_from;
  return has_secret ? p.mask(digits.substr(0, p.asked_from)) + "…" : p.mask(digits);
}

} // namespace switchroom::exchange
