// SPDX-License-Identifier: MIT
#include "media/jitter_buffer.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <utility>

namespace switchroom::media {
namespace {

/// After so many packets in a row that are all late, or all too early, the sender's clock or the
/// path has jumped.
constexpr unsigned misfits_to_restart = 5;
constexpr double mean_over_packets = 64;
constexpr unsigned first_window_packets = 32;

} // namespace

jitter_buffer::jitter_buffer(unsigned target)
    : target_(std::min<unsigned>(target, capacity / 2)), mean_ahead_(target_) {
  ring_.fill(absent);
}

void jitter_buffer::restart() {
  counts_.restarts += started_ ? 1 : 0;
  started_ = false;
  timed_ = false;
}

void jitter_buffer::begin(std::uint32_t timestamp) {
  ring_.fill(absent);
  started_ = true;
  play_ = timestamp - target_;
  newest_end_ = timestamp;
  priming_ = static_cast<std::int32_t>(target_);
  mean_ahead_ = target_;
  misfits_ = repeat_left_ = watched_ = 0;
  window_ = first_window_packets;
  slip_due_ = 0;
  dry_ = timed_ = false;
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
  auto ahead = static_cast<std::int32_t>(h.timestamp - play_);
  if (!fits(ahead, payload.size())) {
    if (++misfits_ < misfits_to_restart)
      return;
    restart();
    begin(h.timestamp);
    ahead = static_cast<std::int32_t>(target_);
  }
  misfits_ = 0;
  ahead -= hasten(ahead);
  measure_jitter(h.timestamp, now);
  store(h.timestamp, ahead, payload);
}

/// The first packet may have had a long way itself: until the first sample is played, one with a
/// shorter way sets the clock anew. Returns the samples of silence that are left out for it.
std::int32_t jitter_buffer::hasten(std::int32_t ahead) {
  const auto sooner = std::clamp(ahead - static_cast<std::int32_t>(target_), 0, priming_);
  play_ += static_cast<std::uint32_t>(sooner);
  priming_ -= sooner;
  return sooner;
}

/// Counts what cannot be played whole.
bool jitter_buffer::fits(std::int32_t ahead, std::size_t length) {
  const auto samples = static_cast<std::int32_t>(length);
  counts_.late += ahead < 0 ? 1 : 0;
  const bool over = ahead > static_cast<std::int32_t>(capacity) - samples;
  counts_.overruns += over ? 1 : 0;
  return ahead + samples > 0 && !over;
}

void jitter_buffer::store(std::uint32_t timestamp, std::int32_t ahead,
                          std::span<const std::int16_t> payload) {
  const auto passed = static_cast<std::size_t>(std::max(-ahead, 0));
  for (std::size_t i = passed; i < payload.size(); ++i)
    cell(timestamp + static_cast<std::uint32_t>(i)) = payload[i];
  const std::uint32_t end = timestamp + static_cast<std::uint32_t>(payload.size());
  if (static_cast<std::int32_t>(end - newest_end_) > 0)
    newest_end_ = end;
  if (ahead >= 0)
    mean_ahead_ += (ahead - mean_ahead_) / mean_over_packets;
  watch_drift(ahead);
}

// RFC 3550, A.8, in microseconds.
void jitter_buffer::measure_jitter(std::uint32_t timestamp, instant now) {
  const std::int64_t arrived = now.time_since_epoch().count();
  // The difference of two transits is taken modulo the wrap of the timestamp.
  const std::int64_t transit = arrived - static_cast<std::int64_t>(timestamp) * frame_time.count();
  constexpr std::int64_t wrap = (std::int64_t{1} << 32) * frame_time.count();
  if (timed_) {
    std::int64_t d = (transit - last_transit_us_) % wrap;
    if (d > wrap / 2)
      d -= wrap;
    if (d < -wrap / 2)
      d += wrap;
    jitter_us_ += (static_cast<double>(std::abs(d)) - jitter_us_) / 16;
  }
  last_transit_us_ = transit;
  timed_ = true;
}

bool jitter_buffer::is_whole(std::uint32_t from, unsigned length) const {
  for (unsigned i = 0; i < length; ++i)
    if (ring_[(from + i) % capacity] == absent)
      return false;
  return true;
}

void jitter_buffer::watch_drift(std::int32_t ahead) {
  if (watched_ == 0)
    earliest_.fill(INT32_MIN);
  auto& earliest = earliest_[watched_ * groups / window_];
  earliest = std::max(earliest, ahead);
  if (++watched_ < window_)
    return;
  watched_ = 0;
  settling_ = window_ < drift_window_packets;
  window_ = std::min(2 * window_, drift_window_packets);
  // With long packets the lower bound must leave something in the buffer, and the upper one must
  // not be where a repetition leads to. A long target says that the way stops now and then, and
  // bears more.
  auto* const median = earliest_.begin() + (groups - 1) / 2;
  std::nth_element(earliest_.begin(), median, earliest_.end());
  const double stray = *median - static_cast<double>(target_);
  const double patience = settling_ ? 0 : target_ / 2.0;
  const double below = std::max(std::min(0.75 * packet_, target_ / 2.0), patience);
  const double above = std::max({0.75 * packet_, 1.25 * packet_ - below, patience});
  const int at_once = settling_ ? static_cast<int>(std::lround(stray / packet_)) : 1;
  slip_due_ = stray > above ? at_once : stray < -below ? -1 : 0;
}

/// Carries out a slip as soon as it does not add to other damage.
void jitter_buffer::slip() {
  if (slip_due_ > 0 && is_whole(play_, packet_)) {
    for (unsigned i = 0; i < packet_; ++i)
      cell(play_++) = absent;
    mean_ahead_ -= packet_;
    ++(settling_ ? counts_.settled : counts_.slips_dropped);
    --slip_due_;
    watched_ = 0;
  } else if (slip_due_ < 0 && concealment_.gap() == 0) {
    repeat_left_ = packet_;
    mean_ahead_ += packet_;
    ++(settling_ ? counts_.settled : counts_.slips_repeated);
    slip_due_ = 0;
    watched_ = 0;
  }
}

std::int16_t jitter_buffer::take() {
  // What was being made up fades away when a stream begins anew.
  return started_ ? next() : concealment_.play(std::int16_t{0});
}

std::int16_t jitter_buffer::next() {
  if (slip_due_ != 0 && repeat_left_ == 0)
    slip();
  if (repeat_left_ > 0)
    return concealment_.play(played(repeat_left_--));
  const std::int32_t sample = std::exchange(cell(play_++), absent);
  const bool priming = priming_ > 0;
  priming_ -= priming ? 1 : 0;
  counts_.played_samples += priming || replaced_ ? 0 : 1;
  if (sample != absent) {
    dry_ = false;
    played_[played_at_] = static_cast<std::int16_t>(sample);
    played_at_ = (played_at_ + 1) % history;
    return concealment_.play(static_cast<std::int16_t>(sample));
  }
  if (priming || replaced_)
    return concealment_.play(std::int16_t{0});
  const bool dry = static_cast<std::int32_t>(play_ - newest_end_) > 0;
  counts_.underruns += dry && !dry_ ? 1 : 0;
  dry_ = dry;
  ++counts_.concealed_samples;
  counts_.gaps += concealment_.gap() == 0 ? 1 : 0;
  return concealment_.conceal();
}

} // namespace switchroom::media
