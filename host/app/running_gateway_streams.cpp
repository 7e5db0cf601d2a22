// SPDX-License-Identifier: MIT
// Streams between host slots and the network: begun with the keys that both ends have told, or with
// none until a handshake has made them.
#include "app/running_gateway.hpp"
#include "calls/messages.hpp"

#include <algorithm>
#include <utility>

namespace switchroom::app {
namespace {

std::span<const std::uint8_t> octets_of(const std::string& text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

std::shared_ptr<media::voice_coder> coder_for(const scn::v1::MediaEndpoint& remote) {
  using media::coding;
  static const std::map<scn::v1::Codec, coding> known{
      {scn::v1::CODEC_PCMU, coding::pcmu},       {scn::v1::CODEC_PCMA, coding::pcma},
      {scn::v1::CODEC_G722, coding::g722},       {scn::v1::CODEC_OPUS, coding::opus},
      {scn::v1::CODEC_G726_16, coding::g726_16}, {scn::v1::CODEC_G726_24, coding::g726_24},
      {scn::v1::CODEC_G726_32, coding::g726_32}, {scn::v1::CODEC_G726_40, coding::g726_40}};
  const auto found = known.find(calls::codec_of(remote));
  return found == known.end() ? nullptr : media::make_coder(found->second);
}

} // namespace

/// Whom phones see in them, the exchange is told. Null: there are none.
std::unique_ptr<handshakes> running_gateway::new_handshakes() {
  if (!config_.voice.protect || config_.phones.ports().empty())
    return nullptr;
  handshakes::ports to;
  to.send = [this](media::handshake_packet p) { around_.send_handshake(std::move(p)); };
  to.open = [this](host_slot slot, const stream_to_secure& stream) {
    around_.open(slot, stream.address, stream.port, stream.agreed);
  };
  to.refuse = [this](host_slot slot, const refusal& why) {
    refused_streams_.push_back({slot, why.what});
  };
  to.raise = [this](const media::alarm& a) { raise(a.id, a.title, a.text); };
  to.clear = [this](const std::string& id) { clear(id); };
  auto made = std::make_unique<handshakes>(std::move(to));
  config_.exchange.dtls_fingerprint.assign(made->print().begin(), made->print().end());
  return made;
}

/// The exchange has seen to it that the endpoint is usable.
void running_gateway::open(const exchange::media_open& what) {
  const auto& remote = what.remote;
  media::agreement agreed{static_cast<std::uint8_t>(remote.payload_type()),
                          static_cast<std::uint8_t>(remote.ptime_ms()),
                          static_cast<std::uint8_t>(remote.events()),
                          {},
                          coder_for(remote)};
  if (const auto seen = media::parse_endpoint(remote.seen_at(), 0))
    agreed.seen_at = seen->address;
  agreed.comfort_noise = remote.comfort_noise();
  agreed.tells_silence = remote.tells_silence();
  agreed.one_port = remote.one_port();
  const auto port = static_cast<std::uint16_t>(remote.port());
  if (const auto print = dtls::fingerprint_of(octets_of(remote.dtls().fingerprint()));
      print && handshakes_) {
    agreed.by_handshake = true;
    const auto ours = remote.dtls().client() ? dtls::role::server : dtls::role::client;
    return handshakes_->begin(what.slot, {remote.address(), port, std::move(agreed), *print, ours},
                              around_.now().machine);
  }
  if (handshakes_)
    handshakes_->end(what.slot); // its keys came so before, in the same call
  const auto ours = media::srtp_key_of(octets_of(what.own_key)),
             theirs = media::srtp_key_of(octets_of(remote.srtp_key()));
  if (ours && theirs)
    agreed.protection = std::make_shared<media::srtp>(media::srtp::keys{*ours, *theirs});
  around_.open(what.slot, remote.address(), port, std::move(agreed));
}

/// The last figures of a stream are some 0.1 s old.
void running_gateway::close(const exchange::media_close& what) {
  const auto voice = around_.voice_figures();
  const auto found = std::ranges::find(voice.streams, what.slot, &media::slot_figures::slot);
  exchange::stream_over over{what.slot, what.whose, {}};
  if (found != voice.streams.end()) {
    over.figures = summary(found->figures);
    over.mos = media::rate(found->figures).mos;
  }
  streams_over_.push_back(std::move(over));
  if (handshakes_)
    handshakes_->end(what.slot);
  around_.close(what.slot);
}

void running_gateway::on_handshake(const media::handshake_packet& packet) {
  if (!handshakes_)
    return;
  handshakes_->receive(packet, around_.now().machine);
  hand_in_refused();
  wake_when_due();
}

/// What time has brought about.
void running_gateway::tick_handshakes() {
  if (!handshakes_)
    return;
  handshakes_->tick(around_.now().machine);
  hand_in_refused();
}

/// Who cannot be trusted is not talked to.
void running_gateway::hand_in_refused() {
  for (auto& refused : std::exchange(refused_streams_, {}))
    step(std::move(refused));
}

} // namespace switchroom::app
