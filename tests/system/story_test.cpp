// SPDX-License-Identifier: MIT
// The story of docs/: a person's phone is wherever they log in. Told by phones alone: digits are
// tones that the fabric detects, and what is heard is judged from recordings.
#include "two_towns.hpp"

namespace switchroom::system_test {
namespace {

class Story : public TwoTowns {};

TEST_F(Story, H1_H2_H4_S3_TheNumberRingsWhereThePersonLoggedInAndSpeechPassesBothWays) {
  handset caller = world.at("amsterdam", 1), own_desk = world.at("amsterdam", 3);
  handset there = world.at("bristol", 3);
  log_in_at_bristol();
  EXPECT_EQ(own_desk.user(), "") << "two ports for one login (H4)";

  caller.lift();
  caller.dial("201");
  ASSERT_TRUE(there.is_rung());
  EXPECT_FALSE(own_desk.rings());
  const auto ringback = caller.listen();
  EXPECT_NEAR(ringback.tone.frequency_hz, 425, 2);
  // Great Britain's cadence, not that of the caller's country: 400 ms on, 200 off, 400 on.
  ASSERT_TRUE(world.until([&] { return there.cadence_ms().size() >= 3; }, 2000));
  EXPECT_NEAR(there.cadence_ms()[0], 400, 60);
  EXPECT_NEAR(there.cadence_ms()[1], 200, 60);
  EXPECT_NEAR(there.cadence_ms()[2], 400, 60);
  EXPECT_FALSE(own_desk.rings());

  there.lift();
  EXPECT_EQ(there.state(), "in call");
  EXPECT_EQ(caller.state(), "in call");
  world.run_ms(60);
  expect_speech_both_ways(caller, there);
}

} // namespace
} // namespace switchroom::system_test
