// SPDX-License-Identifier: MIT
// Rules H1 to H14 on two or three gateways in virtual time. Every step of every test is checked
// against H4 by small_network.
#include "small_network.hpp"

namespace switchroom::test {
namespace {

using outcome = desks::login_outcome;

/// 201, 204 and 205 live at amsterdam, the first two with ports; 301 and 302 at berlin with ports.
class desks_of_two : public ::testing::Test {
protected:
  void SetUp() override {
    net.add("amsterdam", {{"201", "1111", 1},
                          {"204", "1234", 2},
                          {"205", "5555", 0},
                          {"206", "", 4},
                          {"207", "7777", 0, true}});
    net.add("berlin", {{"301", "3333", 1}, {"302", "", 3}});
    net.start();
  }
  const scn::v1::UserState& known_at(const std::string& gateway, const std::string& extension) {
    return net.at(gateway).directory->find(extension)->state;
  }
  small_network net;
};

TEST_F(desks_of_two, H1_NumberBelongsToUserAndAUserMayHaveNoPort) {
  EXPECT_EQ(net.who_is_at("amsterdam", 1), "201");
  EXPECT_EQ(net.who_is_at("amsterdam", 3), "NoUser"); // a port without a base user
  EXPECT_EQ(known_at("berlin", "205").presence(), scn::v1::LOGGED_OFF);
  EXPECT_EQ(net.try_log_in("amsterdam", 3, "205", "5555").outcome, outcome::granted);
  EXPECT_EQ(net.who_is_at("amsterdam", 3), "205");
}

TEST_F(desks_of_two, H2_LoginAtAnotherGatewayAndLogOut) {
  const auto result = net.try_log_in("berlin", 2, "204", "1234");
  EXPECT_EQ(result.outcome, outcome::granted);
  EXPECT_EQ(result.text, "User 204 is logged in at line 2.");
  EXPECT_EQ(net.who_is_at("berlin", 2), "204");
  EXPECT_EQ(net.who_is_at("amsterdam", 2), "NoUser");
  EXPECT_EQ(net.at("berlin").desks->at(line_id{2})->settings.name(), "name of 204");
  EXPECT_EQ(net.try_log_out("berlin", 2).outcome, outcome::granted);
  EXPECT_EQ(net.who_is_at("berlin", 2), "NoUser");
}

TEST_F(desks_of_two, H2_CodeAloneIsThePortsBaseUser) {
  ASSERT_EQ(net.try_log_out("amsterdam", 1).outcome, outcome::granted);
  EXPECT_EQ(net.who_is_at("amsterdam", 1), "NoUser");
  EXPECT_EQ(net.try_log_in("amsterdam", 1, "", "1111").outcome, outcome::granted);
  EXPECT_EQ(net.who_is_at("amsterdam", 1), "201");
  EXPECT_EQ(net.try_log_in("berlin", 2, "", "1111").outcome, outcome::unknown_user);
}

TEST_F(desks_of_two, H3_NoLoginCodeNoHotDesking) {
  EXPECT_EQ(net.try_log_in("berlin", 2, "206", "").outcome, outcome::no_login_code);
  EXPECT_EQ(net.try_log_in("amsterdam", 3, "206", "0", false).outcome, outcome::no_login_code);
  EXPECT_EQ(net.who_is_at("amsterdam", 4), "206");
}

TEST_F(desks_of_two, H3_CodeNeitherTravelsNorIsKeptNorTold) {
  net.try_log_in("berlin", 2, "204", "98765");
  net.try_log_in("berlin", 2, "204", "1234");
  std::string seen;
  for (const auto& message : net.travelled)
    seen += message.SerializeAsString();
  for (auto& [name, one] : net.all()) {
    for (const auto& text : one.notes)
      seen += text;
    for (const auto& result : one.results)
      seen += result.text;
    for (const auto& session : one.disk.sessions)
      seen += session.settings.SerializeAsString();
    for (const auto& user : one.disk.users)
      seen += user.SerializeAsString();
  }
  EXPECT_EQ(seen.find("1234"), std::string::npos);
  EXPECT_EQ(seen.find("98765"), std::string::npos);
}

TEST_F(desks_of_two, H4_TakeoverNeedsNoConsent) {
  ASSERT_EQ(net.try_log_in("berlin", 1, "204", "1234").outcome, outcome::granted);
  EXPECT_EQ(net.who_is_at("berlin", 1), "204"); // 301 sat there and was not asked
  EXPECT_EQ(known_at("amsterdam", "301").presence(), scn::v1::LOGGED_OFF);
}

TEST_F(desks_of_two, H4_TakingOverFromAGuestTellsTheGuestsHome) {
  ASSERT_EQ(net.try_log_in("berlin", 2, "204", "1234").outcome, outcome::granted);
  ASSERT_EQ(net.try_log_in("berlin", 2, "301", "3333").outcome, outcome::granted);
  EXPECT_EQ(net.who_is_at("berlin", 2), "301");
  EXPECT_EQ(net.who_is_at("amsterdam", 2), "204") << "back at the own base port (H6)";
  EXPECT_EQ(known_at("berlin", "204").gateway(), "amsterdam");
}

TEST_F(desks_of_two, H4_ArrivingUserIsLoggedOutEverywhereElse) {
  ASSERT_EQ(net.try_log_in("berlin", 2, "204", "1234").outcome, outcome::granted);
  ASSERT_EQ(net.try_log_in("berlin", 4, "204", "1234").outcome, outcome::granted);
  EXPECT_EQ(net.who_is_at("berlin", 2), "NoUser");
  EXPECT_EQ(net.who_is_at("berlin", 4), "204");
  ASSERT_EQ(net.try_log_in("amsterdam", 3, "204", "1234").outcome, outcome::granted);
  EXPECT_EQ(net.who_is_at("berlin", 4), "NoUser");
  EXPECT_EQ(net.who_is_at("amsterdam", 3), "204");
  EXPECT_EQ(net.doubles, 0u);
}

TEST_F(desks_of_two, H4_OldLineStopsRingingBeforeTheGrantLeaves) {
  auto& home = net.at("amsterdam");
  home.did.clear();
  ASSERT_EQ(net.try_log_in("berlin", 2, "204", "1234").outcome, outcome::granted);
  std::size_t stopped = 0, stored = 0, sent = 0, at = 0;
  for (const auto& action : home.did) {
    ++at;
    if (const auto* changed = std::get_if<desks::occupant_changed>(&action))
      stopped = changed->line == line_id{2} ? at : stopped;
    if (std::holds_alternative<desks::store_whereabouts>(action) && stored == 0)
      stored = at;
    if (const auto* message = std::get_if<desks::send>(&action))
      sent = message->message.has_login_grant() ? at : sent;
  }
  EXPECT_GT(stopped, 0u);
  EXPECT_LT(stopped, sent);
  EXPECT_LT(stored, sent) << "the epoch must be on disk before anybody holds it";
}

TEST_F(desks_of_two, H4_FormerGatewayThatIsCutOffIsWaitedForThenTheLoginIsRefused) {
  small_network three({.patience = 1h});
  three.add("amsterdam", {{"204", "1234", 2}});
  three.add("berlin", {});
  three.add("chemnitz", {});
  three.start();
  ASSERT_EQ(three.try_log_in("berlin", 2, "204", "1234").outcome, outcome::granted);
  three.cut("amsterdam", "berlin");
  const auto refused = three.try_log_in("chemnitz", 1, "204", "1234");
  EXPECT_EQ(refused.outcome, outcome::busy);
  EXPECT_NE(refused.text.find("still logged in"), std::string::npos) << refused.text;
  three.heal();
  EXPECT_EQ(three.try_log_in("chemnitz", 1, "204", "1234").outcome, outcome::granted);
  EXPECT_EQ(three.who_is_at("berlin", 2), "NoUser");
}

TEST(desks_fence, H4_LoginOfALostGatewayIsOverWhenItsLeaseIs) {
  small_network net;
  net.add("amsterdam", {{"204", "1234", 2}});
  net.add("berlin", {});
  net.start();
  ASSERT_EQ(net.try_log_in("berlin", 2, "204", "1234").outcome, outcome::granted);
  net.stop(net.at("berlin"));
  net.run(6s);
  const auto early = net.try_log_in("amsterdam", 1, "204", "1234");
  EXPECT_EQ(early.outcome, outcome::busy);
  EXPECT_NE(early.text.find("berlin"), std::string::npos) << early.text;
  net.run(desks::wait_of(30s));
  ASSERT_EQ(net.try_log_in("amsterdam", 1, "204", "1234").outcome, outcome::granted);
  const auto newer = net.at("amsterdam").desks->at(line_id{1})->epoch;
  net.boot(net.at("berlin")); // with its session, which it may not use before home confirms it
  EXPECT_EQ(net.who_is_at("berlin", 2), "204");
  EXPECT_FALSE(net.at("berlin").desks->line_of("204").has_value());
  net.run(2s);
  EXPECT_EQ(net.who_is_at("berlin", 2), "NoUser");
  EXPECT_EQ(net.who_is_at("amsterdam", 1), "204");
  EXPECT_EQ(net.at("amsterdam").desks->at(line_id{1})->epoch, newer);
}

} // namespace
} // namespace switchroom::test
