// SPDX-License-Identifier: MIT
// Analog lines to an exchange outside. For the rest of the exchange a call of theirs is as one of
// isdn-edge's (isdn_lines.cpp): this says and is told what proto/isdn.proto has, and makes loops,
// digits and patience of it. What it says is heard after the step's present event, as from an edge.
//
// An exchange that tells nothing but tones is believed: busy tone ends a call, and who has not been
// said to have answered has after a while.
#include "exchange/implementation.hpp"

#include <algorithm>
#include <utility>

namespace switchroom::exchange {
namespace {

using namespace std::chrono_literals;
using at = analog_place::state;

/// The fabric says within half a second whether current flows.
constexpr duration longest_seizure{2s};
constexpr duration dial_tone_patience{6s}, dialling_patience{60s};
/// Longer than any pause of ringing: who called has given up.
constexpr duration ringing_patience{6500ms};
/// The pause in which who calls is told is longer than those within a double ring.
constexpr duration long_pause{1200ms};
/// So long after the reversal of a line at rest does ringing begin (SIN 227).
constexpr duration announced_patience{5s};
/// No flash, and long enough for the exchange to see it.
constexpr duration rest{1500ms};

/// Whom it rings: who has the default code of the trunk.
std::string called_by(const trunk_settings& trunk) {
  const auto found = std::ranges::find(trunk.codes, "?", &dialplan::short_code::code);
  return found == trunk.codes.end() ? std::string() : found->number;
}

/// Of what a display would be shown: its digits, but for what people write between them. Empty: it
/// is no number, and nobody shall be called by what can be made of it.
std::string number_of(std::string shown) {
  std::erase_if(
      shown, [](char c) { return std::string_view(" -/.()").find(c) != std::string_view::npos; });
  const auto digits = std::string_view(shown).substr(shown.starts_with('+') ? 1 : 0);
  if (digits.find_first_not_of("0123456789*#") != std::string_view::npos)
    return {};
  return digits.empty() ? std::string() : shown;
}

} // namespace

// ---- what outside.cpp is told -------------------------------------------------------------------

void gateway::implementation::say_of(const party& p, isdn::v1::FromEdge message) {
  const auto name = [&](auto& body) {
    body.set_channel(p.isdn->d_channel);
    body.set_call(p.analog->call);
  };
  switch (message.body_case()) {
  case isdn::v1::FromEdge::kSetup:
    name(*message.mutable_setup());
    break;
  case isdn::v1::FromEdge::kProgress:
    name(*message.mutable_progress());
    break;
  case isdn::v1::FromEdge::kConnect:
    name(*message.mutable_connect());
    break;
  case isdn::v1::FromEdge::kRelease:
    name(*message.mutable_release());
    break;
  default:
    name(*message.mutable_over());
  }
  analog_said_.push_back(std::move(message));
}

void gateway::implementation::say_release(const party& p, calls::cause why) {
  isdn::v1::FromEdge message;
  message.mutable_release()->set_cause(why);
  say_of(p, std::move(message));
}

void gateway::implementation::say_over(const party& p, calls::cause why) {
  isdn::v1::FromEdge message;
  message.mutable_over()->set_cause(why);
  say_of(p, std::move(message));
}

bool gateway::implementation::hear_analog_lines() {
  if (analog_said_.empty())
    return false;
  auto said = std::move(analog_said_.front());
  analog_said_.pop_front();
  on(isdn_message{std::move(said)});
  return true;
}

// ---- the line -----------------------------------------------------------------------------------

party* gateway::implementation::analog_at(line_id line) {
  for (auto& [number, p] : lines_)
    if (p.analog && p.analog->line == line)
      return &p;
  return nullptr;
}

const analog_trunk& gateway::implementation::signals_of(const party& p) const {
  return *settings_.trunks[p.isdn->trunk].analog;
}

void gateway::implementation::close_loop(const party& p, bool closed) {
  if (paths_.up())
    out_.emplace_back(loop{p.analog->line, closed});
}

/// To tones and to who calls, and says these digits in tones first. False: no host slot is free.
bool gateway::implementation::listen_outside(party& p, const std::string& digits) {
  auto& a = *p.analog;
  if (a.slot)
    out_.emplace_back(ear_end{a.ear, *a.slot});
  else
    a.slot = paths_.up() ? paths_.take_host_slot() : std::nullopt;
  if (!a.slot)
    return false;
  a.ear = ++last_ear_;
  out_.emplace_back(ear_begin{a.ear, *a.slot, digits});
  paths_.listen(paths_.slot_of(*a.slot), paths_.slot_of(a.line));
  if (!digits.empty())
    paths_.listen(paths_.slot_of(a.line), paths_.slot_of(*a.slot));
  return true;
}

void gateway::implementation::stop_listening_outside(party& p) {
  auto& a = *p.analog;
  if (!a.slot)
    return;
  out_.emplace_back(ear_end{a.ear, *a.slot});
  if (a.at == at::dialling)
    paths_.silence(paths_.slot_of(a.line));
  paths_.give_back(*a.slot);
  a.slot.reset();
  a.ear = 0;
}

void gateway::implementation::enter(party& p, analog_place::state next, duration patience) {
  p.analog->at = next;
  p.analog->until = patience == duration::max() ? never : now_ + patience;
}

/// The call is over for us; the line rests before it is used again.
void gateway::implementation::let_go(party& p) {
  stop_listening_outside(p);
  close_loop(p, false);
  enter(p, at::resting, rest);
}

void gateway::implementation::fail(party& p, calls::cause why) {
  say_release(p, why);
  let_go(p);
}

// ---- what it is told ----------------------------------------------------------------------------

/// True: it was for an analog line.
bool gateway::implementation::order_analog(const isdn::v1::ToEdge& order) {
  using body = isdn::v1::ToEdge;
  const auto channel = order.has_setup()      ? order.setup().channel()
                       : order.has_progress() ? order.progress().channel()
                       : order.has_connect()  ? order.connect().channel()
                       : order.has_release()  ? order.release().channel()
                                              : 0;
  const auto found = isdn_lines_.find(channel);
  if (found == isdn_lines_.end() || !lines_.at(found->second.front()).analog)
    return false;
  switch (order.body_case()) {
  case body::kSetup:
    seize_outside(*analog_at(line_id{order.setup().b_channel()}), order.setup());
    return true;
  case body::kConnect:
    if (auto* p = isdn_of(order.connect()))
      answer_analog(*p);
    return true;
  case body::kProgress: // what is to be heard is heard by who is answered only
    if (auto* p = isdn_of(order.progress());
        p != nullptr && order.progress().stage() == isdn::v1::Progress::IN_BAND)
      answer_analog(*p);
    return true;
  case body::kRelease:
    if (auto* p = isdn_of(order.release()))
      release_analog(*p);
    return true;
  default: // nobody to be told
    return true;
  }
}

void gateway::implementation::answer_analog(party& p) {
  if (p.analog->at != at::offered)
    return;
  enter(p, at::answering, longest_seizure);
  close_loop(p, true);
}

void gateway::implementation::seize_outside(party& p, const isdn::v1::Setup& asked) {
  auto& a = *p.analog;
  const bool free = a.at == at::idle && paths_.up();
  if (!free) { // it rings, or rests
    const auto other = std::exchange(a.call, asked.call());
    say_over(p, scn::v1::NO_CIRCUIT_AVAILABLE);
    a.call = other;
    return;
  }
  a.call = asked.call();
  a.number = asked.called().digits();
  enter(p, at::seizing, longest_seizure);
  close_loop(p, true);
}

/// An exchange that rings cannot be told that nobody will answer.
void gateway::implementation::release_analog(party& p) {
  if (p.analog->at == at::offered) {
    p.analog->at = at::ignoring;
    stop_listening_outside(p);
  } else if (p.analog->at != at::ignoring && p.analog->at != at::resting) {
    let_go(p);
  }
}

void gateway::implementation::dial_outside(party& p) {
  const auto digits = p.analog->number;
  if (signals_of(p).pulses) {
    out_.emplace_back(dial_pulses{p.analog->line, digits});
    listen_outside(p, {}); // for busy tone
  } else if (!listen_outside(p, digits)) {
    return fail(p, scn::v1::NO_CIRCUIT_AVAILABLE);
  }
  enter(p, at::dialling, dialling_patience);
}

/// The caller is through, both ways; what the exchange does is heard.
void gateway::implementation::dialled_outside(party& p) {
  const auto answered = signals_of(p).answered_after;
  paths_.silence(paths_.slot_of(p.analog->line));
  enter(p, at::through, answered.count() == 0 ? duration::max() : answered);
  isdn::v1::FromEdge message;
  message.mutable_progress()->set_stage(isdn::v1::Progress::IN_BAND);
  message.mutable_progress()->set_in_band(true);
  say_of(p, std::move(message));
}

void gateway::implementation::answered_outside(party& p) {
  enter(p, at::talking, duration::max());
  isdn::v1::FromEdge message;
  message.mutable_connect();
  say_of(p, std::move(message));
}

// ---- a call from outside ------------------------------------------------------------------------

void gateway::implementation::rung_from_outside(party& p) {
  auto& a = *p.analog;
  const bool long_silent = now_ - a.silent_since >= long_pause;
  switch (a.at) {
  case at::idle:
    a.shown = {};
    enter(p, at::rings, ringing_patience);
    if (!signals_of(p).shows_caller || !listen_outside(p, {}))
      offer_outside(p);
    return;
  case at::rings:
    a.until = now_ + ringing_patience;
    if (a.announced || long_silent)
      offer_outside(p);
    return;
  case at::offered:
  case at::ignoring:
    a.until = now_ + ringing_patience;
    return;
  case at::seizing: // both at once: who calls in has it, if it still rings
    return fail(p, scn::v1::NO_CIRCUIT_AVAILABLE);
  default:
    return;
  }
}

void gateway::implementation::offer_outside(party& p) {
  auto& a = *p.analog;
  stop_listening_outside(p);
  a.call = last_analog_call_ += 2;
  a.announced = false;
  enter(p, at::offered, ringing_patience);
  const auto& trunk = settings_.trunks[p.isdn->trunk];
  isdn::v1::FromEdge message;
  auto& setup = *message.mutable_setup();
  setup.set_b_channel(p.isdn->channel);
  setup.mutable_called()->set_digits(called_by(trunk));
  setup.set_complete(true);
  setup.mutable_calling()->set_digits(a.shown.number);
  setup.set_name(a.shown.name);
  if (a.shown.number.empty())
    setup.set_presentation(a.shown.no_number == dsp::absence::withheld ? isdn::v1::RESTRICTED
                                                                       : isdn::v1::UNAVAILABLE);
  say_of(p, std::move(message));
}

void gateway::implementation::gave_up_outside(party& p) {
  auto& a = *p.analog;
  if (a.at == at::offered)
    say_release(p, scn::v1::NORMAL_CLEARING);
  if (a.at != at::rings)
    say_over(p, scn::v1::NORMAL_CLEARING);
  stop_listening_outside(p);
  a.announced = false;
  enter(p, at::idle, duration::max());
}

// ---- what the board says ------------------------------------------------------------------------

void gateway::implementation::on_analog(party& p, const line_signal& heard) {
  auto& a = *p.analog;
  if (!paths_.up())
    return;
  const auto id = "exchange-line-" + std::to_string(a.line.value);
  const bool talks = a.at == at::through || a.at == at::talking;
  switch (heard.what) {
  case signal::line_rings:
    note(label(p.leg), settings_.gateway, "rings");
    return rung_from_outside(p);
  case signal::line_silent:
    a.silent_since = now_;
    if (a.at == at::rings || a.at == at::offered || a.at == at::ignoring)
      a.until = now_ + ringing_patience;
    return;
  case signal::polarity:
    if (a.at == at::through)
      return answered_outside(p);
    if (a.at == at::idle && signals_of(p).shows_caller && listen_outside(p, {})) {
      a.shown = {};
      a.announced = true;
      enter(p, at::rings, announced_patience);
    }
    return;
  case signal::line_seized:
    alarms_.clear(id);
    if (a.at == at::answering) {
      enter(p, at::talking, duration::max());
      listen_outside(p, {}); // for busy tone; without a slot current has to do
    } else if (a.at == at::seizing) {
      const auto& trunk = signals_of(p);
      enter(p, at::dial_tone, trunk.waits_for_dial_tone ? dial_tone_patience : trunk.pause);
      if (trunk.waits_for_dial_tone && !listen_outside(p, {}))
        fail(p, scn::v1::NO_CIRCUIT_AVAILABLE);
    }
    return;
  case signal::line_dead:
    alarms_.raise(id, "Line " + std::to_string(a.line.value) + " leads nowhere",
                  "The board closed its loop, and no current flows.",
                  "Is the cable in, and does the exchange feed it?");
    if (a.at == at::seizing || a.at == at::answering)
      fail(p, scn::v1::DESTINATION_OUT_OF_ORDER);
    return;
  case signal::line_lost:
    if (talks)
      return fail(p, scn::v1::NORMAL_CLEARING);
    if (a.at == at::dial_tone || a.at == at::dialling)
      fail(p, scn::v1::NETWORK_OUT_OF_ORDER);
    return;
  case signal::line_dialled:
    if (a.at == at::dialling)
      dialled_outside(p);
    return;
  case signal::dtmf_on:
    if (a.at == at::talking && heard.data < 128)
      dial(p, static_cast<char>(heard.data));
    return;
  default: // as a subscriber's line it is not enabled
    return;
  }
}

void gateway::implementation::on(const outside_heard& heard) {
  for (auto& [line, p] : lines_) {
    if (!p.analog || !p.analog->slot || p.analog->ear != heard.ear)
      continue;
    auto& a = *p.analog;
    const bool busy = heard.what == outside_sound::busy;
    switch (heard.what) {
    case outside_sound::dial_tone:
      if (a.at == at::dial_tone)
        dial_outside(p);
      return;
    case outside_sound::digits_said:
      if (a.at == at::dialling)
        dialled_outside(p);
      return;
    case outside_sound::busy:
    case outside_sound::congestion:
      if (a.at == at::talking)
        fail(p, scn::v1::NORMAL_CLEARING);
      else if (a.at == at::through)
        fail(p, busy ? scn::v1::USER_BUSY : scn::v1::NO_CIRCUIT_AVAILABLE);
      else if (a.at == at::dial_tone)
        fail(p, scn::v1::NO_CIRCUIT_AVAILABLE);
      return;
    }
  }
}

void gateway::implementation::on(const outside_caller& told) {
  for (auto& [line, p] : lines_) {
    if (!p.analog || p.analog->ear != told.ear || p.analog->at != at::rings)
      continue;
    p.analog->shown = told.who;
    p.analog->shown.number = number_of(told.who.number);
    if (!p.analog->announced) // it has rung
      offer_outside(p);
    return;
  }
}

void gateway::implementation::analog_due(party& p) {
  auto& a = *p.analog;
  switch (a.at) {
  case at::rings:
  case at::offered:
  case at::ignoring:
    return gave_up_outside(p);
  case at::seizing:
  case at::answering:
    return fail(p, scn::v1::NETWORK_OUT_OF_ORDER);
  case at::dial_tone:
    return signals_of(p).waits_for_dial_tone ? fail(p, scn::v1::NETWORK_OUT_OF_ORDER)
                                             : dial_outside(p);
  case at::dialling:
    return fail(p, scn::v1::RECOVERY_ON_TIMER_EXPIRY);
  case at::through:
    return answered_outside(p);
  case at::resting:
    say_over(p, scn::v1::NORMAL_CLEARING);
    return enter(p, at::idle, duration::max());
  case at::idle:
  case at::talking:
    a.until = never;
  }
}

// ---- the board comes and goes -------------------------------------------------------------------

void gateway::implementation::find_analog_lines(const board_up& board) {
  std::string missing;
  for (auto& [line, p] : lines_) {
    if (!p.analog)
      continue;
    const auto number = p.analog->line.value;
    p.here = number >= board.first_exchange_line.value &&
             number < board.first_exchange_line.value + board.exchange_lines;
    if (p.here)
      close_loop(p, false);
    else
      missing += (missing.empty() ? "" : ", ") + std::to_string(number);
  }
  if (missing.empty())
    alarms_.clear("exchange-lines-missing");
  else
    alarms_.raise("exchange-lines-missing", "Lines to an exchange are not where they can be",
                  "The board has no place for an exchange line at " + missing + "; it has " +
                      std::to_string(board.exchange_lines) + " from line " +
                      std::to_string(board.first_exchange_line.value) + " on.",
                  "Correct `lines` of the [[trunk]], or connect another board.");
}

/// Calls have ended; the lines rest until they are found again.
void gateway::implementation::lose_analog_lines() {
  for (auto& [line, p] : lines_)
    if (p.analog) {
      p.here = false;
      stop_listening_outside(p);
      p.analog->announced = false;
      if (p.analog->at == at::rings)
        enter(p, at::idle, duration::max());
      else if (p.analog->at != at::idle)
        enter(p, at::resting, rest);
    }
}

} // namespace switchroom::exchange
