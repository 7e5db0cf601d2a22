// SPDX-License-Identifier: MIT
// Emergency calls from everywhere, and the call back that leads to the very port (S10).
#include "exchange_people.hpp"

#include <gtest/gtest.h>

namespace switchroom::exchange {
namespace {

using namespace std::chrono_literals;

/// 112 is taken by 202 at amsterdam and by 302 at berlin.
void with_emergency(settings& s) {
  dialplan::short_code code;
  code.code = "112";
  code.what = dialplan::feature::emergency;
  code.number = s.gateway == "amsterdam" ? "202" : "302";
  s.system_codes.push_back(code);
}

class Emergency : public People {
protected:
  explicit Emergency(const town::settings_change& change = with_emergency) : People(3, change) {}
  /// Places the call and ends it; `taken` is the line at which it is answered.
  void call_and_hang_up(const std::string& where, unsigned line, unsigned taken = 2) {
    t.call(where, line, "112");
    ASSERT_TRUE(t.rings(where, taken));
    t.lift(where, taken);
    expect_talk(where, line, where, taken);
    t.hang_up(where, line);
    t.hang_up(where, taken);
  }
  /// The lines that ring when this number is called.
  std::string rung_by(const std::string& where, unsigned line, const std::string& number) {
    t.call(where, line, number);
    t.run(2s);
    std::string all;
    for (const auto& one : t.ringing())
      all += (all.empty() ? "" : ", ") + one;
    t.hang_up(where, line);
    t.run(100ms);
    return all;
  }
};

/// Gateways have two numbers each for call backs.
class EmergencyNumbers : public Emergency {
protected:
  EmergencyNumbers()
      : Emergency([](settings& s) {
          with_emergency(s);
          s.call_back_numbers = {s.number + "901", s.number + "902"};
        }) {}
};

TEST_F(EmergencyNumbers, S10_H13_TheCallBackReachesAPortWithoutAUser) {
  call_and_hang_up("berlin", 3);
  EXPECT_EQ(t.user_at("berlin", 3), "");
  EXPECT_EQ(rung_by("berlin", 2, "2901"), "berlin line 3");
  EXPECT_EQ(rung_by("amsterdam", 1, "2901"), "berlin line 3") << "from any gateway";
  t.call("berlin", 2, "2901");
  t.lift("berlin", 3);
  expect_talk("berlin", 2, "berlin", 3);
}

TEST_F(EmergencyNumbers, S10_ForThirtyMinutesFromTheEndOfTheCallOn) {
  t.call("berlin", 3, "112");
  t.lift("berlin", 2);
  t.run(40min); // a long call
  t.hang_up("berlin", 3);
  t.hang_up("berlin", 2);
  t.run(29min + 50s);
  EXPECT_EQ(rung_by("berlin", 2, "2901"), "berlin line 3");
  t.run(11s);
  EXPECT_EQ(rung_by("berlin", 2, "2901"), "");
  EXPECT_EQ(rung_by("amsterdam", 1, "2901"), "");
}

TEST_F(EmergencyNumbers, S10_H5_InALockOutToo) {
  for (unsigned n = 0; n < 4; ++n)
    EXPECT_EQ(tone_after("berlin", 3, "*35*301*9999#"), "refusal");
  EXPECT_EQ(tone_after("berlin", 3, "*35*301*1301#"), "refusal"); // even the right one
  call_and_hang_up("berlin", 3);
  EXPECT_EQ(rung_by("berlin", 2, "2901"), "berlin line 3");
}

TEST_F(EmergencyNumbers, S10_ALongCallKeepsItsNumberWhoeverElseCalls) {
  t.call("berlin", 3, "112");
  t.lift("berlin", 2);
  t.run(40min);
  call_and_hang_up("amsterdam", 4);
  call_and_hang_up("amsterdam", 3);
  t.hang_up("berlin", 3);
  t.hang_up("berlin", 2);
  t.run(29min);
  EXPECT_EQ(rung_by("berlin", 2, "2901"), "berlin line 3");
  EXPECT_EQ(rung_by("amsterdam", 1, "2901"), "berlin line 3");
  t.run(2min);
  EXPECT_EQ(rung_by("amsterdam", 1, "2901"), "") << "peers have heard of the end, too";
}

TEST_F(EmergencyNumbers, S10_ARestartForgetsNoPort) {
  call_and_hang_up("berlin", 3);
  t.run(10min);
  t.restart("berlin");
  t.run(5s);
  EXPECT_EQ(rung_by("berlin", 2, "2901"), "berlin line 3");
  EXPECT_EQ(rung_by("amsterdam", 1, "2901"), "berlin line 3");
  t.run(20min);
  EXPECT_EQ(rung_by("berlin", 2, "2901"), "");
}

TEST_F(EmergencyNumbers, S10_EachPortHasANumberOfItsOwnAndKeepsIt) {
  call_and_hang_up("berlin", 3);
  call_and_hang_up("berlin", 4);
  call_and_hang_up("berlin", 3);
  EXPECT_EQ(rung_by("berlin", 2, "2901"), "berlin line 3");
  EXPECT_EQ(rung_by("berlin", 2, "2902"), "berlin line 4");
  t.run(1min);
  call_and_hang_up("berlin", 1); // there is none left: that of the oldest call
  EXPECT_EQ(rung_by("berlin", 2, "2902"), "berlin line 1");
  EXPECT_EQ(rung_by("berlin", 2, "2901"), "berlin line 3");
}

TEST_F(EmergencyNumbers, S10_ThePortNotThePerson) {
  call_and_hang_up("berlin", 1); // 301
  t.log_in("cologne", 3, "301*1301");
  EXPECT_EQ(rung_by("berlin", 2, "2901"), "berlin line 1");
  EXPECT_EQ(rung_by("berlin", 2, "301"), "cologne line 3");
}

TEST_F(EmergencyNumbers, S10_NeitherForwardingNorDoNotDisturbHoldTheCallBack) {
  ASSERT_TRUE(set(t, "berlin", "301", "do_not_disturb", "on").has_done());
  call_and_hang_up("berlin", 1);
  EXPECT_EQ(rung_by("berlin", 2, "2901"), "berlin line 1");
}

TEST_F(EmergencyNumbers, S10_WhoTakesTheCallSeesTheNumber) {
  t.call("berlin", 3, "112");
  control::v1::Request calls;
  calls.mutable_calls();
  EXPECT_EQ(t.ask("berlin", calls).calls().calls(0).from(), "2901 line 3");
  t.hang_up("berlin", 3);
  control::v1::Request lines;
  lines.mutable_lines();
  const auto line = t.ask("berlin", lines).lines().lines(2);
  EXPECT_EQ(line.emergency_number(), "2901");
  EXPECT_EQ(line.emergency_for_s(), 1800U);
}

TEST_F(EmergencyNumbers, S10_ALostGatewaysPortsAreKnownAgainWhenItIsBack) {
  call_and_hang_up("berlin", 3);
  t.cut("amsterdam", "berlin");
  t.run(5s);
  EXPECT_EQ(rung_by("amsterdam", 1, "2901"), "");
  t.heal("amsterdam", "berlin");
  t.run(5s);
  EXPECT_EQ(rung_by("amsterdam", 1, "2901"), "berlin line 3");
}

/// 112 is taken by 401 of cologne, or by 999, whom nobody has.
class EmergencyTarget : public People {
protected:
  explicit EmergencyTarget(const std::string& number = "401")
      : People(3, [number](settings& s) {
          with_emergency(s);
          s.system_codes.back().number = number;
        }) {}
};
class EmergencyNowhere : public EmergencyTarget {
protected:
  EmergencyNowhere() : EmergencyTarget("999") {}
};

TEST_F(EmergencyNowhere, S10_ANumberNobodyHasIsAnAlarmBeforeAnybodyNeedsIt) {
  const auto alarm = t.alarm("berlin", "emergency-code-112");
  EXPECT_NE(alarm.find("999"), std::string::npos) << alarm;
  EXPECT_EQ(alarm.find("(over)"), std::string::npos) << alarm;
  ASSERT_TRUE(set(t, "cologne", "999", "call_waiting", "on").has_done());
  t.run(1s);
  EXPECT_NE(t.alarm("berlin", "emergency-code-112").find("(over)"), std::string::npos);
  EXPECT_NE(t.alarm("cologne", "emergency-code-112").find("(over)"), std::string::npos);
}

/// A peer of another licence is never up, and never lost.
class EmergencyBesideARefusedPeer : public People {
protected:
  EmergencyBesideARefusedPeer()
      : People(2, [](settings& s) {
          with_emergency(s);
          s.system_codes.back().number = "999";
          s.voice_networking = s.gateway == "amsterdam";
        }) {}
};

TEST_F(EmergencyBesideARefusedPeer, S10_ANumberNobodyHasIsAnAlarm) {
  EXPECT_NE(t.alarm("amsterdam", "emergency-code-112"), "");
}

TEST_F(EmergencyTarget, S10_ANumberThatGoesAwayIsAnAlarm) {
  EXPECT_EQ(t.alarm("berlin", "emergency-code-112"), "");
  control::v1::Request gone;
  gone.mutable_delete_user()->set_extension("401");
  ASSERT_TRUE(t.ask("cologne", gone).has_done());
  t.run(1s);
  EXPECT_NE(t.alarm("berlin", "emergency-code-112"), "");
  EXPECT_NE(t.alarm("cologne", "emergency-code-112"), "");
}

// ---- without numbers of their own ----

TEST_F(Emergency, S10_TheUsersNumberLeadsToThePortForWhoTookTheCall) {
  call_and_hang_up("berlin", 1); // 301, taken by 302
  t.log_in("cologne", 3, "301*1301");
  EXPECT_EQ(rung_by("berlin", 2, "301"), "berlin line 1");
  EXPECT_EQ(rung_by("amsterdam", 1, "301"), "cologne line 3") << "others mean the person (S3)";
  t.run(31min);
  EXPECT_EQ(rung_by("berlin", 2, "301"), "cologne line 3");
}

TEST_F(Emergency, S10_ARestartKeepsTheNumberForWhoTookTheCallAlone) {
  call_and_hang_up("berlin", 1); // 301, taken by 302
  t.log_in("cologne", 3, "301*1301");
  t.restart("berlin");
  t.run(5s);
  EXPECT_EQ(rung_by("berlin", 2, "301"), "berlin line 1");
  EXPECT_EQ(rung_by("berlin", 4, "301"), "cologne line 3");
  EXPECT_EQ(rung_by("amsterdam", 1, "301"), "cologne line 3");
}

TEST_F(Emergency, S10_WhoTookTheCallMayBeAtAnotherGateway) {
  t.log_in("berlin", 3, "201*1201"); // 201 visits berlin
  t.call("berlin", 3, "112");
  t.hang_up("berlin", 3);
  EXPECT_EQ(rung_by("berlin", 2, "201"), "berlin line 3");
  call_and_hang_up("amsterdam", 3); // 204, taken by 202
  t.log_in("berlin", 4, "204*1204");
  EXPECT_EQ(rung_by("amsterdam", 2, "204"), "amsterdam line 3");
}

TEST_F(Emergency, S10_APortWithoutAUserCallsAndTheAlarmSaysThatItHasNoNumber) {
  call_and_hang_up("berlin", 3);
  const auto alarm = t.alarm("berlin", "emergency-number");
  EXPECT_NE(alarm.find("call_back_numbers"), std::string::npos) << alarm;
}

} // namespace
} // namespace switchroom::exchange
