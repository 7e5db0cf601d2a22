// SPDX-License-Identifier: MIT
// One grantor's memory alone: what its votes and confirmations bind (docs/adr/0008).
#include "desks/ballots.hpp"

#include <gtest/gtest.h>

namespace switchroom::desks {
namespace {

using namespace std::chrono_literals;

const identity anna{"amsterdam", "204"};

scn::v1::Vote vote_on(std::uint64_t epoch, const gateway_name& at) {
  scn::v1::Vote vote;
  vote.set_ballot(epoch);
  vote.mutable_login()->set_home(anna.first);
  vote.mutable_login()->set_extension(anna.second);
  vote.mutable_login()->set_gateway(at);
  vote.mutable_login()->set_line(1);
  vote.mutable_login()->set_epoch(epoch);
  return vote;
}

struct Ballots : ::testing::Test {
  bool says_yes(const gateway_name& coordinator, const scn::v1::Vote& vote) {
    return memory.vote(coordinator, vote, now).yes();
  }
  ballots memory{35s};
  instant now{100s};
};

TEST_F(Ballots, S12_AnEpochIsVotedForOnceAndRepeatedToItsCoordinatorAlone) {
  EXPECT_TRUE(says_yes("amsterdam", vote_on(1, "dresden")));
  EXPECT_TRUE(says_yes("amsterdam", vote_on(1, "dresden"))) << "the answer was lost";
  EXPECT_FALSE(says_yes("berlin", vote_on(1, "dresden"))) << "two coordinators, one epoch";
  now += 35s;
  EXPECT_FALSE(says_yes("berlin", vote_on(1, "essen")));
}

TEST_F(Ballots, S12_ALoginStandsUntilItsLeaseIsOverOrItsGatewayHasSaidSo) {
  EXPECT_TRUE(says_yes("amsterdam", vote_on(1, "dresden")));
  now += 34s;
  EXPECT_FALSE(says_yes("berlin", vote_on(2, "essen")));
  auto elsewhere = vote_on(2, "essen");
  elsewhere.add_ended()->set_gateway("essen");
  elsewhere.mutable_ended(0)->set_epoch(1);
  EXPECT_FALSE(says_yes("berlin", elsewhere)) << "the word of a gateway where it was not";
  elsewhere.mutable_ended(0)->set_gateway("dresden");
  EXPECT_TRUE(says_yes("berlin", elsewhere));
}

TEST_F(Ballots, S12_AWithdrawnVoteStandsInNobodysWay) {
  EXPECT_TRUE(says_yes("amsterdam", vote_on(1, "dresden")));
  EXPECT_FALSE(memory.withdraw(anna, "berlin", 1));
  EXPECT_FALSE(says_yes("berlin", vote_on(2, "essen"))) << "not berlin's to withdraw";
  EXPECT_FALSE(memory.withdraw(anna, "amsterdam", 2));
  EXPECT_FALSE(says_yes("berlin", vote_on(2, "essen"))) << "another epoch";
  EXPECT_TRUE(memory.withdraw(anna, "amsterdam", 1));
  EXPECT_FALSE(says_yes("berlin", vote_on(1, "essen"))) << "what was promised is promised";
  EXPECT_TRUE(says_yes("berlin", vote_on(2, "essen")));
}

TEST_F(Ballots, S12_AGrantedLoginCannotBeWithdrawn) {
  EXPECT_TRUE(says_yes("amsterdam", vote_on(1, "dresden")));
  EXPECT_EQ(memory.renew(anna, {"dresden", 1, 1}, now), ballots::renewed::confirmed);
  EXPECT_FALSE(memory.withdraw(anna, "amsterdam", 1));
  EXPECT_FALSE(says_yes("berlin", vote_on(2, "essen")));
}

} // namespace
} // namespace switchroom::desks
