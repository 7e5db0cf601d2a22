// SPDX-License-Identifier: MIT
// read and write frames of proto/link.md: bursts, tags, statuses.
#include "link_bench.hpp"

#include <gtest/gtest.h>

namespace switchroom::test {
namespace {

constexpr std::uint8_t ok = 0, no_such_register = 1, read_only = 2, out_of_order = 3;

class LinkRegisters : public ::testing::Test {
protected:
  LinkRegisters() {
    for (std::uint32_t word = 0; word < 64; ++word)
      board.memory[0x020000 + word] = 0x11110000 + word;
    board.settle();
    hello();
  }
  void hello() {
    board.send(stuffed({0x01, sequence++, 1}));
    board.run_frames(40);
    EXPECT_EQ(board.take_answers().size(), 1u);
  }
  void write(std::uint8_t tag, std::uint32_t address, const std::vector<std::uint32_t>& words) {
    octets f{0x03, sequence++, tag};
    for (unsigned i = 0; i < 3; ++i)
      f.push_back(static_cast<std::uint8_t>(address >> 8 * i));
    for (const auto word : words)
      for (unsigned i = 0; i < 4; ++i)
        f.push_back(static_cast<std::uint8_t>(word >> 8 * i));
    board.send(stuffed(f));
  }
  void read(std::uint8_t tag, std::uint32_t address, std::uint8_t count) {
    board.send(stuffed({0x02, sequence++, tag, static_cast<std::uint8_t>(address),
                        static_cast<std::uint8_t>(address >> 8),
                        static_cast<std::uint8_t>(address >> 16), count}));
  }
  /// type, tag, status, data … of the only answer
  octets answer() {
    board.run_frames(3);
    const auto answers = board.take_answers();
    EXPECT_EQ(answers.size(), 1u);
    if (answers.empty())
      return {};
    octets a = answers[0];
    a.erase(a.begin() + 1); // the sequence
    return a;
  }
  link_bench board;
  std::uint8_t sequence = 0;
};

TEST_F(LinkRegisters, BurstsOfEveryLengthReachTheRightRegisters) {
  std::uint8_t tag = 0;
  for (std::uint8_t n = 1; n <= 32; ++n) {
    std::vector<std::uint32_t> words;
    for (std::uint32_t i = 0; i < n; ++i)
      words.push_back(0x7e7d0000 + n * 256u + i);
    write(tag, 0x020003, words);
    EXPECT_EQ(answer(), (octets{0x83, tag++, ok}));
    EXPECT_EQ(board.memory[0x020003u + n - 1], words.back());
    EXPECT_EQ(board.accesses.size(), n);
    board.accesses.clear();
    read(tag, 0x020003, n);
    octets expected{0x82, tag++, ok};
    for (const auto word : words)
      for (unsigned i = 0; i < 4; ++i)
        expected.push_back(static_cast<std::uint8_t>(word >> 8 * i));
    EXPECT_EQ(answer(), expected);
    board.accesses.clear();
  }
}

TEST_F(LinkRegisters, AnErrorEndsTheRequestAndWhatWasDoneStays) {
  board.read_only_from = 0x020020;
  write(0, 0x02001e, {1, 2, 3, 4});
  EXPECT_EQ(answer(), (octets{0x83, 0, read_only}));
  EXPECT_EQ(board.memory[0x02001e], 1u);
  EXPECT_EQ(board.memory[0x02001f], 2u);
  EXPECT_EQ(board.accesses.size(), 3u) << "nothing after the register that refused";
  read(1, 0x02003f, 2); // the second one does not exist
  EXPECT_EQ(answer(), (octets{0x82, 1, no_such_register, 0x3f, 0, 0x11, 0x11}));
  read(2, 0x030000, 4);
  EXPECT_EQ(answer(), (octets{0x82, 2, no_such_register}));
}

TEST_F(LinkRegisters, BurstStaysInItsBlock) {
  board.memory[0x02ffff] = 1;
  read(0, 0x02ffff, 2);
  EXPECT_EQ(answer(), (octets{0x82, 0, ok, 1, 0, 0, 0, 0, 0, 0x11, 0x11}));
}

TEST_F(LinkRegisters, RepeatedWriteIsAnsweredAsBeforeAndNotExecutedAgain) {
  board.read_only_from = 0x020020;
  write(0, 0x020000, {7});
  write(1, 0x020020, {7});
  board.run_frames(2);
  board.take_answers();
  ASSERT_EQ(board.accesses.size(), 2u);
  board.memory[0x020000] = 99;
  write(0, 0x020000, {7});
  EXPECT_EQ(answer(), (octets{0x83, 0, ok}));
  write(1, 0x020020, {7});
  EXPECT_EQ(answer(), (octets{0x83, 1, read_only}));
  EXPECT_EQ(board.memory[0x020000], 99u);
  EXPECT_EQ(board.accesses.size(), 2u);
}

TEST_F(LinkRegisters, RepeatedReadIsExecutedAgain) {
  read(0, 0x020000, 1);
  answer();
  board.memory[0x020000] = 5;
  read(0, 0x020000, 1);
  EXPECT_EQ(answer(), (octets{0x82, 0, ok, 5, 0, 0, 0}));
}

TEST_F(LinkRegisters, TagsAheadAreRefusedAndTagsUpTo128BehindAreOld) {
  for (int tag = 0; tag < 300; ++tag) {
    write(static_cast<std::uint8_t>(tag), 0x020000, {1});
    if (tag % 4 == 3)
      board.run_frames(1);
  }
  board.run_frames(8);
  EXPECT_EQ(board.accesses.size(), 300u);
  board.take_answers();
  const std::uint8_t next = 300 - 256;
  for (int ahead = 1; ahead <= 127; ++ahead) {
    const auto tag = static_cast<std::uint8_t>(next + ahead);
    write(tag, 0x020000, {2});
    EXPECT_EQ(answer(), (octets{0x83, tag, out_of_order})) << ahead;
  }
  for (int behind = 1; behind <= 128; ++behind) {
    const auto tag = static_cast<std::uint8_t>(next - behind);
    write(tag, 0x020000, {3});
    EXPECT_EQ(answer(), (octets{0x83, tag, ok})) << behind;
  }
  EXPECT_EQ(board.accesses.size(), 300u);
  write(next, 0x020000, {4});
  EXPECT_EQ(answer(), (octets{0x83, next, ok}));
  EXPECT_EQ(board.memory[0x020000], 4u);
}

TEST_F(LinkRegisters, HelloStartsTheTagsAgainAndLeavesRegisters) {
  write(0, 0x020000, {7});
  answer();
  hello();
  EXPECT_EQ(board.memory[0x020000], 7u);
  write(0, 0x020001, {8});
  EXPECT_EQ(answer(), (octets{0x83, 0, ok}));
  EXPECT_EQ(board.memory[0x020001], 8u);
}

TEST_F(LinkRegisters, WaitsForSlowRegistersAndKeepsTheOrder) {
  board.bus_clocks = 2040; // two frames, as architecture.md permits
  write(0, 0x020000, {1});
  read(1, 0x020000, 1);
  write(2, 0x020000, {2});
  read(3, 0x020000, 1);
  board.run_frames(20);
  const auto answers = board.take_answers();
  ASSERT_EQ(answers.size(), 4u);
  EXPECT_EQ(answers[1][4], 1);
  EXPECT_EQ(answers[3][4], 2);
}

TEST_F(LinkRegisters, OwnRegistersSayWhatTheLinkIs) {
  read(0, 0x060000, 4);
  EXPECT_EQ(answer(), (octets{0x82, 0, ok, 1, 0, 7, 0, 64, 0, 0, 0, 64, 0, 0, 0, 0, 1, 0, 0}));
  write(1, 0x060003, {1});
  EXPECT_EQ(answer(), (octets{0x83, 1, read_only}));
  write(2, 0x061000 + 63, {1});
  EXPECT_EQ(answer(), (octets{0x83, 2, ok}));
  read(3, 0x061000 + 62, 2);
  EXPECT_EQ(answer(), (octets{0x82, 3, ok, 0, 0, 0, 0, 1, 0, 0, 0}));
  write(4, 0x061000 + 64, {1});
  EXPECT_EQ(answer(), (octets{0x83, 4, no_such_register}));
  read(5, 0x06000c, 1);
  EXPECT_EQ(answer(), (octets{0x82, 5, no_such_register}));
}

} // namespace
} // namespace switchroom::test
