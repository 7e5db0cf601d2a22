// SPDX-License-Identifier: MIT
// Mailboxes (S17): callers leave messages at the called user's home, from any gateway and wherever
// the user is.
#include "calls/diversion.hpp"
#include "exchange_mailboxes.hpp"

namespace switchroom::exchange {
namespace {

using namespace std::chrono_literals;

class Voicemail : public WithMailboxes {};

TEST_F(Voicemail, S17_WhoIsNotAnsweredLeavesAMessageAtTheSameGateway) {
  leave_message("amsterdam", 2, "201");
  EXPECT_EQ(t.messages("amsterdam", "201"), "amsterdam line 2;");
  EXPECT_FALSE(t.rings("amsterdam", 1));
}

TEST_F(Voicemail, S17_AMessageIsOfTheTimeThatTheClockShowsWhenItIsLeft) {
  t.set_clock("amsterdam", 1'783'008'000); // after the start, as by NTP
  leave_message("amsterdam", 2, "201");
  control::v1::Request ask;
  ask.mutable_mailbox()->set_extension("201");
  const auto answer = t.ask("amsterdam", ask);
  ASSERT_EQ(answer.mailbox().messages_size(), 1);
  EXPECT_NEAR(answer.mailbox().messages(0).at_s(), 1'783'008'000, 60);
}

TEST_F(Voicemail, S17_FromAnotherGatewayTheVoiceGoesHome) {
  leave_message("berlin", 1, "201");
  EXPECT_EQ(t.messages("amsterdam", "201"), "berlin line 1;");
  EXPECT_EQ(legs(), "0 0 0");
}

TEST_F(Voicemail, S17_OfAUserWhoVisitsAnotherGatewayTheMailboxIsAtHome) {
  t.log_in("cologne", 3, "201*1201");
  leave_message("berlin", 1, "201");
  EXPECT_EQ(t.messages("amsterdam", "201"), "berlin line 1;");
  leave_message("amsterdam", 2, "201"); // goes there and comes back
  EXPECT_EQ(t.messages("amsterdam", "201"), "berlin line 1;amsterdam line 2;");
  leave_message("cologne", 1, "201");
  EXPECT_EQ(t.messages("amsterdam", "201"), "berlin line 1;amsterdam line 2;cologne line 1;");
}

TEST_F(Voicemail, S17_WhoIsBusyHasCallersLeaveMessagesAtOnce) {
  t.lift("amsterdam", 1);
  t.call("berlin", 1, "201");
  EXPECT_EQ(t.hears("berlin", 1), greeting("201"));
  t.hang_up("berlin", 1);
}

TEST_F(Voicemail, S17_DoNotDisturbIsAnsweredByTheMailbox) {
  set("amsterdam", "201", "do_not_disturb", "on");
  t.call("berlin", 1, "201");
  EXPECT_EQ(t.hears("berlin", 1), greeting("201"));
  EXPECT_TRUE(t.mutes_digits("berlin", 1)) << "keys come in words, and do not get into the message";
}

TEST_F(Voicemail, S17_H11_WhoIsLoggedOffHasAMailbox) {
  t.log_in("berlin", 3, "201*1201");
  t.log_in("amsterdam", 1, "204*1204"); // the own line is taken
  t.call("berlin", 3, "*36");
  t.hang_up("berlin", 3);
  EXPECT_EQ(t.user_at("berlin", 3), "");
  t.call("cologne", 1, "201");
  EXPECT_EQ(t.hears("cologne", 1), greeting("201"));
}

TEST_F(Voicemail, S17_H11_ForwardingComesBeforeTheMailbox) {
  set("amsterdam", "201", "forward_busy", "401");
  set("amsterdam", "201", "forward_busy_on", "on");
  t.lift("amsterdam", 1);
  t.call("berlin", 1, "201");
  EXPECT_TRUE(t.rings("cologne", 1));
}

TEST_F(Voicemail, S17_WithoutAMailboxItIsBusyAsBefore) {
  t.lift("amsterdam", 2);
  EXPECT_EQ(tone_after("berlin", 1, "202"), "busy");
}

TEST_F(Voicemail, S17_WhileHomeIsLostThereIsNoMailbox) {
  t.log_in("cologne", 3, "201*1201");
  t.cut("amsterdam", "cologne");
  t.cut("amsterdam", "berlin");
  t.run(5s);
  t.lift("cologne", 3);
  EXPECT_EQ(tone_after("cologne", 1, "201"), "busy");
  t.hang_up("cologne", 3);
  EXPECT_EQ(tone_after("cologne", 3, "*17"), "congestion");
}

TEST_F(Voicemail, S17_TheKeySkipsTheGreetingAndEndsTheMessage) {
  t.lift("amsterdam", 1);
  t.call("berlin", 1, "201");
  t.dial("berlin", 1, "#");
  EXPECT_EQ(t.hears("berlin", 1), "beep");
  t.run(5s);
  t.dial("berlin", 1, "#");
  t.run(50ms);
  EXPECT_EQ(t.hears("berlin", 1), "vm-msgsaved");
  EXPECT_EQ(t.messages("amsterdam", "201"), "berlin line 1;"); // before it was said
  t.run(2s);
  EXPECT_EQ(t.hears("berlin", 1), "busy");
}

TEST_F(Voicemail, S17_AMessageEndsAtItsLimitAndBySilence) {
  t.lift("amsterdam", 1);
  t.call("berlin", 1, "201");
  t.run(65s + 500ms); // 5 s of greeting, 60 s of message
  EXPECT_EQ(t.hears("berlin", 1), "vm-msgsaved");
  t.hang_up("berlin", 1);
  t.call("berlin", 2, "201");
  t.run(10s);
  t.nobody_speaks("amsterdam");
  t.run(10ms);
  EXPECT_EQ(t.hears("berlin", 2), "vm-msgsaved");
  EXPECT_EQ(t.messages("amsterdam", "201"), "berlin line 1;berlin line 2;");
}

TEST_F(Voicemail, S17_WhoSaysNothingLeavesNothing) {
  t.lift("amsterdam", 1);
  t.call("berlin", 1, "201");
  t.run(2s);
  t.hang_up("berlin", 1); // during the greeting
  t.call("berlin", 1, "201");
  t.run(5s + 500ms);
  t.hang_up("berlin", 1); // half a second after the beep
  t.run(1s);
  EXPECT_EQ(t.messages("amsterdam", "201"), "");
}

TEST_F(Voicemail, S17_AFullMailboxRefusesWithAnAnnouncementAndAnAlarm) {
  t.lift("amsterdam", 1);
  for (unsigned n = 0; n < 3; ++n) {
    t.call("berlin", 1, "201");
    t.run(10s);
    t.hang_up("berlin", 1);
  }
  const auto alarm = t.alarm("amsterdam", "mailbox-201");
  EXPECT_NE(alarm.find("*17"), std::string::npos) << alarm;
  t.call("berlin", 1, "201");
  EXPECT_EQ(t.hears("berlin", 1), "vm-mailboxfull");
  t.run(2s);
  EXPECT_EQ(t.hears("berlin", 1), "busy");
  t.hang_up("berlin", 1);
  control::v1::Request ask;
  ask.mutable_delete_messages()->set_extension("201");
  ASSERT_TRUE(t.ask("amsterdam", ask).has_done());
  EXPECT_EQ(t.messages("amsterdam", "201"), "");
  EXPECT_NE(t.alarm("amsterdam", "mailbox-201").find("(over)"), std::string::npos);
}

TEST_F(Voicemail, S17_ADiskThatTakesNothingRefusesMessages) {
  t.disk_refuses("amsterdam", true);
  t.lift("amsterdam", 1);
  t.call("berlin", 1, "201");
  EXPECT_EQ(t.hears("berlin", 1), "vm-mailboxfull");
  t.disk_refuses("amsterdam", false);
}

TEST_F(Voicemail, S17_WhatWasSaidIsKeptWhenTheBoardIsLost) {
  t.lift("amsterdam", 1);
  t.call("amsterdam", 2, "201");
  t.run(15s);
  t.board_fails("amsterdam");
  t.run(1s);
  EXPECT_EQ(t.messages("amsterdam", "201"), "amsterdam line 2;");
  t.board_returns("amsterdam");
}

TEST_F(Voicemail, S17_AllHostSlotsTakenIsCongestion) {
  t.lift("amsterdam", 1);
  for (const auto& [where, line] :
       {std::pair("berlin", 1u), {"berlin", 2u}, {"berlin", 3u}, {"cologne", 1u}}) {
    t.call(where, line, "201"); // each takes two of eight: its leg and its tape
    EXPECT_EQ(t.hears(where, line), greeting("201"));
  }
  EXPECT_EQ(tone_after("amsterdam", 2, "201"), "congestion");
  EXPECT_NE(t.alarm("amsterdam", "host-slots"), "");
}

TEST_F(Voicemail, S17_S16_AGroupsCallGoesOnInTheGroupNotIntoAMailbox) {
  calls::caller from{"301", "", 0};
  user::v1::User called;
  called.set_voicemail(true);
  EXPECT_TRUE(calls::has_voicemail(called, from));
  from.for_group = true;
  EXPECT_FALSE(calls::has_voicemail(called, from));
}

} // namespace
} // namespace switchroom::exchange
