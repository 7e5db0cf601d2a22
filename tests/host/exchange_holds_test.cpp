// SPDX-License-Identifier: MIT
// A call waits while its line does something else (S6): by hook flash, within a gateway and across.
#include "exchange_people.hpp"

#include <gtest/gtest.h>

namespace switchroom::exchange {
namespace {

using namespace std::chrono_literals;

class Holds : public People {
protected:
  std::string call_state(const std::string& gateway) {
    control::v1::Request r;
    r.mutable_calls();
    std::string all;
    const auto answer = t.ask(gateway, r);
    for (const auto& c : answer.calls().calls())
      all += c.state() + ";";
    return all;
  }
};

TEST_F(Holds, S6_HoldAndRetrieveWithinAGateway) {
  talk("amsterdam", 1, "202", "amsterdam", 2);
  t.flash("amsterdam", 1);
  EXPECT_EQ(t.hears("amsterdam", 1), "dial");
  EXPECT_EQ(t.hears("amsterdam", 2), "hold");
  EXPECT_EQ(call_state("amsterdam"), "on hold;");
  t.flash("amsterdam", 1);
  EXPECT_EQ(t.hears("amsterdam", 1), "amsterdam line 2");
  EXPECT_EQ(t.hears("amsterdam", 2), "amsterdam line 1");
  EXPECT_EQ(call_state("amsterdam"), "in call;");
}

TEST_F(Holds, S6_HoldAndRetrieveAcrossGateways) {
  talk("amsterdam", 1, "301", "berlin", 1);
  for (const auto& [holder, held] : {std::pair("amsterdam", "berlin"), {"berlin", "amsterdam"}}) {
    t.flash(holder, 1);
    EXPECT_EQ(t.hears(holder, 1), "dial");
    EXPECT_EQ(t.hears(held, 1), "hold") << "the tone is the held party's own gateway's";
    EXPECT_EQ(call_state(held), "on hold;");
    t.dial(holder, 1, "8"); // something begun and left
    t.flash(holder, 1);
    EXPECT_EQ(t.hears(holder, 1), std::string(held) + " line 1");
    EXPECT_EQ(t.hears(held, 1), std::string(holder) + " line 1");
  }
}

TEST_F(Holds, S6_BothHoldEachOtherAndEndsOneByOne) {
  talk("amsterdam", 1, "301", "berlin", 1);
  t.flash("amsterdam", 1);
  t.flash("berlin", 1);
  EXPECT_EQ(t.hears("amsterdam", 1), "dial");
  EXPECT_EQ(t.hears("berlin", 1), "dial");
  t.flash("amsterdam", 1);
  EXPECT_EQ(t.hears("amsterdam", 1), "hold"); // the other one still has it on hold
  EXPECT_EQ(t.hears("berlin", 1), "dial");
  t.flash("berlin", 1);
  EXPECT_EQ(t.hears("amsterdam", 1), "berlin line 1");
  EXPECT_EQ(t.hears("berlin", 1), "amsterdam line 1");
}

TEST_F(Holds, S6_AFlashSwapsTheTwoCalls) {
  talk("amsterdam", 1, "301", "berlin", 1);
  t.flash("amsterdam", 1);
  t.dial("amsterdam", 1, "401");
  t.run(100ms);
  t.lift("cologne", 1);
  EXPECT_EQ(t.hears("cologne", 1), "amsterdam line 1");
  EXPECT_EQ(t.hears("berlin", 1), "hold");
  t.flash("amsterdam", 1);
  EXPECT_EQ(t.hears("amsterdam", 1), "berlin line 1");
  EXPECT_EQ(t.hears("berlin", 1), "amsterdam line 1");
  EXPECT_EQ(t.hears("cologne", 1), "hold");
  t.hang_up("berlin", 1); // the one in the ear goes: busy tone, and back to the other
  EXPECT_EQ(t.hears("amsterdam", 1), "busy");
  t.flash("amsterdam", 1);
  EXPECT_EQ(t.hears("amsterdam", 1), "cologne line 1");
}

TEST_F(Holds, S6_WhoIsHeldMayGo) {
  talk("amsterdam", 1, "301", "berlin", 1);
  t.flash("amsterdam", 1);
  t.hang_up("berlin", 1);
  EXPECT_EQ(t.hears("amsterdam", 1), "dial"); // and may be used as such
  t.dial("amsterdam", 1, "202");
  t.run(100ms);
  EXPECT_TRUE(t.rings("amsterdam", 2));
  t.flash("amsterdam", 1); // nobody is on hold any more: nothing happens
  EXPECT_EQ(t.hears("amsterdam", 1), "ringback");
}

TEST_F(Holds, S6_AnEnquiryIsGivenUpByAFlash) {
  talk("amsterdam", 1, "301", "berlin", 1);
  t.flash("amsterdam", 1);
  t.dial("amsterdam", 1, "401");
  t.run(100ms);
  ASSERT_TRUE(t.rings("cologne", 1));
  t.flash("amsterdam", 1);
  t.run(100ms);
  EXPECT_FALSE(t.rings("cologne", 1));
  EXPECT_EQ(t.hears("amsterdam", 1), "berlin line 1");
}

TEST_F(Holds, S6_HangingUpWithACallOnHoldRingsBack) {
  talk("amsterdam", 1, "301", "berlin", 1);
  t.flash("amsterdam", 1);
  t.hang_up("amsterdam", 1);
  EXPECT_TRUE(t.rings("amsterdam", 1));
  EXPECT_EQ(t.hears("berlin", 1), "ringback");
  t.lift("amsterdam", 1);
  EXPECT_EQ(t.hears("amsterdam", 1), "berlin line 1");
  EXPECT_EQ(t.hears("berlin", 1), "amsterdam line 1");
}

TEST_F(Holds, S6_ARecallThatNobodyAnswersEnds) {
  talk("amsterdam", 1, "301", "berlin", 1);
  t.flash("amsterdam", 1);
  t.hang_up("amsterdam", 1);
  t.run(61s);
  EXPECT_FALSE(t.rings("amsterdam", 1));
  EXPECT_EQ(t.hears("berlin", 1), "busy");
}

TEST_F(Holds, S6_ALostPeerTakesTheHeldCallAndNoOther) {
  talk("amsterdam", 1, "301", "berlin", 1);
  t.flash("amsterdam", 1);
  t.dial("amsterdam", 1, "401");
  t.run(100ms);
  t.lift("cologne", 1);
  t.cut("amsterdam", "berlin");
  t.run(5s);
  EXPECT_EQ(t.hears("amsterdam", 1), "cologne line 1");
  EXPECT_EQ(t.hears("berlin", 1), "busy");
}

TEST_F(Holds, H14_ACallOnHoldIsACall) {
  talk("amsterdam", 1, "301", "berlin", 1);
  t.flash("amsterdam", 1);
  t.dial("amsterdam", 1, "*36");
  t.run(100ms);
  EXPECT_EQ(t.user_at("amsterdam", 1), "201"); // pending, or refused: not while a call is up
  t.flash("amsterdam", 1);
  EXPECT_EQ(t.hears("amsterdam", 1), "berlin line 1");
}

TEST_F(Holds, S6_HoldsThatNobodyHasAreIgnored) {
  talk("amsterdam", 1, "301", "berlin", 1);
  scn::v1::Envelope e;
  e.set_protocol(1);
  e.mutable_call_hold()->set_call(99);
  e.mutable_call_hold()->set_held(true);
  t.forge("cologne", "amsterdam", e);
  t.forge("berlin", "amsterdam", e);
  EXPECT_EQ(t.hears("amsterdam", 1), "berlin line 1");
}

} // namespace
} // namespace switchroom::exchange
