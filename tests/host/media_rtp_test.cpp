// SPDX-License-Identifier: MIT
#include "media/rtp.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <vector>

namespace {

using namespace switchroom::media;
using octets = std::vector<std::uint8_t>;

// By hand from the picture in RFC 3550, 5.1.
const octets plain{0x80, 0x88, 0x12, 0x34, 0x00, 0x00, 0x01, 0x40,
                   0xde, 0xad, 0xbe, 0xef, 0xd5, 0x55, 0x54};

rtp_packet good(const octets& of) {
  const auto parsed = parse_rtp(of);
  const auto* packet = std::get_if<rtp_packet>(&parsed);
  EXPECT_NE(packet, nullptr);
  return packet != nullptr ? *packet : rtp_packet{};
}

rtp_fault fault(const octets& of) {
  const auto parsed = parse_rtp(of);
  const auto* why = std::get_if<rtp_fault>(&parsed);
  EXPECT_NE(why, nullptr);
  return why != nullptr ? *why : rtp_fault{};
}

TEST(Rtp, HeaderIsAsDrawnInTheRfc) {
  const rtp_packet packet = good(plain);
  EXPECT_EQ(packet.header, (rtp_header{true, 8, 0x1234, 0x140, 0xdeadbeef}));
  EXPECT_TRUE(std::ranges::equal(packet.payload, octets{0xd5, 0x55, 0x54}));
  octets written(rtp_header_octets);
  write_rtp_header(packet.header, std::span<std::uint8_t, rtp_header_octets>(written));
  EXPECT_TRUE(std::equal(written.begin(), written.end(), plain.begin()));
}

TEST(Rtp, SourcesExtensionAndPaddingAreTakenOff) {
  const octets full{0xb2, 0x08, 0x00, 0x01, 0, 0, 0, 0, 0, 0, 0, 1, // V=2 P X CC=2
                    1,    1,    1,    1,    2, 2, 2, 2,             // sources
                    0xbe, 0xde, 0x00, 0x01, 9, 9, 9, 9,             // extension of one word
                    0xaa, 0xbb, 0x00, 0x00, 3};                     // payload and padding
  EXPECT_TRUE(std::ranges::equal(good(full).payload, octets{0xaa, 0xbb}));
}

TEST(Rtp, EveryTruncationIsSeen) {
  const octets full{0x91, 0x08, 0, 1, 0,    0,    0, 0, 0, 0, 0, 1,
                    1,    1,    1, 1, 0xbe, 0xde, 0, 1, 9, 9, 9, 9};
  for (std::size_t length = 0; length < full.size(); ++length)
    EXPECT_EQ(fault(octets(full.begin(), full.begin() + static_cast<long>(length))),
              rtp_fault::truncated)
        << length;
  EXPECT_TRUE(good(full).payload.empty());
}

TEST(Rtp, WrongVersionAndWrongPadding) {
  octets packet = plain;
  packet[0] = 0x40;
  EXPECT_EQ(fault(packet), rtp_fault::wrong_version);
  packet[0] = 0xa0;
  packet.back() = 0;
  EXPECT_EQ(fault(packet), rtp_fault::bad_padding);
  packet.back() = 4; // of three octets
  EXPECT_EQ(fault(packet), rtp_fault::bad_padding);
  packet.back() = 3;
  EXPECT_TRUE(good(packet).payload.empty());
}

// Run under the address sanitizer, this is also a search for reads beyond the end.
TEST(Rtp, RandomOctetsNeverGiveAPayloadFromOutside) {
  std::mt19937 random(5);
  for (int i = 0; i < 200'000; ++i) {
    octets noise(random() % 64);
    std::ranges::generate(noise, [&] { return static_cast<std::uint8_t>(random()); });
    if (!noise.empty() && i % 2 == 0)
      noise[0] = static_cast<std::uint8_t>(0x80 | (noise[0] & 0x3f));
    const auto parsed = parse_rtp(noise);
    if (const auto* packet = std::get_if<rtp_packet>(&parsed)) {
      ASSERT_GE(noise.size(), rtp_header_octets);
      ASSERT_GE(packet->payload.data(), noise.data() + rtp_header_octets);
      ASSERT_LE(packet->payload.data() + packet->payload.size(), noise.data() + noise.size());
    }
  }
}

} // namespace
