// SPDX-License-Identifier: MIT
#include "media/jitter_buffer.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>

namespace switchroom::media {
namespace {

/// After so many packets in a row that are all late, or all too early, the sender's clock or the
/// path has jumped. Where the delay may yet grow to what they need, it is given time.
constexpr unsigned misfits_to_restart = 25, of_them_far = 5;
constexpr double mean_over_packets = 64;

} // namespace

jitter_buffer::jitter_buffer(unsigned fixed, unsigned most)
    : fixed_(std::min(fixed, most_delay)), most_(std::clamp(most, least_delay, most_delay)),
      start_(fixed_ > 0 ? fixed_ : least_delay), mean_ahead_(start_) {
  ring_.fill(absent);
}

/// With the delay that the network asked for last.
void jitter_buffer::restart() {
  counts_.restarts += started_ ? 1 : 0;
  if (started_ && is_adaptive())
    start_ = std::clamp(static_cast<unsigned>(std::lround(mean_ahead_)), least_delay, most_);
  started_ = false;
  timed_ = false;
}

void jitter_buffer::begin(std::uint32_t timestamp) {
  ring_.fill(absent);
  started_ = true;
  play_ = timestamp - start_;
  newest_end_ = timestamp;
  priming_ = static_cast<samples>(start_);
  mean_ahead_ = start_;
  misfits_ = lateness_ = 0;
  arrivals_.forget();
  adapting_ = dry_ = timed_ = false;
}

/// A packet of another sender begins a stream.
void jitter_buffer::know_sender(const rtp_header& h) {
  if (started_ && h.ssrc != ssrc_) {
    sequence_.forget();
    restart();
  }
  ssrc_ = h.ssrc;
}

void jitter_buffer::skip(const rtp_header& h) {
  know_sender(h);
  replaced_ = true;
  const auto seen = sequence_.see(h.sequence);
  counts_.reordered += seen == sequence_verdict::reordered ? 1 : 0;
  counts_.duplicate += seen == sequence_verdict::duplicate ? 1 : 0;
}

void jitter_buffer::put(const rtp_header& h, std::span<const std::int16_t> payload, instant now) {
  know_sender(h);
  switch (sequence_.see(h.sequence)) {
  case sequence_verdict::first:
    restart();
    break;
  case sequence_verdict::next:
    break;
  case sequence_verdict::reordered:
    ++counts_.reordered;
    break;
  case sequence_verdict::duplicate:
    ++counts_.duplicate;
    return;
  case sequence_verdict::suspect:
    return;
  }
  replaced_ = false;
  packet_ = static_cast<unsigned>(payload.size());
  if (!started_)
    begin(h.timestamp);
  const bool near = observe(h.timestamp);
  if (!fits(h.timestamp, payload.size())) {
    misfits_ += near && is_adaptive() ? 1 : misfits_to_restart / of_them_far;
    if (misfits_ < misfits_to_restart)
      return;
    restart();
    begin(h.timestamp);
    observe(h.timestamp);
  }
  misfits_ = 0;
  hasten(h.timestamp);
  measure_jitter(h.timestamp, now);
  store(h.timestamp, payload);
  adapt();
}

/// The first packet may have had a long way itself: until the first sample is played, one with a
/// shorter way sets the clock anew. Silence is left out for it.
void jitter_buffer::hasten(std::uint32_t timestamp) {
  const samples sooner =
      std::clamp(ahead_of_play(timestamp) - static_cast<samples>(start_), 0, priming_);
  priming_ -= sooner;
  for (samples n = 0; n < sooner; ++n)
    cell(play_++) = absent;
}

/// Counts what cannot be played whole.
bool jitter_buffer::fits(std::uint32_t timestamp, std::size_t length) {
  const auto ahead = ahead_of_play(timestamp), size = static_cast<samples>(length);
  counts_.late += ahead < 0 ? 1 : 0;
  const bool over = ahead > static_cast<samples>(capacity) - size;
  counts_.overruns += over ? 1 : 0;
  return ahead + size > 0 && !over;
}

void jitter_buffer::store(std::uint32_t timestamp, std::span<const std::int16_t> payload) {
  const samples ahead = ahead_of_play(timestamp);
  const auto passed = static_cast<std::size_t>(std::max(-ahead, 0));
  for (std::size_t i = passed; i < payload.size(); ++i)
    cell(timestamp + static_cast<std::uint32_t>(i)) = payload[i];
  const std::uint32_t end = timestamp + static_cast<std::uint32_t>(payload.size());
  if (static_cast<samples>(end - newest_end_) > 0)
    newest_end_ = end;
  dry_ = false;
  if (ahead >= 0)
    mean_ahead_ += (ahead - mean_ahead_) / mean_over_packets;
}

// RFC 3550, A.8, in microseconds.
void jitter_buffer::measure_jitter(std::uint32_t timestamp, instant now) {
  const std::int64_t arrived = now.time_since_epoch().count();
  // The difference of two transits is taken modulo the wrap of the timestamp.
  const std::int64_t took = arrived - static_cast<std::int64_t>(timestamp) * frame_time.count();
  constexpr std::int64_t wrap = (std::int64_t{1} << 32) * frame_time.count();
  if (timed_) {
    std::int64_t d = (took - last_transit_us_) % wrap;
    if (d > wrap / 2)
      d -= wrap;
    if (d < -wrap / 2)
      d += wrap;
    jitter_us_ += (static_cast<double>(std::abs(d)) - jitter_us_) / 16;
  }
  last_transit_us_ = took;
  timed_ = true;
}

std::int16_t jitter_buffer::missing() {
  if (priming_ > 0) {
    --priming_;
    return concealment_.play(std::int16_t{0});
  }
  quiet_ = replaced_;
  if (replaced_)
    return concealment_.play(std::int16_t{0});
  const bool dry = static_cast<samples>(play_ - newest_end_) > 0;
  counts_.underruns += dry && !dry_ ? 1 : 0;
  dry_ = dry;
  ++counts_.played_samples;
  ++counts_.concealed_samples;
  counts_.gaps += concealment_.gap() == 0 ? 1 : 0;
  return concealment_.conceal();
}

} // namespace switchroom::media
