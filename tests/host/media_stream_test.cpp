// SPDX-License-Identifier: MIT
#include "media/stream.hpp"
#include "switchroom/dsp/g711.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace {

using switchroom::instant;
using namespace switchroom::media;
namespace g711 = switchroom::dsp::g711;

const endpoint here = endpoint::v4(127, 0, 0, 1, 20000), there = endpoint::v4(127, 0, 0, 1, 20002);

stream make(const endpoint& remote, std::uint8_t payload_type = payload_pcma,
            unsigned ptime_ms = 10) {
  return stream({remote, {payload_type}, ptime_ms, 20, {0x12345678, 1000, 65535}});
}

rtp_packet parsed(std::span<const std::uint8_t> octets) {
  return std::get<rtp_packet>(parse_rtp(octets));
}

std::vector<std::uint8_t> first_packet(stream& sender) {
  for (;;)
    if (const auto octets = sender.push(1000); !octets.empty())
      return {octets.begin(), octets.end()};
}

TEST(Stream, PacketsOfPtimeWithRisingNumbers) {
  for (const unsigned ptime : {10U, 20U, 60U}) {
    stream s = make(there, payload_pcma, ptime);
    std::vector<rtp_header> headers;
    for (unsigned n = 0; n < 3 * ptime * 8; ++n)
      if (const auto octets = s.push(0); !octets.empty()) {
        headers.push_back(parsed(octets).header);
        EXPECT_EQ(octets.size(), rtp_header_octets + ptime * 8);
      }
    ASSERT_EQ(headers.size(), 3U);
    EXPECT_EQ(headers[0], (rtp_header{true, 8, 65535, 1000, 0x12345678}));
    EXPECT_EQ(headers[1], (rtp_header{false, 8, 0, 1000 + ptime * 8, 0x12345678}));
    EXPECT_EQ(headers[2].timestamp, 1000 + 2 * ptime * 8);
  }
}

// Every octet of the law goes in at the board, over RTP, and out at the other board. Of µ-law,
// negative zero becomes zero, as in dsp/g711.
TEST(Stream, OctetsGoThroughUnchanged) {
  for (const std::uint8_t type : {payload_pcma, payload_pcmu}) {
    const g711::law law = type == payload_pcma ? g711::law::a : g711::law::mu;
    stream from = make(there, type), to = make(here, type);
    std::vector<std::uint8_t> out;
    for (unsigned n = 0; n < 160 + 2560; ++n) {
      const auto octet = static_cast<std::uint8_t>(n * 7);
      if (const auto packet = from.push(g711::decode(law, octet)); !packet.empty())
        to.receive(here, packet, instant{std::chrono::microseconds(n * 125)});
      out.push_back(g711::encode(law, to.pull()));
    }
    // The first packet came with sample 79; its first sample is played 160 frames after.
    for (unsigned n = 239; n < out.size(); ++n) {
      const auto octet = static_cast<std::uint8_t>((n - 239) * 7);
      ASSERT_EQ(out[n], law == g711::law::mu && octet == 0x7f ? 0xff : octet) << n;
    }
    EXPECT_EQ(to.figures().packets_lost, 0U);
  }
}

TEST(Stream, StrangersAreCountedAndNotHeard) {
  stream s = make(there), sender = make(here);
  const auto packet = first_packet(sender);
  s.receive(endpoint::v4(127, 0, 0, 1, 20003), packet, {});
  s.receive(endpoint::v4(127, 0, 0, 2, 20002), packet, {});
  EXPECT_EQ(s.figures().packets_stranger, 2U);
  EXPECT_EQ(s.figures().packets_received, 0U);
  for (unsigned n = 0; n < 400; ++n)
    EXPECT_EQ(s.pull(), 0);
  s.receive(there, packet, {});
  EXPECT_EQ(s.figures().packets_received, 1U);
}

