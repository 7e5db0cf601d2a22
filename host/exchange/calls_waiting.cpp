// SPDX-License-Identifier: MIT
// A call that waits at a line where somebody talks (C9: call waiting). The tone takes the place of
// the voice while it lasts, as tones are sources of the switch (ADR 0002). A flash answers, on hook
// makes it ring.
#include "exchange/implementation.hpp"

#include <utility>

namespace switchroom::exchange {
namespace {

using namespace std::chrono_literals;

constexpr auto between_beeps = 10s;
constexpr auto beep_time = 600ms; ///< the longest of the countries' tones

} // namespace

/// One call waits at a time, and none while another is on hold: a flash could mean either.
bool gateway::implementation::may_wait(const party& p, const user::v1::User* called) const {
  return called != nullptr && called->call_waiting() &&
         p.machine.state() == lines::state::in_call && !p.held && !p.waiting && !p.aside &&
         !p.isdn_aside && !is_outside(p);
}

void gateway::implementation::let_wait(party& p, calls::call& c) {
  if (p.on_edge && !ring_aside(p, std::get<calls::line_leg>(p.leg).line, c))
    return advance(c, calls::event::destination_gone, scn::v1::NO_CIRCUIT_AVAILABLE);
  note(settings_.gateway, label(p.leg), "a call from " + c.from.number + " waits");
  p.waiting = c.id;
  if (!p.on_edge) { // an IP phone says so itself
    p.next_beep = now_;
    p.waiting_shown = false;
    beep(p);
  }
  advance(c, calls::event::alerts, scn::v1::NORMAL_CLEARING);
}

void gateway::implementation::beep(party& p) {
  const bool talks = p.machine.state() == lines::state::in_call;
  if (p.beep_over <= now_) {
    p.beep_over = never;
    if (auto* c = call_of(p.call); c != nullptr && talks && !show_waiting(p))
      refresh_voice(*c);
  }
  if (p.next_beep > now_)
    return;
  p.next_beep = now_ + between_beeps;
  if (!talks)
    return;
  p.beep_over = now_ + beep_time;
  hear(p, tone::call_waiting);
}

void gateway::implementation::stop_waiting(party& p) {
  p.waiting.reset();
  touch(p);
  p.next_beep = never;
  const bool showed = p.showing.has_value();
  stop_showing(p);
  if (std::exchange(p.beep_over, never) != never || showed)
    if (auto* c = call_of(p.call); c != nullptr && p.machine.state() == lines::state::in_call)
      refresh_voice(*c);
}

void gateway::implementation::ring_waiting(party& p) {
  const auto waits = p.waiting;
  stop_waiting(p);
  if (call_of(waits) == nullptr)
    return;
  p.call = waits;
  drive(p, lines::event::ring);
}

} // namespace switchroom::exchange
