// SPDX-License-Identifier: MIT
// Transfers, and calls that go out and come back (S6). Voice legs between gateways are counted.
#include "exchange_people.hpp"

#include <gtest/gtest.h>

namespace switchroom::exchange {
namespace {

using namespace std::chrono_literals;

class Transfers : public People {
protected:
  void enquire(const std::string& where, unsigned line, const std::string& number) {
    t.flash(where, line);
    t.dial(where, line, number);
    t.run(100ms);
  }
  std::string calls(const std::string& gateway) {
    control::v1::Request r;
    r.mutable_calls();
    std::string all;
    const auto answer = t.ask(gateway, r);
    for (const auto& c : answer.calls().calls())
      all += c.from() + " → " + c.to() + ";";
    return all;
  }
};

TEST_F(Transfers, S6_ConsultationWithinAGateway) {
  talk("amsterdam", 1, "202", "amsterdam", 2);
  enquire("amsterdam", 1, "204");
  t.lift("amsterdam", 3);
  expect_talk("amsterdam", 1, "amsterdam", 3);
  t.hang_up("amsterdam", 1);
  expect_talk("amsterdam", 2, "amsterdam", 3);
  EXPECT_EQ(calls("amsterdam"), "202 line 2 → 204 line 3;");
  EXPECT_EQ(streams(), "0 0 0");
}

TEST_F(Transfers, S6_ConsultationToTheCallersOwnGatewayTakesNoVoiceBetweenGateways) {
  talk("berlin", 1, "201", "amsterdam", 1);
  enquire("amsterdam", 1, "302");
  t.lift("berlin", 2);
  expect_talk("amsterdam", 1, "berlin", 2);
  EXPECT_EQ(streams(), "2 2 0");
  t.hang_up("amsterdam", 1);
  t.run(100ms);
  expect_talk("berlin", 1, "berlin", 2);
  EXPECT_EQ(streams(), "0 0 0");
  EXPECT_EQ(legs(), "0 0 0");
  EXPECT_EQ(calls("berlin"), "301 line 1 → 302 line 2;");
  EXPECT_EQ(calls("amsterdam"), "");
  t.hang_up("berlin", 1);
  EXPECT_EQ(t.hears("berlin", 2), "busy");
}

TEST_F(Transfers, S6_ConsultationBetweenTwoOthersLeavesTheDirectPath) {
  talk("berlin", 1, "201", "amsterdam", 1);
  enquire("amsterdam", 1, "401");
  t.lift("cologne", 1);
  EXPECT_EQ(streams(), "2 1 1");
  t.hang_up("amsterdam", 1);
  t.run(100ms);
  expect_talk("berlin", 1, "cologne", 1);
  EXPECT_EQ(streams(), "0 1 1");
  EXPECT_EQ(legs(), "0 1 1");
  EXPECT_EQ(calls("berlin"), "301 line 1 → 401 at cologne;");
  t.flash("cologne", 1); // and it is a call like others
  EXPECT_EQ(t.hears("berlin", 1), "hold");
  t.flash("cologne", 1);
  expect_talk("berlin", 1, "cologne", 1);
  t.hang_up("cologne", 1);
  EXPECT_EQ(t.hears("berlin", 1), "busy");
}

TEST_F(Transfers, S6_WithoutAWireBetweenTheTwoThePathStays) {
  t.cut("berlin", "cologne");
  t.run(5s);
  talk("berlin", 1, "201", "amsterdam", 1);
  enquire("amsterdam", 1, "401");
  t.lift("cologne", 1);
  t.hang_up("amsterdam", 1);
  t.run(100ms);
  expect_talk("berlin", 1, "cologne", 1);
  EXPECT_EQ(streams(), "2 1 1");
  t.flash("berlin", 1); // holds travel through
  EXPECT_EQ(t.hears("cologne", 1), "hold");
  t.heal("berlin", "cologne");
  t.run(5s);
  t.flash("berlin", 1); // asked again, now it can be done
  t.run(100ms);
  expect_talk("berlin", 1, "cologne", 1);
  EXPECT_EQ(streams(), "0 1 1");
}

TEST_F(Transfers, S6_AShorterPathThatIsRefusedLeavesTheCallAsItIs) {
  t.watch = [&](const std::string&, const std::string&, const scn::v1::Envelope& e) {
    return !e.call_setup().has_replaces(); // lost on the way
  };
  talk("berlin", 1, "201", "amsterdam", 1);
  enquire("amsterdam", 1, "401");
  t.lift("cologne", 1);
  t.hang_up("amsterdam", 1);
  t.run(1s);
  expect_talk("berlin", 1, "cologne", 1);
  t.hang_up("cologne", 1);
  t.run(100ms);
  EXPECT_EQ(t.hears("berlin", 1), "busy");
  EXPECT_EQ(legs(), "0 0 0");
}

TEST_F(Transfers, S6_HangingUpWhileTheShorterPathIsMade) {
  for (const auto who : {"berlin", "cologne"})
    for (int later = 0; later < 8; ++later) {
      talk("berlin", 1, "201", "amsterdam", 1);
      enquire("amsterdam", 1, "401");
      t.lift("cologne", 1);
      t.signal_line("amsterdam", 1, signal::on_hook);
      t.run(later * 700us);
      t.hang_up(who, 1);
      t.run(100ms);
      EXPECT_EQ(t.hears(who == std::string("berlin") ? "cologne" : "berlin", 1), "busy") << later;
      EXPECT_EQ(legs(), "0 0 0") << later;
      t.hang_up("berlin", 1);
      t.hang_up("cologne", 1);
    }
}

TEST_F(Transfers, S6_HoldingWhileTheShorterPathIsMade) {
  for (const auto who : {"berlin", "cologne"})
    for (int later = 0; later < 8; ++later) {
      const std::string other = who == std::string("berlin") ? "cologne" : "berlin";
      talk("berlin", 1, "201", "amsterdam", 1);
      enquire("amsterdam", 1, "401");
      t.lift("cologne", 1);
      t.signal_line("amsterdam", 1, signal::on_hook);
      t.run(later * 700us);
      t.flash(who, 1);
      t.run(100ms);
      EXPECT_EQ(t.hears(who, 1), "dial") << later;
      EXPECT_EQ(t.hears(other, 1), "hold") << later;
      t.flash(who, 1);
      t.run(100ms);
      expect_talk("berlin", 1, "cologne", 1);
      EXPECT_EQ(streams(), "0 1 1") << later;
      t.hang_up("berlin", 1);
      t.hang_up("cologne", 1);
    }
}

TEST_F(Transfers, S6_AForwardingBackUsesNoVoiceBetweenGateways) {
  control::v1::Request put;
  put.mutable_put_user()->set_extension("301");
  put.mutable_put_user()->set_forward_unconditional("202");
  ASSERT_TRUE(t.ask("berlin", put).has_done());
  talk("amsterdam", 1, "301", "amsterdam", 2);
  t.run(100ms);
  expect_talk("amsterdam", 1, "amsterdam", 2);
  EXPECT_EQ(streams(), "0 0 0");
  EXPECT_EQ(legs(), "0 0 0");
}

TEST_F(Transfers, S6_BlindTransferWhileItRings) {
  talk("berlin", 1, "201", "amsterdam", 1);
  enquire("amsterdam", 1, "401");
  ASSERT_TRUE(t.rings("cologne", 1));
  t.hang_up("amsterdam", 1);
  EXPECT_EQ(t.hears("berlin", 1), "ringback");
  t.lift("cologne", 1);
  t.run(100ms);
  expect_talk("berlin", 1, "cologne", 1);
  EXPECT_EQ(streams(), "0 1 1");
}

TEST_F(Transfers, S6_BlindTransferBeforeAnythingIsHeard) {
  talk("berlin", 1, "201", "amsterdam", 1);
  t.flash("amsterdam", 1);
  t.dial("amsterdam", 1, "30");
  t.signal_line("amsterdam", 1, signal::dtmf_on, '2');
  t.signal_line("amsterdam", 1, signal::on_hook); // before the set-up has crossed
  t.run(100ms);
  EXPECT_TRUE(t.rings("berlin", 2));
  EXPECT_EQ(t.hears("berlin", 1), "ringback");
  t.lift("berlin", 2);
  t.run(100ms);
  expect_talk("berlin", 1, "berlin", 2);
  EXPECT_EQ(legs(), "0 0 0");
}

TEST_F(Transfers, S6_ATransferThatNobodyAnswersComesBack) {
  talk("berlin", 1, "201", "amsterdam", 1);
  enquire("amsterdam", 1, "401");
  t.hang_up("amsterdam", 1);
  t.run(75s);
  EXPECT_FALSE(t.rings("cologne", 1));
  EXPECT_TRUE(t.rings("amsterdam", 1));
  EXPECT_EQ(t.hears("berlin", 1), "ringback");
  t.lift("amsterdam", 1);
  expect_talk("berlin", 1, "amsterdam", 1);
}

TEST_F(Transfers, S6_ATransferToABusyNumberComesBackToTheBusyToneFirst) {
  talk("berlin", 1, "201", "amsterdam", 1);
  t.lift("cologne", 1);
  enquire("amsterdam", 1, "401");
  EXPECT_EQ(t.hears("amsterdam", 1), "busy"); // still the transferrer's business
  t.hang_up("amsterdam", 1);
  EXPECT_TRUE(t.rings("amsterdam", 1));
  EXPECT_EQ(t.hears("berlin", 1), "ringback");
}

TEST_F(Transfers, S6_WhoIsTransferredMayGiveUp) {
  talk("berlin", 1, "201", "amsterdam", 1);
  enquire("amsterdam", 1, "401");
  t.hang_up("amsterdam", 1);
  t.hang_up("berlin", 1);
  t.run(100ms);
  EXPECT_EQ(t.ringing(), std::vector<std::string>{});
  EXPECT_EQ(legs(), "0 0 0");
}

TEST_F(Transfers, S6_ARoamingUserIsTransferredLikeAnyOther) {
  t.log_in("berlin", 3, "204*1204");
  talk("cologne", 1, "204", "berlin", 3);
  enquire("berlin", 3, "201"); // of the home gateway
  t.lift("amsterdam", 1);
  t.hang_up("berlin", 3);
  t.run(100ms);
  expect_talk("cologne", 1, "amsterdam", 1);
  EXPECT_EQ(streams(), "1 0 1");
}

TEST_F(Transfers, S6_ABreakOutIsTransferredWhenItIsAnswered) {
  talk("berlin", 1, "201", "amsterdam", 1);
  enquire("amsterdam", 1, "*80*3#");
  t.dial("amsterdam", 1, "401");
  t.run(100ms);
  ASSERT_TRUE(t.rings("cologne", 1));
  t.lift("cologne", 1);
  expect_talk("amsterdam", 1, "cologne", 1);
  t.hang_up("amsterdam", 1);
  t.run(100ms);
  expect_talk("berlin", 1, "cologne", 1);
  EXPECT_EQ(streams(), "0 1 1");
}

/// Two calls between the same two people, and both hand over: the voice would go round for ever.
TEST_F(Transfers, S6_PeopleWhoHandEachOtherOverLeaveNothing) {
  ASSERT_TRUE(set(t, "amsterdam", "201", "call_waiting", "on").has_done());
  for (const auto* first : {"amsterdam", "berlin"}) {
    talk("amsterdam", 1, "301", "berlin", 1);
    enquire("berlin", 1, "201"); // who is in the first call, and takes the second
    ASSERT_EQ(t.hears("berlin", 1), "ringback");
    t.flash("amsterdam", 1);
    expect_talk("amsterdam", 1, "berlin", 1);
    EXPECT_EQ(legs(), "2 2 0");
    t.signal_line(first, 1, signal::on_hook);
    t.signal_line(first == std::string("berlin") ? "amsterdam" : "berlin", 1, signal::on_hook);
    t.run(1s);
    EXPECT_EQ(legs(), "0 0 0") << first;
    EXPECT_EQ(calls("amsterdam") + calls("berlin"), "") << first;
  }
}

TEST_F(Transfers, S6_RequestsToRerouteWhatIsNotThereAreIgnored) {
  talk("berlin", 1, "201", "amsterdam", 1);
  scn::v1::Envelope e;
  e.set_protocol(1);
  auto& m = *e.mutable_call_reroute();
  m.set_call(1);
  m.set_gateway("berlin");
  t.forge("cologne", "berlin", e);
  t.forge("amsterdam", "berlin", e);
  e.mutable_call_setup()->set_call(7);
  e.mutable_call_setup()->mutable_replaces()->set_gateway("amsterdam");
  auto& media = *e.mutable_call_setup()->mutable_media();
  media.set_address("cologne");
  media.set_port(20000);
  media.set_payload_type(8);
  t.forge("cologne", "berlin", e);
  expect_talk("berlin", 1, "amsterdam", 1);
}

} // namespace
} // namespace switchroom::exchange
