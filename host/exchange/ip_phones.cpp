// SPDX-License-Identifier: MIT
// IP phones are lines as the others are: lifted, dialled, rung, by what their edge says instead of
// what the fabric hears. Each has a host slot of the fabric while it is not idle, so whatever is
// switched or played to a line reaches it. What a person at an analog phone hears as a tone, an
// edge is told in words: that the other phone rings, that the call is answered, or why not.
#include "calls/messages.hpp"
#include "exchange/implementation.hpp"

namespace switchroom::exchange {
namespace {

using namespace std::chrono_literals;

/// So long a confirmation is heard before the gateway hangs up: a phone that has dialled all at
/// once is in a call, and nobody would end it.
constexpr auto confirmation_time = 2s;

} // namespace

calls::cause cause_of(tone reason) {
  switch (reason) {
  case tone::busy:
    return scn::v1::USER_BUSY;
  case tone::unobtainable:
    return scn::v1::UNALLOCATED_NUMBER;
  case tone::refusal:
    return scn::v1::CALL_REJECTED;
  default:
    return scn::v1::NO_CIRCUIT_AVAILABLE;
  }
}

/// Calls reach what is attached there.
bool gateway::implementation::in_order(line_id line) const {
  const auto found = lines_.find(line);
  if (found == lines_.end() || !paths_.up() || checks_.contains(line))
    return false;
  return found->second.on_edge ? found->second.here : line.value <= paths_.lines();
}

/// Where the board has it; none: it has not.
std::optional<line_id> gateway::implementation::line_of_board(line_id line, const party& p) const {
  const auto number = p.analog ? p.analog->line : line;
  return (p.on_edge && !p.analog) || number.value > paths_.lines() ? std::nullopt
                                                                   : std::optional(number);
}

void gateway::implementation::tell_edge(edge::v1::ToEdge message) {
  out_.emplace_back(to_edge{std::move(message)});
}

void gateway::implementation::release_phone(line_id line, std::uint64_t call, calls::cause why) {
  edge::v1::ToEdge message;
  auto& release = *message.mutable_release();
  release.set_line(line.value);
  release.set_call(call);
  release.set_cause(why);
  tell_edge(std::move(message));
}

/// None: no host slot was free.
std::optional<phone_call> gateway::implementation::new_phone_call(line_id line,
                                                                  std::uint64_t call) {
  const auto slot = take_host_slot("IP phone at line " + std::to_string(line.value));
  return slot ? std::optional(phone_call{call, *slot}) : std::nullopt;
}

void gateway::implementation::open_phone(party& p, const scn::v1::MediaEndpoint& media) {
  auto& listens = p.phone->listens;
  if (listens && listens->SerializeAsString() == media.SerializeAsString())
    return; // off hold again: its stream goes on
  open_stream(p.phone->slot, media);
  listens = media;
}

/// Keys for it may come by a handshake, too.
scn::v1::MediaEndpoint gateway::implementation::phone_endpoint(host_slot slot) const {
  auto own = own_endpoint(slot);
  own.set_address(settings_.phones_rtp_address);
  if (!settings_.dtls_fingerprint.empty())
    own.mutable_dtls()->set_fingerprint(settings_.dtls_fingerprint);
  return own;
}

/// Its host slot is free again. `which`: of the party's two.
void gateway::implementation::end_phone_call(const party& p, std::optional<phone_call>& which) {
  if (!which)
    return;
  if (which->listens)
    close_stream(which->slot, label(p.leg));
  paths_.give_back(which->slot);
  which.reset();
}

void gateway::implementation::ring_phone(party& p, line_id line) {
  if (p.aside) { // it rings already: it has waited
    p.phone = std::exchange(p.aside, std::nullopt);
    return;
  }
  p.phone = new_phone_call(line, last_phone_call_ += 2);
  if (p.phone)
    send_ring(*p.phone, line, call_of(p.call));
  else
    hang_up_.insert_or_assign(line, scn::v1::NO_CIRCUIT_AVAILABLE);
}

void gateway::implementation::send_ring(const phone_call& to, line_id line, const calls::call* c) {
  edge::v1::ToEdge message;
  auto& ring = *message.mutable_ring();
  ring.set_line(line.value);
  ring.set_call(to.call);
  if (c != nullptr) {
    ring.set_caller(c->from.number);
    ring.set_caller_name(c->from.name);
  }
  *ring.mutable_media() = phone_endpoint(to.slot);
  if (const auto wanted = c == nullptr ? scn::v1::CODEC_UNSPECIFIED : spoken_at(c->origin);
      wanted != scn::v1::CODEC_UNSPECIFIED)
    calls::set_codec(*ring.mutable_media(), wanted);
  tell_edge(std::move(message));
}

/// What a line has come to, told to its edge.
void gateway::implementation::tell_phone(party& p, line_id line, tone reason) {
  using enum lines::state;
  if (!p.phone || (p.phone->transfers && p.machine.state() != idle))
    return;
  auto& phone = *p.phone;
  const auto say = [&](bool answered) {
    if (std::exchange(phone.answered, phone.answered || answered) && answered)
      return; // once
    edge::v1::ToEdge message;
    auto& progress = *message.mutable_progress();
    progress.set_line(line.value);
    progress.set_call(phone.call);
    progress.set_answered(answered);
    *progress.mutable_media() = phone_endpoint(phone.slot);
    tell_edge(std::move(message));
  };
  switch (p.machine.state()) {
  case ringback:
    return say(false);
  case overlap: // so that it can send digits
  case in_call:
    return say(true);
  case confirmed:
    say(true);
    phone.over = now_ + confirmation_time;
    return;
  case lines::state::tone:
  case parked:
    hang_up_.insert_or_assign(line, phone.answered ? scn::v1::NORMAL_CLEARING : cause_of(reason));
    return;
  case idle:
    if (phone.call % 2 == 0 && !phone.answered) // it rings no longer
      release_phone(line, phone.call, scn::v1::NORMAL_CLEARING);
    return end_phone_call(p, p.phone);
  default:
    return;
  }
}

/// Lines whose phone is to hear no more: it is told, and then as if it were put down.
void gateway::implementation::hang_phones_up() {
  drop_asides();
  for (const auto& [line, why] : std::exchange(hang_up_, {})) {
    auto& p = lines_.at(line);
    if (p.isdn) {
      hang_up_isdn(p, why);
      continue;
    }
    if (p.phone)
      release_phone(line, p.phone->call, why);
    phone_is_down(p, why);
  }
}

/// Its edge knows: the person has hung up, or the phone that was to ring says no, or cannot.
void gateway::implementation::phone_is_down(party& p, calls::cause why) {
  if (p.aside && p.held)
    return active_is_down(p);
  if (p.phone)
    p.phone->answered = true; // there is nothing to be told
  if (p.machine.state() != lines::state::ringing)
    return put_down(p);
  auto* c = call_of(std::exchange(p.call, std::nullopt));
  drive(p, lines::event::ring_over);
  if (c != nullptr)
    advance(*c, calls::event::destination_gone, why);
}

/// Both of its calls.
void gateway::implementation::lose_phone(party& p, calls::cause why) {
  if (p.aside)
    aside_is_down(p, why);
  if (p.phone)
    phone_is_down(p, why);
}

// ---- what the edge says ------------------------------------------------------------------------

void gateway::implementation::on(const edge_message& arrived) {
  using body = edge::v1::FromEdge;
  const auto& said = arrived.message;
  switch (said.body_case()) {
  case body::kPhone:
    return take(said.phone());
  case body::kSeize:
    return take(said.seize());
  case body::kAnswer:
    if (auto* p = phone_of(said.answer().line(), said.answer().call());
        p != nullptr && p->machine.state() == lines::state::ringing &&
        calls::usable(said.answer().media())) {
      p->phone->answered = true;
      open_phone(*p, said.answer().media());
      drive(*p, lines::event::off_hook);
    } else if (auto* waited = phone_of(said.answer().line(), said.answer().call(), &party::aside);
               waited != nullptr && calls::usable(said.answer().media())) {
      answer_aside(*waited, said.answer().media());
    }
    return;
  case body::kDigits:
    if (auto* p = phone_of(said.digits().line(), said.digits().call()))
      for (const char digit : said.digits().digits().substr(0, lines::line::most_digits)) {
        out_.emplace_back(sound_digit{p->phone->slot, digit});
        take_digit(*p, digit);
      }
    return;
  case body::kHold:
    return take(said.hold());
  case body::kRelease:
    if (auto* p = phone_of(said.release().line(), said.release().call()))
      phone_is_down(*p, said.release().cause());
    else if (auto* waits = phone_of(said.release().line(), said.release().call(), &party::aside))
      aside_is_down(*waits, said.release().cause());
    return;
  case body::kWatch:
    return take(said.watch());
  case body::kListening:
    return take(said.listening());
  case body::kTransfer:
    return take(said.transfer());
  case body::kFigures:
    return take(said.figures());
  case body::kTrouble:
    edge_trouble_ = {said.trouble().what(), said.trouble().remedy()};
    return;
  case body::kReady:
    note("sip-edge", settings_.gateway, "edge up");
    edge_lost_.clear();
    return alarms_.clear("sip-edge");
  case body::BODY_NOT_SET:
    return;
  }
}

/// The line whose call that is; null: it is over, or never was.
party* gateway::implementation::phone_of(std::uint32_t line, std::uint64_t call,
                                         std::optional<phone_call> party::*which) {
  const auto found = lines_.find(line_id{line});
  if (found == lines_.end())
    return nullptr;
  const auto& its = found->second.*which;
  return its && its->call == call ? &found->second : nullptr;
}

void gateway::implementation::take(const edge::v1::PhoneState& news) {
  const auto found = lines_.find(line_id{news.line()});
  if (found == lines_.end() || !found->second.on_edge || found->second.isdn)
    return;
  auto& p = found->second;
  p.address = news.address();
  p.software = news.software();
  if (std::exchange(p.here, news.here()) != news.here())
    note("sip-edge", label(p.leg),
         news.here() ? "phone at " + news.address() + ", " + news.software() : "phone gone");
}

void gateway::implementation::take(const edge::v1::Seize& wanted) {
  const line_id line{wanted.line()};
  const auto found = lines_.find(line);
  if (found == lines_.end() || !found->second.on_edge || found->second.isdn ||
      wanted.call() % 2 == 0)
    return release_phone(line, wanted.call(), scn::v1::CALL_REJECTED);
  auto& p = found->second;
  const bool again = may_call_again(p);
  if (!again && (p.phone || p.machine.state() != lines::state::idle))
    return release_phone(line, wanted.call(), scn::v1::USER_BUSY);
  if (!paths_.up())
    return release_phone(line, wanted.call(), scn::v1::DESTINATION_OUT_OF_ORDER);
  if ((wanted.has_media() && !calls::usable(wanted.media())) || wanted.digits().empty())
    return release_phone(line, wanted.call(), scn::v1::CALL_REJECTED);
  const auto made = new_phone_call(line, wanted.call());
  if (!made)
    return release_phone(line, wanted.call(), scn::v1::NO_CIRCUIT_AVAILABLE);
  if (p.phone)
    put_aside(p);
  p.phone = made;
  if (wanted.has_media())
    open_phone(p, wanted.media());
  drive(p, again ? lines::event::flash : lines::event::off_hook);
  for (const char digit : wanted.digits().substr(0, lines::line::most_digits))
    dial(p, digit);
  finish_dialling(p);
}

/// All has been dialled: nothing is to be waited for (C5).
void gateway::implementation::finish_dialling(party& p) {
  if (p.machine.state() == lines::state::dialling)
    drive(p, lines::event::dial_delay_over);
  if (p.machine.state() == lines::state::dialling && p.wanted == std::nullopt)
    drive(p, lines::event::patience_over, 0, tone::unobtainable);
}

void gateway::implementation::take(const edge::v1::Hold& wanted) {
  if (auto* waits = phone_of(wanted.line(), wanted.call(), &party::aside);
      waits != nullptr && !wanted.on() && waits->held)
    return resume_aside(*waits, wanted.media());
  auto* p = phone_of(wanted.line(), wanted.call());
  auto* c = p == nullptr ? nullptr : call_of(p->call);
  if (c == nullptr || p->machine.state() != lines::state::in_call)
    return;
  if (!wanted.on() && calls::usable(wanted.media()))
    open_phone(*p, wanted.media());
  set_hold(*c, p->leg, wanted.on());
}

/// In the voice of an IP phone; its stream sounds the tone itself.
void gateway::implementation::on(const digit_heard& heard) {
  for (auto& [line, p] : lines_)
    if (p.phone && p.phone->slot == heard.slot)
      return take_digit(p, heard.digit);
}

/// Whoever is there shall not go on listening to nothing.
void gateway::implementation::on(const stream_refused& what) {
  const auto is_there = [&](const std::optional<phone_call>& one) {
    return one && one->slot == what.slot;
  };
  for (auto& [line, p] : lines_) {
    if (!is_there(p.phone) && !is_there(p.aside))
      continue;
    note("voice", label(p.leg), what.why);
    if (is_there(p.phone)) {
      hang_up_.insert_or_assign(line, scn::v1::DESTINATION_OUT_OF_ORDER);
    } else {
      release_phone(line, p.aside->call, scn::v1::DESTINATION_OUT_OF_ORDER);
      aside_is_down(p, scn::v1::DESTINATION_OUT_OF_ORDER);
    }
    return;
  }
}

/// It sounds in the call, too: what a hybrid gives back of that is no digit of the far end.
void gateway::implementation::take_digit(party& p, char digit) {
  p.phone->said = digit;
  p.phone->said_at = now_;
  dial(p, digit);
}

/// It has died, or was never there: its calls are over, and it says anew which phones are here.
void gateway::implementation::on(const edge_down& lost) {
  const auto said = std::exchange(edge_trouble_, std::nullopt);
  const auto why = lost.why + (said ? ": " + said->what : "");
  if (std::exchange(edge_lost_, why) != why) { // else it has not been there since
    note("sip-edge", settings_.gateway, "edge down: " + why);
    alarms_.raise("sip-edge", "IP phones cannot be served", "sip-edge " + why + ".",
                  said ? said->remedy
                       : "It is started again by itself. If this stays: is the program there, "
                         "beside switchroomd? The gateway's log has what it said.");
  }
  watches_.clear();
  take(edge::v1::Figures()); // it counts anew
  for (auto& [line, p] : lines_) {
    if (p.isdn)
      continue;
    p.here = false;
    lose_phone(p, scn::v1::DESTINATION_OUT_OF_ORDER);
  }
}

} // namespace switchroom::exchange
