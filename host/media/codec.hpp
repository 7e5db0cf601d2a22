// SPDX-License-Identifier: MIT
/// How voice is coded on its way through the network. The board has 8,000 samples a second of 16
/// bits; what has 16,000 is resampled, so a wideband phone that speaks with an analog one is heard
/// as that one is. Between two phones of one coding nothing is decoded: see stream::forward.
#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

namespace switchroom::media {

enum class coding : std::uint8_t {
  pcmu,    ///< ITU-T G.711, µ-law: RTP payload type 0
  pcma,    ///< ITU-T G.711, A-law: 8
  g722,    ///< ITU-T G.722, 64 kbit/s: 9
  g726_16, ///< ITU-T G.726 at 16 kbit/s, low bits first (RFC 3551, 4.5.4)
  g726_24, ///< … at 24
  g726_32, ///< … at 32
  g726_40, ///< … at 40
  opus,    ///< RFC 6716, RTP as RFC 7587: one channel
};

/// As SDP has it (RFC 3551; RFC 7587).
std::string_view name_of(coding);
/// Of RTP timestamps, in Hz: 8,000, of G.722 too (RFC 3551, 4.5.2); 48,000 of Opus (RFC 7587, 4.1).
unsigned clock_of(coding);
/// Milliseconds of a packet: with those asked for, or as near as the coding can.
unsigned packet_time_of(coding, unsigned asked_ms);

/// Both ways of one stream. Belongs to one thread at a time; allocates when made, not afterwards.
class voice_coder {
public:
  static constexpr std::size_t largest_packet = 480; ///< samples at 8 kHz, and octets: 60 ms

  virtual ~voice_coder() = default;
  virtual coding what() const = 0;
  /// The voice of one packet, 80 … largest_packet samples, in steps of 80. Returns the number of
  /// octets, at most largest_packet; 0: it could not be coded.
  virtual std::size_t encode(std::span<const std::int16_t> samples,
                             std::span<std::uint8_t, largest_packet> octets) = 0;
  /// Packets are decoded as they come. Returns the number of samples; 0: it is none of this coding,
  /// or longer than largest_packet.
  virtual std::size_t decode(std::span<const std::uint8_t> octets,
                             std::span<std::int16_t, largest_packet> samples) = 0;
  /// What decode() would return, without decoding.
  virtual std::size_t length(std::span<const std::uint8_t> octets) const = 0;
  /// What is decoded next does not follow what was decoded before.
  virtual void decode_anew() {}
};

/// Allocates, but of G.711. Throws std::runtime_error if libopus does not work.
std::shared_ptr<voice_coder> make_coder(coding);

} // namespace switchroom::media
