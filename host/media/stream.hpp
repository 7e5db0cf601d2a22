// SPDX-License-Identifier: MIT
/// The voice of one host slot, both ways: samples from the board into RTP packets, RTP packets
/// into samples for the board. Pure; memory is part of the object.
#pragma once
#include "media/agreement.hpp"
#include "media/endpoint.hpp"
#include "media/figures.hpp"
#include "media/jitter_buffer.hpp"
#include "media/reception.hpp"
#include "media/rtcp.hpp"
#include "media/silence_sender.hpp"
#include "media/telephone_events.hpp"
#include "switchroom/dsp/comfort_noise.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <span>

namespace switchroom::media {

/// Where a stream of RTP packets begins; random (RFC 3550, 5.1).
struct rtp_origin {
  std::uint32_t ssrc = 0;
  std::uint32_t timestamp = 0;
  std::uint16_t sequence = 0;
};

/// Five seconds (RFC 3550, 6.2).
inline constexpr unsigned report_every = 40'000;

struct stream_settings {
  endpoint remote;
  agreement agreed;
  unsigned ptime_ms = 10; ///< is_ptime; when nothing else was agreed
  unsigned target_ms = 0; ///< of a fixed jitter buffer; 0: adaptive
  rtp_origin origin;
  std::string_view cname = {}; ///< of the gateway (RFC 7022)
  unsigned most_ms = 120;      ///< of an adaptive jitter buffer
};

class stream {
public:
  explicit stream(const stream_settings&);

  /// A sample of the board. The packet that it completes, or nothing; valid until the
  /// next one is complete. While keys are waited for, there is none.
  std::span<const std::uint8_t> push(std::int16_t sample);
  /// Once in report_every samples, after push: an RTCP packet for the port above that of RTP (RFC
  /// 3550, 11), or nothing; valid until the next one.
  std::span<const std::uint8_t> report(instant now);
  /// The sample that is due at the board: a digit's tone takes the place of the voice.
  std::int16_t pull() {
    const std::int16_t voice = buffer_.take();
    if (tones_.sounds())
      return tones_.next();
    return noisy_ && buffer_.is_quiet() ? noise_.next() : voice;
  }
  struct arrival {
    std::optional<char> digit; ///< that begins with the packet
    /// Or noise, as it came, for forward(); valid until the next receive().
    std::optional<rtp_packet> voice;
    unsigned samples = 0;                 ///< of it, at 8 kHz
    std::optional<rtp_header> other = {}; ///< of a packet that is not for forward(), for skip()
    bool begins = false;                  ///< the first voice of the far end
  };
  /// A packet has come. Unless its voice is `wanted` by the board, nothing is decoded: the board
  /// gets silence, of the length that the voice has, and all is counted as ever.
  arrival receive(const endpoint& from, std::span<const std::uint8_t> octets, instant now,
                  bool wanted = true);

  /// An RTCP packet has come, from whatever port: of the address only.
  void receive_report(const endpoint& from, std::span<const std::uint8_t> octets, instant now);

  /// To the far end, in packets of their own, if that was agreed; else nothing happens: it hears
  /// the tone. False: too many wait, or it is no digit.
  bool send_digit(char);
  /// To the board, as a tone.
  bool sound_digit(char digit) { return tones_.add(digit, dual_tones::shortest); }

  // ---- voice of another stream that goes on as it came ----
  /// Both speak alike: voice of `from` need not be decoded to be sent here. A digit that `from`
  /// sounds as a tone goes by the board, if nobody here would be told it in words.
  bool can_forward(const stream& from) const {
    return settings_.agreed.what() == from.settings_.agreed.what() &&
           (settings_.agreed.events != 0 || !from.tones_.sounds());
  }
  /// The packet to be sent for one that another stream has heard, in the numbers and times of this
  /// one, lost ones left out as there. From then on what the board says is not sent, but digits
  /// are. Empty: none, a digit is being sent.
  std::span<const std::uint8_t> forward(const rtp_packet&, unsigned samples);
  /// That one does not go on, and who hears the others does not miss it.
  void skip(const rtp_header&);
  bool forwards() const { return forwarding_.has_value(); }
  /// What the board says is sent again.
  void end_forwarding();

  /// The board told nothing for `frames`: what was begun is given up, the RTP clock goes on, and
  /// what is played next begins with the packet that comes next.
  void pause(std::uint64_t frames);

