// SPDX-License-Identifier: MIT
/// RTCP compound packets (RFC 3550, 6) to and from octets: sender and receiver reports, CNAME, BYE,
/// and the VoIP metrics of RFC 3611. A stream has one far end: of a packet it is read what it says
/// of its sender, and of one source, ours. Nothing is allocated; text is not copied.
#pragma once
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <variant>

namespace switchroom::media {

/// RFC 3550, 12.1, and RFC 3611, 6.2.
enum class rtcp_type : std::uint8_t {
  sender_report = 200,
  receiver_report = 201,
  source_description = 202,
  goodbye = 203,
  extended_report = 207,
};

/// What a sender says of itself (6.4.1).
struct sender_info {
  std::uint64_t ntp = 0;           ///< when: seconds · 2^32 of any clock that it goes on with
  std::uint32_t rtp_timestamp = 0; ///< the same moment
  std::uint32_t packets = 0;       ///< since it began
  std::uint32_t octets = 0;        ///< of payload
  friend bool operator==(const sender_info&, const sender_info&) = default;
};

/// How a source is received (6.4.1).
struct report_block {
  std::uint32_t ssrc = 0;             ///< of the source
  std::uint8_t fraction_lost = 0;     ///< in 256ths, since the report before
  std::int32_t lost = 0;              ///< −2^23 … 2^23 − 1; duplicates make it less
  std::uint32_t highest_sequence = 0; ///< with wraps in the upper 16 bits
  std::uint32_t jitter = 0;           ///< timestamp units
  std::uint32_t last_sr = 0;          ///< middle 32 bits of its last sender report; 0: none came
  std::uint32_t since_last_sr = 0;    ///< in 65,536ths of a second
  friend bool operator==(const report_block&, const report_block&) = default;
};

/// How a call is heard (RFC 3611, 4.7). Rates and densities are in 256ths.
struct voip_metrics {
  static constexpr std::uint8_t unavailable = 127;
  std::uint32_t ssrc = 0; ///< of the source
  std::uint8_t loss_rate = 0, discard_rate = 0;
  std::uint8_t burst_density = 0, gap_density = 0; ///< loss and discard within bursts, in between
  std::uint16_t burst_ms = 0, gap_ms = 0;          ///< mean durations
  std::uint16_t round_trip_ms = 0, end_system_ms = 0;
  std::int8_t signal_dbm0 = unavailable, noise_dbm0 = unavailable;
  std::uint8_t echo_return_loss_db = unavailable;
  std::uint8_t gap_minimum = 16; ///< packets in a row that must come for a burst to end
  std::uint8_t r_factor = unavailable, external_r_factor = unavailable; ///< 0 … 100
  std::uint8_t mos_lq = unavailable, mos_cq = unavailable;              ///< 10 … 50: MOS · 10
  std::uint8_t receiver = 0;                                            ///< 4.7.6, RX config
  std::uint16_t buffer_ms = 0, buffer_maximum_ms = 0, buffer_limit_ms = 0;
  friend bool operator==(const voip_metrics&, const voip_metrics&) = default;
};
/// Of `voip_metrics::receiver`: standard concealment, and a jitter buffer of fixed length, or one
/// that adapts at the slowest rate that can be told: to a step of the jitter from 30 to 100 ms
/// within 30 packets (RFC 3611, 4.7.6).
inline constexpr std::uint8_t conceals_with_fixed_buffer = 3 << 6 | 2 << 4,
                              conceals_with_adaptive_buffer = 3 << 6 | 3 << 4 | 15;

struct rtcp_report {
  std::uint32_t ssrc = 0;                 ///< of who sends it
  std::optional<sender_info> sent{};      ///< a sender report; without, a receiver report
  std::optional<report_block> received{}; ///< of one source
  std::optional<voip_metrics> heard{};    ///< of one source
  std::string_view cname{};               ///< at most 255 octets
  bool bye = false;                       ///< it leaves
  std::string_view reason{};              ///< why; at most 255 octets
  friend bool operator==(const rtcp_report&, const rtcp_report&) = default;
};

enum class rtcp_fault {
  truncated,     ///< shorter than a header, or than a packet says that it is
  wrong_version, ///< not 2
  no_report,     ///< does not begin with a sender or receiver report
  bad_padding,   ///< not in the last packet alone, of no octets, or of more than there are
  bad_count,     ///< more sources or blocks than there is room for
  bad_item,      ///< a text or block that ends after its packet
};
std::string_view to_string(rtcp_fault);

/// Takes a compound packet apart: `received` and `heard` are of the source `about`. What it says
/// of others, and packets, items and blocks of other types are passed over.
std::variant<rtcp_report, rtcp_fault> parse_rtcp(std::span<const std::uint8_t> octets,
                                                 std::uint32_t about);

/// No report is longer.
inline constexpr std::size_t rtcp_largest = 640;
/// Writes a report, with an SDES packet in any case (6.1). Returns how many octets; longer texts
/// are cut off at 255.
std::size_t write_rtcp(const rtcp_report&, std::span<std::uint8_t, rtcp_largest> to);

/// A time in NTP's format; modulo 2^32 seconds.
constexpr std::uint64_t ntp_of(std::chrono::microseconds time) {
  const auto us = static_cast<std::uint64_t>(time.count());
  return us / 1'000'000 << 32 | (us % 1'000'000 << 32) / 1'000'000;
}
/// The middle 32 bits, in 65,536ths of a second.
constexpr std::uint32_t middle_of(std::uint64_t ntp) {
  return static_cast<std::uint32_t>(ntp >> 16);
}

/// What a report that came at `now`, by the clock of our sender reports, says of the round trip
/// (6.4.1, LSR and DLSR). Nothing if it had seen no report of ours, or names a time to come.
std::optional<std::chrono::microseconds> round_trip(const report_block&, std::uint64_t now);

} // namespace switchroom::media
