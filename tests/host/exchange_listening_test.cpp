// SPDX-License-Identifier: MIT
// Mailboxes (S17): the owner listens wherever they are logged in; the lamp follows the person.
#include "exchange_mailboxes.hpp"

namespace switchroom::exchange {
namespace {

using namespace std::chrono_literals;

class Listening : public WithMailboxes {};

constexpr const char* menu = "vm-repeat vm-next vm-delete";

TEST_F(Listening, S17_TheOwnerHearsCountAndMessagesAndHasKeys) {
  leave_message("amsterdam", 2, "201");
  leave_message("berlin", 1, "201");
  t.call("amsterdam", 1, "*17");
  EXPECT_EQ(t.hears("amsterdam", 1), "vm-youhave 2 vm-INBOX vm-messages");
  t.run(4s);
  EXPECT_EQ(t.hears("amsterdam", 1), "<amsterdam line 2>");
  t.run(1s);
  EXPECT_EQ(t.hears("amsterdam", 1), menu);
  t.dial("amsterdam", 1, "5"); // repeat
  EXPECT_EQ(t.hears("amsterdam", 1), "<amsterdam line 2>");
  t.dial("amsterdam", 1, "6"); // next
  EXPECT_EQ(t.hears("amsterdam", 1), "<berlin line 1>");
  EXPECT_EQ(t.messages("amsterdam", "201"), "berlin line 1;(amsterdam line 2);");
  t.dial("amsterdam", 1, "7"); // delete
  EXPECT_EQ(t.hears("amsterdam", 1), "vm-deleted vm-nomore vm-goodbye");
  EXPECT_EQ(t.messages("amsterdam", "201"), "(amsterdam line 2);");
  t.run(4s);
  EXPECT_EQ(t.hears("amsterdam", 1), "busy"); // over
}

TEST_F(Listening, S17_FromWhereTheUserVisitsTheMessagesAreHeardToo) {
  leave_message("amsterdam", 2, "201");
  t.log_in("berlin", 3, "201*1201");
  t.call("berlin", 3, "*17");
  EXPECT_EQ(t.hears("berlin", 3), "vm-youhave 1 vm-INBOX vm-message");
  t.run(4s);
  EXPECT_EQ(t.hears("berlin", 3), "<amsterdam line 2>");
  t.dial("berlin", 3, "7");
  EXPECT_EQ(t.hears("berlin", 3), "vm-deleted vm-nomore vm-goodbye");
  t.hang_up("berlin", 3);
  EXPECT_EQ(t.messages("amsterdam", "201"), "");
  EXPECT_EQ(legs(), "0 0 0");
}

TEST_F(Listening, S17_WhoPressesNoKeyIsLeftAlone) {
  leave_message("amsterdam", 2, "201");
  t.call("amsterdam", 1, "*17");
  t.run(4s + 1s + 3s + 9s);
  EXPECT_EQ(t.hears("amsterdam", 1), "silence");
  t.run(1s);
  EXPECT_EQ(t.hears("amsterdam", 1), "vm-goodbye");
  t.run(1s);
  EXPECT_EQ(t.hears("amsterdam", 1), "busy");
  EXPECT_EQ(t.messages("amsterdam", "201"), "(amsterdam line 2);"); // heard to its end
}

TEST_F(Listening, S17_AMessageThatWasNotHeardToItsEndStaysNew) {
  leave_message("amsterdam", 2, "201");
  t.call("amsterdam", 1, "*17");
  t.run(4s + 500ms);
  t.hang_up("amsterdam", 1);
  EXPECT_EQ(t.messages("amsterdam", "201"), "amsterdam line 2;");
}

TEST_F(Listening, S17_WhoHasNoMailboxIsRefused) {
  EXPECT_EQ(tone_after("amsterdam", 2, "*17"), "refusal"); // 202
  EXPECT_EQ(tone_after("amsterdam", 4, "*17"), "refusal"); // nobody
}

TEST_F(Listening, S17_OnlyTheGatewayWhereTheOwnerIsMayFetch) {
  leave_message("amsterdam", 2, "201");
  scn::v1::Envelope forged;
  forged.set_protocol(1);
  auto& setup = *forged.mutable_call_setup();
  setup.set_call(std::uint64_t{1} << 62);
  setup.set_fetch_messages("201");
  setup.mutable_media()->set_address("cologne");
  setup.mutable_media()->set_port(20000);
  setup.mutable_media()->set_payload_type(8);
  unsigned refusals = 0;
  t.watch = [&](const auto&, const auto& to, const scn::v1::Envelope& message) {
    refusals += to == "cologne" && message.call_release().cause() == scn::v1::CALL_REJECTED;
    return true;
  };
  t.forge("cologne", "amsterdam", forged);
  EXPECT_EQ(refusals, 1U);
  EXPECT_EQ(legs(), "0 0 0");
}

// ---- the lamp ----------------------------------------------------------------------------------

TEST_F(Listening, S17_DialToneStuttersWhereTheUserIsNow) {
  t.lift("amsterdam", 1);
  EXPECT_EQ(t.hears("amsterdam", 1), "dial");
  t.hang_up("amsterdam", 1);
  leave_message("amsterdam", 2, "201");
  t.lift("amsterdam", 1);
  EXPECT_EQ(t.hears("amsterdam", 1), "messages");
  t.hang_up("amsterdam", 1);
  t.log_in("berlin", 3, "201*1201");
  t.lift("berlin", 3);
  EXPECT_EQ(t.hears("berlin", 3), "messages");
  t.hang_up("berlin", 3);
  t.lift("amsterdam", 1); // nobody's now
  EXPECT_EQ(t.hears("amsterdam", 1), "dial");
  t.hang_up("amsterdam", 1);
  t.call("berlin", 3, "*17");
  t.run(5s);
  t.hang_up("berlin", 3);
  t.run(100ms);
  t.lift("berlin", 3);
  EXPECT_EQ(t.hears("berlin", 3), "dial");
}

TEST_F(Listening, S17_S15_EveryGatewayKnowsWithin200Milliseconds) {
  EXPECT_EQ(boxes("berlin"), "301 at berlin: 0 new, 0 heard;");
  t.lift("amsterdam", 1);
  t.call("cologne", 1, "201");
  t.run(10s);
  t.hang_up("cologne", 1);
  t.run(150ms);
  EXPECT_EQ(boxes("berlin"), "201 at amsterdam: 1 new, 0 heard;301 at berlin: 0 new, 0 heard;");
  EXPECT_EQ(boxes("cologne"), "201 at amsterdam: 1 new, 0 heard;");
}

TEST_F(Listening, S17_ALostHomeIsNotSpokenForAndReturnsWithItsMessages) {
  leave_message("amsterdam", 2, "201");
  t.cut("amsterdam", "cologne");
  t.run(5s);
  EXPECT_EQ(boxes("cologne"), "");
  t.heal("amsterdam", "cologne");
  t.run(5s);
  EXPECT_EQ(boxes("cologne"), "201 at amsterdam: 1 new, 0 heard;");
}

TEST_F(Listening, S17_APeerCannotSpeakForAnothersMailbox) {
  scn::v1::Envelope lie;
  lie.set_protocol(1);
  lie.mutable_mailbox_state()->set_extension("201");
  lie.mutable_mailbox_state()->set_new_messages(7);
  t.forge("cologne", "berlin", lie);
  EXPECT_EQ(boxes("berlin"), "301 at berlin: 0 new, 0 heard;");
}

TEST_F(Listening, S17_MessagesAreThereAfterARestart) {
  leave_message("berlin", 1, "201");
  t.restart("amsterdam");
  t.run(5s);
  t.call("amsterdam", 1, "*17");
  EXPECT_EQ(t.hears("amsterdam", 1), "vm-youhave 1 vm-INBOX vm-message");
  t.hang_up("amsterdam", 1);
  leave_message("berlin", 1, "201"); // with a number of its own
  EXPECT_EQ(t.messages("amsterdam", "201"), "berlin line 1;berlin line 1;");
}

// ---- operators ---------------------------------------------------------------------------------

TEST_F(Listening, S17_OperatorsSeeAndDelete) {
  leave_message("berlin", 1, "201");
  control::v1::Request ask;
  ask.mutable_mailbox()->set_extension("201");
  const auto answer = t.ask("amsterdam", ask);
  ASSERT_EQ(answer.mailbox().messages_size(), 1);
  const auto& message = answer.mailbox().messages(0);
  EXPECT_EQ(message.from(), "301");
  EXPECT_EQ(message.from_name(), "Person 301");
  EXPECT_NEAR(message.length_s(), 5, 1);
  EXPECT_FALSE(message.heard());
  EXPECT_NE(error_of("berlin", ask).find("201"), std::string::npos); // at home only
  ask.mutable_mailbox()->set_extension("202");
  EXPECT_EQ(error_of("amsterdam", ask), "User 202 has no mailbox.");
  control::v1::Request drop;
  drop.mutable_delete_messages()->set_extension("201");
  drop.mutable_delete_messages()->set_message(message.number() + 1);
  EXPECT_NE(error_of("amsterdam", drop), "");
  drop.mutable_delete_messages()->set_message(message.number());
  EXPECT_TRUE(t.ask("amsterdam", drop).has_done());
  EXPECT_EQ(t.messages("amsterdam", "201"), "");
  t.run(100ms);
  EXPECT_EQ(boxes("cologne"), "");
}

TEST_F(Listening, S17_ADeletedUsersMessagesGoToo) {
  leave_message("berlin", 1, "201");
  control::v1::Request gone;
  gone.mutable_delete_user()->set_extension("201");
  ASSERT_TRUE(t.ask("amsterdam", gone).has_done());
  EXPECT_EQ(t.messages("amsterdam", "201"), "");
}

} // namespace
} // namespace switchroom::exchange
