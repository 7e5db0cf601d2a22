// SPDX-License-Identifier: MIT
#include "media/stream.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace switchroom::media {

namespace {

endpoint port_above(endpoint at) {
  ++at.port;
  return at;
}

/// Opus has a silence of its own (RFC 7587, 3.1.3), and another clock than payload_noise.
bool can_tell_silence(const voice_coder& coder) {
  return coder.what() != coding::opus;
}

} // namespace

stream::stream(const stream_settings& settings)
    : settings_(settings), remote_(settings.remote), handshakes_at_{remote_, port_above(remote_)},
      coder_(settings.agreed.coder ? settings.agreed.coder
                                   : make_coder(settings.agreed.what().value_or(coding::pcma))),
      clock_scale_(clock_of(coder_->what()) / 8000),
      ptime_samples_(std::size_t{8} * packet_time_of(coder_->what(), settings.agreed.ptime_ms > 0
                                                                         ? settings.agreed.ptime_ms
                                                                         : settings.ptime_ms)),
      buffer_(settings.target_ms * 8, settings.most_ms * 8), reception_(clock_of(coder_->what())),
      // All streams of a gateway do not report at once (RFC 3550, 6.2).
      until_report_(report_every / 2 + settings.origin.ssrc % report_every),
      noise_(settings.origin.ssrc) {
  if (settings.agreed.comfort_noise && settings.agreed.tells_silence && can_tell_silence(*coder_))
    silence_.emplace(coder_->what() != coding::g722);
}

std::span<const std::uint8_t> stream::push(std::int16_t sample) {
  sending_ = true;
  --until_report_;
  samples_[filled_++] = sample;
  if (filled_ < ptime_samples_)
    return {};
  rtp_origin& next = settings_.origin;
  const auto event = digits_.is_busy()
                         ? digits_.next(next.timestamp, static_cast<unsigned>(filled_))
                         : std::nullopt;
  const auto made = event         ? send_event(*event)
                    : forwarding_ ? std::span<const std::uint8_t>()
                                  : send_voice();
  next.timestamp += in_clock(filled_);
  filled_ = 0;
  return made;
}

std::span<const std::uint8_t> stream::send_event(const event_sender::turn& event) {
  auto& packet = packets_[filling_];
  write_telephone_event(event.what,
                        std::span(packet).subspan<rtp_header_octets, telephone_event_octets>());
  if (forwarding_)
    renumber(1);
  return complete_own(event.first, settings_.agreed.events, event.timestamp,
                      telephone_event_octets);
}

/// Or, while there is none, what the silence is like.
std::span<const std::uint8_t> stream::send_voice() {
  const auto turn =
      silence_ ? silence_->next(std::span(samples_).first(filled_)) : silence_sender::turn::voice;
  if (turn != silence_sender::turn::voice)
    return turn == silence_sender::turn::noise ? send_noise() : std::span<const std::uint8_t>();
  auto& packet = packets_[filling_];
  const std::size_t payload =
      coder_->encode(std::span(samples_).first(filled_),
                     std::span(packet).subspan<rtp_header_octets, largest_payload>());
  if (payload == 0)
    return {};
  return complete_own(marker_, settings_.agreed.payload_type, settings_.origin.timestamp, payload);
}

std::span<const std::uint8_t> stream::send_noise() {
  auto& packet = packets_[filling_];
  const std::size_t payload =
      silence_->write(std::span(packet).subspan<rtp_header_octets, silence_sender::largest>());
  const auto made = complete_own(false, payload_noise, settings_.origin.timestamp, payload);
  marker_ = true; // of the voice that comes after it (RFC 3551, 4.1)
  ++figures_.packets_noise;
  return made;
}

/// What was put into the packet that was to be filled.
std::span<const std::uint8_t> stream::complete_own(bool marker, std::uint8_t type,
                                                   std::uint32_t timestamp, std::size_t payload) {
  auto& packet = packets_[filling_];
  filling_ ^= 1;
  marker_ = false;
  rtp_origin& next = settings_.origin;
  return complete(packet, {marker, type, next.sequence++, timestamp, next.ssrc}, payload);
}

std::span<const std::uint8_t> stream::complete(packet_room& packet, const rtp_header& header,
                                               std::size_t payload) {
  write_rtp_header(header, std::span(packet).first<rtp_header_octets>());
  if (settings_.agreed.lacks_keys())
    return {};
  ++figures_.packets_sent;
  octets_sent_ += static_cast<std::uint32_t>(payload);
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
    settings_.origin.timestamp += in_clock(filled_ + static_cast<std::size_t>(frames));
  filled_ = 0;
  marker_ = true; // RFC 3551, 4.1: the first packet after a pause
  buffer_.restart();
}

