// SPDX-License-Identifier: MIT
#include "exchange/implementation.hpp"
#include "exchange/replies.hpp"

#include "exchange/user_features.hpp"

#include <algorithm>

namespace switchroom::exchange {

/// Rule C10: as if the user dialled here; nothing is placed.
control::v1::Reply
gateway::implementation::explain(const control::v1::ExplainRequest& asked) const {
  control::v1::Reply answer;
  const auto* known = directory_.find(asked.user());
  if (known == nullptr)
    return unknown_user(asked.user());
  auto plan = system_plan_;
  dialplan::call_context caller{asked.user(), asked.user(), known->state.name()};
  const auto line = desks_.line_of(asked.user());
  const auto own = own_users_.find(asked.user());
  const auto* who = line                      ? &desks_.at(*line)->settings
                    : own == own_users_.end() ? nullptr
                                              : &own->second;
  if (who != nullptr)
    if (auto compiled = plan_of(*who))
      plan = *compiled;
  const auto told =
      dialplan::explain(plan, asked.digits(), extensions(), caller, dial_timers_.dial_delay_count);
  auto& explanation = *answer.mutable_explanation();
  for (const auto& code : told.codes) {
    auto& item = *explanation.add_considered();
    item.set_level(std::string(dialplan::level_name(code.from)));
    item.set_code(code.code.code);
    item.set_feature(std::string(dialplan::feature_name(code.code.what)));
    item.set_number(code.code.number);
    item.set_why(code.why);
    item.set_matches(!code.fits);
    item.set_digits_fit(static_cast<std::uint32_t>(code.fits.value_or(0)));
  }
  auto outcome =
      told.now.what == dialplan::verdict::wait
          ? "Waits for more digits. If none come: " + outcome_of(told.later, asked.user())
          : outcome_of(told.now, asked.user());
  if (who == nullptr)
    outcome += " (The user's own short codes are known at " + known->home +
               " and where the user is logged in; they were not considered.)";
  const auto* rights = who == nullptr ? nullptr : rights_now(*who);
  if (rights != nullptr)
    explanation.set_user_rights(rights->name());
  else if (who != nullptr && !who->user_rights().empty())
    outcome += " (The user rights " + who->user_rights() + " are inert here.)";
  explanation.set_outcome(outcome);
  return answer;
}

std::string gateway::implementation::call_outcome(const std::string& number,
                                                  const calls::caller& from) const {
  const auto route = calls::route_from_here(number, surroundings(from));
  if (const auto* why = std::get_if<calls::cause>(&route)) {
    const auto* who = settings_of(number);
    const bool quiet =
        who != nullptr && calls::before_ringing(*who, from, forwards_now(*who)).refused;
    return "Calls " + number + ", which fails: " + calls::text(*why) +
           (quiet ? " (do not disturb)." : ".");
  }
  std::string called;
  const std::vector<calls::diversion>* passed = nullptr;
  if (const auto* line = std::get_if<calls::to_line>(&route)) {
    called = "Calls " + line->extension + " at line " + std::to_string(line->line.value) +
             " of this gateway.";
    if (const auto check = checks_.find(line->line); check != checks_.end())
      called += " It is out of order: " + text(check->second) + ".";
    else if (!in_order(line->line))
      called += " It is out of order: not there.";
    passed = &line->diversions;
  } else if (const auto* group = std::get_if<calls::to_group>(&route)) {
    called = "Hunts in group " + group->group + ".";
    passed = &group->diversions;
  } else if (const auto* box = std::get_if<calls::to_mailbox>(&route)) {
    called = "Leaves a message for " + box->extension + " at gateway " + box->home + ".";
    passed = &box->diversions;
  } else {
    const auto& there = std::get<calls::to_gateway>(route);
    called = "Calls " + there.extension + " at gateway " + there.gateway + ".";
    passed = &there.diversions;
  }
  for (const auto& one : *passed)
    called.append(" ").append(calls::text(one)).append(".");
  return called;
}

std::string gateway::implementation::outside_outcome(const dialplan::match& won) const {
  const auto group = std::ranges::find(settings_.line_groups, won.line_group, &line_group::name);
  if (group == settings_.line_groups.end())
    return "Congestion tone: there is no line group " + won.line_group + ".";
  std::string tried;
  for (const auto& trunk : group->trunks)
    tried += (tried.empty() ? "" : ", then ") + trunk;
  return "Calls " + won.number + " outside, by trunk " + tried + ".";
}

std::string gateway::implementation::outcome_of(const dialplan::decision& decided,
                                                const extension_number& who) const {
  using dialplan::feature;
  if (decided.what == dialplan::verdict::wait)
    return "Goes on waiting, until the off-hook time-out.";
  if (decided.what == dialplan::verdict::unknown || !decided.winner)
    return "Number-not-in-service tone.";
  const auto& won = *decided.winner;
  switch (won.what) {
  case feature::dial:
  case feature::emergency: {
    if (!won.line_group.empty())
      return outside_outcome(won);
    calls::caller from{who, {}, 0, won.what == feature::emergency};
    return call_outcome(won.number, from);
  }
  case feature::log_in:
    return "Logs in " +
           (won.number.find('*') == std::string::npos
                ? std::string("the base user of the port")
                : "user " + won.number.substr(0, won.number.find('*'))) +
           ".";
  case feature::log_out:
    return "Logs out.";
  case feature::break_out:
    return "Breaks out to gateway " + won.number + "; what follows is dialled there.";
  case feature::change_login_code:
    return "Changes the login code of user " + who + ", if the present one is right.";
  case feature::park:
    return "Parks the call that is on hold in slot " + (won.number.empty() ? who : won.number) +
           ".";
  case feature::retrieve:
    return "Retrieves the call in park slot " + (won.number.empty() ? who : won.number) + ".";
  case feature::pickup:
    return "Picks up the call that rings for " +
           (won.number.empty() ? std::string("anybody") : won.number) + ".";
  case feature::night_service_on:
  case feature::night_service_off:
    return "Switches night service of group " + won.number +
           (won.what == feature::night_service_on ? " on." : " off.");
  case feature::page:
    return "Speaks to " + won.number + ", whose phones ring and are not heard.";
  case feature::conference:
    return "Joins conference " + won.number + ".";
  case feature::voicemail:
    return "Listens to the messages of user " + who + ".";
  case feature::call_back:
    return "Calls back when " + (won.number.empty() ? "the number called before" : won.number) +
           " is free.";
  case feature::call_back_cancel:
    return "Forgets the call backs that user " + who + " asked for.";
  case feature::available:
    return "Takes calls of groups again.";
  case feature::not_available:
    return "Takes no calls of groups, until told otherwise.";
  case feature::directory:
    return "Opens the directory, if the phone is a digital station.";
  case feature::call_log:
    return "Opens the call log, if the phone is a digital station.";
  case feature::barred:
    return "Refused: " + won.code + " is barred by the " +
           std::string(dialplan::level_name(won.from)) + ".";
  default:
    break;
  }
  if (const auto asked = user_feature(won.what, won.number, who))
    return "Changes user " + asked->whose + ": " + users::describe(asked->changes) + ".";
  return "Refused: feature " +
         (won.name.empty() ? std::string(dialplan::feature_name(won.what)) : won.name) +
         " is not served by this version.";
}

} // namespace switchroom::exchange
