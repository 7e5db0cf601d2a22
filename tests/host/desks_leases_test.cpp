// SPDX-License-Identifier: MIT
// Who may ring when gateways are lost or cut off: docs/adr/0008, rules S11 to S13.
#include "small_network.hpp"
#include "users/sealed_profile.hpp"

#include <algorithm>

namespace switchroom::test {
namespace {

using outcome = desks::login_outcome;
constexpr duration lease = 30s;

class leases : public ::testing::Test {
protected:
  leases() : net({.backups = 2}) {
    net.add("amsterdam", {{"204", "1234", 2}, {"205", "", 3}, {"206", "6666"}});
    net.add("berlin", {{"301", "3333", 1}});
    net.add("chemnitz", {});
    net.add("dresden", {});
    net.start();
  }

  bool rings(const std::string& where, const std::string& who) {
    return net.at(where).desks->line_of(who).has_value();
  }
  std::vector<std::string> ringing(const std::string& who) {
    std::vector<std::string> places;
    for (const auto& [name, one] : net.all())
      if (one.running && rings(name, who))
        places.push_back(name);
    return places;
  }
  void isolate(const std::string& name) {
    for (const auto& [other, one] : net.all())
      if (other != name)
        net.cut(name, other);
  }
  const scn::v1::UserState& known_at(const std::string& where, const std::string& who) {
    return net.at(where).directory->find(who)->state;
  }

