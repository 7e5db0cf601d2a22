// SPDX-License-Identifier: MIT
// The host's end of the HDLC rings, over the golden model of the board's: two channels that hear
// one another, registers and events that take their time.
#include "golden/hdlc_channels.hpp"
#include "media/hdlc_rings.hpp"

#include <gtest/gtest.h>

#include <random>

namespace {

using namespace switchroom;
using namespace switchroom::media;
using frames = std::vector<std::vector<std::uint8_t>>;
using block = regs::hdlc_block;

constexpr std::uint8_t block_index = 11;

/// Requests are done in order, `latency` frames after they were asked for; one event is under way
/// at a time, as on the link.
class slow_board {
public:
  explicit slow_board(unsigned seed) : random(seed) {}

  hdlc_rings::ports ports(std::function<void(const hdlc_frame&)> received) {
    return {[this](std::span<const register_write> registers) {
              for (const auto& one : registers)
                later([this, one] {
                  EXPECT_EQ(one.address >> 16, block_index);
                  EXPECT_EQ(golden.write(one.address & 0xffff, one.value).status, regs::status::ok);
                });
            },
            [this](std::uint32_t address, std::uint8_t count, auto then) {
              later([this, address, count, then] {
                hdlc_rings::words words;
                for (std::uint32_t n = 0; n < count; ++n) {
                  const auto answer = golden.read((address + n) & 0xffff);
                  EXPECT_EQ(answer.status, regs::status::ok);
                  words.push_back(answer.value);
                }
                answers_.push_back([then, words] { then(words); });
              });
            },
            std::move(received)};
  }
  static board::capabilities capabilities() {
    board::capabilities found;
    found.blocks.push_back({block_index, block::type, block::version, 4, 320});
    return found;
  }
  /// Of the link: what was asked for is forgotten.
  void cut() {
    asked_.clear();
    answers_.clear();
    events_.clear();
  }

  void frame(hdlc_rings& host) {
    ++frame_;
    while (!asked_.empty() && asked_.front().first <= frame_) {
      asked_.front().second();
      asked_.pop_front();
    }
    golden.frame_of([this](unsigned n) {
      return static_cast<std::uint16_t>(golden.sample(n ^ 1) ^
                                        (bit_errors && random() % 900 == 0 ? 4 : 0));
    });
    for (const auto& event : golden.take_events())
      if (lost_events == 0 || random() % lost_events != 0)
        events_.push_back(event);
    while (!answers_.empty()) {
      const auto answer = std::move(answers_.front());
      answers_.pop_front();
      answer();
    }
    if (!events_.empty() && random() % 8 == 0) {
      const auto event = events_.front();
      events_.pop_front();
      EXPECT_TRUE(host.take({frame_, event.kind, event.index, event.data}));
    }
    host.tick(instant{} + duration{frame_ * 125});
  }

  golden::hdlc_channels golden{4, 320, 128};
  std::mt19937 random;
  bool bit_errors = false;
  unsigned lost_events = 0; ///< one of so many

private:
  void later(std::function<void()> work) {
    const std::uint32_t at = frame_ + 4 + random() % 12;
    asked_.emplace_back(asked_.empty() ? at : std::max(at, asked_.back().first), std::move(work));
  }
  std::uint32_t frame_ = 0;
  std::deque<std::pair<std::uint32_t, std::function<void()>>> asked_;
  std::deque<std::function<void()>> answers_;
  std::deque<golden::board_event> events_;
};

class HdlcRings : public testing::Test {
protected:
  void begin(const hdlc_settings& how = {}) {
    rings.up(slow_board::capabilities());
    rings.open(0, how);
    rings.open(1, how);
    run(64);
  }
  void run(unsigned count) {
    while (count-- > 0)
      board.frame(rings);
  }
  std::vector<std::uint8_t> make(std::size_t least, std::size_t most) {
    std::vector<std::uint8_t> frame(least + board.random() % (most - least + 1));
    for (auto& octet : frame)
      octet = static_cast<std::uint8_t>(board.random());
    return frame;
  }
  /// Sends `count` frames from `channel`, as fast as they go.
  void say(std::uint8_t channel, unsigned count, std::size_t most = 264) {
    for (unsigned n = 0; n < count; ++n) {
      said[channel].push_back(make(3, most));
      rings.send({channel, said[channel].back()});
      run(board.random() % 2 == 0 ? 0 : board.random() % 400);
    }
  }

