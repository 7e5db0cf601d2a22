// SPDX-License-Identifier: MIT
// Calls to and from exchanges outside by analog lines, as the board tells of them. Amsterdam's line
// 4 is the trunk "copper", and after it in the group comes "city", of E1.
#include "exchange_people.hpp"

#include <gtest/gtest.h>

namespace switchroom::exchange {
namespace {

using namespace std::chrono_literals;

dialplan::short_code default_code(const std::string& number) {
  dialplan::short_code made;
  made.code = "?";
  made.number = number;
  return made;
}

void add_copper(settings& s, const analog_trunk& how) {
  if (s.gateway != "amsterdam")
    return;
  std::erase_if(s.lines, [](const auto& line) { return line.line == line_id{4}; });
  s.trunks = {{"copper", 1, {4}, "", 0, {default_code("202")}, how}, {"city", 1, {1}, "", 0, {}}};
  s.line_groups = {{"outside", {"copper", "city"}}};
}

class AnalogTrunk : public People {
protected:
  explicit AnalogTrunk(const analog_trunk& how = {}, bool displays = false)
      : People(2, [how, displays](settings& s) {
          add_copper(s, how);
          if (displays)
            s.lines[1].display.standard = dsp::fsk_standard::v23;
        }) {
    t.trunk_comes("amsterdam", 1);
  }
  void hears(signal what, std::uint16_t data = 0) { t.signal_line("amsterdam", 4, what, data); }
  void call_out(const std::string& number = "0123456") {
    t.call("amsterdam", 1, number);
    t.run(2s);
  }
  /// Up to where the caller is through.
  void dial_out() {
    call_out();
    hears(signal::line_seized, 10);
    t.outside_sounds("amsterdam", outside_sound::dial_tone);
    t.outside_sounds("amsterdam", outside_sound::digits_said);
  }
  std::string city_called() { return t.far("amsterdam", 1, 1).called; }
  std::string caller_hears() { return t.hears("amsterdam", 1); }
};

TEST_F(AnalogTrunk, C9_ACallWaitsForDialToneAndTheCallerIsThrough) {
  call_out();
  EXPECT_TRUE(t.loop_closed("amsterdam"));
  EXPECT_EQ(t.dialled_outside("amsterdam"), "");
  hears(signal::line_seized, 10);
  EXPECT_EQ(t.dialled_outside("amsterdam"), "") << "not before dial tone";
  t.outside_sounds("amsterdam", outside_sound::dial_tone);
  EXPECT_EQ(t.dialled_outside("amsterdam"), "tones 123456");
  t.outside_sounds("amsterdam", outside_sound::digits_said);
  EXPECT_EQ(caller_hears(), "amsterdam line 4");
  EXPECT_EQ(t.hears("amsterdam", 4), "amsterdam line 1") << "both ways before the answer";
  EXPECT_EQ(t.state_of("amsterdam", 1), "overlap");
  hears(signal::polarity, 1);
  EXPECT_EQ(t.state_of("amsterdam", 1), "in call");
  t.hang_up("amsterdam", 1);
  EXPECT_FALSE(t.loop_closed("amsterdam"));
  EXPECT_EQ(city_called(), "");
}

TEST_F(AnalogTrunk, WithoutReversalACallCountsAsAnsweredAfterAWhile) {
  dial_out();
  t.run(14s);
  EXPECT_EQ(t.state_of("amsterdam", 1), "overlap");
  t.run(2s);
  EXPECT_EQ(t.state_of("amsterdam", 1), "in call");
}

TEST_F(AnalogTrunk, BusyToneEndsACallAndLossOfCurrentDoes) {
  dial_out();
  t.outside_sounds("amsterdam", outside_sound::busy);
  EXPECT_EQ(caller_hears(), "busy");
  EXPECT_FALSE(t.loop_closed("amsterdam"));
  EXPECT_EQ(city_called(), "") << "busy is busy by every trunk";
  t.hang_up("amsterdam", 1);
  t.run(2s);
  dial_out();
  hears(signal::polarity, 1);
  hears(signal::line_lost);
  EXPECT_EQ(caller_hears(), "busy");
  EXPECT_FALSE(t.loop_closed("amsterdam"));
}

TEST_F(AnalogTrunk, BusyToneInACallIsItsEnd) {
  dial_out();
  hears(signal::polarity, 1);
  t.outside_sounds("amsterdam", outside_sound::busy);
  EXPECT_EQ(caller_hears(), "busy");
  EXPECT_FALSE(t.loop_closed("amsterdam"));
}

TEST_F(AnalogTrunk, CallsFlowOverWhereALineIsDeadOrSilent) {
  call_out();
  hears(signal::line_dead);
  EXPECT_EQ(city_called(), "123456");
  EXPECT_FALSE(t.loop_closed("amsterdam"));
  EXPECT_EQ(t.alarm("amsterdam", "exchange-line-4").find("(over)"), std::string::npos);
  t.hang_up("amsterdam", 1);
  t.run(2s);
  call_out("0777");
  hears(signal::line_seized, 10);
  EXPECT_NE(t.alarm("amsterdam", "exchange-line-4").find("(over)"), std::string::npos);
  t.run(5s);
  EXPECT_EQ(city_called(), "123456");
  t.run(2s); // no dial tone
  EXPECT_EQ(city_called(), "777");
}

TEST_F(AnalogTrunk, CallsFlowOverWhileALineRingsOrRests) {
  hears(signal::line_rings, 40);
  call_out();
  EXPECT_EQ(city_called(), "123456") << "it rings";
  EXPECT_FALSE(t.loop_closed("amsterdam"));
}

TEST_F(AnalogTrunk, WhoCallsInAtTheSameMomentHasTheLine) {
  call_out();
  EXPECT_TRUE(t.loop_closed("amsterdam"));
  hears(signal::line_rings, 40);
  EXPECT_FALSE(t.loop_closed("amsterdam"));
  EXPECT_EQ(city_called(), "123456");
}

TEST_F(AnalogTrunk, ACallFromOutsideRingsTheDefaultNumberOnceItIsKnownWhoCalls) {
  hears(signal::line_rings, 40);
  EXPECT_FALSE(t.rings("amsterdam", 2));
  t.run(1s);
  hears(signal::line_silent, 1000);
  t.run(500ms);
  t.outside_shows("amsterdam", {.number = "030555", .name = "Outside"});
  EXPECT_TRUE(t.rings("amsterdam", 2));
  EXPECT_FALSE(t.listens_outside("amsterdam"));
  EXPECT_FALSE(t.loop_closed("amsterdam"));
  t.lift("amsterdam", 2);
  EXPECT_TRUE(t.loop_closed("amsterdam"));
  hears(signal::line_silent, 0);
  hears(signal::line_seized, 10);
  EXPECT_EQ(t.hears("amsterdam", 2), "amsterdam line 4");
  EXPECT_EQ(t.hears("amsterdam", 4), "amsterdam line 2");
  EXPECT_EQ(t.canceller("amsterdam", 4), "16 ms from 1");
  t.hang_up("amsterdam", 2);
  EXPECT_FALSE(t.loop_closed("amsterdam"));
}

class AnalogTrunkAndADisplay : public AnalogTrunk {
protected:
  AnalogTrunkAndADisplay() : AnalogTrunk({}, true) {}
};

/// What the far exchange calls a number is shown on phones, sent to peers and written to the log.
TEST_F(AnalogTrunkAndADisplay, OnlyANumberIsANumber) {
  const std::pair<std::string, std::string> shown[]{{"030 555-1 (2)", "03055512"},
                                                    {"+49301234", "+49301234"},
                                                    {"*21#", "*21#"},
                                                    {"5@evil>;x=y", "withheld"},
                                                    {"030?[2J", "withheld"},
                                                    {"1+2", "withheld"},
                                                    {"+", "withheld"},
                                                    {"Outside", "withheld"}};
  for (const auto& [number, is] : shown) {
    hears(signal::line_rings, 40);
    t.outside_shows("amsterdam", {.number = number, .name = ""});
    t.run(1600ms);
    EXPECT_EQ(t.hears("amsterdam", 2), "shows " + is) << number;
    t.run(20s);
    ASSERT_FALSE(t.rings("amsterdam", 2)) << "given up";
  }
}

/// The log is read on terminals; edges are not trusted.
TEST_F(AnalogTrunk, NothingThatIsSaidCommandsTheTerminalOfWhoReadsTheLog) {
  isdn::v1::FromEdge said;
  said.mutable_trouble()->set_what("gone\x1b[2J\r\n\u009b31m");
  t.tell("amsterdam", said);
  EXPECT_EQ(t.log("amsterdam").back(), "isdn-edge → amsterdam: gone?[2J????31m");
}

TEST_F(AnalogTrunk, WithoutAMessageTheSecondRingRings) {
  hears(signal::line_rings, 40);
  t.run(400ms);
  hears(signal::line_silent, 400);
  t.run(200ms);
  hears(signal::line_rings, 40); // the second half of a double ring
  EXPECT_FALSE(t.rings("amsterdam", 2));
  t.run(400ms);
  hears(signal::line_silent, 400);
  t.run(2s);
  hears(signal::line_rings, 40);
  EXPECT_TRUE(t.rings("amsterdam", 2));
}

TEST_F(AnalogTrunk, WhoIsAnnouncedByAReversalRingsAtOnce) {
  hears(signal::polarity, 1);
  EXPECT_TRUE(t.listens_outside("amsterdam"));
  t.outside_shows("amsterdam", {.number = "02079460000", .name = ""});
  EXPECT_FALSE(t.rings("amsterdam", 2));
  hears(signal::line_rings, 40);
  EXPECT_TRUE(t.rings("amsterdam", 2));
}

TEST_F(AnalogTrunk, WhoGivesUpStopsTheRinging) {
  hears(signal::line_rings, 40);
  t.outside_shows("amsterdam", {.number = "030555", .name = ""});
  for (int turn = 0; turn < 3; ++turn) {
    t.run(1s);
    hears(signal::line_silent, 1000);
    t.run(4s);
    EXPECT_TRUE(t.rings("amsterdam", 2));
    hears(signal::line_rings, 40);
  }
  t.run(1s);
  hears(signal::line_silent, 1000);
  t.run(7s);
  EXPECT_FALSE(t.rings("amsterdam", 2));
}

/// An exchange cannot be told: it rings on, and is not answered.
TEST_F(AnalogTrunk, WhoCannotBeServedIsLeftRinging) {
  t.lift("amsterdam", 2);
  hears(signal::line_rings, 40);
  t.outside_shows("amsterdam", {.number = "030555", .name = ""});
  t.run(1s);
  EXPECT_FALSE(t.loop_closed("amsterdam"));
  call_out();
  EXPECT_EQ(city_called(), "123456") << "the line still rings";
  t.hang_up("amsterdam", 1);
  t.run(10s);
  call_out("0777");
  EXPECT_TRUE(t.loop_closed("amsterdam"));
}

TEST_F(AnalogTrunk, TheBoardGoesInACallAndComesBack) {
  dial_out();
  hears(signal::polarity, 1);
  t.board_fails("amsterdam");
  t.run(3s);
  t.board_returns("amsterdam");
  t.hang_up("amsterdam", 1);
  t.run(1s);
  dial_out();
  EXPECT_EQ(caller_hears(), "amsterdam line 4");
  t.hang_up("amsterdam", 1);
  EXPECT_EQ(t.hears("amsterdam", 4), "silence") << "through, and not answered";
}

TEST_F(AnalogTrunk, S8_ALineIsReachedByBreakOut) {
  t.call("berlin", 1, "*80*1#");
  t.dial("berlin", 1, "0123456");
  t.run(3s);
  EXPECT_TRUE(t.loop_closed("amsterdam"));
  hears(signal::line_seized, 10);
  t.outside_sounds("amsterdam", outside_sound::dial_tone);
  EXPECT_EQ(t.dialled_outside("amsterdam"), "tones 123456");
}

class PulseTrunk : public AnalogTrunk {
protected:
  PulseTrunk()
      : AnalogTrunk({.pulses = true, .waits_for_dial_tone = false, .answered_after = 0s}) {}
};

TEST_F(PulseTrunk, DialsAfterAPauseAndWaitsForTheReversal) {
  call_out();
  hears(signal::line_seized, 10);
  t.run(1400ms);
  EXPECT_EQ(t.dialled_outside("amsterdam"), "");
  t.run(200ms);
  EXPECT_EQ(t.dialled_outside("amsterdam"), "pulses 123456");
  hears(signal::line_dialled, 6);
  EXPECT_EQ(caller_hears(), "amsterdam line 4");
  t.run(120s);
  EXPECT_EQ(t.state_of("amsterdam", 1), "overlap");
  hears(signal::polarity, 1);
  EXPECT_EQ(t.state_of("amsterdam", 1), "in call");
}

} // namespace
} // namespace switchroom::exchange
