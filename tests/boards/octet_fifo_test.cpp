// SPDX-License-Identifier: MIT
// The octets between UART and link, against a std::deque.
#include "Voctet_fifo_model.h"
#include "verilated_block.hpp"

#include <gtest/gtest.h>

#include <deque>
#include <random>

namespace {
using switchroom::test::verilated_block;
constexpr std::size_t depth = 16;

/// A source that sends in `source` of 16 clocks, a sink that is ready in `sink` of 16.
class OctetFifo : public testing::TestWithParam<std::tuple<int, int>> {};

TEST_P(OctetFifo, KeepsOrderAndDropsOnlyWhatIsTooMuch) {
  const auto [source, sink] = GetParam();
  std::mt19937 random(static_cast<unsigned>(100 * source + sink));
  verilated_block<Voctet_fifo_model> fifo(3);
  fifo->stb_i = fifo->ready_i = 0;
  fifo.reset();
  std::deque<std::uint8_t> waiting; // taken in and not yet given out
  std::size_t given = 0, dropped = 0;
  for (int clock = 0; clock < 40'000; ++clock) {
    fifo->stb_i = static_cast<int>(random() % 16) < source;
    fifo->data_i = static_cast<std::uint8_t>(random());
    fifo->ready_i = static_cast<int>(random() % 16) < sink;
    fifo->eval();
    if (fifo->valid_o && fifo->ready_i) {
      ASSERT_FALSE(waiting.empty());
      ASSERT_EQ(fifo->data_o, waiting.front()) << "octet " << given;
      waiting.pop_front();
      ++given;
    }
    const bool sent = fifo->stb_i;
    const std::uint8_t octet = fifo->data_i;
    fifo.clock();
    if (sent && !fifo->dropped_o)
      waiting.push_back(octet);
    dropped += fifo->dropped_o;
    if (fifo->dropped_o) {
      ASSERT_GE(waiting.size(), depth);
    }
    ASSERT_LE(waiting.size(), depth + 1); // one more is at data_o
  }
  EXPECT_GT(given, 1000u);
  EXPECT_EQ(dropped > 0, source > 5 || sink < source);
}
INSTANTIATE_TEST_SUITE_P(Paces, OctetFifo,
                         testing::Combine(testing::Values(1, 3, 16), testing::Values(2, 16)));

TEST(OctetFifo, GivesAnOctetThreeClocksLater) {
  verilated_block<Voctet_fifo_model> fifo(4);
  fifo->ready_i = 0;
  fifo->stb_i = 0;
  fifo.reset();
  fifo->stb_i = 1;
  fifo->data_i = 0x5a;
  fifo.clock();
  fifo->stb_i = 0;
  fifo.clock();
  EXPECT_FALSE(fifo->valid_o);
  fifo.clock();
  EXPECT_TRUE(fifo->valid_o);
  EXPECT_EQ(fifo->data_o, 0x5a);
}
} // namespace
