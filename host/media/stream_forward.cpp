// SPDX-License-Identifier: MIT
// Voice of another stream that goes on as it came (ADR 0019).
#include "media/stream.hpp"

#include <algorithm>
#include <utility>

namespace switchroom::media {

void stream::begin_forwarding(const rtp_header& first) {
  const rtp_origin& next = settings_.origin;
  forwarding_ = {first.ssrc,
                 static_cast<std::uint16_t>(next.sequence - first.sequence),
                 next.timestamp - first.timestamp,
                 next.timestamp,
                 first.sequence,
                 first.sequence};
  marker_ = true;
}

/// From the next packet on: those before have their numbers.
void stream::renumber(int by) {
  forwarding_->sequence = static_cast<std::uint16_t>(forwarding_->sequence + by);
  forwarding_->since = forwarding_->expected;
}

void stream::skip(const rtp_header& left_out) {
  if (!forwarding_ || forwarding_->ssrc != left_out.ssrc)
    return;
  const auto ahead = static_cast<std::int16_t>(left_out.sequence - forwarding_->expected);
  if (ahead < 0 || ahead > most_misordered)
    return; // later ones have been sent already, and with a gap for this one
  forwarding_->expected = static_cast<std::uint16_t>(left_out.sequence + 1);
  renumber(-1);
}

std::span<const std::uint8_t> stream::forward(const rtp_packet& heard, unsigned samples) {
  if (heard.payload.size() > largest_payload)
    return {};
  const bool noise = heard.header.payload_type == payload_noise;
  if (digits_.is_busy() || (noise && !settings_.agreed.comfort_noise)) {
    skip(heard.header);
    return {};
  }
  rtp_origin& next = settings_.origin;
  const auto far_off = [&] { // numbers jump: as for who receives them, it is another stream
    const auto ahead =
        static_cast<std::int16_t>(heard.header.sequence + forwarding_->sequence - next.sequence);
    return ahead > most_misordered || ahead < -most_misordered;
  };
  if (!forwarding_ || forwarding_->ssrc != heard.header.ssrc || far_off())
    begin_forwarding(heard.header);
  if (static_cast<std::int16_t>(heard.header.sequence - forwarding_->since) < 0)
    return {}; // too late: its number has been given to another
  if (static_cast<std::int16_t>(heard.header.sequence - forwarding_->expected) >= 0)
    forwarding_->expected = static_cast<std::uint16_t>(heard.header.sequence + 1);
  if (static_cast<std::uint16_t>(forwarding_->expected - forwarding_->since) > most_misordered)
    forwarding_->since = static_cast<std::uint16_t>(forwarding_->expected - most_misordered);
  const rtp_header header{std::exchange(marker_, false) || heard.header.marker,
                          noise ? payload_noise : settings_.agreed.payload_type,
                          static_cast<std::uint16_t>(heard.header.sequence + forwarding_->sequence),
                          heard.header.timestamp + forwarding_->timestamp, next.ssrc};
  if (static_cast<std::int16_t>(header.sequence - next.sequence) >= 0)
    next.sequence = static_cast<std::uint16_t>(header.sequence + 1);
  forwarding_->end = header.timestamp + in_clock(samples);
  std::ranges::copy(heard.payload, forwarded_.begin() + rtp_header_octets);
  ++figures_.packets_forwarded;
  return complete(forwarded_, header, heard.payload.size());
}

void stream::end_forwarding() {
  // The far clock was another: times go on from where they have come to.
  if (static_cast<std::int32_t>(forwarding_->end - settings_.origin.timestamp) > 0)
    settings_.origin.timestamp = forwarding_->end;
  forwarding_.reset();
  marker_ = true;
}

} // namespace switchroom::media
