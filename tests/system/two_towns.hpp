// SPDX-License-Identifier: MIT
/// The world of the story: Amsterdam and Bristol, whose country rings in short bursts, and what
/// their people say.
#pragma once
#include "switchroom/dsp/measure.hpp"
#include "virtual_world.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>

namespace switchroom::system_test {

/// 201's own desk is line 3; 202 takes the calls for Amsterdam's "11", 302 for Bristol's. Line 4
/// of both is nobody's.
inline std::vector<site_plan> two_towns() {
  return {{.name = "amsterdam",
           .number = "20",
           .locale = "NL",
           .people = {{1, "203", ""}, {2, "202", ""}, {3, "201", "12", "77", "203"}},
           .short_codes = {{"11", "202"}}},
          {.name = "bristol",
           .number = "30",
           .locale = "GB",
           .people = {{1, "301", ""}, {2, "302", ""}, {3, "303", ""}},
           .short_codes = {{"11", "302"}}}};
}

/// A prompt of the Debian package asterisk-core-sounds-en-wav.
inline std::filesystem::path prompt(const std::string& name) {
  return std::filesystem::path("/usr/share/asterisk/sounds/en") / (name + ".wav");
}

/// Speech is the same as it was said, less the loops' own loss: level within 1 dB, SNR as
/// scripts/story.py asks, whole.
inline void expect_same(const samples& said, const samples& heard, const std::string& who) {
  constexpr double loss_db = 2 * sim::loop_options{}.loss_db;
  const auto found = dsp::compare(said, heard);
  ASSERT_EQ(found.result, dsp::outcome::measured) << who << ": " << dsp::to_string(found.result);
  EXPECT_NEAR(found.gain_db, -loss_db, 1) << who;
  EXPECT_GE(found.snr_db, 25) << who;
  EXPECT_EQ(found.slips.size(), 0U) << who;
  EXPECT_EQ(found.gaps, 0U) << who;
  EXPECT_GT(found.covered, 0.99) << who;
  std::printf("%s: SNR %.1f dB, gain %.2f dB, %.2f ms after the recording began\n", who.c_str(),
              found.snr_db, found.gain_db, found.delay_ms());
}

class TwoTowns : public ::testing::Test {
protected:
  explicit TwoTowns(const std::vector<site_plan>& plans = two_towns()) : world(plans) {}
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

  /// One speaks, then the other; each hears the other's words.
  void expect_speech_both_ways(handset one, handset other) {
    other.begin_recording();
    one.say(hello);
    world.until([&] { return !one.speaking(); }, 10000);
    world.run_ms(60);
    expect_same(hello, other.end_recording(), "there");
    one.begin_recording();
    other.say(goodbye);
    world.until([&] { return !other.speaking(); }, 10000);
    world.run_ms(60);
    expect_same(goodbye, one.end_recording(), "back");
  }

  /// 201 goes to Bristol's line 3 and logs in there.
  void log_in_at_bristol() {
    handset there = world.at("bristol", 3);
    there.lift();
    there.dial("*35*201*12#");
    ASSERT_TRUE(world.until([&] { return there.user() == "201"; }, 500));
    there.hang_up();
  }

  virtual_world world;
  samples hello, goodbye;
};

} // namespace switchroom::system_test
