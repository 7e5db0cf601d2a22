// SPDX-License-Identifier: MIT
#include "exchange_people.hpp"

#include <gtest/gtest.h>

namespace switchroom::exchange {
namespace {

using namespace std::chrono_literals;
using ::testing::Test;

class Rules : public People {
protected:
};

// ---- H: hot desking ---------------------------------------------------------------------------

TEST_F(Rules, H2_CodeAloneIsThePortsBaseUser) {
  t.log_in("amsterdam", 1, "204*1204");
  ASSERT_EQ(t.user_at("amsterdam", 1), "204");
  t.log_in("amsterdam", 1, "1201");
  EXPECT_EQ(t.user_at("amsterdam", 1), "201");
}

TEST_F(Rules, H2_OperatorLogsInAndOut) {
  control::v1::Request in;
  in.mutable_login()->set_line(3);
  in.mutable_login()->set_extension("204");
  const auto answer = t.ask("cologne", in);
  EXPECT_EQ(answer.done().text(), "User 204 is logged in at line 3.") << answer.ShortDebugString();
  EXPECT_EQ(t.user_at("cologne", 3), "204");
  control::v1::Request out;
  out.mutable_logout()->set_line(3);
  EXPECT_TRUE(t.ask("cologne", out).has_done());
  EXPECT_EQ(t.user_at("cologne", 3), "");
}

TEST_F(Rules, H3_CodesAppearNowhere) {
  const std::string secret = "86420";
  control::v1::Request put;
  put.mutable_put_user()->set_extension("204");
  put.mutable_put_user()->set_login_code(secret);
  EXPECT_TRUE(t.ask("amsterdam", put).has_done());
  t.run(1s);
  std::string seen;
  t.watch = [&](const std::string&, const std::string&, const scn::v1::Envelope& e) {
    if (!e.has_call_digits()) // a break-out: what is dialled goes where it is dialled
      seen += e.ShortDebugString();
    return true;
  };
  t.lift("berlin", 3);
  t.dial("berlin", 3, "*35*204*" + secret);
  control::v1::Request lines;
  lines.mutable_lines();
  EXPECT_EQ(t.ask("berlin", lines).lines().lines(2).dialled(), "*35*204*…");
  t.dial("berlin", 3, "#");
  t.hang_up("berlin", 3);
  EXPECT_EQ(t.user_at("berlin", 3), "204");
  t.call("amsterdam", 4, "*35*" + secret + "#"); // the code alone, at a port without base user
  t.hang_up("amsterdam", 4);
  t.call("amsterdam", 4, "*35*204*" + secret); // never ended: the dial delay decides
  t.run(40s);
  t.hang_up("amsterdam", 4);
  t.call("amsterdam", 4, "*60*" + secret + "*999#");
  t.hang_up("amsterdam", 4);
  t.call("amsterdam", 1, "*80*2#*35*204*" + secret + "#");
  t.hang_up("amsterdam", 1);
  for (const auto* gateway : {"amsterdam", "berlin", "cologne"})
    for (const auto& entry : t.log(gateway)) {
      EXPECT_EQ(entry.find(secret), std::string::npos) << entry;
      EXPECT_EQ(entry.find(secret.substr(0, 3)), std::string::npos) << entry;
    }
  EXPECT_EQ(seen.find(secret), std::string::npos);
  t.watch = nullptr;
}

TEST_F(Rules, H4_TakeoverNeedsNoConsent) {
  t.log_in("berlin", 1, "204*1204"); // the port of 301
  EXPECT_EQ(t.user_at("berlin", 1), "204");
  t.log_in("berlin", 1, "401*1401"); // and nobody asks 204
  EXPECT_EQ(t.user_at("berlin", 1), "401");
  EXPECT_EQ(t.user_at("amsterdam", 3), "204"); // H6: the departing user returns
}

TEST_F(Rules, H4_NeverTwoPortsRingWhenTheUserMovesWhileCalled) {
  t.log_in("berlin", 3, "204*1204");
  t.call("amsterdam", 1, "204");
  ASSERT_EQ(t.ringing(), std::vector<std::string>{"berlin line 3"});
  t.log_in("cologne", 3, "204*1204"); // the town checks every instant
  EXPECT_FALSE(t.rings("berlin", 3));
  t.hang_up("amsterdam", 1);
  t.call("amsterdam", 1, "204");
  EXPECT_EQ(t.ringing(), std::vector<std::string>{"cologne line 3"});
}

TEST_F(Rules, H4_ACallFollowsAMoveWithinTheGateway) {
  t.call("amsterdam", 1, "204");
  ASSERT_EQ(t.ringing(), std::vector<std::string>{"amsterdam line 3"});
  control::v1::Request in;
  in.mutable_login()->set_line(4);
  in.mutable_login()->set_extension("204");
  EXPECT_TRUE(t.ask("amsterdam", in).has_done());
  EXPECT_EQ(t.ringing(), std::vector<std::string>{"amsterdam line 4"});
  EXPECT_EQ(t.hears("amsterdam", 1), "ringback");
  t.lift("amsterdam", 4);
  EXPECT_EQ(t.hears("amsterdam", 4), "amsterdam line 1");
}

TEST_F(Rules, H5_AWrongCodeIsRefusedAndFourLockThePort) {
  for (int n = 0; n < 4; ++n)
    EXPECT_EQ(tone_after_delay("berlin", 3, "*35*204*9999#"), "refusal");
  control::v1::Request r;
  r.mutable_lines();
  const auto line = t.ask("berlin", r).lines().lines(2);
  EXPECT_EQ(line.wrong_codes(), 4u);
  EXPECT_GT(line.locked_for_s(), 0u);
  EXPECT_EQ(tone_after_delay("berlin", 3, "*35*204*1204#"), "refusal");
  EXPECT_EQ(tone_after_delay("cologne", 3, "*35*204*1204#"), "refusal"); // per user, too
  t.run(90s);
  EXPECT_EQ(tone_after_delay("berlin", 3, "*35*204*1204#"), "confirmation");
}

TEST_F(Rules, H6_ThePortGoesBackToItsBaseUser) {
  t.log_in("berlin", 1, "204*1204");
  ASSERT_EQ(t.user_at("berlin", 1), "204");
  t.call("berlin", 1, "*36");
  t.hang_up("berlin", 1);
  EXPECT_EQ(t.user_at("berlin", 1), "301");
  EXPECT_EQ(t.user_at("amsterdam", 3), "204");
}

TEST_F(Rules, H11_LoggedOffIsForwardedOrBusy) {
  t.log_in("amsterdam", 3, "201*1201"); // line 3 is 204's: now logged off
  EXPECT_EQ(tone_after_delay("berlin", 1, "204"), "busy");
  control::v1::Request put;
  put.mutable_put_user()->set_extension("204");
  put.mutable_put_user()->set_forward_unconditional("302");
  ASSERT_TRUE(t.ask("amsterdam", put).has_done());
  t.call("amsterdam", 2, "204");
  EXPECT_EQ(t.ringing(), std::vector<std::string>{"berlin line 2"});
  t.hang_up("amsterdam", 2);
  t.call("berlin", 1, "204"); // through the home and back
  EXPECT_EQ(t.ringing(), std::vector<std::string>{"berlin line 2"});
  t.lift("berlin", 2);
  EXPECT_EQ(t.hears("berlin", 1), "berlin line 2");
  EXPECT_EQ(t.hears("berlin", 2), "berlin line 1");
}

TEST_F(Rules, H11_ForwardingInACircleEnds) {
  for (const auto& [from, to] : {std::pair{"204", "301"}, {"301", "204"}}) {
    control::v1::Request put;
    put.mutable_put_user()->set_extension(from);
    put.mutable_put_user()->set_forward_unconditional(to);
    ASSERT_TRUE(t.ask(from[0] == '2' ? "amsterdam" : "berlin", put).has_done());
  }
  t.log_in("amsterdam", 3, "201*1201");
  t.log_in("berlin", 1, "401*1401");
  EXPECT_EQ(tone_after_delay("cologne", 2, "204"), "refusal");
}

TEST_F(Rules, H13_NobodysPortCallsInsideAndEmergencyOnly) {
  t.call("berlin", 4, "201");
  EXPECT_TRUE(t.rings("amsterdam", 1));
  t.hang_up("berlin", 4);
  EXPECT_EQ(tone_after_delay("berlin", 4, "*80*1#"), "refusal");
  EXPECT_EQ(tone_after_delay("berlin", 4, "0401234567"), "refusal");
  EXPECT_EQ(tone_after_delay("berlin", 4, "112"), "congestion"); // there is nobody to take it
  EXPECT_NE(t.alarm("berlin", "emergency").find("112"), std::string::npos);
}

TEST_F(Rules, H14_RefusedWhileItRingsPendingInACall) {
  control::v1::Request in;
  in.mutable_login()->set_line(3);
  in.mutable_login()->set_extension("401");
  t.call("amsterdam", 1, "204");
  EXPECT_TRUE(t.ask("amsterdam", in).has_error());
  t.lift("amsterdam", 3);
  EXPECT_TRUE(t.ask("amsterdam", in).has_done());
  EXPECT_EQ(t.user_at("amsterdam", 3), "204");
  t.hang_up("amsterdam", 3);
  t.run(100ms);
  EXPECT_EQ(t.user_at("amsterdam", 3), "401");
}

// ---- S: the network ------------------------------------------------------------------------

TEST_F(Rules, S3_AsksTheHomeWhenTheUserHasMovedOn) {
  t.log_in("berlin", 3, "204*1204");
  t.run(1s);
  // Cologne misses that 204 goes on to amsterdam's line 4.
  t.watch = [](const std::string&, const std::string& to, const scn::v1::Envelope& e) {
    return !(to == "cologne" && (e.has_user_state() || e.has_directory()));
  };
  t.log_in("amsterdam", 4, "204*1204");
  t.call("cologne", 1, "204"); // to berlin, which says NUMBER_CHANGED
  EXPECT_EQ(t.ringing(), std::vector<std::string>{"amsterdam line 4"});
  t.lift("amsterdam", 4);
  EXPECT_EQ(t.hears("cologne", 1), "amsterdam line 4");
  EXPECT_EQ(t.in_use("berlin").peer_legs, 0u);
}

TEST_F(Rules, S5_ACallThatPassedTooManyGatewaysIsRefused) {
  scn::v1::Envelope e;
  e.set_protocol(1);
  auto& setup = *e.mutable_call_setup();
  setup.set_call(77);
  setup.set_extension("301");
  setup.set_hops(6);
  setup.mutable_media()->set_address("amsterdam");
  setup.mutable_media()->set_port(20000);
  setup.mutable_media()->set_payload_type(8);
  std::optional<scn::v1::Cause> answer;
  t.watch = [&](const std::string& from, const std::string&, const scn::v1::Envelope& m) {
    if (from == "berlin" && m.has_call_release())
      answer = m.call_release().cause();
    return true;
  };
  t.forge("amsterdam", "berlin", e);
  EXPECT_EQ(answer, scn::v1::CALL_REJECTED);
  EXPECT_FALSE(t.rings("berlin", 1));
  EXPECT_NE(t.alarm("berlin", "hops"), "");
  setup.set_hops(5);
  setup.set_call(78);
  t.forge("amsterdam", "berlin", e);
  EXPECT_TRUE(t.rings("berlin", 1));
  e.clear_body();
  e.mutable_call_release()->set_call(78);
  t.forge("amsterdam", "berlin", e);
  EXPECT_FALSE(t.rings("berlin", 1));
  t.watch = nullptr;
}

TEST_F(Rules, S8_BreakOutThroughTwoGateways) {
  t.call("amsterdam", 1, "*80*2#");
  t.dial("amsterdam", 1, "*80*3#");
  t.run(100ms);
  EXPECT_EQ(t.hears("amsterdam", 1), "dial");
  EXPECT_EQ(t.in_use("cologne").visitors, 1u);
  t.dial("amsterdam", 1, "402");
  ASSERT_TRUE(t.rings("cologne", 2));
  t.lift("cologne", 2);
  EXPECT_EQ(t.hears("amsterdam", 1), "cologne line 2");
  EXPECT_EQ(t.hears("cologne", 2), "amsterdam line 1");
}

TEST_F(Rules, S14_OnlyConfiguredPeersAreHeard) {
  scn::v1::Envelope e;
  e.set_protocol(1);
  e.mutable_call_setup()->set_call(1);
  e.mutable_call_setup()->set_extension("301");
  e.mutable_call_setup()->mutable_media()->set_address("x");
  e.mutable_call_setup()->mutable_media()->set_port(1);
  t.forge("stranger", "berlin", e);
  EXPECT_TRUE(t.ringing().empty());
  EXPECT_EQ(t.in_use("berlin").calls, 0u);
}

// ---- C: dialling -----------------------------------------------------------------------------

TEST_F(Rules, C4_AnExactMatchFiresAtOnceAndNoneIsNotInService) {
  t.lift("amsterdam", 1);
  t.dial("amsterdam", 1, "20");
  EXPECT_TRUE(t.ringing().empty());
  t.dial("amsterdam", 1, "2");
  EXPECT_TRUE(t.rings("amsterdam", 2));
  t.hang_up("amsterdam", 1);
  EXPECT_EQ(tone_after_delay("amsterdam", 1, "555"), "unobtainable");
}

TEST_F(Rules, C4_BeginningOfANumberWaitsForTheRest) {
  t.lift("amsterdam", 1);
  t.dial("amsterdam", 1, "20");
  t.run(20s); // a slow dialler
  EXPECT_EQ(t.hears("amsterdam", 1), "silence");
  t.dial("amsterdam", 1, "2");
  EXPECT_TRUE(t.rings("amsterdam", 2));
  t.hang_up("amsterdam", 1);
  EXPECT_EQ(tone_after_delay("amsterdam", 1, "20#"), "unobtainable") << "that was all";
  t.lift("amsterdam", 1);
  t.dial("amsterdam", 1, "20");
  t.run(31s);
  EXPECT_EQ(t.hears("amsterdam", 1), "unobtainable") << "off-hook time-out";
}

/// `5N` waits for the dial delay after its last digit.
duration time_to_ring(const town::settings_change& change, bool pulses = false) {
  town t(2, [&](settings& s) {
    dialplan::short_code code;
    code.code = "5N";
    code.number = "20N";
    s.system_codes.push_back(code);
    change(s);
  });
  t.lift("amsterdam", 1);
  if (pulses)
    t.pulse("amsterdam", 1, "52");
  else
    t.dial("amsterdam", 1, "52");
  const auto last = t.now() - (pulses ? 0ms : 100ms); // dial() ends that long after the digit
  while (!t.rings("amsterdam", 2) && t.now() - last < 20s)
    t.run(50ms);
  return t.now() - last;
}

TEST(DialDelay, C5_ByLocaleAndBySetting) {
  EXPECT_EQ(time_to_ring([](settings& s) { s.locale = "NL"; }), 1s);
  EXPECT_EQ(time_to_ring([](settings& s) { s.locale = "US"; }), 4s);
  EXPECT_EQ(time_to_ring([](settings& s) { s.dial_delay = 2s; }), 2s);
  EXPECT_EQ(time_to_ring([](settings&) {}, true), 3s) << "the next digit may be ten pulses";
}

TEST(DialDelay, C5_CountBySettingAndLocale) {
  const auto rings_at_once = [](const town::settings_change& change) {
    town t(2, [&](settings& s) {
      dialplan::short_code one, longer;
      one.code = "5";
      longer.code = "5555";
      one.number = longer.number = "202";
      s.system_codes = {one, longer};
      change(s);
    });
    t.lift("amsterdam", 1);
    t.dial("amsterdam", 1, "5");
    return t.rings("amsterdam", 2);
  };
  EXPECT_FALSE(rings_at_once([](settings& s) { s.locale = "NL"; }));
  EXPECT_TRUE(rings_at_once([](settings& s) { s.locale = "US"; }));
  EXPECT_TRUE(rings_at_once([](settings& s) { s.dial_delay_count = 0; }));
}

TEST_F(Rules, C5_OffHookTimeOut) {
  t.lift("amsterdam", 1);
  t.run(29s);
  EXPECT_EQ(t.hears("amsterdam", 1), "dial");
  t.run(2s);
  EXPECT_EQ(t.hears("amsterdam", 1), "unobtainable");
  t.run(30s);
  EXPECT_EQ(t.hears("amsterdam", 1), "silence");
  EXPECT_EQ(t.state_of("amsterdam", 1), "parked");
  EXPECT_EQ(t.in_use("amsterdam").tone_channels, 0u);
  EXPECT_EQ(tone_after_delay("amsterdam", 2, "201"), "busy");
  t.hang_up("amsterdam", 1);
  t.lift("amsterdam", 1);
  EXPECT_EQ(t.hears("amsterdam", 1), "dial");
}

TEST_F(Rules, C9_WhatIsNotServedIsRefusedByName) {
  EXPECT_EQ(tone_after_delay("amsterdam", 1, "0123"), "refusal");
  const auto log = t.log("amsterdam");
  EXPECT_TRUE(std::any_of(log.begin(), log.end(), [](const std::string& e) {
    return e.find("external call") != std::string::npos;
  }));
}

} // namespace
} // namespace switchroom::exchange
