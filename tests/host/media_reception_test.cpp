// SPDX-License-Identifier: MIT
// What reports say of a stream, by the definitions of RFC 3550.
#include "media/reception.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

namespace {

using namespace switchroom;
using namespace switchroom::media;
using std::chrono::microseconds;

instant at_ms(double ms) {
  return instant{microseconds{static_cast<std::int64_t>(ms * 1000)}};
}

rtp_header header(unsigned number, std::uint32_t ssrc = 7) {
  return {false, 8, static_cast<std::uint16_t>(65530 + number), 0xffff'0000 + number * 160, ssrc};
}

TEST(Reception, LossOfAnIntervalAndOfAllAcrossTheWrap) {
  reception r;
  EXPECT_EQ(r.report(at_ms(0)), std::nullopt) << "nobody was heard";
  for (unsigned n = 0; n < 100; ++n)
    if (n % 4 != 1)
      r.packet(header(n), at_ms(n * 20));
  auto block = r.report(at_ms(2000));
  ASSERT_TRUE(block);
  EXPECT_EQ(block->ssrc, 7U);
  EXPECT_EQ(block->fraction_lost, 64); // 25 of 100, in 256ths
  EXPECT_EQ(block->lost, 25);
  EXPECT_EQ(block->highest_sequence, 65530U + 99) << "wrapped once";
  EXPECT_EQ(block->last_sr, 0U);
  EXPECT_EQ(block->since_last_sr, 0U);
  EXPECT_EQ(r.report(at_ms(2001)), std::nullopt) << "nothing came since (6.4)";
  for (unsigned n = 100; n < 150; ++n)
    r.packet(header(n), at_ms(n * 20));
  block = r.report(at_ms(3000));
  ASSERT_TRUE(block);
  EXPECT_EQ(block->fraction_lost, 0) << "of the interval alone";
  EXPECT_EQ(block->lost, 25);
  r.packet(header(199), at_ms(4000));
  EXPECT_EQ(r.report(at_ms(4000))->fraction_lost, 49 * 256 / 50);
}

// 6.4.1: "packets received includes any which are late or duplicates, and … may be negative".
TEST(Reception, LateOnesCountAndDuplicatesMakeLossNegative) {
  reception r;
  for (const unsigned n : {0U, 2U, 1U, 2U, 2U})
    r.packet(header(n), at_ms(n * 20));
  const auto block = r.report(at_ms(100));
  ASSERT_TRUE(block);
  EXPECT_EQ(block->lost, -2);
  EXPECT_EQ(block->fraction_lost, 0);
}

TEST(Reception, AJumpOfTheNumbersBeginsAnewAndOneStrayDoesNot) {
  reception r;
  r.packet(header(0), at_ms(0));
  r.packet(header(20000), at_ms(20));
  r.packet(header(1), at_ms(20));
  EXPECT_EQ(r.report(at_ms(30))->lost, 0);
  r.packet(header(40000), at_ms(40));
  r.packet(header(40001), at_ms(60));
  r.packet(header(40003), at_ms(100));
  const auto block = r.report(at_ms(100));
  EXPECT_EQ(block->lost, 1);
  EXPECT_EQ(block->highest_sequence, (65530U + 40003) % 65536);
  EXPECT_EQ(block->fraction_lost, 256 / 3);
}

TEST(Reception, ASenderReportIsNamedWithItsAge) {
  reception r;
  r.packet(header(0), at_ms(0));
  r.sender_report({0xe000'b705'2000'1234, 0, 0, 0}, at_ms(10'000));
  const auto block = r.report(at_ms(15'250)); // RFC 3550, figure 2
  EXPECT_EQ(block->last_sr, 0xb705'2000U);
  EXPECT_EQ(block->since_last_sr, 0x0005'4000U);
  r.packet(header(1), at_ms(15'300));
  EXPECT_EQ(r.report(at_ms(1e9))->since_last_sr, UINT32_MAX) << "no longer than the field";
}

TEST(Reception, AnotherSourceBeginsAnew) {
  reception r;
  r.sender_report({1ULL << 32, 0, 0, 0}, at_ms(0));
  r.packet(header(0), at_ms(0));
  r.packet(header(9), at_ms(500));
  r.packet(header(0, 8), at_ms(600));
  const auto block = r.report(at_ms(600));
  EXPECT_EQ(*block, (report_block{.ssrc = 8, .highest_sequence = 65530}));
  EXPECT_EQ(r.source(), 8U);
}

// A.8: J += (|D| − J) / 16. Against that in floating point, and by what it settles at.
TEST(Reception, JitterIsThatOfTheRfcInTimestampUnits) {
  for (const unsigned clock : {8000U, 16000U}) {
    reception r(clock);
    std::mt19937 random(2);
    double j = 0, last = 0;
    for (unsigned n = 0; n < 500; ++n) {
      const double late_us = 125 * (random() % 64); // up to 8 ms, in whole units of both clocks
      rtp_header h = header(n);
      h.timestamp = 0xffff'0000 + n * clock / 50; // 20 ms
      r.packet(h, at_ms(n * 20 + late_us / 1000));
      if (n > 0)
        j += (std::abs(late_us - last) * clock / 1e6 - j) / 16;
      last = late_us;
    }
    EXPECT_NEAR(r.report(at_ms(0))->jitter, j, 1.5) << clock;
  }
  reception steady;
  for (unsigned n = 0; n < 500; ++n)
    steady.packet(header(n), at_ms(n * 20 + (n % 2) * 4)); // each differs by 4 ms: 32 units
  EXPECT_NEAR(steady.report(at_ms(0))->jitter, 32, 1);
}

} // namespace
