// SPDX-License-Identifier: MIT
// The story of docs/: a person's phone is wherever they log in. Told by phones alone: digits are
// tones that the fabric detects, and what is heard is judged from recordings.
#include "two_towns.hpp"

namespace switchroom::system_test {
namespace {

class Story : public TwoTowns {};

constexpr double most_delay_ms = 60; // one way through both gateways, jitter buffer of 20 ms
constexpr double cadence_ms = 60;    // the ringer sees bursts of 25 Hz

TEST_F(Story, H1_H2_H4_S3_TheNumberRingsWhereThePersonLoggedInAndSpeechPassesBothWays) {
  handset caller = world.at("amsterdam", 1), own_desk = world.at("amsterdam", 3);
  handset there = world.at("bristol", 3);
  log_in_at_bristol();
  EXPECT_EQ(own_desk.user(), "") << "two ports for one login (H4)";

  caller.lift();
  caller.dial("201");
  ASSERT_TRUE(there.is_rung());
  EXPECT_FALSE(own_desk.rings());
  EXPECT_NEAR(caller.listen().tone.frequency_hz, 425, 2) << "ringback of Bristol, not Amsterdam";
  // Great Britain's cadence, not that of the caller's country: 400 ms on, 200 off, 400 on.
  ASSERT_TRUE(world.until([&] { return there.cadence_ms().size() >= 3; }, 2000));
  EXPECT_NEAR(there.cadence_ms()[0], 400, cadence_ms);
  EXPECT_NEAR(there.cadence_ms()[1], 200, cadence_ms);
  EXPECT_NEAR(there.cadence_ms()[2], 400, cadence_ms);
  EXPECT_FALSE(own_desk.rings());

  there.lift();
  EXPECT_TRUE(is_up(caller, there));
  world.run_ms(60);
  const double delay_there = expect_heard(caller, there, hello, "203 to 201");
  const double delay_back = expect_heard(there, caller, goodbye, "201 to 203");
  EXPECT_LE(delay_there, most_delay_ms);
  EXPECT_LE(delay_back, most_delay_ms);
}

TEST_F(Story, S3_S8_H6_AVisitorDialsAsOneOfTheTownAndBreaksOutAndGoesHome) {
  handset there = world.at("bristol", 3), own_desk = world.at("amsterdam", 3);
  log_in_at_bristol();

  there.lift();
  const auto dial_tone = there.listen();
  EXPECT_TRUE(std::abs(dial_tone.tone.frequency_hz - 350) < 2 ||
              std::abs(dial_tone.tone.frequency_hz - 440) < 2)
      << "not Great Britain's dial tone: " << dial_tone.tone.frequency_hz;
  there.dial("15");
  EXPECT_TRUE(world.at("bristol", 2).is_rung()) << "15 is the visited town's (S3)";
  there.hang_up();

  there.lift();
  there.dial("77");
  EXPECT_TRUE(world.at("amsterdam", 1).is_rung()) << "a short code of one's own came along";
  EXPECT_FALSE(world.at("amsterdam", 2).rings());
  there.hang_up();

  there.lift();
  there.dial("*80*20#");
  world.run_ms(100);
  EXPECT_NEAR(there.listen(150).tone.frequency_hz, 425, 2) << "no dial tone of Amsterdam (S8)";
  there.dial("15");
  EXPECT_TRUE(world.at("amsterdam", 2).is_rung()) << "15 as if at Amsterdam (S8)";
  there.hang_up();

  there.lift();
  there.dial("*36");
  EXPECT_TRUE(world.until([&] { return there.user() == "303"; }, 500)) << "the base user (H6)";
  EXPECT_TRUE(world.until([&] { return own_desk.user() == "201"; }, 500)) << "the own desk (H6)";
  there.hang_up();
  handset caller = world.at("amsterdam", 1);
  caller.lift();
  caller.dial("201");
  EXPECT_TRUE(own_desk.is_rung());
  EXPECT_FALSE(there.rings());
}

// Three people try at once; a fourth goes on talking.
TEST_F(Story, S1_H3_H5_WrongCodesAreRefusedAndAnotherCallIsUnharmed) {
  handset here = world.at("amsterdam", 1), far = world.at("bristol", 1);
  handset two = world.at("bristol", 2), three = world.at("bristol", 3);
  handset four = world.at("bristol", 4);
  connect(here, far, "301"); // known at Amsterdam without being told (S1)
  far.begin_recording();
  here.say(hello);

  const auto refused = [&](std::vector<std::pair<handset, std::string>> attempts) {
    for (auto& [who, digits] : attempts)
      who.lift();
    for (auto& [who, digits] : attempts)
      who.press(digits);
    for (auto& [who, digits] : attempts)
      EXPECT_TRUE(world.until([&] { return who.state() == "hears tone"; }, 3000)) << digits;
    for (auto& [who, digits] : attempts)
      who.begin_recording();
    world.run_ms(130);
    for (auto& [who, digits] : attempts)
      EXPECT_GT(dsp::level_dbm0(who.end_recording()), -30) << "no tone after " << digits;
    for (auto& [who, digits] : attempts)
      who.hang_up();
  };
  // Nobody has 999; 202 has no login code (H3).
  refused({{two, "*35*999*1#"}, {three, "*35*201*9#"}, {four, "*35*201*9#"}});
  refused({{two, "*35*202*1#"}, {three, "*35*201*9#"}, {four, "*35*201*9#"}});
  EXPECT_EQ(world.line(world.site("bristol"), 3).wrong_codes(), 2U);
  refused({{three, "*35*201*12#"}}); // right, after four wrong ones for this user
  EXPECT_EQ(two.user(), "302");
  EXPECT_EQ(three.user(), "303");
  EXPECT_EQ(four.user(), "");
  EXPECT_EQ(world.at("amsterdam", 3).user(), "201");

  expect_same(hello, far.end_recording(), "203 to 301 meanwhile");
  expect_heard(far, here, goodbye, "301 to 203 afterwards");
}

} // namespace
} // namespace switchroom::system_test
