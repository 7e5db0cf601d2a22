// SPDX-License-Identifier: MIT
/// How a stream is received, as its reports say it (RFC 3550, 6.4.1, A.1, A.3 and A.8): fed with
/// every RTP packet that is good, and with the sender reports of its source. Pure.
#pragma once
#include "media/rtcp.hpp"
#include "media/rtp.hpp"
#include "media/sequence_tracker.hpp"
#include "types/time.hpp"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <optional>

namespace switchroom::media {

class reception {
public:
  /// `clock_hz` of the timestamps: 8,000 for G.711, G.726 and also G.722 (RFC 3551, 4.5.2).
  explicit reception(unsigned clock_hz = 8000) : clock_hz_(clock_hz) {}

  void packet(const rtp_header& h, instant now) {
    if (heard_ && h.ssrc != ssrc_)
      *this = reception(clock_hz_);
    heard_ = true;
    ssrc_ = h.ssrc;
    switch (sequence_.see(h.sequence)) {
    case sequence_verdict::suspect:
      return;
    case sequence_verdict::first: // also after a jump: counts begin anew (A.1, init_seq)
      base_ = h.sequence;
      received_ = expected_before_ = received_before_ = 0;
      timed_ = false;
      break;
    default:
      break;
    }
    ++received_; // duplicates and late ones, too (6.4.1)
    measure_jitter(h.timestamp, now);
  }

  /// A sender report of the source came.
  void sender_report(const sender_info& info, instant now) {
    last_sr_ = middle_of(info.ntp);
    last_sr_at_ = now;
    sr_came_ = true;
  }

  /// The next report, which begins a new interval; nothing if no packet came since the last one
  /// (6.4).
  std::optional<report_block> report(instant now) {
    if (received_ == received_before_)
      return std::nullopt;
    report_block block;
    block.ssrc = ssrc_;
    block.fraction_lost = fraction_lost();
    block.lost = static_cast<std::int32_t>(
        std::clamp<std::int64_t>(std::int64_t{expected()} - received_, -(1 << 23), (1 << 23) - 1));
    block.highest_sequence = sequence_.extended_highest();
    block.jitter = jitter_16ths_ >> 4;
    if (sr_came_) {
      block.last_sr = last_sr_;
      const auto us = std::max<std::int64_t>((now - last_sr_at_).count(), 0);
      block.since_last_sr =
          static_cast<std::uint32_t>(std::min<std::int64_t>(us * 65'536 / 1'000'000, UINT32_MAX));
    }
    expected_before_ = expected();
    received_before_ = received_;
    return block;
  }

  std::uint32_t source() const { return ssrc_; } ///< of the last packet; 0 before the first

private:
  std::uint32_t expected() const { return sequence_.extended_highest() - base_ + 1; }

  /// Since the last report, in 256ths; duplicates can hide losses, and then it is 0 (A.3).
  std::uint8_t fraction_lost() const {
    const std::int64_t expected_now = expected() - expected_before_;
    const std::int64_t lost_now = expected_now - (received_ - received_before_);
    return lost_now <= 0 ? 0 : static_cast<std::uint8_t>(lost_now * 256 / expected_now);
  }

  void measure_jitter(std::uint32_t timestamp, instant now) {
    const auto arrived = static_cast<std::uint32_t>(
        static_cast<std::uint64_t>(now.time_since_epoch().count()) * clock_hz_ / 1'000'000);
    const std::uint32_t transit = arrived - timestamp;
    if (timed_) {
      const auto d = static_cast<std::int32_t>(transit - transit_);
      const std::uint32_t size = d < 0 ? 0U - static_cast<std::uint32_t>(d) : d;
      jitter_16ths_ += size - ((jitter_16ths_ + 8) >> 4);
    }
    transit_ = transit;
    timed_ = true;
  }

  unsigned clock_hz_;
  bool heard_ = false, timed_ = false, sr_came_ = false;
  std::uint32_t ssrc_ = 0;
  sequence_tracker sequence_;
  std::uint32_t base_ = 0, received_ = 0;
  std::uint32_t expected_before_ = 0, received_before_ = 0; ///< when the last report was made
  std::uint32_t transit_ = 0, jitter_16ths_ = 0;
  std::uint32_t last_sr_ = 0;
  instant last_sr_at_{};
};

} // namespace switchroom::media
