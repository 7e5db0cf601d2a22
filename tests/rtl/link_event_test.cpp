// SPDX-License-Identifier: MIT
// Events: in order, with their time, again until acknowledged.
#include "link_bench.hpp"

#include <gtest/gtest.h>

namespace switchroom::test {
namespace {

struct sent_event {
  std::uint8_t number;
  std::uint32_t frame;
  board_event what;
};

class LinkEvents : public ::testing::Test {
protected:
  LinkEvents() {
    board.settle();
    hello();
  }
  void hello() {
    board.send(stuffed({0x01, sequence++, 1}));
    board.run_frames(40);
    board.take_frames();
  }
  void acknowledge(std::uint8_t number) {
    board.send(stuffed({0x04, sequence++, 0, 0, 0, 0, number}));
  }
  std::vector<sent_event> take() {
    std::vector<sent_event> events;
    for (const octets& f : board.take_answers()) {
      EXPECT_EQ(f[0], 0x85);
      EXPECT_EQ(f.size(), 11u);
      events.push_back({f[2],
                        f[3] | f[4] << 8 | f[5] << 16 | static_cast<std::uint32_t>(f[6]) << 24,
                        {f[7], f[8], static_cast<std::uint16_t>(f[9] | f[10] << 8)}});
    }
    return events;
  }
  std::uint32_t dropped() { return board.link_register(regs::link_block::dropped_events::offset); }
  link_bench board;
  std::uint8_t sequence = 0;
};

TEST_F(LinkEvents, OldestIsSentAgainEveryEightFramesUntilAcknowledged) {
  board.events.push_back({7, 31, 0x7e7d});
  board.events.push_back({8, 30, 0x1234});
  board.run_clock();
  const std::uint32_t happened = board.frame;
  board.run_frames(41);
  auto events = take();
  ASSERT_EQ(events.size(), 6u) << "at frame 0 and 5 times more in 41 frames";
  for (const auto& e : events) {
    EXPECT_EQ(e.number, 1);
    EXPECT_EQ(e.frame, happened);
    EXPECT_EQ(e.what, (board_event{7, 31, 0x7e7d}));
  }
  acknowledge(1);
  board.run_frames(1);
  events = take();
  ASSERT_EQ(events.size(), 1u);
  EXPECT_EQ(events[0].number, 2);
  EXPECT_EQ(events[0].what, (board_event{8, 30, 0x1234}));
  acknowledge(2);
  board.run_frames(40);
  EXPECT_TRUE(take().empty());
}

TEST_F(LinkEvents, OtherNumbersAcknowledgeNothing) {
  board.events.push_back({1, 1, 1});
  board.run_frames(1);
  for (const std::uint8_t number : {0, 2, 255})
    acknowledge(number);
  board.run_frames(17);
  EXPECT_EQ(take().size(), 3u);
}

TEST_F(LinkEvents, NumbersSkipZero) {
  std::uint8_t expected = 1;
  for (std::uint16_t n = 0; n < 600; ++n) {
    board.events.push_back({1, 0, n});
    board.run_frames(1);
    const auto events = take();
    ASSERT_EQ(events.size(), 1u);
    ASSERT_EQ(events[0].number, expected);
    ASSERT_EQ(events[0].what.data, n);
    acknowledge(expected);
    expected = expected == 255 ? 1 : static_cast<std::uint8_t>(expected + 1);
  }
}

TEST_F(LinkEvents, WhatDoesNotFitIsCountedAndTheRestStaysInOrder) {
  for (std::uint16_t n = 0; n < 20; ++n)
    board.events.push_back({1, 0, n});
  board.run_frames(1);
  EXPECT_EQ(dropped(), 4u);
  std::vector<std::uint16_t> got;
  for (unsigned n = 0; n < 40; ++n) {
    board.run_frames(1);
    for (const auto& e : take()) {
      if (got.empty() || got.back() != e.what.data)
        got.push_back(e.what.data);
      acknowledge(e.number);
    }
  }
  ASSERT_EQ(got.size(), 16u);
  for (std::uint16_t n = 0; n < 16; ++n)
    EXPECT_EQ(got[n], n);
}

/// An acknowledgement that takes effect on every clock around the one on which the event is sent
/// again: what goes out under a number is always that number's event.
TEST_F(LinkEvents, AcknowledgementMayMeetTheRepetition) {
  std::uint8_t number = 0;
  for (unsigned offset = 0; offset < 60; ++offset) {
    board.events.push_back({1, 0, static_cast<std::uint16_t>(number + 1)});
    board.events.push_back({1, 0, static_cast<std::uint16_t>(number + 2)});
    board.run_clock();
    board.finish_frame();
    board.run_frames(6);
    // At the end of this frame the event is eight frames old and is repeated. The
    // acknowledgement takes some thirty clocks to be received.
    for (unsigned clock = 0; clock < 512 - 50 + offset; ++clock)
      board.run_clock();
    acknowledge(++number);
    board.run_frames(2);
    acknowledge(++number);
    board.run_frames(2);
    for (const auto& e : take())
      ASSERT_EQ(e.what.data, e.number) << "offset " << offset;
  }
}

TEST_F(LinkEvents, HelloDropsWhatWaitsAndStartsAtOne) {
  for (std::uint16_t n = 0; n < 5; ++n)
    board.events.push_back({1, 0, n});
  board.run_frames(1);
  acknowledge(1);
  board.run_frames(2);
  hello();
  board.run_frames(40);
  EXPECT_TRUE(take().empty());
  board.events.push_back({2, 0, 9});
  board.run_frames(1);
  const auto events = take();
  ASSERT_EQ(events.size(), 1u);
  EXPECT_EQ(events[0].number, 1);
  EXPECT_EQ(events[0].what.data, 9);
}

} // namespace
} // namespace switchroom::test