  bool sends() const { return sending_; } ///< a sample has come
  const endpoint& remote() const { return remote_; }
  const endpoint& announced() const { return settings_.remote; } ///< where it said that it is
  const agreement& agreed() const { return settings_.agreed; }
  // ---- handshakes: of RTP, or `beside`, of RTCP at the port above ----
  struct handshake_ends {
    endpoint voice, beside;
  };
  const handshake_ends& handshakes_at() const { return handshakes_at_; } ///< where they go
  /// May a packet of one be looked at? If it comes from the far end; else it is counted. One that
  /// does not know its own address is answered where it comes from.
  bool takes_handshake(bool beside, const endpoint& from);
  /// It goes on with who has been there without keys: there it is spoken to, until it is heard.
  void go_on_at(const handshake_ends& there) {
    handshakes_at_ = there;
    remote_ = there.voice;
  }
  const rtp_origin& origin() const { return settings_.origin; } ///< of the next packet
  stream_figures figures() const;

private:
  static constexpr std::size_t largest_payload = voice_coder::largest_packet;
  static constexpr std::size_t largest_datagram = 1500;
  using packet_room =
      std::array<std::uint8_t, rtp_header_octets + largest_payload + srtp::most_added>;
  /// What is added to numbers and times of the stream that is forwarded.
  struct forwarding {
    std::uint32_t ssrc = 0; ///< of that stream
    std::uint16_t sequence = 0;
    std::uint32_t timestamp = 0;
    std::uint32_t end = 0;      ///< about when the latest packet ends, in times of this stream
    std::uint16_t expected = 0; ///< of that stream, after the newest packet
    std::uint16_t since = 0;    ///< from this number of that stream on, `sequence` is added
  };
  static constexpr int most_misordered = 100; // RFC 3550, A.1

  voip_metrics metrics() const;
  std::optional<std::span<const std::uint8_t>>
  take_off(srtp* by, std::size_t (srtp::*protection)(std::span<std::uint8_t>),
           std::span<const std::uint8_t> octets, std::span<std::uint8_t> room);
  std::span<const std::uint8_t> complete(packet_room&, const rtp_header&, std::size_t payload);
  std::span<const std::uint8_t> complete_own(bool marker, std::uint8_t type,
                                             std::uint32_t timestamp, std::size_t payload);
  std::span<const std::uint8_t> send_event(const event_sender::turn&);
  std::span<const std::uint8_t> send_voice();
  std::span<const std::uint8_t> send_noise();
  void begin_forwarding(const rtp_header&);
  void renumber(int by);
  std::uint32_t in_clock(std::size_t samples) const {
    return static_cast<std::uint32_t>(samples * clock_scale_);
  }
  rtp_header in_samples(rtp_header);
  arrival take(const rtp_packet&, instant now, bool wanted);
  std::size_t decode(std::span<const std::uint8_t> payload,
                     std::span<std::int16_t, largest_payload>, bool wanted);

  bool is_from_far_end(const endpoint& from, const endpoint& there) const;

  stream_settings settings_;
  endpoint remote_;
  handshake_ends handshakes_at_;
  bool heard_ = false;  ///< it has sent something: where it is, is known
  bool speaks_ = false; ///< and that was voice
  bool decodes_ = true; ///< what came last was wanted
  std::shared_ptr<voice_coder> coder_;
  unsigned clock_scale_; ///< RTP clock over 8 kHz
  std::size_t ptime_samples_;
  // Two, so that the packet handed out stays whole while the next one is begun.
  std::array<packet_room, 2> packets_{};
  std::size_t filling_ = 0;                             ///< which of packets_
  std::array<std::int16_t, largest_payload> samples_{}; ///< of the packet that is begun
  std::size_t filled_ = 0;                              ///< how many
  bool sending_ = false, marker_ = true;
  std::optional<silence_sender> silence_; ///< if it is told, not sent
  std::optional<forwarding> forwarding_;
  packet_room forwarded_{};
  std::array<std::uint8_t, largest_datagram> plain_{}; ///< what came, without protection
  std::int64_t came_ = 0; ///< timestamp of what came last, without wraps
  jitter_buffer buffer_;
  reception reception_;
  unsigned until_report_;
  std::uint32_t octets_sent_ = 0;
  std::array<std::uint8_t, rtcp_largest + srtp::most_added> report_{};
  event_sender digits_;
  event_receiver events_;
  dual_tones tones_;
  dsp::comfort_noise noise_;
  bool noisy_ = false; ///< instead of voice the far end has told of its noise
  stream_figures figures_;
};

} // namespace switchroom::media
