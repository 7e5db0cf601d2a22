// SPDX-License-Identifier: MIT
/// The worlds of the tests: Amsterdam and Bristol, whose country rings in short bursts, and what
/// their people say.
#pragma once
#include "../speech.hpp"
#include "switchroom/dsp/measure.hpp"
#include "virtual_world.hpp"

#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>

namespace switchroom::system_test {

using test::prompt;

/// 201's own desk is line 3; 202 takes the calls for Amsterdam's "15", 302 for Bristol's (it is 11
/// in scripts/story.py, where there is time to wait whether it becomes 112). Line 4 of both is
/// nobody's.
inline std::vector<site_plan> two_towns() {
  return {{.name = "amsterdam",
           .number = "20",
           .locale = "NL",
           .people = {{1, "203", ""}, {2, "202", ""}, {3, "201", "12", "77", "203"}},
           .short_codes = {{"15", "202"}}},
          {.name = "bristol",
           .number = "30",
           .locale = "GB",
           .people = {{1, "301", ""}, {2, "302", ""}, {3, "303", ""}},
           .short_codes = {{"15", "302"}}}};
}

/// Bristol alone, with the short codes of rule C6.
inline std::vector<site_plan> one_town() {
  auto plan = two_towns()[1];
  plan.short_codes = {{"601", "301"}, {"60X", "302"}, {"60N", "303"}};
  return {plan};
}

/// A trunk of one analog line, by which line group "outside" leads, and who calls is put through to
/// 302. `keys`: more of the trunk.
inline std::string line_outside(const std::string& keys = {}) {
  return R"(
[[trunk]]
name = "city"
kind = "analog"
lines = [31]
)" + keys +
         R"(
[[trunk.short_code]]
code = "?"
feature = "dial"
number = "302"
[[line_group]]
name = "outside"
trunks = ["city"]
)";
}

/// The same words, less the loops' own loss: level within 1 dB, SNR as scripts/story.py asks,
/// whole. Gives how long after the beginning of the recording they came, in ms.
inline double expect_same(const samples& said, const samples& heard, const std::string& who) {
  constexpr double loss_db = 2 * sim::loop_options{}.loss_db;
  const auto found = dsp::compare(said, heard);
  EXPECT_EQ(found.result, dsp::outcome::measured) << who << ": " << dsp::to_string(found.result);
  EXPECT_NEAR(found.gain_db, -loss_db, 1) << who;
  EXPECT_GE(found.snr_db, 25) << who;
  EXPECT_EQ(found.slips.size(), 0U) << who;
  EXPECT_EQ(found.gaps, 0U) << who;
  EXPECT_GT(found.covered, 0.99) << who;
  std::printf("%s: SNR %.1f dB, gain %.2f dB, delay %.2f ms\n", who.c_str(), found.snr_db,
              found.gain_db, found.delay_ms());
  return found.delay_ms();
}

class SystemTest : public ::testing::Test {
protected:
  explicit SystemTest(const std::vector<site_plan>& plans) : world(plans) {}
  void SetUp() override {
    for (const auto* name : {"hello-world", "vm-goodbye"})
      if (!std::filesystem::exists(prompt(name))) {
        ASSERT_EQ(std::getenv("CI"), nullptr) << prompt(name) << " is missing";
        GTEST_SKIP() << "asterisk-core-sounds-en-wav is not installed";
      }
    hello = read_speech(prompt("hello-world"));
    goodbye = read_speech(prompt("vm-goodbye"));
  }
  void TearDown() override { std::printf("%.2f s of virtual time\n", world.seconds()); }

  /// One speaks and the other hears every word of it. Gives the one-way delay in ms.
  double expect_heard(handset one, handset other, const samples& words, const std::string& who) {
    other.begin_recording();
    one.say(words);
    world.until([&] { return !one.speaking(); }, 10000);
    world.run_ms(60);
    return expect_same(words, other.end_recording(), who);
  }

  /// The wires may take their time to tell of an answer.
  bool is_up(handset one, handset other) {
    return world.until([&] { return one.state() == "in call" && other.state() == "in call"; }, 200);
  }

  /// `one` dials and `other` answers.
  void connect(handset one, handset other, const std::string& digits) {
    one.lift();
    one.dial(digits);
    ASSERT_TRUE(other.is_rung()) << digits;
    other.lift();
    ASSERT_TRUE(is_up(one, other)) << digits;
    world.run_ms(60); // the click of the hook passes
  }

  virtual_world world;
  samples hello, goodbye;
};

class TwoTowns : public SystemTest {
protected:
  TwoTowns() : SystemTest(two_towns()) {}

  /// 201 goes to Bristol's line 3 and logs in there.
  void log_in_at_bristol() {
    handset there = world.at("bristol", 3);
    there.lift();
    there.dial("*35*201*12#");
    ASSERT_TRUE(world.until([&] { return there.user() == "201"; }, 500));
    there.hang_up();
  }
};

} // namespace switchroom::system_test
