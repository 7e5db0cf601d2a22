// SPDX-License-Identifier: MIT
// Settings that people dial (rules C9, H18), at home and at visited gateways.
#include "exchange_people.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace switchroom::exchange {
namespace {

using namespace std::chrono_literals;

class Features : public People {
protected:
  void confirm(const std::string& gateway, unsigned line, const std::string& digits) {
    EXPECT_EQ(tone_after(gateway, line, digits), "confirmation") << digits;
  }
  /// The document as its home keeps it.
  user::v1::User home(const std::string& extension) { return t.document(extension); }
  bool logged(const std::string& gateway, const std::string& text) {
    const auto log = t.log(gateway);
    return std::any_of(log.begin(), log.end(),
                       [&](const auto& e) { return e.find(text) != std::string::npos; });
  }
};

TEST_F(Features, C9_ForwardingIsSwitchedByCode) {
  EXPECT_EQ(tone_after("amsterdam", 1, "*01"), "refusal"); // no number yet
  EXPECT_TRUE(logged("amsterdam", "has no number for forward unconditional"));
  confirm("amsterdam", 1, "*07*301#");
  EXPECT_EQ(home("201").forward_unconditional(), "301");
  EXPECT_FALSE(home("201").forward_unconditional_on());
  confirm("amsterdam", 1, "*01");
  EXPECT_TRUE(home("201").forward_unconditional_on());
  confirm("amsterdam", 1, "*03");
  EXPECT_TRUE(home("201").forward_busy_on());
  confirm("amsterdam", 1, "*05");
  EXPECT_TRUE(home("201").forward_no_answer_on());
  confirm("amsterdam", 1, "*57*302#");
  EXPECT_EQ(home("201").forward_busy(), "302");
  confirm("amsterdam", 1, "*02");
  confirm("amsterdam", 1, "*04");
  confirm("amsterdam", 1, "*06");
  EXPECT_FALSE(home("201").forward_unconditional_on());
  EXPECT_FALSE(home("201").forward_busy_on());
  EXPECT_FALSE(home("201").forward_no_answer_on());
  EXPECT_EQ(home("201").forward_unconditional(), "301"); // the number stays
}

TEST_F(Features, C9_CancelAllForwarding) {
  for (const auto* code : {"*07*301#", "*01", "*03", "*05", "*14*302#", "*08"})
    confirm("amsterdam", 1, code);
  confirm("amsterdam", 1, "*00");
  const auto user = home("201");
  EXPECT_FALSE(user.forward_unconditional_on() || user.forward_busy_on() ||
               user.forward_no_answer_on() || user.do_not_disturb());
  EXPECT_EQ(user.follow_me(), "");
}

TEST_F(Features, C9_DoNotDisturbAndItsExceptions) {
  confirm("amsterdam", 1, "*08");
  EXPECT_TRUE(home("201").do_not_disturb());
  confirm("amsterdam", 1, "*10*301#");
  confirm("amsterdam", 1, "*10*302#");
  confirm("amsterdam", 1, "*11*301#");
  ASSERT_EQ(home("201").do_not_disturb_exceptions_size(), 1);
  EXPECT_EQ(home("201").do_not_disturb_exceptions(0), "302");
  EXPECT_EQ(tone_after("amsterdam", 1, "*11*301#"), "refusal");
  confirm("amsterdam", 1, "*09");
  EXPECT_FALSE(home("201").do_not_disturb());
}

TEST_F(Features, C9_CallWaiting) {
  confirm("amsterdam", 1, "*15");
  EXPECT_TRUE(home("201").call_waiting());
  confirm("amsterdam", 1, "*16");
  EXPECT_FALSE(home("201").call_waiting());
}

TEST_F(Features, C9_FollowMeToAndHere) {
  confirm("amsterdam", 1, "*14*301#");
  EXPECT_EQ(home("201").follow_me(), "301");
  confirm("amsterdam", 1, "*14*#");
  EXPECT_EQ(home("201").follow_me(), "");
  confirm("berlin", 1, "*12*201#"); // 301 takes the calls of 201, whose home is another
  EXPECT_EQ(home("201").follow_me(), "301");
  EXPECT_EQ(tone_after("berlin", 2, "*13*201#"), "refusal"); // not the one who has them
  confirm("berlin", 1, "*13*201#");
  EXPECT_EQ(home("201").follow_me(), "");
  EXPECT_EQ(tone_after("berlin", 1, "*12*301#"), "refusal"); // oneself
  EXPECT_EQ(tone_after("berlin", 1, "*12*999#"), "refusal");
}

TEST_F(Features, C9_FromAVisitedGatewayTheChangeReachesHome) {
  t.log_in("berlin", 3, "204*1204");
  for (const auto* code : {"*07*401#", "*01", "*08", "*10*201#", "*15", "*14*402#", "*57*302#"})
    confirm("berlin", 3, code);
  const auto user = home("204");
  EXPECT_EQ(user.forward_unconditional(), "401");
  EXPECT_TRUE(user.forward_unconditional_on());
  EXPECT_TRUE(user.do_not_disturb());
  EXPECT_EQ(user.do_not_disturb_exceptions_size(), 1);
  EXPECT_TRUE(user.call_waiting());
  EXPECT_EQ(user.follow_me(), "402");
  EXPECT_EQ(user.forward_busy(), "302");
  t.restart("amsterdam"); // durable
  t.run(5s);
  EXPECT_TRUE(home("204").do_not_disturb());
}

TEST_F(Features, S13_HomeUnreachableSettingsAreChangedHereAndTheLoginCodeIsNot) {
  t.log_in("berlin", 3, "204*1204");
  t.cut("amsterdam", "berlin");
  t.run(5s);
  EXPECT_EQ(tone_after("berlin", 3, "*60*1204*5678#"), "refusal");
  EXPECT_TRUE(logged("berlin", "refused: Gateway amsterdam, home of user 204, does not answer"));
  confirm("berlin", 3, "*08");
  EXPECT_FALSE(home("204").do_not_disturb());
  t.heal("amsterdam", "berlin");
  t.run(5s);
  EXPECT_TRUE(home("204").do_not_disturb()) << "merged";
}

TEST_F(Features, C9_HangingUpBeforeTheAnswerDisturbsNobody) {
  t.log_in("berlin", 3, "204*1204");
  t.lift("berlin", 3);
  t.dial("berlin", 3, "*0");
  t.signal_line("berlin", 3, signal::dtmf_on, '8');
  t.signal_line("berlin", 3, signal::on_hook);
  t.signal_line("berlin", 3, signal::off_hook);
  t.run(100ms);
  EXPECT_EQ(t.hears("berlin", 3), "dial");
  EXPECT_TRUE(home("204").do_not_disturb());
}

TEST_F(Features, C9_NobodysPortAndABreakOutHaveNoSettings) {
  EXPECT_EQ(tone_after("berlin", 4, "*08"), "refusal");
  t.call("berlin", 1, "*80*1#");
  t.dial("berlin", 1, "*08");
  t.run(100ms);
  EXPECT_EQ(t.hears("berlin", 1), "refusal");
  EXPECT_FALSE(home("301").do_not_disturb());
}

TEST_F(Features, C9_AUsersOwnCodeMaySwitchAFeature) {
  control::v1::Request put;
  put.mutable_put_user()->set_extension("201");
  auto& code = *put.mutable_put_user()->add_short_codes();
  code.set_code("*777");
  code.set_feature("do_not_disturb_on");
  ASSERT_TRUE(t.ask("amsterdam", put).has_done());
  confirm("amsterdam", 1, "*777");
  EXPECT_TRUE(home("201").do_not_disturb());
}

TEST_F(Features, C10_ExplainTellsWhatAFeatureChanges) {
  const auto outcome = [&](const std::string& digits) {
    control::v1::Request r;
    r.mutable_explain()->set_user("201");
    r.mutable_explain()->set_digits(digits);
    return t.ask("amsterdam", r).explanation().outcome();
  };
  EXPECT_EQ(outcome("*08"), "Changes user 201: do not disturb: on.");
  EXPECT_EQ(outcome("*12*301#"), "Changes user 301: follow me to: 201.");
  EXPECT_EQ(outcome("*60*1201*77#"),
            "Changes the login code of user 201, if the present one is right.");
  EXPECT_FALSE(home("201").do_not_disturb());
}

TEST_F(Features, H3_AShownUserHasNoVerifier) {
  t.log_in("berlin", 3, "204*1204");
  confirm("berlin", 3, "*08");
  control::v1::Request r;
  r.mutable_show_user()->set_extension("204");
  for (const auto* gateway : {"amsterdam", "berlin"}) {
    const auto answer = t.ask(gateway, r);
    EXPECT_TRUE(answer.user_details().has_login_code()) << answer.ShortDebugString();
    EXPECT_EQ(answer.SerializeAsString().find(home("204").login_code().verifier()),
              std::string::npos);
    for (const auto& s : answer.user_details().settings())
      EXPECT_EQ(s.value() == "on", s.name() == "do_not_disturb") << gateway << " " << s.name();
  }
  EXPECT_NE(t.ask("cologne", r).error().remedy().find("amsterdam"), std::string::npos);
}

TEST_F(Features, H18_LoginCodeByShortCodeFromAVisitedGateway) {
  t.log_in("berlin", 3, "204*1204");
  EXPECT_EQ(tone_after("berlin", 3, "*60*9999*55#"), "refusal");
  EXPECT_EQ(tone_after("berlin", 3, "*60*1204#"), "refusal");
  confirm("berlin", 3, "*60*1204*55#");
  EXPECT_EQ(tone_after("cologne", 3, "*35*204*1204#"), "refusal");
  confirm("cologne", 3, "*35*204*55#");
  EXPECT_EQ(t.user_at("cologne", 3), "204");
  EXPECT_FALSE(logged("berlin", "*55"));
}

TEST_F(Features, H18_AnEmptyOldOneSetsTheFirst) {
  EXPECT_EQ(tone_after("amsterdam", 1, "*60**55#"), "refusal");
  confirm("amsterdam", 2, "*60**55#"); // 202 had none
  confirm("berlin", 3, "*35*202*55#");
  EXPECT_EQ(t.user_at("berlin", 3), "202");
}

} // namespace
} // namespace switchroom::exchange
