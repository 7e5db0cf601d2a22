// SPDX-License-Identifier: MIT
// An IP phone has a dialogue for each of its calls (RFC 3261, 12). One is the line's, and its voice
// goes through the line's host slot; the other is aside with a host slot of its own: it is on hold,
// or rings while the phone talks. Which is which, the phone decides by hold; what that means for
// the calls is what a flash means at an analog phone.
#include "calls/messages.hpp"
#include "exchange/implementation.hpp"

#include <utility>

namespace switchroom::exchange {

/// A call is in progress that can wait, or waits while nothing else is there.
bool gateway::implementation::may_call_again(const party& p) const {
  if (p.waiting)
    return false;
  if (p.aside)
    return !p.phone && p.held &&
           (p.machine.state() == lines::state::tone || p.machine.state() == lines::state::parked);
  const auto spoken = p.call ? calls_.find(*p.call) : calls_.end();
  return p.phone && p.machine.state() == lines::state::in_call && !p.held &&
         spoken != calls_.end() && !is_page(spoken->second.destination);
}

void gateway::implementation::put_aside(party& p) {
  p.aside = std::exchange(p.phone, std::nullopt);
  paths_.silence(paths_.slot_of(p.aside->slot));
}

/// For a call that waits. False: no host slot was free.
bool gateway::implementation::ring_aside(party& p, line_id line, const calls::call& c) {
  if (p.isdn) {
    ring_station_aside(p, c);
    return true;
  }
  p.aside = new_phone_call(line, last_phone_call_ += 2);
  if (p.aside)
    send_ring(*p.aside, line, &c);
  return p.aside.has_value();
}

/// The voice of the line is that of the other call from now on.
void gateway::implementation::change_over(party& p) {
  std::swap(p.phone, p.aside);
  if (p.aside)
    paths_.silence(paths_.slot_of(p.aside->slot));
}

void gateway::implementation::resume_aside(party& p, const scn::v1::MediaEndpoint& media) {
  const bool talks = p.machine.state() == lines::state::in_call;
  change_over(p);
  if (calls::usable(media))
    open_phone(p, media);
  drive(p, talks ? lines::event::swap : lines::event::resume);
}

void gateway::implementation::answer_aside(party& p, const scn::v1::MediaEndpoint& media) {
  if (!p.waiting)
    return;
  change_over(p);
  p.phone->answered = true;
  open_phone(p, media);
  drive(p, lines::event::take_waiting);
}

/// Of an IP phone or a station. Its edge knows. The other call goes on.
void gateway::implementation::aside_is_down(party& p, calls::cause why) {
  const auto waits = std::exchange(p.waiting, std::nullopt);
  end_phone_call(p, p.aside);
  p.isdn_aside.reset();
  if (auto* c = call_of(waits)) {
    stop_waiting(p);
    advance(*c, calls::event::destination_gone, why);
  } else if (auto* left = call_of(std::exchange(p.held, std::nullopt))) {
    touch(p);
    leave(*left, p.leg);
  }
  const bool alone = p.isdn ? !p.isdn_call || p.isdn_call->over : !p.phone;
  if (alone)
    put_down(p);
}

/// The call that is not on hold has ended; the other stays where it is, as the phone wants it.
void gateway::implementation::active_is_down(party& p) {
  end_phone_call(p, p.phone);
  auto* c = call_of(std::exchange(p.call, std::nullopt));
  using enum lines::state;
  if (p.machine.state() == in_call)
    drive(p, lines::event::far_released);
  else if (p.machine.state() == dial_tone)
    drive(p, lines::event::patience_over);
  else if (p.machine.state() != lines::state::tone)
    drive(p, lines::event::refused);
  if (c != nullptr)
    leave(*c, p.leg);
}

/// Who waited at a phone has gone: its line was touched when they went.
void gateway::implementation::drop_asides() {
  for (const auto line : std::set(touched_)) {
    auto& p = lines_.at(line);
    if ((!p.aside && !p.isdn_aside) || p.held || p.waiting)
      continue;
    if (p.isdn_aside)
      release_station_aside(p);
    else
      release_phone(line, p.aside->call, scn::v1::NORMAL_CLEARING);
    aside_is_down(p, scn::v1::NORMAL_CLEARING);
  }
}

// ---- transfers ---------------------------------------------------------------------------------

void gateway::implementation::take(const edge::v1::Transfer& wanted) {
  const line_id line{wanted.line()};
  const auto found = lines_.find(line);
  const auto is = [](const std::optional<phone_call>& one, std::uint64_t number) {
    return one && one->call == number;
  };
  if (found == lines_.end() ||
      (!is(found->second.phone, wanted.call()) && !is(found->second.aside, wanted.call())))
    return;
  auto& p = found->second;
  auto why = scn::v1::CALL_REJECTED;
  if (wanted.to_case() == edge::v1::Transfer::kOther) {
    const bool both = p.phone && p.aside && p.phone->call != p.aside->call &&
                      (is(p.phone, wanted.other()) || is(p.aside, wanted.other()));
    why = both && can_hand_over(p) ? scn::v1::CAUSE_UNSPECIFIED : scn::v1::CALL_REJECTED;
  } else if (is(p.phone, wanted.call()) && may_call_again(p) && !p.aside) {
    why = transfer_to(p, wanted.digits());
  }
  if (why != scn::v1::CAUSE_UNSPECIFIED) {
    edge::v1::ToEdge message;
    auto& failed = *message.mutable_transfer_failed();
    failed.set_line(line.value);
    failed.set_call(wanted.call());
    failed.set_cause(why);
    return tell_edge(std::move(message));
  }
  release_phone(line, p.phone->call, scn::v1::NORMAL_CLEARING);
  p.phone->answered = true;
  put_down(p);
}

/// As a person would: hold, dial. CAUSE_UNSPECIFIED: somebody is called who can be handed over.
calls::cause gateway::implementation::transfer_to(party& p, const std::string& digits) {
  p.phone->transfers = true;
  drive(p, lines::event::flash);
  for (const char digit : digits.substr(0, lines::line::most_digits))
    dial(p, digit);
  finish_dialling(p);
  if (can_hand_over(p))
    return scn::v1::CAUSE_UNSPECIFIED;
  p.phone->transfers = false;
  if (p.held)
    drive(p, lines::event::resume);
  return scn::v1::UNALLOCATED_NUMBER;
}

} // namespace switchroom::exchange
