// SPDX-License-Identifier: MIT
#include "app/handshakes.hpp"

#include <algorithm>
#include <utility>

namespace switchroom::app {
namespace {

/// Who called it has heard that it answers before we have, but not by more.
constexpr auto early_for = std::chrono::seconds{1};

/// It outlives the call, until a phone there does better.
std::string alarm_of(const stream_to_secure& stream) {
  return "dtls-" + stream.address;
}

} // namespace

/// What the phone has said again leaves its keys as they are, unless it is at another place or
/// somebody else (RFC 5763, 6.6; RFC 8842, 4): it does not begin another handshake either.
bool handshakes::is_same(const secured_stream& about, const stream_to_secure& stream) {
  return !about.refused && about.stream.of_far_end == stream.of_far_end &&
         about.stream.ours == stream.ours && about.stream.address == stream.address &&
         about.stream.port == stream.port && about.stream.agreed.one_port == stream.agreed.one_port;
}

void handshakes::begin(host_slot slot, stream_to_secure stream, instant now) {
  if (const auto found = by_slot_.find(slot);
      found != by_slot_.end() && is_same(found->second, stream)) {
    auto& about = found->second;
    stream.agreed.protection = about.stream.agreed.protection;
    stream.agreed.report_protection = about.stream.agreed.report_protection;
    about.stream = std::move(stream);
    return to_.open(slot, about.stream);
  }
  end(slot);
  to_.open(slot, stream); // so that packets of the handshake come and go
  auto& made = by_slot_[slot];
  made.stream = std::move(stream);
  start(slot, made, false, now);
  if (!made.stream.agreed.one_port)
    start(slot, made, true, now); // RFC 5764, 4.1: one of its own for each port
}

void handshakes::start(host_slot slot, secured_stream& about, bool beside, instant now) {
  auto& made = beside ? about.of_reports : about.of_voice;
  made = std::make_unique<dtls::handshake>(who_, about.stream.ours, about.stream.of_far_end, now);
  const auto found = early_.find({slot, beside});
  if (found != early_.end()) {
    const auto came = std::move(found->second);
    early_.erase(found);
    const auto port = static_cast<std::uint16_t>(about.stream.port + (beside ? 1 : 0));
    if (now - came.at <= early_for &&
        came.from == media::parse_endpoint(about.stream.address, port))
      made->receive(came.octets, now);
  }
  look(slot, about, *made, beside);
}

void handshakes::end(host_slot slot) {
  by_slot_.erase(slot);
}

void handshakes::receive(const media::handshake_packet& packet, instant now) {
  const auto found = by_slot_.find(packet.slot);
  if (found == by_slot_.end()) {
    early_.insert_or_assign({packet.slot, packet.beside}, early{packet.octets, packet.from, now});
    return;
  }
  if (found->second.refused)
    return;
  auto& whose = packet.beside ? found->second.of_reports : found->second.of_voice;
  if (!whose)
    return;
  whose->receive(packet.octets, now);
  look(packet.slot, found->second, *whose, packet.beside);
}

void handshakes::tick(instant now) {
  for (auto& [slot, one] : by_slot_)
    for (const bool beside : {false, true})
      if (auto& whose = beside ? one.of_reports : one.of_voice;
          whose && !one.refused && whose->deadline() <= now) {
        whose->tick(now);
        look(slot, one, *whose, beside);
      }
}

instant handshakes::next_deadline() const {
  instant next = never;
  for (const auto& [slot, one] : by_slot_)
    for (const auto* whose : {one.of_voice.get(), one.of_reports.get()})
      if (whose != nullptr && !one.refused)
        next = std::min(next, whose->deadline());
  return next;
}

/// What came of the last step.
void handshakes::look(host_slot slot, secured_stream& about, dtls::handshake& whose, bool beside) {
  using enum dtls::handshake::state;
  for (auto& packet : whose.take_packets())
    to_.send({slot, beside, std::move(packet)});
  if (whose.is() == done)
    return take_keys(slot, about, whose.made(), beside);
  if (!whose.why().empty() && whose.why() != about.told)
    complain(slot, about, whose);
}

void handshakes::take_keys(host_slot slot, secured_stream& about, const dtls::keys& made,
                           bool beside) {
  auto& agreed = about.stream.agreed;
  auto& place = beside ? agreed.report_protection : agreed.protection;
  if (place)
    return; // it was only said again
  place = std::make_shared<media::srtp>(media::srtp::keys{made.ours, made.theirs});
  figures_.made += beside ? 0 : 1;
  about.told.clear();
  to_.clear(alarm_of(about.stream));
  to_.open(slot, about.stream);
}

void handshakes::complain(host_slot slot, secured_stream& about, const dtls::handshake& whose) {
  about.told = whose.why();
  about.refused = whose.is() == dtls::handshake::state::wrong_certificate;
  ++(about.refused ? figures_.refused : figures_.troubled);
  const auto where = "The phone at " + about.stream.address + " port " +
                     std::to_string(about.stream.port) + ": " + about.told;
  const refusal why =
      about.refused
          ? refusal{where + "; its voice is not played.",
                    "Somebody may be between the phone and this gateway. Look who has that "
                    "address, "
                    "and have the phone register by TLS, so that nobody changes what it tells."}
          : refusal{where + "; there is no voice before there are keys.",
                    "Look into the phone's settings of DTLS-SRTP: it must be able to do DTLS 1.2 "
                    "and SRTP_AES128_CM_SHA1_80. Or set srtp = \"sdes\" for its line."};
  to_.raise({alarm_of(about.stream), "A phone and this gateway could not agree on keys", why});
  if (about.refused)
    to_.refuse(slot, why);
}

} // namespace switchroom::app
