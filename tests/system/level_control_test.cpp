// SPDX-License-Identifier: MIT
// Whole gateways bring who speaks at a line to the level that the line's key wants: real speech,
// through loops, fabric, meter, link and gains.
#include "../active_speech.hpp"
#include "two_towns.hpp"

#include <cmath>
#include <numbers>
#include <span>
#include <spandsp.h>

namespace switchroom::system_test {
namespace {

constexpr std::size_t second = 8000;

std::vector<site_plan> levelled_town() {
  auto plan = one_town();
  plan[0].speech_levels = {{1, -19}};
  return plan;
}

samples louder(samples all, double db) {
  for (auto& one : all)
    one = static_cast<std::int16_t>(std::lround(one * std::pow(10, db / 20)));
  return all;
}

samples tone(double hz, double seconds, double peak) {
  samples made(static_cast<std::size_t>(seconds * second));
  for (std::size_t n = 0; n < made.size(); ++n)
    made[n] = static_cast<std::int16_t>(
        std::lround(peak * std::sin(2 * std::numbers::pi * hz * static_cast<double>(n) / second)));
  return made;
}

class LevelControl : public SystemTest {
protected:
  LevelControl() : SystemTest(levelled_town()) {}

  /// 12 s of speech at an active level.
  static samples speech(double level_dbm0) {
    samples all = read_speech(prompt("priv-callee-options"));
    all.resize(12 * second);
    return louder(all, level_dbm0 - test::active_speech_dbm0(all));
  }
  /// What `other` hears of it.
  samples pass(const samples& words) {
    two.begin_recording();
    one.say(words);
    world.run_ms(static_cast<unsigned>(words.size() / 8));
    return two.end_recording();
  }
  double gain() { return world.line(site, 1).level_gain_db(); }

  virtual_site& site = world.site("bristol");
  handset one = world.at("bristol", 1), two = world.at("bristol", 2);
};

TEST_F(LevelControl, WhoSpeaksSoftlyIsMadeLouderUntilTheCallEnds) {
  connect(one, two, "302");
  EXPECT_EQ(gain(), 0);
  const auto heard = pass(speech(-29));
  const double first = test::active_speech_dbm0(std::span(heard).first(second)),
               then = test::active_speech_dbm0(std::span(heard).subspan(6 * second));
  std::printf("the first second %.1f dBm0, after 6 s %.1f, gain %+.0f dB\n", first, then, gain());
  EXPECT_NEAR(then, -19 - sim::loop_options{}.loss_db, 2) << "less the far loop's loss";
  EXPECT_LT(first, -25);
  const double learnt = gain();
  EXPECT_GT(learnt, 7);
  // Nobody speaks: what there is, is the noise of the loops, as loud as before.
  world.run_ms(4000);
  EXPECT_EQ(gain(), learnt);
  // The other one has no such key, and is heard as he is.
  one.begin_recording();
  two.say(goodbye);
  world.until([&] { return !two.speaking(); }, 10000);
  expect_same(goodbye, one.end_recording(), "302 to 301");
  EXPECT_EQ(world.line(site, 2).level_gain_db(), 0);
  EXPECT_EQ(gain(), learnt) << "an echo of him is no speech of hers";
  two.hang_up();
  EXPECT_EQ(gain(), 0);
}

TEST_F(LevelControl, WhoSpeaksLoudlyIsMadeSofter) {
  connect(one, two, "302");
  const auto words = speech(-10);
  const auto heard = pass(words);
  const double then = test::active_speech_dbm0(std::span(heard).subspan(6 * second));
  std::printf("after 6 s %.1f dBm0, gain %+.0f dB\n", then, gain());
  EXPECT_NEAR(then, -19 - sim::loop_options{}.loss_db, 2);
  const auto found =
      dsp::compare(std::span(words).subspan(7 * second), std::span(heard).subspan(7 * second));
  EXPECT_EQ(found.slips.size(), 0U);
  EXPECT_EQ(found.gaps, 0U);
}

/// ITU-T G.169, 7.4 and 7.5: signals of other than speech pass as they are.
TEST_F(LevelControl, AnAnswerToneTakesTheGainAway) {
  connect(one, two, "302");
  pass(speech(-29));
  EXPECT_GT(gain(), 7);
  const auto heard = pass(tone(2100, 3, 4000));
  EXPECT_EQ(gain(), 0);
  const auto last = dsp::measure_tone(std::span(heard).last(second));
  EXPECT_NEAR(last.level_dbm0, 20 * std::log10(4000 / 22827.) - 2 * sim::loop_options{}.loss_db,
              0.3);
  pass(speech(-29));
  EXPECT_EQ(gain(), 0) << "until the call is over";
}

/// What is 6 dB or more below what the line hears might be an echo of that.
TEST_F(LevelControl, WhatMightBeAnEchoIsNotFollowed) {
  connect(one, two, "302");
  two.say(tone(700, 13, 10000));
  world.run_ms(1000);
  pass(speech(-29));
  EXPECT_EQ(gain(), 0);
}

TEST_F(LevelControl, TonesDoNotMoveIt) {
  connect(one, two, "302");
  world.run_ms(1000);
  pass(tone(440, 3, 600));
  EXPECT_EQ(gain(), 0);
}

/// Whoever needs much gain dials as loudly as all: libspandsp hears it.
TEST_F(LevelControl, DigitsArriveWhateverTheGainIs) {
  connect(one, two, "302");
  pass(speech(-31));
  const double learnt = gain();
  EXPECT_GT(learnt, 9);
  two.begin_recording();
  one.dial("1234567890");
  EXPECT_EQ(gain(), 0);
  world.run_ms(1000);
  auto heard = two.end_recording();
  dtmf_rx_state_t* receiver = dtmf_rx_init(nullptr, nullptr, nullptr);
  dtmf_rx(receiver, heard.data(), static_cast<int>(heard.size()));
  char digits[32] = {};
  dtmf_rx_get(receiver, digits, sizeof digits - 1);
  dtmf_rx_free(receiver);
  EXPECT_STREQ(digits, "1234567890");
  EXPECT_EQ(gain(), learnt);
}

std::vector<site_plan> town_with_a_trunk() {
  return {{.name = "berlin",
           .number = "30",
           .locale = "DE",
           .people = {{1, "301", ""}, {2, "302", ""}},
           .exchanges = 1,
           .more = line_outside("speech_level_dbm0 = -19")}};
}

class LevelControlOfATrunk : public SystemTest {
protected:
  LevelControlOfATrunk() : SystemTest(town_with_a_trunk()) {}
};

TEST_F(LevelControlOfATrunk, WhoCallsFromFarAwayIsMadeLouder) {
  auto& outside = world.site("berlin").board().exchange_at(0);
  handset called = world.at("berlin", 2);
  outside.call({.number = "030555"});
  ASSERT_TRUE(world.until([&] { return called.rings(); }, 6000));
  called.lift();
  ASSERT_TRUE(world.until([&] { return called.state() == "in call"; }, 1000));
  world.run_ms(100);
  auto words = read_speech(prompt("priv-callee-options"));
  words.resize(12 * second);
  words = louder(words, -28 - test::active_speech_dbm0(words));
  called.begin_recording();
  outside.play(words);
  world.run_ms(12000);
  const auto heard = called.end_recording();
  const double then = test::active_speech_dbm0(std::span(heard).subspan(6 * second));
  std::printf("after 6 s %.1f dBm0\n", then);
  EXPECT_NEAR(then, -19 - sim::loop_options{}.loss_db, 2);
}

} // namespace
} // namespace switchroom::system_test
