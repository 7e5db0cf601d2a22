// SPDX-License-Identifier: MIT
#include "board/link_codec.hpp"

#include <boost/crc.hpp>
#include <gtest/gtest.h>
#include <random>

namespace switchroom::board {
namespace {

using octets = std::vector<std::uint8_t>;

octets of(std::string_view text) {
  return {text.begin(), text.end()};
}

TEST(LinkCodec, CrcHasThePublishedCheckValue) {
  EXPECT_EQ(crc32(of("123456789")), 0xcbf43926u); // CRC-32/ISO-HDLC
  EXPECT_EQ(crc32({}), 0u);
}

TEST(LinkCodec, CrcAgreesWithAnotherImplementation) {
  std::mt19937 random(1);
  for (unsigned size = 0; size < 300; ++size) {
    octets data(size);
    for (auto& octet : data)
      octet = static_cast<std::uint8_t>(random());
    boost::crc_32_type other;
    other.process_bytes(data.data(), data.size());
    EXPECT_EQ(crc32(data), other.checksum());
  }
}

/// RFC 1662, 4.2: 0x7e is encoded as 0x7d 0x5e, 0x7d as 0x7d 0x5d. The check is zlib's.
TEST(LinkCodec, StuffsAsRfc1662Says) {
  encoder link;
  octets out;
  link.append(out, regs::frame_type::hello, octets{0x01});
  EXPECT_EQ(out, (octets{0x7e, 0x01, 0x00, 0x01, 0xb3, 0x83, 0x84, 0x89, 0x7e}));
  out.clear();
  const octets body{0x7e, 0x7d, 0x11, 0x5e};
  link.append(out, regs::frame_type::read, body);
  const octets head(out.begin(), out.begin() + 9);
  EXPECT_EQ(head, (octets{0x7e, 0x02, 0x01, 0x7d, 0x5e, 0x7d, 0x5d, 0x11, 0x5e}));
}

struct seen {
  regs::frame_type type;
  octets body;
};

std::vector<seen> decode(decoder& d, std::span<const std::uint8_t> line) {
  std::vector<seen> frames;
  d.push(line, [&](const frame& f) { frames.push_back({f.type, {f.body.begin(), f.body.end()}}); });
  return frames;
}

TEST(LinkCodec, RandomFramesComeBackInPiecesOfAnySize) {
  std::mt19937 random(2);
  encoder link;
  decoder d(link_end::host);
  octets line;
  std::vector<octets> sent;
  for (unsigned n = 0; n < 500; ++n) {
    octets body(5 + 3 * (random() % 81));
    for (auto& octet : body) // flags and escapes are frequent
      octet = static_cast<std::uint8_t>(random() % 4 ? random() : 0x7d + random() % 2);
    link.append(line, regs::frame_type::cell, body);
    sent.push_back(std::move(body));
  }
  std::size_t got = 0;
  for (std::size_t at = 0; at < line.size();) {
    const std::size_t piece = std::min<std::size_t>(1 + random() % 700, line.size() - at);
    for (const seen& s : decode(d, std::span(line).subspan(at, piece))) {
      ASSERT_LT(got, sent.size());
      EXPECT_EQ(s.body, sent[got++]);
    }
    at += piece;
  }
  EXPECT_EQ(got, sent.size());
  EXPECT_EQ(d.figures().sequence_gaps + d.figures().check_errors + d.figures().malformed, 0u);
}

TEST(LinkCodec, EveryBitErrorIsNoticed) {
  encoder link;
  octets one, two;
  link.append_cell(one, 0x01020304, 5, std::array{sample{1, 0x7e7d}, sample{2, -2}});
  link.append_cell(two, 0x01020305, 5, {});
  for (std::size_t bit = 8; bit < (one.size() - 1) * 8; ++bit) { // all between the flags
    octets line = one;
    line[bit / 8] ^= static_cast<std::uint8_t>(1u << bit % 8);
    decoder d(link_end::host);
    EXPECT_TRUE(decode(d, line).empty()) << "bit " << bit;
    EXPECT_GE(d.figures().check_errors, 1u) << "bit " << bit;
    EXPECT_EQ(decode(d, two).size(), 1u) << "found again, bit " << bit;
  }
}

TEST(LinkCodec, LengthsThatATypeCannotHaveAreMalformed) {
  struct {
    link_end sender;
    std::uint8_t type;
    std::vector<std::size_t> good;
  } const rules[] = {{link_end::host, 0x01, {1}},
                     {link_end::board, 0x81, {5}},
                     {link_end::board, 0x82, {2, 6, 10, 130}},
                     {link_end::board, 0x83, {2}},
                     {link_end::board, 0x84, {4, 7, 10, 196, 250}},
                     {link_end::board, 0x85, {9}},
                     {link_end::host, 0x03, {8, 12, 132}},
                     {link_end::host, 0x04, {5, 8, 245}}};
  for (const auto& rule : rules) {
    for (const link_end end : {link_end::host, link_end::board})
      for (const std::size_t size : rule.good)
        EXPECT_EQ(well_formed(end, rule.type, octets(size)), end == rule.sender);
    EXPECT_FALSE(well_formed(rule.sender, rule.type, octets(0)));
    for (const std::size_t size : rule.good)
      EXPECT_FALSE(well_formed(rule.sender, rule.type, octets(size + 1)));
  }
  EXPECT_FALSE(well_formed(link_end::board, 0x82, octets(134)));
  EXPECT_FALSE(well_formed(link_end::board, 0x84, octets(248)));
  EXPECT_FALSE(well_formed(link_end::host, 0x03, octets(136)));
  EXPECT_FALSE(well_formed(link_end::host, 0x04, octets(248)));
  EXPECT_FALSE(well_formed(link_end::host, 0x00, octets(1)));
}

TEST(LinkCodec, GarbageAndEndlessFramesDoNoHarm) {
  std::mt19937 random(4);
  decoder d(link_end::board);
  octets noise(200'000);
  for (auto& octet : noise)
    octet = static_cast<std::uint8_t>(random());
  EXPECT_TRUE(decode(d, noise).empty());
  EXPECT_TRUE(decode(d, octets(100'000, 0x55)).empty());
  encoder link;
  octets line;
  link.append(line, regs::frame_type::write_reply, octets{0, 0});
  EXPECT_EQ(decode(d, line).size(), 1u);
  EXPECT_GT(d.figures().check_errors, 100u);
}

TEST(LinkCodec, AFrameAbortedByAnEscapeIsDropped) {
  encoder link;
  decoder d(link_end::board);
  octets line;
  link.append(line, regs::frame_type::write_reply, octets{0, 0});
  line.insert(line.end() - 1, 0x7d); // RFC 1662, 4.3: escape and flag abort a frame
  EXPECT_TRUE(decode(d, line).empty());
  EXPECT_TRUE(decode(d, octets{0x7d, 0x7e}).empty());
  EXPECT_EQ(d.figures().check_errors, 2u);
}

TEST(LinkCodec, AGoodFrameThatIsTooLongIsMalformed) {
  encoder link;
  decoder d(link_end::host);
  octets line;
  link.append(line, regs::frame_type::cell, octets(251));
  EXPECT_TRUE(decode(d, line).empty());
  EXPECT_EQ(d.figures().malformed, 1u);
  EXPECT_EQ(d.figures().check_errors, 0u);
}

TEST(LinkCodec, MissingFramesAreCountedAndANewConnectionBeginsAnywhere) {
  encoder link;
  decoder d(link_end::board);
  octets line;
  unsigned lost = 0;
  for (unsigned n = 0; n < 700; ++n) {
    octets one;
    link.append(one, regs::frame_type::board_cell, octets(4));
    if (n % 7 == 3 || (n > 100 && n < 300))
      ++lost;
    else
      line.insert(line.end(), one.begin(), one.end());
  }
  decode(d, line);
  EXPECT_EQ(d.figures().sequence_gaps, lost);
  d.restart();
  encoder other;
  octets next;
  other.append(next, regs::frame_type::board_cell, octets(4));
  EXPECT_EQ(decode(d, octets{1, 2, 3}).size(), 0u); // the end of a frame that began before
  EXPECT_EQ(decode(d, next).size(), 1u);
  EXPECT_EQ(d.figures().sequence_gaps, lost);
  EXPECT_EQ(d.figures().check_errors, 0u);
}

} // namespace
} // namespace switchroom::board
