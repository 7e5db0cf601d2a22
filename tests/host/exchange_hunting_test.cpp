// SPDX-License-Identifier: MIT
// Hunt groups whose members are at any gateway (S16, H11). Group 600 lives at amsterdam.
#include "exchange_people.hpp"

#include <gtest/gtest.h>

namespace switchroom::exchange {
namespace {

using namespace std::chrono_literals;

hunting::group sales() {
  hunting::group g;
  g.number = "600";
  g.name = "Sales";
  g.members = {"202", "301", "204"};
  g.queue = 1;
  return g;
}

class Hunting : public ::testing::Test {
protected:
  void TearDown() override {
    if (t)
      expect_nothing_left(*t);
  }
  void begin(const std::function<void(hunting::group&)>& change = {}) {
    auto group = sales();
    if (change)
      change(group);
    t.emplace(3, [group](settings& s) {
      if (s.gateway == "amsterdam")
        s.groups.push_back(group);
    });
  }
  using list = std::vector<std::string>;
  std::string tone_after(const std::string& where, unsigned line, const std::string& digits) {
    return exchange::tone_after(*t, where, line, digits);
  }
  void expect_talk(const std::string& a, unsigned line_a, const std::string& b, unsigned line_b) {
    exchange::expect_talk(*t, a, line_a, b, line_b);
  }
  control::v1::Group group(const std::string& at) {
    control::v1::Request r;
    r.mutable_groups();
    const auto answer = t->ask(at, r);
    return answer.groups().groups_size() == 1 ? answer.groups().groups(0) : control::v1::Group();
  }
  std::optional<town> t;
};

/// What the alarm says, with "(over)" when it has passed; "" when it was never raised.
class GroupNumbers : public ::testing::Test {
protected:
  void put_user(const std::string& at, const std::string& extension) {
    control::v1::Request put;
    put.mutable_put_user()->set_extension(extension);
    EXPECT_TRUE(t.ask(at, put).has_done());
    t.run(1s);
  }
  std::string alarm(const std::string& at) { return t.alarm(at, "duplicate-group-600"); }
  town t{3, [](settings& s) {
           if (s.gateway == "amsterdam")
             s.groups.push_back(sales());
         }};
};

TEST_F(GroupNumbers, S5_AUserWithAGroupsNumberIsAnAlarmEverywhere) {
  EXPECT_EQ(alarm("amsterdam"), "");
  put_user("berlin", "600");
  for (const auto* at : {"amsterdam", "berlin", "cologne"})
    EXPECT_NE(alarm(at).find("600 is a user of berlin and a group of amsterdam"), std::string::npos)
        << at << ": " << alarm(at);
  t.call("cologne", 1, "600");
  EXPECT_EQ(t.ringing(), std::vector<std::string>{}) << "calls reach the user, who is logged off";
  t.hang_up("cologne", 1);
  control::v1::Request gone;
  gone.mutable_delete_user()->set_extension("600");
  EXPECT_TRUE(t.ask("berlin", gone).has_done());
  t.run(1s);
  for (const auto* at : {"amsterdam", "berlin", "cologne"})
    EXPECT_NE(alarm(at).find("(over)"), std::string::npos) << at << ": " << alarm(at);
  expect_nothing_left(t);
}

TEST(TwoGroups, S5_OfOneNumberAreAnAlarmAtEachGateway) {
  town t(3, [](settings& s) {
    if (s.gateway != "cologne")
      s.groups.push_back(sales());
  });
  for (const auto* at : {"amsterdam", "berlin", "cologne"})
    EXPECT_NE(t.alarm(at, "duplicate-group-600").find("a group of "), std::string::npos) << at;
  expect_nothing_left(t);
}

TEST_F(Hunting, S16_SequentialRingsOneAfterAnother) {
  begin();
  t->call("cologne", 1, "600"); // known everywhere
  EXPECT_EQ(t->hears("cologne", 1), "ringback");
  EXPECT_EQ(t->ringing(), list{"amsterdam line 2"});
  t->run(15s);
  EXPECT_EQ(t->ringing(), list{"berlin line 1"});
  t->run(15s);
  EXPECT_EQ(t->ringing(), list{"amsterdam line 3"});
  t->run(15s);
  EXPECT_EQ(t->ringing(), list{"amsterdam line 2"}); // another round
  t->run(60s);                                       // no gateway's time ends it
  EXPECT_EQ(t->hears("cologne", 1), "ringback");
  t->hang_up("cologne", 1);
  t->run(100ms);
  EXPECT_EQ(t->ringing(), list{});
}

TEST_F(Hunting, S16_AMemberAtAnotherGatewayAnswers) {
  begin([](hunting::group& g) { g.members = {"301"}; });
  t->call("cologne", 1, "600");
  ASSERT_EQ(t->ringing(), list{"berlin line 1"});
  t->lift("berlin", 1);
  t->run(100ms);
  expect_talk("cologne", 1, "berlin", 1);
  EXPECT_EQ(t->open_streams("amsterdam"), 0u); // S6: the group's gateway is out of it
}

TEST_F(Hunting, S16_ARoamingMemberIsHuntedAtTheVisitedPort) {
  begin([](hunting::group& g) { g.members = {"204"}; });
  t->log_in("berlin", 3, "204*1204");
  t->call("amsterdam", 1, "600");
  EXPECT_EQ(t->ringing(), list{"berlin line 3"});
  t->lift("berlin", 3);
  expect_talk("amsterdam", 1, "berlin", 3);
}

TEST_F(Hunting, H11_WhoIsLoggedOffIsNeverATarget) {
  begin([](hunting::group& g) { g.members = {"204", "202"}; });
  control::v1::Request out;
  out.mutable_login()->set_line(3);
  out.mutable_login()->set_extension("201"); // the port of 204: 204 is logged off
  ASSERT_TRUE(t->ask("amsterdam", out).has_done());
  ASSERT_EQ(t->user_at("amsterdam", 3), "201");
  t->call("berlin", 1, "600");
  EXPECT_EQ(t->ringing(), list{"amsterdam line 2"});
  EXPECT_EQ(group("amsterdam").members(0).state(), "absent");
}

TEST_F(Hunting, H11_NobodyLoggedInIsBusyOrOverflow) {
  begin([](hunting::group& g) { g.members = {"999"}; });
  EXPECT_EQ(tone_after("berlin", 1, "600"), "busy");
  begin([](hunting::group& g) {
    g.members = {"999"};
    g.overflow = "401";
  });
  t->call("berlin", 1, "600");
  EXPECT_EQ(t->ringing(), list{"cologne line 1"});
}

TEST_F(Hunting, S16_BusyAndUndisturbedMembersAreLeftOut) {
  begin();
  t->lift("amsterdam", 2);
  EXPECT_EQ(tone_after("berlin", 1, "*08"), "confirmation"); // 301
  t->call("cologne", 1, "600");
  EXPECT_EQ(t->ringing(), list{"amsterdam line 3"});
}

TEST_F(Hunting, S16_AMembersForwardingDoesNotCount) {
  begin([](hunting::group& g) { g.members = {"301"}; });
  EXPECT_EQ(tone_after("berlin", 1, "*07*302#"), "confirmation");
  EXPECT_EQ(tone_after("berlin", 1, "*01"), "confirmation");
  t->call("amsterdam", 1, "600");
  EXPECT_EQ(t->ringing(), list{"berlin line 1"});
  t->hang_up("amsterdam", 1);
  t->call("amsterdam", 1, "301"); // but for the person it does
  EXPECT_EQ(t->ringing(), list{"berlin line 2"});
}

TEST_F(Hunting, S16_CollectiveRingsAllAndTheFirstWhoAnswersHasIt) {
  begin([](hunting::group& g) { g.mode = hunting::mode::collective; });
  t->call("cologne", 1, "600");
  EXPECT_EQ(t->ringing(), (list{"amsterdam line 2", "amsterdam line 3", "berlin line 1"}));
  t->lift("berlin", 1);
  t->run(100ms);
  EXPECT_EQ(t->ringing(), list{});
  expect_talk("cologne", 1, "berlin", 1);
}

TEST_F(Hunting, S16_CollectiveAnsweredTwiceAtOnce) {
  begin([](hunting::group& g) { g.mode = hunting::mode::collective; });
  t->call("cologne", 1, "600");
  t->signal_line("berlin", 1, signal::off_hook);
  t->signal_line("amsterdam", 3, signal::off_hook); // nearer: its answer is there first
  t->run(100ms);
  expect_talk("cologne", 1, "amsterdam", 3);
  EXPECT_EQ(t->hears("berlin", 1), "busy");
}

TEST_F(Hunting, S16_RotaryBeginsAfterWhoRangLast) {
  begin([](hunting::group& g) { g.mode = hunting::mode::rotary; });
  for (const auto* next :
       {"amsterdam line 2", "berlin line 1", "amsterdam line 3", "amsterdam line 2"}) {
    t->call("cologne", 1, "600");
    EXPECT_EQ(t->ringing(), list{next});
    t->hang_up("cologne", 1);
    t->run(100ms);
  }
}

TEST_F(Hunting, S16_LongestIdleRingsWhoHasHadNoCallForLongest) {
  begin([](hunting::group& g) { g.mode = hunting::mode::longest_idle; });
  for (const auto& [where, line] :
       {std::pair("amsterdam", 2u), {"amsterdam", 3u}, {"berlin", 1u}}) {
    t->run(1s);
    t->lift(where, line);
    t->hang_up(where, line);
  }
  t->run(1s);
  t->call("cologne", 1, "600");
  EXPECT_EQ(t->ringing(), list{"amsterdam line 2"});
  t->lift("amsterdam", 2);
  t->call("cologne", 2, "600");
  EXPECT_EQ(t->ringing(), list{"amsterdam line 3"});
}

TEST_F(Hunting, S16_TheQueueHasRoomAndAnOrder) {
  begin([](hunting::group& g) { g.members = {"202"}; });
  t->lift("amsterdam", 2);
  t->call("cologne", 1, "600");
  EXPECT_EQ(t->hears("cologne", 1), "ringback"); // waits
  EXPECT_EQ(group("amsterdam").queued(), 1u);
  EXPECT_EQ(tone_after("berlin", 1, "600"), "busy"); // the queue is full
  t->hang_up("amsterdam", 2);
  EXPECT_EQ(t->ringing(), list{"amsterdam line 2"});
  t->call("berlin", 1, "600"); // now there is room: second
  t->lift("amsterdam", 2);
  t->run(100ms);
  expect_talk("cologne", 1, "amsterdam", 2);
  t->hang_up("amsterdam", 2);
  t->run(100ms);
  EXPECT_EQ(t->ringing(), list{"amsterdam line 2"});
  t->lift("amsterdam", 2);
  t->run(100ms);
  expect_talk("berlin", 1, "amsterdam", 2);
}

TEST_F(Hunting, S16_OverflowAfterItsTime) {
  begin([](hunting::group& g) {
    g.overflow = "401";
    g.overflow_after = 20s;
  });
  t->call("berlin", 2, "600");
  t->run(19s);
  EXPECT_EQ(t->ringing(), list{"berlin line 1"});
  t->run(2s);
  EXPECT_EQ(t->ringing(), list{"cologne line 1"});
  EXPECT_EQ(t->hears("berlin", 2), "ringback");
  t->lift("cologne", 1);
  t->run(100ms);
  expect_talk("berlin", 2, "cologne", 1);
}

TEST_F(Hunting, S16_NightServiceFromAnyGateway) {
  begin([](hunting::group& g) { g.night = "302"; });
  EXPECT_EQ(tone_after("cologne", 1, "*20*600#"), "confirmation");
  EXPECT_TRUE(group("berlin").night_service());
  t->call("cologne", 1, "600");
  EXPECT_EQ(t->ringing(), list{"berlin line 2"});
  t->hang_up("cologne", 1);
  EXPECT_EQ(tone_after("amsterdam", 1, "*21*600#"), "confirmation");
  EXPECT_FALSE(group("berlin").night_service());
  EXPECT_EQ(tone_after("cologne", 1, "*20*601#"), "refusal"); // no such group
  EXPECT_EQ(tone_after("cologne", 4, "*20*600#"), "refusal"); // nobody
  t->watch = [](const std::string&, const std::string&, const scn::v1::Envelope& e) {
    return !e.has_night_service();
  };
  t->call("cologne", 1, "*20*600#");
  t->run(3s);
  EXPECT_EQ(t->hears("cologne", 1), "refusal"); // no answer
}

TEST_F(Hunting, S16_NightServiceIsNotSwitchedWhenItCannotBeKept) {
  begin([](hunting::group& g) { g.night = "302"; });
  t->disk_refuses("amsterdam", true);
  EXPECT_EQ(tone_after("amsterdam", 1, "*20*600#"), "refusal");
  t->call("cologne", 1, "*20*600#");
  t->run(3s);
  EXPECT_EQ(t->hears("cologne", 1), "refusal");
  t->hang_up("cologne", 1);
  EXPECT_FALSE(group("berlin").night_service());
  t->disk_refuses("amsterdam", false);
  EXPECT_EQ(tone_after("cologne", 1, "*20*600#"), "confirmation");
}

TEST_F(Hunting, S16_NightServiceOutlastsARestart) {
  begin([](hunting::group& g) { g.night = "302"; });
  EXPECT_EQ(tone_after("cologne", 1, "*20*600#"), "confirmation");
  t->restart("amsterdam");
  t->run(5s);
  EXPECT_TRUE(group("amsterdam").night_service());
  EXPECT_TRUE(group("berlin").night_service());
  EXPECT_EQ(tone_after("cologne", 1, "*21*600#"), "confirmation");
  t->restart("amsterdam");
  t->run(5s);
  EXPECT_FALSE(group("berlin").night_service());
}

TEST_F(Hunting, S16_DayServiceByHandOutlastsARestartThoughTheConfigurationSaysNight) {
  begin([](hunting::group& g) { g.night_service = true; });
  EXPECT_EQ(tone_after("cologne", 1, "*21*600#"), "confirmation");
  t->restart("amsterdam");
  t->run(5s);
  EXPECT_FALSE(group("amsterdam").night_service());
}

TEST_F(Hunting, S16_NightServiceWithoutANumberIsBusy) {
  begin([](hunting::group& g) { g.night_service = true; });
  EXPECT_EQ(tone_after("cologne", 1, "600"), "busy");
}

TEST_F(Hunting, S16_ForwardingAndTransferToAGroup) {
  begin();
  EXPECT_EQ(tone_after("berlin", 2, "*07*600#"), "confirmation");
  EXPECT_EQ(tone_after("berlin", 2, "*01"), "confirmation");
  t->call("berlin", 1, "302");
  t->run(100ms);
  EXPECT_EQ(t->ringing(), list{"amsterdam line 2"});
  t->lift("amsterdam", 2);
  t->run(100ms);
  expect_talk("berlin", 1, "amsterdam", 2);
  t->flash("amsterdam", 2);
  t->dial("amsterdam", 2, "600"); // is busy with this call, and 301 with the other
  t->run(100ms);
  EXPECT_EQ(t->ringing(), list{"amsterdam line 3"});
  t->hang_up("amsterdam", 2);
  EXPECT_EQ(t->hears("berlin", 1), "ringback");
  t->lift("amsterdam", 3);
  t->run(100ms);
  expect_talk("berlin", 1, "amsterdam", 3);
}

TEST_F(Hunting, S16_PickupOfAGroupsCall) {
  begin([](hunting::group& g) { g.mode = hunting::mode::collective; });
  t->call("cologne", 1, "600");
  t->call("amsterdam", 1, "*30");
  t->run(100ms);
  EXPECT_EQ(t->ringing(), list{});
  expect_talk("cologne", 1, "amsterdam", 1);
}

TEST_F(Hunting, S16_DirectedPickupOfAGroupFromAnotherGateway) {
  begin();
  t->call("amsterdam", 1, "600");
  t->call("cologne", 1, "*32*600#");
  t->run(100ms);
  EXPECT_EQ(t->ringing(), list{});
  expect_talk("amsterdam", 1, "cologne", 1);
}

TEST_F(Hunting, S16_AMemberWhoLogsInIsFound) {
  begin([](hunting::group& g) { g.members = {"204", "202"}; });
  control::v1::Request in;
  in.mutable_login()->set_line(3);
  in.mutable_login()->set_extension("201"); // 204 is logged off
  ASSERT_TRUE(t->ask("amsterdam", in).has_done());
  t->lift("amsterdam", 2);
  t->call("cologne", 1, "600");
  EXPECT_EQ(t->ringing(), list{});
  t->log_in("berlin", 3, "204*1204");
  t->run(100ms);
  EXPECT_EQ(t->ringing(), list{"berlin line 3"});
}

TEST_F(Hunting, S16_ALostGatewayEndsOnlyItsPart) {
  begin([](hunting::group& g) { g.members = {"301", "202"}; });
  t->call("cologne", 1, "600");
  ASSERT_EQ(t->ringing(), list{"berlin line 1"});
  t->cut("amsterdam", "berlin");
  t->run(6s);
  EXPECT_EQ(t->hears("cologne", 1), "ringback");
  EXPECT_TRUE(t->rings("amsterdam", 2));
  t->lift("amsterdam", 2);
  t->run(100ms);
  expect_talk("cologne", 1, "amsterdam", 2);
  t->cut("amsterdam", "cologne");
  t->run(6s);
  t->call("cologne", 2, "600");
  t->run(5s);                                        // the dial delay
  EXPECT_EQ(t->hears("cologne", 2), "unobtainable"); // not known any more
}

TEST_F(Hunting, C10_ExplainNamesTheGroup) {
  begin();
  control::v1::Request r;
  r.mutable_explain()->set_user("201");
  r.mutable_explain()->set_digits("600");
  EXPECT_EQ(t->ask("amsterdam", r).explanation().outcome(), "Hunts in group 600.");
}

} // namespace
} // namespace switchroom::exchange
