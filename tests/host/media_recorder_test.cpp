// SPDX-License-Identifier: MIT
#include "media/engine.hpp"
#include "media/recorder.hpp"

#include <gtest/gtest.h>

#include <thread>

namespace switchroom::media {
namespace {

TEST(Recorder, KeepsWhatIsHeardWhileItSays) {
  recorder one(10, {5, 6});
  EXPECT_FALSE(one.first_frame());
  EXPECT_EQ(one.turn(0xffff'ffff, 100), 5);
  EXPECT_EQ(one.turn(0, 101), 6);
  EXPECT_EQ(one.turn(1, 102), 0);
  EXPECT_EQ(one.first_frame(), 0xffff'ffffU);
  std::vector<std::int16_t> heard;
  one.drain(heard);
  EXPECT_EQ(heard, (std::vector<std::int16_t>{100, 101, 102}));
  one.drain(heard);
  EXPECT_EQ(heard.size(), 3u);
}

TEST(Recorder, WhatHasNoRoomIsLostAndCounted) {
  recorder one(4);
  std::vector<std::int16_t> heard;
  for (int round = 0; round < 3; ++round) {
    for (std::int16_t n = 0; n < 6; ++n)
      one.turn(0, n);
    heard.clear();
    one.drain(heard);
    EXPECT_EQ(heard, (std::vector<std::int16_t>{0, 1, 2, 3}));
  }
  EXPECT_EQ(one.lost(), 6u);
}

TEST(Recorder, TwoThreadsLoseAndRepeatNothing) {
  recorder one(1 << 18);
  std::thread voice([&] {
    for (std::uint32_t n = 0; n < 200'000; ++n)
      one.turn(n, static_cast<std::int16_t>(n));
  });
  std::vector<std::int16_t> heard;
  while (heard.size() < 200'000)
    one.drain(heard);
  voice.join();
  EXPECT_EQ(one.lost(), 0u);
  for (std::uint32_t n = 0; n < 200'000; ++n)
    ASSERT_EQ(heard[n], static_cast<std::int16_t>(n));
}

/// Cells that were lost leave no hole: what is heard is held, and time goes on.
TEST(Recorder, InAnEngineAFrameIsASampleAlsoWhenCellsAreLost) {
  engine voice({4, 10, 0, 1});
  const auto one = std::make_shared<recorder>(100, std::vector<std::int16_t>{1, 2, 3, 4, 5, 6});
  ASSERT_TRUE(voice.mount(host_slot{2}, one));
  EXPECT_TRUE(voice.is_open(host_slot{2}));
  const auto cell = [&](std::uint32_t frame, bool heard) {
    const board::sample sample{2, static_cast<std::int16_t>(frame)};
    return voice.on_cell(frame, std::span(&sample, heard ? 1 : 0), instant{frame_time * frame})
        .samples[0]
        .value;
  };
  EXPECT_EQ(cell(50, false), 0); // the board does not send the slot yet: nothing begins
  EXPECT_EQ(cell(51, true), 1);
  EXPECT_EQ(cell(52, true), 2);
  EXPECT_EQ(cell(55, true), 5);
  EXPECT_EQ(one->first_frame(), 51u);
  std::vector<std::int16_t> heard;
  one->drain(heard);
  EXPECT_EQ(heard, (std::vector<std::int16_t>{51, 52, 55, 55, 55}));
}

} // namespace
} // namespace switchroom::media
