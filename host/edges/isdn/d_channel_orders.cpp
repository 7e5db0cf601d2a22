// SPDX-License-Identifier: MIT
// What the gateway wants of a D channel.
#include "edges/isdn/causes.hpp"
#include "edges/isdn/d_channel.hpp"
#include "edges/isdn/feature_keys.hpp"
#include "edges/isdn/numbers.hpp"

#include <cstring>

namespace switchroom::isdn {
namespace {

constexpr std::size_t longest_text = 80; // Q.931, 4.5.16: 82 with its header

pri_party_id party(const v1::Number& number, const v1::Numbering& of_channel,
                   v1::Presentation presentation, bool screened, const std::string& name) {
  pri_party_id made{};
  const auto digits = digits_of(number.digits());
  made.number.valid = 1;
  made.number.presentation = presentation_octet(presentation, screened);
  made.number.plan = plan_of(number.numbering(), of_channel);
  std::memcpy(made.number.str, digits.c_str(), digits.size() + 1);
  const auto text = shown(name, sizeof made.name.str - 1);
  made.name.valid = text.empty() ? 0 : 1;
  made.name.presentation = made.number.presentation;
  made.name.char_set = PRI_CHAR_SET_ISO8859_1;
  std::memcpy(made.name.str, text.c_str(), text.size() + 1);
  return made;
}

} // namespace

void d_channel::setup(const v1::Setup& wanted) {
  const auto number = wanted.call();
  if (find(number) || number % 2 != 0)
    return trouble("call " + std::to_string(number) +
                       " is there already, or not the gateway's to begin",
                   "this is a fault of the gateway: report it");
  figures_.set_calls_out(figures_.calls_out() + 1);
  const auto refused = [&](int cause) {
    figures_.set_calls_refused(figures_.calls_refused() + 1);
    tell_over(number, cause);
  };
  if (!told_up_)
    return refused(PRI_CAUSE_NETWORK_OUT_OF_ORDER);
  if (!b_.ask(number, {wanted.b_channel(), wanted.exclusive()}))
    return refused(PRI_CAUSE_REQUESTED_CHAN_UNAVAIL);
  auto* leg = pri_new_call(libpri_);
  auto* request = leg ? pri_sr_new() : nullptr;
  if (!request) {
    b_.over(number);
    return refused(PRI_CAUSE_SWITCH_CONGESTION);
  }
  auto called = digits_of(wanted.called().digits());
  const auto keys = digits_of(wanted.keys());
  const auto caller = party(wanted.calling(), settings_.calling(), wanted.presentation(),
                            wanted.screened(), wanted.name());
  pri_sr_set_channel(request, static_cast<int>(wanted.b_channel()), wanted.exclusive() ? 1 : 0, 0);
  pri_sr_set_bearer(
      request, wanted.bearer() == v1::AUDIO_3K1 ? PRI_TRANS_CAP_3_1K_AUDIO : PRI_TRANS_CAP_SPEECH,
      PRI_LAYER_1_ALAW);
  pri_sr_set_called(request, called.data(),
                    plan_of(wanted.called().numbering(), settings_.called()),
                    wanted.complete() ? 1 : 0);
  if (wanted.has_calling() || !wanted.name().empty())
    pri_sr_set_caller_party(request, &caller);
  if (!keys.empty())
    pri_sr_set_keypad_digits(request, keys.c_str());
  add(number, leg);
  const bool sent = pri_setup(libpri_, leg, request) == 0;
  pri_sr_free(request);
  if (!sent) {
    pri_destroycall(libpri_, leg);
    figures_.set_calls_refused(figures_.calls_refused() + 1);
    over(number, PRI_CAUSE_NETWORK_OUT_OF_ORDER);
  }
}

void d_channel::progress(const v1::Progress& said) {
  auto* one = find(said.call());
  if (!one || one->ends || number_is_ours(said.call()))
    return;
  const int b = static_cast<int>(b_.of(one->number));
  const int in_band = said.in_band() ? 1 : 0;
  switch (said.stage()) {
  case v1::Progress::WANTS_DIGITS:
    pri_setup_ack(libpri_, one->leg, b, 0, in_band);
    break;
  case v1::Progress::PROCEEDING:
    pri_proceeding(libpri_, one->leg, b, in_band);
    break;
  case v1::Progress::IN_BAND:
    pri_progress(libpri_, one->leg, b, 1);
    break;
  case v1::Progress::ALERTING:
    pri_acknowledge(libpri_, one->leg, b, in_band);
    break;
  default:
    return;
  }
  one->proceeds = true;
}

void d_channel::connect(const v1::Connect& said) {
  auto* one = find(said.call());
  if (!one || one->ends || number_is_ours(said.call()))
    return;
  one->proceeds = one->talks = true;
  if (said.has_connected() || !said.name().empty()) {
    pri_party_connected_line line{};
    line.id = party(said.connected(), settings_.calling(), said.presentation(), true, said.name());
    line.id.number.valid = said.has_connected() ? 1 : 0;
    pri_connected_line_update(libpri_, one->leg, &line);
  }
  pri_answer(libpri_, one->leg, static_cast<int>(b_.of(one->number)), 0);
}

void d_channel::digits(const v1::Digits& said) {
  auto* one = find(said.call());
  if (!one || one->ends || !number_is_ours(said.call()))
    return;
  one->unsent += digits_of(said.digits());
  if (one->wants_digits)
    send_digits(*one);
}

void d_channel::send_digits(call& one) {
  for (const char digit : std::exchange(one.unsent, {}))
    pri_information(libpri_, one.leg, digit);
}

void d_channel::release(const v1::Release& said) {
  auto* one = find(said.call());
  if (!one || one->ends)
    return;
  const int cause = q850_of(said.cause(), said.q850());
  // Until it proceeds libpri refuses a call without a word, but with a few causes.
  if (!number_is_ours(said.call()) && !one->proceeds)
    pri_proceeding(libpri_, one->leg, static_cast<int>(b_.of(one->number)), 0);
  hang_up(*one, cause);
}

void d_channel::hold(const v1::Hold& said) {
  auto* one = find(said.call());
  if (!one || one->ends)
    return;
  const int done = said.on() ? pri_hold(libpri_, one->leg)
                             : pri_retrieve(libpri_, one->leg, static_cast<int>(said.b_channel()));
  if (done != 0)
    hold_answered(one->leg, said.on(), PRI_CAUSE_WRONG_CALL_STATE, 0);
}

void d_channel::hold_answer(const v1::HoldAnswer& said) {
  auto* one = find(said.call());
  if (!one || one->ends)
    return;
  const int cause = q850_of(scn::v1::FACILITY_NOT_SUBSCRIBED, said.q850());
  if (said.on() && said.done() && pri_hold_ack(libpri_, one->leg) == 0)
    b_.held(one->number);
  else if (said.on())
    pri_hold_rej(libpri_, one->leg, cause);
  else if (said.done() && b_.retrieved(one->number, said.b_channel()))
    pri_retrieve_ack(libpri_, one->leg, static_cast<int>(said.b_channel()));
  else
    pri_retrieve_rej(libpri_, one->leg, said.done() ? PRI_CAUSE_REQUESTED_CHAN_UNAVAIL : cause);
}

void d_channel::notice(const v1::Notice& said) {
  if (const auto* one = find(said.call()); one && !one->ends)
    pri_notify(libpri_, one->leg, static_cast<int>(b_.of(one->number)),
               said.held() ? PRI_NOTIFY_REMOTE_HOLD : PRI_NOTIFY_REMOTE_RETRIEVAL);
}

void d_channel::display(const v1::Display& said) {
  if (said.call() == 0) {
    if (is_bri())
      write(display_frame(shown(said.text(), longest_text)));
    return;
  }
  const auto* one = find(said.call());
  if (!one || one->ends || !is_network())
    return;
  const auto text = shown(said.text(), longest_text);
  pri_subcmd_display_txt made{};
  made.char_set = PRI_CHAR_SET_ISO8859_1;
  made.length = static_cast<int>(text.size());
  std::memcpy(made.text, text.data(), text.size());
  pri_display_text(libpri_, one->leg, &made);
}

void d_channel::lamp(const v1::Lamp& said) {
  if (const auto frame = lamp_frame(said); frame && is_bri())
    write(*frame);
}

void d_channel::keys(const v1::Keys& said) {
  if (const auto* one = find(said.call()); one && !one->ends)
    pri_keypad_facility(libpri_, one->leg, digits_of(said.keys()).c_str());
}

} // namespace switchroom::isdn
