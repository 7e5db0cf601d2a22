// SPDX-License-Identifier: MIT
#include "exchange_people.hpp"

#include <gtest/gtest.h>

namespace switchroom::exchange {
namespace {

using namespace std::chrono_literals;
using control::v1::Reply;
using control::v1::Request;

class Operator : public People {
protected:
  Operator() : People(2) {}
  Reply ask(const std::string& gateway, void (*fill)(Request&)) {
    Request r;
    fill(r);
    return t.ask(gateway, r);
  }
  /// An error has to say what is wrong and what to do.
  void expect_refused(const Reply& answer, const std::string& word) {
    ASSERT_TRUE(answer.has_error()) << answer.ShortDebugString();
    EXPECT_NE(answer.error().what().find(word), std::string::npos) << answer.error().what();
    EXPECT_FALSE(answer.error().remedy().empty());
  }
  Reply explain(const std::string& user, const std::string& digits) {
    Request r;
    r.mutable_explain()->set_user(user);
    r.mutable_explain()->set_digits(digits);
    return t.ask("amsterdam", r);
  }
};

TEST_F(Operator, Status) {
  t.call("amsterdam", 1, "301");
  const auto s = ask("amsterdam", [](Request& r) { r.mutable_status(); }).status();
  EXPECT_EQ(s.gateway(), "amsterdam");
  EXPECT_TRUE(s.board_up());
  EXPECT_EQ(s.lines(), town_lines);
  EXPECT_EQ(s.users_home(), 3u);
  EXPECT_EQ(s.users_known(), 5u);
  EXPECT_EQ(s.desk_sessions(), 3u);
  EXPECT_EQ(s.calls(), 1u);
  EXPECT_EQ(s.peers_up(), 1u);
  EXPECT_EQ(s.peers_configured(), 1u);
  EXPECT_EQ(s.alarms(), 1u) << "112 leads nowhere";
}

TEST_F(Operator, CallsTellWhoAndHowLong) {
  t.call("amsterdam", 1, "301");
  t.lift("berlin", 1);
  t.run(10s);
  const auto here = ask("amsterdam", [](Request& r) { r.mutable_calls(); }).calls();
  ASSERT_EQ(here.calls_size(), 1);
  EXPECT_EQ(here.calls(0).from(), "201 line 1");
  EXPECT_EQ(here.calls(0).to(), "301 at berlin");
  EXPECT_EQ(here.calls(0).state(), "in call");
  EXPECT_DOUBLE_EQ(here.calls(0).setup_ms(), 2.0); // there and back, 1 ms each
  EXPECT_NEAR(here.calls(0).age_s(), 10.2, 0.2);
  const auto there = ask("berlin", [](Request& r) { r.mutable_calls(); }).calls();
  EXPECT_EQ(there.calls(0).from(), "201 at amsterdam");
  EXPECT_EQ(there.calls(0).to(), "301 line 1");
}

TEST_F(Operator, DesksTellWhereTheUserIsFromAndTheLoginTime) {
  t.log_in("berlin", 3, "204*1204");
  const auto desks = ask("berlin", [](Request& r) { r.mutable_desks(); }).desks();
  ASSERT_EQ(desks.desks_size(), 3);
  const auto& desk = desks.desks(2);
  EXPECT_EQ(desk.line(), 3u);
  EXPECT_EQ(desk.extension(), "204");
  EXPECT_EQ(desk.home(), "amsterdam");
  EXPECT_TRUE(desk.roaming());
  EXPECT_DOUBLE_EQ(desk.login_ms(), 2.0);
}

TEST_F(Operator, UsersAndPeers) {
  t.log_in("berlin", 3, "204*1204");
  t.run(1s);
  const auto users = ask("berlin", [](Request& r) { r.mutable_users(); }).users();
  ASSERT_EQ(users.users_size(), 5);
  for (const auto& u : users.users())
    if (u.extension() == "204") {
      EXPECT_EQ(u.gateway(), "berlin");
      EXPECT_EQ(u.line(), 3u);
      EXPECT_EQ(u.home(), "amsterdam");
      EXPECT_FALSE(u.duplicate());
    }
  const auto peers = ask("berlin", [](Request& r) { r.mutable_peers(); }).peers();
  ASSERT_EQ(peers.peers_size(), 1);
  EXPECT_EQ(peers.peers(0).state(), "up");
  EXPECT_EQ(peers.peers(0).users(), 3u);
  EXPECT_GT(peers.peers(0).sent(), 3u);
}

TEST_F(Operator, S5_ADuplicateNumberIsAnAlarmOnBothSides) {
  Request put;
  put.mutable_put_user()->set_extension("204");
  EXPECT_TRUE(t.ask("berlin", put).has_done());
  t.run(1s);
  EXPECT_NE(t.alarm("berlin", "duplicate-204"), "");
  EXPECT_NE(t.alarm("amsterdam", "duplicate-204"), "");
  EXPECT_EQ(ask("berlin", [](Request& r) { r.mutable_status(); }).status().alarms(), 3u)
      << "110 and 112 lead nowhere";
  Request gone;
  gone.mutable_delete_user()->set_extension("204");
  EXPECT_TRUE(t.ask("berlin", gone).has_done());
  t.run(1s);
  EXPECT_NE(t.alarm("amsterdam", "duplicate-204").find("(over)"), std::string::npos);
}

TEST_F(Operator, S5_OfTwoOfOneNumberEachGatewayShowsItsOwn) {
  t.log_in("berlin", 3, "204*1204");
  Request put;
  put.mutable_put_user()->set_extension("204");
  put.mutable_put_user()->set_name("Another");
  put.mutable_put_user()->set_base_line(4);
  ASSERT_TRUE(t.ask("berlin", put).has_done());
  const auto shown = ask("berlin", [](Request& r) { r.mutable_show_user()->set_extension("204"); });
  EXPECT_EQ(shown.user_details().user().name(), "Another");
  EXPECT_EQ(shown.user_details().base_line(), 4U);
  EXPECT_FALSE(shown.user_details().has_login_code());
}

TEST_F(Operator, ALoopbackThatIsTooLongIsToldByItsSeconds) {
  const auto answer = ask("amsterdam", [](Request& r) {
    r.mutable_loopback()->set_line(1);
    r.mutable_loopback()->set_on(true);
    r.mutable_loopback()->set_seconds(90000);
  });
  expect_refused(answer, "90000 s");
}

TEST_F(Operator, WhatCannotBeShownOrSentIsRefused) {
  Request put;
  put.mutable_put_user()->set_extension("201");
  put.mutable_put_user()->set_name("two\nlines");
  EXPECT_NE(t.ask("amsterdam", put).error().what().find("control character"), std::string::npos);
  put.mutable_put_user()->set_name("Ada");
  for (int n = 0; n < 140; ++n) {
    auto& code = *put.mutable_put_user()->add_short_codes();
    code.set_code("*9" + std::to_string(1000 + n));
    code.set_feature("dial");
    code.set_number(std::string(190, '1'));
  }
  EXPECT_NE(t.ask("amsterdam", put).error().what().find("octets"), std::string::npos);
}

TEST_F(Operator, S6_NobodyFollowsToANumberThatNobodyHas) {
  const auto refused = set(t, "amsterdam", "201", "follow_me", "999").error();
  EXPECT_EQ(refused.what(), "Nobody has the number 999, which user 201 is to follow to.");
  EXPECT_EQ(tone_after("amsterdam", 1, "*14*999#"), "unobtainable");
  EXPECT_EQ(tone_after("amsterdam", 1, "*14*202#"), "confirmation");
}

TEST_F(Operator, H1_ALineIsOneUsersOwn) {
  const auto put = [&](const std::string& extension, unsigned line) {
    Request r;
    r.mutable_put_user()->set_extension(extension);
    r.mutable_put_user()->set_base_line(line);
    return t.ask("amsterdam", r).error().what();
  };
  EXPECT_EQ(put("298", 1), "Line 1 is the own line of user 201 by the configuration.");
  EXPECT_EQ(put("201", 4), "The own line of user 201 is line 1 by the configuration.");
  EXPECT_EQ(put("201", 1), "") << "as it is";
  EXPECT_EQ(put("298", 4), "");
  EXPECT_EQ(put("299", 4), "Line 4 is the own line of user 298.");
  EXPECT_EQ(put("298", 0), "");
  EXPECT_EQ(put("299", 4), "") << "free now";
  const auto report = ask("amsterdam", [](Request& r) { r.mutable_lines(); });
  EXPECT_EQ(report.lines().lines(0).base_user(), "201");
  EXPECT_EQ(report.lines().lines(3).base_user(), "299");
}

TEST_F(Operator, PutUserMakesSomebodyWhoCanLogIn) {
  Request put;
  auto& user = *put.mutable_put_user();
  user.set_extension("299");
  user.set_name("New");
  user.set_login_code("42");
  auto& code = *user.add_short_codes();
  code.set_code("*1");
  code.set_feature("dial");
  code.set_number("202");
  ASSERT_TRUE(t.ask("amsterdam", put).has_done());
  t.run(1s);
  t.log_in("berlin", 3, "299*42");
  ASSERT_EQ(t.user_at("berlin", 3), "299");
  t.call("berlin", 3, "*1"); // the user's own code came along
  t.run(5s);
  EXPECT_TRUE(t.rings("amsterdam", 2));
  // A change reaches the visited gateway, and takes nobody off a call.
  put.Clear();
  put.mutable_put_user()->set_extension("299");
  put.mutable_put_user()->set_name("Newer");
  ASSERT_TRUE(t.ask("amsterdam", put).has_done());
  EXPECT_TRUE(t.rings("amsterdam", 2));
  t.run(100ms);
  EXPECT_EQ(ask("berlin", [](Request& r) { r.mutable_desks(); }).desks().desks(2).name(), "Newer");
}

TEST_F(Operator, WrongRequestsAreRefusedWithARemedy) {
  const auto put = [&](auto fill) {
    Request r;
    r.mutable_put_user()->set_extension("204");
    fill(*r.mutable_put_user());
    return t.ask("amsterdam", r);
  };
  expect_refused(put([](auto& u) { u.set_extension("20x"); }), "20x");
  expect_refused(put([](auto& u) { u.set_extension(""); }), "number");
  expect_refused(put([](auto& u) { u.set_base_line(99); }), "99");
  expect_refused(put([](auto& u) { u.set_forward_unconditional("home"); }), "home");
  expect_refused(put([](auto& u) { u.set_name(std::string(257, 'x')); }), "too long");
  const auto bad_code = put([](auto& u) { u.set_login_code("12x"); });
  expect_refused(bad_code, "");
  EXPECT_EQ(bad_code.error().what().find("12x"), std::string::npos); // H3
  expect_refused(put([](auto& u) {
                   u.add_short_codes()->set_code("*9N");
                   u.mutable_short_codes(0)->set_feature("dial");
                 }),
                 "*9N");
  Request login;
  login.mutable_login()->set_line(99);
  expect_refused(t.ask("amsterdam", login), "99");
  login.mutable_login()->set_line(1);
  login.mutable_login()->set_extension("999");
  expect_refused(t.ask("amsterdam", login), "999");
  Request gone;
  gone.mutable_delete_user()->set_extension("301");
  expect_refused(t.ask("amsterdam", gone), "301");
  expect_refused(t.ask("amsterdam", Request{}), "nothing");
  expect_refused(explain("999", "1"), "999");
}

TEST_F(Operator, H15_DeletingAUserInACallLetsTheCallGoOn) {
  t.call("amsterdam", 1, "301");
  t.lift("berlin", 1);
  Request gone;
  gone.mutable_delete_user()->set_extension("201");
  EXPECT_TRUE(t.ask("amsterdam", gone).has_done());
  EXPECT_EQ(t.hears("amsterdam", 1), "berlin line 1");
  EXPECT_EQ(t.user_at("amsterdam", 1), "");
}

TEST_F(Operator, C10_ExplainPlacesNoCall) {
  auto e = explain("201", "202").explanation();
  EXPECT_EQ(e.outcome(), "Calls 202 at line 2 of this gateway.");
  EXPECT_GT(e.considered_size(), 10);
  for (const auto& code : e.considered()) {
    EXPECT_EQ(code.matches(), !code.why().starts_with("no match: ")) << code.code();
    if (code.code() == "*35*N#") {
      EXPECT_EQ(code.digits_fit(), 0u);
    }
  }
  EXPECT_EQ(explain("201", "301").explanation().outcome(), "Calls 301 at gateway berlin.");
  EXPECT_EQ(explain("201", "801").explanation().outcome(), "Calls 201 at line 1 of this gateway.");
  EXPECT_NE(explain("201", "20").explanation().outcome().find("Waits"), std::string::npos);
  EXPECT_EQ(explain("201", "*80*2#").explanation().outcome(),
            "Breaks out to gateway 2; what follows is dialled there.");
  EXPECT_EQ(explain("201", "*35*204*9#").explanation().outcome(), "Logs in user 204.");
  EXPECT_TRUE(t.ringing().empty());
}

TEST_F(Operator, TheLogHoldsTheLastTenThousandEntries) {
  const auto first = ask("amsterdam", [](Request& r) { r.mutable_log(); }).log();
  ASSERT_GT(first.entries_size(), 0);
  EXPECT_EQ(first.entries(0).number(), 1u);
  for (int n = 0; n < 6000; ++n) {
    t.signal_line("amsterdam", 1, signal::off_hook);
    t.signal_line("amsterdam", 1, signal::dtmf_on, '#');
    t.signal_line("amsterdam", 1, signal::on_hook);
  }
  const auto full = ask("amsterdam", [](Request& r) { r.mutable_log(); }).log();
  EXPECT_EQ(full.entries_size(), 10'000);
  const auto newest = full.entries(9'999).number();
  EXPECT_EQ(full.entries(0).number(), newest - 9'999);
  Request r;
  r.mutable_log()->set_after(newest - 2);
  EXPECT_EQ(t.ask("amsterdam", r).log().entries_size(), 2);
  r.mutable_log()->set_after(newest + 5);
  EXPECT_EQ(t.ask("amsterdam", r).log().entries_size(), 0);
}

TEST(Configuration, ABrokenSystemCodeStopsTheStartWithASentence) {
  try {
    town t(2, [](settings& s) {
      s.system_codes.emplace_back();
      s.system_codes.back().code = "[[";
      s.system_codes.back().number = "1";
    });
    FAIL() << "was taken";
  } catch (const std::invalid_argument& e) {
    EXPECT_NE(std::string(e.what()).find("[["), std::string::npos);
  }
}

TEST(Configuration, H13_EmergencyFromNobodysPortReachesWhomItIsSetTo) {
  town t(2, [](settings& s) {
    dialplan::short_code code;
    code.code = "112";
    code.what = dialplan::feature::emergency;
    code.number = "301";
    s.system_codes.push_back(code);
  });
  t.call("berlin", 4, "112");
  EXPECT_TRUE(t.rings("berlin", 1));
  t.hang_up("berlin", 4);
  t.call("amsterdam", 4, "112");
  EXPECT_TRUE(t.rings("berlin", 1));
  t.everybody_hangs_up();
  EXPECT_TRUE(t.faults().empty());
}

TEST(Configuration, LinesThatTheBoardDoesNotHaveAreAnAlarm) {
  town t(2, [](settings& s) { s.lines.push_back({line_id{9}, {}}); });
  EXPECT_NE(t.alarm("amsterdam", "lines-missing").find("line 9"), std::string::npos);
  Request in;
  in.mutable_login()->set_line(9);
  in.mutable_login()->set_extension("204");
  EXPECT_TRUE(t.ask("amsterdam", in).has_done());
  t.call("berlin", 1, "204");
  EXPECT_EQ(t.hears("berlin", 1), "congestion");
}

} // namespace
} // namespace switchroom::exchange