  small_network net;
};

using places = std::vector<std::string>;

/// The backups do not hear of a log out; whoever coordinates the next login tells them.
TEST_F(leases, S12_WhoHasLoggedOutAnywhereLogsInAgainAtOnce) {
  for (const auto* where : {"amsterdam", "berlin", "chemnitz", "dresden"})
    for (const auto* next : {"amsterdam", "berlin", "chemnitz", "dresden"}) {
      ASSERT_EQ(net.try_log_in(where, 1, "206", "6666").outcome, outcome::granted) << where;
      ASSERT_EQ(net.try_log_out(where, 1).outcome, outcome::granted) << where;
      net.travelled.clear();
      EXPECT_EQ(net.try_log_in(next, 1, "206", "6666").outcome, outcome::granted)
          << where << ", then " << next;
      EXPECT_LE(
          std::ranges::count_if(net.travelled, [](const auto& one) { return one.has_vote(); }), 2)
          << "a vote more than needed: " << where << ", then " << next;
      ASSERT_EQ(net.try_log_out(next, 1).outcome, outcome::granted) << next;
    }
}

/// A backup that has not heard of a login holds a vote, which fails on what another grantor knows;
/// when the login has ended, the first vote must not stand in the way of the second.
TEST_F(leases, S12_AVoteThatFailedDoesNotStandInTheWayOfTheNext) {
  isolate("chemnitz");
  ASSERT_EQ(net.try_log_in("dresden", 1, "206", "6666").outcome, outcome::granted)
      << "amsterdam and berlin are a majority";
  net.heal();
  net.run(1s); // renewals would tell chemnitz after 10 s
  net.stop(net.at("amsterdam"));
  net.cut("dresden", "berlin"); // so chemnitz is asked
  net.run(5s);
  net.travelled.clear();
  const auto second = net.try_log_in("dresden", 2, "206", "6666");
  EXPECT_EQ(second.outcome, outcome::granted) << second.text;
  EXPECT_EQ(std::ranges::count_if(net.travelled, [](const auto& one) { return one.has_revoke(); }),
            1);
  EXPECT_EQ(net.who_is_at("dresden", 2), "206");
  EXPECT_EQ(net.who_is_at("dresden", 1), "NoUser");
}

TEST_F(leases, S12_WhatABackupDoesNotHaveYetIsKnown) {
  const auto due_at = [&](const std::string& backup) {
    return net.at("amsterdam").desks->copies_due_at(backup);
  };
  EXPECT_EQ(due_at("berlin"), 0u);
  EXPECT_EQ(due_at("dresden"), std::nullopt) << "no backup of amsterdam's";
  net.stop(net.at("berlin"));
  net.run(5s);
  net.stop(net.at("amsterdam"));
  net.boot(net.at("amsterdam"));
  net.run(5s);
  EXPECT_EQ(due_at("berlin"), 3u);
  EXPECT_EQ(due_at("chemnitz"), 0u);
  net.boot(net.at("berlin"));
  net.run(5s);
  EXPECT_EQ(due_at("berlin"), 0u);
}

TEST_F(leases, S12_WithBackupsALoginNeedsTwoOfThree) {
  EXPECT_EQ(ringing("204"), places{"amsterdam"});
  EXPECT_EQ(net.try_log_in("dresden", 1, "204", "1234").outcome, outcome::granted);
  EXPECT_EQ(ringing("204"), places{"dresden"});
  net.stop(net.at("berlin"));
  net.run(5s);
  EXPECT_EQ(net.try_log_in("chemnitz", 1, "204", "1234").outcome, outcome::granted)
      << "amsterdam and chemnitz are a majority";
  net.stop(net.at("chemnitz"));
  net.run(5s);
  const auto alone = net.try_log_in("amsterdam", 1, "204", "1234");
  EXPECT_EQ(alone.outcome, outcome::home_unreachable);
  EXPECT_NE(alone.text.find("Too few of the gateways"), std::string::npos) << alone.text;
}

/// Else an answer that was long on its way would let a login ring when its grantors count it as
/// over.
TEST_F(leases, S12_ALeaseCountsFromWhenItWasAskedForNotFromTheAnswer) {
  ASSERT_EQ(net.try_log_in("dresden", 1, "206", "6666").outcome, outcome::granted);
  const auto renewals = [&] {
    std::vector<scn::v1::Renewal> asked;
    for (const auto& one : net.travelled)
      if (one.has_renewal() && one.renewal().logins(0).extension() == "206")
        asked.push_back(one.renewal());
    return asked;
  };
  const auto run_to_renewals = [&] {
    net.travelled.clear();
    while (renewals().empty())
      net.run(100ms);
  };
  run_to_renewals();
  net.run(lease / 3 - 1s);
  isolate("dresden"); // the next ones are not heard
  run_to_renewals();
  const auto asked = net.now;
  const auto numbers = renewals();
  ASSERT_EQ(numbers.size(), 3U);
  net.run(15s);
  ASSERT_TRUE(rings("dresden", "206"));
  const places grantors{"amsterdam", "berlin", "chemnitz"}; // in whose order they are asked
  for (std::size_t n = 0; n < grantors.size(); ++n) {
    scn::v1::Envelope answer;
    answer.mutable_renewal_answer()->set_number(numbers[n].number());
    net.do_desks(net.at("dresden"), desks::peer_message{grantors[n], answer});
  }
  net.run(asked + lease - 1s - net.now);
  EXPECT_TRUE(rings("dresden", "206"));
  net.run(2s);
  EXPECT_FALSE(rings("dresden", "206"));
}

TEST_F(leases, S11_HomeLostTheLoginGoesOn) {
  ASSERT_EQ(net.try_log_in("dresden", 1, "204", "1234").outcome, outcome::granted);
  net.stop(net.at("amsterdam"));
  net.run(1h);
  EXPECT_EQ(ringing("204"), places{"dresden"});
  EXPECT_EQ(net.at("dresden").desks->at(line_id{1})->settings.name(), "name of 204");
}

TEST_F(leases, S11_ALoginNotSeenByItsHomeForADayEnds) {
  ASSERT_EQ(net.try_log_in("dresden", 1, "204", "1234").outcome, outcome::granted);
  net.stop(net.at("amsterdam"));
  net.run(23h + 59min);
  EXPECT_EQ(net.who_is_at("dresden", 1), "204");
  net.run(2min);
  EXPECT_EQ(net.who_is_at("dresden", 1), "NoUser");
}

TEST_F(leases, S12_HomeLostABackupGrantsALoginElsewhere) {
  ASSERT_EQ(net.try_log_in("dresden", 1, "204", "1234").outcome, outcome::granted);
  const auto before = net.at("dresden").desks->at(line_id{1})->epoch;
  net.stop(net.at("amsterdam"));
  net.run(5s);
  EXPECT_EQ(net.try_log_in("chemnitz", 3, "204", "9999").outcome, outcome::wrong_code);
  EXPECT_EQ(ringing("204"), places{"dresden"});
  EXPECT_EQ(net.try_log_in("chemnitz", 3, "204", "1234").outcome, outcome::granted);
  EXPECT_EQ(ringing("204"), places{"chemnitz"});
  EXPECT_GT(net.at("chemnitz").desks->at(line_id{3})->epoch, before);
  EXPECT_EQ(net.at("chemnitz").desks->at(line_id{3})->settings.name(), "name of 204");
  EXPECT_EQ(known_at("dresden", "204").gateway(), "chemnitz") << "everybody is told";
  EXPECT_EQ(net.try_log_in("dresden", 2, "204", "1234").outcome, outcome::granted)
      << "through a backup that is not here";
  EXPECT_EQ(ringing("204"), places{"dresden"});
}

TEST_F(leases, S12_AHomeThatIsBackLearnsWhatItsBackupsGranted) {
  ASSERT_EQ(ringing("204"), places{"amsterdam"});
  net.stop(net.at("amsterdam"));
  net.run(60s); // the lease of the own desk
  ASSERT_EQ(net.try_log_in("dresden", 1, "204", "1234").outcome, outcome::granted);
  net.boot(net.at("amsterdam"));
  net.run(5s);
  EXPECT_EQ(ringing("204"), places{"dresden"});
  EXPECT_EQ(net.who_is_at("amsterdam", 2), "NoUser");
  EXPECT_EQ(known_at("amsterdam", "204").gateway(), "dresden");
  EXPECT_EQ(known_at("berlin", "204").epoch(), known_at("amsterdam", "204").epoch());
  EXPECT_EQ(net.try_log_out("dresden", 1).outcome, outcome::granted);
  net.run(3s);
  EXPECT_EQ(ringing("204"), places{"amsterdam"}) << "and it is the base user's desk again (H6)";
}

TEST_F(leases, S12_WhereTheFormerLoginCannotBeEndedItsLeaseIsWaitedFor) {
  ASSERT_EQ(net.try_log_in("dresden", 1, "204", "1234").outcome, outcome::granted);
  isolate("dresden");
  net.run(10s);
  const auto refused = net.try_log_in("chemnitz", 1, "204", "1234");
  EXPECT_EQ(refused.outcome, outcome::busy);
  EXPECT_NE(refused.text.find("dresden"), std::string::npos) << refused.text;
  EXPECT_NE(refused.text.find(" s at the latest"), std::string::npos) << refused.text;
  EXPECT_TRUE(rings("dresden", "204"));
  net.run(lease);
  EXPECT_FALSE(rings("dresden", "204")) << "it stops before anybody else may start";
  EXPECT_EQ(net.who_is_at("dresden", 1), "204") << "but is not logged out";
  net.run(5s);
  EXPECT_EQ(net.try_log_in("chemnitz", 1, "204", "1234").outcome, outcome::granted);
  net.heal();
  net.run(5s);
  EXPECT_EQ(net.who_is_at("dresden", 1), "NoUser");
  EXPECT_EQ(ringing("204"), places{"chemnitz"});
  const auto& notes = net.at("dresden").notes;
  EXPECT_TRUE(std::any_of(notes.begin(), notes.end(), [](const std::string& note) {
    return note.find("the login at chemnitz has the higher epoch") != std::string::npos;
  })) << "the log says who won and why (S13)";
}

TEST_F(leases, S13_AnOfficeThatIsCutOffGoesOnWithWhatItHas) {
  ASSERT_EQ(net.try_log_in("amsterdam", 1, "301", "3333").outcome, outcome::granted);
  isolate("amsterdam");
  net.run(60s);
  auto& desks = *net.at("amsterdam").desks;
  EXPECT_EQ(net.who_is_at("amsterdam", 1), "301");
  EXPECT_EQ(net.who_is_at("amsterdam", 2), "204");
  EXPECT_FALSE(desks.line_of("204").has_value());
  EXPECT_EQ(desks.line_here_of("204"), line_id{2}) << "calls from within come to the own desk";
  EXPECT_FALSE(desks.line_here_of("301").has_value()) << "301 may be logged in elsewhere";
  net.heal();
  net.run(5s);
  EXPECT_EQ(ringing("204"), places{"amsterdam"});
  EXPECT_EQ(ringing("301"), places{"amsterdam"});
}

TEST_F(leases, S12_AGatewayThatStartsWhileAHomeIsLostHearsOfItsUsersFromABackup) {
  net.stop(net.at("amsterdam"));
  net.stop(net.at("dresden"));
  net.run(60s);
  net.boot(net.at("dresden"));
  net.run(5s);
  ASSERT_NE(net.at("dresden").directory->find("204"), nullptr);
  EXPECT_EQ(net.try_log_in("dresden", 1, "204", "1234").outcome, outcome::granted);
}

TEST_F(leases, S12_ARestartedBackupKeepsItsPromises) {
  ASSERT_EQ(net.try_log_in("dresden", 1, "204", "1234").outcome, outcome::granted);
  const auto epoch = net.at("dresden").desks->at(line_id{1})->epoch;
  net.stop(net.at("amsterdam"));
  net.run(5s);
  for (const auto* name : {"berlin", "chemnitz"}) {
    net.stop(net.at(name));
    net.boot(net.at(name));
  }
  net.run(5s);
  ASSERT_EQ(net.try_log_in("berlin", 2, "204", "1234").outcome, outcome::granted);
  EXPECT_GT(net.at("berlin").desks->at(line_id{2})->epoch, epoch);
  EXPECT_EQ(ringing("204"), places{"berlin"});
}

/// A backup that stops between its vote and its grant, and starts again: nobody has that login, and
/// nobody is to hear of it.
TEST_F(leases, S12_WhatWasAboutToBeGrantedWhenAGatewayStoppedIsNoLogin) {
  ASSERT_EQ(net.try_log_in("amsterdam", 1, "206", "6666").outcome, outcome::granted);
  isolate("amsterdam");
  net.run(lease + 10s); // its lease is over, too
  net.do_desks(net.at("berlin"), desks::log_in{line_id{2}, "206", "6666", true});
  net.cut("berlin", "chemnitz"); // whose vote is lost
  net.run(500ms);
  net.stop(net.at("berlin"));
  net.heal();
  net.boot(net.at("berlin"));
  net.run(lease);
  EXPECT_EQ(net.who_is_at("amsterdam", 1), "206");
  EXPECT_EQ(ringing("206"), places{"amsterdam"});
  for (const auto* where : {"amsterdam", "berlin", "chemnitz", "dresden"}) {
    EXPECT_EQ(known_at(where, "206").presence(), scn::v1::LOGGED_IN) << where;
    EXPECT_EQ(known_at(where, "206").gateway(), "amsterdam") << where;
  }
}

TEST_F(leases, S12_ADeletedUserIsGoneFromTheBackupsToo) {
  net.do_desks(net.at("amsterdam"), desks::user_deleted{"204"});
  net.run(2s);
  for (const auto* name : {"berlin", "chemnitz"})
    for (const auto& copy : net.at(name).disk.copies)
      EXPECT_NE(copy.who.second, "204");
}

TEST_F(leases, S13_ChangesMadeWhileHomeIsLostGoAlongToTheNextGateway) {
  ASSERT_EQ(net.try_log_in("dresden", 1, "204", "1234").outcome, outcome::granted);
  net.stop(net.at("amsterdam"));
  net.run(5s);
  desks::change_settings wanted{line_id{1}, 1, {}, {}, {}};
  wanted.changes.Add()->set_setting("absence_text");
  wanted.changes[0].set_value("away");
  net.do_desks(net.at("dresden"), wanted);
  ASSERT_EQ(net.try_log_in("chemnitz", 1, "204", "1234").outcome, outcome::granted);
  EXPECT_EQ(net.at("chemnitz").desks->at(line_id{1})->settings.absence_text(), "away");
  net.boot(net.at("amsterdam"));
  net.run(5s);
  const auto& users = net.at("amsterdam").disk.users;
  EXPECT_TRUE(std::any_of(users.begin(), users.end(), [](const user::v1::User& user) {
    return user.extension() == "204" && user.absence_text() == "away";
  }));
  EXPECT_TRUE(net.at("dresden").disk.unmerged.empty());
  EXPECT_EQ(net.at("chemnitz").desks->at(line_id{1})->settings.absence_text(), "away");
}

TEST(sealed_profile, S12_IsOfNoUseWithoutTheNetworkKey) {
  scn::v1::Profile profile;
  profile.mutable_user()->set_extension("204");
  profile.mutable_user()->set_full_name("Anna van der Berg");
  const auto key = small_network::key();
  auto sealed = users::seal(profile, key);
  EXPECT_EQ(sealed.find("Anna"), std::string::npos);
  ASSERT_TRUE(users::unseal(sealed, key).has_value());
  EXPECT_EQ(users::unseal(sealed, key)->user().full_name(), "Anna van der Berg");
  auto other_key = key;
  other_key[31] ^= 1;
  EXPECT_FALSE(users::unseal(sealed, other_key).has_value());
  EXPECT_NE(users::seal(profile, other_key), sealed);
  for (const std::size_t at : {std::size_t{0}, sealed.size() / 2, sealed.size() - 1}) {
    auto damaged = sealed;
    damaged[at] = static_cast<char>(damaged[at] ^ 4);
    EXPECT_FALSE(users::unseal(damaged, key).has_value()) << at;
  }
  EXPECT_FALSE(users::unseal("short", key).has_value());
}

/// What a gateway says of a user whom it never had, and who is no grantor.
TEST_F(leases, S14_AStrangersNoticeLogsNobodyOut) {
  ASSERT_EQ(net.try_log_in("berlin", 1, "206", "6666").outcome, outcome::granted);
  scn::v1::Envelope notice;
  notice.set_protocol(1);
  notice.mutable_logout_notice()->set_extension("206");
  notice.mutable_logout_notice()->set_epoch(1000);
  net.do_desks(net.at("amsterdam"), desks::peer_message{"dresden", notice});
  net.run(1s);
  EXPECT_EQ(ringing("206"), places{"berlin"});
}

TEST_F(leases, S14_ARenewalForUsersWhomNobodyKnowsIsNotKept) {
  scn::v1::Envelope renewal;
  renewal.set_protocol(1);
  for (int n = 0; n < 400; ++n) {
    auto& one = *renewal.mutable_renewal()->add_logins();
    one.set_home("nowhere");
    one.set_extension(std::to_string(70000 + n));
    one.set_line(1);
    one.set_epoch(5);
  }
  const auto before = net.at("amsterdam").disk.ballots.size();
  net.do_desks(net.at("amsterdam"), desks::peer_message{"dresden", renewal});
  EXPECT_EQ(net.at("amsterdam").disk.ballots.size(), before);
}

TEST_F(leases, S12_ADeletedUsersBallotsGoToo) {
  ASSERT_EQ(net.try_log_in("dresden", 1, "206", "6666").outcome, outcome::granted);
  const auto kept_at = [&](const std::string& where) {
    const auto& all = net.at(where).disk.ballots;
    return std::ranges::any_of(all, [](const auto& one) { return one.who.second == "206"; });
  };
  EXPECT_TRUE(kept_at("amsterdam") && kept_at("berlin"));
  net.do_desks(net.at("amsterdam"), desks::user_deleted{"206"});
  net.run(2s);
  EXPECT_FALSE(kept_at("amsterdam") || kept_at("berlin") || kept_at("chemnitz"));
}

/// The home is back, but its disk is full: it refuses what is changed, and asks for nothing.
TEST_F(leases, S13_ARefusedMergeLosesNothing) {
  ASSERT_EQ(net.try_log_in("dresden", 1, "206", "6666").outcome, outcome::granted);
  auto& dresden = net.at("dresden");
  net.stop(net.at("amsterdam"));
  net.run(10s);
  desks::change_settings wanted;
  wanted.line = line_id{1};
  wanted.number = 1;
  auto& one = *wanted.changes.Add();
  one.set_setting("do_not_disturb");
  one.set_value("on");
  net.do_desks(dresden, wanted);
  ASSERT_EQ(dresden.disk.unmerged.size(), 1u);
  dresden.did.clear();
  net.do_desks(dresden, desks::peer_up{"amsterdam"});
  std::uint64_t request = 0;
  for (const auto& action : dresden.did)
    if (const auto* out = std::get_if<desks::send>(&action);
        out && out->message.has_settings_request())
      request = out->message.settings_request().request();
  ASSERT_NE(request, 0u);
  scn::v1::Envelope refused;
  refused.set_protocol(1);
  refused.mutable_settings_answer()->set_request(request);
  refused.mutable_settings_answer()->set_reason(scn::v1::BAD_SETTING);
  net.do_desks(dresden, desks::peer_message{"amsterdam", refused});
  EXPECT_EQ(dresden.disk.unmerged.size(), 1u);
  net.boot(net.at("amsterdam")); // and there is room again
  net.run(40s);
  EXPECT_EQ(dresden.disk.unmerged.size(), 0u);
  const auto& users = net.at("amsterdam").disk.users;
  EXPECT_TRUE(std::ranges::any_of(
      users, [](const auto& user) { return user.extension() == "206" && user.do_not_disturb(); }));
}

} // namespace
} // namespace switchroom::test