/// What is left when protection is taken off, in `room`, which it is cut to; nothing: it is forged.
/// Without protection the octets themselves, unless there must be some.
std::optional<std::span<const std::uint8_t>>
stream::take_off(srtp* by, std::size_t (srtp::*protection)(std::span<std::uint8_t>),
                 std::span<const std::uint8_t> octets, std::span<std::uint8_t> room) {
  if (by == nullptr && !settings_.agreed.by_handshake)
    return octets;
  room = room.first(std::min(octets.size(), room.size()));
  std::ranges::copy(octets.first(room.size()), room.begin());
  const std::size_t size = by == nullptr ? 0 : (by->*protection)(room);
  return size == 0 ? std::nullopt : std::optional<std::span<const std::uint8_t>>(room.first(size));
}

/// It is known to be `there`; or it may be, for nothing was heard yet and it is seen at that
/// address. A packet that is late, of a call before from the same address, shall not be taken for
/// it: where it has said that it is, it is all the same.
bool stream::is_from_far_end(const endpoint& from, const endpoint& there) const {
  const auto& seen = settings_.agreed.seen_at;
  return from == there || (from.address == seen && (!heard_ || from == settings_.remote));
}

bool stream::takes_handshake(bool beside, const endpoint& from) {
  endpoint& at = beside ? handshakes_at_.beside : handshakes_at_.voice;
  const bool wanted = !beside || !settings_.agreed.one_port;
  if (wanted && is_from_far_end(from, at)) {
    at = from;
    return true;
  }
  ++figures_.packets_stranger;
  return false;
}

stream::arrival stream::receive(const endpoint& from, std::span<const std::uint8_t> octets,
                                instant now, bool wanted) {
  // Who has the keys is the far end, wherever it is: a translator of addresses has given it another
  // port, or another way out. Nobody else makes such a packet, and an old one is refused.
  const bool known = is_from_far_end(from, remote_);
  if (!known && !settings_.agreed.protection) {
    ++figures_.packets_stranger;
    return {};
  }
  if (settings_.agreed.protection && octets.size() > plain_.size()) {
    ++figures_.packets_malformed;
    return {};
  }
  const auto plain = take_off(settings_.agreed.protection.get(), &srtp::unprotect, octets, plain_);
  if (!plain) {
    ++(known ? figures_.packets_forged : figures_.packets_stranger);
    return {};
  }
  const auto parsed = parse_rtp(*plain);
  const rtp_packet* packet = std::get_if<rtp_packet>(&parsed);
  if (packet != nullptr && !packet->payload.empty()) {
    remote_ = from;
    heard_ = true;
    return take(*packet, now, wanted);
  }
  ++figures_.packets_malformed;
  return {};
}

stream::arrival stream::take(const rtp_packet& packet, instant now, bool wanted) {
  const std::uint8_t type = packet.header.payload_type;
  reception_.packet(packet.header, now);
  if (settings_.agreed.events != 0 && type == settings_.agreed.events)
    if (const auto event = parse_telephone_event(packet.payload)) {
      buffer_.skip(packet.header);
      return {events_.take(packet.header, *event, tones_), std::nullopt, 0, packet.header};
    }
  if (settings_.agreed.comfort_noise && type == payload_noise) {
    buffer_.skip(packet.header);
    noise_.be(*dsp::parse_comfort_noise(packet.payload));
    noisy_ = true;
    return {std::nullopt, packet};
  }
  std::array<std::int16_t, largest_payload> linear;
  const std::size_t count =
      type == settings_.agreed.payload_type ? decode(packet.payload, linear, wanted) : 0;
  if (count == 0) {
    ++figures_.packets_malformed;
    return {std::nullopt, std::nullopt, 0, packet.header};
  }
  noisy_ = false;
  buffer_.put(in_samples(packet.header), std::span(linear).first(count), now);
  return {std::nullopt, packet, static_cast<unsigned>(count), {}, !std::exchange(speaks_, true)};
}

std::size_t stream::decode(std::span<const std::uint8_t> payload,
                           std::span<std::int16_t, largest_payload> linear, bool wanted) {
  if (!wanted) {
    decodes_ = false;
    const std::size_t count = coder_->length(payload);
    std::ranges::fill(linear.first(count), std::int16_t{0});
    return count;
  }
  if (!std::exchange(decodes_, true))
    coder_->decode_anew();
  return coder_->decode(payload, linear);
}

/// The timestamp in samples of 8 kHz.
rtp_header stream::in_samples(rtp_header h) {
  if (clock_scale_ == 1)
    return h;
  came_ += static_cast<std::int32_t>(h.timestamp - static_cast<std::uint32_t>(came_));
  // Once in 2^32 samples, nobody minds that a negative quotient is rounded the other way.
  h.timestamp = static_cast<std::uint32_t>(came_ / clock_scale_);
  return h;
}

