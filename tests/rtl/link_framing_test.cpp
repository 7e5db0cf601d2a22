// SPDX-License-Identifier: MIT
// The board's end of the link on the octet level, from octets that are made without the product.
#include "link_bench.hpp"

#include <gtest/gtest.h>

namespace switchroom::test {
namespace {

using link_regs = regs::link_block;
constexpr std::uint8_t hello_type = 0x01, read_type = 0x02, write_type = 0x03, cell_type = 0x04;

octets hello(std::uint8_t sequence = 0) {
  return stuffed({hello_type, sequence, 1});
}

TEST(LinkFraming, AnswersHelloWithItsVersionAndFrame) {
  link_bench board;
  board.settle();
  // The check octets are written out, so that not even the bench's CRC is trusted:
  // CRC-32 of 01 00 01 is 0x898483b3 (zlib).
  board.send({0x7e, 0x01, 0x00, 0x01, 0xb3, 0x83, 0x84, 0x89, 0x7e});
  board.run_frames(40);
  const auto answers = board.take_answers();
  ASSERT_EQ(answers.size(), 1u);
  ASSERT_EQ(answers[0].size(), 7u);
  EXPECT_EQ(answers[0][0], 0x81);
  EXPECT_EQ(answers[0][2], 1);
  const std::uint32_t frame = answers[0][3] | answers[0][4] << 8;
  EXPECT_GE(frame, 18u);
  EXPECT_LE(frame, board.frame);
}

TEST(LinkFraming, EveryBoardFrameHasAGoodCheckAndTheNextSequence) {
  link_bench board;
  board.run_frames(300); // the sequence wraps; take_frames checks each check
  const auto frames = board.take_frames();
  ASSERT_EQ(frames.size(), 300u);
  for (std::size_t i = 0; i < frames.size(); ++i) {
    EXPECT_EQ(frames[i][1], static_cast<std::uint8_t>(frames[0][1] + i));
    EXPECT_EQ(frames[i][2] | frames[i][3] << 8, static_cast<int>(i));
  }
}

TEST(LinkFraming, FlagsAndEscapesPassThroughBothWays) {
  link_bench board;
  constexpr std::uint32_t address = 0x017e7d;
  board.memory[address] = 0;
  board.memory[address + 1] = 0;
  board.settle();
  board.send(hello(0x7c));
  board.run_frames(40);
  board.take_frames();
  // Sequences 0x7d and 0x7e, the address 0x7e7d and the data are all to be escaped.
  board.send(stuffed(
      {write_type, 0x7d, 0, 0x7d, 0x7e, 0x01, 0x7e, 0x7d, 0x7d, 0x7e, 0x7d, 0x5e, 0x5d, 0x7e}));
  board.send(stuffed({read_type, 0x7e, 1, 0x7d, 0x7e, 0x01, 2}));
  board.run_frames(2);
  EXPECT_EQ(board.memory[address], 0x7e7d7d7eu);
  EXPECT_EQ(board.memory[address + 1], 0x7e5d5e7du);
  const auto answers = board.take_answers();
  ASSERT_EQ(answers.size(), 2u);
  EXPECT_EQ(octets(answers[1].begin() + 2, answers[1].end()),
            (octets{1, 0, 0x7e, 0x7d, 0x7d, 0x7e, 0x7d, 0x5e, 0x5d, 0x7e}));
}

TEST(LinkFraming, SharedAndRepeatedFlagsMakeNoFrames) {
  link_bench board;
  board.settle();
  octets line{0x7e, 0x7e, 0x7e};
  for (std::uint8_t sequence = 0; sequence < 3; ++sequence) {
    octets cell = stuffed({cell_type, sequence, 0, 0, 0, 0, 0});
    cell.erase(cell.begin()); // its opening flag is the closing flag of the one before
    line.insert(line.end(), cell.begin(), cell.end());
  }
  line.insert(line.end(), {0x7e, 0x7e});
  board.send(line);
  board.run_frames(2);
  EXPECT_EQ(board.link_register(link_regs::received_frames::offset), 3u);
  EXPECT_EQ(board.link_register(link_regs::check_errors::offset), 0u);
  EXPECT_EQ(board.link_register(link_regs::malformed::offset), 0u);
}

TEST(LinkFraming, DamagedShortAndAbortedFramesAreCountedAndHaveNoEffect) {
  link_bench board;
  board.memory[0x010000] = 5;
  board.settle();
  const octets write{write_type, 0, 0, 0, 0, 1, 9, 0, 0, 0};
  const octets good = stuffed(write);
  for (std::size_t at = 1; at + 1 < good.size(); ++at) { // one bit wrong, everywhere
    octets bad = good;
    bad[at] ^= 0x80;
    board.send(bad);
  }
  const std::size_t damaged = good.size() - 2;
  board.send({0x7e, 0x01, 0x7e});                         // too short
  board.send({0x7e, 0x00, 0x00, 0x00, 0x00, 0x00, 0x7e}); // five octets
  board.send({0x7e, 0x7d, 0x7e});                         // nothing but an escape
  octets aborted = good;
  aborted.insert(aborted.end() - 1, 0x7d); // escape before the flag
  board.send(aborted);
  board.run_frames(3);
  EXPECT_EQ(board.link_register(link_regs::check_errors::offset), damaged + 4);
  EXPECT_EQ(board.link_register(link_regs::received_frames::offset), 0u);
  EXPECT_TRUE(board.accesses.empty());
  EXPECT_TRUE(board.take_answers().empty());
  board.send(good);
  board.run_frames(1);
  EXPECT_EQ(board.memory[0x010000], 9u) << "the link recovers";
}

bool allowed(std::uint8_t type, const octets& body) {
  const auto size = body.size();
  switch (type) {
  case hello_type:
    return size == 1;
  case read_type:
    return size == 5 && body[4] >= 1 && body[4] <= 32;
  case write_type:
    return size >= 8 && size <= 132 && (size - 4) % 4 == 0;
  case cell_type:
    return size >= 5 && size <= 245 && (size - 5) % 3 == 0;
  default:
    return false;
  }
}

/// Every length of every type, up to beyond the largest frame. Bodies carry the tag 200, which
/// is ahead, so that nothing is executed.
TEST(LinkFraming, UnknownTypesAndWrongLengthsAreMalformed) {
  for (const std::uint8_t type : {0x00, 0x01, 0x02, 0x03, 0x04, 0x05, 0x81, 0x84, 0xff}) {
    link_bench board(type + 1u);
    board.settle();
    std::uint32_t good = 0, bad = 0;
    for (std::size_t size = 0; size <= 256; ++size) {
      if (type == hello_type && size == 1)
        continue; // empties the ring for some 37 frames; has tests of its own
      octets frame{type, static_cast<std::uint8_t>(good + bad)};
      frame.resize(size + 2, 0);
      if (size > 0)
        frame[2] = 100;
      if (size > 4)
        frame[6] = 1;
      (allowed(type, octets(frame.begin() + 2, frame.end())) ? good : bad) += 1;
      board.send(stuffed(frame));
    }
    board.run_frames(120);
    EXPECT_TRUE(board.to_board.empty());
    EXPECT_EQ(board.link_register(link_regs::received_frames::offset), good) << int(type);
    EXPECT_EQ(board.link_register(link_regs::malformed::offset), bad) << int(type);
    EXPECT_EQ(board.link_register(link_regs::check_errors::offset), 0u) << int(type);
    EXPECT_EQ(board.link_register(link_regs::sequence_gaps::offset), 0u) << int(type);
    EXPECT_TRUE(board.accesses.empty());
  }
}

TEST(LinkFraming, ReadOfNoWordsOrTooManyIsMalformed) {
  link_bench board;
  board.settle();
  std::uint8_t sequence = 0;
  for (const std::uint8_t count : {0, 33, 128, 255})
    board.send(stuffed({read_type, sequence++, 0, 0, 0, 1, count}));
  board.run_frames(2);
  EXPECT_EQ(board.link_register(link_regs::malformed::offset), 4u);
  EXPECT_TRUE(board.take_answers().empty());
}

TEST(LinkFraming, FrameWithoutEndIsDroppedWhole) {
  link_bench board;
  board.settle();
  octets endless(5000, 0x55);
  endless.insert(endless.begin(), 0x7e);
  endless.push_back(0x7e);
  board.send(endless);
  board.send(stuffed({cell_type, 0, 0, 0, 0, 0, 0}));
  board.run_frames(16);
  EXPECT_EQ(board.link_register(link_regs::check_errors::offset), 1u);
  EXPECT_EQ(board.link_register(link_regs::received_frames::offset), 1u);
}

TEST(LinkFraming, JumpsOfTheSequenceCountWhatIsMissing) {
  link_bench board;
  board.settle();
  std::uint32_t missing = 0;
  std::uint8_t sequence = 200; // starts anywhere
  for (const std::uint8_t skip : {0, 1, 0, 7, 254, 0, 100}) {
    sequence = static_cast<std::uint8_t>(sequence + skip);
    board.send(stuffed({cell_type, sequence++, 0, 0, 0, 0, 0}));
    missing += skip;
  }
  board.run_frames(1);
  EXPECT_EQ(board.link_register(link_regs::sequence_gaps::offset), missing);
  board.send(hello(3)); // a new host may begin anywhere
  board.send(stuffed({cell_type, 5, 0, 0, 0, 0, 0}));
  board.run_frames(40);
  EXPECT_EQ(board.link_register(link_regs::sequence_gaps::offset), missing + 1);
}

} // namespace
} // namespace switchroom::test