  slow_board board{1};
  std::array<frames, 4> said, heard;
  hdlc_rings rings{
      board.ports([this](const hdlc_frame& f) { heard[f.channel].push_back(f.octets); })};
};

TEST_F(HdlcRings, FramesCrossWholeAndInOrder) {
  for (const unsigned bits : {2u, 8u}) {
    begin({static_cast<std::uint8_t>(bits), bits == 2, 264});
    for (int round = 0; round < 6; ++round) {
      say(0, 10);
      say(1, 10, 20);
    }
    run(60000 / bits);
    EXPECT_EQ(heard[1], said[0]) << bits;
    EXPECT_EQ(heard[0], said[1]) << bits;
  }
  EXPECT_EQ(rings.figures().dropped, 0u);
  EXPECT_EQ(rings.figures().malformed, 0u);
  EXPECT_EQ(rings.figures().sent, 240u);
  EXPECT_EQ(rings.figures().received, 240u);
}

TEST_F(HdlcRings, FramesThatNeverFitIntoHalfOfTheRingDoNotStop) {
  begin({8, false, 509});
  for (int n = 0; n < 20; ++n)
    rings.send({0, make(400, 508)}); // 128 words are the ring
  rings.send({0, make(509, 509)});
  run(20 * 560 * 12 / 10);
  EXPECT_EQ(rings.figures().sent, 20u);
  EXPECT_EQ(rings.figures().dropped, 1u);
  heard[1].clear(); // some of them, when the other ring was empty
  rings.send({0, said[0].emplace_back(make(260, 260))});
  run(1000);
  EXPECT_EQ(heard[1], said[0]);
}

TEST_F(HdlcRings, WhatIsDamagedIsMissingAndNothingElse) {
  begin();
  board.bit_errors = true;
  say(0, 300, 60);
  board.bit_errors = false;
  run(8000);
  EXPECT_LT(heard[1].size(), said[0].size());
  EXPECT_GT(heard[1].size(), said[0].size() / 2);
  auto at = said[0].begin();
  for (const auto& frame : heard[1]) {
    at = std::find(at, said[0].end(), frame);
    ASSERT_NE(at, said[0].end()) << "heard what nobody said, or twice";
    ++at;
  }
}

TEST_F(HdlcRings, EventsThatAreLostAreMadeGoodWithinASecond) {
  board.lost_events = 2;
  begin();
  for (int n = 0; n < 20; ++n) { // no more than the ring of the receiver has room for
    say(0, 25, 12);
    run(10000);
  }
  EXPECT_EQ(heard[1], said[0]);
}

TEST_F(HdlcRings, WhatWaitsTooLongIsDroppedCounted) {
  begin();
  for (int n = 0; n < 200; ++n) {
    said[0].push_back(make(60, 60));
    rings.send({0, said[0].back()});
  }
  run(10000);
  const auto dropped = rings.figures().dropped;
  EXPECT_EQ(dropped, 200 - hdlc_rings::most_waiting - 8); // 16 words each: the ring takes eight
  said[0].resize(200 - dropped);
  EXPECT_EQ(heard[1], said[0]);
  rings.send({0, {}});
  rings.send({3, make(5, 5)}); // not open
  rings.send({200, make(5, 5)});
  EXPECT_EQ(rings.figures().dropped, dropped + 3);
}

TEST_F(HdlcRings, ALostBoardBeginsAnewWithEmptyRings) {
  begin();
  for (int lives = 0; lives < 20; ++lives) {
    say(0, 12);
    run(board.random() % 300);
    board.cut();
    rings.down();
    rings.send({0, make(9, 9)}); // nobody is there
    run(50);
    rings.up(slow_board::capabilities());
    run(2000); // what the board still had to say of the last life
    heard[1].clear();
    said[0].clear();
    say(0, 5);
    run(3000);
    ASSERT_EQ(heard[1], said[0]) << lives;
  }
  EXPECT_EQ(rings.figures().malformed, 0u);
}

TEST_F(HdlcRings, WhoIsToldMayCloseTheChannel) {
  hdlc_rings* whose = nullptr;
  std::size_t count = 0;
  hdlc_rings closing{board.ports([&](const hdlc_frame& f) {
    ++count;
    whose->close(f.channel);
  })};
  whose = &closing;
  closing.up(slow_board::capabilities());
  closing.open(0, {});
  closing.open(1, {});
  for (int n = 0; n < 64; ++n)
    board.frame(closing);
  for (int n = 0; n < 4; ++n)
    closing.send({0, make(9, 9)});
  for (int n = 0; n < 2000; ++n)
    board.frame(closing);
  EXPECT_EQ(count, 1u);
}

} // namespace
