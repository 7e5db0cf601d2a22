// SPDX-License-Identifier: MIT
/// Between packets that come when they like and a fabric that wants a sample every 125 µs.
///
/// The delay is fixed: the packets with the shortest way shall come `target` samples before they
/// are played. The fabric's clock plays, the far clock fills; when the packets that come earliest
/// stray from the target by more than three quarters of a packet and half the target,
/// one packet is left out or played twice, and counted as a slip. (The earliest of 16, for the mean
/// moves with jitter, which is no drift; and of eight times 16 the median, for a fabric that stops
/// for a moment makes a few packets early.) After its start a stream is judged by fewer packets, 32
/// first: then it is not the clocks that stray, but the packets by which the delay was set came
/// late.
///
/// Samples that have not come are made up (dsp::concealment), and for up to 10 ms after them those
/// that have come are mixed with it. That adds no delay to the target: onset::at_once.
///
/// Memory is part of the object; nothing is allocated.
#pragma once
#include "media/rtp.hpp"
#include "media/sequence_tracker.hpp"
#include "switchroom/dsp/concealment.hpp"
#include "types/time.hpp"

#include <array>
#include <cstdint>
#include <span>

namespace switchroom::media {

class jitter_buffer {
public:
  static constexpr std::size_t capacity = 2048;      ///< samples: 256 ms
  static constexpr std::size_t largest_packet = 480; ///< samples: 60 ms

  /// `target` in samples, at most capacity / 2.
  explicit jitter_buffer(unsigned target);

  /// A packet has come. `payload` is decoded, 1 … largest_packet samples.
  void put(const rtp_header&, std::span<const std::int16_t> payload, instant now);
  /// A packet has come that takes the place of voice: until voice comes again, what has not come is
  /// silence, and nothing is made up.
  void skip(const rtp_header&);
  /// The sample to be played in this frame. Silence before the first packet.
  std::int16_t take();
  /// What is played next begins with the packet that comes next. Counts go on.
  void restart();

  struct counts {
    std::uint64_t late = 0, duplicate = 0, reordered = 0;
    std::uint64_t slips_dropped = 0, slips_repeated = 0;
    std::uint64_t settled = 0; ///< packets left out or repeated soon after the start, no slips
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

private:
  void know_sender(const rtp_header&);
  void begin(std::uint32_t timestamp);
  bool fits(std::int32_t ahead, std::size_t length);
  std::int32_t hasten(std::int32_t ahead);
  void store(std::uint32_t timestamp, std::int32_t ahead, std::span<const std::int16_t>);
  void measure_jitter(std::uint32_t timestamp, instant now);
  void watch_drift(std::int32_t ahead);
  void slip();
  bool is_whole(std::uint32_t from, unsigned length) const;
  std::int32_t& cell(std::uint32_t timestamp) { return ring_[timestamp % capacity]; }
  std::int16_t played(unsigned ago) const {
    return played_[(played_at_ + history - ago) % history];
  }
  std::int16_t next();

  static constexpr std::int32_t absent = INT32_MIN;
  static constexpr std::size_t history = 512;

  unsigned target_;
  unsigned packet_ = 80; ///< samples in the last packet
  bool started_ = false;
  std::uint32_t play_ = 0;       ///< timestamp of the sample that is played next
  std::uint32_t newest_end_ = 0; ///< timestamp after the newest sample that has come
  std::int32_t priming_ = 0;     ///< samples until the first packet is due
  std::uint32_t ssrc_ = 0;
  std::array<std::int32_t, capacity> ring_{};
  std::array<std::int16_t, history> played_{};
  std::size_t played_at_ = 0;
  dsp::concealment concealment_{dsp::onset::at_once};
  unsigned repeat_left_ = 0;
  unsigned misfits_ = 0; ///< packets in a row that were not within the buffer's reach
  bool dry_ = false;
  bool replaced_ = false; ///< the last packet was no voice
  double mean_ahead_ = 0;
  static constexpr unsigned drift_window_packets = 128, groups = 8;
  /// Most samples ahead, in each group of a window.
  std::array<std::int32_t, groups> earliest_{};
  unsigned watched_ = 0, window_ = 0; ///< window_: after how many packets they are judged
  bool settling_ = false;             ///< the last window was one of the first
  int slip_due_ = 0;                  ///< packets to be left out; -1: play one twice
  bool timed_ = false;
  std::int64_t last_transit_us_ = 0;
  double jitter_us_ = 0;
  sequence_tracker sequence_;
  counts counts_;
};

} // namespace switchroom::media
