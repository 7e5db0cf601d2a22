// SPDX-License-Identifier: MIT
// A gateway with 5,000 users tells of them in parts that a peer takes (rules S1, S7).
#include "scn/limits.hpp"
#include "small_network.hpp"

namespace switchroom::test {
namespace {

constexpr std::size_t most_octets = 65'536; // of a message (proto/scn.proto)
constexpr unsigned many = 5'000;

/// As large as what everybody knows of a user comes.
scn::v1::UserState somebody(unsigned number) {
  scn::v1::UserState state;
  state.set_extension(std::to_string(100'000 + number));
  state.set_name("Name of user " + std::to_string(number));
  state.mutable_login_code()->set_salt(std::string(16, 's'));
  state.mutable_login_code()->set_verifier(std::string(32, 'v'));
  return state;
}

class Large : public ::testing::Test {
protected:
  Large()
      : sender({.gateway = "amsterdam", .peers = {"berlin"}, .boot = 11}, of_sender, instant{}),
        receiver({.gateway = "berlin", .peers = {"amsterdam"}, .boot = 22}, of_receiver,
                 instant{}) {
    for (unsigned n = 0; n < many; ++n)
      of_sender.update("amsterdam", somebody(n));
    scn::v1::Envelope hello;
    hello.set_protocol(1);
    auto& says = *hello.mutable_hello();
    says.set_newest_protocol(1);
    says.set_voice_networking(true);
    says.set_boot(11);
    says.set_heard_boot(22);
    give(hello);
    says.set_boot(22);
    says.set_heard_boot(11);
    for (const auto& action : sender.step(scn::received{"berlin", hello}, now))
      if (const auto* sent = std::get_if<scn::send>(&action); sent && sent->message.has_directory())
        parts.push_back(sent->message);
  }
  std::vector<scn::action> give(const scn::v1::Envelope& message) {
    return receiver.step(scn::received{"amsterdam", message}, now);
  }
  std::size_t known() { return of_receiver.all_of("amsterdam").size(); }
  /// What the receiver hands on of a directory; −1: nothing.
  static int handed_on(const std::vector<scn::action>& actions) {
    for (const auto& action : actions)
      if (const auto* on = std::get_if<scn::hand_on>(&action); on && on->message.has_directory())
        return on->message.directory().users_size();
    return -1;
  }

  users::directory of_sender{"amsterdam"}, of_receiver{"berlin"};
  scn::network sender, receiver;
  instant now{};
  std::vector<scn::v1::Envelope> parts;
};

TEST_F(Large, S1_FiveThousandUsersComeInPartsThatAPeerTakes) {
  ASSERT_GT(parts.size(), 1u);
  for (const auto& part : parts) {
    EXPECT_LE(part.ByteSizeLong(), most_octets);
    EXPECT_TRUE(scn::within_limits(part));
  }
  for (std::size_t n = 0; n + 1 < parts.size(); ++n) {
    EXPECT_EQ(handed_on(give(parts[n])), -1);
    EXPECT_EQ(known(), 0u) << "not before all are there";
  }
  EXPECT_EQ(handed_on(give(parts.back())), static_cast<int>(many));
  EXPECT_EQ(known(), many);
  EXPECT_EQ(of_receiver.version_of("amsterdam"), 1u);
}

TEST_F(Large, S1_PartsComeInAnyOrderAndTwice) {
  std::reverse(parts.begin(), parts.end());
  for (std::size_t n = 0; n + 1 < parts.size(); ++n) {
    give(parts[n]);
    give(parts[n]);
  }
  EXPECT_EQ(known(), 0u);
  give(parts.back());
  EXPECT_EQ(known(), many);
}

TEST_F(Large, S1_APartThatIsLostIsAskedFor) {
  for (std::size_t n = 1; n < parts.size(); ++n)
    give(parts[n]);
  scn::v1::Envelope beat;
  beat.set_protocol(1);
  beat.mutable_heartbeat()->set_boot(11);
  beat.mutable_heartbeat()->set_directory_version(1);
  bool asked = false;
  for (const auto& action : give(beat))
    if (const auto* sent = std::get_if<scn::send>(&action))
      asked |= sent->message.has_hello();
  EXPECT_TRUE(asked);
  for (const auto& part : parts)
    give(part);
  EXPECT_EQ(known(), many);
}

TEST_F(Large, S1_PartsOfTwoVersionsAreNotMixed) {
  for (auto& part : parts)
    part.mutable_directory()->set_version(7);
  give(parts[0]);
  auto newer = parts;
  for (auto& part : newer)
    part.mutable_directory()->set_version(8);
  give(newer[1]);
  for (std::size_t n = 1; n < parts.size(); ++n)
    give(parts[n]); // late
  EXPECT_EQ(known(), 0u);
  for (const auto& part : newer)
    give(part);
  EXPECT_EQ(known(), many);
  EXPECT_EQ(of_receiver.version_of("amsterdam"), 8u);
}

TEST_F(Large, S1_WhoIsGoneIsForgottenWithTheLastPart) {
  for (const auto& part : parts)
    give(part);
  for (auto& part : parts)
    part.mutable_directory()->set_version(9);
  const auto gone = parts[0].directory().users(0).extension();
  parts[0].mutable_directory()->mutable_users()->DeleteSubrange(0, 1);
  for (const auto& part : parts)
    give(part);
  EXPECT_EQ(known(), many - 1);
  EXPECT_FALSE(of_receiver.is_number(gone));
}

TEST_F(Large, S1_PartsThatCannotBeAreMalformed) {
  const auto before = receiver.peers().at("amsterdam").malformed;
  parts[0].mutable_directory()->set_parts(scn::most_parts + 1);
  give(parts[0]);
  parts[1].mutable_directory()->set_part(parts[1].directory().parts());
  give(parts[1]);
  EXPECT_EQ(receiver.peers().at("amsterdam").malformed, before + 2);
  EXPECT_EQ(known(), 0u);
}

TEST_F(Large, S1_AFewComeInOneMessageAsBefore) {
  scn::v1::Envelope message;
  message.set_protocol(1);
  message.mutable_directory()->set_version(3);
  *message.mutable_directory()->add_users() = somebody(1);
  EXPECT_EQ(handed_on(give(message)), 1);
  EXPECT_EQ(known(), 1u);
}

/// Whole gateways, over a wire that loses a tenth.
TEST(scn_large, S1_S7_ANetworkLearnsOfFiveThousandOverABadWire) {
  small_network::options bad;
  bad.loss = 0.1;
  bad.jitter = 5ms;
  bad.record = false;
  bad.lines = 1;
  small_network net(bad);
  std::vector<small_network::person> people;
  for (unsigned n = 0; n < many; ++n)
    people.push_back({std::to_string(100'000 + n), "", 0});
  net.add("amsterdam", std::move(people));
  net.add("berlin", {{"301", "", 1}});
  net.start();
  net.run(30s);
  EXPECT_EQ(net.at("berlin").directory->all_of("amsterdam").size(), many);
  EXPECT_EQ(net.disagreement(), "");
}

} // namespace
} // namespace switchroom::test
