// SPDX-License-Identifier: MIT
/// Between packets that come when they like and a fabric that wants a sample every 125 µs.
///
/// How long a packet waits before it is played is fixed, or follows the network:
///  - fixed: those with the shortest way wait `fixed` samples. (The shortest but a fifth: a fabric
///    that stops for a moment makes some packets early.)
///  - adaptive: as long as it takes that of the last 8 … 16 seconds' packets (media::arrivals) no
///    more than one in a hundred would have come late, and 2 ms more; the median one least_delay,
///    5 ms, and at most `most`. A stream begins with least_delay: a steady network asks for no
///    more, and is never adapted to. Three late packets in a row, or
///    more than one in nine for a while, are a longer way and no chance, if they did not come all
///    at once: then the delay grows to what the last one needs.
///
/// The fabric's clock plays, the far clock fills: a clock that drifts is a way that grows longer or
/// shorter, and is followed likewise. The delay is changed when it is not what it shall be by more
/// than a little (adaptive: 2 ms too short, 3 ms too long; fixed: half of it). In a gap this is
/// made longer or shorter; else sound is spliced (dsp::splice). Only like places are joined at
/// first, and the longer the delay has been wrong, and the more, the less alike they need to be.
///
/// Samples that have not come are made up (dsp::concealment), and for up to 10 ms after them those
/// that have come are mixed with it. That adds no delay: onset::at_once.
///
/// Memory is part of the object; nothing is allocated.
#pragma once
#include "media/arrivals.hpp"
#include "media/rtp.hpp"
#include "media/sequence_tracker.hpp"
#include "switchroom/dsp/concealment.hpp"
#include "switchroom/dsp/splice.hpp"
#include "types/time.hpp"

#include <array>
#include <cstdint>
#include <span>
#include <utility>

namespace switchroom::media {

class jitter_buffer {
public:
  static constexpr std::size_t capacity = 2048;                          ///< samples: 256 ms
  static constexpr std::size_t largest_packet = 480;                     ///< samples: 60 ms
  static constexpr unsigned least_delay = 40, most_delay = capacity / 2; ///< samples: 5, 128 ms

  /// In samples, at most most_delay. `fixed` 0: adaptive, with a delay of least_delay … `most`.
  explicit jitter_buffer(unsigned fixed, unsigned most = most_delay);

  /// A packet has come. `payload` is decoded, 1 … largest_packet samples.
  void put(const rtp_header&, std::span<const std::int16_t> payload, instant now);
  /// A packet has come that takes the place of voice: until voice comes again, what has not come is
  /// silence, and nothing is made up.
  void skip(const rtp_header&);
  /// The sample to be played in this frame. Silence before the first packet.
  std::int16_t take() {
    ++frame_;
    if (!started_) // what was being made up fades away when a stream begins anew
      return concealment_.play(std::int16_t{0});
    const std::int32_t sample = std::exchange(cell(play_++), absent);
    quiet_ = false;
    if (sample == absent)
      return missing();
    ++counts_.played_samples;
    return concealment_.play(static_cast<std::int16_t>(sample));
  }
  /// The last sample taken was silence, because what has come was no voice.
  bool is_quiet() const { return quiet_; }
  /// What is played next begins with the packet that comes next. Counts go on.
  void restart();

  struct counts {
    std::uint64_t late = 0, duplicate = 0, reordered = 0;
    /// The delay was changed: by how much in all, in samples.
    std::uint64_t lengthened = 0, shortened = 0;
    /// Of a fixed delay also how often: because clocks drift, and soon after the start.
    std::uint64_t slips_dropped = 0, slips_repeated = 0, settled = 0;
    std::uint64_t played_samples = 0; ///< of voice, concealed ones included
    std::uint64_t gaps = 0;           ///< times that something had to be made up
    std::uint64_t concealed_samples = 0, underruns = 0, overruns = 0, restarts = 0;
  };
  const counts& counted() const { return counts_; }
  std::uint64_t received() const { return sequence_.received(); }
  std::uint64_t lost() const { return sequence_.lost(); }
  unsigned packet_samples() const { return packet_; } ///< of the last one; 0: none came
  double jitter_ms() const { return jitter_us_ / 1000; }
  /// Mean time from a packet's coming to its being played.
  double depth_ms() const { return mean_ahead_ / 8; }
  bool is_adaptive() const { return fixed_ == 0; }

private:
  using samples = std::int32_t;

  void know_sender(const rtp_header&);
  void begin(std::uint32_t timestamp);
  bool observe(std::uint32_t timestamp);
  void watch_for_a_longer_way(transit_time, bool late);
  bool fits(std::uint32_t timestamp, std::size_t length);
  void hasten(std::uint32_t timestamp);
  void store(std::uint32_t timestamp, std::span<const std::int16_t>);
  void measure_jitter(std::uint32_t timestamp, instant now);

  samples shortfall() const;
  samples patience(bool longer) const;
  void adapt_in_gap(std::uint32_t timestamp);
  void adapt();
  void splice(dsp::splice, unsigned wanted, double least_likeness);
  void shift(samples later);

  std::int16_t missing();
  samples ahead_of_play(std::uint32_t timestamp) const {
    return static_cast<samples>(timestamp - play_);
  }
  std::int32_t& cell(std::uint32_t timestamp) { return ring_[timestamp % capacity]; }

  static constexpr std::int32_t absent = INT32_MIN;

  unsigned fixed_, most_;
  unsigned start_;       ///< the delay with which a stream begins
  unsigned packet_ = 80; ///< samples in the last packet
  bool started_ = false;
  std::uint32_t frame_ = 0;      ///< takes, ever
  std::uint32_t play_ = 0;       ///< timestamp of the sample that is played next
  std::uint32_t newest_end_ = 0; ///< timestamp after the newest sample that has come
  samples priming_ = 0;          ///< samples until the first packet is due
  std::uint32_t ssrc_ = 0;
  std::array<std::int32_t, capacity> ring_{};
  dsp::concealment concealment_{dsp::onset::at_once};
  unsigned misfits_ = 0; ///< of packets in a row that were not within the buffer's reach
  bool dry_ = false;
  bool replaced_ = false; ///< the last packet was no voice
  bool quiet_ = false;
  double mean_ahead_;
  arrivals arrivals_;
  unsigned lateness_ = 0; ///< of late: many packets late, or few
  std::uint32_t late_since_ = 0;
  bool adapting_ = false, longer_ = false;
  std::uint32_t adapting_since_ = 0, spliced_at_ = 0; ///< frames
  bool timed_ = false;
  std::int64_t last_transit_us_ = 0;
  double jitter_us_ = 0;
  sequence_tracker sequence_;
  counts counts_;
};

} // namespace switchroom::media
