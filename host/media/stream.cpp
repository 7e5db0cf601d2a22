// SPDX-License-Identifier: MIT
#include "media/stream.hpp"

namespace switchroom::media {

stream::stream(const stream_settings& settings)
    : settings_(settings), law_(law_of(settings.payload_type).value_or(dsp::g711::law::a)),
      ptime_samples_(std::size_t{settings.ptime_ms} * 8), buffer_(settings.target_ms * 8) {}

std::span<const std::uint8_t> stream::push(std::int16_t sample) {
  sending_ = true;
  auto& packet = packets_[filling_];
  packet[rtp_header_octets + filled_++] = dsp::g711::encode(law_, sample);
  if (filled_ < ptime_samples_)
    return {};
  rtp_origin& next = settings_.origin;
  write_rtp_header({marker_, settings_.payload_type, next.sequence, next.timestamp, next.ssrc},
                   std::span(packet).first<rtp_header_octets>());
  ++next.sequence;
  next.timestamp += static_cast<std::uint32_t>(filled_);
  filled_ = 0;
  filling_ ^= 1;
  marker_ = false;
  ++figures_.packets_sent;
  return std::span(packet).first(rtp_header_octets + ptime_samples_);
}

void stream::pause(std::uint64_t frames) {
  if (sending_)
    settings_.origin.timestamp += static_cast<std::uint32_t>(filled_ + frames);
  filled_ = 0;
  marker_ = true; // RFC 3551, 4.1: the first packet after a pause
  buffer_.restart();
}

void stream::receive(const endpoint& from, std::span<const std::uint8_t> octets, instant now) {
  if (from != settings_.remote) {
    ++figures_.packets_stranger;
    return;
  }
  const auto parsed = parse_rtp(octets);
  const rtp_packet* packet = std::get_if<rtp_packet>(&parsed);
  if (packet == nullptr || packet->header.payload_type != settings_.payload_type ||
      packet->payload.empty() || packet->payload.size() > largest_payload) {
    ++figures_.packets_malformed;
    return;
  }
  std::array<std::int16_t, largest_payload> linear;
  for (std::size_t i = 0; i < packet->payload.size(); ++i)
    linear[i] = dsp::g711::decode(law_, packet->payload[i]);
  buffer_.put(packet->header, std::span(linear).first(packet->payload.size()), now);
}

stream_figures stream::figures() const {
  stream_figures f = figures_;
  const jitter_buffer::counts& c = buffer_.counted();
  f.packets_received = buffer_.received();
  f.packets_lost = buffer_.lost();
  f.packets_late = c.late;
  f.packets_duplicate = c.duplicate;
  f.packets_reordered = c.reordered;
  f.slips_dropped = c.slips_dropped;
  f.slips_repeated = c.slips_repeated;
  f.settled = c.settled;
  f.concealed_samples = c.concealed_samples;
  f.underruns = c.underruns;
  f.overruns = c.overruns;
  f.restarts = c.restarts;
  f.jitter_ms = buffer_.jitter_ms();
  f.buffer_ms = buffer_.depth_ms();
  return f;
}

} // namespace switchroom::media
