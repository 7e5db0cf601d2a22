// SPDX-License-Identifier: MIT
// Settings and login codes that are changed at a line, at home and away (rules C9, H18).
#include "small_network.hpp"

namespace switchroom::test {
namespace {

using user::v1::SettingChange;

class settings_of_two : public ::testing::Test {
protected:
  void SetUp() override {
    net.add("amsterdam", {{"201", "1111", 1}, {"204", "1234", 2}, {"206", "", 4}});
    net.add("berlin", {{"301", "3333", 1}, {"302", "", 3}});
    net.start();
    net.try_log_in("berlin", 2, "204", "1234");
  }
  desks::settings_result ask(const std::string& where, desks::change_settings wanted) {
    auto& there = net.at(where);
    there.did.clear();
    wanted.number = ++number;
    net.do_desks(there, wanted);
    for (int n = 0; n < 50; ++n) {
      for (const auto& done : there.did)
        if (const auto* answer = std::get_if<desks::settings_result>(&done)) {
          EXPECT_EQ(answer->number, wanted.number);
          return *answer;
        }
      net.run(100ms);
    }
    ADD_FAILURE() << "no answer";
    return {};
  }
  desks::settings_result set(const std::string& where, std::uint32_t line, const std::string& name,
                             const std::string& value, const std::string& whose = {}) {
    desks::change_settings wanted{line_id{line}, 0, whose, {}, {}};
    wanted.changes.Add()->set_setting(name);
    wanted.changes[0].set_value(value);
    return ask(where, wanted);
  }
  desks::settings_result code(const std::string& where, std::uint32_t line,
                              const std::string& present, const std::string& next) {
    return ask(where, {line_id{line}, 0, {}, {}, desks::change_settings::codes{present, next}});
  }
  const user::v1::User& at_home(const std::string& extension) {
    const auto& users = net.at("amsterdam").disk.users;
    return *std::find_if(users.begin(), users.end(),
                         [&](const auto& u) { return u.extension() == extension; });
  }
  const user::v1::User& at_berlin() { return net.at("berlin").desks->at(line_id{2})->settings; }
  small_network net;
  std::uint64_t number = 0;
};

TEST_F(settings_of_two, C9_AChangeAwayIsStoredAtHomeAndInForceEverywhereWithin200Ms) {
  const auto version = at_home("204").version();
  const auto began = net.now;
  EXPECT_TRUE(set("berlin", 2, "do_not_disturb", "on").changed);
  EXPECT_LE(net.now - began, 200ms); // rule S15
  EXPECT_TRUE(at_home("204").do_not_disturb());
  EXPECT_EQ(at_home("204").version(), version + 1);
  EXPECT_TRUE(at_berlin().do_not_disturb());
  EXPECT_TRUE(net.at("berlin").disk.sessions.back().settings.do_not_disturb() ||
              net.at("berlin").disk.sessions.front().settings.do_not_disturb());
  EXPECT_TRUE(net.at("berlin").directory->find("204")->state.do_not_disturb());
}

TEST_F(settings_of_two, C9_TheDocumentIsInForceBeforeTheConfirmation) {
  set("berlin", 2, "do_not_disturb", "on");
  std::vector<scn::v1::Envelope::BodyCase> order;
  for (const auto& sent : net.travelled)
    if (sent.has_settings_request())
      order.clear();
    else if (sent.has_login_grant() || sent.has_settings_answer())
      order.push_back(sent.body_case());
  ASSERT_EQ(order.size(), 2u);
  EXPECT_EQ(order[0], scn::v1::Envelope::kLoginGrant);
}

TEST_F(settings_of_two, C9_WhatIsSetAlreadyIsConfirmedAndChangesNothing) {
  set("berlin", 2, "call_waiting", "on");
  const auto version = at_home("204").version();
  EXPECT_TRUE(set("berlin", 2, "call_waiting", "on").changed);
  EXPECT_EQ(at_home("204").version(), version);
}

TEST_F(settings_of_two, C9_AChangeAtHomeNeedsNoWire) {
  EXPECT_TRUE(set("amsterdam", 1, "follow_me", "301").changed);
  EXPECT_EQ(at_home("201").follow_me(), "301");
  EXPECT_EQ(net.at("amsterdam").desks->at(line_id{1})->settings.follow_me(), "301");
}

TEST_F(settings_of_two, C9_HomeUnreachableRefusesTheChangeAndSaysSo) {
  net.cut("amsterdam", "berlin");
  const auto late = set("berlin", 2, "do_not_disturb", "on"); // not yet known to be lost
  EXPECT_FALSE(late.changed);
  EXPECT_NE(late.text.find("amsterdam"), std::string::npos);
  net.run(5s);
  EXPECT_FALSE(at_home("204").do_not_disturb());
  EXPECT_FALSE(at_berlin().do_not_disturb());
  const auto other = set("berlin", 2, "follow_me", "204", "201");
  EXPECT_FALSE(other.changed) << "another's document is not here";
  EXPECT_NE(other.text.find("nothing is changed"), std::string::npos) << other.text;
  EXPECT_FALSE(code("berlin", 2, "1234", "5678").changed);
}

TEST_F(settings_of_two, S13_ChangesMadeOnBothSidesOfACutAreMergedSettingBySetting) {
  net.cut("amsterdam", "berlin");
  net.run(5s);
  const auto told = set("berlin", 2, "do_not_disturb", "on");
  EXPECT_TRUE(told.changed);
  EXPECT_NE(told.text.find("amsterdam, the home, is lost"), std::string::npos) << told.text;
  EXPECT_TRUE(set("berlin", 2, "forward_busy", "301").changed);
  EXPECT_TRUE(set("berlin", 2, "forward_no_answer", "301").changed);
  auto operators = at_home("204");
  operators.set_absence_text("on leave");
  operators.set_forward_busy("206");
  net.do_desks(net.at("amsterdam"), desks::user_changed{operators});
  operators.set_forward_no_answer("206");
  net.do_desks(net.at("amsterdam"), desks::user_changed{operators});
  operators.set_forward_no_answer("201"); // the second change of it
  net.do_desks(net.at("amsterdam"), desks::user_changed{operators});
  EXPECT_FALSE(at_home("204").do_not_disturb());
  net.heal();
  net.run(5s);
  for (const auto* user : {&at_home("204"), &at_berlin()}) {
    EXPECT_TRUE(user->do_not_disturb());
    EXPECT_EQ(user->absence_text(), "on leave");
    EXPECT_EQ(user->forward_busy(), "301") << "of equal counts the later name";
    EXPECT_EQ(user->forward_no_answer(), "201") << "the higher count";
  }
  EXPECT_TRUE(net.at("berlin").disk.unmerged.empty());
  const auto said = [&](const std::string& what) {
    const auto& notes = net.at("amsterdam").notes;
    return std::any_of(notes.begin(), notes.end(), [&](const std::string& note) {
      return note.find(what) != std::string::npos;
    });
  };
  EXPECT_TRUE(said("User 204, forward on busy to: 301 (change 1 at berlin) wins over 206 (change 1 "
                   "at amsterdam)."));
  EXPECT_TRUE(said("201 (change 2 at amsterdam) wins over 301 (change 1 at berlin)."));
}

TEST_F(settings_of_two, S13_AChangeSurvivesARestartAndTheEndOfTheLogin) {
  net.cut("amsterdam", "berlin");
  net.run(5s);
  EXPECT_TRUE(set("berlin", 2, "absence_text", "in Berlin").changed);
  EXPECT_EQ(net.try_log_out("berlin", 2).outcome, desks::login_outcome::granted);
  net.stop(net.at("berlin"));
  net.boot(net.at("berlin"));
  net.run(5s);
  EXPECT_EQ(at_home("204").absence_text(), "");
  net.heal();
  net.run(5s);
  EXPECT_EQ(at_home("204").absence_text(), "in Berlin");
}

TEST_F(settings_of_two, C9_OnlyTheLoginInForceIsAuthority) {
  scn::v1::Envelope forged;
  auto& request = *forged.mutable_settings_request();
  request.set_request(7);
  request.set_extension("204");
  request.set_by("204");
  request.set_epoch(net.at("berlin").desks->at(line_id{2})->epoch.value - 1);
  request.add_changes()->set_setting("do_not_disturb");
  request.mutable_changes(0)->set_value("on");
  auto& home = net.at("amsterdam");
  const auto answer = [&]() -> scn::v1::SettingsAnswer {
    home.did.clear();
    net.do_desks(home, desks::peer_message{"berlin", forged});
    for (const auto& done : home.did)
      if (const auto* sent = std::get_if<desks::send>(&done);
          sent != nullptr && sent->message.has_settings_answer())
        return sent->message.settings_answer();
    return {};
  };
  EXPECT_EQ(answer().reason(), scn::v1::STALE_LOGIN);
  request.set_extension("201"); // another's document
  request.set_epoch(request.epoch() + 1);
  EXPECT_EQ(answer().reason(), scn::v1::STALE_LOGIN);
  EXPECT_FALSE(at_home("204").do_not_disturb());
  EXPECT_FALSE(at_home("201").do_not_disturb());
  request.mutable_changes(0)->set_setting("follow_me"); // but to a third
  request.mutable_changes(0)->set_value("301");
  EXPECT_EQ(answer().reason(), scn::v1::STALE_LOGIN);
  request.mutable_changes(0)->set_value("204"); // follow me here
  EXPECT_TRUE(answer().changed());
  EXPECT_EQ(at_home("201").follow_me(), "204");
}

TEST_F(settings_of_two, C9_FollowMeHereReachesAUserOfAnotherHome) {
  EXPECT_TRUE(set("berlin", 1, "follow_me", "301", "201").changed);
  EXPECT_EQ(at_home("201").follow_me(), "301");
  EXPECT_FALSE(set("berlin", 1, "follow_me", "301", "999").changed);
}

TEST_F(settings_of_two, C9_NobodyChangesNothingAndNonsenseIsRefused) {
  EXPECT_FALSE(set("berlin", 4, "do_not_disturb", "on").changed);
  EXPECT_FALSE(set("berlin", 2, "do_not_disturb", "2").changed);
  EXPECT_FALSE(set("berlin", 2, "forward_unconditional_on", "on").changed);
}

TEST_F(settings_of_two, C9_AChangeSurvivesARestartOfBoth) {
  set("berlin", 2, "absence_text", "Lunch");
  for (const auto* name : {"amsterdam", "berlin"}) {
    net.stop(net.at(name));
    net.boot(net.at(name));
  }
  net.run(3s);
  EXPECT_EQ(at_berlin().absence_text(), "Lunch");
  EXPECT_EQ(net.at("berlin").directory->find("204")->state.absence_text(), "Lunch");
}

TEST_F(settings_of_two, H18_ACodeIsChangedFromAVisitedGateway) {
  EXPECT_TRUE(code("berlin", 2, "1234", "98765").changed);
  net.run(200ms);
  EXPECT_EQ(net.try_log_in("berlin", 4, "204", "1234").outcome, desks::login_outcome::wrong_code);
  EXPECT_EQ(net.try_log_in("berlin", 4, "204", "98765").outcome, desks::login_outcome::granted);
  std::string seen; // H3
  for (const auto& message : net.travelled)
    seen += message.SerializeAsString();
  EXPECT_EQ(seen.find("98765"), std::string::npos);
}

TEST_F(settings_of_two, H18_TheNewVerifierHasASaltOfItsOwn) {
  const auto old = at_home("204").login_code().salt();
  EXPECT_TRUE(code("berlin", 2, "1234", "1234").changed);
  EXPECT_EQ(at_home("204").login_code().salt().size(), 16u);
  EXPECT_NE(at_home("204").login_code().salt(), old);
}

TEST_F(settings_of_two, H18_AnEmptyOldOneSetsTheFirstOnly) {
  EXPECT_FALSE(code("amsterdam", 1, "", "77").changed);
  EXPECT_FALSE(code("amsterdam", 4, "5", "77").changed);
  EXPECT_TRUE(code("amsterdam", 4, "", "77").changed); // 206 had none
  net.run(200ms);
  EXPECT_EQ(net.try_log_in("berlin", 2, "206", "77").outcome, desks::login_outcome::granted);
}

TEST_F(settings_of_two, H18_ANewCodeMustBeOne) {
  EXPECT_FALSE(code("berlin", 2, "1234", "").changed);
  EXPECT_FALSE(code("berlin", 2, "1234", std::string(32, '1')).changed);
}

TEST_F(settings_of_two, H5_WrongOldCodesLockTheUserAndThePort) {
  for (int n = 0; n < 4; ++n)
    EXPECT_FALSE(code("berlin", 2, "9999", "77").changed);
  EXPECT_FALSE(code("berlin", 2, "1234", "77").changed); // the right one, while locked
  EXPECT_EQ(net.at("berlin").desks->lock_of(line_id{2}, net.now).wrong_codes, 4u);
  EXPECT_EQ(net.at("amsterdam").desks->lock_of_user("204", net.now).wrong_codes, 4u);
  net.run(90s);
  EXPECT_TRUE(code("berlin", 2, "1234", "77").changed);
}

} // namespace
} // namespace switchroom::test
