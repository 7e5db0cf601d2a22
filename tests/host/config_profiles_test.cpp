// SPDX-License-Identifier: MIT
// [[user_rights]], [[time_profile]] and time zones of the configuration (rule S2).
#include "app/time_zones.hpp"
#include "config_fixture.hpp"

namespace switchroom::app {
namespace {

class ConfigProfiles : public Config {
protected:
  static exchange::settings settings_of(const std::string& text) {
    const auto read = parse(text);
    if (const auto* wrong = std::get_if<config_problems>(&read))
      throw std::runtime_error(wrong->front().what);
    return std::get<configuration>(read).exchange;
  }
  /// What is wrong with the good file and `more`, from line 25 on.
  static std::string fault_of(const std::string& more) {
    const auto read = parse(good() + more);
    const auto* wrong = std::get_if<config_problems>(&read);
    return wrong ? wrong->front().what + " | " + wrong->front().remedy : "nothing";
  }
};

const std::string office = "[[time_profile]]\nname = \"office\"\n"
                           "[[time_profile.week]]\ndays = [\"mon\", \"fri\"]\n"
                           "from = \"08:30\"\nto = \"24:00\"\n";

TEST_F(ConfigProfiles, S2_EveryKeyArrives) {
  auto text = good() + office +
              "[[time_profile.date]]\nfirst = \"2026-12-24\"\nlast = \"2026-12-26\"\n"
              "[[time_profile]]\nname = \"late\"\ntime_zone = \"EST5\"\n"
              "[[time_profile.date]]\nfirst = \"2028-02-29\"\nfrom = \"10:00\"\nto = \"11:00\"\n"
              "[[user_rights]]\nname = \"desk\"\nbarred = [\"9N\"]\n"
              "[[user_rights.short_code]]\ncode = \"90\"\nfeature = \"dial\"\nnumber = \"201\"\n"
              "[[group]]\nnumber = \"600\"\nmembers = [\"201\"]\nday_profile = \"office\"\n";
  text.insert(text.find("[run]"), "time_zone = \"CET-1CEST,M3.5.0,M10.5.0/3\"\n"
                                  "portable_profiles = true\nportable_time_zone = \"visited\"\n");
  const auto made = settings_of(text);
  EXPECT_EQ(made.profiles.time_zone, "CET-1CEST,M3.5.0,M10.5.0/3");
  EXPECT_TRUE(made.profiles.portable);
  EXPECT_TRUE(made.profiles.visited_zone);
  ASSERT_EQ(made.profiles.times.size(), 2u);
  const auto& hours = made.profiles.times[0];
  ASSERT_EQ(hours.entries_size(), 2);
  EXPECT_EQ(hours.entries(0).days(), 0b0010001u);
  EXPECT_EQ(hours.entries(0).from_min(), 510u);
  EXPECT_EQ(hours.entries(0).to_min(), 1440u);
  EXPECT_EQ(hours.entries(1).first_date(), "2026-12-24");
  EXPECT_EQ(hours.entries(1).last_date(), "2026-12-26");
  EXPECT_EQ(hours.entries(1).to_min(), 0u);
  EXPECT_EQ(made.profiles.times[1].time_zone(), "EST5");
  EXPECT_EQ(made.profiles.times[1].entries(0).last_date(), "2028-02-29");
  ASSERT_EQ(made.profiles.rights.size(), 1u);
  const auto& codes = made.profiles.rights[0].short_codes();
  ASSERT_EQ(codes.size(), 2);
  EXPECT_EQ(codes[0].code() + " " + codes[0].feature(), "9N barred");
  EXPECT_EQ(codes[1].code() + " " + codes[1].feature() + " " + codes[1].number(), "90 dial 201");
  EXPECT_EQ(made.groups[0].day_profile, "office");
}

TEST_F(ConfigProfiles, S2_PortableIsOffAndTheZoneUtcUnlessToldOtherwise) {
  const auto made = settings_of(good());
  EXPECT_FALSE(made.profiles.portable);
  EXPECT_FALSE(made.profiles.visited_zone);
  EXPECT_EQ(made.profiles.time_zone, "UTC0");
}

TEST_F(ConfigProfiles, S2_WhatIsWrongIsSaidWithPlaceAndRemedy) {
  const auto week = [](const std::string& from, const std::string& to,
                       const std::string& day = "mon") {
    return "[[time_profile]]\nname = \"o\"\n[[time_profile.week]]\ndays = [\"" + day +
           "\"]\nfrom = \"" + from + "\"\nto = \"" + to + "\"\n";
  };
  const auto date = [](const std::string& rest) {
    return "[[time_profile]]\nname = \"o\"\n[[time_profile.date]]\n" + rest;
  };
  const std::pair<std::string, std::string> table[] = {
      {week("8:00", "18:00"),
       "gateway.toml:29:8: \"8:00\" is no time of the day | write 08:30, up to 24:00"},
      {week("08:00", "24:01"),
       "gateway.toml:30:6: \"24:01\" is no time of the day | write 08:30, up to 24:00"},
      {week("18:00", "08:00"),
       "gateway.toml:30:6: to is not after from | write two entries for hours over midnight"},
      {week("08:00", "18:00", "monday"),
       "gateway.toml:28:8: \"monday\" is no day | use mon, tue, wed, thu, fri, sat, sun"},
      {date("first = \"2026-02-29\"\n"),
       "gateway.toml:28:9: \"2026-02-29\" is no date | write it as 2026-12-24"},
      {date("first = \"2026-03-02\"\nlast = \"2026-03-01\"\n"),
       "gateway.toml:29:8: last is before first | give the dates in their order"},
      {date("first = \"2026-03-02\"\nfrom = \"08:00\"\n"),
       "gateway.toml:29:8: only one of from and to is there | give both, or none"},
      {"[[time_profile]]\nname = \"o\"\n",
       "gateway.toml:26:8: time profile \"o\" has 0 entries | write 1 to 64 as "
       "[[time_profile.week]] and [[time_profile.date]]"},
      {"[[time_profile]]\nname = \"o o\"\n",
       "gateway.toml:26:8: \"o o\" is no name | use 1 to 31 letters, digits, - and _"},
      {office + office, "gateway.toml:32:8: \"office\" is there twice | remove one of them"},
      {"[[user_rights]]\nname = \"desk\"\nbarred = [\"9[N\"]\n",
       "gateway.toml:27:10: User rights short code"},
      {"[[user_rights]]\nname = \"desk\"\n[[user_rights.short_code]]\ncode = \"1\"\nfeature = "
       "\"fly\"\n",
       "gateway.toml:29:11: \"fly\" is no feature"},
      {"[[user_rights]]\nname = \"desk\"\nbared = []\n",
       "gateway.toml:27:1: [[user_rights]] has no key \"bared\" | did you mean \"barred\"?"},
      {"[[group]]\nnumber = \"600\"\nmembers = [\"201\"]\nday_profile = \"x\"\n",
       "gateway.toml:28:15: there is no time profile \"x\" | write it as a [[time_profile]] of "
       "this file"},
  };
  for (const auto& [more, said] : table)
    EXPECT_TRUE(fault_of(more).starts_with(said)) << fault_of(more) << "\n not: " << said;
}

TEST_F(ConfigProfiles, S2_ZonesAreReadFromTheirFiles) {
  const auto folder = folder_ / "zones";
  fs::create_directories(folder / "Europe");
  std::ofstream(folder / "Europe/Berlin", std::ios::binary)
      << "TZif2" << std::string(60, '\0') << "\nCET-1CEST,M3.5.0,M10.5.0/3\n";
  std::ofstream(folder / "old") << "TZif" << std::string(60, '\0') << "\n\n";
  std::ofstream(folder / "text") << "CET-1\n";
  EXPECT_EQ(*time_zone_rule("Europe/Berlin", folder), "CET-1CEST,M3.5.0,M10.5.0/3");
  EXPECT_EQ(*time_zone_rule("JST-9", folder), "JST-9");
  for (const auto* wrong :
       {"Europe/Paris", "old", "text", "", "../zones/Europe/Berlin", "/etc/passwd"})
    EXPECT_NE(time_zone_rule(wrong, folder).error().remedy.find("Europe/Berlin"), std::string::npos)
        << wrong;
}

} // namespace
} // namespace switchroom::app
