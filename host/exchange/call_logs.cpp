// SPDX-License-Identifier: MIT
// Call logs and personal directories (rule S7): what is written into a log, and what operators see.
#include "exchange/implementation.hpp"
#include "exchange/replies.hpp"
#include "users/records.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace switchroom::exchange {

/// A call is over. A member of a group has missed it only if the time was given: others of the
/// group may have answered.
void gateway::implementation::log_call(const calls::call& c, calls::cause why) {
  using user::v1::CallRecord;
  CallRecord made;
  const auto began = c.alerted == never ? now_ : c.alerted;
  made.set_at_s(static_cast<std::uint64_t>(std::max(0.0, std::floor(wall_s(began)))));
  if (!c.break_out && !c.extension.empty()) {
    made.set_kind(CallRecord::MADE);
    made.set_number(c.extension);
    if (const auto* other = directory_.find(c.extension))
      made.set_name(other->state.name());
    log_at(c.origin, made, c);
  }
  const bool missed = !c.answered && c.alerted != never;
  if (!c.answered && (!missed || (c.from.for_group && why != scn::v1::NO_ANSWER)))
    return;
  made.set_kind(missed ? CallRecord::MISSED : CallRecord::ANSWERED);
  made.set_number(c.from.number);
  made.set_name(c.from.name);
  made.set_group(c.from.group);
  log_at(c.destination, std::move(made), c);
}

/// Of who sits there, if it is who called or was called.
void gateway::implementation::log_at(const calls::leg& leg, user::v1::CallRecord call,
                                     const calls::call& c) {
  const auto* line = std::get_if<calls::line_leg>(&leg);
  const auto* session = line == nullptr ? nullptr : desks_.at(line->line);
  if (session == nullptr)
    return;
  const auto& who = session->settings;
  if (who.extension() != (leg == c.origin ? c.from.number : c.extension))
    return;
  call.set_gateway(settings_.gateway);
  call.set_serial((settings_.boot & 0x3fff'ffff) << 32 | ++last_made_);
  calls_made_.push_back({{{who.home(), who.extension()}, std::move(call)}, c.streams});
}

/// Into the logs, as soon as it is known how all their streams were heard.
void gateway::implementation::keep_calls_made() {
  std::vector<made_call> wait;
  for (auto& made : std::exchange(calls_made_, {}))
    if (std::ranges::any_of(made.streams,
                            [this](host_slot slot) { return closing_.contains(slot); }))
      wait.push_back(std::move(made));
    else
      run_desks(std::move(made.what));
  calls_made_.insert(calls_made_.end(), wait.begin(), wait.end());
}

control::v1::Reply gateway::implementation::records(const control::v1::RecordsRequest& asked) {
  control::v1::Reply answer;
  const auto& who = asked.extension();
  const auto* known = directory_.find(who);
  const auto* has = desks_.records_of(who);
  const bool changes = asked.has_add() || !asked.remove().empty();
  if (known == nullptr)
    return unknown_user(who);
  if (has == nullptr || (changes && known->home != settings_.gateway))
    return error({"The personal directory and the call log of user " + who +
                      (has == nullptr ? " are not at " : " are not changed at ") +
                      settings_.gateway + ".",
                  "Ask the home gateway, " + known->home + "."});
  if (changes && disk_refuses_)
    return error({"Nothing was changed: " + disk_refuses_->what + ".", disk_refuses_->remedy});
  user::v1::Records now = *has;
  now.set_extension(who);
  for (const bool add : {true, false}) {
    if (add ? !asked.has_add() : asked.remove().empty())
      continue;
    auto after =
        add ? users::with_entry(now, asked.add()) : users::without_entry(now, asked.remove());
    if (!after)
      return error(after.error());
    now = std::move(*after);
  }
  if (changes)
    run_desks(desks::records_changed{now});
  auto& shown = *answer.mutable_records();
  shown.set_extension(who);
  *shown.mutable_personal() = now.personal();
  for (const auto& call : now.calls()) {
    auto& one = *shown.add_calls();
    one.set_kind(std::string(users::name(call.kind())));
    one.set_number(call.number());
    one.set_name(call.name());
    one.set_at_s(static_cast<double>(call.at_s()));
    one.set_group(call.group());
    one.set_mos(call.mos());
  }
  return answer;
}

} // namespace switchroom::exchange
