// SPDX-License-Identifier: MIT
// The table of what travels, and the report that falls out of it (rules S2, S9).
#include "users/roaming.hpp"
#include "users/settings.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace switchroom::users {
namespace {

struct Remarks : testing::Test {
  Remarks() {
    user.set_extension("204");
    user.set_home("amsterdam");
    user.set_base_line(4);
    user.mutable_login_code()->set_salt("x");
  }
  std::vector<remark> report(const std::string& where = "berlin") {
    return roaming_report(user, {where, "DE", here, line_type::analog,
                                 [](std::string_view feature) { return feature == "dial"; }});
  }
  /// "inert: why", or "" if nothing is said of the setting.
  std::string of(std::string_view setting, const std::string& where = "berlin") {
    for (const auto& one : report(where))
      if (one.setting == setting)
        return std::string(name(one.is)) + ": " + one.why;
    return {};
  }
  user::v1::User user;
  profiles here;
};

TEST_F(Remarks, S9_EveryFieldOfTheDocumentIsInTheTableInItsOrder) {
  const auto* fields = user::v1::User::descriptor();
  const auto table = settings_of_place();
  ASSERT_EQ(static_cast<std::size_t>(fields->field_count()), table.size());
  for (int n = 0; n < fields->field_count(); ++n) {
    const auto& row = table[static_cast<std::size_t>(n)];
    EXPECT_EQ(fields->field(n)->name(), row.setting);
    EXPECT_FALSE(row.what.empty());
    if (setting_named(row.setting) != nullptr) {
      EXPECT_NE(row.how, travel::bookkeeping) << row.setting;
    }
  }
}

TEST_F(Remarks, S9_AtHomeNothingIsSaidOfWhatIsInForce) {
  EXPECT_TRUE(report("amsterdam").empty());
  user.set_user_rights("desk");
  here.rights.emplace_back().set_name("desk");
  EXPECT_TRUE(report("amsterdam").empty());
}

TEST_F(Remarks, S9_AwayThePlanIsAnothersAndTheOwnLineStays) {
  EXPECT_EQ(of("base_line"), "stays: it is of amsterdam");
  EXPECT_EQ(of("locale"), "differs: those of berlin hold (DE), not amsterdam's");
  EXPECT_EQ(report().size(), 2u);
  EXPECT_EQ(summary_of(report()), "") << "nothing is inert";
}

TEST_F(Remarks, S2_ANameThatMeansNothingHereIsInert) {
  user.set_user_rights("desk");
  user.set_user_rights_out_of_hours("night");
  user.set_time_profile("office");
  user.set_forward_when("active");
  EXPECT_EQ(of("user_rights"),
            "inert: berlin has no user rights of this name, and amsterdam's do not travel");
  EXPECT_EQ(of("time_profile"),
            "inert: berlin has no time profile of this name, and amsterdam's does not travel");
  EXPECT_EQ(of("user_rights_out_of_hours"), "inert: the time profile is inert");
  EXPECT_EQ(of("forward_when"), "inert: the time profile is inert");
  EXPECT_EQ(summary_of(report()), "Inert here: user rights, user rights out of hours, time "
                                  "profile, forwarding holds.");
}

TEST_F(Remarks, S2_ANameThatMeansSomethingElseHereDiffers) {
  user.set_user_rights("desk");
  user.set_user_rights_out_of_hours("night");
  user.set_time_profile("office");
  here.rights.emplace_back().set_name("desk");
  here.times.emplace_back().set_name("office");
  EXPECT_EQ(of("user_rights"), "differs: those of this name at berlin hold, not amsterdam's");
  EXPECT_EQ(of("time_profile"), "differs: the one of this name at berlin holds, not amsterdam's");
  EXPECT_EQ(of("user_rights_out_of_hours"),
            "inert: berlin has no user rights of this name, and amsterdam's do not travel");
}

TEST_F(Remarks, S2_WhatCameAlongIsTheSame) {
  profiles home;
  home.rights.emplace_back().set_name("desk");
  home.times.emplace_back().set_name("office");
  home.portable = true;
  user.set_user_rights("desk");
  user.set_time_profile("office");
  const auto at_home = user;
  user = travelling(at_home, home);
  EXPECT_EQ(of("user_rights"), "");
  EXPECT_EQ(of("time_profile"), "");
  home.visited_zone = true;
  user = travelling(at_home, home);
  EXPECT_EQ(of("time_profile"), "differs: its hours are those of the clock at berlin");
}

TEST_F(Remarks, S9_WhatIsMissingElsewhereIsTheReason) {
  user.set_forward_when("active");
  EXPECT_EQ(of("forward_when", "amsterdam"), "inert: no time profile is named");
  user.set_login_idle_s(60);
  EXPECT_EQ(of("login_idle_s", "amsterdam"), "inert: the user has no Force Login");
  user.set_force_login(true);
  EXPECT_EQ(of("login_idle_s", "amsterdam"), "");
  user.clear_login_code();
  EXPECT_EQ(of("login_idle_s", "amsterdam"), "inert: the user has no login code");
  user.add_short_codes()->set_code("11");
  user.mutable_short_codes(0)->set_feature("dial");
  EXPECT_EQ(of("short_codes"), "");
  user.add_short_codes()->set_code("12");
  user.mutable_short_codes(1)->set_feature("make_tea");
  EXPECT_EQ(of("short_codes"), "inert: berlin does not serve the feature of 12 (make_tea)");
}

} // namespace
} // namespace switchroom::users
