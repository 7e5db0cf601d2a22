// SPDX-License-Identifier: MIT
// Wall clocks, time profiles, user rights by name (rule S2). What clocks show at an instant was
// asked of GNU date 9.1 with tzdata: `TZ=Europe/Berlin date -d @1774746000`.
#include "users/profiles.hpp"
#include "users/settings.hpp"

#include <gtest/gtest.h>

namespace switchroom::users {
namespace {

constexpr std::string_view berlin = "CET-1CEST,M3.5.0,M10.5.0/3";

std::string shows(std::string_view rule, std::int64_t utc_s) {
  const auto zone = time_zone::parse(rule);
  if (!zone)
    return "refused";
  const auto at = zone->at(utc_s);
  static const char* days[] = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
  char text[40];
  std::snprintf(text, sizeof text, "%d-%02u-%02u %s %02u:%02u", static_cast<int>(at.date.year()),
                static_cast<unsigned>(at.date.month()), static_cast<unsigned>(at.date.day()),
                days[at.weekday], at.minute / 60, at.minute % 60);
  return text;
}

TEST(Clock, S2_SummerBeginsAndEndsInTheNorth) {
  EXPECT_EQ(shows(berlin, 1774745999), "2026-03-29 Sun 01:59");
  EXPECT_EQ(shows(berlin, 1774746000), "2026-03-29 Sun 03:00");
  EXPECT_EQ(shows(berlin, 1792889999), "2026-10-25 Sun 02:59");
  EXPECT_EQ(shows(berlin, 1792890000), "2026-10-25 Sun 02:00");
  EXPECT_EQ(shows(berlin, 1798757999), "2026-12-31 Thu 23:59");
  EXPECT_EQ(shows(berlin, 1798758000), "2027-01-01 Fri 00:00");
}

TEST(Clock, S2_InTheSouthSummerIsAtNewYear) {
  constexpr std::string_view sydney = "AEST-10AEDT,M10.1.0,M4.1.0/3";
  EXPECT_EQ(shows(sydney, 1767225600), "2026-01-01 Thu 11:00");
  EXPECT_EQ(shows(sydney, 1783000000), "2026-07-02 Thu 23:46");
}

TEST(Clock, S2_OtherShapesOfRules) {
  EXPECT_EQ(shows("UTC0", 0), "1970-01-01 Thu 00:00");
  EXPECT_EQ(shows("<+0330>-3:30", 1783000000), "2026-07-02 Thu 17:16"); // Asia/Tehran
  EXPECT_EQ(shows("EST5EDT,M3.2.0,M11.1.0", 1783000000), "2026-07-02 Thu 09:46");
  EXPECT_EQ(shows("IST-1GMT0,M10.5.0,M3.5.0/1", 1783000000), "2026-07-02 Thu 14:46"); // Dublin
  // The same day of the year, counted with and without 29 February: 2028 is a leap year.
  EXPECT_EQ(shows("AAA0BBB,J60/0,J300/0", 1835438400), "2028-02-29 Tue 12:00");
  EXPECT_EQ(shows("AAA0BBB,59/0,300/0", 1835438400), "2028-02-29 Tue 13:00");
  EXPECT_EQ(shows("UTC0", -1), "1969-12-31 Wed 23:59");
}

TEST(Clock, S2_WhatIsNoRuleIsRefused) {
  for (const auto* wrong :
       {"", "CET", "Europe/Berlin", "CE-1", "CET-1CEST", "CET-1CEST,M3.5.0", "CET-25",
        "CET-1CEST,M13.5.0,M10.5.0", "CET-1CEST,M3.6.0,M10.5.0", "CET-1CEST,M3.5.7,M10.5.0",
        "CET-1CEST,M3.5.0,M10.5.0/3x", "CET-1CEST,J0,J1", "CET-1CEST,366,1", "<>-1", "CET-1:60"})
    EXPECT_FALSE(time_zone::parse(wrong)) << wrong;
}

// ---- time profiles ---------------------------------------------------------------------------

user::v1::TimeProfile office() {
  user::v1::TimeProfile profile;
  profile.set_name("office");
  auto& week = *profile.add_entries();
  week.set_days(0x1f); // Monday to Friday
  week.set_from_min(8 * 60);
  week.set_to_min(18 * 60);
  return profile;
}
void add_date(user::v1::TimeProfile& to, const char* first, const char* last, unsigned from,
              unsigned until) {
  auto& date = *to.add_entries();
  date.set_first_date(first);
  date.set_last_date(last);
  date.set_from_min(from);
  date.set_to_min(until);
}

TEST(TimeProfile, S2_WeeklyHoursInTheirZone) {
  const auto profile = office();
  // 2026-07-02 is a Thursday; Berlin is two hours ahead.
  EXPECT_FALSE(is_active(profile, 1782971999, berlin)); // 07:59:59
  EXPECT_TRUE(is_active(profile, 1782972000, berlin));  // 08:00
  EXPECT_TRUE(is_active(profile, 1783007999, berlin));  // 17:59:59
  EXPECT_FALSE(is_active(profile, 1783008000, berlin)); // 18:00
  EXPECT_FALSE(is_active(profile, 1782972000, "UTC0")); // 06:00
  EXPECT_FALSE(is_active(profile, 1783153200, berlin)); // Saturday 10:20
}

TEST(TimeProfile, S2_ItsOwnZoneGoesBeforeTheReaders) {
  auto profile = office();
  profile.set_time_zone("EST5EDT,M3.2.0,M11.1.0");
  EXPECT_FALSE(is_active(profile, 1782972000, berlin)); // 02:00 in New York
  EXPECT_TRUE(is_active(profile, 1783000000, berlin));  // 09:46
}

TEST(TimeProfile, S2_OnADateTheDatesCountAlone) {
  auto profile = office();
  add_date(profile, "2026-07-01", "2026-07-02", 0, 0); // closed
  add_date(profile, "2026-07-04", "2026-07-04", 600, 720);
  EXPECT_FALSE(is_active(profile, 1782972000, berlin));         // Thursday the 2nd
  EXPECT_TRUE(is_active(profile, 1782972000 + 86'400, berlin)); // Friday
  EXPECT_TRUE(is_active(profile, 1783153200, berlin));          // Saturday the 4th, 10:20
  EXPECT_FALSE(is_active(profile, 1783153200 + 7200, berlin));  // 12:20
}

// ---- what a user names --------------------------------------------------------------------------

user::v1::UserRights rights(const std::string& name, const std::string& code) {
  user::v1::UserRights made;
  made.set_name(name);
  made.add_short_codes()->set_code(code);
  return made;
}

struct Named : testing::Test {
  Named() {
    user.set_user_rights("desk");
    user.set_user_rights_out_of_hours("night");
    user.set_time_profile("office");
    home.rights = {rights("desk", "1"), rights("night", "2"), rights("other", "3")};
    home.times = {office()};
    home.time_zone = berlin;
  }
  static constexpr std::int64_t by_day = 1782972000, by_night = 1783008000;
  user::v1::User user;
  profiles home, empty;
};

TEST_F(Named, S2_TheRightsOfTheHour) {
  EXPECT_EQ(rights_name_now(user, home, by_day), "desk");
  EXPECT_EQ(rights_name_now(user, home, by_night), "night");
  user.clear_user_rights_out_of_hours();
  EXPECT_EQ(rights_name_now(user, home, by_night), "desk");
}

TEST_F(Named, S2_BodiesDoNotTravelUnlessTheyAreToldTo) {
  EXPECT_FALSE(travelling(user, home).has_carried());
  EXPECT_EQ(rights_here(user, "desk", empty), nullptr);
  EXPECT_EQ(in_hours(user, empty, by_day), std::nullopt);
  EXPECT_EQ(rights_name_now(user, empty, by_night), "desk"); // without hours it is never too late
}

TEST_F(Named, S2_PortableBodiesComeAlongAndGoBeforeTheOnesThere) {
  home.portable = true;
  const auto away = travelling(user, home);
  ASSERT_EQ(away.carried().user_rights_size(), 2); // those that are named
  profiles there;
  there.rights = {rights("desk", "9")};
  EXPECT_EQ(rights_here(away, "desk", there)->short_codes(0).code(), "1");
  EXPECT_EQ(rights_here(user, "desk", there)->short_codes(0).code(), "9");
  EXPECT_TRUE(is_carried(away, rights_here(away, "desk", there)));
}

TEST_F(Named, S2_PortableHoursByTheClockOfHomeOrOfTheVisited) {
  home.portable = true;
  empty.time_zone = "EST5EDT,M3.2.0,M11.1.0";
  EXPECT_EQ(in_hours(travelling(user, home), empty, by_day), true);
  home.visited_zone = true;
  EXPECT_EQ(in_hours(travelling(user, home), empty, by_day), false);
}

TEST_F(Named, S2_ForwardingByTheHour) {
  EXPECT_TRUE(forwards_now(user, home, by_day));
  user.set_forward_when("active");
  EXPECT_TRUE(forwards_now(user, home, by_day));
  EXPECT_FALSE(forwards_now(user, home, by_night));
  user.set_forward_when("inactive");
  EXPECT_FALSE(forwards_now(user, home, by_day));
  EXPECT_TRUE(forwards_now(user, home, by_night));
  EXPECT_TRUE(forwards_now(user, empty, by_day)); // inert
}

TEST_F(Named, S13_NamesAreMergedAsOtherSettings) {
  auto here = user, there = user;
  here.set_user_rights("other");
  stamp(here, user, "amsterdam");
  there.set_forward_when("active");
  stamp(there, user, "berlin");
  std::vector<std::string> told;
  const auto both = merged(here, there, told);
  EXPECT_EQ(both.user_rights(), "other");
  EXPECT_EQ(both.forward_when(), "active");
  EXPECT_TRUE(told.empty());
}

} // namespace
} // namespace switchroom::users
