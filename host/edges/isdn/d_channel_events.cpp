// SPDX-License-Identifier: MIT
// What libpri has to say of the far end.
#include "edges/isdn/causes.hpp"
#include "edges/isdn/d_channel.hpp"
#include "edges/isdn/numbers.hpp"

#include <algorithm>
#include <cstring>

namespace switchroom::isdn {
namespace {

/// Of libpri's encoding: 0: none, or any.
unsigned b_of(int channel) {
  const int number = channel & 0xff;
  return channel < 0 || number == 0xff ? 0 : static_cast<unsigned>(number);
}

template <std::size_t Size>
std::string_view text_in(const char (&field)[Size]) {
  return {field, strnlen(field, Size)};
}

} // namespace

void d_channel::look(pri_event& event) {
  switch (event.e) {
  case PRI_EVENT_DCHAN_UP:
    if (!is_bri())
      come_up();
    break;
  case PRI_EVENT_DCHAN_DOWN:
    if (!is_bri())
      go_down(line_up_ ? "the far end is silent (Q.921)" : "the line is down");
    break;
  case PRI_EVENT_RING:
    rings(event.ring);
    break;
  case PRI_EVENT_SETUP_ACK:
    progressed(event.setup_ack.call, v1::Progress::WANTS_DIGITS, event.setup_ack.channel,
               event.setup_ack.progressmask);
    subcommands(event.setup_ack.subcmds, event.setup_ack.call);
    break;
  case PRI_EVENT_PROCEEDING:
  case PRI_EVENT_PROGRESS:
    progressed(event.proceeding.call,
               event.e == PRI_EVENT_PROGRESS ? v1::Progress::IN_BAND : v1::Progress::PROCEEDING,
               event.proceeding.channel, event.proceeding.progressmask);
    subcommands(event.proceeding.subcmds, event.proceeding.call);
    break;
  case PRI_EVENT_RINGING:
    progressed(event.ringing.call, v1::Progress::ALERTING, event.ringing.channel,
               event.ringing.progressmask);
    subcommands(event.ringing.subcmds, event.ringing.call);
    break;
  case PRI_EVENT_ANSWER:
    answered(event.answer);
    break;
  case PRI_EVENT_INFO_RECEIVED:
    dialled(event.ring.call, text_in(event.ring.callednum), event.ring.complete != 0);
    subcommands(event.ring.subcmds, event.ring.call);
    break;
  case PRI_EVENT_KEYPAD_DIGIT:
    keyed(event.digit.call, text_in(event.digit.digits));
    subcommands(event.digit.subcmds, event.digit.call);
    break;
  case PRI_EVENT_HANGUP_REQ:
  case PRI_EVENT_HANGUP:
    subcommands(event.hangup.subcmds, event.hangup.call);
    ended(event.hangup.call, event.hangup.cause, event.e == PRI_EVENT_HANGUP);
    break;
  case PRI_EVENT_HANGUP_ACK:
    if (const auto* one = find(event.hangup.call))
      over(one->number, one->cause);
    break;
  case PRI_EVENT_RESTART:
    restarted(event.restart.channel);
    break;
  case PRI_EVENT_RESTART_ACK:
    restart_acknowledged(event.restartack.channel);
    break;
  case PRI_EVENT_NOTIFY:
    notified(event.notify.call, event.notify.info);
    subcommands(event.notify.subcmds, event.notify.call);
    break;
  case PRI_EVENT_FACILITY:
    subcommands(event.facility.subcmds, event.facility.call);
    break;
  case PRI_EVENT_HOLD:
    hold_asked(event.hold.call, true, 0);
    break;
  case PRI_EVENT_RETRIEVE:
    hold_asked(event.retrieve.call, false, event.retrieve.channel);
    break;
  case PRI_EVENT_HOLD_ACK:
    hold_answered(event.hold_ack.call, true, 0, 0);
    break;
  case PRI_EVENT_HOLD_REJ:
    hold_answered(event.hold_rej.call, true, event.hold_rej.cause, 0);
    break;
  case PRI_EVENT_RETRIEVE_ACK:
    hold_answered(event.retrieve_ack.call, false, 0, event.retrieve_ack.channel);
    break;
  case PRI_EVENT_RETRIEVE_REJ:
    hold_answered(event.retrieve_rej.call, false, event.retrieve_rej.cause, 0);
    break;
  case PRI_EVENT_CONFIG_ERR:
    trouble(std::string(text_in(event.err.err)),
            "check which end is the network, and which the user");
    break;
  default:
    break;
  }
}

void d_channel::rings(const pri_event_ring& ring) {
  // No call has the global reference, nor none, nor begins with the flag (Q.931, 4.3 and 5.8.3.2);
  // libpri would keep it for ever.
  if (pri_is_dummy_call(ring.call))
    return;
  constexpr int flag = 0x8000;
  if ((ring.cref & ~flag) == 0 || (ring.cref & flag) != 0)
    return pri_destroycall(libpri_, ring.call);
  if (ring.ctype != PRI_TRANS_CAP_SPEECH && ring.ctype != PRI_TRANS_CAP_3_1K_AUDIO)
    return refuse(ring.call, PRI_CAUSE_INCOMPATIBLE_DESTINATION);
  const auto number = next_number_;
  const auto b = b_.asked(number, {b_of(ring.channel), ring.flexible == 0});
  if (!b)
    return refuse(ring.call, ring.flexible == 0 && b_of(ring.channel) != 0
                                 ? PRI_CAUSE_REQUESTED_CHAN_UNAVAIL
                                 : PRI_CAUSE_NORMAL_CIRCUIT_CONGESTION);
  next_number_ += 2;
  add(number, ring.call);
  figures_.set_calls_in(figures_.calls_in() + 1);
  v1::FromEdge message;
  auto& said = *message.mutable_setup();
  said.set_channel(settings_.channel());
  said.set_call(number);
  said.mutable_called()->set_digits(digits_of(text_in(ring.callednum)));
  *said.mutable_called()->mutable_numbering() = numbering_of(ring.calledplan);
  said.set_complete(ring.complete != 0);
  if (const auto digits = digits_of(text_in(ring.callingnum)); !digits.empty()) {
    said.mutable_calling()->set_digits(digits);
    *said.mutable_calling()->mutable_numbering() = numbering_of(ring.callingplan);
  }
  said.set_presentation(presentation_of(ring.callingpres));
  said.set_screened(is_screened(ring.callingpres));
  said.set_name(utf8_of(text_in(ring.callingname)));
  said.set_b_channel(*b);
  said.set_bearer(ring.ctype == PRI_TRANS_CAP_SPEECH ? v1::SPEECH : v1::AUDIO_3K1);
  said.set_keys(digits_of(text_in(ring.keypad_digits)));
  tell_(std::move(message));
  subcommands(ring.subcmds, ring.call);
}

/// Of a call of ours: which B channel it has is settled by the first that names one.
bool d_channel::in_b_channel(call& one, int channel) {
  if (b_.answered(one.number, b_of(channel)))
    return true;
  const auto number = one.number;
  tell_release(number, PRI_CAUSE_REQUESTED_CHAN_UNAVAIL);
  hang_up(one, PRI_CAUSE_CHANNEL_UNACCEPTABLE);
  return false;
}

void d_channel::progressed(q931_call* leg, v1::Progress::Stage stage, int channel,
                           int progress_mask) {
  auto* one = find(leg);
  if (!one || one->ends)
    return;
  // A progress before any answer may name none (Q.931, 3.1.9).
  if ((stage != v1::Progress::IN_BAND || b_of(channel) != 0) && !in_b_channel(*one, channel))
    return;
  v1::FromEdge message;
  auto& said = *message.mutable_progress();
  said.set_channel(settings_.channel());
  said.set_call(one->number);
  said.set_stage(stage);
  said.set_in_band((progress_mask & PRI_PROG_INBAND_AVAILABLE) != 0);
  said.set_b_channel(b_.of(one->number));
  tell_(std::move(message));
  one->wants_digits = stage == v1::Progress::WANTS_DIGITS;
  if (one->wants_digits)
    send_digits(*one);
}

void d_channel::answered(const pri_event_answer& answer) {
  auto* one = find(answer.call);
  if (!one || one->ends || !in_b_channel(*one, answer.channel))
    return;
  one->wants_digits = false;
  one->talks = true;
  one->tei = arriving_tei_;
  v1::FromEdge message;
  auto& said = *message.mutable_connect();
  said.set_channel(settings_.channel());
  said.set_call(one->number);
  said.set_b_channel(b_.of(one->number));
  for (int n = 0; answer.subcmds && n < answer.subcmds->counter_subcmd; ++n) {
    const auto& part = answer.subcmds->subcmd[n];
    if (part.cmd != PRI_SUBCMD_CONNECTED_LINE)
      continue;
    const auto& id = part.u.connected_line.id;
    if (id.number.valid) {
      said.mutable_connected()->set_digits(digits_of(text_in(id.number.str)));
      *said.mutable_connected()->mutable_numbering() = numbering_of(id.number.plan);
      said.set_presentation(presentation_of(id.number.presentation));
    }
    if (id.name.valid)
      said.set_name(utf8_of(text_in(id.name.str)));
  }
  tell_(std::move(message));
  subcommands(answer.subcmds, answer.call);
}

void d_channel::dialled(q931_call* leg, std::string_view digits, bool complete) {
  const auto* one = find(leg);
  const auto said = digits_of(digits);
  if (!one || one->ends || (said.empty() && !complete))
    return;
  v1::FromEdge message;
  auto& told = *message.mutable_digits();
  told.set_channel(settings_.channel());
  told.set_call(one->number);
  told.set_digits(said);
  told.set_complete(complete);
  tell_(std::move(message));
}

void d_channel::keyed(q931_call* leg, std::string_view keys) {
  const auto* one = find(leg);
  if (one && !one->ends)
    tell_keys(one->number, digits_of(keys));
}

void d_channel::tell_keys(std::uint64_t number, std::string keys) {
  v1::FromEdge message;
  auto& told = *message.mutable_keys();
  told.set_channel(settings_.channel());
  told.set_call(number);
  told.set_keys(std::move(keys));
  tell_(std::move(message));
}

/// Beside calls.
void d_channel::press(const pressed& what) {
  if (what.button != 0) {
    v1::FromEdge message;
    message.mutable_button()->set_channel(settings_.channel());
    message.mutable_button()->set_key(what.button);
    tell_(std::move(message));
  }
  if (!what.keys.empty())
    tell_keys(0, what.keys);
}

/// The far end has ended it, or libpri has lost it: what is left of the protocol is done at once.
/// At the `last` nothing is left but to say so; at a bus libpri keeps the call for those who answer
/// late.
void d_channel::ended(q931_call* leg, int cause, bool last) {
  auto* one = find(leg);
  if (!one) { // one that was refused
    pri_hangup(libpri_, leg, cause);
    return;
  }
  if (cause < 1 || cause > 127)
    cause = PRI_CAUSE_NORMAL_UNSPECIFIED;
  if (!std::exchange(one->ends, true)) {
    one->cause = cause;
    tell_release(one->number, cause);
  }
  const auto number = one->number;
  const int why = one->cause;
  hang_up(*one, why);
  if (last)
    over(number, why);
}

void d_channel::tell_release(std::uint64_t number, int cause) {
  v1::FromEdge message;
  auto& said = *message.mutable_release();
  said.set_channel(settings_.channel());
  said.set_call(number);
  said.set_cause(cause_of(cause));
  said.set_q850(static_cast<std::uint32_t>(cause));
  tell_(std::move(message));
}

/// The far end has none of these calls any more.
void d_channel::restarted(int channel) {
  const bool all = b_of(channel) == 0;
  for (const auto b : b_.numbers()) {
    if (!all && b != b_of(channel))
      continue;
    serves(b, true);
    const auto number = b_.user_of(b);
    auto* one = number ? find(*number) : nullptr;
    if (!one)
      continue;
    if (!one->ends)
      tell_release(*number, PRI_CAUSE_NORMAL_TEMPORARY_FAILURE);
    forget(one->leg);
    over(*number, PRI_CAUSE_NORMAL_TEMPORARY_FAILURE);
  }
}

void d_channel::notified(q931_call* leg, int what) {
  const auto* one = find(leg);
  const bool held = what == PRI_NOTIFY_REMOTE_HOLD || what == PRI_NOTIFY_USER_SUSPENDED;
  if (!one || one->ends ||
      (!held && what != PRI_NOTIFY_REMOTE_RETRIEVAL && what != PRI_NOTIFY_USER_RESUMED))
    return;
  v1::FromEdge message;
  auto& said = *message.mutable_notice();
  said.set_channel(settings_.channel());
  said.set_call(one->number);
  said.set_held(held);
  tell_(std::move(message));
}

void d_channel::hold_asked(q931_call* leg, bool on, int channel) {
  const auto* one = find(leg);
  if (!one || one->ends) {
    on ? pri_hold_rej(libpri_, leg, PRI_CAUSE_WRONG_CALL_STATE)
       : pri_retrieve_rej(libpri_, leg, PRI_CAUSE_WRONG_CALL_STATE);
    return;
  }
  v1::FromEdge message;
  auto& said = *message.mutable_hold();
  said.set_channel(settings_.channel());
  said.set_call(one->number);
  said.set_on(on);
  said.set_b_channel(on ? 0 : b_of(channel));
  tell_(std::move(message));
}

/// `cause` 0: it was done.
void d_channel::hold_answered(q931_call* leg, bool on, int cause, int channel) {
  auto* one = find(leg);
  if (!one || one->ends)
    return;
  if (cause == 0 && on)
    b_.held(one->number);
  if (cause == 0 && !on && !b_.retrieved(one->number, b_of(channel))) {
    tell_release(one->number, PRI_CAUSE_REQUESTED_CHAN_UNAVAIL);
    return hang_up(*one, PRI_CAUSE_CHANNEL_UNACCEPTABLE);
  }
  v1::FromEdge message;
  auto& said = *message.mutable_hold_answer();
  said.set_channel(settings_.channel());
  said.set_call(one->number);
  said.set_on(on);
  said.set_done(cause == 0);
  said.set_b_channel(b_.of(one->number));
  said.set_q850(static_cast<std::uint32_t>(std::max(cause, 0)));
  tell_(std::move(message));
}

void d_channel::subcommands(const pri_subcommands* list, q931_call* leg) {
  const auto* one = find(leg);
  for (int n = 0; one && !one->ends && list && n < list->counter_subcmd; ++n) {
    const auto& part = list->subcmd[n];
    if (part.cmd != PRI_SUBCMD_DISPLAY_TEXT)
      continue;
    v1::FromEdge message;
    auto& said = *message.mutable_display();
    said.set_channel(settings_.channel());
    said.set_call(one->number);
    said.set_text(utf8_of(text_in(part.u.display.text)));
    tell_(std::move(message));
  }
}

} // namespace switchroom::isdn
