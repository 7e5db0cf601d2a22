// SPDX-License-Identifier: MIT
// Echo cancellers of the board's lines: who has one, and what becomes of those for whom there is
// none.
#include "exchange/echo_pool.hpp"
#include "exchange_people.hpp"

#include <gtest/gtest.h>

namespace switchroom::exchange {
namespace {

using namespace std::chrono_literals;

class Echoes : public People {
protected:
  std::string set(unsigned line, unsigned tail_ms) {
    control::v1::Request r;
    r.mutable_echo()->set_line(line);
    r.mutable_echo()->set_tail_ms(tail_ms);
    return t.ask("amsterdam", r).error().what();
  }
};

TEST_F(Echoes, ALineHasACancellerFromTheAnswerToTheEnd) {
  t.call("amsterdam", 1, "202");
  EXPECT_EQ(t.canceller("amsterdam", 1), "");
  t.lift("amsterdam", 2);
  EXPECT_EQ(t.canceller("amsterdam", 1), "16 ms from 0");
  EXPECT_EQ(t.canceller("amsterdam", 2), "16 ms from 1");
  t.hang_up("amsterdam", 2);
  t.run(100ms);
  EXPECT_EQ(t.canceller("amsterdam", 2), "");
}

TEST_F(Echoes, ItStaysWhileACallIsHeld) {
  talk("amsterdam", 1, "301", "berlin", 1);
  EXPECT_EQ(t.canceller("berlin", 1), "16 ms from 0");
  t.flash("amsterdam", 1);
  EXPECT_EQ(t.canceller("amsterdam", 1), "16 ms from 0");
  t.flash("amsterdam", 1);
  EXPECT_EQ(t.canceller("amsterdam", 1), "16 ms from 0");
}

TEST_F(Echoes, ATailIsChangedInACall) {
  talk("amsterdam", 1, "202", "amsterdam", 2);
  EXPECT_EQ(set(1, 32), "");
  EXPECT_EQ(t.canceller("amsterdam", 1), "16 ms from 0")
      << "there are three places, and the second is taken";
  EXPECT_NE(t.alarm("amsterdam", "echo-cancellers").find("line 1 with 16 ms of 32"),
            std::string::npos);
  EXPECT_EQ(set(2, 0), "");
  EXPECT_EQ(t.canceller("amsterdam", 2), "");
  EXPECT_EQ(t.canceller("amsterdam", 1), "32 ms from 0");
  EXPECT_EQ(set(1, 48), "There is no echo canceller of 48 ms.");
  EXPECT_EQ(set(9, 16), "Gateway amsterdam has no line 9.");
  EXPECT_EQ(t.canceller("amsterdam", 1), "32 ms from 0");
}

TEST_F(Echoes, AnOperatorIsToldHowACancellerDoes) {
  const auto report = [&](unsigned line) {
    control::v1::Request r;
    r.mutable_echo()->set_line(line);
    r.mutable_echo()->set_report(true);
    return t.ask("amsterdam", r).echo();
  };
  EXPECT_EQ(report(1).state(), "no call");
  EXPECT_FALSE(report(1).has_has_ms());
  EXPECT_EQ(set(2, 32), "");
  talk("amsterdam", 1, "202", "amsterdam", 2);
  const auto works = report(2);
  EXPECT_EQ(works.state(), "works");
  EXPECT_EQ(works.tail_ms(), 32u);
  EXPECT_EQ(works.has_ms(), 32u);
  EXPECT_EQ(works.from_ms(), 16) << "of three places of 16 ms the first is line 1's";
  EXPECT_EQ(t.canceller("amsterdam", 2), "32 ms from 1") << "and a report changes nothing";
  talk("amsterdam", 3, "302", "berlin", 2);
  EXPECT_EQ(report(3).state(), "no room");
  EXPECT_EQ(set(3, 0), "");
  EXPECT_EQ(report(3).state(), "off");
  t.board_fails("amsterdam");
  EXPECT_EQ(report(2).state(), "waits for the board");
}

TEST_F(Echoes, ACallGoesOnWithoutWhenThereIsNoRoomAndAnAlarmSaysWhoHasIt) {
  EXPECT_EQ(set(2, 32), "");
  talk("amsterdam", 1, "301", "berlin", 1);
  talk("amsterdam", 2, "302", "berlin", 2);
  EXPECT_EQ(t.canceller("amsterdam", 2), "32 ms from 1");
  EXPECT_EQ(t.alarm("amsterdam", "echo-cancellers"), "");
  talk("berlin", 3, "204", "amsterdam", 3);
  EXPECT_EQ(t.canceller("amsterdam", 3), "");
  EXPECT_EQ(t.hears("amsterdam", 3), "berlin line 3");
  EXPECT_EQ(
      t.alarm("amsterdam", "echo-cancellers"),
      "There is no room for another echo canceller In calls are line 3 without one: who is at "
      "the other end may hear himself. What there is, is held by line 1: 16 ms, line 2: 32 ms. "
      "Give lines shorter tails (echo_tail_ms), or none; those of digital phones need none.");
  t.hang_up("amsterdam", 1);
  t.run(100ms);
  EXPECT_EQ(t.canceller("amsterdam", 3), "16 ms from 0");
}

TEST_F(Echoes, ABoardThatComesBackHasNone) {
  talk("amsterdam", 1, "202", "amsterdam", 2);
  t.board_fails("amsterdam");
  t.board_returns("amsterdam");
  EXPECT_EQ(t.canceller("amsterdam", 1), "");
  t.hang_up("amsterdam", 1);
  t.hang_up("amsterdam", 2);
  t.run(100ms);
  talk("amsterdam", 2, "201", "amsterdam", 1);
  EXPECT_EQ(t.canceller("amsterdam", 1), "16 ms from 0");
}

TEST(EchoPool, GivesOutEachPlaceOnce) {
  echo_pool pool;
  EXPECT_FALSE(pool.any());
  pool.begin(8);
  EXPECT_EQ(pool.take(line_id{1}, 32), 0u);
  EXPECT_EQ(pool.take(line_id{2}, 16), 2u);
  EXPECT_EQ(pool.take(line_id{3}, 64), 4u);
  EXPECT_EQ(pool.take(line_id{4}, 32), std::nullopt);
  pool.give_back(line_id{1});
  EXPECT_EQ(pool.take(line_id{4}, 32), 0u);
  EXPECT_EQ(pool.take(line_id{5}, 16), 3u);
  EXPECT_EQ(pool.take(line_id{5}, 16), 3u) << "it has it already";
  EXPECT_EQ(pool.take(line_id{5}, 32), std::nullopt);
  EXPECT_EQ(pool.tail_ms(line_id{5}), 16u) << "it keeps what it has";
  EXPECT_EQ(pool.holders(), "line 2: 16 ms, line 3: 64 ms, line 4: 32 ms, line 5: 16 ms");
  pool.begin(8);
  EXPECT_EQ(pool.holders(), "nobody");
}

// Four lines of 16 ms become four of 128, one after the other, in a pool that holds just these.
TEST(EchoPool, HasRoomForAsManyTailsAsItHasPlacesFor) {
  echo_pool pool;
  pool.begin(32);
  for (unsigned line = 1; line <= 4; ++line)
    EXPECT_TRUE(pool.take(line_id{line}, 16));
  for (unsigned line = 1; line <= 4; ++line)
    EXPECT_TRUE(pool.take(line_id{line}, 128)) << line << ": " << pool.holders();
}

} // namespace
} // namespace switchroom::exchange
