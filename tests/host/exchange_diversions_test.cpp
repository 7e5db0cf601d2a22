// SPDX-License-Identifier: MIT
// Calls that follow the called user's settings, wherever the user is logged in (rules C9, H11).
#include "exchange_people.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace switchroom::exchange {
namespace {

using namespace std::chrono_literals;
using lines_that_ring = std::vector<std::string>;

class Diversions : public People {
protected:
  void set(const std::string& extension, const std::string& setting, const std::string& value) {
    static const std::map<char, std::string> homes{
        {'2', "amsterdam"}, {'3', "berlin"}, {'4', "cologne"}};
    const auto answer = exchange::set(t, homes.at(extension[0]), extension, setting, value);
    EXPECT_TRUE(answer.has_done()) << answer.ShortDebugString();
    t.run(50ms);
  }
  /// Number and on.
  void forward(const std::string& extension, const std::string& kind, const std::string& to) {
    set(extension, "forward_" + kind, to);
    set(extension, "forward_" + kind + "_on", "on");
  }
  /// Who rings when somebody calls.
  lines_that_ring called(const std::string& gateway, unsigned line, const std::string& digits) {
    t.call(gateway, line, digits);
    auto list = t.ringing();
    t.hang_up(gateway, line);
    return list;
  }
};

TEST_F(Diversions, C9_ForwardUnconditional) {
  forward("201", "unconditional", "202");
  EXPECT_EQ(called("amsterdam", 3, "201"), lines_that_ring{"amsterdam line 2"});
  EXPECT_EQ(called("berlin", 1, "201"), lines_that_ring{"amsterdam line 2"});
  set("201", "forward_unconditional_on", "off");
  EXPECT_EQ(called("berlin", 1, "201"), lines_that_ring{"amsterdam line 1"});
}

TEST_F(Diversions, C9_ForwardUnconditionalOfAVisitorIsDecidedWhereTheUserIs) {
  t.log_in("berlin", 3, "204*1204");
  for (const auto* code : {"*07*401#", "*01"}) {
    t.call("berlin", 3, code);
    EXPECT_EQ(t.hears("berlin", 3), "confirmation");
    t.hang_up("berlin", 3);
  }
  EXPECT_EQ(called("amsterdam", 1, "204"), lines_that_ring{"cologne line 1"});
  EXPECT_EQ(called("berlin", 1, "204"), lines_that_ring{"cologne line 1"});
  t.call("cologne", 2, "204"); // out and back
  EXPECT_EQ(t.ringing(), lines_that_ring{"cologne line 1"});
  t.lift("cologne", 1);
  EXPECT_EQ(t.hears("cologne", 2), "cologne line 1");
  EXPECT_EQ(t.hears("cologne", 1), "cologne line 2");
}

TEST_F(Diversions, C9_AChangeDialledAwayIsInForceAtOnce) {
  t.log_in("berlin", 3, "204*1204");
  t.lift("berlin", 3);
  t.dial("berlin", 3, "*0");
  t.signal_line("berlin", 3, signal::dtmf_on, '8');
  t.run(10ms); // well within the 200 ms of S15
  EXPECT_EQ(t.hears("berlin", 3), "confirmation");
  t.hang_up("berlin", 3);
  EXPECT_EQ(tone_after_delay("amsterdam", 1, "204"), "busy");
  EXPECT_EQ(tone_after_delay("cologne", 1, "204"), "busy");
}

TEST_F(Diversions, C9_ForwardOnBusy) {
  forward("201", "busy", "302");
  EXPECT_EQ(called("berlin", 1, "201"), lines_that_ring{"amsterdam line 1"});
  t.lift("amsterdam", 1);
  EXPECT_EQ(called("berlin", 1, "201"), lines_that_ring{"berlin line 2"});
  EXPECT_EQ(called("amsterdam", 2, "201"), lines_that_ring{"berlin line 2"});
  t.lift("berlin", 2); // the next one is busy too
  EXPECT_EQ(tone_after_delay("amsterdam", 2, "201"), "busy");
  set("201", "forward_busy_on", "off");
  t.hang_up("berlin", 2);
  EXPECT_EQ(tone_after_delay("amsterdam", 2, "201"), "busy");
}

TEST_F(Diversions, C9_ForwardOnBusyOfAVisitor) {
  t.log_in("berlin", 3, "204*1204");
  forward("204", "busy", "202");
  t.lift("berlin", 3);
  EXPECT_EQ(called("cologne", 1, "204"), lines_that_ring{"amsterdam line 2"});
}

TEST_F(Diversions, C9_ForwardOnNoAnswerAfterTheUsersTime) {
  t.log_in("berlin", 3, "204*1204");
  forward("204", "no_answer", "202");
  t.call("cologne", 1, "204");
  t.run(14s);
  EXPECT_EQ(t.ringing(), lines_that_ring{"berlin line 3"});
  t.run(2s);
  EXPECT_EQ(t.ringing(), lines_that_ring{"amsterdam line 2"}); // and no longer both (H4)
  EXPECT_EQ(t.hears("cologne", 1), "ringback");
  t.run(58s); // rings as long as any other call
  EXPECT_EQ(t.ringing(), lines_that_ring{"amsterdam line 2"});
  t.lift("amsterdam", 2);
  EXPECT_EQ(t.hears("cologne", 1), "amsterdam line 2");
  EXPECT_EQ(t.hears("amsterdam", 2), "cologne line 1");
}

TEST_F(Diversions, C9_NoAnswerTimeIsASetting) {
  forward("201", "no_answer", "202");
  set("201", "no_answer_s", "5");
  t.call("berlin", 1, "201");
  t.run(4s);
  EXPECT_EQ(t.ringing(), lines_that_ring{"amsterdam line 1"});
  t.run(1s);
  EXPECT_EQ(t.ringing(), lines_that_ring{"amsterdam line 2"});
}

TEST_F(Diversions, C9_NoAnswerGoesOnRingingIfNobodyElseCanBeReached) {
  forward("201", "no_answer", "999");
  t.call("amsterdam", 2, "201");
  t.run(30s);
  EXPECT_EQ(t.ringing(), lines_that_ring{"amsterdam line 1"});
  t.run(31s);
  EXPECT_EQ(t.ringing(), lines_that_ring{});
  EXPECT_EQ(t.hears("amsterdam", 2), "busy");
}

TEST_F(Diversions, C9_SwitchedOffWhileItRings) {
  forward("201", "no_answer", "202");
  t.call("berlin", 1, "201");
  t.run(10s);
  set("201", "forward_no_answer_on", "off");
  t.run(20s);
  EXPECT_EQ(t.ringing(), lines_that_ring{"amsterdam line 1"});
}

TEST_F(Diversions, C9_DoNotDisturbButForItsExceptions) {
  t.log_in("berlin", 3, "204*1204");
  set("204", "do_not_disturb", "on");
  set("204", "do_not_disturb_exceptions", "401,202");
  EXPECT_EQ(tone_after_delay("amsterdam", 1, "204"), "busy");
  EXPECT_EQ(tone_after_delay("berlin", 1, "204"), "busy");
  EXPECT_EQ(called("cologne", 1, "204"), lines_that_ring{"berlin line 3"});
  EXPECT_EQ(called("amsterdam", 2, "204"), lines_that_ring{"berlin line 3"});
}

TEST_F(Diversions, C9_DoNotDisturbComesBeforeForwardingAndThatBeforeBusy) {
  forward("201", "unconditional", "202");
  forward("201", "busy", "301");
  set("201", "follow_me", "302");
  t.lift("amsterdam", 1);
  EXPECT_EQ(called("amsterdam", 3, "201"), lines_that_ring{"berlin line 2"});
  set("201", "follow_me", "");
  EXPECT_EQ(called("amsterdam", 3, "201"), lines_that_ring{"amsterdam line 2"});
  set("201", "forward_unconditional_on", "off");
  EXPECT_EQ(called("amsterdam", 3, "201"), lines_that_ring{"berlin line 1"});
  set("201", "do_not_disturb", "on");
  EXPECT_EQ(tone_after_delay("amsterdam", 3, "201"), "busy");
}

TEST_F(Diversions, C9_FollowMeHereBringsTheCalls) {
  t.call("berlin", 1, "*12*201#");
  EXPECT_EQ(t.hears("berlin", 1), "confirmation");
  t.hang_up("berlin", 1);
  EXPECT_EQ(called("amsterdam", 2, "201"), lines_that_ring{"berlin line 1"});
  EXPECT_EQ(called("berlin", 1, "201"), lines_that_ring{"amsterdam line 1"}); // who has the calls
}

TEST_F(Diversions, S10_AnEmergencyCallDisturbs) {
  town own(2, [](settings& s) {
    dialplan::short_code code;
    code.code = "112";
    code.what = dialplan::feature::emergency;
    code.number = "301";
    s.system_codes.push_back(code);
  });
  own.call("berlin", 1, "*08");
  own.hang_up("berlin", 1);
  own.call("amsterdam", 1, "301");
  EXPECT_EQ(own.hears("amsterdam", 1), "busy");
  own.hang_up("amsterdam", 1);
  own.call("amsterdam", 1, "112");
  EXPECT_TRUE(own.rings("berlin", 1));
  own.hang_up("amsterdam", 1);
  own.call("berlin", 4, "112");
  EXPECT_TRUE(own.rings("berlin", 1));
  own.everybody_hangs_up();
  EXPECT_TRUE(own.faults().empty());
}

TEST_F(Diversions, H11_LoggedOffFollowsWhatIsUnconditionalOnly) {
  t.log_in("amsterdam", 3, "201*1201"); // line 3 is 204's: now logged off
  forward("204", "busy", "301");
  forward("204", "no_answer", "301");
  EXPECT_EQ(tone_after_delay("berlin", 2, "204"), "busy");
  forward("204", "unconditional", "302");
  EXPECT_EQ(called("cologne", 1, "204"), lines_that_ring{"berlin line 2"});
  set("204", "follow_me", "401");
  EXPECT_EQ(called("amsterdam", 2, "204"), lines_that_ring{"cologne line 1"});
  set("204", "do_not_disturb", "on");
  EXPECT_EQ(tone_after_delay("amsterdam", 2, "204"), "busy");
}

TEST_F(Diversions, S11_HomeDecidesWhenTheVisitedGatewayIsLost) {
  t.log_in("berlin", 3, "204*1204");
  forward("204", "unconditional", "401");
  t.cut("amsterdam", "berlin");
  t.run(5s);
  EXPECT_EQ(called("amsterdam", 1, "204"), lines_that_ring{"cologne line 1"});
  set("204", "forward_unconditional_on", "off");
  EXPECT_EQ(tone_after_delay("amsterdam", 1, "204"), "congestion");
}

TEST_F(Diversions, H12_TheLampOfTheDirectory) {
  const auto lamp = [&](const std::string& extension) {
    t.run(100ms);
    control::v1::Request r;
    r.mutable_users();
    const auto answer = t.ask("cologne", r);
    for (const auto& u : answer.users().users())
      if (u.extension() == extension)
        return u.lamp();
    return std::string();
  };
  EXPECT_EQ(lamp("204"), "idle");
  set("204", "do_not_disturb", "on");
  EXPECT_EQ(lamp("204"), "do not disturb");
  set("204", "do_not_disturb", "off");
  t.log_in("amsterdam", 3, "201*1201");
  EXPECT_EQ(lamp("204"), "do not disturb"); // logged off
  forward("204", "unconditional", "301");
  EXPECT_EQ(lamp("204"), "idle");
}

TEST_F(Diversions, C10_ExplainTellsWhoSentTheCallOn) {
  forward("201", "unconditional", "301");
  set("202", "do_not_disturb", "on");
  const auto outcome = [&](const std::string& digits) {
    control::v1::Request r;
    r.mutable_explain()->set_user("204");
    r.mutable_explain()->set_digits(digits);
    return t.ask("amsterdam", r).explanation().outcome();
  };
  EXPECT_EQ(outcome("201"), "Calls 301 at gateway berlin. 201 forwards all calls to 301.");
  EXPECT_EQ(outcome("202"), "Calls 202, which fails: 17 user busy (do not disturb).");
}

// ---- circles -----------------------------------------------------------------------------------

TEST_F(Diversions, S5_EveryKindOfCircleEnds) {
  for (const auto& [from, to] : {std::pair{"201", "301"}, {"301", "401"}, {"401", "201"}}) {
    set(from, "forward_busy", to);
    set(from, "forward_busy_on", "on");
  }
  for (const auto* gateway : {"amsterdam", "berlin", "cologne"})
    t.lift(gateway, 1);
  EXPECT_EQ(tone_after_delay("amsterdam", 2, "201"), "busy");
  for (const auto* user : {"201", "301", "401"}) {
    set(user, "forward_unconditional_on", "off");
    set(user, "follow_me", user[0] == '2' ? "301" : user[0] == '3' ? "401" : "201");
  }
  EXPECT_EQ(tone_after_delay("amsterdam", 2, "201"), "refusal");
}

TEST_F(Diversions, S5_CirclesWithinAGatewayEnd) {
  for (const auto& [from, to] : {std::pair{"201", "202"}, {"202", "201"}}) {
    forward(from, "busy", to);
    forward(from, "no_answer", to);
    set(from, "no_answer_s", "2");
  }
  t.call("amsterdam", 3, "201");
  t.run(80s); // to and fro five times, then the usual time at whom it reached last
  EXPECT_TRUE(t.ringing().empty());
  EXPECT_EQ(t.hears("amsterdam", 3), "busy");
  t.lift("amsterdam", 1);
  t.lift("amsterdam", 2);
  EXPECT_EQ(tone_after_delay("berlin", 1, "202"), "busy");
}

TEST_F(Diversions, S5_EveryDiversionIsAHop) {
  const char* chain[] = {"201", "202", "204", "301", "302", "401", "402"};
  for (int n = 0; n < 6; ++n)
    forward(chain[n], "unconditional", chain[n + 1]);
  EXPECT_EQ(called("berlin", 4, "302"), lines_that_ring{"cologne line 2"});
  t.call("amsterdam", 4, "201"); // six diversions are too many, at whichever gateways
  EXPECT_TRUE(t.ringing().empty());
  EXPECT_EQ(t.hears("amsterdam", 4), "refusal");
}

class Circles : public ::testing::TestWithParam<std::uint64_t> {};

/// Everybody forwards to anybody in every way. A call may take many hops; it must end, with
/// nothing left over, and no more set-ups than rule S5 allows.
TEST_P(Circles, S5_RandomForwardsEnd) {
  std::mt19937_64 random{GetParam()};
  static const char* numbers[] = {"201", "202", "204", "301", "302", "401", "402"};
  const auto one = [&] { return std::string(numbers[random() % 7]); };
  town t{3};
  for (const auto* number : numbers) {
    control::v1::Request put;
    put.mutable_put_user()->set_extension(number);
    const auto change = [&](const std::string& setting, const std::string& value) {
      auto& made = *put.mutable_put_user()->add_changes();
      made.set_setting(setting);
      made.set_value(value);
    };
    for (const auto* kind : {"unconditional", "busy", "no_answer"}) {
      auto to = one();
      change(std::string("forward_") + kind, to == number ? "299" : to);
      change(std::string("forward_") + kind + "_on", random() % 3 == 0 ? "on" : "off");
    }
    change("forward_no_answer_on", "on");
    change("forward_busy_on", "on");
    if (auto to = one(); to != number && random() % 6 == 0)
      change("follow_me", to);
    change("no_answer_s", std::to_string(1 + random() % 5));
    const auto* home = number[0] == '2' ? "amsterdam" : number[0] == '3' ? "berlin" : "cologne";
    ASSERT_TRUE(t.ask(home, put).has_done());
  }
  static const char* gateways[] = {"amsterdam", "berlin", "cologne"};
  for (int n = 0; n < 3; ++n) { // people are anywhere
    const auto who = one();
    t.log_in(gateways[random() % 3], 1 + static_cast<unsigned>(random() % 4), who + "*1" + who);
  }
  t.lift(gateways[random() % 3], 1 + static_cast<unsigned>(random() % 4)); // and busy
  unsigned setups = 0;
  t.watch = [&](const std::string&, const std::string&, const scn::v1::Envelope& e) {
    setups += e.has_call_setup();
    return true;
  };
  for (int n = 0; n < 10; ++n) {
    setups = 0;
    const std::string from = gateways[random() % 3];
    const auto line = 1 + static_cast<unsigned>(random() % 4);
    t.call(from, line, one());
    t.run(150s);
    EXPECT_TRUE(t.ringing().empty()) << "call " << n;
    EXPECT_EQ(t.in_use("amsterdam").calls + t.in_use("berlin").calls + t.in_use("cologne").calls,
              0u)
        << "call " << n;
    EXPECT_LE(setups, 12u) << "call " << n; // five hops, each asked for once more at most
    t.hang_up(from, line);
  }
  t.everybody_hangs_up();
  for (const auto& fault : t.faults())
    ADD_FAILURE() << fault;
}

INSTANTIATE_TEST_SUITE_P(Seeds, Circles, ::testing::Range<std::uint64_t>(1, 41));

} // namespace
} // namespace switchroom::exchange
