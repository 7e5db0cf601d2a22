// SPDX-License-Identifier: MIT
// What the displays of analog phones are told (C9): lines 1 of all gateways after the first ring,
// lines 2 before it, lines 3 not at all.
#include "exchange_people.hpp"

#include <gtest/gtest.h>

namespace switchroom::exchange {
namespace {

using namespace std::chrono_literals;

void with_displays(settings& s) {
  s.lines[0].display.standard = dsp::fsk_standard::v23;
  s.lines[1].display.standard = dsp::fsk_standard::v23;
  s.lines[1].display.before_ringing = true;
  s.lines.push_back({line_id{town_lines + 1}, "", users::line_type::ip, true});
}

class CallerId : public People {
protected:
  explicit CallerId(unsigned host_slots = town_host_slots) : People(2, with_displays, host_slots) {}
  unsigned host_slots(const std::string& gateway) { return t.in_use(gateway).host_slots; }
  std::string at_berlin() { return t.hears("berlin", 1); }
};

class CallerIdWithOneSlot : public CallerId {
protected:
  CallerIdWithOneSlot() : CallerId(1) {}
};

TEST_F(CallerId, C9_InTheFirstPauseOfTheRinging) {
  t.call("berlin", 2, "301");
  ASSERT_TRUE(t.rings("berlin", 1));
  t.run(1200ms);
  EXPECT_EQ(at_berlin(), "silence") << "half a second after the first ring";
  t.run(300ms);
  EXPECT_EQ(at_berlin(), "shows 302 Person 302");
  EXPECT_TRUE(t.rings("berlin", 1));
  EXPECT_EQ(t.hears("berlin", 2), "ringback");
  EXPECT_EQ(host_slots("berlin"), 1U);
  t.run(1s);
  EXPECT_EQ(at_berlin(), "silence");
  EXPECT_EQ(host_slots("berlin"), 0U);
  t.run(20s);
  EXPECT_EQ(at_berlin(), "silence") << "once";
  t.lift("berlin", 1);
  expect_talk("berlin", 1, "berlin", 2);
}

TEST_F(CallerId, C9_AcrossGatewaysAndOfAnIpPhone) {
  t.call("amsterdam", 1, "301");
  t.run(1600ms);
  EXPECT_EQ(at_berlin(), "shows 201 Person 201");
  t.hang_up("amsterdam", 1);
  EXPECT_EQ(at_berlin(), "silence") << "given up";
  EXPECT_EQ(host_slots("berlin"), 0U);
  t.phone_registers("berlin", 5);
  t.phone_calls("berlin", 5, "*35*204*1204#");
  t.run(2s);
  t.phone_calls("berlin", 5, "301");
  t.run(1600ms);
  EXPECT_EQ(at_berlin(), "shows 204 Person 204");
  t.phone_ends("berlin", 5);
}

TEST_F(CallerId, C9_NobodysPortIsWithheld) {
  t.call("berlin", 3, "301");
  t.run(1600ms);
  EXPECT_EQ(at_berlin(), "shows withheld");
}

TEST_F(CallerId, C9_AnAnswerCutsTheMessage) {
  t.call("amsterdam", 1, "301");
  t.run(1600ms);
  ASSERT_EQ(at_berlin(), "shows 201 Person 201");
  t.signal_line("berlin", 1, signal::off_hook);
  EXPECT_EQ(at_berlin(), "silence") << "in the same step; the far end is told of it";
  EXPECT_EQ(host_slots("berlin"), 1U) << "the call's own";
  t.run(5s);
  expect_talk("amsterdam", 1, "berlin", 1);
}

TEST_F(CallerId, C9_AnAnswerBeforeTheMessageLeavesItOut) {
  t.call("amsterdam", 1, "301");
  t.run(1s);
  t.lift("berlin", 1);
  t.run(5s);
  expect_talk("amsterdam", 1, "berlin", 1);
}

TEST_F(CallerId, C9_NothingWhereItIsOff) {
  t.log_in("berlin", 3, "201*1201");
  t.call("berlin", 2, "201");
  ASSERT_TRUE(t.rings("berlin", 3));
  for (int n = 0; n < 40; ++n) {
    t.run(100ms);
    EXPECT_EQ(t.hears("berlin", 3), "silence");
  }
}

TEST_F(CallerId, C9_BeforeItRingsAfterAReversal) {
  t.call("amsterdam", 1, "302");
  EXPECT_FALSE(t.rings("berlin", 2));
  EXPECT_TRUE(t.reversed("berlin", 2));
  EXPECT_EQ(t.hears("berlin", 2), "shows first 201 Person 201");
  EXPECT_EQ(t.hears("amsterdam", 1), "ringback");
  t.run(1s);
  EXPECT_TRUE(t.rings("berlin", 2));
  EXPECT_FALSE(t.reversed("berlin", 2));
  EXPECT_EQ(t.hears("berlin", 2), "silence");
  t.hang_up("amsterdam", 1);
  EXPECT_FALSE(t.rings("berlin", 2));
  t.call("amsterdam", 1, "302");
  t.run(300ms);
  t.lift("berlin", 2);
  EXPECT_FALSE(t.reversed("berlin", 2));
  expect_talk("amsterdam", 1, "berlin", 2);
  t.run(5s);
  EXPECT_FALSE(t.rings("berlin", 2));
  t.hang_up("amsterdam", 1);
  t.hang_up("berlin", 2);
  t.call("amsterdam", 1, "302");
  t.hang_up("amsterdam", 1);
  EXPECT_FALSE(t.reversed("berlin", 2)) << "given up";
  t.run(5s);
  EXPECT_FALSE(t.rings("berlin", 2));
}

TEST_F(CallerId, C9_ItRingsAlthoughNothingIsSaid) {
  t.tapes_stand_still("berlin", true);
  t.call("amsterdam", 1, "302");
  t.run(3s);
  EXPECT_FALSE(t.rings("berlin", 2));
  t.run(1s);
  EXPECT_TRUE(t.rings("berlin", 2)) << "4 s";
  EXPECT_FALSE(t.reversed("berlin", 2));
  t.lift("berlin", 2);
  expect_talk("amsterdam", 1, "berlin", 2);
  t.hang_up("amsterdam", 1);
  t.hang_up("berlin", 2);
  t.call("amsterdam", 1, "301");
  t.run(6s);
  EXPECT_EQ(host_slots("berlin"), 1U) << "of the call; the display's was taken away";
  t.lift("berlin", 1);
  expect_talk("amsterdam", 1, "berlin", 1);
}

TEST_F(CallerIdWithOneSlot, C9_ItRingsWithoutAFreeSlot) {
  t.call("amsterdam", 1, "302"); // takes the only one
  EXPECT_TRUE(t.rings("berlin", 2));
  EXPECT_FALSE(t.reversed("berlin", 2));
  EXPECT_EQ(t.alarm("berlin", "host-slots"), "");
  t.lift("berlin", 2);
  expect_talk("amsterdam", 1, "berlin", 2);
  t.hang_up("amsterdam", 1);
  t.hang_up("berlin", 2);
  t.call("amsterdam", 1, "301");
  t.run(3s);
  EXPECT_TRUE(t.rings("berlin", 1));
  EXPECT_EQ(at_berlin(), "silence");
  t.lift("berlin", 1);
  expect_talk("amsterdam", 1, "berlin", 1);
}

TEST_F(CallerId, C9_TheBoardFailsInTheMidst) {
  t.call("berlin", 3, "301");
  t.run(1600ms);
  ASSERT_EQ(at_berlin(), "shows withheld");
  t.board_fails("berlin");
  t.hang_up("berlin", 3);
  t.board_returns("berlin");
  t.run(5s);
  EXPECT_EQ(host_slots("berlin"), 0U);
  t.call("berlin", 3, "301");
  t.run(1600ms);
  EXPECT_EQ(at_berlin(), "shows withheld");
}

// ---- a call waits ------------------------------------------------------------------------------

class WhoWaits : public CallerId {
protected:
  /// 301 talks with 201 when 302 calls; the first tone is over.
  WhoWaits() {
    EXPECT_TRUE(set(t, "berlin", "301", "call_waiting", "on").has_done());
    talk("amsterdam", 1, "301", "berlin", 1);
    t.call("berlin", 2, "301");
    EXPECT_EQ(at_berlin(), "call waiting");
    while (at_berlin() == "call waiting")
      t.run(10ms);
    EXPECT_EQ(at_berlin(), "alert");
    EXPECT_EQ(t.hears("amsterdam", 1), "silence") << "the keys that answer are not for them";
  }
  void press(char key) {
    t.signal_line("berlin", 1, signal::dtmf_on, static_cast<std::uint16_t>(key));
  }
};

TEST_F(WhoWaits, C9_S6_IsShownToAPhoneThatAcknowledges) {
  t.run(200ms);
  press('D');
  EXPECT_EQ(at_berlin(), "shows 302 Person 302");
  EXPECT_EQ(t.hears("amsterdam", 1), "silence");
  t.run(1s);
  expect_talk("amsterdam", 1, "berlin", 1);
  EXPECT_EQ(host_slots("berlin"), 1U);
  press('D'); // of no meaning now
  expect_talk("amsterdam", 1, "berlin", 1);
  t.run(8300ms);
  EXPECT_EQ(at_berlin(), "call waiting") << "the tone comes again";
  t.run(700ms);
  expect_talk("amsterdam", 1, "berlin", 1);
  t.flash("berlin", 1);
  expect_talk("berlin", 1, "berlin", 2);
  EXPECT_EQ(t.hears("amsterdam", 1), "hold");
}

TEST_F(WhoWaits, C9_S6_ByTheKeyAToo) {
  press('A');
  EXPECT_EQ(at_berlin(), "shows 302 Person 302");
  t.run(1s);
  expect_talk("amsterdam", 1, "berlin", 1);
}

TEST_F(WhoWaits, C9_S6_WithoutAnAcknowledgementTheyTalkOn) {
  t.run(100ms);
  press('5');
  EXPECT_EQ(at_berlin(), "silence") << "the alert is over, and waits";
  t.run(360ms);
  expect_talk("amsterdam", 1, "berlin", 1);
  press('D');
  expect_talk("amsterdam", 1, "berlin", 1);
}

TEST_F(WhoWaits, C9_S6_IsCutWhenTheyGiveUp) {
  press('D');
  t.hang_up("berlin", 2);
  expect_talk("amsterdam", 1, "berlin", 1);
  EXPECT_EQ(host_slots("berlin"), 1U);
  t.run(5s);
  expect_talk("amsterdam", 1, "berlin", 1);
}

TEST_F(WhoWaits, C9_S6_IsCutByAFlash) {
  press('D');
  t.flash("berlin", 1);
  expect_talk("berlin", 1, "berlin", 2);
  EXPECT_EQ(t.hears("amsterdam", 1), "hold");
  EXPECT_EQ(host_slots("berlin"), 1U);
  t.run(5s);
  expect_talk("berlin", 1, "berlin", 2);
}

TEST_F(WhoWaits, C9_S6_IsCutWhenTheOtherGoes) {
  press('D');
  t.hang_up("amsterdam", 1);
  EXPECT_EQ(at_berlin(), "busy");
  t.run(5s);
  EXPECT_EQ(at_berlin(), "busy");
  EXPECT_EQ(host_slots("berlin"), 0U);
  t.hang_up("berlin", 1);
  EXPECT_TRUE(t.rings("berlin", 1));
  t.run(1600ms);
  EXPECT_EQ(at_berlin(), "shows 302 Person 302") << "who waited, on-hook";
}

TEST_F(WhoWaits, C9_S6_IsCutByOnHookAndRings) {
  press('D');
  t.hang_up("berlin", 1);
  EXPECT_TRUE(t.rings("berlin", 1));
  t.run(1600ms);
  EXPECT_EQ(at_berlin(), "shows 302 Person 302");
}

TEST_F(WhoWaits, C9_S6_IsCutByAHold) {
  press('D');
  t.flash("amsterdam", 1); // the other side does something else
  t.run(100ms);
  EXPECT_EQ(t.hears("amsterdam", 1), "dial");
  t.run(2s);
  EXPECT_EQ(at_berlin(), "hold");
  t.flash("amsterdam", 1);
  t.run(100ms);
  expect_talk("amsterdam", 1, "berlin", 1);
}

} // namespace
} // namespace switchroom::exchange
