// SPDX-License-Identifier: MIT
// IP phones of the town, and the edge they speak to.
#include "calls/cause.hpp"
#include "calls/messages.hpp"
#include "exchange_town.hpp"

namespace switchroom::exchange {

using namespace std::chrono_literals;

void town::tell(const std::string& gateway, const edge::v1::FromEdge& what) {
  step(members_.at(gateway), edge_message{what});
  run(50ms);
}

void town::phone_registers(const std::string& gateway, unsigned line, bool here) {
  auto& its = members_.at(gateway).phones[line].its;
  its.set_address("phone of " + gateway + " line " + std::to_string(line));
  its.set_port(4000);
  its.set_payload_type(8);
  its.set_events(101);
  edge::v1::FromEdge said;
  said.mutable_phone()->set_line(line);
  said.mutable_phone()->set_here(here);
  said.mutable_phone()->set_address("192.0.2.7:5060");
  said.mutable_phone()->set_software("a phone");
  tell(gateway, said);
}

void town::phone_calls(const std::string& gateway, unsigned line, const std::string& digits) {
  tell(gateway, seize(gateway, line, digits));
}

void town::phone_calls_without_media(const std::string& gateway, unsigned line,
                                     const std::string& digits) {
  auto said = seize(gateway, line, digits);
  said.mutable_seize()->clear_media();
  tell(gateway, said);
}

edge::v1::FromEdge town::seize(const std::string& gateway, unsigned line,
                               const std::string& digits) {
  auto& m = members_.at(gateway);
  auto& p = m.phones[line];
  if (p.call != 0)
    p.aside = p.call;
  p.call = m.last_phone_call += 2;
  p.talks = p.hears_ringback = p.hears_early = false;
  p.ended.clear();
  edge::v1::FromEdge said;
  said.mutable_seize()->set_line(line);
  said.mutable_seize()->set_call(p.call);
  said.mutable_seize()->set_digits(digits);
  *said.mutable_seize()->mutable_media() = p.its;
  return said;
}

void town::phone_listens(const std::string& gateway, unsigned line) {
  const auto& p = members_.at(gateway).phones[line];
  edge::v1::FromEdge said;
  said.mutable_listening()->set_line(line);
  said.mutable_listening()->set_call(p.call);
  *said.mutable_listening()->mutable_media() = p.its;
  tell(gateway, said);
}

void town::phone_begins(const std::string& gateway, unsigned line) {
  auto& m = members_.at(gateway);
  if (const auto slot = slot_of(m, m.phones.at(line)))
    step(m, voice_begins{*slot});
  run(50ms);
}

void town::phone_speaks(const std::string& gateway, unsigned line, scn::v1::Codec codec) {
  calls::set_codec(members_.at(gateway).phones[line].its, codec);
}

void town::phone_moves(const std::string& gateway, unsigned line, std::uint16_t port) {
  members_.at(gateway).phones[line].its.set_port(port);
}

void town::phone_takes_tones(const std::string& gateway, unsigned line) {
  members_.at(gateway).phones[line].its.clear_events();
}

std::string town::codecs(const std::string& gateway) const {
  std::multiset<std::string> all;
  for (const auto& [slot, remote] : members_.at(gateway).hardware.media)
    all.insert(scn::v1::Codec_Name(calls::codec_of(remote)).substr(6));
  std::string made;
  for (const auto& one : all)
    made += (made.empty() ? "" : " ") + one;
  return made;
}

void town::phone_lifts(const std::string& gateway, unsigned line) {
  auto& p = members_.at(gateway).phones[line];
  p.rings = false;
  p.talks = true;
  edge::v1::FromEdge said;
  said.mutable_answer()->set_line(line);
  said.mutable_answer()->set_call(p.call);
  *said.mutable_answer()->mutable_media() = p.its;
  tell(gateway, said);
}

void town::phone_dials(const std::string& gateway, unsigned line, const std::string& digits) {
  edge::v1::FromEdge said;
  said.mutable_digits()->set_line(line);
  said.mutable_digits()->set_call(members_.at(gateway).phones[line].call);
  said.mutable_digits()->set_digits(digits);
  tell(gateway, said);
}

void town::phone_watches(const std::string& gateway, unsigned line, std::uint64_t which,
                         const std::string& number, bool on) {
  edge::v1::FromEdge said;
  said.mutable_watch()->set_line(line);
  said.mutable_watch()->set_watch(which);
  said.mutable_watch()->set_number(number);
  said.mutable_watch()->set_on(on);
  tell(gateway, said);
}

std::string town::refused(const std::string& gateway, const edge::v1::FromEdge& said) {
  auto& m = members_.at(gateway);
  m.wrong_call = said.seize().call();
  m.wrong_call_ended.clear();
  tell(gateway, said);
  m.wrong_call = 0;
  return m.wrong_call_ended;
}

void town::phone_presses(const std::string& gateway, unsigned line, const std::string& digits) {
  auto& m = members_.at(gateway);
  for (const char digit : digits)
    if (const auto slot = slot_of(m, m.phones.at(line)))
      step(m, digit_heard{*slot, digit});
  run(50ms);
}

void town::phone_tells_fingerprint(const std::string& gateway, unsigned line,
                                   const std::string& print) {
  members_.at(gateway).phones[line].its.mutable_dtls()->set_fingerprint(print);
}

std::vector<scn::v1::MediaEndpoint> town::remotes(const std::string& gateway) const {
  std::vector<scn::v1::MediaEndpoint> all;
  for (const auto& [slot, remote] : members_.at(gateway).hardware.media)
    all.push_back(remote);
  return all;
}

void town::phone_is_refused(const std::string& gateway, unsigned line) {
  auto& m = members_.at(gateway);
  if (const auto slot = slot_of(m, m.phones.at(line)))
    step(m, stream_refused{*slot, "it is somebody else"});
  run(50ms);
}

/// Where its voice comes in.
std::optional<host_slot> town::slot_of(const member& m, const ip_phone& p) {
  for (const auto& [slot, remote] : m.hardware.media)
    if (remote.address() == p.its.address())
      return slot;
  return std::nullopt;
}

void town::carry_out_digit(member& m, host_slot slot, char digit, bool in_words) {
  for (auto& [line, p] : m.phones)
    if (slot_of(m, p) == slot)
      (in_words ? p.got : p.sounded) += digit;
}

void town::phone_holds(const std::string& gateway, unsigned line, bool on) {
  const auto& p = members_.at(gateway).phones[line];
  edge::v1::FromEdge said;
  said.mutable_hold()->set_line(line);
  said.mutable_hold()->set_call(p.call);
  said.mutable_hold()->set_on(on);
  *said.mutable_hold()->mutable_media() = p.its;
  tell(gateway, said);
}

void town::phone_changes_over(const std::string& gateway, unsigned line) {
  auto& p = members_.at(gateway).phones[line];
  if (p.call != 0)
    phone_holds(gateway, line, true);
  std::swap(p.call, p.aside);
  if (!std::exchange(p.aside_rings, false))
    return phone_holds(gateway, line, false);
  phone_lifts(gateway, line);
}

void town::phone_drops_aside(const std::string& gateway, unsigned line, scn::v1::Cause why) {
  auto& p = members_.at(gateway).phones[line];
  edge::v1::FromEdge said;
  said.mutable_release()->set_line(line);
  said.mutable_release()->set_call(std::exchange(p.aside, 0));
  said.mutable_release()->set_cause(why);
  p.aside_rings = false;
  tell(gateway, said);
}

void town::phone_transfers(const std::string& gateway, unsigned line, const std::string& digits) {
  edge::v1::FromEdge said;
  said.mutable_transfer()->set_line(line);
  said.mutable_transfer()->set_call(members_.at(gateway).phones[line].call);
  said.mutable_transfer()->set_digits(digits);
  tell(gateway, said);
}

void town::phone_joins_its_calls(const std::string& gateway, unsigned line) {
  const auto& p = members_.at(gateway).phones[line];
  edge::v1::FromEdge said;
  said.mutable_transfer()->set_line(line);
  said.mutable_transfer()->set_call(p.aside);
  said.mutable_transfer()->set_other(p.call);
  tell(gateway, said);
}

void town::phone_ends(const std::string& gateway, unsigned line, scn::v1::Cause why) {
  auto& p = members_.at(gateway).phones[line];
  edge::v1::FromEdge said;
  said.mutable_release()->set_line(line);
  said.mutable_release()->set_call(p.call);
  said.mutable_release()->set_cause(why);
  p.call = 0;
  p.rings = p.talks = p.hears_ringback = false;
  tell(gateway, said);
}

void town::edge_dies(const std::string& gateway) {
  auto& m = members_.at(gateway);
  for (auto& [line, p] : m.phones)
    p.rings = p.talks = p.hears_ringback = p.aside_rings = false, p.call = p.aside = 0;
  step(m, edge_down{"killed"});
  run(50ms);
}

const town::ip_phone& town::phone(const std::string& gateway, unsigned line) const {
  return members_.at(gateway).phones.at(line);
}

/// Nothing before an answer: what comes then is not for its ears, but for the phone.
std::string town::phone_hears(const std::string& gateway, unsigned line) const {
  const auto& m = members_.at(gateway);
  const auto slot = slot_of(m, m.phones.at(line));
  return slot ? trace(m, slot_id{static_cast<std::uint16_t>(town_first_host + slot->value)}, 0)
              : "silence";
}

void town::carry_out_phone(member& m, const edge::v1::ToEdge& told) {
  using body = edge::v1::ToEdge;
  if (told.body_case() == body::kRing) {
    auto& p = m.phones[told.ring().line()];
    if (p.call != 0 && (p.aside != 0 || !p.talks))
      return fault(m, "an IP phone is rung that has two calls, or one that it does not talk in");
    p.caller = told.ring().caller();
    if (p.call != 0) {
      p.aside = told.ring().call();
      p.aside_rings = true;
      return;
    }
    p.call = told.ring().call();
    p.rings = true;
    p.caller = told.ring().caller();
    p.gate = told.ring().media();
  } else if (told.body_case() == body::kProgress) {
    auto& p = m.phones[told.progress().line()];
    if (p.call != told.progress().call() || p.talks)
      return fault(m, "progress of no call of an IP phone, or after an answer");
    p.hears_ringback = !told.progress().answered();
    p.talks = told.progress().answered();
    p.hears_early |= told.progress().early();
    p.gate = told.progress().media();
  } else if (told.body_case() == body::kRelease) {
    if (m.wrong_call == told.release().call()) {
      m.wrong_call_ended = calls::text(told.release().cause());
      return;
    }
    auto& p = m.phones[told.release().line()];
    if (p.aside != 0 && p.aside == told.release().call()) {
      p.aside = 0;
      p.aside_rings = false;
      p.aside_ended = calls::text(told.release().cause());
      return;
    }
    if (p.call != told.release().call())
      return fault(m, "an IP phone's call is ended that it does not have");
    p.call = 0;
    p.rings = p.talks = p.hears_ringback = false;
    p.ended = calls::text(told.release().cause());
  } else if (told.body_case() == body::kLamp) {
    m.phones[told.lamp().line()].lamps[told.lamp().watch()] = told.lamp();
  } else if (told.body_case() == body::kTransferFailed) {
    m.phones[told.transfer_failed().line()].transfer_failed = true;
  }
}

} // namespace switchroom::exchange
