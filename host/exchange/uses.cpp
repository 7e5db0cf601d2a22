// SPDX-License-Identifier: MIT
// What the lines of people do, known to all gateways: for lamps that follow the person (H12), and
// for call back when free (S6).
#include "exchange/implementation.hpp"

#include <algorithm>

namespace switchroom::exchange {
namespace {

constexpr std::ptrdiff_t most_wishes = 5; ///< of one user

use use_at(const party& p) {
  const auto state = p.machine.state();
  const bool ringing = state == lines::state::ringing;
  return {!ringing && state != lines::state::idle, ringing, p.duty != duty::available};
}

} // namespace

use gateway::implementation::use_of(std::string_view extension) const {
  if (const auto line = desks_.line_of(extension))
    return use_at(lines_.at(*line));
  const auto* who = directory_.find(extension);
  if (who == nullptr || who->state.presence() != scn::v1::LOGGED_IN)
    return {};
  const auto there = uses_.find(who->state.gateway());
  if (there == uses_.end())
    return {};
  const auto found = there->second.find(extension_number(extension));
  return found == there->second.end() ? use{} : found->second;
}

void gateway::implementation::announce_use(party& p) {
  const auto* line = std::get_if<calls::line_leg>(&p.leg);
  const auto* session = desks_.at(line->line);
  const auto who = session == nullptr ? extension_number() : session->settings.extension();
  const auto does = use_at(p);
  if (who == p.told_of && does == p.told_use)
    return;
  uses_changed_ = true;
  if (!who.empty() && does == use{})
    idle_since_[who] = now_;
  const auto tell = [this](const extension_number& whom, const use& what) {
    agent_uses(whom, settings_.gateway, what);
    post_to_all(calls::use(whom, what.in_use, what.ringing, what.unavailable));
  };
  // Who left for another line here is told of by that line.
  if (who != p.told_of && p.told_use != use{} && !desks_.line_of(p.told_of))
    tell(p.told_of, {});
  if (!who.empty())
    tell(who, does);
  p.told_of = who;
  p.told_use = does;
}

void gateway::implementation::announce_all(const gateway_name& to) {
  for (const auto& [line, p] : lines_)
    if (!p.told_of.empty() && p.told_use != use{})
      post(to,
           calls::use(p.told_of, p.told_use.in_use, p.told_use.ringing, p.told_use.unavailable));
  for (const auto& [slot, parked] : parked_)
    if (const auto* c = call_of(parked.call))
      post(to, calls::park_slot(slot, &c->from));
  for (const auto& group : settings_.groups)
    post(to, state_of(group));
  for (const auto& lent : emergency_ports_)
    if (lent.until > now_)
      post(to, calls::emergency_port(lent.number, lent.by, whole_seconds(left_of(lent))));
  for (const auto& [number, one] : conferences_)
    post(to, calls::conference_state(number, one.parties.size()));
  for (const auto& [of, messages] : mailboxes_)
    if (const auto has = tally_of(of); has != voicemail::tally{})
      post(to, calls::mailbox_state(of, has.fresh, has.heard));
}

void gateway::implementation::take(const gateway_name& from, const scn::v1::UserUse& news) {
  if (directory_.find(news.extension()) == nullptr)
    return;
  const use now{news.in_use(), news.ringing(), news.unavailable()};
  agent_uses(news.extension(), from, now);
  if (now == use{}) {
    uses_[from].erase(news.extension());
    idle_since_[news.extension()] = now_;
  } else
    uses_[from][news.extension()] = now;
  uses_changed_ = true;
}

// ---- call back when free -----------------------------------------------------------------------

void gateway::implementation::act_call_back(party& p, const std::string& number) {
  const auto whom = number.empty() ? p.last_called : number;
  const auto who = caller_of(p).number;
  if (!std::holds_alternative<calls::line_leg>(p.leg) || who.empty())
    return refuse(p, tone::refusal, "only a user at a line here can be called back");
  if (whom == who || directory_.find(whom) == nullptr)
    return refuse(p, tone::refusal, "there is no other user " + whom + " to wait for");
  std::erase_if(call_backs_, [&](const auto& old) { return old.who == who && old.whom == whom; });
  const auto asked = std::count_if(call_backs_.begin(), call_backs_.end(),
                                   [&](const auto& one) { return one.who == who; });
  if (asked >= most_wishes)
    return refuse(p, tone::refusal, who + " waits for 5 users already; *41 forgets them");
  drive(p, lines::event::desk_asked);
  call_backs_.push_back({who, whom, now_ + settings_.call_back_time});
  note(label(p.leg), settings_.gateway, "wants to be called back when " + whom + " is free");
  drive(p, lines::event::accepted);
}

void gateway::implementation::act_cancel_call_backs(party& p) {
  const auto who = caller_of(p).number;
  if (!std::holds_alternative<calls::line_leg>(p.leg) ||
      std::erase_if(call_backs_, [&](const auto& one) { return one.who == who; }) == 0)
    return refuse(p, tone::refusal, "no call back was asked for");
  drive(p, lines::event::desk_asked);
  drive(p, lines::event::accepted);
}

/// First come, first served. Who asked is called where they are logged in, if that is here.
void gateway::implementation::try_call_backs() {
  for (std::size_t n = 0; n < call_backs_.size();) {
    const auto wanted = call_backs_[n];
    const auto line = desks_.line_of(wanted.who);
    const auto* whom = directory_.find(wanted.whom);
    const bool there =
        whom != nullptr && whom->state.presence() == scn::v1::LOGGED_IN &&
        (whom->state.gateway() == settings_.gateway || network_.is_up(whom->state.gateway()));
    if (!line || !there || !in_order(*line) || !use_of(wanted.whom).idle() ||
        !use_of(wanted.who).idle()) {
      ++n;
      continue;
    }
    call_backs_.erase(call_backs_.begin() + static_cast<std::ptrdiff_t>(n));
    note(settings_.gateway, "line " + std::to_string(line->value), wanted.whom + " is free");
    calls::call c;
    c.from = {wanted.whom, whom->state.name(), 0};
    c.dialled = now_;
    place(calls::service_leg{calls::service_leg::kind::call_back, wanted.whom},
          calls::to_line{*line, wanted.who, {}}, std::move(c));
  }
}

/// The one who waited has lifted the receiver: now the other is called.
void gateway::implementation::call_back_answered(calls::call& c) {
  turn(c);
  c.answered = true;
  paths_.silence(slot_of(c.origin));
  advance(c, calls::event::passed_on, scn::v1::NORMAL_CLEARING);
  go(c, calls::route_from_here(c.extension, surroundings(c.from)));
}

} // namespace switchroom::exchange
