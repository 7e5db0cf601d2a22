// SPDX-License-Identifier: MIT
// A digital station's two calls and its two B channels (EN 300 141: a call on hold has none). 205
// is at line 5 of amsterdam, with 201, 202 and 204 at lines 1 to 3.
#include "exchange_station_people.hpp"

#include <gtest/gtest.h>

namespace switchroom::exchange {
namespace {

using namespace std::chrono_literals;

class StationCalls : public StationPeople {
protected:
  /// 201 is spoken to by the call that began on B channel 1.
  void talk_to_201() {
    t.call("amsterdam", 1, "205");
    t.far_answers("amsterdam", 0, 1);
    ASSERT_EQ(t.hears("amsterdam", 1), "amsterdam station 1");
  }
  /// And 202 by that which began on 2; 201 is on hold.
  void talk_to_202() {
    talk_to_201();
    hold(1);
    call(2, "202");
    t.lift("amsterdam", 2);
    ASSERT_EQ(t.hears("amsterdam", 2), "amsterdam station 1");
    ASSERT_EQ(t.hears("amsterdam", 1), "hold");
  }
  void waits() {
    ASSERT_TRUE(set(t, "amsterdam", "205", "call_waiting", "on").has_done());
    talk_to_201();
    t.call("amsterdam", 2, "205");
    ASSERT_EQ(other().name, "Person 202");
    ASSERT_EQ(t.hears("amsterdam", 2), "ringback");
  }
  void hold(unsigned which) { t.station_holds("amsterdam", 0, true, which); }
  void retrieve(unsigned which, unsigned wanted) {
    t.station_holds("amsterdam", 0, false, which, wanted);
  }
  void call(unsigned channel, const std::string& digits) {
    t.station_calls("amsterdam", 0, digits, channel);
  }
  std::string b(unsigned channel) { return t.far_hears("amsterdam", 0, channel); }
  const town::far_line& first() { return t.far("amsterdam", 0, 1); }
  const town::far_line& other() { return t.far("amsterdam", 0, 2); }
};

TEST_F(StationCalls, S6_ARetrievedCallIsHeardOnTheChannelThatWasWanted) {
  talk_to_201();
  hold(1);
  EXPECT_EQ(b(1), "silence");
  retrieve(1, 2);
  EXPECT_EQ(first().b_channel, 2U);
  EXPECT_EQ(b(2), "amsterdam line 1");
  EXPECT_EQ(b(1), "silence");
  EXPECT_EQ(t.hears("amsterdam", 1), "amsterdam station 1");
}

TEST_F(StationCalls, S6_OneIsOnHoldWhileTheStationTalksToTheOtherAndBack) {
  talk_to_202();
  EXPECT_EQ(b(2), "amsterdam line 2");
  EXPECT_EQ(b(1), "silence");
  hold(2);
  EXPECT_EQ(t.hears("amsterdam", 2), "hold");
  retrieve(1, 1);
  EXPECT_EQ(t.hears("amsterdam", 1), "amsterdam station 1");
  EXPECT_EQ(t.hears("amsterdam", 2), "hold");
  EXPECT_EQ(b(1), "amsterdam line 1");
  EXPECT_EQ(b(2), "silence");
  hold(1);
  retrieve(2, 1); // the channel that the other has left
  EXPECT_EQ(b(1), "amsterdam line 2");
  EXPECT_EQ(t.hears("amsterdam", 1), "hold");
}

TEST_F(StationCalls, WhoIsOnHoldCannotBeTakenBackWhileTheOtherSpeaks) {
  talk_to_202();
  retrieve(1, 1);
  EXPECT_EQ(first().told, "held not-held");
  EXPECT_EQ(t.hears("amsterdam", 2), "amsterdam station 1");
}

TEST_F(StationCalls, WithoutAHoldThereIsNoSecondCall) {
  talk_to_201();
  call(2, "202");
  EXPECT_EQ(other().ended, "17 user busy");
  EXPECT_EQ(t.hears("amsterdam", 1), "amsterdam station 1");
}

TEST_F(StationCalls, ThereIsNoThird) {
  talk_to_202();
  hold(2);
  t.station_calls("amsterdam", 0, "204", 3);
  EXPECT_EQ(t.far("amsterdam", 0, 3).ended, "17 user busy");
}

TEST_F(StationCalls, WhoIsOnHoldStaysThereWhenTheStationEndsTheOther) {
  talk_to_202();
  t.far_ends("amsterdam", 0, 2);
  EXPECT_EQ(t.hears("amsterdam", 2), "busy");
  EXPECT_EQ(t.hears("amsterdam", 1), "hold");
  call(2, "204");
  EXPECT_TRUE(t.rings("amsterdam", 3)) << "it may call again";
  t.far_ends("amsterdam", 0, 2);
  retrieve(1, 1);
  EXPECT_EQ(t.hears("amsterdam", 1), "amsterdam station 1");
  EXPECT_EQ(b(1), "amsterdam line 1");
  t.far_ends("amsterdam", 0, 1);
  EXPECT_EQ(t.hears("amsterdam", 1), "busy");
}

/// The edge gives a channel again only when it has said that the call is over.
TEST_F(StationCalls, S6_WhoIsTakenBackAtOnceDoesNotGetTheChannelOfTheCallThatJustEnds) {
  talk_to_202();
  isdn::v1::FromEdge said;
  said.mutable_release()->set_channel(1);
  said.mutable_release()->set_call(other().call);
  said.mutable_release()->set_cause(scn::v1::NORMAL_CLEARING);
  t.tell("amsterdam", said);
  retrieve(1, 2);
  EXPECT_EQ(first().b_channel, 1U);
  EXPECT_EQ(b(1), "amsterdam line 1");
  t.far_ends("amsterdam", 0, 2);
  EXPECT_EQ(b(1), "amsterdam line 1");
}

TEST_F(StationCalls, WhoIsOnHoldStaysThereWhenTheOtherHangsUp) {
  talk_to_202();
  t.hang_up("amsterdam", 2);
  EXPECT_EQ(other().ended, "16 normal clearing");
  EXPECT_EQ(t.hears("amsterdam", 1), "hold");
  t.run(3min);
  retrieve(1, 2);
  EXPECT_EQ(b(2), "amsterdam line 1");
}

TEST_F(StationCalls, WhoHangsUpWhileOnHoldLeavesTheOtherAlone) {
  talk_to_202();
  t.hang_up("amsterdam", 1);
  EXPECT_EQ(first().ended, "16 normal clearing");
  EXPECT_EQ(b(2), "amsterdam line 2");
  t.far_ends("amsterdam", 0, 2);
  EXPECT_EQ(t.hears("amsterdam", 2), "busy");
  t.hang_up("amsterdam", 2);
  t.call("amsterdam", 2, "205");
  EXPECT_EQ(first().name, "Person 202") << "it is free again";
}

TEST_F(StationCalls, TheStationGivesUpWhoIsOnHold) {
  talk_to_202();
  t.far_ends("amsterdam", 0, 1);
  EXPECT_EQ(t.hears("amsterdam", 1), "busy");
  EXPECT_EQ(b(2), "amsterdam line 2");
}

TEST_F(StationCalls, S6_AButtonJoinsThem) {
  ASSERT_TRUE(set(t, "amsterdam", "205", "buttons", "9=transfer").has_done());
  t.station_presses("amsterdam", 0, 9);
  EXPECT_EQ(t.display("amsterdam", 0), "There are no two calls to be joined");
  talk_to_202();
  t.station_presses("amsterdam", 0, 9);
  EXPECT_EQ(t.hears("amsterdam", 1), "amsterdam line 2");
  EXPECT_EQ(t.hears("amsterdam", 2), "amsterdam line 1");
  EXPECT_EQ(first().ended, "16 normal clearing");
  EXPECT_EQ(other().ended, "16 normal clearing");
  EXPECT_EQ(b(1) + b(2), "silencesilence");
  t.hang_up("amsterdam", 1);
  EXPECT_EQ(t.hears("amsterdam", 2), "busy");
}

TEST_F(StationCalls, S6_WhoRingsMayBeTransferredTo) {
  ASSERT_TRUE(set(t, "amsterdam", "205", "buttons", "9=transfer").has_done());
  talk_to_201();
  hold(1);
  call(2, "301");
  t.station_presses("amsterdam", 0, 9);
  EXPECT_EQ(t.hears("amsterdam", 1), "ringback");
  t.lift("berlin", 1);
  EXPECT_EQ(t.hears("amsterdam", 1), "berlin line 1");
}

TEST_F(StationCalls, S6_BothAreOverWhenTheEdgeDies) {
  talk_to_202();
  t.isdn_edge_dies("amsterdam");
  EXPECT_EQ(t.hears("amsterdam", 1), "busy");
  EXPECT_EQ(t.hears("amsterdam", 2), "busy");
}

TEST_F(StationCalls, C9_ACallWaitsOnTheOtherChannelAndIsAnswered) {
  waits();
  EXPECT_EQ(b(1), "amsterdam line 1") << "who is spoken to is not disturbed";
  hold(1);
  t.far_answers("amsterdam", 0, 2);
  EXPECT_EQ(b(2), "amsterdam line 2");
  EXPECT_EQ(t.hears("amsterdam", 1), "hold");
  hold(2);
  retrieve(1, 1);
  EXPECT_EQ(b(1), "amsterdam line 1");
  EXPECT_EQ(t.hears("amsterdam", 2), "hold");
}

TEST_F(StationCalls, C9_WhoIsNotPutOnHoldFirstIsByTheAnswer) {
  waits();
  t.far_answers("amsterdam", 0, 2);
  EXPECT_EQ(t.hears("amsterdam", 1), "hold");
  EXPECT_EQ(b(2), "amsterdam line 2");
  EXPECT_EQ(b(1), "silence");
}

/// A call on hold has no channel, so that the one that waits may have it meanwhile.
TEST_F(StationCalls, C9_WhoIsTakenBackGetsTheChannelThatNobodyHas) {
  ASSERT_TRUE(set(t, "amsterdam", "205", "call_waiting", "on").has_done());
  t.call("amsterdam", 1, "205");
  t.far_answers("amsterdam", 0, 1, 2);
  hold(1);
  retrieve(1, 2);
  t.call("amsterdam", 2, "205");
  ASSERT_EQ(t.far("amsterdam", 0, 3).name, "Person 202") << "it rings on channel 1";
  hold(1);
  retrieve(1, 1);
  EXPECT_EQ(b(2), "amsterdam line 1");
  EXPECT_EQ(b(1), "silence");
}

TEST_F(StationCalls, C9_AWaitingCallIsRefusedOrGivesUp) {
  waits();
  t.far_ends("amsterdam", 0, 2, scn::v1::CALL_REJECTED);
  EXPECT_EQ(t.hears("amsterdam", 2), "refusal");
  EXPECT_EQ(b(1), "amsterdam line 1");
  t.hang_up("amsterdam", 2);
  t.call("amsterdam", 2, "205");
  EXPECT_EQ(t.hears("amsterdam", 2), "ringback");
  t.hang_up("amsterdam", 2);
  EXPECT_EQ(other().ended, "16 normal clearing");
  EXPECT_EQ(b(1), "amsterdam line 1");
}

TEST_F(StationCalls, C9_AWaitingCallRingsOnWhenTheOtherIsOver) {
  waits();
  t.far_ends("amsterdam", 0, 1);
  EXPECT_EQ(t.hears("amsterdam", 1), "busy");
  EXPECT_EQ(t.hears("amsterdam", 2), "ringback");
  EXPECT_EQ(t.state_of("amsterdam", 5), "ringing");
  t.far_answers("amsterdam", 0, 2);
  EXPECT_EQ(b(2), "amsterdam line 2");
}

TEST_F(StationCalls, C9_WithoutCallWaitingItIsBusy) {
  talk_to_201();
  EXPECT_EQ(tone_after("amsterdam", 2, "205"), "busy");
}

TEST_F(StationCalls, S6_S3_TwoCallsOfAVisitorAcrossTheNetwork) {
  t.station_calls("berlin", 0, "*35*205*1205#");
  t.run(4s);
  t.call("amsterdam", 1, "205");
  t.far_answers("berlin", 0, 1);
  t.station_holds("berlin", 0, true);
  EXPECT_EQ(t.hears("amsterdam", 1), "hold");
  t.station_calls("berlin", 0, "301", 2);
  t.lift("berlin", 1);
  EXPECT_EQ(t.far_hears("berlin", 0, 2), "berlin line 1");
  t.far_ends("berlin", 0, 2);
  t.station_holds("berlin", 0, false, 1, 2);
  EXPECT_EQ(t.far_hears("berlin", 0, 2), "amsterdam line 1");
  EXPECT_EQ(t.hears("amsterdam", 1), "berlin station 1");
}

} // namespace
} // namespace switchroom::exchange
