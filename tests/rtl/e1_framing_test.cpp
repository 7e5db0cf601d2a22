// SPDX-License-Identifier: MIT
// What a span sends, by the words of G.703, G.704 and O.151, and how it finds and loses frames
// (G.706).
#include <algorithm>
#include <map>
#include <string_view>

#include "e1_wire.hpp"

namespace switchroom::test {
namespace {
using block = regs::e1_block;
using config = block::config;
using status = block::status;
constexpr std::uint32_t with_crc = config::enable::of(1) | config::crc4::of(1);

/// Bits of pulses: a violation takes itself and the pulse three before away (G.703 Annex A).
std::vector<bool> decoded(const std::vector<golden::e1_pulse>& pulses) {
  std::vector<bool> bits;
  int last = 0;
  for (const auto& pulse : pulses) {
    const int level = pulse.positive - pulse.negative;
    bits.push_back(level != 0);
    if (level != 0 && level == last)
      for (std::size_t n = 1; n <= 4 && n <= bits.size(); ++n)
        bits[bits.size() - n] = false;
    if (level != 0)
      last = level;
  }
  return bits;
}

/// Where the frames with alignment signal begin: both signals and the bit between (G.704 table 5A).
std::size_t frames_in(const std::vector<bool>& bits) {
  constexpr std::string_view fas = "0011011";
  for (std::size_t at = 0; at + 2048 < bits.size() && at < 512; ++at) {
    bool right = true;
    for (std::size_t frame = 0; frame < 8; ++frame)
      for (std::size_t n = 0; n < 7; ++n)
        right &= frame % 2 == 0 ? bits[at + 256 * frame + 1 + n] == (fas[n] == '1')
                                : n != 0 || bits[at + 256 * frame + 1];
    if (right)
      return at;
  }
  ADD_FAILURE() << "no frames";
  return 0;
}

TEST(E1Line, PulsesOfSilenceAreThoseOfHdb3) {
  e1_wire wire(1);
  wire.frames(2);
  wire.sent.clear();
  wire.frames(50);
  int spaces = 0, last = 0, last_v = 0, sum = 0, substitutions = 0;
  for (const auto& pulse : wire.sent) {
    const int level = pulse.positive - pulse.negative;
    ASSERT_FALSE(pulse.positive && pulse.negative);
    spaces = level == 0 ? spaces + 1 : 0;
    ASSERT_LE(spaces, 3);
    sum += level;
    ASSERT_LE(std::abs(sum), 2); // no direct current
    if (level != 0 && level == last) {
      ASSERT_NE(level, last_v) << "successive V of the same polarity";
      last_v = level;
      ++substitutions;
    }
    if (level != 0)
      last = level;
  }
  EXPECT_GT(substitutions, 1000);
}

/// CRC-4/G-704 of "123456789" is 7 in the catalogue of parametrised CRC algorithms, which takes
/// bits and remainder the other way round.
TEST(E1Line, Crc4IsThatOfTheCatalogue) {
  std::vector<bool> bits;
  for (const char letter : std::string_view("123456789"))
    for (int n = 0; n < 8; ++n)
      bits.push_back(letter >> n & 1);
  const unsigned crc = golden::crc4(bits);
  EXPECT_EQ((crc & 1) << 3 | (crc & 2) << 1 | (crc & 4) >> 1 | crc >> 3, 7u);
}

TEST(E1Line, SentFramesAreThoseOfG704) {
  e1_wire wire(2, with_crc | config::sa::of(0b10110));
  wire.far.pulled = true; // A is sent
  for (unsigned slot = 0; slot < 32; ++slot)
    wire.said[slot] = static_cast<std::uint16_t>(0xa500 + 7 * slot);
  wire.frames(20);
  wire.sent.clear();
  wire.frames(80);
  const auto bits = decoded(wire.sent);
  std::size_t at = frames_in(bits);
  const auto multi = [&](std::size_t from) { // bit 1 of frames without alignment signal
    unsigned word = 0;
    for (std::size_t n = 0; n < 6; ++n)
      word = word << 1 | static_cast<unsigned>(bits[from + 256 + 512 * n]);
    return word;
  };
  while (at < 256 * 40 && multi(at) != 0b001011)
    at += 512;
  ASSERT_EQ(multi(at), 0b001011u);
  ASSERT_EQ(multi(at + 4096), 0b001011u);
  for (unsigned frame = 0; frame < 32; ++frame)
    for (unsigned slot = 1; slot < 32; ++slot) {
      unsigned octet = 0;
      for (unsigned n = 0; n < 8; ++n)
        octet = octet << 1 | static_cast<unsigned>(bits[at + 256 * frame + 8 * slot + n]);
      ASSERT_EQ(octet, (7 * slot) & 255) << "slot " << slot;
    }
  for (unsigned frame = 1; frame < 32; frame += 2) {
    EXPECT_TRUE(bits[at + 256 * frame + 2]) << "A";
    for (unsigned n = 0; n < 5; ++n)
      EXPECT_EQ(bits[at + 256 * frame + 3 + n], (0b10110 >> (4 - n) & 1) != 0);
    if (frame % 16 > 12) {
      EXPECT_FALSE(bits[at + 256 * frame]) << "E without multiframes"; // G.704 2.3.3.4
    }
  }
  for (unsigned sub = 0; sub < 3; ++sub) { // C bits of the next are the remainder of this
    std::vector<bool> message(bits.begin() + static_cast<long>(at + 2048 * sub),
                              bits.begin() + static_cast<long>(at + 2048 * (sub + 1)));
    unsigned said = 0;
    for (unsigned n = 0; n < 4; ++n) {
      message[512 * n] = false;
      said = said << 1 | static_cast<unsigned>(bits[at + 2048 * (sub + 1) + 512 * n]);
    }
    EXPECT_EQ(said, golden::crc4(message));
  }
}

/// O.151 2.1: 32,767 bits; the longest row of zeros 15 (the signal is inverted), of ones 14.
TEST(E1Line, TestSequenceIsThatOfO151) {
  e1_wire wire(3);
  wire.write(block::prbs_send::offset, 1u << 7 | 1u << 9);
  wire.frames(20);
  wire.sent.clear();
  wire.frames(6000);
  const auto bits = decoded(wire.sent);
  const std::size_t at = frames_in(bits);
  std::vector<bool> sequence;
  for (std::size_t frame = at; frame + 256 < bits.size(); frame += 256)
    for (const unsigned slot : {7u, 9u})
      for (unsigned n = 0; n < 8; ++n)
        sequence.push_back(bits[frame + 8 * slot + n]);
  ASSERT_GT(sequence.size(), 2 * 32767u);
  std::map<bool, unsigned> longest;
  unsigned row = 1, ones = 0;
  for (std::size_t n = 15; n < 32767 + 15; ++n) {
    ASSERT_EQ(!sequence[n], sequence[n - 14] != sequence[n - 15]) << n;
    ASSERT_EQ(sequence[n], sequence[n + 32767]);
    row = sequence[n] == sequence[n - 1] ? row + 1 : 1;
    longest[sequence[n]] = std::max(longest[sequence[n]], row);
    ones += sequence[n];
  }
  EXPECT_EQ(longest[false], 15u);
  EXPECT_EQ(longest[true], 14u);
  EXPECT_EQ(ones, 16383u);
}

// G.706 4.1.1: lost by three wrong signals in a row, not by two; the same for bit 2.
TEST(E1Line, FramesAreLostByThreeWrongSignalsInARow) {
  for (const unsigned place : {4u, 257u})
    for (const unsigned wrong : {2u, 3u}) {
      e1_wire wire(4, config::enable::of(1));
      wire.far.sends.crc4 = false;
      wire.frames(20);
      ASSERT_EQ(wire.state() & 7, 0u);
      const unsigned from = wire.far.frames / 2 * 2 + 2;
      wire.far.alters = [=](unsigned frame, unsigned at, bool bit) {
        const bool hit = frame >= from && frame < from + 2 * wrong && frame % 2 * 256 + at == place;
        return bit != hit;
      };
      wire.frames(20);
      EXPECT_EQ(wire.read(block::alignments::offset), wrong / 3) << place;
      EXPECT_EQ(wire.read(block::fas_errors::offset), place == 4 ? wrong : 0);
      EXPECT_EQ(wire.state() & status::lof::mask, 0u) << "found again";
      EXPECT_EQ(wire.alarms.size(), 2 + 2 * (wrong / 3));
    }
}

/// A time slot that says what a frame alignment signal does, bit 2 of the next frame and all.
/// Without CRC-4 that may be taken for frames; with it, never for long.
TEST(E1Line, AFrameAlignmentSignalInSpeechIsFoundOutByCrc4) {
  unsigned mistaken = 0;
  for (unsigned seed = 0; seed < 12; ++seed) {
    e1_wire wire(10 + seed);
    wire.far.says = [slot = 1 + seed * 5 % 31](unsigned frame, unsigned n) {
      return static_cast<std::uint8_t>(n != slot ? 0x55 : frame % 2 == 0 ? 0x1b : 0xdf);
    };
    wire.far.pulled = true;
    wire.frames(10 + seed);
    wire.far.pulled = false;
    wire.frames(400); // 50 ms: some searches of 8 ms
    EXPECT_EQ(wire.state() & (status::lof::mask | status::crc_lost::mask), 0u);
    EXPECT_EQ(
        wire.heard[1 + (seed * 5 + 1) % 30 == 1 + seed * 5 % 31 ? 31 : 1 + (seed * 5 + 1) % 30],
        0x55);
    mistaken += wire.read(block::alignments::offset) > 1;
  }
  EXPECT_GT(mistaken, 0u) << "the test tests nothing";
}

// G.706 4.2 and Annex B.
TEST(E1Line, AFarEndWithoutCrc4IsTakenAsItIsAfter400Ms) {
  for (const unsigned required : {1u, 2u}) {
    e1_wire wire(5, config::enable::of(1) | config::crc4::of(required));
    wire.far.sends.crc4 = false;
    wire.frames(3190);
    EXPECT_EQ(wire.state() & 0xff, status::crc_lost::mask);
    wire.frames(30);
    EXPECT_EQ(wire.state() & 0xff, required == 2 ? status::without_crc4::mask
                                                 : status::crc_lost::mask | status::lof::mask);
    EXPECT_EQ(wire.read(block::alignments::offset), 0u) << "what was found first is kept";
    wire.far.sends.crc4 = true; // the far end learns it: only new frames tell (Annex B)
    wire.far.pulled = true;
    wire.frames(20);
    wire.far.pulled = false;
    wire.frames(200);
    EXPECT_EQ(wire.state() & 0xff, 0u);
  }
}

// G.706 4.3.2: 915 wrong blocks of 1,000 mean that the frames are none.
TEST(E1Line, FramesWith915WrongBlocksOf1000AreNone) {
  for (const unsigned wrong : {914u, 915u}) {
    e1_wire wire(6);
    wire.frames(100);
    ASSERT_EQ(wire.state() & 0xff, 0u);
    const unsigned before = wire.read(block::crc_errors::offset);
    ASSERT_EQ(before, 0u);
    // Windows of 1,000 begin with the first whole block; 914 in each are not 915 in one.
    wire.far.alters = [=](unsigned frame, unsigned at, bool bit) {
      return bit != (at == 100 && frame % 8 == 3 && frame / 8 >= 20 && frame / 8 < 20 + wrong);
    };
    wire.frames(8 * 1000);
    EXPECT_EQ(wire.read(block::crc_errors::offset), wrong);
    EXPECT_EQ(wire.read(block::alignments::offset), wrong == 915 ? 1u : 0u);
  }
}
} // namespace
} // namespace switchroom::test
