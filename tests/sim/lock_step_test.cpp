// SPDX-License-Identifier: MIT
#include "board/lock_step.hpp"

#include <cstdint>
#include <vector>

#include <gtest/gtest.h>

namespace switchroom::sim {
namespace {

using octets = std::vector<std::uint8_t>;

// FCS-32 bit by bit, as RFC 1662's appendix C.3 describes it.
std::uint32_t check_of(const octets& frame) {
  std::uint32_t crc = ~0U;
  for (const std::uint8_t octet : frame) {
    crc ^= octet;
    for (int bit = 0; bit < 8; ++bit) {
      crc = (crc & 1U) != 0 ? (crc >> 1U) ^ 0xedb88320U : crc >> 1U;
    }
  }
  return ~crc;
}

octets framed(octets frame) {
  const std::uint32_t check = check_of(frame);
  for (unsigned shift = 0; shift < 32; shift += 8) {
    frame.push_back(static_cast<std::uint8_t>(check >> shift));
  }
  octets out{0x7e};
  for (const std::uint8_t octet : frame) {
    if (octet == 0x7e || octet == 0x7d) {
      out.push_back(0x7d);
      out.push_back(octet ^ 0x20U);
    } else {
      out.push_back(octet);
    }
  }
  out.push_back(0x7e);
  return out;
}

// proto/link.md: type, sequence, body.
octets cell(std::uint8_t sequence) {
  return framed({0x04, sequence, 1, 0, 0, 0, 0});
}
octets board_cell(std::uint8_t sequence) {
  return framed({0x84, sequence, 0, 0, 0, 0});
}
octets hello(std::uint8_t sequence) {
  return framed({0x01, sequence, 1});
}

octets operator+(octets left, const octets& right) {
  left.insert(left.end(), right.begin(), right.end());
  return left;
}

TEST(LockStep, CheckIsTheOneThatEverybodyPublishes) {
  EXPECT_EQ(check_of({'1', '2', '3', '4', '5', '6', '7', '8', '9'}), 0xcbf43926U);
}

TEST(LockStep, NothingRunsWithoutAHost) {
  lock_step time;
  EXPECT_FALSE(time.may_run());
  time.connect();
  EXPECT_TRUE(time.may_run()) << "the first frame sends the first board_cell";
  time.disconnect();
  EXPECT_FALSE(time.may_run());
}

TEST(LockStep, AFrameRunsWhenItsBoardCellIsAnswered) {
  lock_step time;
  time.connect();
  for (std::uint8_t frame = 0; frame < 255; ++frame) {
    time.from_board(board_cell(frame));
    EXPECT_FALSE(time.may_run());
    time.from_host(hello(frame));
    EXPECT_FALSE(time.may_run()) << "a hello is no answer";
    time.from_host(cell(frame));
    EXPECT_TRUE(time.may_run());
    octets fed;
    time.take(fed);
    EXPECT_EQ(fed, hello(frame) + cell(frame));
  }
}

TEST(LockStep, DamagedAndUnfinishedCellsAreNoAnswer) {
  lock_step time;
  time.connect();
  time.from_board(board_cell(0));
  octets damaged = cell(0);
  damaged[4] ^= 0x10U;
  time.from_host(damaged);
  EXPECT_FALSE(time.may_run());
  octets unfinished = cell(1);
  unfinished.pop_back();
  time.from_host(unfinished);
  EXPECT_FALSE(time.may_run());
  time.from_host(octets{0x7e});
  EXPECT_TRUE(time.may_run());
}

// What follows the answer waits, however the octets were cut on their way.
TEST(LockStep, WhatTheFabricGetsDoesNotDependOnHowTheOctetsTravelled) {
  octets stream;
  for (std::uint8_t frame = 0; frame < 200; ++frame) {
    stream = std::move(stream) + hello(frame) + cell(frame) + hello(0x7e);
  }
  std::vector<std::vector<octets>> runs;
  for (const std::size_t portion : {std::size_t{1}, std::size_t{7}, stream.size()}) {
    lock_step time;
    time.connect();
    std::size_t at = 0;
    std::vector<octets> frames;
    for (std::uint8_t frame = 0; frame < 200; ++frame) {
      time.from_board(board_cell(frame));
      while (!time.may_run()) {
        ASSERT_LT(at, stream.size());
        const std::size_t size = std::min(portion, stream.size() - at);
        time.from_host({stream.data() + at, size});
        at += size;
      }
      time.take(frames.emplace_back());
    }
    runs.push_back(std::move(frames));
  }
  EXPECT_EQ(runs[0], runs[1]);
  EXPECT_EQ(runs[0], runs[2]);
  EXPECT_EQ(runs[0][0], hello(0) + cell(0));
  EXPECT_EQ(runs[0][1], hello(0x7e) + hello(1) + cell(1));
}

TEST(LockStep, ANewHostOwesNothingOfTheOldOnes) {
  lock_step time;
  time.connect();
  time.from_board(board_cell(0));
  octets half = cell(0);
  half.resize(5);
  time.from_host(half);
  time.disconnect();
  time.connect();
  EXPECT_TRUE(time.may_run());
  octets fed;
  time.take(fed);
  EXPECT_TRUE(fed.empty());
}

TEST(LockStep, TooLongAFrameIsPassedOver) {
  lock_step time;
  time.connect();
  time.from_board(board_cell(0));
  time.from_host(framed(octets(400, 0x04)));
  EXPECT_FALSE(time.may_run());
  time.from_host(cell(0));
  EXPECT_TRUE(time.may_run());
}

} // namespace
} // namespace switchroom::sim
