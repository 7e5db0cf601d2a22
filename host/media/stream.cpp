// SPDX-License-Identifier: MIT
#include "media/stream.hpp"

#include <algorithm>

namespace switchroom::media {

stream::stream(const stream_settings& settings)
    : settings_(settings), law_(law_of(settings.agreed.payload_type).value_or(dsp::g711::law::a)),
      ptime_samples_(
          std::size_t{settings.agreed.ptime_ms > 0 ? settings.agreed.ptime_ms : settings.ptime_ms} *
          8),
      buffer_(settings.target_ms * 8) {}

std::span<const std::uint8_t> stream::push(std::int16_t sample) {
  sending_ = true;
  auto& packet = packets_[filling_];
  packet[rtp_header_octets + filled_++] = dsp::g711::encode(law_, sample);
  if (filled_ < ptime_samples_)
    return {};
  rtp_origin& next = settings_.origin;
  rtp_header header{marker_, settings_.agreed.payload_type, next.sequence, next.timestamp,
                    next.ssrc};
  std::size_t payload = filled_;
  const auto event = digits_.is_busy()
                         ? digits_.next(next.timestamp, static_cast<unsigned>(filled_))
                         : std::nullopt;
  if (event) {
    header.marker = event->first;
    header.payload_type = settings_.agreed.events;
    header.timestamp = event->timestamp;
    write_telephone_event(event->what,
                          std::span(packet).subspan<rtp_header_octets, telephone_event_octets>());
    payload = telephone_event_octets;
  }
  write_rtp_header(header, std::span(packet).first<rtp_header_octets>());
  ++next.sequence;
  next.timestamp += static_cast<std::uint32_t>(filled_);
  filled_ = 0;
  filling_ ^= 1;
  marker_ = false;
  ++figures_.packets_sent;
  return complete(packet, payload);
}

std::span<const std::uint8_t> stream::complete(packet_room& packet, std::size_t payload) {
  std::size_t size = rtp_header_octets + payload;
  if (settings_.agreed.protection)
    size = settings_.agreed.protection->protect(packet, size);
  return std::span(packet).first(size);
}

bool stream::send_digit(char digit) {
  return settings_.agreed.events == 0 || digits_.add(digit);
}

void stream::pause(std::uint64_t frames) {
  if (sending_)
    settings_.origin.timestamp += static_cast<std::uint32_t>(filled_ + frames);
  filled_ = 0;
  marker_ = true; // RFC 3551, 4.1: the first packet after a pause
  buffer_.restart();
}

std::optional<char> stream::receive(const endpoint& from, std::span<const std::uint8_t> octets,
                                    instant now) {
  if (from != settings_.remote) {
    ++figures_.packets_stranger;
    return std::nullopt;
  }
  packet_room plain;
  if (settings_.agreed.protection) {
    if (octets.size() > plain.size()) {
      ++figures_.packets_malformed;
      return std::nullopt;
    }
    std::ranges::copy(octets, plain.begin());
    const auto room = std::span(plain).first(octets.size());
    const std::size_t size = settings_.agreed.protection->unprotect(room);
    figures_.packets_forged += size == 0 ? 1 : 0;
    if (size == 0)
      return std::nullopt;
    octets = room.first(size);
  }
  const auto parsed = parse_rtp(octets);
  const rtp_packet* packet = std::get_if<rtp_packet>(&parsed);
  if (packet != nullptr && !packet->payload.empty() && packet->payload.size() <= largest_payload)
    return take(*packet, now);
  ++figures_.packets_malformed;
  return std::nullopt;
}

std::optional<char> stream::take(const rtp_packet& packet, instant now) {
  const std::uint8_t type = packet.header.payload_type;
  if (settings_.agreed.events != 0 && type == settings_.agreed.events)
    if (const auto event = parse_telephone_event(packet.payload)) {
      buffer_.skip(packet.header);
      return events_.take(packet.header, *event, tones_);
    }
  if (type != settings_.agreed.payload_type) {
    ++figures_.packets_malformed;
    return std::nullopt;
  }
  std::array<std::int16_t, largest_payload> linear;
  for (std::size_t i = 0; i < packet.payload.size(); ++i)
    linear[i] = dsp::g711::decode(law_, packet.payload[i]);
  buffer_.put(packet.header, std::span(linear).first(packet.payload.size()), now);
  return std::nullopt;
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
