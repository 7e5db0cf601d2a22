// SPDX-License-Identifier: MIT
// Wrong codes, base users, use of a line, restart, changes of users (rules H5 to H15, S1, S4).
#include "small_network.hpp"

namespace switchroom::test {
namespace {

using outcome = desks::login_outcome;

class desk_ports : public ::testing::Test {
protected:
  void SetUp() override {
    net.add("amsterdam",
            {{"201", "1111", 1}, {"204", "1234", 2}, {"206", "", 4}, {"207", "7777", 0, true, 60}});
    net.add("berlin", {{"301", "3333", 1}, {"302", "", 3}, {"303", "3030", 4, true}});
    net.start();
  }
  void use(const std::string& where, std::uint32_t line, bool ringing, bool in_call) {
    net.do_desks(net.at(where), desks::line_use{line_id{line}, ringing, in_call});
    net.run(100ms);
  }
  const scn::v1::UserState& known_at(const std::string& gateway, const std::string& extension) {
    return net.at(gateway).directory->find(extension)->state;
  }
  small_network net;
};

TEST_F(desk_ports, H5_FourWrongCodesLockPortAndUserForNinetySeconds) {
  for (int i = 0; i < 4; ++i)
    EXPECT_EQ(net.try_log_in("berlin", 2, "204", "0000").outcome, outcome::wrong_code) << i;
  const auto refused = net.try_log_in("berlin", 2, "204", "1234");
  EXPECT_EQ(refused.outcome, outcome::locked_out);
  EXPECT_NE(refused.text.find("Line 2 is locked"), std::string::npos) << refused.text;
  EXPECT_EQ(net.at("berlin").desks->lock_of(line_id{2}, net.now).wrong_codes, 4u);
  // The port refuses everybody, and the user is refused everywhere.
  EXPECT_EQ(net.try_log_in("berlin", 2, "301", "3333").outcome, outcome::locked_out);
  const auto elsewhere = net.try_log_in("amsterdam", 3, "204", "1234");
  EXPECT_EQ(elsewhere.outcome, outcome::locked_out);
  EXPECT_NE(elsewhere.text.find("User 204 is locked"), std::string::npos) << elsewhere.text;
  EXPECT_GT(net.at("amsterdam").desks->lock_of_user("204", net.now).left, 80s);
  net.run(85s);
  EXPECT_EQ(net.try_log_in("berlin", 2, "204", "1234").outcome, outcome::locked_out);
  net.run(5s);
  EXPECT_EQ(net.try_log_in("berlin", 2, "204", "1234").outcome, outcome::granted);
}

TEST_F(desk_ports, H5_ANewCodeEndsTheLockOutOfTheUser) {
  for (int i = 0; i < 4; ++i)
    EXPECT_EQ(net.try_log_in("berlin", 2, "204", "0000").outcome, outcome::wrong_code) << i;
  auto renamed = small_network::user_of({"204", "1234"});
  renamed.set_name("new name");
  net.do_desks(net.at("amsterdam"), desks::user_changed{renamed});
  EXPECT_EQ(net.try_log_in("berlin", 4, "204", "1234").outcome, outcome::locked_out);
  net.do_desks(net.at("amsterdam"), desks::user_changed{small_network::user_of({"204", "8888"})});
  net.run(100ms);
  EXPECT_EQ(net.try_log_in("berlin", 4, "204", "8888").outcome, outcome::granted);
  EXPECT_EQ(net.try_log_in("berlin", 2, "204", "8888").outcome, outcome::locked_out)
      << "the port has no new code";
}

TEST_F(desk_ports, H5_RightCodeForgetsTheWrongOnesBefore) {
  for (int round = 0; round < 3; ++round) {
    for (int i = 0; i < 3; ++i)
      EXPECT_EQ(net.try_log_in("berlin", 2, "204", "0").outcome, outcome::wrong_code);
    EXPECT_EQ(net.try_log_in("berlin", 2, "204", "1234").outcome, outcome::granted);
  }
}

TEST_F(desk_ports, H5_PortCountsOverUsersAndTheLockIsNotProlongedByTrying) {
  EXPECT_EQ(net.try_log_in("berlin", 2, "204", "0").outcome, outcome::wrong_code);
  EXPECT_EQ(net.try_log_in("berlin", 2, "201", "0").outcome, outcome::wrong_code);
  EXPECT_EQ(net.try_log_in("berlin", 2, "999", "0").outcome, outcome::unknown_user);
  EXPECT_EQ(net.try_log_in("berlin", 2, "301", "0").outcome, outcome::wrong_code);
  net.run(60s);
  EXPECT_EQ(net.try_log_in("berlin", 2, "201", "1111").outcome, outcome::locked_out);
  net.run(31s);
  EXPECT_EQ(net.try_log_in("berlin", 2, "201", "1111").outcome, outcome::granted);
}

TEST_F(desk_ports, H5_UnknownUserIsRefusedWithASentence) {
  const auto refused = net.try_log_in("berlin", 2, "999", "1");
  EXPECT_EQ(refused.outcome, outcome::unknown_user);
  EXPECT_EQ(refused.text, "No user of the network has the extension 999.");
}

TEST_F(desk_ports, H6_LineGoesBackToItsBaseUserAndTheUserToTheOwnLine) {
  ASSERT_EQ(net.try_log_in("berlin", 1, "204", "1234").outcome, outcome::granted);
  EXPECT_EQ(known_at("berlin", "301").presence(), scn::v1::LOGGED_OFF);
  EXPECT_EQ(net.try_log_out("berlin", 1).outcome, outcome::granted);
  EXPECT_EQ(net.who_is_at("berlin", 1), "301");
  EXPECT_EQ(net.who_is_at("amsterdam", 2), "204");
}

TEST_F(desk_ports, H6_LineOfABaseUserWhoIsElsewhereStaysEmpty) {
  ASSERT_EQ(net.try_log_in("amsterdam", 3, "301", "3333").outcome, outcome::granted);
  EXPECT_EQ(net.who_is_at("berlin", 1), "NoUser");
  ASSERT_EQ(net.try_log_in("berlin", 1, "204", "1234").outcome, outcome::granted);
  ASSERT_EQ(net.try_log_out("berlin", 1).outcome, outcome::granted);
  EXPECT_EQ(net.who_is_at("berlin", 1), "NoUser");
}

TEST_F(desk_ports, H6_UserWhoseOwnLineIsTakenStaysLoggedOff) {
  ASSERT_EQ(net.try_log_in("berlin", 2, "204", "1234").outcome, outcome::granted);
  ASSERT_EQ(net.try_log_in("amsterdam", 2, "201", "1111").outcome, outcome::granted);
  ASSERT_EQ(net.try_log_out("berlin", 2).outcome, outcome::granted);
  EXPECT_EQ(known_at("berlin", "204").presence(), scn::v1::LOGGED_OFF);
  ASSERT_EQ(net.try_log_out("amsterdam", 2).outcome, outcome::granted);
  EXPECT_EQ(net.who_is_at("amsterdam", 2), "204");
  EXPECT_EQ(net.who_is_at("amsterdam", 1), "201");
}

TEST_F(desk_ports, H7_ForceLoginUserIsNotSeatedWithoutCode) {
  EXPECT_EQ(net.who_is_at("berlin", 4), "NoUser");
  ASSERT_EQ(net.try_log_in("berlin", 4, "", "3030").outcome, outcome::granted);
  ASSERT_EQ(net.try_log_in("berlin", 4, "301", "3333").outcome, outcome::granted);
  ASSERT_EQ(net.try_log_out("berlin", 4).outcome, outcome::granted);
  EXPECT_EQ(net.who_is_at("berlin", 4), "NoUser");
}

TEST_F(desk_ports, H7_ForceLoginAsksAgainAfterARestart) {
  ASSERT_EQ(net.try_log_in("berlin", 4, "303", "3030").outcome, outcome::granted);
  ASSERT_EQ(net.try_log_in("berlin", 2, "207", "7777").outcome, outcome::granted);
  net.stop(net.at("berlin"));
  net.boot(net.at("berlin"));
  net.run(3s);
  EXPECT_EQ(net.who_is_at("berlin", 4), "NoUser");
  EXPECT_EQ(net.who_is_at("berlin", 2), "NoUser");
  EXPECT_EQ(known_at("amsterdam", "207").presence(), scn::v1::LOGGED_OFF);
  EXPECT_EQ(known_at("amsterdam", "303").presence(), scn::v1::LOGGED_OFF);
}

TEST_F(desk_ports, H8_LogOutNeedsACodeExceptOnAnothersPort) {
  EXPECT_EQ(net.try_log_out("amsterdam", 4).outcome, outcome::no_login_code);
  EXPECT_EQ(net.who_is_at("amsterdam", 4), "206");
  EXPECT_EQ(net.try_log_out("amsterdam", 3).outcome, outcome::unknown_user); // nobody there
}

TEST_F(desk_ports, H9_IdleLoginEndsButNotInACall) {
  ASSERT_EQ(net.try_log_in("berlin", 2, "207", "7777").outcome, outcome::granted);
  net.run(50s);
  use("berlin", 2, false, true);
  net.run(300s);
  EXPECT_EQ(net.who_is_at("berlin", 2), "207");
  use("berlin", 2, false, false);
  net.run(59s);
  EXPECT_EQ(net.who_is_at("berlin", 2), "207");
  net.run(2s);
  EXPECT_EQ(net.who_is_at("berlin", 2), "NoUser");
  EXPECT_EQ(known_at("amsterdam", "207").presence(), scn::v1::LOGGED_OFF);
}

TEST_F(desk_ports, H13_PortWithoutUserIsNoUser) {
  EXPECT_EQ(net.at("berlin").desks->at(line_id{2}), nullptr);
  EXPECT_EQ(net.at("berlin").desks->at(line_id{77}), nullptr);
  EXPECT_EQ(net.at("berlin").desks->sessions().size(), 2u); // 301 and 302
}

TEST_F(desk_ports, H14_RefusedWhileItRings) {
  use("berlin", 2, true, false);
  EXPECT_EQ(net.try_log_in("berlin", 2, "204", "1234").outcome, outcome::line_busy);
  use("berlin", 1, true, false);
  EXPECT_EQ(net.try_log_out("berlin", 1).outcome, outcome::line_busy);
  EXPECT_EQ(net.who_is_at("berlin", 1), "301");
}

TEST_F(desk_ports, H14_PendingDuringACallThenCarriedOut) {
  use("berlin", 1, false, true);
  EXPECT_EQ(net.try_log_out("berlin", 1).outcome, outcome::pending);
  EXPECT_TRUE(net.at("berlin").desks->at(line_id{1})->logout_pending);
  use("berlin", 1, false, false);
  EXPECT_EQ(net.who_is_at("berlin", 1), "NoUser");
  use("berlin", 2, false, true);
  EXPECT_EQ(net.try_log_in("berlin", 2, "204", "1234", true).outcome, outcome::pending);
  EXPECT_EQ(net.who_is_at("berlin", 2), "NoUser");
  use("berlin", 2, false, false);
  EXPECT_EQ(net.who_is_at("berlin", 2), "204");
}

TEST_F(desk_ports, H15_DeletedUserLeavesNoUserBehind) {
  ASSERT_EQ(net.try_log_in("berlin", 2, "204", "1234").outcome, outcome::granted);
  net.do_desks(net.at("amsterdam"), desks::user_deleted{"204"});
  net.run(100ms);
  EXPECT_EQ(net.who_is_at("berlin", 2), "NoUser");
  EXPECT_EQ(net.at("berlin").directory->find("204"), nullptr);
}

TEST_F(desk_ports, H15_NumberGivenToANewUserCanLogInAtOnce) {
  ASSERT_EQ(net.try_log_in("berlin", 2, "204", "1234").outcome, outcome::granted);
  net.do_desks(net.at("amsterdam"), desks::user_deleted{"204"});
  net.run(100ms);
  net.do_desks(net.at("amsterdam"), desks::user_changed{small_network::user_of({"204", "4321"})});
  net.run(100ms);
  EXPECT_EQ(net.try_log_in("berlin", 2, "204", "4321").outcome, outcome::granted);
}

TEST_F(desk_ports, H1_NewUserWithALineOfTheirOwnSitsThereAtOnce) {
  net.do_desks(net.at("berlin"), desks::user_changed{small_network::user_of({"305", "", 2})});
  net.run(100ms);
  EXPECT_EQ(net.who_is_at("berlin", 2), "305");
  EXPECT_EQ(known_at("amsterdam", "305").line(), 2u);
}

/// What the home says of a login counts, also of the same epoch: elsewhere, or nowhere.
TEST_F(desk_ports, S11_AStateOfTheHomeEndsALoginHere) {
  for (const bool elsewhere : {true, false}) {
    ASSERT_EQ(net.try_log_in("berlin", 2, "204", "1234").outcome, outcome::granted);
    scn::v1::Envelope told;
    auto& state = *told.mutable_user_state();
    state = known_at("berlin", "204");
    state.clear_directory_version();
    state.set_presence(elsewhere ? scn::v1::LOGGED_IN : scn::v1::LOGGED_OFF);
    state.set_gateway(elsewhere ? "amsterdam" : "");
    ASSERT_TRUE(net.at("berlin").directory->update("amsterdam", state));
    net.do_desks(net.at("berlin"), desks::peer_message{"amsterdam", told});
    EXPECT_NE(net.who_is_at("berlin", 2), "204") << "elsewhere: " << elsewhere;
    net.run(5s);
  }
}

TEST_F(desk_ports, S1_ChangedCodeIsInForceEverywhereAtOnceAndLogsNobodyOut) {
  ASSERT_EQ(net.try_log_in("berlin", 2, "204", "1234").outcome, outcome::granted);
  auto changed = small_network::user_of({"204", "8888", 2});
  changed.set_name("new name");
  net.do_desks(net.at("amsterdam"), desks::user_changed{changed});
  net.run(200ms); // rule S15
  ASSERT_EQ(net.who_is_at("berlin", 2), "204");
  EXPECT_EQ(net.at("berlin").desks->at(line_id{2})->settings.name(), "new name");
  EXPECT_EQ(known_at("berlin", "204").name(), "new name");
  EXPECT_EQ(net.try_log_in("berlin", 4, "204", "1234").outcome, outcome::wrong_code);
  EXPECT_EQ(net.try_log_in("berlin", 4, "204", "8888").outcome, outcome::granted);
}

TEST_F(desk_ports, S1_ChangeDuringACutArrivesAfterIt) {
  ASSERT_EQ(net.try_log_in("berlin", 2, "204", "1234").outcome, outcome::granted);
  net.cut("amsterdam", "berlin");
  net.run(5s);
  auto changed = small_network::user_of({"204", "8888", 2});
  changed.set_name("new name");
  net.do_desks(net.at("amsterdam"), desks::user_changed{changed});
  EXPECT_EQ(net.who_is_at("berlin", 2), "204") << "home lost: stays logged in";
  EXPECT_EQ(net.try_log_in("berlin", 4, "201", "1111").outcome, outcome::home_unreachable);
  net.heal();
  net.run(2s);
  EXPECT_EQ(net.at("berlin").desks->at(line_id{2})->settings.name(), "new name");
  EXPECT_EQ(known_at("berlin", "204").name(), "new name");
}

TEST_F(desk_ports, S3_EveryGatewayKnowsWhereAUserIs) {
  ASSERT_EQ(net.try_log_in("berlin", 2, "204", "1234").outcome, outcome::granted);
  for (const auto* gateway : {"amsterdam", "berlin"}) {
    const auto& where = known_at(gateway, "204");
    EXPECT_EQ(where.gateway(), "berlin");
    EXPECT_EQ(where.line(), 2u);
  }
  EXPECT_EQ(net.at("berlin").desks->line_of("204"), line_id{2});
  EXPECT_EQ(net.at("amsterdam").desks->line_of("204"), std::nullopt);
}

TEST_F(desk_ports, RestartOfEitherGatewayBringsTheLoginBack) {
  ASSERT_EQ(net.try_log_in("berlin", 2, "204", "1234").outcome, outcome::granted);
  for (const auto* gateway : {"berlin", "amsterdam", "berlin"}) {
    net.stop(net.at(gateway));
    net.run(500ms);
    net.boot(net.at(gateway));
    net.run(3s);
    EXPECT_EQ(net.who_is_at("berlin", 2), "204") << gateway;
    EXPECT_EQ(net.who_is_at("amsterdam", 2), "NoUser") << gateway;
    EXPECT_EQ(net.who_is_at("berlin", 1), "301") << gateway;
  }
}

TEST_F(desk_ports, LogOutThatGotLostOnTheWayIsToldAgain) {
  ASSERT_EQ(net.try_log_in("berlin", 2, "204", "1234").outcome, outcome::granted);
  net.cut("amsterdam", "berlin"); // shorter than what makes a peer lost
  ASSERT_EQ(net.try_log_out("berlin", 2).outcome, outcome::granted);
  net.run(800ms);
  EXPECT_EQ(known_at("amsterdam", "204").gateway(), "berlin");
  net.heal();
  net.run(700ms);
  EXPECT_EQ(known_at("amsterdam", "204").gateway(), "amsterdam");
  EXPECT_EQ(net.who_is_at("amsterdam", 2), "204");
}

TEST_F(desk_ports, HomeThatListsALoginWhichIsNotHereLearnsSo) {
  ASSERT_EQ(net.try_log_in("berlin", 2, "204", "1234").outcome, outcome::granted);
  net.stop(net.at("berlin"));
  net.at("berlin").disk.sessions.clear(); // the disk was lost
  net.boot(net.at("berlin"));
  net.run(3s);
  EXPECT_EQ(known_at("amsterdam", "204").gateway(), "amsterdam");
  EXPECT_EQ(net.who_is_at("amsterdam", 2), "204");
}

TEST(desk_licence, S4_WithoutLicenceUsersAreNeitherServedNorBorrowed) {
  small_network net;
  net.add("amsterdam", {{"204", "1234", 2}}, false);
  net.add("berlin", {{"301", "3333", 1}});
  net.start();
  EXPECT_EQ(net.try_log_in("berlin", 2, "204", "1234").outcome, outcome::unknown_user);
  EXPECT_EQ(net.try_log_in("amsterdam", 1, "204", "1234").outcome, outcome::granted);
  EXPECT_EQ(net.at("berlin").alarms.count("peer-refused-amsterdam"), 1u);
  EXPECT_EQ(net.at("amsterdam").alarms.count("peer-refused-berlin"), 1u);
  EXPECT_NE(net.at("amsterdam").network->peers().at("berlin").why.find("licence"),
            std::string::npos);
}

} // namespace
} // namespace switchroom::test
