// SPDX-License-Identifier: MIT
// Account codes (C1): what a short code with `force_account_code` begins waits until who dials has
// said to which account it is booked. Digits after the code are the account's; # ends them, and is
// not needed if no other account begins with them.
#include "exchange/implementation.hpp"

#include <algorithm>

namespace switchroom::exchange {

/// True: an account is asked for, or there is none. Never for an emergency call (S10).
bool gateway::implementation::ask_account(party& p, const dialplan::match& won) {
  if (!won.force_account_code || !p.account.empty() || won.what == dialplan::feature::emergency)
    return false;
  if (settings_.accounts.empty()) {
    refuse(p, tone::refusal, "code " + won.code + " asks for an account, and there is none");
    return true;
  }
  p.wanted = won;
  p.account_from = p.machine.digits().size();
  note(settings_.gateway, label(p.leg), "asks for an account");
  hear(p, tone::secondary_dial);
  return true;
}

void gateway::implementation::decide_account(party& p) {
  auto given = p.machine.digits().substr(p.account_from);
  if (given.empty())
    return; // only the dial delay has passed
  const bool complete = given.back() == '#';
  if (complete)
    given.pop_back();
  const auto begins = std::ranges::count_if(
      settings_.accounts, [&](const account& one) { return one.code.starts_with(given); });
  const auto found = std::ranges::find(settings_.accounts, given, &account::code);
  if (begins == 0 || (complete && found == settings_.accounts.end()))
    return refuse(p, tone::refusal, "there is no account " + given);
  if (!complete && (begins > 1 || found == settings_.accounts.end()))
    return paths_.silence(slot_of(p.leg)); // more are to come
  note(label(p.leg), settings_.gateway,
       "account " + found->code + (found->name.empty() ? "" : " " + found->name));
  p.account = found->code;
  const auto won = *std::exchange(p.wanted, std::nullopt);
  act(p, won);
}

} // namespace switchroom::exchange
