// SPDX-License-Identifier: MIT
// RTCP against octets put together by hand from the pictures of RFC 3550 and RFC 3611.
#include "media/rtcp.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <random>
#include <string>
#include <vector>

namespace {

using namespace switchroom::media;
using octets = std::vector<std::uint8_t>;
using std::chrono::microseconds;

constexpr std::uint32_t them = 0xcafe0001, us = 0x01020304;

octets operator+(octets a, const octets& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

// RFC 3550, 6.4.1
const octets sender{
    0x82, 200,  0,    18,                                             // V=2, RC=2, 19 words
    0xca, 0xfe, 0x00, 0x01,                                           // of whom
    0xe0, 0x00, 0x00, 0x01, 0x80, 0x00, 0x00, 0x00,                   // NTP: ….5 s
    0x00, 0x00, 0x03, 0x20, 0,    0,    0,    9,    0, 0, 0x05, 0xa0, // RTP, packets, octets
    9,    9,    9,    9,    1,    0,    0,    2,    0, 0, 0,    3,    // of somebody else
    0,    0,    0,    4,    0,    0,    0,    5,    0, 0, 0,    6,    //
    0x01, 0x02, 0x03, 0x04,                                           // of us
    0x40, 0xff, 0xff, 0xfe,                                           // a quarter; −2
    0x00, 0x01, 0x00, 0x07,                                           // highest, one wrap
    0x00, 0x00, 0x00, 0x30,                                           // jitter
    0xb7, 0x05, 0x20, 0x00, 0x00, 0x05, 0x40, 0x00};                  // LSR, DLSR
// 6.5: CNAME "a@b" and a NAME of no octets; filled up
const octets names{0x81, 202, 0, 3, 0xca, 0xfe, 0, 1, 1, 3, 'a', '@', 'b', 2, 0, 0};
// 6.6, with a reason
const octets leaves{0x81, 203, 0, 2, 0xca, 0xfe, 0, 1, 3, 'o', 'u', 't'};
// RFC 3611: a block of type 4 (receiver's reference time), then 4.7 about us
const octets extended{0x80, 207,  0,    13,   0xca, 0xfe, 0,    1,               // header
                      4,    0,    0,    2,    1,    2,    3,    4,   5, 6, 7, 8, // reference time
                      7,    0,    0,    8,    0x01, 0x02, 3,    4,               // VoIP metrics
                      10,   11,   12,   13,                                      // rates, densities
                      0x01, 0x00, 0x02, 0x00,                                    // durations
                      0x00, 0x50, 0x00, 0x28,                                    // delays
                      0xec, 0xc4, 55,   16,                            // −20, −60 dBm0
                      93,   127,  41,   40,                            // R, MOS · 10
                      0xe0, 0,    0x00, 0x14, 0x00, 0x28, 0x00, 0x50}; // buffer
const octets receiver{0x80, 201, 0, 1, 0xca, 0xfe, 0, 1};
const octets application{0x80, 204, 0, 2, 0xca, 0xfe, 0, 1, 'n', 'a', 'm', 'e'};

rtcp_report good(const octets& of, std::uint32_t about = us) {
  const auto parsed = parse_rtcp(of, about);
  const auto* report = std::get_if<rtcp_report>(&parsed);
  EXPECT_NE(report, nullptr);
  return report != nullptr ? *report : rtcp_report{};
}

/// Nothing if it is good.
std::optional<rtcp_fault> fault(const octets& of) {
  const auto parsed = parse_rtcp(of, us);
  const auto* why = std::get_if<rtcp_fault>(&parsed);
  return why != nullptr ? std::optional(*why) : std::nullopt;
}

octets written(const rtcp_report& report) {
  std::array<std::uint8_t, rtcp_largest> to;
  to.fill(0xee);
  return {to.begin(), to.begin() + static_cast<long>(write_rtcp(report, to))};
}

TEST(Rtcp, ReportsAreAsDrawnInTheRfc) {
  const rtcp_report report = good(sender);
  EXPECT_EQ(report.ssrc, them);
  EXPECT_EQ(report.sent, (sender_info{0xe000'0001'8000'0000, 800, 9, 1440}));
  EXPECT_EQ(report.received, (report_block{us, 64, -2, 0x10007, 48, 0xb705'2000, 0x0005'4000}));
  EXPECT_EQ(good(sender, 0x09090909).received, (report_block{0x09090909, 1, 2, 3, 4, 5, 6}));
  EXPECT_EQ(good(sender, 55).received, std::nullopt);
  EXPECT_FALSE(report.bye);
  EXPECT_EQ(good(receiver), (rtcp_report{.ssrc = them}));
}

TEST(Rtcp, ACompoundIsReadWhole) {
  const octets all = sender + names + application + extended + leaves;
  const rtcp_report report = good(all);
  EXPECT_TRUE(report.sent && report.received);
  EXPECT_EQ(report.cname, "a@b");
  EXPECT_TRUE(report.bye);
  EXPECT_EQ(report.reason, "out");
  ASSERT_TRUE(report.heard);
  const voip_metrics& m = *report.heard;
  EXPECT_EQ(m, (voip_metrics{us,  10,  11, 12, 13, 256, 512, 80, 40,
                             -20, -60, 55, 16, 93, 127, 41,  40, conceals_with_fixed_buffer,
                             20,  40,  80}));
  EXPECT_EQ(good(all, 5).heard, std::nullopt) << "about another";
}

TEST(Rtcp, WhatIsOfOthersIsNotTheSenders) {
  octets names_of_other = names, leaves_other = leaves, extended_of_other = extended;
  names_of_other[7] = leaves_other[7] = extended_of_other[7] = 2;
  const rtcp_report report = good(receiver + names_of_other + extended_of_other + leaves_other);
  EXPECT_EQ(report, (rtcp_report{.ssrc = them}));
}

// 6.5: an end of the items where a word begins is filled up with three more zeros.
TEST(Rtcp, TheNameOfTheSenderIsFoundAmongOthers) {
  const octets several{0x83, 202,  0, 9, 9, 9, 9,   9,   1,   2, 'n', 'o', 0, 0, 0, 0, // other's
                       0xca, 0xfe, 0, 1, 1, 3, 'a', '@', 'b', 0, 0,   0,               // sender's
                       8,    8,    8, 8, 1, 2, 'n', 'o', 0,   0, 0,   0};              // other's
  EXPECT_EQ(good(receiver + several).cname, "a@b");
}

TEST(Rtcp, WhatIsWrittenIsAsDrawnInTheRfc) {
  rtcp_report report;
  report.ssrc = them;
  report.sent = sender_info{0xe000'0001'8000'0000, 800, 9, 1440};
  report.received = report_block{us, 64, -2, 0x10007, 48, 0xb705'2000, 0x0005'4000};
  report.cname = "a@b";
  report.heard = good(receiver + extended).heard;
  report.bye = true;
  report.reason = "out";
  octets expected = sender;
  expected[0] = 0x81;
  expected[3] = 12;
  expected.erase(expected.begin() + 28, expected.begin() + 52); // somebody else's block
  octets one_name = names;
  one_name[13] = 0; // no NAME
  octets one_block = extended;
  one_block[3] = 10;
  one_block.erase(one_block.begin() + 8, one_block.begin() + 20);
  EXPECT_EQ(written(report), expected + one_name + one_block + leaves);
  EXPECT_EQ(good(written(report)), report);
  EXPECT_EQ(written({.ssrc = them, .cname = "a@b"}), receiver + one_name);
}

TEST(Rtcp, WhatIsWrittenIsReadAgainAndLongTextsAreCut) {
  const std::string text(300, 'x');
  std::mt19937 random(1);
  for (int n = 0; n < 5000; ++n) {
    const auto word = [&] { return static_cast<std::uint32_t>(random()); };
    const auto octet = [&] { return static_cast<std::uint8_t>(random()); };
    const auto two = [&] { return static_cast<std::uint16_t>(random()); };
    rtcp_report report{.ssrc = word()};
    if (random() % 2 == 0)
      report.sent = sender_info{random() * 0x1'0000'0000ULL + random(), word(), word(), word()};
    if (random() % 2 == 0)
      report.received = report_block{
          us, octet(), static_cast<std::int32_t>(word()) >> 8, word(), word(), word(), word()};
    report.cname = std::string_view(text).substr(0, random() % 300);
    if (random() % 2 == 0)
      report.heard =
          voip_metrics{us,      octet(), octet(), octet(), octet(),
                       two(),   two(),   two(),   two(),   static_cast<std::int8_t>(octet()),
                       -60,     octet(), octet(), octet(), octet(),
                       octet(), octet(), octet(), two(),   two(),
                       two()};
    report.bye = random() % 2 == 0;
    if (report.bye)
      report.reason = std::string_view(text).substr(0, random() % 300);
    const octets to = written(report);
    ASSERT_EQ(to.size() % 4, 0U);
    report.cname = report.cname.substr(0, 255);
    report.reason = report.reason.substr(0, 255);
    ASSERT_EQ(good(to), report);
  }
}

TEST(Rtcp, LostIsHeldTo24Bits) {
  rtcp_report report{.ssrc = them, .received = report_block{.ssrc = us, .lost = 100'000'000}};
  EXPECT_EQ(good(written(report)).received->lost, (1 << 23) - 1);
  report.received->lost = -100'000'000;
  EXPECT_EQ(good(written(report)).received->lost, -(1 << 23));
}

// A cut at any octet is a fault, but between two packets of the compound.
TEST(Rtcp, EveryTruncationIsSeen) {
  const octets all = sender + names + application + extended + leaves;
  std::vector<std::size_t> ends;
  for (const auto& packet : {sender, names, application, extended, leaves})
    ends.push_back((ends.empty() ? 0 : ends.back()) + packet.size());
  for (std::size_t length = 0; length <= all.size(); ++length) {
    const auto why = fault(octets(all.begin(), all.begin() + static_cast<long>(length)));
    if (std::ranges::count(ends, length) > 0)
      EXPECT_EQ(why, std::nullopt) << length;
    else
      EXPECT_EQ(why, rtcp_fault::truncated) << length;
  }
}

// The same within a packet: its length says less than it counts, or than its items say.
TEST(Rtcp, ShorterThanItCountsIsSeen) {
  const auto shorter = [](octets packet, std::uint8_t words) {
    packet[3] = words;
    packet.resize(4 * (words + 1U));
    return packet;
  };
  for (std::uint8_t words = 0; words < 18; ++words)
    EXPECT_EQ(fault(shorter(sender, words)), rtcp_fault::bad_count) << int{words};
  EXPECT_EQ(fault(receiver + shorter(names, 0)), rtcp_fault::bad_count);
  for (std::uint8_t words = 1; words < 3; ++words)
    EXPECT_EQ(fault(receiver + shorter(names, words)), rtcp_fault::bad_item) << int{words};
  EXPECT_EQ(fault(receiver + shorter(leaves, 0)), rtcp_fault::bad_count);
  EXPECT_EQ(fault(receiver + shorter(leaves, 1)), std::nullopt) << "a reason is no must";
  EXPECT_EQ(fault(receiver + shorter(extended, 0)), rtcp_fault::bad_count);
  for (std::uint8_t words = 2; words < 13; ++words)
    EXPECT_EQ(fault(receiver + shorter(extended, words)),
              words == 4 ? std::nullopt : std::optional(rtcp_fault::bad_item))
        << int{words};
  EXPECT_EQ(fault(octets{0x80, 201, 0, 0}), rtcp_fault::bad_count) << "of nobody";
}

TEST(Rtcp, TextsAndBlocksThatEndOutsideAreSeen) {
  octets packet = receiver + names;
  packet[receiver.size() + 9] = 8; // CNAME of eight octets, but six are left
  EXPECT_EQ(fault(packet), rtcp_fault::bad_item);
  packet[receiver.size() + 9] = 6; // all that there is: where is the end of the chunk?
  EXPECT_EQ(fault(packet), rtcp_fault::bad_item);
  packet = receiver + leaves;
  packet[receiver.size() + 8] = 4;
  EXPECT_EQ(fault(packet), rtcp_fault::bad_item);
  packet = receiver + extended;
  packet[receiver.size() + 11] = 20;
  EXPECT_EQ(fault(packet), rtcp_fault::bad_item);
  packet = receiver + extended;
  packet[receiver.size() + 23] = 7; // metrics have eight words, no other number
  packet[receiver.size() + 3] = 12;
  packet.resize(packet.size() - 4);
  EXPECT_EQ(fault(packet), rtcp_fault::bad_item);
}

TEST(Rtcp, WrongVersionAndNoReportFirst) {
  for (const std::size_t at : {std::size_t{0}, receiver.size()}) {
    octets packet = receiver + names;
    packet[at] ^= 0xc0;
    EXPECT_EQ(fault(packet), rtcp_fault::wrong_version);
  }
  EXPECT_EQ(fault(names), rtcp_fault::no_report);
  EXPECT_EQ(fault(leaves + receiver), rtcp_fault::no_report);
  EXPECT_EQ(fault(application), rtcp_fault::no_report);
}

TEST(Rtcp, PaddingIsTakenOffTheLastPacketOnly) {
  octets padded = leaves + octets{0, 0, 0, 4};
  padded[0] |= 0x20;
  padded[3] = 3;
  EXPECT_EQ(good(receiver + padded).reason, "out");
  EXPECT_EQ(fault(receiver + padded + names), rtcp_fault::bad_padding);
  for (const std::uint8_t wrong : {0, 3, 16}) {
    padded.back() = wrong;
    EXPECT_EQ(fault(receiver + padded), rtcp_fault::bad_padding) << int{wrong};
  }
  padded.back() = 12; // its SSRC is no padding
  EXPECT_EQ(fault(receiver + padded), rtcp_fault::bad_count);
  EXPECT_EQ(fault(receiver + octets{0xa0, 203, 0, 0}), rtcp_fault::bad_padding);
}

// RFC 3550, figure 2: the report came at 0xb710:8000, LSR 0xb705:2000, DLSR 5.250 s: 6.125 s.
TEST(Rtcp, RoundTripIsTheExampleOfTheRfc) {
  const std::uint64_t came = 0x0000'b710'8000'0000;
  report_block block{.ssrc = us, .last_sr = 0xb705'2000, .since_last_sr = 0x0005'4000};
  EXPECT_EQ(round_trip(block, came), microseconds{6'125'000});
  EXPECT_EQ(round_trip(block, came - (6'125ULL << 32) / 1000), microseconds{0});
  EXPECT_EQ(round_trip(block, came - (6'135ULL << 32) / 1000), std::nullopt) << "a time to come";
  EXPECT_EQ(round_trip(block, came - (6'125ULL << 32) / 1000 - (1 << 16)), microseconds{0});
  block.last_sr = 0;
  EXPECT_EQ(round_trip(block, came), std::nullopt);
  // Across the wrap of the middle 32 bits, after 18 hours.
  EXPECT_EQ(round_trip({.last_sr = 0xffff'8000, .since_last_sr = 0x8000}, 0x1'0000'8000'0000),
            microseconds{500'000});
}

TEST(Rtcp, TimesInTheFormatOfNtp) {
  EXPECT_EQ(ntp_of(microseconds{0}), 0U);
  EXPECT_EQ(ntp_of(microseconds{1'500'000}), 0x1'8000'0000U);
  EXPECT_EQ(ntp_of(microseconds{999'999}), 0xffff'ef39U);
  EXPECT_EQ(middle_of(0xe000'0001'8000'0000), 0x0001'8000U);
}

// Run under the address sanitizer, this is also a search for reads beyond the end.
TEST(Rtcp, RandomOctetsNeverGiveTextFromOutside) {
  std::mt19937 random(5);
  const octets all = sender + names + application + extended + leaves;
  unsigned whole = 0;
  for (int i = 0; i < 200'000; ++i) {
    octets noise = all;
    for (auto changes = 1 + random() % 4; changes > 0; --changes)
      noise[random() % noise.size()] = static_cast<std::uint8_t>(random() >> (random() % 8));
    if (i % 4 == 0) {
      noise.resize(random() % 64);
      std::ranges::generate(noise, [&] { return static_cast<std::uint8_t>(random()); });
    }
    const auto parsed = parse_rtcp(noise, us);
    if (const auto* report = std::get_if<rtcp_report>(&parsed)) {
      ++whole;
      for (const auto text : {report->cname, report->reason})
        if (!text.empty()) {
          const auto* begin = reinterpret_cast<const std::uint8_t*>(text.data());
          ASSERT_GE(begin, noise.data());
          ASSERT_LE(begin + text.size(), noise.data() + noise.size());
        }
    }
  }
  EXPECT_GT(whole, 1000U);
}

} // namespace