/// Behind a translator of addresses: it says 10.0.0.5, and is seen at 192.0.2.9.
TEST(Stream, WhoDoesNotKnowItsAddressIsAnsweredWhereItIs) {
  const endpoint said = endpoint::v4(10, 0, 0, 5, 4000), seen = endpoint::v4(192, 0, 2, 9, 61'000),
                 other = endpoint::v4(192, 0, 2, 9, 61'002);
  agreement agreed{payload_pcma};
  agreed.seen_at = seen.address;
  stream s({said, agreed, 10, 20, {}}), sender = make(here);
  const auto packet = first_packet(sender);
  EXPECT_EQ(s.remote(), said);
  s.receive(endpoint::v4(192, 0, 2, 10, 61'000), packet, {});
  s.receive(seen, std::vector<std::uint8_t>{1, 2, 3}, {});
  EXPECT_EQ(s.remote(), said) << "neither somebody else nor what is no RTP";
  s.receive(seen, packet, {});
  EXPECT_EQ(s.remote(), seen);
  EXPECT_EQ(s.announced(), said);
  s.receive(other, packet, {});
  s.receive(said, packet, {});
  EXPECT_EQ(s.remote(), seen) << "it is there now";
  EXPECT_EQ(s.figures().packets_stranger, 3U);
  EXPECT_EQ(s.figures().packets_received, 1U);
}

std::vector<std::uint8_t> noise_packet(std::uint16_t sequence, std::uint8_t level) {
  std::vector<std::uint8_t> packet(rtp_header_octets + 1, level);
  write_rtp_header({false, payload_noise, sequence, 1800, 0x12345678},
                   std::span(packet).first<rtp_header_octets>());
  return packet;
}

/// RFC 3389, 3: 50 dB below overload, as long as no voice comes.
TEST(Stream, ComfortNoiseIsAsLoudAsTheFarEndSays) {
  agreement agreed{payload_pcma};
  agreed.comfort_noise = true;
  stream s({there, agreed, 10, 20, {}}), sender = make(here);
  for (unsigned n = 0; n < 800; ++n) {
    if (const auto octets = sender.push(8000); !octets.empty())
      s.receive(there, octets, instant{std::chrono::microseconds(n * 125)});
    s.pull();
  }
  s.receive(there, noise_packet(9, 50), instant{std::chrono::microseconds(100'000)});
  for (unsigned n = 0; n < 800; ++n)
    s.pull();
  double power = 0;
  for (unsigned n = 0; n < 8000; ++n) {
    const double sample = s.pull();
    power += sample * sample / 8000;
  }
  EXPECT_NEAR(10 * std::log10(power / (32768.0 * 32768)), -50, 1);
  EXPECT_EQ(s.figures().concealed_samples, 0U);
  EXPECT_EQ(s.figures().packets_lost, 0U);
}

TEST(Stream, ComfortNoiseThatWasNotAgreedIsMalformed) {
  stream s = make(there);
  s.receive(there, noise_packet(1, 50), {});
  EXPECT_EQ(s.figures().packets_malformed, 1U);
}

TEST(Stream, WhoHasSpokenFromWhereItSaidIsNowhereElse) {
  agreement agreed{payload_pcma};
  agreed.seen_at = here.address;
  stream s({there, agreed, 10, 20, {}}), sender = make(here);
  const auto packet = first_packet(sender);
  s.receive(there, packet, {});
  s.receive(here, packet, {});
  EXPECT_EQ(s.remote(), there);
  EXPECT_EQ(s.figures().packets_stranger, 1U);
}

/// A translator that leaves the address, and takes another port.
TEST(Stream, WhoDoesNotKnowItsPortIsAnsweredWhereItIs) {
  const endpoint said = endpoint::v4(192, 0, 2, 9, 4000), seen = endpoint::v4(192, 0, 2, 9, 61'000);
  agreement agreed{payload_pcma};
  agreed.seen_at = said.address;
  stream s({said, agreed, 10, 20, {}}), sender = make(here);
  const auto packet = first_packet(sender);
  s.receive(seen, packet, {});
  EXPECT_EQ(s.remote(), seen);
  s.receive(endpoint::v4(192, 0, 2, 9, 61'002), packet, {});
  EXPECT_EQ(s.figures().packets_stranger, 1U);
  s.receive(said, packet, {});
  EXPECT_EQ(s.remote(), said) << "what came first was of somebody else";
  s.receive(seen, packet, {});
  EXPECT_EQ(s.remote(), said);
}

TEST(Stream, VoiceBeginsOnceAndWithVoice) {
  agreement agreed{payload_pcma};
  agreed.comfort_noise = true;
  stream s({there, agreed, 10, 20, {}}), sender = make(here);
  EXPECT_FALSE(s.receive(there, noise_packet(1, 50), {}).begins);
  EXPECT_FALSE(s.receive(here, first_packet(sender), {}).begins) << "a stranger's";
  EXPECT_TRUE(s.receive(there, first_packet(sender), {}).begins);
  EXPECT_FALSE(s.receive(there, first_packet(sender), {}).begins);
}

TEST(Stream, WhatIsNotTheAgreedRtpIsMalformed) {
  stream s = make(there);
  const std::vector<std::vector<std::uint8_t>> bad{
      {},
      {0x80, 0x08, 0, 1},
      {0x80, 0x00, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1, 0xff},            // µ-law was not agreed
      {0x80, 0x08, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1},                  // no payload
      {0x81, 0xc8, 0, 6, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1} // an RTCP sender report
  };
  for (const auto& octets : bad)
    s.receive(there, octets, {});
  std::vector<std::uint8_t> huge(rtp_header_octets + 481, 0xd5);
  huge[0] = 0x80;
  huge[1] = 0x08;
  s.receive(there, huge, {});
  EXPECT_EQ(s.figures().packets_malformed, bad.size() + 1);
  EXPECT_EQ(s.figures().packets_received, 0U);
}

TEST(Stream, APauseKeepsTheRtpClockAndIsMarked) {
  stream s = make(there);
  for (unsigned n = 0; n < 100; ++n)
    s.push(0);
  s.pause(8000);
  std::span<const std::uint8_t> octets;
  for (unsigned n = 0; octets.empty(); ++n)
    octets = s.push(0);
  EXPECT_EQ(parsed(octets).header, (rtp_header{true, 8, 0, 1000 + 100 + 8000, 0x12345678}));
}

TEST(Endpoint, NumericAddressesOnly) {
  EXPECT_EQ(parse_endpoint("127.0.0.1", 20002), there);
  EXPECT_EQ(parse_endpoint("::ffff:127.0.0.1", 20002), there);
  EXPECT_EQ(parse_endpoint("::1", 5)->address[15], 1);
  EXPECT_FALSE(parse_endpoint("berlin.example", 5));
  EXPECT_FALSE(parse_endpoint("", 5));
}

} // namespace
