// SPDX-License-Identifier: MIT
// Operators put tones into lines, and look for the slot of a line.
#include "exchange_people.hpp"

#include <gtest/gtest.h>

namespace switchroom::exchange {
namespace {

using namespace std::chrono_literals;
using control::v1::Reply;
using control::v1::Request;

class LineChecks : public People {
protected:
  LineChecks() : People(2) {}
  void TearDown() override {
    for (unsigned line = 1; line <= town_lines; ++line)
      tone_off(line);
    People::TearDown();
  }
  Reply tone(unsigned line, double hz = 1004, double dbm0 = -10, unsigned seconds = 0) {
    Request r;
    auto& what = *r.mutable_tone();
    what.set_line(line);
    what.set_on(true);
    what.set_hz(hz);
    what.set_level_dbm0(dbm0);
    what.set_seconds(seconds);
    return t.ask("amsterdam", r);
  }
  Reply tone_off(unsigned line) {
    Request r;
    r.mutable_tone()->set_line(line);
    return t.ask("amsterdam", r);
  }
  Reply loopback(unsigned line, bool on) {
    Request r;
    r.mutable_loopback()->set_line(line);
    r.mutable_loopback()->set_on(on);
    return t.ask("amsterdam", r);
  }
  /// What status says is under test.
  std::string checks() {
    Request r;
    r.mutable_status();
    std::string all;
    const auto answer = t.ask("amsterdam", r);
    for (const auto& one : answer.status().checks())
      all += one + ';';
    return all;
  }
  std::string heard(unsigned line) {
    const auto what = t.test_tone("amsterdam", line);
    return what.hz == 0 ? t.hears("amsterdam", line)
                        : std::to_string(std::lround(what.hz)) + " at " +
                              std::to_string(std::lround(what.dbm0));
  }
  bool logged(const std::string& entry) {
    const auto all = t.log("amsterdam");
    return std::ranges::find(all, entry) != all.end();
  }
};

TEST_F(LineChecks, ExplainSaysThatALineUnderTestIsOutOfOrder) {
  Request r;
  r.mutable_explain()->set_user("202");
  r.mutable_explain()->set_digits("201");
  const auto outcome = [&] { return t.ask("amsterdam", r).explanation().outcome(); };
  EXPECT_EQ(outcome(), "Calls 201 at line 1 of this gateway.");
  tone(1, 440.5);
  EXPECT_EQ(outcome(),
            "Calls 201 at line 1 of this gateway. It is out of order: tone of 440.5 Hz at "
            "-10.0 dBm0.");
  tone_off(1);
  EXPECT_EQ(outcome(), "Calls 201 at line 1 of this gateway.");
}

TEST_F(LineChecks, AToneSoundsUntilItIsTakenOff) {
  EXPECT_NE(tone(4).done().text().find("Line 4 hears 1004 Hz at -10.0 dBm0 for 600 s"),
            std::string::npos);
  EXPECT_EQ(heard(4), "1004 at -10");
  EXPECT_EQ(checks(), "line 4: tone of 1004 Hz at -10.0 dBm0, 600 s left;");
  t.run(60s);
  EXPECT_EQ(checks(), "line 4: tone of 1004 Hz at -10.0 dBm0, 540 s left;");
  EXPECT_TRUE(tone_off(4).has_done());
  EXPECT_EQ(heard(4), "silence");
  EXPECT_EQ(checks(), "");
  EXPECT_EQ(t.in_use("amsterdam").tone_channels, 0u);
  EXPECT_EQ(tone_off(4).error().what(), "There is no tone into line 4.");
  EXPECT_TRUE(logged("operator → line 4: tone of 1004 Hz at -10.0 dBm0 on"));
  EXPECT_TRUE(logged("amsterdam → line 4: tone of 1004 Hz at -10.0 dBm0 off"));
}

TEST_F(LineChecks, AReceiverThatIsDownIsToldOf) {
  const auto told = [](const Reply& of) {
    return of.done().text().find("Its receiver is down") != std::string::npos;
  };
  EXPECT_TRUE(told(tone(4)));
  t.lift("amsterdam", 4);
  EXPECT_FALSE(told(tone(4, 2804, -20, 30)));
}

TEST_F(LineChecks, AToneEndsByItself) {
  tone(4, 1004, -10, 5);
  t.run(4900ms);
  EXPECT_EQ(heard(4), "1004 at -10");
  t.run(200ms);
  EXPECT_EQ(heard(4), "silence");
}

/// Whose receiver is off the hook has dial tone afterwards, as if it had been lifted just then.
TEST_F(LineChecks, OneToneFollowsAnotherAndDialToneTheLast) {
  t.lift("amsterdam", 1);
  EXPECT_EQ(tone(1).done().text().find("receiver"), std::string::npos);
  tone(1, 2804, -20, 30);
  EXPECT_EQ(heard(1), "2804 at -20");
  EXPECT_EQ(checks(), "line 1: tone of 2804 Hz at -20.0 dBm0, 30 s left;");
  EXPECT_EQ(t.in_use("amsterdam").tone_channels, 1u);
  tone_off(1);
  EXPECT_EQ(heard(1), "dial");
}

TEST_F(LineChecks, ALineWithAToneIsReachedByNobody) {
  tone(1);
  t.call("amsterdam", 2, "201");
  EXPECT_FALSE(t.rings("amsterdam", 1));
  EXPECT_EQ(heard(1), "1004 at -10");
  EXPECT_EQ(t.hears("amsterdam", 2), "congestion");
  EXPECT_NE(loopback(1, true).error().remedy().find("line tone 1 --off"), std::string::npos);
  EXPECT_FALSE(loopback(1, false).error().what().empty()) << "it is no loopback that ends";
  EXPECT_EQ(heard(1), "1004 at -10");
}

TEST_F(LineChecks, ALineInACallIsLeftAlone) {
  talk("amsterdam", 1, "202", "amsterdam", 2);
  EXPECT_EQ(tone(1).error().what(), "Line 1 is in use: in call.");
  expect_talk("amsterdam", 1, "amsterdam", 2);
  EXPECT_FALSE(tone(9).error().what().empty());
}

/// 3.14 dBm0 is the loudest sine of A-law (ITU-T G.711).
TEST_F(LineChecks, WhatNoLineTakesIsRefused) {
  EXPECT_NE(tone(4, 1004, 3.2).error().what().find("cut off"), std::string::npos);
  EXPECT_TRUE(tone(4, 1004, 3.1).has_done());
  for (const double hz : {0., 199., 3601., -1004., std::nan("")})
    EXPECT_FALSE(tone(4, hz).error().what().empty()) << hz;
  for (const double level : {-61., 90., std::nan("")})
    EXPECT_FALSE(tone(4, 1004, level).error().what().empty()) << level;
  EXPECT_NE(tone(4, 1004, -10, 90000).error().what().find("90000 s"), std::string::npos);
  EXPECT_EQ(heard(4), "1004 at 3") << "what is refused changes nothing";
}

TEST_F(LineChecks, WithoutAToneChannelItIsRefusedAndSaysWhoHasThem) {
  t.tone_channels = 2;
  t.board_fails("amsterdam");
  t.board_returns("amsterdam");
  tone(3);
  t.lift("amsterdam", 1);
  const auto why = tone(4).error();
  EXPECT_EQ(why.what(), "All tone channels are in use, by line 1, line 3.");
  EXPECT_TRUE(tone(3, 2804).has_done()) << "in the channel that it has";
  EXPECT_TRUE(tone(1).has_done()) << "dial tone's channel was its own";
  EXPECT_EQ(heard(3), "2804 at -10");
  EXPECT_EQ(heard(1), "1004 at -10");
}

TEST_F(LineChecks, AToneEndsWithTheBoard) {
  tone(4);
  t.board_fails("amsterdam");
  t.board_returns("amsterdam");
  EXPECT_EQ(heard(4), "silence");
  EXPECT_EQ(checks(), "");
}

// ---- where it is in the switch -----------------------------------------------------------------

TEST_F(LineChecks, LevelsKnowTheSlotOfALine) {
  Request r;
  r.mutable_levels();
  const auto all = t.ask("amsterdam", r).levels();
  ASSERT_EQ(all.lines_size(), static_cast<int>(town_lines));
  EXPECT_EQ(all.lines(2).name(), "line 3");
  EXPECT_EQ(all.lines(2).slot(), 2u);
  EXPECT_EQ(all.lines(2).state(), "idle");
  tone(4);
  r.mutable_levels()->add_lines(4);
  r.mutable_levels()->add_slots(70);
  const auto some = t.ask("amsterdam", r).levels();
  ASSERT_EQ(some.lines_size(), 2);
  EXPECT_EQ(some.lines(0).state(), "tone of 1004 Hz at -10.0 dBm0");
  EXPECT_EQ(some.lines(1).name(), "slot 70");
  EXPECT_EQ(some.lines(1).slot(), 70u);
  r.mutable_levels()->add_lines(9);
  EXPECT_EQ(t.ask("amsterdam", r).error().what(), "Gateway amsterdam has no line 9.");
}

TEST_F(LineChecks, ACallSaysInWhichSlotsItsVoiceIs) {
  const auto calls = [&](const std::string& gateway) {
    Request r;
    r.mutable_calls();
    return t.ask(gateway, r).calls().calls(0);
  };
  talk("amsterdam", 1, "202", "amsterdam", 2);
  EXPECT_EQ(calls("amsterdam").from_slot(), 0u);
  EXPECT_EQ(calls("amsterdam").to_slot(), 1u);
  t.hang_up("amsterdam", 1);
  t.hang_up("amsterdam", 2);
  t.run(1s);
  talk("amsterdam", 1, "301", "berlin", 1);
  EXPECT_EQ(calls("amsterdam").from_slot(), 0u);
  EXPECT_EQ(calls("amsterdam").to_slot(), town_first_host);
  EXPECT_EQ(calls("berlin").from_slot(), town_first_host);
}

} // namespace
} // namespace switchroom::exchange