// ---- RTCP --------------------------------------------------------------------------------------

std::span<const std::uint8_t> stream::report(instant now) {
  if (until_report_ > 0)
    return {};
  until_report_ = report_every;
  if (settings_.agreed.lacks_report_keys())
    return {};
  rtcp_report made;
  made.ssrc = settings_.origin.ssrc;
  made.cname = settings_.cname;
  made.sent = sender_info{ntp_of(now.time_since_epoch()), settings_.origin.timestamp,
                          static_cast<std::uint32_t>(figures_.packets_sent), octets_sent_};
  made.received = reception_.report(now);
  if (made.received)
    made.heard = metrics();
  ++figures_.reports_sent;
  std::size_t size = write_rtcp(made, std::span(report_).first<rtcp_largest>());
  if (auto* by = settings_.agreed.of_reports())
    size = by->protect_rtcp(report_, size);
  return std::span(report_).first(size);
}

void stream::receive_report(const endpoint& from, std::span<const std::uint8_t> octets,
                            instant now) {
  if (from.address != remote_.address) {
    ++figures_.packets_stranger;
    return;
  }
  std::array<std::uint8_t, largest_datagram> room;
  const auto plain = take_off(settings_.agreed.of_reports(), &srtp::unprotect_rtcp, octets, room);
  if (!plain) {
    ++figures_.packets_forged;
    return;
  }
  const auto parsed = parse_rtcp(*plain, settings_.origin.ssrc);
  const auto* said = std::get_if<rtcp_report>(&parsed);
  if (said == nullptr) {
    ++figures_.reports_malformed;
    return;
  }
  ++figures_.reports_received;
  if (said->sent && said->ssrc == reception_.source())
    reception_.sender_report(*said->sent, now);
  if (!said->received)
    return;
  figures_.far_lost = said->received->fraction_lost / 256.0;
  figures_.far_jitter_ms = said->received->jitter / (8.0 * clock_scale_);
  if (const auto trip = round_trip(*said->received, ntp_of(now.time_since_epoch())))
    figures_.round_trip_ms = std::chrono::duration<double, std::milli>(*trip).count();
}

voip_metrics stream::metrics() const {
  const auto f = figures();
  const auto in_256ths = [](double share) {
    return static_cast<std::uint8_t>(std::clamp(std::lround(share * 256), 0L, 255L));
  };
  const auto in_ms = [](double ms) {
    return static_cast<std::uint16_t>(std::clamp(std::lround(ms), 0L, 65'535L));
  };
  voip_metrics made;
  made.ssrc = reception_.source();
  made.loss_rate = in_256ths(f.lost_share());
  made.discard_rate = in_256ths(f.discarded_share());
  made.round_trip_ms = in_ms(f.round_trip_ms);
  made.end_system_ms = made.buffer_ms = in_ms(f.buffer_ms);
  const opinion heard = rate(f);
  made.r_factor = static_cast<std::uint8_t>(std::lround(heard.r));
  made.mos_cq = static_cast<std::uint8_t>(std::lround(10 * heard.mos));
  made.receiver =
      buffer_.is_adaptive() ? conceals_with_adaptive_buffer : conceals_with_fixed_buffer;
  // 4.7.7: of the earliest packet that would not be discarded. That does not depend on the delay.
  made.buffer_maximum_ms = made.buffer_limit_ms =
      in_ms(jitter_buffer::capacity / 8.0 - f.packet_ms);
  return made;
}

stream_figures stream::figures() const {
  stream_figures f = figures_;
  const jitter_buffer::counts& c = buffer_.counted();
  f.packets_received = buffer_.received();
  f.packets_lost = buffer_.lost();
  f.packets_late = c.late;
  f.packets_duplicate = c.duplicate;
  f.packets_reordered = c.reordered;
  f.lengthened_samples = c.lengthened;
  f.shortened_samples = c.shortened;
  f.slips_dropped = c.slips_dropped;
  f.slips_repeated = c.slips_repeated;
  f.settled = c.settled;
  f.played_samples = c.played_samples;
  f.concealed_samples = c.concealed_samples;
  f.gaps = c.gaps;
  f.underruns = c.underruns;
  f.overruns = c.overruns;
  f.restarts = c.restarts;
  f.is_protected = settings_.agreed.protection != nullptr;
  f.jitter_ms = buffer_.jitter_ms();
  f.buffer_ms = buffer_.depth_ms();
  f.packet_ms = buffer_.packet_samples() / 8.0;
  f.coded = coder_->what();
  return f;
}

} // namespace switchroom::media
