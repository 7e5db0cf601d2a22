// SPDX-License-Identifier: MIT
#include <cstdint>
#include <map>
#include <random>

#include <gtest/gtest.h>

#include "Vregister_bus_model.h"
#include "verilated_block.hpp"

namespace {
constexpr unsigned blocks = 7;
using bus_model = switchroom::test::verilated_block<Vregister_bus_model>;

/// Each block keeps the word that it was asked for last, whoever is asked now.
void expect_words(bus_model& bus, const std::map<unsigned, std::uint16_t>& words) {
  for (const auto& [block, word] : words)
    ASSERT_EQ(bus->words_o[block / 2] >> 16 * (block % 2) & 0xffff, word) << block;
}

// Seven blocks that answer after a time of their own with a status and data of their own.
class RegisterBus : public testing::TestWithParam<unsigned> {};

TEST_P(RegisterBus, ARequestReachesOnlyItsBlockAndItsAnswerComesBack) {
  bus_model bus(GetParam());
  std::mt19937 random(GetParam());
  bus->valid_i = bus->ack_i = 0;
  bus.reset();
  std::map<unsigned, std::uint16_t> words; // of those that were asked
  for (int n = 0; n < 2000; ++n) {
    const unsigned block = static_cast<unsigned>(random()) % blocks;
    bus->block_i = static_cast<std::uint8_t>(block);
    bus->valid_i = 1;
    words[block] = static_cast<std::uint16_t>(random());
    bus->word_i = words[block];
    bus.clock();
    ASSERT_NO_FATAL_FAILURE(expect_words(bus, words));
    for (unsigned wait = static_cast<unsigned>(random()) % 4; wait > 0; --wait) {
      bus.clock();
      ASSERT_EQ(bus->valid_o, 1u << block);
      ASSERT_FALSE(bus->ack_o);
    }
    const auto status = static_cast<std::uint8_t>(random());
    const auto data = static_cast<std::uint32_t>(random());
    bus->status_i = status;
    bus->rdata_i = data;
    bus->ack_i = 1;
    bus.clock();
    bus->ack_i = 0;
    bus->status_i = static_cast<std::uint8_t>(~status);
    bus->rdata_i = ~data;
    ASSERT_TRUE(bus->ack_o);
    ASSERT_EQ(bus->valid_o, 0u) << "asked again";
    ASSERT_EQ(bus->status_o, status);
    ASSERT_EQ(bus->rdata_o, data);
    bus.clock(); // the master sees the acknowledgement
    bus->valid_i = 0;
    bus->word_i = static_cast<std::uint16_t>(random());
    ASSERT_FALSE(bus->ack_o) << "one acknowledgement, one clock";
    for (unsigned wait = static_cast<unsigned>(random()) % 3; wait > 0; --wait) {
      bus.clock();
      ASSERT_EQ(bus->valid_o, 0u);
      ASSERT_FALSE(bus->ack_o);
    }
  }
}

TEST_P(RegisterBus, ABlockThatDoesNotExistIsNoSuchRegister) {
  bus_model bus(GetParam());
  bus->valid_i = bus->ack_i = 0;
  bus.reset();
  for (unsigned block = blocks; block < 256; ++block) {
    bus->block_i = static_cast<std::uint8_t>(block);
    bus->valid_i = 1;
    bus.clock();
    ASSERT_EQ(bus->valid_o, 0u) << block;
    ASSERT_TRUE(bus->ack_o) << block;
    ASSERT_EQ(bus->status_o, 1u) << block;
    ASSERT_EQ(bus->rdata_o, 0u) << block;
    bus.clock();
    ASSERT_FALSE(bus->ack_o) << "one acknowledgement, one clock";
    bus->valid_i = 0;
    bus.clock();
    ASSERT_FALSE(bus->ack_o);
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, RegisterBus, testing::Range(1u, 4u));
} // namespace
