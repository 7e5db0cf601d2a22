// SPDX-License-Identifier: MIT
// Calls to and from exchanges outside, as isdn-edge tells of them. Amsterdam has two trunks, "city"
// of two channels and "spare" of one, in one group; berlin has "haupt".
#include "exchange_people.hpp"

#include <gtest/gtest.h>

namespace switchroom::exchange {
namespace {

using namespace std::chrono_literals;
using isdn::v1::Progress;

dialplan::short_code code(const std::string& digits, const std::string& number,
                          const std::string& group = {}) {
  dialplan::short_code made;
  made.code = digits;
  made.number = number;
  made.line_group = group;
  return made;
}

void add_trunks(settings& s) {
  if (s.gateway == "amsterdam") {
    s.trunks = {{"city", 1, {1, 2}, "3120555", 3, {code("?", "202")}},
                {"spare", 2, {1}, "", 0, {}}};
    s.line_groups = {{"outside", {"city", "spare"}}};
  } else {
    s.trunks = {{"haupt", 1, {1, 2}, "4930777", 0, {}}};
    s.line_groups = {{"amt", {"haupt"}}};
  }
}

class Outside : public People {
protected:
  Outside() : People(2, add_trunks) {
    t.trunk_comes("amsterdam", 0);
    t.trunk_comes("amsterdam", 1);
    t.trunk_comes("berlin", 0);
  }
  const town::far_line& city(unsigned channel = 1) { return t.far("amsterdam", 0, channel); }
  /// 201 dials a number outside, with the dial delay over.
  void call_out(const std::string& number = "0123456") {
    t.call("amsterdam", 1, number);
    t.run(2s);
  }
};

TEST_F(Outside, C9_ACallOfALineGroupGoesOutAndIsAnswered) {
  call_out();
  EXPECT_EQ(city().called, "123456");
  EXPECT_EQ(city().caller, "3120555201");
  EXPECT_EQ(t.hears("amsterdam", 1), "silence");
  t.far_tells("amsterdam", 0, 1, Progress::ALERTING);
  EXPECT_EQ(t.hears("amsterdam", 1), "ringback");
  t.far_answers("amsterdam", 0, 1);
  EXPECT_EQ(t.hears("amsterdam", 1), "amsterdam outside 1/1");
  EXPECT_EQ(t.far_hears("amsterdam", 0, 1), "amsterdam line 1");
  t.hang_up("amsterdam", 1);
  EXPECT_EQ(city().ended, "16 normal clearing");
}

TEST_F(Outside, WhatTheOtherExchangeSaysInTheChannelIsHeardBeforeTheAnswer) {
  call_out();
  t.far_tells("amsterdam", 0, 1, Progress::ALERTING, true);
  EXPECT_EQ(t.hears("amsterdam", 1), "amsterdam outside 1/1");
  EXPECT_EQ(t.far_hears("amsterdam", 0, 1), "silence");
  t.hang_up("amsterdam", 1);
  call_out();
  t.far_tells("amsterdam", 0, 1, Progress::IN_BAND);
  EXPECT_EQ(t.hears("amsterdam", 1), "amsterdam outside 1/1");
}

TEST_F(Outside, TheOtherExchangeHangsUp) {
  call_out();
  t.far_answers("amsterdam", 0, 1);
  t.far_ends("amsterdam", 0, 1);
  EXPECT_EQ(t.hears("amsterdam", 1), "busy");
}

TEST_F(Outside, WhyACallWasNotTakenIsHeard) {
  for (const auto& [why, tone] : {std::pair(scn::v1::USER_BUSY, "busy"),
                                  {scn::v1::UNALLOCATED_NUMBER, "unobtainable"},
                                  {scn::v1::CALL_REJECTED, "refusal"}}) {
    call_out();
    t.far_ends("amsterdam", 0, 1, why);
    EXPECT_EQ(t.hears("amsterdam", 1), tone);
    EXPECT_EQ(t.far("amsterdam", 1, 1).call, 0U) << "no other trunk would be better";
    t.hang_up("amsterdam", 1);
  }
}

/// Least cost first; what it has not free, or will not take, goes by the next.
TEST_F(Outside, CallsFlowOverToTheNextTrunk) {
  t.far_calls("amsterdam", 0, 2, "204");
  t.call("amsterdam", 2, "0777");
  t.run(2s);
  EXPECT_EQ(city(1).called, "777");
  t.far_ends("amsterdam", 0, 1, scn::v1::NO_CIRCUIT_AVAILABLE);
  EXPECT_EQ(t.far("amsterdam", 1, 1).called, "777");
  EXPECT_EQ(t.far("amsterdam", 1, 1).caller, "") << "the spare trunk shows no number";
  t.far_answers("amsterdam", 1, 1);
  EXPECT_EQ(t.hears("amsterdam", 2), "amsterdam outside 2/1");
}

TEST_F(Outside, WithoutAFreeLineThereIsCongestion) {
  t.trunk_comes("amsterdam", 0, false);
  t.trunk_comes("amsterdam", 1, false);
  call_out();
  EXPECT_EQ(t.hears("amsterdam", 1), "congestion");
  EXPECT_NE(t.alarm("amsterdam", "trunk-city").find("out of order"), std::string::npos);
  t.trunk_comes("amsterdam", 0);
  EXPECT_NE(t.alarm("amsterdam", "trunk-city").find("(over)"), std::string::npos);
}

TEST_F(Outside, OfASpanWithoutASignalThereIsOneAlarm) {
  const auto stands = [&](const std::string& id) {
    const auto said = t.alarm("amsterdam", id);
    return !said.empty() && !said.ends_with("(over)");
  };
  t.span_tells("amsterdam", 0, "there is no signal");
  t.trunk_comes("amsterdam", 0, false);
  EXPECT_TRUE(t.alarm("amsterdam", "span-1")
                  .starts_with("Nothing can be said over span 1 On span 1 (trunk city) there is no "
                               "signal."));
  EXPECT_FALSE(stands("trunk-city"));
  t.span_tells("amsterdam", 0, ""); // and signalling is not back yet
  EXPECT_FALSE(stands("span-1"));
  EXPECT_TRUE(stands("trunk-city"));
  t.trunk_comes("amsterdam", 0);
  EXPECT_FALSE(stands("trunk-city"));
}

TEST_F(Outside, LinesOfTrunksAreNotCountedAsLinesOfPeople) {
  control::v1::Request ask;
  ask.mutable_status();
  EXPECT_EQ(t.ask("amsterdam", ask).status().lines(), town_lines);
}

TEST_F(Outside, C8_ACallFromOutsideReachesAnExtension) {
  t.far_calls("amsterdam", 0, 1, "3120555201"); // the last three count
  EXPECT_TRUE(t.rings("amsterdam", 1));
  EXPECT_EQ(city().told, "proceeding rings");
  EXPECT_EQ(t.far_hears("amsterdam", 0, 1), "ringback");
  t.lift("amsterdam", 1);
  EXPECT_EQ(city().told, "proceeding rings answered");
  EXPECT_EQ(t.hears("amsterdam", 1), "amsterdam outside 1/1");
  EXPECT_EQ(t.far_hears("amsterdam", 0, 1), "amsterdam line 1");
  t.far_ends("amsterdam", 0, 1);
  EXPECT_EQ(t.hears("amsterdam", 1), "busy");
}

TEST_F(Outside, S3_ACallFromOutsideFollowsThePersonToTheOtherGateway) {
  t.log_in("berlin", 3, "201*1201");
  t.run(2s);
  t.far_calls("amsterdam", 0, 1, "201");
  EXPECT_TRUE(t.rings("berlin", 3));
  t.lift("berlin", 3);
  EXPECT_EQ(t.hears("berlin", 3), "amsterdam outside 1/1");
  EXPECT_EQ(t.far_hears("amsterdam", 0, 1), "berlin line 3");
}

TEST_F(Outside, C8_WhatNobodyHasGoesToWhomTheTrunkNames) {
  t.far_calls("amsterdam", 0, 1, "999");
  EXPECT_TRUE(t.rings("amsterdam", 2)) << "202";
  t.far_calls("amsterdam", 1, 1, "999");
  EXPECT_EQ(t.far("amsterdam", 1, 1).ended, "1 unallocated number");
}

TEST_F(Outside, C8_DigitsMayComeOneByOne) {
  t.far_calls("berlin", 0, 1, "3", false);
  EXPECT_FALSE(t.rings("berlin", 1));
  t.far_dials("berlin", 0, 1, "0");
  t.far_dials("berlin", 0, 1, "1");
  EXPECT_TRUE(t.rings("berlin", 1));
}

/// Nothing that is dialled from outside costs anything or changes anything.
TEST_F(Outside, WhoCallsFromOutsideReachesNumbersOnly) {
  for (const auto* digits : {"*35*201*1201#", "*8023", "*17", "*01"}) {
    t.far_calls("berlin", 0, 1, digits);
    EXPECT_EQ(t.far("berlin", 0, 1).ended, "1 unallocated number") << digits;
  }
  t.far_calls("berlin", 0, 1, "0123456");
  EXPECT_EQ(t.far("berlin", 0, 1).ended, "21 call rejected") << "from outside to outside";
  EXPECT_EQ(t.far("berlin", 0, 2).called, "");
}

TEST_F(Outside, ABusyExtensionIsToldInTheCause) {
  t.lift("amsterdam", 1);
  t.far_calls("amsterdam", 0, 1, "201");
  EXPECT_EQ(city().ended, "17 user busy");
}

TEST_F(Outside, H13_NobodyCallsOutFromAPortWithoutAUser) {
  t.call("berlin", 3, "0123456");
  t.run(2s);
  EXPECT_EQ(t.hears("berlin", 3), "refusal");
}

TEST_F(Outside, S8_ATrunkIsReachedByBreakOut) {
  t.call("amsterdam", 1, "*80*2#");
  t.dial("amsterdam", 1, "0123456");
  t.run(3s);
  EXPECT_EQ(t.far("berlin", 0, 1).called, "123456");
  EXPECT_EQ(t.far("berlin", 0, 1).caller, "4930777201");
  t.far_answers("berlin", 0, 1);
  EXPECT_EQ(t.hears("amsterdam", 1), "berlin outside 1/1");
  EXPECT_EQ(t.far_hears("berlin", 0, 1), "amsterdam line 1");
}

TEST_F(Outside, S3_WhoVisitsUsesTheVisitedGatewaysLines) {
  t.log_in("berlin", 3, "201*1201");
  t.run(2s);
  t.call("berlin", 3, "0123456");
  t.run(2s);
  EXPECT_EQ(t.far("berlin", 0, 1).called, "123456");
  EXPECT_EQ(city().called, "");
}

TEST_F(Outside, ACallFromOutsideIsHandedOn) {
  t.far_calls("amsterdam", 0, 1, "201");
  t.lift("amsterdam", 1);
  t.flash("amsterdam", 1);
  EXPECT_EQ(t.far_hears("amsterdam", 0, 1), "hold");
  t.dial("amsterdam", 1, "301");
  t.run(1s);
  t.lift("berlin", 1);
  t.hang_up("amsterdam", 1);
  EXPECT_EQ(t.far_hears("amsterdam", 0, 1), "berlin line 1");
  EXPECT_EQ(t.hears("berlin", 1), "amsterdam outside 1/1");
}

isdn::v1::FromEdge set_up(unsigned link, std::uint64_t call, unsigned channel,
                          const std::string& called) {
  isdn::v1::FromEdge said;
  auto& setup = *said.mutable_setup();
  setup.set_channel(link + 1);
  setup.set_call(call);
  setup.set_b_channel(channel);
  setup.mutable_called()->set_digits(called);
  setup.set_complete(true);
  return said;
}

/// Whatever the edge lets through.
TEST_F(Outside, ALineWithACallIsGivenNoOther) {
  call_out();
  t.tell("amsterdam", set_up(0, 77, 1, "202"));
  EXPECT_EQ(t.far_refused("amsterdam"), "34 no circuit available");
  EXPECT_FALSE(t.rings("amsterdam", 2));
  t.far_answers("amsterdam", 0, 1);
  EXPECT_EQ(t.hears("amsterdam", 1), "amsterdam outside 1/1");
}

TEST_F(Outside, WhenTheEdgeDiesItsCallsEndAndNoOthers) {
  t.call("amsterdam", 2, "301");
  t.lift("berlin", 1);
  call_out();
  t.far_answers("amsterdam", 0, 1);
  t.isdn_edge_dies("amsterdam");
  EXPECT_EQ(t.hears("amsterdam", 1), "busy");
  expect_talk("amsterdam", 2, "berlin", 1);
  EXPECT_NE(t.alarm("amsterdam", "isdn-edge").find("cannot be served"), std::string::npos);
  t.hang_up("amsterdam", 1);
  call_out();
  EXPECT_EQ(t.hears("amsterdam", 1), "congestion");
}

TEST_F(Outside, WhatTheEdgeCannotDoIsAnAlarmUntilItIsStartedAgain) {
  isdn::v1::FromEdge said;
  said.mutable_trouble()->set_what("Nothing is captured");
  said.mutable_trouble()->set_remedy("Name another file.");
  t.tell("amsterdam", said);
  EXPECT_NE(t.alarm("amsterdam", "isdn-trouble").find("Nothing is captured"), std::string::npos);
  call_out();
  EXPECT_EQ(city().called, "123456") << "calls go on";
  t.isdn_edge_dies("amsterdam");
  EXPECT_TRUE(t.alarm("amsterdam", "isdn-trouble").ends_with("(over)"));
  said.mutable_trouble()->set_channel(1); // of a far end: for the log
  t.tell("amsterdam", said);
  EXPECT_TRUE(t.alarm("amsterdam", "isdn-trouble").ends_with("(over)"));
}

TEST(OutsideOfASmallBoard, ASpanThatItDoesNotHaveIsNamed) {
  town t(1, [](settings& s) {
    s.trunks = {{"city", 1, {1}, "", 0, {}}, {"far", 9, {1}, "", 0, {}}};
  });
  const auto said = t.alarm("amsterdam", "spans-missing");
  EXPECT_NE(said.find("span 9 (trunk far)"), std::string::npos) << said;
  EXPECT_NE(said.find("has " + std::to_string(town_spans)), std::string::npos) << said;
  EXPECT_EQ(said.find("city"), std::string::npos) << said;
}

TEST(OutsideOfASmallBoard, AStationThatItDoesNotHaveIsNamed) {
  town t(1, [](settings& s) {
    s.lines.push_back({line_id{7}, "", users::line_type::digital, true, {}, 0, 5});
  });
  const auto said = t.alarm("amsterdam", "stations-missing");
  EXPECT_NE(said.find("station 5 (line 7)"), std::string::npos) << said;
}

TEST_F(Outside, ATrunkThatIsLostEndsItsCalls) {
  call_out();
  t.far_answers("amsterdam", 0, 1);
  t.trunk_comes("amsterdam", 0, false);
  EXPECT_EQ(t.hears("amsterdam", 1), "busy");
}

TEST_F(Outside, TheBoardFailsAndReturns) {
  call_out();
  t.far_answers("amsterdam", 0, 1);
  t.board_fails("amsterdam");
  EXPECT_EQ(city().ended, "27 destination out of order");
  t.board_returns("amsterdam");
  t.hang_up("amsterdam", 1);
  call_out();
  EXPECT_EQ(city().called, "123456");
}

TEST_F(Outside, WhatAnEdgeSaysThatIsWrongIsRefused) {
  for (const auto& [wrong, why] : {std::pair(set_up(7, 1, 1, "201"), "21 call rejected"),
                                   {set_up(0, 1, 16, "201"), "34 no circuit available"},
                                   {set_up(0, 1, 1, "12a"), "21 call rejected"},
                                   {set_up(0, 2, 1, "201"), "21 call rejected"}}) {
    t.tell("amsterdam", wrong);
    EXPECT_EQ(t.far_refused("amsterdam"), why) << wrong.ShortDebugString();
  }
  EXPECT_EQ(t.in_use("amsterdam").calls, 0U);
}

TEST_F(Outside, S10_AnEmergencyCodeMayLeaveByALineGroup) {
  town here(2, [](settings& s) {
    add_trunks(s);
    if (s.gateway != "berlin")
      return;
    auto emergency = code("112", "112", "amt");
    emergency.what = dialplan::feature::emergency;
    s.system_codes.push_back(emergency);
  });
  EXPECT_EQ(here.alarm("berlin", "emergency-code-112"), "") << "it leads outside";
  here.trunk_comes("berlin", 0);
  here.call("berlin", 3, "112"); // a port without a user
  EXPECT_EQ(here.far("berlin", 0, 1).called, "112");
  here.far_answers("berlin", 0, 1);
  EXPECT_EQ(here.hears("berlin", 3), "berlin outside 1/1");
  expect_nothing_left(here);
}

TEST_F(Outside, OperatorsSeeTheTrunksAndTheirCalls) {
  call_out();
  control::v1::Request ask;
  ask.mutable_trunks();
  const auto list = t.ask("amsterdam", ask).trunks();
  ASSERT_EQ(list.trunks_size(), 2);
  EXPECT_EQ(list.trunks(0).name(), "city");
  EXPECT_TRUE(list.trunks(0).in_service());
  EXPECT_EQ(list.trunks(0).channels(0).to(), "123456");
  EXPECT_EQ(list.trunks(0).channels(0).from(), "201");
  ask.mutable_calls();
  EXPECT_EQ(t.ask("amsterdam", ask).calls().calls(0).to(), "123456 city channel 1");
}

} // namespace
} // namespace switchroom::exchange
