// SPDX-License-Identifier: MIT
// User rights and time profiles at home and away, and the roaming report (rules S2, S9, C3).
#include "exchange_people.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace switchroom::exchange {
namespace {

using namespace std::chrono_literals;
using control::v1::Request;

// Thursday 2026-07-02, 18:00 in Berlin and Amsterdam, is so many seconds after 1970 (GNU date).
constexpr double six_o_clock = 1783008000;
constexpr const char* berlin_zone = "CET-1CEST,M3.5.0,M10.5.0/3";

user::v1::UserRights rights(const std::string& name, const std::string& barred) {
  user::v1::UserRights made;
  made.set_name(name);
  made.add_short_codes()->set_code(barred);
  made.mutable_short_codes(0)->set_feature("barred");
  return made;
}

user::v1::TimeProfile office() {
  user::v1::TimeProfile profile;
  profile.set_name("office");
  auto& week = *profile.add_entries();
  week.set_days(0x1f);
  week.set_from_min(8 * 60);
  week.set_to_min(18 * 60);
  return profile;
}

/// amsterdam has rights desk (no 8XX), night (no *NNN: nothing but extensions) and hours office;
/// berlin has desk alone, and means 7XX; cologne has none. The clock is at 17:59.
void with_profiles(settings& s) {
  s.clock_origin_s = six_o_clock - 60;
  s.profiles.time_zone = berlin_zone;
  for (const auto* name : {"amsterdam", "berlin", "cologne"})
    if (s.gateway != name)
      s.backups.emplace_back(name);
  if (s.gateway == "amsterdam") {
    s.profiles.rights = {rights("desk", "8XX"), rights("night", "*N")};
    s.profiles.times = {office()};
    hunting::group sales;
    sales.number = "600";
    sales.members = {"202"};
    sales.night = "201";
    sales.day_profile = "office";
    s.groups.push_back(sales);
  }
  if (s.gateway == "berlin")
    s.profiles.rights = {rights("desk", "7XX")};
}

class Roaming : public People {
protected:
  explicit Roaming(const town::settings_change& more = {})
      : People(3, [more](settings& s) {
          with_profiles(s);
          if (more)
            more(s);
        }) {}
  control::v1::Reply set(const std::string& who, const std::string& setting,
                         const std::string& value) {
    auto answer = exchange::set(t, "amsterdam", who, setting, value);
    t.run(100ms);
    return answer;
  }
  control::v1::Reply report(const std::string& where, const std::string& who) {
    Request r;
    r.mutable_report()->set_extension(who);
    return t.ask(where, r);
  }
  /// Of one setting: "inert", "differs", "stays", or "".
  std::string effect(const std::string& where, const std::string& who, const std::string& what) {
    const auto answer = report(where, who);
    for (const auto& one : answer.report().remarks())
      if (one.setting() == what)
        return one.effect();
    return {};
  }
  bool logged(const std::string& gateway, const std::string& text) {
    const auto log = t.log(gateway);
    return std::any_of(log.begin(), log.end(),
                       [&](const auto& e) { return e.find(text) != std::string::npos; });
  }
};

TEST_F(Roaming, S2_AtHomeTheOwnRightsBar) {
  EXPECT_EQ(tone_after("amsterdam", 3, "802"), "ringback");
  EXPECT_TRUE(set("204", "user_rights", "desk").has_done());
  EXPECT_EQ(tone_after("amsterdam", 3, "802"), "refusal");
  EXPECT_TRUE(logged("amsterdam", "8XX is barred by the user rights"));
  EXPECT_EQ(tone_after("amsterdam", 3, "202"), "ringback") << "the number itself is not barred";
  EXPECT_EQ(tone_after("amsterdam", 1, "802"), "ringback") << "nor is another user";
}

TEST_F(Roaming, C3_UserBeforeUserRightsBeforeSystem) {
  set("204", "user_rights", "desk");
  Request r;
  r.mutable_put_user()->set_extension("204");
  auto& code = *r.mutable_put_user()->add_short_codes();
  code.set_code("8XX");
  code.set_feature("dial");
  code.set_number("301");
  t.ask("amsterdam", r);
  t.call("amsterdam", 3, "802");
  EXPECT_EQ(t.ringing(), std::vector<std::string>{"berlin line 1"});
}

TEST_F(Roaming, C10_ExplainNamesTheRightsThatHoldAndTheLevel) {
  set("204", "user_rights", "desk");
  Request r;
  r.mutable_explain()->set_user("204");
  r.mutable_explain()->set_digits("802");
  const auto told = t.ask("amsterdam", r).explanation();
  EXPECT_EQ(told.user_rights(), "desk");
  ASSERT_GE(told.considered_size(), 3);
  const auto won = std::find_if(told.considered().begin(), told.considered().end(),
                                [](const auto& c) { return c.why().starts_with("wins"); });
  ASSERT_NE(won, told.considered().end());
  EXPECT_EQ(won->level(), "user rights");
  EXPECT_EQ(won->feature(), "barred");
  EXPECT_EQ(told.outcome(), "Refused: 8XX is barred by the user rights.");
}

TEST_F(Roaming, S10_AnEmergencyCodeOverridesAllBarring) {
  set("204", "user_rights", "desk");
  set("204", "user_rights", "night");
  Request r;
  r.mutable_explain()->set_user("204");
  r.mutable_explain()->set_digits("112");
  const auto told = t.ask("amsterdam", r).explanation();
  EXPECT_EQ(told.considered(0).feature(), "emergency");
  EXPECT_TRUE(told.considered(0).why().starts_with("wins")) << told.considered(0).why();
}

TEST_F(Roaming, S2_AwayTheRightsOfThatNameThereHold) {
  set("204", "user_rights", "desk");
  t.log_in("berlin", 3, "204*1204");
  EXPECT_EQ(tone_after("berlin", 3, "701"), "refusal");
  EXPECT_EQ(tone_after("berlin", 3, "301"), "ringback");
  EXPECT_EQ(effect("berlin", "204", "user_rights"), "differs");
}

TEST_F(Roaming, S2_StrictANameThatMeansNothingThereIsInert) {
  set("204", "user_rights", "desk");
  t.call("cologne", 3, "*35*204*1204#");
  EXPECT_EQ(t.hears("cologne", 3), "limited confirmation"); // S9, short form
  t.hang_up("cologne", 3);
  EXPECT_TRUE(logged("cologne", "Inert here: user rights."));
  EXPECT_EQ(tone_after("cologne", 3, "701"), "ringback");
  EXPECT_EQ(effect("cologne", "204", "user_rights"), "inert");
  t.hang_up("cologne", 3);
  t.call("berlin", 3, "*35*204*1204#"); // there it is not
  EXPECT_EQ(t.hears("berlin", 3), "confirmation");
}

class Portable : public Roaming {
protected:
  Portable()
      : Roaming([](settings& s) {
          s.profiles.portable = true;
          if (s.gateway == "cologne") // six hours behind
            s.profiles.time_zone = "EST5EDT,M3.2.0,M11.1.0";
        }) {}
};

TEST_F(Portable, S2_TheBodiesComeAlong) {
  set("204", "user_rights", "night");
  t.call("cologne", 3, "*35*204*1204#");
  EXPECT_EQ(t.hears("cologne", 3), "confirmation");
  t.hang_up("cologne", 3);
  EXPECT_EQ(tone_after_delay("cologne", 3, "*15"), "refusal");
  EXPECT_TRUE(logged("cologne", "*N is barred by the user rights"));
  EXPECT_EQ(effect("cologne", "204", "user_rights"), "");
  EXPECT_FALSE(t.document("204").has_carried()) << "the home keeps names";
}

TEST_F(Portable, S2_AChangeAtHomeArrivesWithItsBody) {
  t.log_in("cologne", 3, "204*1204");
  set("204", "user_rights", "night");
  EXPECT_EQ(tone_after_delay("cologne", 3, "*15"), "refusal");
}

TEST_F(Portable, S2_S12_ABackupGrantsThemToo) {
  set("204", "user_rights", "night");
  t.run(2s);
  t.cut("amsterdam", "berlin");
  t.cut("amsterdam", "cologne");
  t.run(40s); // the lease at the own desk is over
  t.log_in("cologne", 3, "204*1204");
  t.run(1s);
  ASSERT_EQ(t.user_at("cologne", 3), "204");
  EXPECT_EQ(tone_after_delay("cologne", 3, "*15"), "refusal");
  t.heal("amsterdam", "berlin");
  t.heal("amsterdam", "cologne");
  t.run(5s);
}

TEST_F(Portable, S2_TheHoursAreThoseOfTheClockAtHome) {
  set("204", "user_rights_out_of_hours", "night");
  set("204", "time_profile", "office");
  t.log_in("cologne", 3, "204*1204");
  EXPECT_EQ(tone_after_delay("cologne", 3, "*15"), "confirmation"); // 17:59 at home
  t.run(60s);
  EXPECT_EQ(tone_after_delay("cologne", 3, "*15"), "refusal"); // 18:00; 12:00 at cologne
}

TEST_F(Roaming, S2_OutOfHoursOtherRightsHold) {
  set("204", "user_rights", "desk");
  set("204", "user_rights_out_of_hours", "night");
  set("204", "time_profile", "office");
  EXPECT_EQ(tone_after("amsterdam", 3, "802"), "refusal");
  EXPECT_EQ(tone_after_delay("amsterdam", 3, "*15"), "confirmation");
  t.run(60s);
  EXPECT_EQ(tone_after_delay("amsterdam", 3, "*15"), "refusal");
  EXPECT_EQ(tone_after("amsterdam", 3, "802"), "ringback");
  t.set_clock("amsterdam", six_o_clock - 3600); // set back by an hour
  EXPECT_EQ(tone_after("amsterdam", 3, "802"), "refusal");
}

TEST_F(Roaming, S2_ForwardingByTheHour) {
  set("204", "time_profile", "office");
  set("204", "forward_unconditional", "202");
  set("204", "forward_unconditional_on", "on");
  EXPECT_TRUE(set("204", "forward_when", "inactive").has_done());
  t.call("berlin", 1, "204");
  EXPECT_EQ(t.ringing(), std::vector<std::string>{"amsterdam line 3"});
  t.hang_up("berlin", 1);
  t.run(60s);
  t.call("berlin", 1, "204");
  EXPECT_EQ(t.ringing(), std::vector<std::string>{"amsterdam line 2"});
}

TEST_F(Roaming, S2_S16_AGroupGoesIntoNightServiceByTheClock) {
  const auto night_at_berlin = [this] {
    Request r;
    r.mutable_groups();
    return t.ask("berlin", r).groups().groups(0).night_service();
  };
  t.call("berlin", 1, "600");
  EXPECT_EQ(t.ringing(), std::vector<std::string>{"amsterdam line 2"});
  t.hang_up("berlin", 1);
  EXPECT_FALSE(night_at_berlin());
  t.run(60s);
  EXPECT_TRUE(night_at_berlin()) << "all gateways are told at the hour";
  t.call("berlin", 1, "600");
  EXPECT_EQ(t.ringing(), std::vector<std::string>{"amsterdam line 1"});
  t.hang_up("berlin", 1);
  EXPECT_EQ(tone_after("berlin", 1, "*21*600#"), "confirmation");
  t.run(10min);
  EXPECT_FALSE(night_at_berlin()) << "by hand, until the clock's next change";
  t.set_clock("amsterdam", six_o_clock + 13 * 3600); // the morning: no change of service
  t.run(10s);
  EXPECT_FALSE(night_at_berlin());
  t.set_clock("amsterdam", six_o_clock + 15 * 3600);
  t.run(10s);
  EXPECT_FALSE(night_at_berlin());
  t.set_clock("amsterdam", six_o_clock + 25 * 3600);
  t.run(10s);
  EXPECT_TRUE(night_at_berlin());
}

TEST_F(Roaming, S2_NobodyGivesThemselvesOtherRights) {
  set("204", "user_rights", "desk");
  t.log_in("berlin", 3, "204*1204");
  scn::v1::Envelope message;
  message.set_protocol(1);
  auto& ask = *message.mutable_settings_request();
  ask.set_request(0x7fff'ffff'0000'0000);
  ask.set_extension("204");
  ask.set_by("204");
  Request users;
  users.mutable_users();
  const auto all = t.ask("berlin", users);
  for (const auto& user : all.users().users())
    if (user.extension() == "204")
      ask.set_epoch(user.epoch());
  auto& change = *ask.add_changes();
  change.set_setting("user_rights");
  t.forge("berlin", "amsterdam", message);
  t.run(100ms);
  EXPECT_EQ(t.document("204").user_rights(), "desk");
  change.set_setting("absence_text"); // the same way, what is one's own
  change.set_value("at lunch");
  ask.set_request(ask.request() + 1);
  t.forge("berlin", "amsterdam", message);
  t.run(100ms);
  EXPECT_EQ(t.document("204").absence_text(), "at lunch");
}

TEST_F(Roaming, S2_AtHomeANameHasToMeanSomething) {
  const auto refused = set("204", "user_rights", "desks");
  EXPECT_NE(refused.error().what().find("desks"), std::string::npos);
  EXPECT_NE(refused.error().remedy().find("[[user_rights]]"), std::string::npos);
  EXPECT_TRUE(set("204", "time_profile", "desk").has_error());
  EXPECT_TRUE(set("204", "forward_when", "sometimes").has_error());
}

TEST_F(Roaming, S9_TheReportTellsWhereAndWhy) {
  set("204", "time_profile", "office");
  t.log_in("berlin", 3, "204*1204");
  const auto told = report("berlin", "204").report();
  EXPECT_EQ(told.home(), "amsterdam");
  EXPECT_EQ(told.gateway(), "berlin");
  EXPECT_EQ(told.line(), 3u);
  EXPECT_TRUE(told.roaming());
  EXPECT_EQ(told.summary(), "Inert here: time profile.");
  ASSERT_EQ(told.remarks_size(), 3) << told.DebugString();
  EXPECT_EQ(told.remarks(0).setting(), "base_line");
  EXPECT_EQ(told.remarks(0).value(), "3");
  EXPECT_EQ(told.remarks(2).what(), "time profile");
  EXPECT_EQ(told.remarks(2).value(), "office");
  EXPECT_EQ(told.remarks(2).why(),
            "berlin has no time profile of this name, and amsterdam's does not travel");
  const auto not_here = report("amsterdam", "204");
  EXPECT_EQ(not_here.error().remedy(), "Ask gateway berlin.");
  EXPECT_EQ(report("amsterdam", "202").report().remarks_size(), 0) << "at home, nothing differs";
}

} // namespace
} // namespace switchroom::exchange
