// SPDX-License-Identifier: MIT
#include "users/forwarding.hpp"
#include "users/settings.hpp"

#include <gtest/gtest.h>

namespace switchroom::users {
namespace {

using user::v1::SettingChange;

changes one(const std::string& setting, const std::string& value,
            SettingChange::Action action = SettingChange::SET) {
  changes list;
  auto& change = *list.Add();
  change.set_setting(setting);
  change.set_value(value);
  change.set_action(action);
  return list;
}

class Settings : public ::testing::Test {
protected:
  Settings() { user.set_extension("204"); }
  /// "" or what is wrong; with a remedy.
  std::string change(const changes& wanted) {
    const auto after = changed(user, wanted);
    if (after)
      user = *after;
    else
      EXPECT_FALSE(after.error().remedy.empty());
    return after ? std::string() : after.error().what;
  }
  std::string value(std::string_view name) { return value_of(user, *setting_named(name)); }
  user::v1::User user;
};

TEST_F(Settings, EveryOneIsAFieldThatCanBeSetAndShown) {
  EXPECT_EQ(change(one("forward_unconditional", "300")), "");
  for (const auto& which : settings()) {
    const auto kind = which.kind;
    const std::string set = kind == setting_kind::flag      ? "on"
                            : kind == setting_kind::choice  ? std::string(which.words.back())
                            : kind == setting_kind::buttons ? "3=dial:201,4=log_out"
                                                            : "301";
    EXPECT_EQ(change(one(std::string(which.name), set)), "") << which.name;
    EXPECT_EQ(value_of(user, which), set) << which.name;
  }
  EXPECT_EQ(setting_named("login_code"), nullptr); // H18 has its own way
  EXPECT_NE(change(one("login_code", "1")), "");
  EXPECT_NE(change(one("extension", "1")), "");
}

TEST_F(Settings, C9_WhatCannotBeIsRefused) {
  EXPECT_NE(change(one("do_not_disturb", "yes")), "");
  EXPECT_NE(change(one("follow_me", "30a")), "");
  EXPECT_NE(change(one("follow_me", std::string(32, '1'))), "");
  EXPECT_NE(change(one("follow_me", "204")), ""); // oneself
  EXPECT_NE(change(one("no_answer_s", "601")), "");
  EXPECT_NE(change(one("no_answer_s", "5 s")), "");
  EXPECT_NE(change(one("absence_text", std::string(129, 'x'))), "");
  EXPECT_NE(change(one("do_not_disturb_exceptions", "201,,202")), "");
  EXPECT_NE(change(one("follow_me", "301", SettingChange::ADD)), "");
}

TEST_F(Settings, C9_AllChangesOrNone) {
  auto both = one("follow_me", "301");
  *both.Add() = one("do_not_disturb", "perhaps")[0];
  EXPECT_NE(change(both), "");
  EXPECT_EQ(value("follow_me"), "");
}

TEST_F(Settings, C9_ForwardingIsOnOnlyWithANumber) {
  EXPECT_NE(change(one("forward_unconditional_on", "on")), "");
  EXPECT_EQ(change(one("forward_unconditional", "301")), "");
  EXPECT_EQ(forward_unconditional_of(user), ""); // a number alone forwards nothing
  EXPECT_EQ(change(one("forward_unconditional_on", "on")), "");
  EXPECT_EQ(forward_unconditional_of(user), "301");
  EXPECT_EQ(change(one("forward_unconditional", "")), "");
  EXPECT_EQ(value("forward_unconditional_on"), "off");
}

TEST_F(Settings, C9_NumbersFallBack) {
  change(one("forward_unconditional", "301"));
  EXPECT_EQ(change(one("forward_busy_on", "on")), "");
  EXPECT_EQ(change(one("forward_no_answer_on", "on")), "");
  EXPECT_EQ(forward_busy_of(user), "301");
  EXPECT_EQ(forward_no_answer_of(user), "301");
  change(one("forward_busy", "302"));
  EXPECT_EQ(forward_busy_of(user), "302");
  EXPECT_EQ(forward_no_answer_of(user), "302");
  change(one("forward_no_answer", "303"));
  EXPECT_EQ(forward_no_answer_of(user), "303");
  EXPECT_EQ(forward_unconditional_of(user), "");
}

TEST_F(Settings, C9_ExceptionsAreAddedOnceAndTakenAway) {
  const auto* name = "do_not_disturb_exceptions";
  EXPECT_EQ(change(one(name, "201", SettingChange::ADD)), "");
  EXPECT_EQ(change(one(name, "301", SettingChange::ADD)), "");
  EXPECT_EQ(change(one(name, "201", SettingChange::ADD)), "");
  EXPECT_EQ(value(name), "201,301");
  EXPECT_EQ(change(one(name, "201", SettingChange::REMOVE)), "");
  EXPECT_NE(change(one(name, "201", SettingChange::REMOVE)), "");
  EXPECT_NE(change(one(name, "", SettingChange::ADD)), "");
  EXPECT_EQ(value(name), "301");
  for (int n = 1000; n < 1059; ++n)
    EXPECT_EQ(change(one(name, std::to_string(n), SettingChange::ADD)), "");
  EXPECT_NE(change(one(name, "2000", SettingChange::ADD)), "");
  EXPECT_EQ(change(one(name, "")), "");
  EXPECT_EQ(value(name), "");
}

TEST_F(Settings, H17_ButtonsByKey) {
  EXPECT_EQ(change(one("buttons", "4=log_out,3=dial:201")), "");
  EXPECT_EQ(value("buttons"), "3=dial:201,4=log_out");
  EXPECT_EQ(change(one("buttons", "3=dial:202", SettingChange::ADD)), "");
  EXPECT_EQ(value("buttons"), "3=dial:202,4=log_out");
  EXPECT_EQ(change(one("buttons", "4", SettingChange::REMOVE)), "");
  EXPECT_EQ(value("buttons"), "3=dial:202");
  EXPECT_NE(change(one("buttons", "4", SettingChange::REMOVE)), "");
  for (const auto* wrong : {"0=dial", "33=dial", "x=dial", "1", "1=", "1=:201", "1=Dial",
                            "1=dial:2 1", "8=transfer,8=log_out"})
    EXPECT_NE(change(one("buttons", wrong)), "") << wrong;
  EXPECT_EQ(change(one("buttons", "")), "");
  EXPECT_EQ(value("buttons"), "");
}

TEST_F(Settings, C9_AValueIsTakenAwayOnlyIfItIsThatOne) {
  change(one("follow_me", "301"));
  EXPECT_NE(change(one("follow_me", "302", SettingChange::REMOVE)), "");
  EXPECT_EQ(change(one("follow_me", "301", SettingChange::REMOVE)), "");
  EXPECT_EQ(value("follow_me"), "");
}

} // namespace
} // namespace switchroom::users
