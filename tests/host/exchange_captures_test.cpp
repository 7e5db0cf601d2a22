// SPDX-License-Identifier: MIT
// Operators capture lines and slots, and test lines: beside the calls, from host slots that are
// free again afterwards. That host slots in use are those of somebody, the town checks after every
// step.
#include "exchange_people.hpp"

#include <gtest/gtest.h>

namespace switchroom::exchange {
namespace {

using namespace std::chrono_literals;
using control::v1::Reply;
using control::v1::Request;

class Captures : public People {
protected:
  explicit Captures(unsigned host_slots = town_host_slots) : People(2, {}, host_slots) {}
  Reply capture_line(unsigned line) {
    Request r;
    r.mutable_capture()->set_line(line);
    return t.ask("amsterdam", r);
  }
  Reply capture_slot(unsigned slot) {
    Request r;
    r.mutable_capture()->set_slot(slot);
    return t.ask("amsterdam", r);
  }
  Reply test_line(unsigned line) {
    Request r;
    r.mutable_line_test()->set_line(line);
    r.mutable_line_test()->set_level_dbm0(-10);
    return t.ask("amsterdam", r);
  }
  /// What was begun, and then comes to its end.
  void takes_until_it_is_over(unsigned slots) {
    EXPECT_EQ(host_slots(), slots);
    t.recording_is_over("amsterdam");
    EXPECT_EQ(host_slots(), 0u);
  }
  unsigned host_slots() { return t.in_use("amsterdam").host_slots; }
};

TEST_F(Captures, OfALineTakeASlotForEachDirectionUntilTheyAreOver) {
  talk("amsterdam", 1, "202", "amsterdam", 2);
  const auto begun = capture_line(1);
  EXPECT_EQ(begun.capture().channels(), 2u);
  expect_talk("amsterdam", 1, "amsterdam", 2); // nobody notices
  takes_until_it_is_over(2);
  expect_talk("amsterdam", 1, "amsterdam", 2);
}

TEST_F(Captures, OfASlotTakeOne) {
  const auto begun = capture_slot(1);
  EXPECT_EQ(begun.capture().channels(), 1u);
  takes_until_it_is_over(1);
}

TEST_F(Captures, EndWithTheBoard) {
  capture_line(2);
  EXPECT_EQ(host_slots(), 2u);
  t.board_fails("amsterdam");
  t.board_returns("amsterdam");
  EXPECT_EQ(host_slots(), 0u);
}

TEST_F(Captures, ATestOfALineThatNothingComesOfGivesItsSlotBack) {
  test_line(3);
  takes_until_it_is_over(1);
}

class CapturesOfFewSlots : public Captures {
protected:
  CapturesOfFewSlots() : Captures(3) {}
};

TEST_F(CapturesOfFewSlots, AreNotLostToACaptureThatHasNoRoom) {
  const auto first = capture_line(1);
  const auto refused = capture_line(2);
  EXPECT_EQ(refused.error().what(),
            "Cannot capture line 2: all host slots are in use, by 2 slots of captures.");
  EXPECT_EQ(host_slots(), 2u) << "the one that there was is given back";
  EXPECT_EQ(capture_slot(1).capture().channels(), 1u);
  takes_until_it_is_over(3);
  EXPECT_EQ(first.capture().channels(), 2u);
}

} // namespace
} // namespace switchroom::exchange
