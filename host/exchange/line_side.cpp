// SPDX-License-Identifier: MIT
#include "exchange/implementation.hpp"

namespace switchroom::exchange {

void gateway::implementation::drive(party& p, lines::event what, char digit, tone reason) {
  const auto before = p.machine.state();
  const auto verbs = p.machine.step(what, now_, digit);
  const auto after = p.machine.state();
  if (const auto* line = std::get_if<calls::line_leg>(&p.leg)) {
    touched_.insert(line->line);
    using enum lines::event;
    if ((before != after && (what == off_hook || what == on_hook || what == lines::event::flash)) ||
        what == resume || what == swap || what == lines::event::take_waiting ||
        what == lines::event::hand_over)
      note(label(p.leg), settings_.gateway, std::string(lines::name(what)));
  } else if (after == lines::state::parked) {
    return release_leg(std::get<calls::peer_leg>(p.leg), scn::v1::NORMAL_CLEARING);
  }
  if (before != lines::state::ringing && before != after)
    stop_showing(p);
  for (const auto verb : verbs)
    perform(p, verb, digit, reason);
  const auto* at = std::get_if<calls::line_leg>(&p.leg);
  if (at != nullptr && before != after && p.machine.state() == after)
    p.isdn ? tell_isdn_of(p, at->line, reason) : tell_phone(p, at->line, reason);
}

void gateway::implementation::dial(party& p, char digit) {
  if (lines::is_digit(digit))
    drive(p, lines::event::digit, digit);
}

void gateway::implementation::perform(party& p, lines::verb what, char digit, tone reason) {
  using lines::verb;
  const auto* line = std::get_if<calls::line_leg>(&p.leg);
  switch (what) {
  case verb::none:
    return;
  case verb::hear_dial:
    seize(p);
    return hear(p, has_messages(p) ? tone::messages : tone::dial);
  case verb::hear_ringback:
    return hear(p, tone::ringback);
  case verb::hear_reason:
    return hear(p, reason);
  case verb::hear_unobtainable:
    return hear(p, tone::unobtainable);
  case verb::hear_confirmation:
    return hear(p, reason == tone::none ? tone::confirmation : reason);
  case verb::hear_nothing:
    return paths_.silence(slot_of(p.leg));
  case verb::take_digit:
    return decide(p, false);
  case verb::end_digits:
    return decide(p, true);
  case verb::pass_digit:
    if (auto* c = call_of(p.call))
      pass_digit(*c, p.leg, digit);
    return;
  case verb::ring_on:
  case verb::ring_off:
    if (line != nullptr && p.on_edge) {
      if (what == verb::ring_on)
        is_outside(p) ? call_outside(p) : p.isdn ? call_station(p) : ring_phone(p, line->line);
    } else if (line != nullptr) {
      note(settings_.gateway, label(p.leg), what == verb::ring_on ? "ring" : "stop ringing");
      what == verb::ring_on ? ring_line(p, line->line) : stop_ringing(p, line->line);
    }
    return;
  case verb::answer:
    if (auto* c = call_of(p.call))
      advance(*c, calls::event::answers, scn::v1::NORMAL_CLEARING);
    return;
  case verb::release:
    if (auto* c = call_of(std::exchange(p.call, std::nullopt)))
      leave(*c, p.leg);
    return;
  case verb::hold:
    return hold(p);
  case verb::unhold:
    return unhold(p);
  case verb::swap: {
    const auto waits = std::exchange(p.held, std::nullopt);
    hold(p);
    p.call = waits;
    if (auto* c = call_of(p.call))
      return set_hold(*c, p.leg, false);
    return;
  }
  case verb::hand_over:
    return hand_over(p);
  case verb::take_waiting:
    p.call = std::exchange(p.waiting, std::nullopt);
    stop_waiting(p);
    if (auto* c = call_of(p.call))
      advance(*c, calls::event::answers, scn::v1::NORMAL_CLEARING);
    return;
  }
}

void gateway::implementation::hear(party& p, tone what) {
  if (paths_.hear(slot_of(p.leg), what))
    return;
  alarms_.raise("tone-channels", "All tone channels are in use",
                "Somebody on " + label(p.leg) + " heard another tone than was meant, or none.",
                "Give the fabric more tone channels (parameter ToneChannels).");
}

/// A dial plan is one person's view: look again who sits here.
void gateway::implementation::seize(party& p) {
  ++p.seizures;
  count_guess(p); // of the seizure before
  p.wanted.reset();
  p.account.clear();
  p.authorised = p.wants_authorisation = false;
  p.dialled = dialplan::progress(is_outside(p) ? outside_plans_[p.isdn->trunk] : system_plan_,
                                 dial_timers_.dial_delay_count);
  p.mask = system_mask_;
  const auto* line = std::get_if<calls::line_leg>(&p.leg);
  const auto* session = line == nullptr ? nullptr : desks_.at(line->line);
  if (session == nullptr)
    return;
  std::vector<dialplan::short_code> codes;
  const std::string id = "short-codes-" + session->settings.extension();
  if (auto compiled = plan_of(session->settings, &codes)) {
    p.dialled = dialplan::progress(*compiled, dial_timers_.dial_delay_count);
    p.mask.learn(codes);
    alarms_.clear(id);
  } else {
    // What takes away holds even if what gives is not understood.
    if (const auto* rights = rights_now(session->settings))
      if (auto limits = dialplan::of_user(system_plan_, {}, codes_of(rights->short_codes())))
        p.dialled = dialplan::progress(*limits, dial_timers_.dial_delay_count);
    alarms_.raise(id, "Short codes of user " + session->settings.extension() + " are not in force",
                  compiled.error().what, compiled.error().remedy);
  }
}

} // namespace switchroom::exchange
