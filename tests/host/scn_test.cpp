// SPDX-License-Identifier: MIT
// The network as one gateway sees it: rules S1, S4, S5, S15 and refusals.
#include "small_network.hpp"

namespace switchroom::test {
namespace {

/// One gateway, its peer played by hand.
class one_side : public ::testing::Test {
protected:
  one_side()
      : net({.gateway = "amsterdam", .peers = {"berlin"}, .boot = 11}, directory, instant{}) {}
  std::vector<scn::action> say(scn::v1::Envelope message, std::uint32_t protocol = 1) {
    message.set_protocol(protocol);
    return net.step(scn::received{"berlin", message}, now);
  }
  std::vector<scn::action> hello(std::uint64_t boot = 22, std::uint64_t heard = 11,
                                 std::uint32_t newest = 1, bool licence = true,
                                 std::uint32_t protocol = 1) {
    scn::v1::Envelope message;
    message.mutable_hello()->set_boot(boot);
    message.mutable_hello()->set_heard_boot(heard);
    message.mutable_hello()->set_newest_protocol(newest);
    message.mutable_hello()->set_voice_networking(licence);
    return say(message, protocol);
  }
  std::vector<scn::action> heartbeat(std::uint64_t boot, std::uint64_t version) {
    scn::v1::Envelope message;
    message.mutable_heartbeat()->set_boot(boot);
    message.mutable_heartbeat()->set_directory_version(version);
    return say(message);
  }
  std::vector<scn::action> list(std::uint64_t version) {
    scn::v1::Envelope message;
    message.mutable_directory()->set_version(version);
    return say(message);
  }
  std::vector<scn::action> user(std::uint64_t version, const std::string& extension) {
    scn::v1::Envelope message;
    message.mutable_user_state()->set_directory_version(version);
    message.mutable_user_state()->set_extension(extension);
    return say(message);
  }
  template <typename Kind>
  static int count(const std::vector<scn::action>& actions) {
    return static_cast<int>(std::count_if(actions.begin(), actions.end(), [](const auto& a) {
      return std::holds_alternative<Kind>(a);
    }));
  }
  static int sent(const std::vector<scn::action>& actions, scn::v1::Envelope::BodyCase body) {
    return static_cast<int>(std::count_if(actions.begin(), actions.end(), [&](const auto& a) {
      const auto* send = std::get_if<scn::send>(&a);
      return send && send->message.body_case() == body;
    }));
  }
  users::directory directory{"amsterdam"};
  scn::network net;
  instant now{};
};
using envelope = scn::v1::Envelope;

TEST_F(one_side, HelloBringsThePeerUpAndIsAnsweredWithTheDirectory) {
  const auto first = hello(22, 0);
  EXPECT_EQ(count<scn::peer_up>(first), 1);
  EXPECT_EQ(sent(first, envelope::kDirectory), 1);
  EXPECT_GE(sent(first, envelope::kHello), 1) << "it has not heard ours";
  now += 100ms;
  EXPECT_EQ(sent(hello(22, 11), envelope::kHello), 0) << "two hellos for ever";
}

TEST_F(one_side, S15_SilentPeerIsLostAfterThreeSecondsAndComesBack) {
  hello();
  now += 2999ms;
  EXPECT_EQ(count<scn::peer_lost>(net.step(scn::deadline{}, now)), 0);
  now += 1ms;
  EXPECT_LE(net.next_deadline(), now);
  const auto lost = net.step(scn::deadline{}, now);
  EXPECT_EQ(count<scn::peer_lost>(lost), 1);
  EXPECT_EQ(count<scn::raise_alarm>(lost), 1);
  EXPECT_FALSE(net.is_up("berlin"));
  const auto back = heartbeat(22, 1);
  EXPECT_EQ(count<scn::peer_up>(back), 1);
  EXPECT_GE(sent(back, envelope::kHello), 1) << "it may have missed states";
}

TEST_F(one_side, RestartedPeerIsLostAndUpAgain) {
  hello(22);
  const auto restarted = hello(23);
  EXPECT_EQ(count<scn::peer_lost>(restarted), 1);
  EXPECT_EQ(count<scn::peer_up>(restarted), 1);
  EXPECT_EQ(directory.version_of("berlin"), 0u);
}

TEST_F(one_side, S1_GapInVersionsAsksForTheDirectory) {
  hello();
  list(4);
  now += 10ms;
  EXPECT_EQ(sent(user(5, "301"), envelope::kHello), 0);
  EXPECT_EQ(sent(user(7, "302"), envelope::kHello), 1);
  EXPECT_TRUE(directory.is_number("302"));
  EXPECT_EQ(sent(heartbeat(22, 7), envelope::kHello), 1);
  list(7);
  EXPECT_EQ(sent(heartbeat(22, 7), envelope::kHello), 0);
  EXPECT_EQ(sent(heartbeat(22, 6), envelope::kHello), 0) << "overtaken by a state";
  EXPECT_FALSE(directory.is_number("301")) << "the list did not have it";
  list(3);
  EXPECT_EQ(directory.version_of("berlin"), 7u) << "an old list came late";
}

TEST_F(one_side, S1_OwnChangeIsNumberedAndSentAtOnce) {
  hello();
  scn::v1::UserState mine;
  mine.set_extension("204");
  const auto told = net.step(scn::own_user_changed{mine}, now);
  const auto next = net.step(scn::own_user_changed{mine}, now);
  const auto version = [](const auto& actions) {
    return std::get<scn::send>(actions.front()).message.user_state().directory_version();
  };
  EXPECT_EQ(version(next), version(told) + 1);
}

TEST_F(one_side, OtherProtocolVersionIsRefusedWithASentence) {
  const auto refused = hello(22, 0, 2, true, 2);
  EXPECT_EQ(count<scn::peer_up>(refused), 0);
  EXPECT_EQ(count<scn::raise_alarm>(refused), 1);
  EXPECT_EQ(net.peers().at("berlin").state, scn::peer_state::refused);
  EXPECT_EQ(net.peers().at("berlin").why, "Gateway berlin speaks version 2 of the network "
                                          "protocol; this gateway speaks version 1.");
  EXPECT_EQ(count<scn::raise_alarm>(hello(22, 0, 2, true, 2)), 0) << "once";
  EXPECT_EQ(count<scn::peer_up>(hello()), 1) << "updated";
}

TEST_F(one_side, PeerOfANewerVersionThatKnowsOursIsServedInOurs) {
  EXPECT_EQ(count<scn::peer_up>(hello(22, 0, 7, true, 1)), 1) << "its newest is 7; it said it in 1";
  envelope revoke;
  revoke.mutable_revoke()->set_extension("204");
  EXPECT_EQ(count<scn::hand_on>(say(revoke, 1)), 1);
  EXPECT_EQ(count<scn::hand_on>(say(revoke, 7)), 0);
  EXPECT_EQ(net.peers().at("berlin").malformed, 1u);
}

TEST_F(one_side, OlderVersionThanOursIsRefusedWithASentenceAndARemedy) {
  const auto refused = hello(22, 0, 0, true, 0);
  EXPECT_EQ(count<scn::peer_up>(refused), 0);
  for (const auto& one : refused)
    if (const auto* alarm = std::get_if<scn::raise_alarm>(&one)) {
      EXPECT_EQ(alarm->what, "Gateway berlin speaks version 0 of the network protocol; this "
                             "gateway speaks version 1.");
      EXPECT_EQ(alarm->remedy, "Install the same release of Switchroom on both gateways.");
    }
}

TEST_F(one_side, WhatIsBeyondTheLimitsIsDroppedAndCounted) {
  hello();
  const auto refused = [this](auto fill) {
    envelope message;
    fill(message);
    const auto before = net.peers().at("berlin").malformed;
    const auto done = say(message);
    return count<scn::hand_on>(done) == 0 && net.peers().at("berlin").malformed == before + 1;
  };
  EXPECT_TRUE(refused([](auto& m) { m.mutable_revoke()->set_extension("2O4"); }));
  EXPECT_TRUE(refused([](auto& m) { m.mutable_revoke()->set_extension(std::string(16, '1')); }));
  EXPECT_TRUE(refused([](auto& m) { m.mutable_user_state()->set_name(std::string(257, 'x')); }));
  EXPECT_TRUE(refused([](auto& m) { m.mutable_user_state()->set_gateway(std::string(33, 'x')); }));
  EXPECT_TRUE(refused([](auto& m) {
    m.mutable_login_grant()->mutable_settings()->add_short_codes()->set_code(std::string(32, '1'));
  })) << "at any depth";
  EXPECT_TRUE(refused([](auto& m) { m.mutable_call_digits()->set_digits("12a"); }));
  EXPECT_TRUE(refused([](auto& m) {
    for (int n = 0; n < 4097; ++n)
      m.mutable_directory()->add_users();
  }));
  EXPECT_FALSE(refused([](auto& m) { m.mutable_revoke()->set_extension(std::string(15, '1')); }));
}

TEST_F(one_side, S14_RequestsAndCallsThatComeAgainAreDroppedAndCounted) {
  hello();
  const auto passes = [this](auto fill, std::uint64_t number) {
    envelope message;
    fill(message, number);
    return count<scn::hand_on>(say(message)) == 1;
  };
  const auto login = [](auto& m, auto number) { m.mutable_login_request()->set_request(number); };
  const auto set = [](auto& m, auto number) { m.mutable_settings_request()->set_request(number); };
  const auto call = [](auto& m, auto number) { m.mutable_call_setup()->set_call(number); };
  EXPECT_TRUE(passes(login, 5));
  EXPECT_FALSE(passes(login, 5));
  EXPECT_FALSE(passes(set, 4));
  EXPECT_TRUE(passes(set, 6));
  EXPECT_TRUE(passes(call, 3));
  EXPECT_FALSE(passes(call, 3));
  EXPECT_EQ(net.peers().at("berlin").malformed, 3u);
  hello(23); // a new start counts anew
  EXPECT_TRUE(passes(login, 1));
  EXPECT_TRUE(passes(call, 1));
}

TEST_F(one_side, S4_PeerWithoutLicenceIsRefused) {
  EXPECT_EQ(count<scn::peer_up>(hello(22, 0, 1, false)), 0);
  EXPECT_EQ(net.peers().at("berlin").state, scn::peer_state::refused);
}

TEST_F(one_side, NothingIsHandedOnBeforeHelloNorWithoutBody) {
  envelope revoke;
  revoke.mutable_revoke()->set_extension("204");
  EXPECT_EQ(count<scn::hand_on>(say(revoke)), 0);
  hello();
  EXPECT_EQ(count<scn::hand_on>(say(revoke)), 1);
  EXPECT_EQ(count<scn::hand_on>(say(revoke, 9)), 0);
  say({});
  EXPECT_EQ(net.peers().at("berlin").malformed, 3u);
  EXPECT_TRUE(net.step(scn::received{"stranger", revoke}, now).empty() ||
              count<scn::hand_on>(net.step(scn::received{"stranger", revoke}, now)) == 0);
}

TEST(scn_duplicates, S5_AlarmWithRemedyOnBothSidesAndTheLocalOneWins) {
  small_network net;
  net.add("amsterdam", {{"204", "1234", 2}});
  net.add("berlin", {{"204", "9999", 1}});
  net.start();
  for (const auto* name : {"amsterdam", "berlin"}) {
    auto& one = net.at(name);
    ASSERT_EQ(one.alarms.count("duplicate-204"), 1u) << name;
    const auto& alarm = one.alarms.at("duplicate-204");
    EXPECT_NE(alarm.what.find("amsterdam and berlin"), std::string::npos) << alarm.what;
    EXPECT_EQ(alarm.remedy, "Give all but one of these users another number.");
    EXPECT_EQ(one.directory->find("204")->home, name);
  }
  EXPECT_EQ(net.try_log_in("berlin", 3, "204", "9999").outcome, desks::login_outcome::granted);
  EXPECT_EQ(net.who_is_at("amsterdam", 2), "204") << "another person";
  net.do_desks(net.at("berlin"), desks::user_deleted{"204"});
  net.run(1s);
  for (const auto* name : {"amsterdam", "berlin"})
    EXPECT_EQ(net.at(name).alarms.count("duplicate-204"), 0u) << name;
}

TEST(scn_users, S1_EveryGatewayKnowsEveryUser) {
  small_network net;
  net.add("amsterdam", {{"201", "1", 1}, {"202", "2", 0}});
  net.add("berlin", {{"301", "3", 1}});
  net.add("chemnitz", {{"401", "", 1}});
  net.start();
  for (auto& [name, one] : net.all()) {
    EXPECT_EQ(one.directory->all().size(), 4u) << name;
    EXPECT_EQ(one.directory->find("201")->state.name(), "name of 201");
    EXPECT_TRUE(one.directory->find("301")->state.has_login_code());
    EXPECT_EQ(one.directory->find("401")->state.gateway(), "chemnitz");
  }
}

} // namespace
} // namespace switchroom::test
