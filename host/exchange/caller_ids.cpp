// SPDX-License-Identifier: MIT
// What the display of an analog phone is told (C9): in the first pause of its ringing, before it
// rings, or, when a call waits, in the call. The samples come from a tape at a host slot that only
// the line hears; whatever the line does next is connected in the same frame in which the tape is
// heard no more. Without a free slot, and whenever the phone or the board does not do its part, the
// line rings and talks as if there were no display.
#include "exchange/implementation.hpp"
#include "users/time_zone.hpp"

#include <cmath>
#include <utility>

namespace switchroom::exchange {
namespace {

using namespace std::chrono_literals;
using stage = caller_showing::stage;

/// The longest message with all around it is 1.6 s; a board that is late shall not cut it off.
constexpr duration give_up_after{4s};
/// GR-30: the phone acknowledges within 100 ms of the alert, which lasts 80 ms; the tape's way to
/// the line and the detector's time come on top.
constexpr duration acknowledged_within{450ms};

} // namespace

dsp::caller_id gateway::implementation::shown_caller(const calls::call& c) const {
  dsp::caller_id who;
  const auto zone = users::time_zone::parse(settings_.profiles.time_zone);
  if (zone) {
    const auto local = zone->at(static_cast<std::int64_t>(std::floor(wall_s())));
    who.when = {static_cast<unsigned>(local.date.month()), static_cast<unsigned>(local.date.day()),
                local.minute / 60, local.minute % 60};
  }
  who.number = c.from.number;
  who.name = c.from.name;
  // As everywhere here, who has no number does not want it told (edge.proto).
  who.no_number = who.number.empty() ? dsp::absence::withheld : dsp::absence::none;
  if (who.name.empty())
    who.no_name = who.number.empty() ? dsp::absence::withheld : dsp::absence::unavailable;
  return who;
}

/// False: no host slot is free.
bool gateway::implementation::play_to_display(party& p, show_caller::part what,
                                              const calls::call* c) {
  auto& showing = *p.showing;
  if (!showing.slot && paths_.up())
    showing.slot = paths_.take_host_slot();
  if (!showing.slot || c == nullptr)
    return false;
  if (showing.tape == 0)
    showing.tape = ++last_tape_;
  paths_.listen(slot_of(p.leg), paths_.slot_of(*showing.slot));
  out_.emplace_back(
      show_caller{*showing.slot, showing.tape, what, *p.display.standard, shown_caller(*c)});
  return true;
}

/// The line hears nothing of it any more; what it hears instead is the caller's business.
void gateway::implementation::stop_showing(party& p) {
  const auto showing = std::exchange(p.showing, std::nullopt);
  if (!showing || !showing->slot)
    return;
  out_.emplace_back(tape_stop{*showing->slot, showing->tape});
  paths_.silence(slot_of(p.leg));
  paths_.give_back(*showing->slot);
}

// ---- on-hook -----------------------------------------------------------------------------------

void gateway::implementation::ring_line(party& p, line_id line) {
  const auto* c = call_of(p.call);
  const bool page = c != nullptr && c->from.page;
  const auto cadence = page ? ring_cadence::page : ring_cadence::internal;
  if (p.display.standard && c != nullptr && !page) {
    p.showing = caller_showing{stage::first_ring, now_ + p.display.first_pause + p.display.wait};
    if (p.display.before_ringing) {
      p.showing = caller_showing{stage::before_ringing, now_ + give_up_after};
      if (play_to_display(p, show_caller::part::before_ring, c)) {
        out_.emplace_back(reverse_battery{line, true});
        return;
      }
      stop_showing(p);
    }
  }
  out_.emplace_back(ring{line, true, cadence});
}

void gateway::implementation::stop_ringing(party& p, line_id line) {
  if (p.showing && p.showing->at == stage::before_ringing)
    out_.emplace_back(reverse_battery{line, false});
  stop_showing(p);
  out_.emplace_back(ring{line, false, ring_cadence::internal});
}

// ---- in a call ---------------------------------------------------------------------------------

/// After the first tone of call waiting. Neither side hears the other until it is over. False:
/// there is nothing to show.
bool gateway::implementation::show_waiting(party& p) {
  auto* c = call_of(p.call);
  if (!p.display.standard || std::exchange(p.waiting_shown, true) || c == nullptr || p.showing)
    return false;
  p.showing = caller_showing{stage::alert, now_ + acknowledged_within};
  if (!play_to_display(p, show_caller::part::alert, call_of(p.waiting))) {
    stop_showing(p);
    return false;
  }
  paths_.silence(slot_of(calls::other_side(*c, p.leg)));
  return true;
}

/// True: the digit was for us.
bool gateway::implementation::acknowledge(party& p, char digit) {
  if (!p.showing || p.showing->at != stage::alert || (digit != 'D' && digit != 'A'))
    return false;
  p.showing->at = stage::in_a_call;
  p.showing->until = now_ + give_up_after;
  if (!play_to_display(p, show_caller::part::in_a_call, call_of(p.waiting)))
    p.showing->until = now_;
  return true;
}

// ---- time --------------------------------------------------------------------------------------

/// A stage has come to its end: as it should, or because what ends it does not come.
void gateway::implementation::showing_due(party& p) {
  const auto at = p.showing->at;
  const auto line = std::get<calls::line_leg>(p.leg).line;
  if (at == stage::first_ring) {
    p.showing->at = stage::ringing_on;
    p.showing->until = now_ + give_up_after;
    if (!play_to_display(p, show_caller::part::after_ring, call_of(p.call)))
      stop_showing(p);
    return;
  }
  stop_showing(p);
  if (at == stage::before_ringing) {
    out_.emplace_back(reverse_battery{line, false});
    out_.emplace_back(ring{line, true, ring_cadence::internal});
  } else if (at != stage::ringing_on) {
    if (auto* c = call_of(p.call))
      refresh_voice(*c);
  }
}

/// The alert's end is not what is waited for.
void gateway::implementation::on_shown(std::uint64_t tape) {
  for (auto& [line, p] : lines_)
    if (p.showing && p.showing->slot && p.showing->tape == tape && p.showing->at != stage::alert)
      return showing_due(p);
}

} // namespace switchroom::exchange
