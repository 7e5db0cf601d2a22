// SPDX-License-Identifier: MIT
#include <cstdint>
#include <random>

#include <gtest/gtest.h>

#include "Vboard_registers_model.h"
#include "switchroom/regs.hpp"
#include "verilated_block.hpp"

namespace {
using registers = switchroom::regs::board_block;
using block = switchroom::test::verilated_block<Vboard_registers_model>;

switchroom::test::register_answer ask(block& board, bool write, unsigned word,
                                      std::uint32_t data = 0) {
  return switchroom::test::ask(board, write, static_cast<std::uint16_t>(word), data,
                               [&] { board.clock(); });
}

TEST(BoardRegisters, EveryAddressAnswersAsTheDescriptionSays) {
  block board(1);
  board->reg_valid_i = 0;
  board->frame_i = 0;
  board.reset();
  for (unsigned word = 0; word < 0x10000; ++word) {
    const bool known = word <= registers::scratch::offset;
    const bool writable = word == registers::scratch::offset;
    ASSERT_EQ(ask(board, false, word).status, known ? 0 : 1) << "read " << word;
    ASSERT_EQ(ask(board, true, word).status, writable ? 0 : known ? 2 : 1) << "write " << word;
  }
}

TEST(BoardRegisters, TellWhatTheBoardIs) {
  block board(2);
  board->reg_valid_i = 0;
  board->frame_i = 0x89abcdef;
  board.reset();
  EXPECT_EQ(ask(board, false, registers::id::offset).data, 0x0001'0001u);
  EXPECT_EQ(ask(board, false, registers::capacity::offset).data, 18u);
  EXPECT_EQ(ask(board, false, registers::magic::offset).data, 0x53575231u) << "\"SWR1\"";
  EXPECT_EQ(ask(board, false, registers::clocks_per_frame::offset).data, 1024u);
  EXPECT_EQ(ask(board, false, registers::frame::offset).data, 0x89abcdefu);
}

TEST(BoardRegisters, ScratchHoldsWhatWasWrittenAndResetsToZero) {
  for (unsigned seed = 1; seed < 5; ++seed) {
    block board(seed);
    board->reg_valid_i = 0;
    board.reset();
    EXPECT_EQ(ask(board, false, registers::scratch::offset).data, 0u);
    std::mt19937 random(seed);
    for (int n = 0; n < 100; ++n) {
      const auto value = static_cast<std::uint32_t>(random());
      ask(board, true, registers::scratch::offset, value);
      ask(board, true, static_cast<unsigned>(random()) % registers::scratch::offset, ~value);
      EXPECT_EQ(ask(board, false, registers::scratch::offset).data, value);
    }
  }
}
} // namespace
