// SPDX-License-Identifier: MIT
/// Digits in RTP (RFC 4733): read from packets, each once; put into packets; and as the tones that
/// they stand for (ITU-T Q.23). Pure; memory is part of the objects.
#pragma once
#include "media/rtp.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace switchroom::media {

struct telephone_event {
  std::uint8_t event = 0;
  bool end = false;
  std::uint8_t volume = 0;    ///< −dBm0
  std::uint16_t duration = 0; ///< samples since the packet's timestamp
  friend bool operator==(const telephone_event&, const telephone_event&) = default;
};
inline constexpr std::size_t telephone_event_octets = 4;

/// The first event of a payload (RFC 4733, 2.3).
std::optional<telephone_event> parse_telephone_event(std::span<const std::uint8_t> payload);
void write_telephone_event(const telephone_event&, std::span<std::uint8_t, telephone_event_octets>);

/// Of events 0 to 15 (RFC 4733, table 3): 0–9, *, #, A–D.
inline constexpr std::string_view event_digits = "0123456789*#ABCD";
std::optional<std::uint8_t> event_of(char digit);

/// Tones of digits, one after the other, with pauses that a receiver needs (ITU-T Q.24).
class dual_tones {
public:
  static constexpr unsigned shortest = 480, pause = 400; ///< samples: 60 ms, 50 ms

  /// Behind those that sound or wait. False: too many wait. `samples`: how long.
  bool add(char digit, unsigned samples);
  /// The last one added sounds so long, if it has not ended yet.
  void last_until(unsigned samples);
  /// A tone or the pause behind it is due.
  bool sounds() const { return waiting_ > 0; }
  std::int16_t next();

private:
  struct tone {
    std::uint8_t low = 0, high = 0; ///< row and column
    unsigned samples = 0;
  };
  static constexpr std::size_t most = 16;
  std::array<tone, most> tones_{};
  std::size_t first_ = 0, waiting_ = 0;
  unsigned elapsed_ = 0;
};

/// What a far end sends.
class event_receiver {
public:
  /// The digit, with its first packet that comes: an event is known by its timestamp. A key held
  /// for longer than a duration can tell is one event in segments (RFC 4733, 2.5.1.3).
  std::optional<char> take(const rtp_header&, const telephone_event&, dual_tones& sound);

private:
  struct heard_event {
    std::uint32_t ssrc = 0, timestamp = 0;
    std::uint8_t event = 0;
    bool ended = false;
    unsigned before = 0; ///< samples of the segments that came before
  };
  std::optional<heard_event> latest_;
};

/// Digits for the far end, one after the other.
class event_sender {
public:
  static constexpr unsigned length = 800, pause = 480; ///< samples: 100 ms, 60 ms

  /// False: no digit, or too many wait.
  bool add(char digit);
  bool is_busy() const { return waiting_ > 0; }
  struct turn {
    telephone_event what;
    std::uint32_t timestamp = 0;
    bool first = false; ///< of its event
  };
  /// In place of the packet of voice that is due, which begins at `timestamp` and is so long.
  /// None: it is a pause, in which voice is sent.
  std::optional<turn> next(std::uint32_t timestamp, unsigned samples);

private:
  static constexpr std::size_t most = 32;
  static constexpr unsigned ends = 3; ///< RFC 4733, 2.5.1.4
  std::array<std::uint8_t, most> events_{};
  std::size_t first_ = 0, waiting_ = 0;
  std::uint32_t began_ = 0;
  unsigned duration_ = 0, ends_sent_ = 0, paused_ = 0;
};

} // namespace switchroom::media
