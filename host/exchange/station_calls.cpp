// SPDX-License-Identifier: MIT
// A digital station's two calls. One is the line's, and has a B channel unless the station has it
// on hold; the other is aside: on hold, or it waits. The station says by HOLD, RETRIEVE and CONNECT
// which is which (EN 300 141), and there are as many B channels as calls that speak or ring.
#include "exchange/implementation.hpp"

#include <utility>

namespace switchroom::exchange {
namespace {

constexpr unsigned first_b_channel = 1, last_b_channel = 2;

bool is_over(const std::optional<call_by_isdn>& one) {
  return !one || one->over;
}

/// `wanted`, if it is one and the other call has not got it.
unsigned free_b_channel(unsigned wanted, const std::optional<call_by_isdn>& other) {
  const auto b = wanted == last_b_channel ? last_b_channel : first_b_channel;
  const bool taken = other && (other->b_channel == b || other->not_free == b);
  return taken ? first_b_channel + last_b_channel - b : b;
}

} // namespace

/// Null: it is speaking, or has two calls. On hold, or when the other call is over, it may call.
party* gateway::implementation::free_station(line_id line) {
  using enum lines::state;
  auto& p = lines_.at(line);
  const auto at = p.machine.state();
  if (at == idle)
    return p.isdn_call ? nullptr : &p;
  const bool holds = at == in_call && !p.isdn_aside && !p.waiting && !is_over(p.isdn_call) &&
                     p.isdn_call->b_channel == 0;
  const bool one_is_over =
      p.isdn_aside && p.held && is_over(p.isdn_call) && (at == lines::state::tone || at == parked);
  return holds || one_is_over ? &p : nullptr;
}

/// Of a line that is free, or a station that may call again.
void gateway::implementation::begin_call(party& p, const isdn::v1::Setup& asked) {
  const bool again = p.machine.state() != lines::state::idle;
  if (!is_over(p.isdn_call))
    p.isdn_aside = p.isdn_call;
  p.isdn_call = call_by_isdn{asked.call(), asked.b_channel()};
  drive(p, again ? lines::event::flash : lines::event::off_hook);
}

party* gateway::implementation::station_with_aside(std::uint32_t d_channel, std::uint64_t call) {
  auto* p = station_at(d_channel);
  return p != nullptr && p->isdn_aside && p->isdn_aside->call == call ? p : nullptr;
}

/// The station puts a call on hold, or takes it off.
void gateway::implementation::take(const isdn::v1::Hold& asked) {
  isdn::v1::ToEdge message;
  auto& answer = *message.mutable_hold_answer();
  answer.set_channel(asked.channel());
  answer.set_call(asked.call());
  answer.set_on(asked.on());
  auto* p = isdn_of(asked);
  auto* c = p == nullptr || p->isdn->outside ? nullptr : call_of(p->call);
  if (c != nullptr && p->machine.state() == lines::state::in_call) {
    if (asked.on())
      paths_.silence(slot_of(p->leg)); // a call on hold has no B channel
    p->isdn_call->b_channel = asked.on() ? 0 : free_b_channel(asked.b_channel(), p->isdn_aside);
    set_hold(*c, p->leg, asked.on());
    answer.set_done(true);
    answer.set_b_channel(p->isdn_call->b_channel);
  } else if (auto* other = station_with_aside(asked.channel(), asked.call());
             other != nullptr && !asked.on() && take_back(*other, asked.b_channel())) {
    answer.set_done(true);
    answer.set_b_channel(other->isdn_call->b_channel);
  }
  tell_isdn(std::move(message));
}

/// The call aside is the line's again. False: it only waits, or the line's is not on hold.
bool gateway::implementation::take_back(party& p, unsigned wanted) {
  const bool alone = is_over(p.isdn_call);
  const bool talks = p.machine.state() == lines::state::in_call;
  if (!p.held || (!alone && (!talks || p.isdn_call->b_channel != 0)))
    return false;
  std::swap(p.isdn_call, p.isdn_aside);
  p.isdn_call->b_channel = free_b_channel(wanted, p.isdn_aside);
  if (alone)
    p.isdn_aside.reset();
  drive(p, alone ? lines::event::resume : lines::event::swap);
  return true;
}

// ---- a call that waits -------------------------------------------------------------------------

/// On the B channel that the other does not have.
void gateway::implementation::ring_station_aside(party& p, const calls::call& c) {
  const auto speaks = p.isdn_call;
  send_call(p, free_b_channel(first_b_channel, speaks), &c);
  p.isdn_aside = std::exchange(p.isdn_call, speaks);
}

/// The other is on hold from now on, whether the station has said so or not.
void gateway::implementation::answer_station_aside(party& p, unsigned b_channel) {
  if (!p.waiting)
    return;
  paths_.silence(slot_of(p.leg));
  std::swap(p.isdn_call, p.isdn_aside);
  p.isdn_call->answered = true;
  if (b_channel != 0)
    p.isdn_call->b_channel = b_channel;
  if (is_over(p.isdn_aside))
    p.isdn_aside.reset();
  drive(p, lines::event::take_waiting);
}

/// The edge's `Over` of it is of no call that is known here any more.
void gateway::implementation::release_station_aside(party& p) {
  if (p.isdn_aside->b_channel != 0 &&
      (is_over(p.isdn_call) || p.isdn_call->b_channel != p.isdn_aside->b_channel))
    paths_.silence(paths_.slot_of_station(p.isdn->station, p.isdn_aside->b_channel));
  isdn::v1::ToEdge message;
  message.mutable_release()->set_channel(p.isdn->d_channel);
  message.mutable_release()->set_call(p.isdn_aside->call);
  message.mutable_release()->set_cause(scn::v1::NORMAL_CLEARING);
  tell_isdn(std::move(message));
}

} // namespace switchroom::exchange
