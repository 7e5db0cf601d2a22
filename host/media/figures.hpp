// SPDX-License-Identifier: MIT
/// What is counted of a voice stream.
#pragma once
#include "media/codec.hpp"
#include "types/ids.hpp"

#include <cstdint>

namespace switchroom::media {

/// Counts since the stream was opened. Only `lost` may fall: a packet that is late was thought
/// lost until it came (RFC 3550, A.3; duplicates are not counted as received here).
struct stream_figures {
  std::uint64_t packets_sent = 0;
  std::uint64_t packets_forwarded = 0; ///< of these, such as went on as another stream had got them
  std::uint64_t packets_noise = 0;     ///< of these, such as tell of silence (RFC 3389)
  std::uint64_t packets_received = 0;  ///< good ones, late ones included, duplicates not
  std::uint64_t packets_lost = 0;
  std::uint64_t packets_late = 0;       ///< came after the moment they were to be played
  std::uint64_t packets_duplicate = 0;  ///< came twice
  std::uint64_t packets_reordered = 0;  ///< came after one that was sent later
  std::uint64_t packets_malformed = 0;  ///< no RTP, or of a payload type that was not agreed
  std::uint64_t packets_stranger = 0;   ///< from an address or port that was not agreed
  std::uint64_t packets_forged = 0;     ///< SRTP that was not made with the agreed key, or replayed
  std::uint64_t lengthened_samples = 0; ///< by which the jitter buffer's delay was made longer,
  std::uint64_t shortened_samples = 0;  ///< and shorter, in all
  /// Of a fixed delay: how often this was done because the far clock is faster, or slower, and how
  /// often soon after the start.
  std::uint64_t slips_dropped = 0, slips_repeated = 0, settled = 0;
  std::uint64_t played_samples = 0;    ///< of voice
  std::uint64_t concealed_samples = 0; ///< of these, made up for samples that had not come
  std::uint64_t gaps = 0;              ///< times that this began
  std::uint64_t underruns = 0;         ///< times the buffer ran dry
  std::uint64_t overruns = 0;          ///< packets from further ahead than the buffer holds
  std::uint64_t restarts = 0;          ///< times the buffer began anew within the stream
  coding coded = coding::pcma;
  bool is_protected = false; ///< SRTP
  double jitter_ms = 0;      ///< interarrival jitter (RFC 3550, 6.4.1)
  double buffer_ms = 0;      ///< how long before it is played a packet comes, mean

  /// Of RTCP (RFC 3550, 6).
  std::uint64_t reports_sent = 0, reports_received = 0, reports_malformed = 0;
  double round_trip_ms = 0; ///< of the last report that told; 0: none has
  double far_lost = 0;      ///< share of our packets that the far end missed, lately
  double far_jitter_ms = 0;
  double packet_ms = 0; ///< that the far end sends; 0: none came

  double concealed_share() const { return share(concealed_samples, played_samples); }
  double lost_share() const { return share(packets_lost, packets_received + packets_lost); }
  double discarded_share() const {
    return share(packets_late + overruns, packets_received + packets_lost);
  }
  std::uint64_t slips() const { return slips_dropped + slips_repeated; }

private:
  static double share(std::uint64_t part, std::uint64_t whole) {
    return whole == 0 ? 0 : static_cast<double>(part) / static_cast<double>(whole);
  }
};

/// How the far end is heard: R, 0 … 100, and MOS, 1 … 4.5; both 0 before anything was played.
struct opinion {
  double r = 0, mos = 0;
};
/// From delay, loss and bursts (ITU-T G.107). The way is taken as half the round trip, the packet
/// and the jitter buffer. Dearer than all the counting: once in a report, and by whoever reads
/// figures, not with each of them.
opinion rate(const stream_figures&);

/// The figures of one open stream.
struct slot_figures {
  host_slot slot;
  stream_figures figures;
};

} // namespace switchroom::media
