// SPDX-License-Identifier: MIT
// Datagrams as they may come to a port of RTP or RTCP from anybody. What is read lies within what
// came; what was read as a report can be written, and is then read as the same.
#include "hold.hpp"
#include "media/reception.hpp"
#include "media/rtcp.hpp"
#include "media/rtp.hpp"

#include <algorithm>
#include <array>

using namespace switchroom::media;
using switchroom::fuzz::hold;

namespace {

bool within(const std::uint8_t* begin, std::size_t length, std::span<const std::uint8_t> all) {
  return length == 0 || (begin >= all.data() && begin + length <= all.data() + all.size());
}

void as_rtp(std::span<const std::uint8_t> all) {
  const auto parsed = parse_rtp(all);
  const auto* packet = std::get_if<rtp_packet>(&parsed);
  if (packet == nullptr)
    return;
  hold(within(packet->payload.data(), packet->payload.size(), all), "the payload came");
  std::array<std::uint8_t, rtp_header_octets> again;
  write_rtp_header(packet->header, again);
  const auto second = parse_rtp(again);
  hold(std::get<rtp_packet>(second).header == packet->header, "a header is written as read");
}

void as_rtcp(std::span<const std::uint8_t> all, std::uint32_t about) {
  const auto parsed = parse_rtcp(all, about);
  const auto* report = std::get_if<rtcp_report>(&parsed);
  if (report == nullptr)
    return;
  for (const auto text : {report->cname, report->reason})
    hold(within(reinterpret_cast<const std::uint8_t*>(text.data()), text.size(), all),
         "the text came");
  hold(!report->received || report->received->ssrc == about, "the report is about whom it shall");
  hold(!report->heard || report->heard->ssrc == about, "so are the metrics");
  std::array<std::uint8_t, rtcp_largest> again;
  const auto length = write_rtcp(*report, again);
  const auto second = parse_rtcp(std::span(again).first(length), about);
  hold(std::holds_alternative<rtcp_report>(second), "what is written can be read");
  hold(std::get<rtcp_report>(second) == *report, "and is the same");
}

/// Headers of six octets each: which number, when, and by whom.
void received(std::span<const std::uint8_t> all) {
  reception r;
  switchroom::instant now{};
  for (; all.size() >= 6; all = all.subspan(6)) {
    const auto two = [&](std::size_t at) {
      return static_cast<std::uint16_t>(all[at] << 8 | all[at + 1]);
    };
    now += switchroom::frame_time * all[2];
    r.packet(
        {false, 8, two(0), std::uint32_t{two(3)} << (all[5] & 15U), std::uint32_t{all[5]} >> 6},
        now);
    if ((all[5] & 16) == 0)
      continue;
    const auto block = r.report(now);
    hold(!block || block->ssrc == r.source(), "a report is about the source");
  }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::span<const std::uint8_t> all(data, size);
  as_rtp(all);
  std::uint32_t about = 0; // so that a report can be about it
  for (std::size_t at = 8; at < std::min<std::size_t>(size, 12); ++at)
    about = about << 8 | data[at];
  for (const auto whom : {about, 0x01020304U})
    as_rtcp(all, whom);
  received(all);
  return 0;
}
