// SPDX-License-Identifier: MIT
// Conferences of host slots, sample by sample (S6).
#include "media/bridges.hpp"
#include "media/engine.hpp"

#include <gtest/gtest.h>

#include <random>

namespace switchroom::media {
namespace {

constexpr host_slot slot(unsigned n) {
  return host_slot{static_cast<std::uint8_t>(n)};
}

/// What each of them hears when they say this.
std::vector<int> heard(const std::vector<int>& said) {
  bridges room(static_cast<unsigned>(said.size()));
  room.begin();
  for (unsigned n = 0; n < said.size(); ++n)
    room.join(slot(n), 1);
  for (unsigned n = 0; n < said.size(); ++n)
    room.speak(slot(n), static_cast<std::int16_t>(said[n]));
  std::vector<int> all;
  for (unsigned n = 0; n < said.size(); ++n)
    all.push_back(room.hear(slot(n)));
  return all;
}

TEST(Bridges, S6_EachHearsAllOthersAndNotItself) {
  EXPECT_EQ(heard({1000, 200, 30}), (std::vector{230, 1030, 1200}));
  EXPECT_EQ(heard({1, 2, 4, 8, 16, 32, 64, 128}),
            (std::vector{254, 253, 251, 247, 239, 223, 191, 127}));
  EXPECT_EQ(heard({500}), std::vector{0});
  EXPECT_EQ(heard({500, -500}), (std::vector{-500, 500}));
}

TEST(Bridges, S6_TheSumIsHeldToSixteenBitsAndDoesNotWrap) {
  EXPECT_EQ(heard({0, 20'000, 20'000}), (std::vector{32'767, 20'000, 20'000}));
  EXPECT_EQ(heard({0, -20'000, -20'000}), (std::vector{-32'768, -20'000, -20'000}));
  EXPECT_EQ(heard({0, 32'767, 1}), (std::vector{32'767, 1, 32'767}));
  EXPECT_EQ(heard({0, -32'768, -1}), (std::vector{-32'768, -1, -32'768}));
  // Held after the own voice is taken out, so that what others say is not bent by it.
  EXPECT_EQ(heard({32'767, 32'767, -32'767}), (std::vector{0, 0, 32'767}));
  EXPECT_EQ(heard(std::vector<int>(256, 32'767)), std::vector<int>(256, 32'767));
  EXPECT_EQ(heard(std::vector<int>(256, -32'768)), std::vector<int>(256, -32'768));
}

/// Against sums made one by one, of random people in random conferences.
TEST(Bridges, S6_ManyConferencesDoNotHearEachOther) {
  std::mt19937 random{7};
  bridges rooms(64);
  std::vector<unsigned> of(64);
  for (unsigned frame = 0; frame < 500; ++frame) {
    const auto moved = static_cast<unsigned>(random() % 64);
    of[moved] = random() % 5;
    if (of[moved] == 0)
      rooms.leave(slot(moved));
    else
      rooms.join(slot(moved), static_cast<bridge_number>(of[moved] * 50));
    std::vector<int> said(64);
    rooms.begin();
    for (unsigned n = 0; n < 64; ++n)
      if (of[n] != 0) {
        said[n] = static_cast<std::int16_t>(random());
        rooms.speak(slot(n), static_cast<std::int16_t>(said[n]));
      }
    for (unsigned n = 0; n < 64; ++n) {
      if (of[n] == 0)
        continue;
      long expected = 0;
      for (unsigned other = 0; other < 64; ++other)
        if (other != n && of[other] == of[n])
          expected += said[other];
      ASSERT_EQ(rooms.hear(slot(n)), std::min(32'767L, std::max(-32'768L, expected)));
    }
  }
}

/// Through the engine: what comes in a cell is heard by the others in the same.
TEST(Bridges, S6_EightPartiesOfOneEngine) {
  engine one{{16, 10, 20, 1}};
  for (unsigned n = 0; n < 8; ++n)
    ASSERT_TRUE(one.join(slot(n), 9));
  ASSERT_TRUE(one.join(slot(8), 10)); // another conference
  EXPECT_FALSE(one.join(slot(16), 9));
  std::vector<board::sample> in;
  for (unsigned n = 0; n < 9; ++n)
    if (n != 5) // of whom the board sends nothing yet
      in.push_back({static_cast<std::uint8_t>(n), static_cast<std::int16_t>(1 << n)});
  const auto answer = one.on_cell(1, in, instant{});
  ASSERT_EQ(answer.samples.size(), 9U);
  constexpr int everybody = 255 - 32;
  for (unsigned n = 0; n < 8; ++n) {
    EXPECT_EQ(answer.samples[n].slot, n);
    EXPECT_EQ(answer.samples[n].value, n == 5 ? everybody : everybody - (1 << n));
  }
  EXPECT_EQ(answer.samples[8].value, 0);
  one.close(slot(3));
  EXPECT_FALSE(one.is_open(slot(3)));
  EXPECT_EQ(one.on_cell(2, in, instant{}).samples[0].value, everybody - 1 - 8);
}

} // namespace
} // namespace switchroom::media
