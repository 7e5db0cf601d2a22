// SPDX-License-Identifier: MIT
// Park, pickup, call waiting, call back when free, and the lamps they need (S6, C9, H12), within a
// gateway and across.
#include "exchange_people.hpp"

#include <gtest/gtest.h>

namespace switchroom::exchange {
namespace {

using namespace std::chrono_literals;

class Services : public People {
protected:
  /// The tone after a feature that is dialled with a call on hold.
  std::string with_the_call(const std::string& where, unsigned line, const std::string& digits) {
    t.flash(where, line);
    t.dial(where, line, digits);
    t.run(100ms);
    return t.hears(where, line);
  }
  std::string parked(const std::string& at) {
    control::v1::Request r;
    r.mutable_parked();
    const auto answer = t.ask(at, r);
    std::string all;
    for (const auto& c : answer.parked().calls())
      all += c.slot() + ": " + c.number() + " at " + c.gateway() + ";";
    return all;
  }
  std::string lamp(const std::string& at, const std::string& extension) {
    control::v1::Request r;
    r.mutable_users();
    const auto answer = t.ask(at, r);
    for (const auto& u : answer.users().users())
      if (u.extension() == extension)
        return u.lamp();
    return "unknown";
  }
  void set(const std::string& gateway, const std::string& who, const std::string& name,
           const std::string& value) {
    ASSERT_TRUE(exchange::set(t, gateway, who, name, value).has_done());
  }
};

// ---- park --------------------------------------------------------------------------------------

TEST_F(Services, S6_ParkAndRetrieveAtAnotherPhoneOfTheGateway) {
  talk("amsterdam", 1, "202", "amsterdam", 2);
  EXPECT_EQ(with_the_call("amsterdam", 1, "*37*12#"), "confirmation");
  EXPECT_EQ(t.hears("amsterdam", 2), "hold");
  t.hang_up("amsterdam", 1);
  EXPECT_FALSE(t.rings("amsterdam", 1)); // it is not on hold any more
  EXPECT_EQ(parked("amsterdam"), "12: 202 at amsterdam;");
  t.call("amsterdam", 3, "*38*12#");
  expect_talk("amsterdam", 2, "amsterdam", 3);
  EXPECT_EQ(parked("amsterdam"), "");
}

TEST_F(Services, S6_ParkAndRetrieveAcrossGateways) {
  talk("berlin", 1, "201", "amsterdam", 1);
  EXPECT_EQ(with_the_call("amsterdam", 1, "*37*12#"), "confirmation");
  EXPECT_EQ(t.hears("berlin", 1), "hold");
  t.hang_up("amsterdam", 1);
  EXPECT_EQ(parked("cologne"), "12: 301 at amsterdam;"); // everybody sees it
  t.call("cologne", 1, "*38*12#");
  t.run(100ms);
  expect_talk("berlin", 1, "cologne", 1);
  EXPECT_EQ(legs(), "0 1 1"); // and the gateway of the slot is out of it
  EXPECT_EQ(parked("cologne"), "");
}

TEST_F(Services, S6_RetrievedWhereTheCallCameFromTakesNoVoiceBetweenGateways) {
  talk("berlin", 1, "201", "amsterdam", 1);
  with_the_call("amsterdam", 1, "*37*#"); // no slot: the own number
  EXPECT_EQ(parked("berlin"), "201: 301 at amsterdam;");
  t.call("berlin", 2, "*38*201#");
  t.run(100ms);
  expect_talk("berlin", 1, "berlin", 2);
  EXPECT_EQ(legs(), "0 0 0");
}

TEST_F(Services, S6_AParkSlotTakesOneCallInTheWholeNetwork) {
  talk("berlin", 1, "201", "amsterdam", 1);
  with_the_call("amsterdam", 1, "*37*12#");
  t.hang_up("amsterdam", 1);
  talk("berlin", 2, "401", "cologne", 1);
  EXPECT_EQ(with_the_call("cologne", 1, "*37*12#"), "refusal");
  t.flash("cologne", 1); // the call is still there
  expect_talk("berlin", 2, "cologne", 1);
  EXPECT_EQ(tone_after("cologne", 2, "*38*13#"), "refusal"); // empty
  EXPECT_EQ(tone_after("cologne", 2, "*37*13#"), "refusal"); // nothing on hold
}

TEST_F(Services, S6_WhoIsParkedMayGo) {
  talk("berlin", 1, "201", "amsterdam", 1);
  with_the_call("amsterdam", 1, "*37*12#");
  t.hang_up("berlin", 1);
  t.run(100ms);
  EXPECT_EQ(parked("amsterdam"), "");
  EXPECT_EQ(parked("cologne"), "");
  EXPECT_EQ(tone_after("cologne", 2, "*38*12#"), "refusal");
}

TEST_F(Services, S6_AParkedCallReturnsAfterFiveMinutes) {
  talk("berlin", 1, "201", "amsterdam", 1);
  with_the_call("amsterdam", 1, "*37*12#");
  t.hang_up("amsterdam", 1);
  t.run(4min + 50s);
  EXPECT_FALSE(t.rings("amsterdam", 1));
  t.lift("amsterdam", 1); // busy when it is time: later
  t.run(20s);
  t.hang_up("amsterdam", 1);
  EXPECT_FALSE(t.rings("amsterdam", 1));
  t.run(30s);
  EXPECT_TRUE(t.rings("amsterdam", 1));
  EXPECT_EQ(t.hears("berlin", 1), "ringback");
  t.lift("amsterdam", 1);
  expect_talk("berlin", 1, "amsterdam", 1);
}

TEST_F(Services, S6_ALostGatewayTakesItsParkSlotsAlong) {
  talk("berlin", 1, "201", "amsterdam", 1);
  with_the_call("amsterdam", 1, "*37*12#");
  t.cut("amsterdam", "cologne");
  t.run(5s);
  EXPECT_EQ(parked("cologne"), "");
  t.heal("amsterdam", "cologne");
  t.run(5s);
  EXPECT_EQ(parked("cologne"), "12: 301 at amsterdam;");
}

// ---- pickup ------------------------------------------------------------------------------------

TEST_F(Services, S6_PickupWithinAGateway) {
  t.call("amsterdam", 1, "202");
  t.call("amsterdam", 3, "*30");
  EXPECT_FALSE(t.rings("amsterdam", 2));
  expect_talk("amsterdam", 1, "amsterdam", 3);
}

TEST_F(Services, S6_DirectedPickupAcrossGateways) {
  t.call("amsterdam", 1, "202");
  t.call("berlin", 1, "*32*202#");
  t.run(100ms);
  EXPECT_FALSE(t.rings("amsterdam", 2));
  expect_talk("amsterdam", 1, "berlin", 1);
  EXPECT_EQ(legs(), "1 1 0");
}

TEST_F(Services, S6_PickupAtTheCallersGatewayTakesNoVoiceBetweenGateways) {
  t.call("amsterdam", 1, "301");
  ASSERT_TRUE(t.rings("berlin", 1));
  t.call("amsterdam", 2, "*30"); // nothing rings here: of anybody
  t.run(100ms);
  EXPECT_FALSE(t.rings("berlin", 1));
  expect_talk("amsterdam", 1, "amsterdam", 2);
  EXPECT_EQ(legs(), "0 0 0");
}

TEST_F(Services, S6_PickupOfARoamingUser) {
  t.log_in("berlin", 3, "204*1204");
  t.call("amsterdam", 1, "204");
  ASSERT_TRUE(t.rings("berlin", 3));
  t.call("cologne", 1, "*32*204#");
  t.run(100ms);
  expect_talk("amsterdam", 1, "cologne", 1);
}

TEST_F(Services, S6_NothingToPickUpIsRefused) {
  EXPECT_EQ(tone_after("amsterdam", 1, "*30"), "refusal");
  t.call("amsterdam", 1, "301");
  EXPECT_EQ(tone_after("berlin", 2, "*32*302#"), "refusal");
  EXPECT_EQ(tone_after("berlin", 4, "*32*301#"), "refusal"); // H13: nobody sits there
  EXPECT_TRUE(t.rings("berlin", 1));
}

TEST_F(Services, S6_TwoWhoPickUpTheSameCall) {
  t.call("amsterdam", 1, "202");
  for (const auto* where : {"berlin", "cologne"}) {
    t.lift(where, 1);
    t.dial(where, 1, "*32*202");
  }
  t.signal_line("berlin", 1, signal::dtmf_on, '#');
  t.signal_line("cologne", 1, signal::dtmf_on, '#');
  t.run(200ms);
  expect_talk("amsterdam", 1, "berlin", 1);
  EXPECT_EQ(t.hears("cologne", 1), "refusal");
}

// ---- call waiting ------------------------------------------------------------------------------

TEST_F(Services, C9_CallWaitingBeepsAndAFlashAnswers) {
  set("amsterdam", "201", "call_waiting", "on");
  talk("amsterdam", 1, "301", "berlin", 1);
  t.call("cologne", 1, "201");
  EXPECT_EQ(t.hears("cologne", 1), "ringback");
  EXPECT_EQ(t.hears("amsterdam", 1), "call waiting");
  t.run(1s);
  EXPECT_EQ(t.hears("amsterdam", 1), "berlin line 1");
  t.run(9s);
  EXPECT_EQ(t.hears("amsterdam", 1), "call waiting"); // again
  t.flash("amsterdam", 1);
  expect_talk("amsterdam", 1, "cologne", 1);
  EXPECT_EQ(t.hears("berlin", 1), "hold");
  t.run(11s);
  expect_talk("amsterdam", 1, "cologne", 1);
  t.flash("amsterdam", 1);
  expect_talk("amsterdam", 1, "berlin", 1);
  EXPECT_EQ(t.hears("cologne", 1), "hold");
}

TEST_F(Services, C9_CallWaitingRingsWhenThePersonHangsUp) {
  set("amsterdam", "201", "call_waiting", "on");
  talk("amsterdam", 1, "301", "berlin", 1);
  t.call("cologne", 1, "201");
  t.hang_up("amsterdam", 1);
  EXPECT_TRUE(t.rings("amsterdam", 1));
  EXPECT_EQ(t.hears("berlin", 1), "busy");
  t.lift("amsterdam", 1);
  expect_talk("amsterdam", 1, "cologne", 1);
}

TEST_F(Services, C9_CallWaitingIsForOneCallAndNoneIfOff) {
  talk("amsterdam", 1, "301", "berlin", 1);
  EXPECT_EQ(tone_after("cologne", 1, "201"), "busy");
  set("amsterdam", "201", "call_waiting", "on");
  t.call("cologne", 1, "201");
  EXPECT_EQ(tone_after("cologne", 2, "201"), "busy");
  t.hang_up("cologne", 1); // gave up: the voice is back at once
  expect_talk("amsterdam", 1, "berlin", 1);
  t.run(11s);
  expect_talk("amsterdam", 1, "berlin", 1);
}

TEST_F(Services, C9_AWaitingCallIsForwardedOnNoAnswerAndPickedUp) {
  for (const auto& [name, value] : {std::pair("call_waiting", "on"),
                                    {"forward_no_answer", "202"},
                                    {"forward_no_answer_on", "on"}})
    set("amsterdam", "201", name, value);
  talk("amsterdam", 1, "301", "berlin", 1);
  t.call("cologne", 1, "201");
  t.run(16s);
  EXPECT_TRUE(t.rings("amsterdam", 2));
  expect_talk("amsterdam", 1, "berlin", 1);
  t.hang_up("cologne", 1);
  t.call("cologne", 1, "201");
  t.call("cologne", 2, "*32*201#");
  t.run(100ms);
  expect_talk("cologne", 1, "cologne", 2);
  expect_talk("amsterdam", 1, "berlin", 1);
}

// ---- lamps and call back -----------------------------------------------------------------------

TEST_F(Services, H12_TheBusyLampFollowsThePerson) {
  t.log_in("berlin", 3, "204*1204");
  EXPECT_EQ(lamp("cologne", "204"), "idle");
  t.call("amsterdam", 1, "204");
  EXPECT_EQ(lamp("cologne", "204"), "ringing");
  EXPECT_EQ(lamp("cologne", "201"), "in use");
  t.lift("berlin", 3);
  t.run(100ms);
  EXPECT_EQ(lamp("cologne", "204"), "in use");
  EXPECT_EQ(lamp("berlin", "204"), "in use");
  t.hang_up("berlin", 3);
  t.run(100ms);
  EXPECT_EQ(lamp("cologne", "204"), "idle");
  t.lift("berlin", 3);
  t.dial("berlin", 3, "*36"); // leaves the line, and the lamp of the line
  t.run(100ms);
  EXPECT_EQ(t.user_at("amsterdam", 3), "204");
  EXPECT_EQ(lamp("cologne", "204"), "idle");
}

TEST_F(Services, H12_LampsAreKnownAfterAPeerReturns) {
  t.lift("berlin", 1);
  t.run(100ms);
  EXPECT_EQ(lamp("cologne", "301"), "in use");
  t.restart("cologne");
  t.run(5s);
  EXPECT_EQ(lamp("cologne", "301"), "in use");
  t.cut("berlin", "cologne");
  t.run(5s);
  EXPECT_EQ(lamp("cologne", "301"), "idle"); // not known: no lamp
}

TEST_F(Services, S6_CallBackWhenFreeAcrossGateways) {
  t.lift("berlin", 1);
  EXPECT_EQ(tone_after("amsterdam", 1, "301"), "busy");
  EXPECT_EQ(tone_after("amsterdam", 1, "*40*#"), "confirmation"); // who was called before
  t.run(10s);
  EXPECT_FALSE(t.rings("amsterdam", 1));
  t.hang_up("berlin", 1);
  t.run(100ms);
  EXPECT_TRUE(t.rings("amsterdam", 1));
  EXPECT_FALSE(t.rings("berlin", 1)); // not before the other is there
  t.lift("amsterdam", 1);
  t.run(100ms);
  EXPECT_TRUE(t.rings("berlin", 1));
  EXPECT_EQ(t.hears("amsterdam", 1), "ringback");
  t.lift("berlin", 1);
  expect_talk("amsterdam", 1, "berlin", 1);
}

TEST_F(Services, S6_CallBackWaitsForTheOneWhoAsked) {
  t.lift("berlin", 1);
  EXPECT_EQ(tone_after("amsterdam", 1, "*40*301#"), "confirmation");
  t.lift("amsterdam", 1);
  t.hang_up("berlin", 1);
  t.run(1s);
  EXPECT_EQ(t.hears("amsterdam", 1), "dial"); // not disturbed
  t.hang_up("amsterdam", 1);
  t.run(100ms);
  EXPECT_TRUE(t.rings("amsterdam", 1));
  t.run(61s); // not answered: forgotten
  EXPECT_FALSE(t.rings("amsterdam", 1));
}

TEST_F(Services, S6_CallBackIsCancelledForgottenAndLimited) {
  t.lift("berlin", 1);
  EXPECT_EQ(tone_after("amsterdam", 1, "*41"), "refusal");
  EXPECT_EQ(tone_after("amsterdam", 1, "*40*301#"), "confirmation");
  EXPECT_EQ(tone_after("amsterdam", 1, "*40*201#"), "refusal"); // oneself
  EXPECT_EQ(tone_after("amsterdam", 1, "*40*999#"), "refusal");
  EXPECT_EQ(tone_after("amsterdam", 4, "*40*301#"), "refusal"); // nobody
  EXPECT_EQ(tone_after("amsterdam", 1, "*41"), "confirmation");
  EXPECT_EQ(tone_after("amsterdam", 2, "*40*301#"), "confirmation");
  t.run(46min);
  t.hang_up("berlin", 1);
  t.run(1s);
  EXPECT_EQ(t.ringing(), std::vector<std::string>{});
}

TEST_F(Services, S6_CallBackToARoamingUserByARoamingUser) {
  t.log_in("berlin", 3, "204*1204");
  t.log_in("cologne", 3, "201*1201");
  t.lift("berlin", 3);
  EXPECT_EQ(tone_after("cologne", 3, "*40*204#"), "confirmation");
  t.hang_up("berlin", 3);
  t.run(100ms);
  EXPECT_TRUE(t.rings("cologne", 3));
  t.lift("cologne", 3);
  t.run(100ms);
  t.lift("berlin", 3);
  expect_talk("cologne", 3, "berlin", 3);
}

TEST_F(Services, C10_ExplainTellsWhatTheyDo) {
  const auto outcome = [&](const std::string& digits) {
    control::v1::Request r;
    r.mutable_explain()->set_user("201");
    r.mutable_explain()->set_digits(digits);
    return t.ask("amsterdam", r).explanation().outcome();
  };
  EXPECT_EQ(outcome("*37*#"), "Parks the call that is on hold in slot 201.");
  EXPECT_EQ(outcome("*38*12#"), "Retrieves the call in park slot 12.");
  EXPECT_EQ(outcome("*30"), "Picks up the call that rings for anybody.");
  EXPECT_EQ(outcome("*32*301#"), "Picks up the call that rings for 301.");
  EXPECT_EQ(outcome("*40*301#"), "Calls back when 301 is free.");
}

} // namespace
} // namespace switchroom::exchange
