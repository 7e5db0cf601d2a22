// SPDX-License-Identifier: MIT
// The story of docs/: a person's phone is wherever they log in.
#include "exchange_people.hpp"

#include <gtest/gtest.h>

namespace switchroom::exchange {
namespace {

using namespace std::chrono_literals;
using ::testing::Test;

class Story : public People {
protected:
  Story() : People(2) {}
};

TEST_F(Story, H2_LoginByDialledDigitsAtAnotherGateway) {
  EXPECT_EQ(t.user_at("berlin", 3), "");
  t.lift("berlin", 3);
  EXPECT_EQ(t.hears("berlin", 3), "dial");
  t.dial("berlin", 3, "*");
  EXPECT_EQ(t.hears("berlin", 3), "silence");
  t.dial("berlin", 3, "35*204*1204#");
  t.run(100ms);
  EXPECT_EQ(t.hears("berlin", 3), "confirmation");
  EXPECT_EQ(t.user_at("berlin", 3), "204");
  EXPECT_EQ(t.user_at("amsterdam", 3), "");
}

TEST_F(Story, S3_CallsToTheNumberReachThePortOfTheLogin) {
  t.log_in("berlin", 3, "204*1204");
  t.call("amsterdam", 1, "204");
  EXPECT_EQ(t.hears("amsterdam", 1), "ringback");
  EXPECT_EQ(t.ringing(), std::vector<std::string>{"berlin line 3"});
  t.lift("berlin", 3);
  expect_talk("amsterdam", 1, "berlin", 3);
  EXPECT_TRUE(t.ringing().empty());
}

TEST_F(Story, TheCallerReleases) {
  t.log_in("berlin", 3, "204*1204");
  t.call("amsterdam", 1, "204");
  t.lift("berlin", 3);
  t.hang_up("amsterdam", 1);
  EXPECT_EQ(t.hears("berlin", 3), "busy");
  EXPECT_EQ(t.in_use("berlin").calls, 0u);
  EXPECT_EQ(t.in_use("berlin").host_slots, 0u);
}

TEST_F(Story, TheCalledPersonReleases) {
  t.log_in("berlin", 3, "204*1204");
  t.call("amsterdam", 1, "204");
  t.lift("berlin", 3);
  t.hang_up("berlin", 3);
  EXPECT_EQ(t.hears("amsterdam", 1), "busy");
  EXPECT_EQ(t.in_use("amsterdam").host_slots, 0u);
  EXPECT_EQ(t.state_of("berlin", 3), "idle");
}

TEST_F(Story, S3_ALoginMakesCallsByTheVisitedGatewaysPlan) {
  t.log_in("berlin", 3, "204*1204");
  t.call("berlin", 3, "701"); // Berlin's code for its own 301
  EXPECT_EQ(t.ringing(), std::vector<std::string>{"berlin line 1"});
  t.lift("berlin", 1);
  expect_talk("berlin", 3, "berlin", 1);
  t.hang_up("berlin", 3);
  t.hang_up("berlin", 1);
  t.call("berlin", 3, "802"); // Amsterdam's code does not count here
  t.run(5s);
  EXPECT_EQ(t.hears("berlin", 3), "unobtainable");
}

TEST_F(Story, S8_BreakOutDialsByTheFarGatewaysPlan) {
  t.log_in("berlin", 3, "204*1204");
  t.call("berlin", 3, "*80*1#");
  EXPECT_EQ(t.hears("berlin", 3), "dial");
  EXPECT_EQ(t.in_use("amsterdam").visitors, 1u); // it is Amsterdam's dial tone
  t.dial("berlin", 3, "8");
  EXPECT_EQ(t.hears("berlin", 3), "silence");
  t.dial("berlin", 3, "02");
  EXPECT_EQ(t.hears("berlin", 3), "ringback");
  EXPECT_EQ(t.ringing(), std::vector<std::string>{"amsterdam line 2"});
  t.lift("amsterdam", 2);
  expect_talk("berlin", 3, "amsterdam", 2);
  EXPECT_EQ(t.state_of("berlin", 3), "in call");
}

TEST_F(Story, S8_BreakOutByNameReachesAnyUser) {
  t.lift("amsterdam", 1);
  t.dial("amsterdam", 1, "*80*2#");
  t.run(100ms);
  t.dial("amsterdam", 1, "202"); // a user of Amsterdam, from Berlin, dialled in Amsterdam
  EXPECT_EQ(t.ringing(), std::vector<std::string>{"amsterdam line 2"});
  t.lift("amsterdam", 2);
  expect_talk("amsterdam", 1, "amsterdam", 2);
}

TEST_F(Story, S8_BreakOutHearsTheFarGatewaysTones) {
  t.lift("amsterdam", 2);
  t.call("berlin", 1, "*80*1#");
  t.dial("berlin", 1, "202");
  t.run(100ms);
  EXPECT_EQ(t.hears("berlin", 1), "busy");
  t.hang_up("berlin", 1);
  EXPECT_EQ(t.in_use("amsterdam").visitors, 0u);
  t.call("berlin", 1, "*80*1#");
  t.dial("berlin", 1, "*35*204*1204#");
  t.run(100ms);
  EXPECT_EQ(t.hears("berlin", 1), "refusal");
  t.run(40s); // nobody does anything: Amsterdam lets go
  EXPECT_EQ(t.in_use("amsterdam").visitors, 0u);
  EXPECT_EQ(t.hears("berlin", 1), "busy");
}

TEST_F(Story, H6_AfterLogoutCallsReachTheOwnDesk) {
  t.log_in("berlin", 3, "204*1204");
  t.call("berlin", 3, "*36");
  EXPECT_EQ(t.hears("berlin", 3), "confirmation");
  t.hang_up("berlin", 3);
  EXPECT_EQ(t.user_at("berlin", 3), "");
  EXPECT_EQ(t.user_at("amsterdam", 3), "204");
  t.call("amsterdam", 1, "204");
  EXPECT_EQ(t.ringing(), std::vector<std::string>{"amsterdam line 3"});
}

TEST_F(Story, LocalCallByPulses) {
  t.lift("amsterdam", 1);
  t.pulse("amsterdam", 1, "202");
  EXPECT_TRUE(t.rings("amsterdam", 2));
  t.lift("amsterdam", 2);
  expect_talk("amsterdam", 1, "amsterdam", 2);
  EXPECT_EQ(t.in_use("amsterdam").host_slots, 0u);
}

} // namespace
} // namespace switchroom::exchange
