// SPDX-License-Identifier: MIT
// The UART's two ends against a line that is generated and read in real time units, not by the
// other end: 8N1 at 3 Mbaud from a 65.536 MHz clock (21.845 clocks a bit).
#include "Vuart_receiver_model.h"
#include "Vuart_transmitter_model.h"
#include "verilated_block.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <vector>

namespace {
using switchroom::test::verilated_block;
constexpr double clocks_per_bit = 65.536 / 3.0;

/// Level of the line at `clock`, for octets sent back to back from clock 100 on.
bool level(const std::vector<std::uint8_t>& octets, double clock, double bit_clocks) {
  const double bit = (clock - 100) / bit_clocks;
  if (bit < 0 || bit >= 10.0 * static_cast<double>(octets.size()))
    return true;
  const auto index = static_cast<std::size_t>(bit / 10);
  const int in_octet = static_cast<int>(bit) % 10;
  if (in_octet == 0)
    return false;
  return in_octet == 9 || (octets[index] >> (in_octet - 1) & 1);
}

std::vector<std::uint8_t> random_octets(unsigned seed, std::size_t count) {
  std::mt19937 random(seed);
  std::vector<std::uint8_t> octets(count);
  for (auto& octet : octets)
    octet = static_cast<std::uint8_t>(random());
  return octets;
}

class UartReceiver : public testing::TestWithParam<double> {};

TEST_P(UartReceiver, HearsEveryOctetOfASenderThatIsOffByThisShare) {
  const auto sent = random_octets(7, 300);
  const double bit_clocks = clocks_per_bit * (1 + GetParam());
  verilated_block<Vuart_receiver_model> uart(3);
  uart->line_i = 1;
  uart.reset();
  std::vector<std::uint8_t> heard;
  const int end = static_cast<int>(100 + 10 * bit_clocks * static_cast<double>(sent.size() + 1));
  for (int clock = 0; clock < end; ++clock) {
    uart->line_i = level(sent, clock, bit_clocks);
    uart.clock();
    if (uart->stb_o)
      heard.push_back(uart->data_o);
  }
  EXPECT_EQ(heard, sent);
}
INSTANTIATE_TEST_SUITE_P(BaudErrors, UartReceiver, testing::Values(-0.03, -0.01, 0.0, 0.01, 0.03));

TEST(UartReceiver, DropsAnOctetWithoutStopBitAndHearsTheNext) {
  verilated_block<Vuart_receiver_model> uart(1);
  uart->line_i = 1;
  uart.reset();
  std::vector<std::uint8_t> heard;
  auto hold = [&](bool line, double bits) {
    for (int clock = 0; clock < static_cast<int>(std::lround(bits * clocks_per_bit)); ++clock) {
      uart->line_i = line;
      uart.clock();
      if (uart->stb_o)
        heard.push_back(uart->data_o);
    }
  };
  hold(false, 12); // a break: start bit, zeros, no stop bit
  hold(true, 12);
  hold(false, 1); // 0xff
  hold(true, 12);
  ASSERT_EQ(heard.size(), 1u);
  EXPECT_EQ(heard[0], 0xff);
}

TEST(UartReceiver, TakesASpikeForNoStartBit) {
  verilated_block<Vuart_receiver_model> uart(1);
  uart->line_i = 1;
  uart.reset();
  for (int clock = 0; clock < 1000; ++clock) {
    uart->line_i = !(clock >= 200 && clock < 205);
    uart.clock();
    ASSERT_FALSE(uart->stb_o);
  }
}

TEST(UartTransmitter, IsReadInTheMiddleOfEachBit) {
  const auto sent = random_octets(9, 200);
  verilated_block<Vuart_transmitter_model> uart(5);
  uart->valid_i = 0;
  uart.reset();
  std::vector<bool> line;
  std::size_t next = 0;
  while (next < sent.size() || !uart->ready_o) {
    uart->valid_i = next < sent.size();
    uart->data_i = next < sent.size() ? sent[next] : 0;
    uart->eval();
    const bool taken = uart->valid_i && uart->ready_o;
    uart.clock();
    next += taken;
    line.push_back(uart->line_o);
  }
  std::vector<std::uint8_t> heard;
  std::size_t at = 0;
  while (at < line.size()) {
    if (line[at]) {
      ++at;
      continue;
    }
    std::uint8_t octet = 0;
    auto sample = [&](int bit) {
      return line.at(at + static_cast<std::size_t>((bit + 0.5) * clocks_per_bit));
    };
    for (int bit = 0; bit < 8; ++bit)
      octet = static_cast<std::uint8_t>(octet | sample(bit + 1) << bit);
    ASSERT_TRUE(sample(9)) << "stop bit of octet " << heard.size();
    heard.push_back(octet);
    at += static_cast<std::size_t>(9.5 * clocks_per_bit);
  }
  EXPECT_EQ(heard, sent);
}
} // namespace
