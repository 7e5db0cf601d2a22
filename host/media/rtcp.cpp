// SPDX-License-Identifier: MIT
#include "media/rtcp.hpp"

#include "media/big_endian.hpp"

#include <algorithm>

namespace switchroom::media {
namespace {

using octets_in = std::span<const std::uint8_t>;

constexpr std::uint8_t item_end = 0, item_cname = 1, metrics_block = 7;
constexpr std::size_t header_octets = 4, block_octets = 24, info_octets = 20, metrics_octets = 36;

/// One packet of a compound: its count, and what is behind its header.
struct part {
  rtcp_type type{};
  std::size_t count = 0;
  octets_in body;
};

std::string_view text_of(octets_in octets) {
  return {reinterpret_cast<const char*>(octets.data()), octets.size()};
}

std::uint32_t word(octets_in octets, std::size_t at) {
  return big_endian(octets.subspan(at, 4));
}

/// Takes the first packet off `rest`; it begins at `rest`'s front and is whole, or a fault.
std::variant<part, rtcp_fault> take_part(octets_in& rest) {
  if (rest.size() < header_octets)
    return rtcp_fault::truncated;
  if (rest[0] >> 6 != 2)
    return rtcp_fault::wrong_version;
  const std::size_t length = 4 * (std::size_t{big_endian(rest.subspan(2, 2))} + 1);
  if (rest.size() < length)
    return rtcp_fault::truncated;
  part p{rtcp_type{rest[1]}, rest[0] & 0x1fU, rest.subspan(header_octets, length - header_octets)};
  const bool padded = (rest[0] & 0x20) != 0;
  rest = rest.subspan(length);
  if (padded) {
    const std::size_t padding = p.body.empty() ? 0 : p.body.back();
    if (!rest.empty() || padding == 0 || padding > p.body.size() || padding % 4 != 0)
      return rtcp_fault::bad_padding;
    p.body = p.body.first(p.body.size() - padding);
  }
  return p;
}

report_block read_block(octets_in at) {
  report_block b;
  b.ssrc = word(at, 0);
  b.fraction_lost = at[4];
  // The sign is the highest of 24 bits.
  b.lost = static_cast<std::int32_t>(big_endian(at.subspan(5, 3)) << 8) >> 8;
  b.highest_sequence = word(at, 8);
  b.jitter = word(at, 12);
  b.last_sr = word(at, 16);
  b.since_last_sr = word(at, 20);
  return b;
}

using maybe_fault = std::optional<rtcp_fault>;

/// A sender's or receiver's report; what follows the blocks is an extension of some profile.
maybe_fault read_report(const part& p, std::uint32_t about, bool first, rtcp_report& into) {
  const std::size_t info = p.type == rtcp_type::sender_report ? info_octets : 0;
  if (p.body.size() < 4 + info + p.count * block_octets)
    return rtcp_fault::bad_count;
  if (first)
    into.ssrc = word(p.body, 0);
  if (info > 0 && word(p.body, 0) == into.ssrc)
    into.sent = sender_info{std::uint64_t{word(p.body, 4)} << 32 | word(p.body, 8),
                            word(p.body, 12), word(p.body, 16), word(p.body, 20)};
  for (std::size_t n = 0; n < p.count && word(p.body, 0) == into.ssrc; ++n) {
    const auto block = p.body.subspan(4 + info + n * block_octets, block_octets);
    if (word(block, 0) == about)
      into.received = read_block(block);
  }
  return std::nullopt;
}

/// 6.5: chunks of an SSRC and items; an item of type 0 ends a chunk, which is filled up to a word.
maybe_fault read_description(const part& p, rtcp_report& into) {
  std::size_t at = 0;
  for (std::size_t chunk = 0; chunk < p.count; ++chunk) {
    if (p.body.size() < at + 4)
      return rtcp_fault::bad_count;
    const std::uint32_t ssrc = word(p.body, at);
    at += 4;
    for (;;) {
      if (p.body.size() <= at)
        return rtcp_fault::bad_item;
      const std::uint8_t type = p.body[at];
      if (type == item_end)
        break;
      if (p.body.size() < at + 2 || p.body.size() < at + 2 + p.body[at + 1])
        return rtcp_fault::bad_item;
      if (type == item_cname && ssrc == into.ssrc)
        into.cname = text_of(p.body.subspan(at + 2, p.body[at + 1]));
      at += 2 + std::size_t{p.body[at + 1]};
    }
    at = (at / 4 + 1) * 4;
  }
  return std::nullopt;
}

/// 6.6
maybe_fault read_goodbye(const part& p, rtcp_report& into) {
  if (p.body.size() < 4 * p.count)
    return rtcp_fault::bad_count;
  bool leaves = false;
  for (std::size_t n = 0; n < p.count; ++n)
    leaves |= word(p.body, 4 * n) == into.ssrc;
  const auto rest = p.body.subspan(4 * p.count);
  if (!rest.empty() && rest.size() < 1 + std::size_t{rest[0]})
    return rtcp_fault::bad_item;
  if (!leaves)
    return std::nullopt;
  into.bye = true;
  into.reason = rest.empty() ? std::string_view{} : text_of(rest.subspan(1, rest[0]));
  return std::nullopt;
}

voip_metrics read_metrics(octets_in at) {
  const auto two = [&](std::size_t where) {
    return static_cast<std::uint16_t>(big_endian(at.subspan(where, 2)));
  };
  voip_metrics m;
  m.ssrc = word(at, 4);
  m.loss_rate = at[8];
  m.discard_rate = at[9];
  m.burst_density = at[10];
  m.gap_density = at[11];
  m.burst_ms = two(12);
  m.gap_ms = two(14);
  m.round_trip_ms = two(16);
  m.end_system_ms = two(18);
  m.signal_dbm0 = static_cast<std::int8_t>(at[20]);
  m.noise_dbm0 = static_cast<std::int8_t>(at[21]);
  m.echo_return_loss_db = at[22];
  m.gap_minimum = at[23];
  m.r_factor = at[24];
  m.external_r_factor = at[25];
  m.mos_lq = at[26];
  m.mos_cq = at[27];
  m.receiver = at[28];
  m.buffer_ms = two(30);
  m.buffer_maximum_ms = two(32);
  m.buffer_limit_ms = two(34);
  return m;
}

/// RFC 3611, 2 and 3: an SSRC and blocks, each with its length in words.
maybe_fault read_extended(const part& p, std::uint32_t about, rtcp_report& into) {
  if (p.body.size() < 4)
    return rtcp_fault::bad_count;
  const bool of_sender = word(p.body, 0) == into.ssrc;
  for (auto rest = p.body.subspan(4); !rest.empty();) {
    const std::size_t length =
        rest.size() < 4 ? 4 : 4 * (std::size_t{big_endian(rest.subspan(2, 2))} + 1);
    const bool metrics = rest[0] == metrics_block;
    if (rest.size() < length || (metrics && length != metrics_octets))
      return rtcp_fault::bad_item;
    if (metrics && of_sender && word(rest, 4) == about)
      into.heard = read_metrics(rest);
    rest = rest.subspan(length);
  }
  return std::nullopt;
}

maybe_fault read_part(const part& p, std::uint32_t about, bool first, rtcp_report& into) {
  switch (p.type) {
  case rtcp_type::sender_report:
  case rtcp_type::receiver_report:
    return read_report(p, about, first, into);
  case rtcp_type::source_description:
    return read_description(p, into);
  case rtcp_type::goodbye:
    return read_goodbye(p, into);
  case rtcp_type::extended_report:
    return read_extended(p, about, into);
  default:
    return std::nullopt;
  }
}

} // namespace

std::string_view to_string(rtcp_fault fault) {
  switch (fault) {
  case rtcp_fault::truncated:
    return "truncated";
  case rtcp_fault::wrong_version:
    return "wrong version";
  case rtcp_fault::no_report:
    return "no report";
  case rtcp_fault::bad_padding:
    return "bad padding";
  case rtcp_fault::bad_count:
    return "bad count";
  case rtcp_fault::bad_item:
    break;
  }
  return "bad item";
}

std::variant<rtcp_report, rtcp_fault> parse_rtcp(octets_in octets, std::uint32_t about) {
  rtcp_report report;
  bool first = true;
  do {
    const auto taken = take_part(octets);
    if (const auto* fault = std::get_if<rtcp_fault>(&taken))
      return *fault;
    const part& p = std::get<part>(taken);
    if (first && p.type != rtcp_type::sender_report && p.type != rtcp_type::receiver_report)
      return rtcp_fault::no_report;
    if (const auto fault = read_part(p, about, first, report))
      return *fault;
    first = false;
  } while (!octets.empty());
  return report;
}

std::optional<std::chrono::microseconds> round_trip(const report_block& block, std::uint64_t now) {
  if (block.last_sr == 0)
    return std::nullopt;
  const std::uint32_t passed = middle_of(now) - block.last_sr - block.since_last_sr;
  // Each of the three is cut off, so at most one too little: that is no time to come.
  if (passed == UINT32_MAX)
    return std::chrono::microseconds{0};
  if (passed > INT32_MAX)
    return std::nullopt;
  return std::chrono::microseconds{std::int64_t{passed} * 1'000'000 / 65'536};
}

} // namespace switchroom::media
