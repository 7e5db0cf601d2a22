// SPDX-License-Identifier: MIT
#include "media/big_endian.hpp"
#include "media/rtcp.hpp"

#include <algorithm>

namespace switchroom::media {
namespace {

/// Octets one after the other, and packets whose length is known when they end.
class rtcp_pen {
public:
  explicit rtcp_pen(std::span<std::uint8_t, rtcp_largest> to) : to_(to) {}

  void put(std::uint32_t value, std::size_t octets) {
    put_big_endian(value, to_.subspan(at_, octets));
    at_ += octets;
  }
  void put(std::string_view text) {
    text = text.substr(0, 255);
    put(static_cast<std::uint32_t>(text.size()), 1);
    std::ranges::copy(text, to_.subspan(at_, text.size()).begin());
    at_ += text.size();
  }
  void begin(std::uint32_t count, rtcp_type type) {
    begun_ = at_;
    put(2 << 6 | count, 1);
    put(static_cast<std::uint8_t>(type), 1);
    put(0, 2);
  }
  /// Filled up with zeros to a whole word.
  void end() {
    while (at_ % 4 != 0)
      put(0, 1);
    put_big_endian(static_cast<std::uint32_t>((at_ - begun_) / 4 - 1), to_.subspan(begun_ + 2, 2));
  }
  std::size_t written() const { return at_; }

private:
  std::span<std::uint8_t> to_;
  std::size_t at_ = 0, begun_ = 0;
};

void put_block(rtcp_pen& pen, const report_block& b) {
  pen.put(b.ssrc, 4);
  pen.put(b.fraction_lost, 1);
  pen.put(static_cast<std::uint32_t>(std::clamp(b.lost, -(1 << 23), (1 << 23) - 1)), 3);
  pen.put(b.highest_sequence, 4);
  pen.put(b.jitter, 4);
  pen.put(b.last_sr, 4);
  pen.put(b.since_last_sr, 4);
}

void put_metrics(rtcp_pen& pen, const voip_metrics& m) {
  pen.put(7, 1);
  pen.put(0, 1);
  pen.put(8, 2); // words behind this one
  pen.put(m.ssrc, 4);
  for (const auto rate : {m.loss_rate, m.discard_rate, m.burst_density, m.gap_density})
    pen.put(rate, 1);
  for (const auto ms : {m.burst_ms, m.gap_ms, m.round_trip_ms, m.end_system_ms})
    pen.put(ms, 2);
  pen.put(static_cast<std::uint8_t>(m.signal_dbm0), 1);
  pen.put(static_cast<std::uint8_t>(m.noise_dbm0), 1);
  for (const auto octet : {m.echo_return_loss_db, m.gap_minimum, m.r_factor, m.external_r_factor,
                           m.mos_lq, m.mos_cq, m.receiver, std::uint8_t{0}})
    pen.put(octet, 1);
  for (const auto ms : {m.buffer_ms, m.buffer_maximum_ms, m.buffer_limit_ms})
    pen.put(ms, 2);
}

} // namespace

std::size_t write_rtcp(const rtcp_report& r, std::span<std::uint8_t, rtcp_largest> to) {
  rtcp_pen pen(to);
  pen.begin(r.received ? 1 : 0, r.sent ? rtcp_type::sender_report : rtcp_type::receiver_report);
  pen.put(r.ssrc, 4);
  if (r.sent) {
    pen.put(static_cast<std::uint32_t>(r.sent->ntp >> 32), 4);
    for (const auto value : {static_cast<std::uint32_t>(r.sent->ntp), r.sent->rtp_timestamp,
                             r.sent->packets, r.sent->octets})
      pen.put(value, 4);
  }
  if (r.received)
    put_block(pen, *r.received);
  pen.end();

  pen.begin(1, rtcp_type::source_description);
  pen.put(r.ssrc, 4);
  pen.put(1, 1); // CNAME
  pen.put(r.cname);
  pen.put(0, 1); // no more items
  pen.end();

  if (r.heard) {
    pen.begin(0, rtcp_type::extended_report);
    pen.put(r.ssrc, 4);
    put_metrics(pen, *r.heard);
    pen.end();
  }
  if (r.bye) {
    pen.begin(1, rtcp_type::goodbye);
    pen.put(r.ssrc, 4);
    if (!r.reason.empty())
      pen.put(r.reason);
    pen.end();
  }
  return pen.written();
}

} // namespace switchroom::media
