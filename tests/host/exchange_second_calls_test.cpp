// SPDX-License-Identifier: MIT
// An IP phone's two calls: 205 at line 5 of amsterdam, with 201 and 202 at lines 1 and 2.
#include "exchange_people.hpp"

#include <gtest/gtest.h>

namespace switchroom::exchange {
namespace {

using namespace std::chrono_literals;

class SecondCalls : public PeopleWithIpPhones {
protected:
  SecondCalls() {
    t.call("amsterdam", 1, "205");
    t.phone_lifts("amsterdam", 5);
  }
  const town::ip_phone& phone() { return t.phone("amsterdam", 5); }
  void call_202() {
    t.phone_holds("amsterdam", 5, true);
    t.phone_calls("amsterdam", 5, "202");
  }
  void talk_to_202() {
    call_202();
    t.lift("amsterdam", 2);
    ASSERT_EQ(t.hears("amsterdam", 2), "amsterdam line 5");
  }
};

TEST_F(SecondCalls, S6_OneWaitsWhileThePhoneTalksToTheOther) {
  call_202();
  EXPECT_TRUE(t.rings("amsterdam", 2));
  EXPECT_EQ(t.hears("amsterdam", 1), "hold");
  EXPECT_TRUE(phone().hears_ringback);
  t.lift("amsterdam", 2);
  EXPECT_EQ(t.hears("amsterdam", 2), "amsterdam line 5");
  EXPECT_EQ(t.hears("amsterdam", 1), "hold");
  t.phone_changes_over("amsterdam", 5);
  EXPECT_EQ(t.hears("amsterdam", 1), "amsterdam line 5");
  EXPECT_EQ(t.hears("amsterdam", 2), "hold");
  t.phone_changes_over("amsterdam", 5);
  EXPECT_EQ(t.hears("amsterdam", 1), "hold");
  EXPECT_EQ(t.hears("amsterdam", 2), "amsterdam line 5");
}

TEST_F(SecondCalls, WhoIsOnHoldStaysThereWhenThePhoneEndsTheOther) {
  talk_to_202();
  t.phone_ends("amsterdam", 5);
  EXPECT_EQ(t.hears("amsterdam", 2), "busy");
  EXPECT_EQ(t.hears("amsterdam", 1), "hold");
  t.phone_changes_over("amsterdam", 5);
  EXPECT_EQ(t.hears("amsterdam", 1), "amsterdam line 5");
  t.phone_ends("amsterdam", 5);
  EXPECT_EQ(t.hears("amsterdam", 1), "busy");
  t.hang_up("amsterdam", 1);
  t.call("amsterdam", 1, "205");
  EXPECT_TRUE(phone().rings) << "it is free again";
}

TEST_F(SecondCalls, WhoIsOnHoldStaysThereWhenTheOtherHangsUp) {
  talk_to_202();
  t.hang_up("amsterdam", 2);
  EXPECT_EQ(phone().ended, "16 normal clearing");
  EXPECT_EQ(t.hears("amsterdam", 1), "hold");
  t.run(3min);
  EXPECT_EQ(t.hears("amsterdam", 1), "hold") << "a phone that does nothing is not given up";
  t.phone_calls("amsterdam", 5, "202");
  EXPECT_TRUE(t.rings("amsterdam", 2)) << "and it may call again";
}

TEST_F(SecondCalls, WhoHangsUpWhileOnHoldLeavesTheOtherCallAlone) {
  talk_to_202();
  t.hang_up("amsterdam", 1);
  EXPECT_EQ(phone().aside_ended, "16 normal clearing");
  EXPECT_EQ(t.hears("amsterdam", 2), "amsterdam line 5");
  t.phone_ends("amsterdam", 5);
  EXPECT_EQ(t.hears("amsterdam", 2), "busy");
}

TEST_F(SecondCalls, ThePhoneGivesUpWhoIsOnHold) {
  talk_to_202();
  t.phone_drops_aside("amsterdam", 5);
  EXPECT_EQ(t.hears("amsterdam", 1), "busy");
  EXPECT_EQ(t.hears("amsterdam", 2), "amsterdam line 5");
}

TEST_F(SecondCalls, ASecondCallThatFailsLeavesTheFirst) {
  t.phone_holds("amsterdam", 5, true);
  t.phone_calls("amsterdam", 5, "999");
  EXPECT_EQ(phone().ended, "1 unallocated number");
  EXPECT_EQ(t.hears("amsterdam", 1), "hold");
  t.phone_changes_over("amsterdam", 5);
  EXPECT_EQ(t.hears("amsterdam", 1), "amsterdam line 5");
}

TEST_F(SecondCalls, ThereIsNoThird) {
  talk_to_202();
  const auto before = phone();
  edge::v1::FromEdge said;
  said.mutable_seize()->set_line(5);
  said.mutable_seize()->set_call(99);
  said.mutable_seize()->set_digits("301");
  *said.mutable_seize()->mutable_media() = before.its;
  EXPECT_EQ(t.refused("amsterdam", said), "17 user busy");
  EXPECT_EQ(t.hears("amsterdam", 2), "amsterdam line 5");
}

TEST_F(SecondCalls, S6_BothBecomeOneByATransfer) {
  talk_to_202();
  t.phone_joins_its_calls("amsterdam", 5);
  EXPECT_EQ(t.hears("amsterdam", 1), "amsterdam line 2");
  EXPECT_EQ(t.hears("amsterdam", 2), "amsterdam line 1");
  EXPECT_EQ(phone().call, 0U);
  EXPECT_EQ(phone().aside, 0U);
  t.hang_up("amsterdam", 1);
  EXPECT_EQ(t.hears("amsterdam", 2), "busy");
}

TEST_F(SecondCalls, S6_WhoRingsCanBeTransferredTo) {
  call_202();
  t.phone_joins_its_calls("amsterdam", 5);
  EXPECT_EQ(t.hears("amsterdam", 1), "ringback");
  EXPECT_EQ(phone().call + phone().aside, 0U);
  t.lift("amsterdam", 2);
  EXPECT_EQ(t.hears("amsterdam", 1), "amsterdam line 2");
}

TEST_F(SecondCalls, S6_BlindTransferAndItsCallBackIfNobodyAnswers) {
  t.phone_transfers("amsterdam", 5, "202");
  EXPECT_EQ(phone().ended, "16 normal clearing");
  EXPECT_TRUE(t.rings("amsterdam", 2));
  EXPECT_EQ(t.hears("amsterdam", 1), "ringback");
  t.run(61s);
  EXPECT_FALSE(t.rings("amsterdam", 2));
  EXPECT_TRUE(phone().rings) << "who was transferred comes back";
  t.phone_lifts("amsterdam", 5);
  EXPECT_EQ(t.hears("amsterdam", 1), "amsterdam line 5");
}

TEST_F(SecondCalls, S6_BlindTransferToAnotherGateway) {
  t.phone_transfers("amsterdam", 5, "301");
  t.run(100ms);
  EXPECT_TRUE(t.rings("berlin", 1));
  t.lift("berlin", 1);
  t.run(100ms);
  EXPECT_EQ(t.hears("berlin", 1), "amsterdam line 1");
}

TEST_F(SecondCalls, ATransferThatCannotBeLeavesTheCall) {
  for (const auto* digits : {"999", "20", "*35*205*1205#", "", "*80*2#"}) {
    t.phone_transfers("amsterdam", 5, digits);
    EXPECT_TRUE(std::exchange(const_cast<town::ip_phone&>(phone()).transfer_failed, false))
        << digits;
    t.run(5s);
    EXPECT_EQ(t.hears("amsterdam", 1), "amsterdam line 5") << digits;
    EXPECT_EQ(t.phone_hears("amsterdam", 5), "amsterdam line 1") << digits;
  }
  t.phone_joins_its_calls("amsterdam", 5); // there is no other
  EXPECT_EQ(t.hears("amsterdam", 1), "amsterdam line 5");
}

class CallWaiting : public SecondCalls {
protected:
  CallWaiting() {
    control::v1::Request put;
    put.mutable_put_user()->set_extension("205");
    auto& change = *put.mutable_put_user()->add_changes();
    change.set_setting("call_waiting");
    change.set_value("on");
    EXPECT_TRUE(t.ask("amsterdam", put).has_done());
    t.call("amsterdam", 2, "205");
    EXPECT_TRUE(phone().aside_rings);
    EXPECT_EQ(phone().caller, "202");
    EXPECT_EQ(t.hears("amsterdam", 2), "ringback");
    EXPECT_EQ(t.hears("amsterdam", 1), "amsterdam line 5");
    EXPECT_EQ(t.phone_hears("amsterdam", 5), "amsterdam line 1") << "the phone beeps by itself";
  }
};

TEST_F(CallWaiting, C9_RingsBesideTheCallAndIsAnswered) {
  t.phone_changes_over("amsterdam", 5);
  EXPECT_EQ(t.hears("amsterdam", 2), "amsterdam line 5");
  EXPECT_EQ(t.hears("amsterdam", 1), "hold");
  t.phone_changes_over("amsterdam", 5);
  EXPECT_EQ(t.hears("amsterdam", 1), "amsterdam line 5");
}

TEST_F(CallWaiting, C9_IsDeclinedAndTheCallGoesOn) {
  t.phone_drops_aside("amsterdam", 5, scn::v1::USER_BUSY);
  EXPECT_EQ(t.hears("amsterdam", 2), "busy");
  EXPECT_EQ(t.hears("amsterdam", 1), "amsterdam line 5");
}

TEST_F(CallWaiting, C9_StopsWhenTheCallerGivesUp) {
  t.hang_up("amsterdam", 2);
  EXPECT_EQ(phone().aside, 0U);
  EXPECT_EQ(t.hears("amsterdam", 1), "amsterdam line 5");
}

TEST_F(CallWaiting, C9_RingsOnWhenTheOtherCallEnds) {
  t.phone_ends("amsterdam", 5);
  EXPECT_EQ(t.hears("amsterdam", 2), "ringback");
  auto& its = const_cast<town::ip_phone&>(phone());
  its.call = std::exchange(its.aside, 0);
  its.aside_rings = false;
  t.phone_lifts("amsterdam", 5);
  EXPECT_EQ(t.hears("amsterdam", 2), "amsterdam line 5");
}

TEST_F(CallWaiting, WhenTheEdgeDiesBothCallsEnd) {
  t.edge_dies("amsterdam");
  EXPECT_EQ(t.hears("amsterdam", 1), "busy");
  EXPECT_NE(t.hears("amsterdam", 2), "ringback");
  t.hang_up("amsterdam", 1);
  t.hang_up("amsterdam", 2);
}

} // namespace
} // namespace switchroom::exchange
