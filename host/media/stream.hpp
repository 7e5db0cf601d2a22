// SPDX-License-Identifier: MIT
/// The voice of one host slot, both ways: samples from the board into RTP packets, RTP packets
/// into samples for the board. Pure; memory is part of the object.
#pragma once
#include "media/endpoint.hpp"
#include "media/figures.hpp"
#include "media/jitter_buffer.hpp"
#include "switchroom/dsp/g711.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <span>

namespace switchroom::media {

inline constexpr std::uint8_t payload_pcmu = 0, payload_pcma = 8; // RFC 3551, table 4
/// Ten to sixty milliseconds, in steps of ten: what a stream can put into a packet.
inline constexpr bool is_ptime(unsigned ms) {
  return ms >= 10 && ms <= 60 && ms % 10 == 0;
}
inline std::optional<dsp::g711::law> law_of(std::uint8_t payload_type) {
  if (payload_type == payload_pcma)
    return dsp::g711::law::a;
  if (payload_type == payload_pcmu)
    return dsp::g711::law::mu;
  return std::nullopt;
}

/// Where a stream of RTP packets begins; random (RFC 3550, 5.1).
struct rtp_origin {
  std::uint32_t ssrc = 0;
  std::uint32_t timestamp = 0;
  std::uint16_t sequence = 0;
};

struct stream_settings {
  endpoint remote;
  std::uint8_t payload_type = payload_pcma;
  unsigned ptime_ms = 10; ///< is_ptime
  unsigned target_ms = 20;
  rtp_origin origin;
};

class stream {
public:
  explicit stream(const stream_settings&);

  /// A sample of the board. The packet that it completes, or nothing; valid until the
  /// next one is complete.
  std::span<const std::uint8_t> push(std::int16_t sample);
  /// The sample that is due at the board.
  std::int16_t pull() { return buffer_.take(); }
  /// A packet has come.
  void receive(const endpoint& from, std::span<const std::uint8_t> octets, instant now);

  /// The board told nothing for `frames`: what was begun is given up, the RTP clock goes on, and
  /// what is played next begins with the packet that comes next.
  void pause(std::uint64_t frames);

  bool sends() const { return sending_; } ///< a sample has come
  const endpoint& remote() const { return settings_.remote; }
  std::uint8_t payload_type() const { return settings_.payload_type; }
  const rtp_origin& origin() const { return settings_.origin; } ///< of the next packet
  stream_figures figures() const;

private:
  static constexpr std::size_t largest_payload = jitter_buffer::largest_packet;

  stream_settings settings_;
  dsp::g711::law law_;
  std::size_t ptime_samples_;
  // Two, so that the packet handed out stays whole while the next one is begun.
  std::array<std::array<std::uint8_t, rtp_header_octets + largest_payload>, 2> packets_{};
  std::size_t filling_ = 0; ///< which of packets_
  std::size_t filled_ = 0;  ///< octets of payload in it
  bool sending_ = false, marker_ = true;
  jitter_buffer buffer_;
  stream_figures figures_;
};

} // namespace switchroom::media
