// SPDX-License-Identifier: MIT
#include "media/telephone_events.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace switchroom::media {
namespace {

// ITU-T Q.23.
constexpr std::array rows{697.0, 770.0, 852.0, 941.0}, columns{1209.0, 1336.0, 1477.0, 1633.0};
constexpr std::string_view keypad = "123A456B789C*0#D";

/// Peak of a sine of 16 bits at −9 dBm0 (low) and −7 dBm0 (high): full scale is +3.14 dBm0 (G.711).
constexpr double low_peak = 8100, high_peak = 10200;
constexpr std::uint8_t volume = 8; // −dBm0

double sine(double hz, unsigned sample) {
  return std::sin(2 * std::numbers::pi * hz * sample / 8000);
}

} // namespace

std::optional<telephone_event> parse_telephone_event(std::span<const std::uint8_t> payload) {
  if (payload.size() < telephone_event_octets)
    return std::nullopt;
  return telephone_event{payload[0], (payload[1] & 0x80) != 0,
                         static_cast<std::uint8_t>(payload[1] & 0x3f),
                         static_cast<std::uint16_t>(payload[2] << 8 | payload[3])};
}

void write_telephone_event(const telephone_event& what,
                           std::span<std::uint8_t, telephone_event_octets> to) {
  to[0] = what.event;
  to[1] = static_cast<std::uint8_t>((what.end ? 0x80 : 0) | (what.volume & 0x3f));
  to[2] = static_cast<std::uint8_t>(what.duration >> 8);
  to[3] = static_cast<std::uint8_t>(what.duration);
}

std::optional<std::uint8_t> event_of(char digit) {
  const auto at = event_digits.find(digit);
  return at == std::string_view::npos ? std::nullopt : std::optional(static_cast<std::uint8_t>(at));
}

bool dual_tones::add(char digit, unsigned samples) {
  const auto key = keypad.find(digit);
  if (key == std::string_view::npos || waiting_ == most)
    return false;
  tones_[(first_ + waiting_++) % most] = {static_cast<std::uint8_t>(key / 4),
                                          static_cast<std::uint8_t>(key % 4),
                                          std::max(samples, shortest)};
  return true;
}

void dual_tones::last_until(unsigned samples) {
  if (waiting_ == 0)
    return;
  auto& last = tones_[(first_ + waiting_ - 1) % most];
  const bool has_ended = waiting_ == 1 && elapsed_ >= last.samples;
  if (!has_ended)
    last.samples = std::max(last.samples, samples);
}

std::int16_t dual_tones::next() {
  const tone& now = tones_[first_];
  const unsigned at = elapsed_++;
  if (at < now.samples)
    return static_cast<std::int16_t>(
        std::lround(low_peak * sine(rows[now.low], at) + high_peak * sine(columns[now.high], at)));
  if (at + 1 >= now.samples + pause) {
    first_ = (first_ + 1) % most;
    --waiting_;
    elapsed_ = 0;
  }
  return 0;
}

std::optional<char> event_receiver::take(const rtp_header& header, const telephone_event& what,
                                         dual_tones& sound) {
  if (what.event >= event_digits.size())
    return std::nullopt;
  // An end may be lost: the tone goes on no longer than two packets that were to come.
  constexpr unsigned until_the_next = 320;
  constexpr std::int32_t longest_segment = 0xffff;
  const unsigned samples = what.duration + (what.end ? 0 : until_the_next);
  // Timestamps of another source are of another clock.
  if (latest_ && latest_->ssrc == header.ssrc) {
    const auto later = static_cast<std::int32_t>(header.timestamp - latest_->timestamp);
    if (later < 0)
      return std::nullopt; // of an event before
    if (later == longest_segment && what.event == latest_->event && !latest_->ended) {
      latest_->timestamp = header.timestamp;
      latest_->before += longest_segment;
    }
    if (latest_->timestamp == header.timestamp) {
      latest_->ended = latest_->ended || what.end;
      sound.last_until(latest_->before + samples);
      return std::nullopt;
    }
  }
  latest_ = {header.ssrc, header.timestamp, what.event, what.end, 0};
  const char digit = event_digits[what.event];
  sound.add(digit, samples);
  return digit;
}

bool event_sender::add(char digit) {
  const auto event = event_of(digit);
  if (!event || waiting_ == most)
    return false;
  events_[(first_ + waiting_++) % most] = *event;
  return true;
}

std::optional<event_sender::turn> event_sender::next(std::uint32_t timestamp, unsigned samples) {
  if (paused_ > 0) {
    paused_ -= std::min(paused_, samples);
    if (paused_ > 0)
      return std::nullopt;
  }
  const bool first = duration_ == 0;
  if (first)
    began_ = timestamp;
  if (duration_ < length)
    duration_ += samples;
  const bool end = duration_ >= length;
  const turn made{
      {events_[first_], end, volume, static_cast<std::uint16_t>(duration_)}, began_, first};
  if (end && ++ends_sent_ == ends) {
    first_ = (first_ + 1) % most;
    --waiting_;
    duration_ = ends_sent_ = 0;
    paused_ = pause;
  }
  return made;
}

} // namespace switchroom::media
