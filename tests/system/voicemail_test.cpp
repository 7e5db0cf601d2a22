// SPDX-License-Identifier: MIT
// A mailbox (S17) with real voices through two simulated boards: what the caller said is what its
// owner hears, at home and where they visit, after the gateway was killed, too.
#include "two_towns.hpp"

namespace switchroom::system_test {
namespace {

/// 201 of amsterdam has a mailbox.
class Mailbox : public TwoTowns {
protected:
  void SetUp() override {
    TwoTowns::SetUp();
    control::v1::Request request;
    request.mutable_put_user()->set_extension("201");
    auto& change = *request.mutable_put_user()->add_changes();
    change.set_setting("voicemail");
    change.set_value("on");
    ASSERT_TRUE(world.ask(world.site("amsterdam"), request).has_done());
  }
  control::v1::Mailbox box() {
    control::v1::Request request;
    request.mutable_mailbox()->set_extension("201");
    return world.ask(world.site("amsterdam"), request).mailbox();
  }
  /// To somebody who is off hook: hears the greeting, skips it, speaks after the beep.
  void leave_message(handset caller, const samples& words) {
    caller.lift();
    caller.dial("201");
    ASSERT_TRUE(world.until([&] { return caller.state() == "overlap"; }, 500)) << caller.state();
    world.run_ms(300);
    EXPECT_GT(caller.listen(400).level_dbm0, -40) << "no greeting";
    caller.dial("#");
    ASSERT_NEAR(caller.listen(150).tone.frequency_hz, 1000, 5) << "no beep";
    world.run_ms(250);
    caller.say(words);
    world.until([&] { return !caller.speaking(); }, 10000);
    world.run_ms(100);
    caller.hang_up();
    ASSERT_TRUE(world.until([&] { return box().messages_size() == 1; }, 500));
  }
  /// *17: the message, whole and as it was said; then menu, delete, the end.
  void expect_message(handset owner, const samples& words, const std::string& who) {
    owner.lift();
    owner.dial("*17");
    ASSERT_TRUE(world.until([&] { return owner.state() == "overlap"; }, 500)) << owner.state();
    world.run_ms(200);
    owner.dial("6"); // not the numbers, the first message
    owner.begin_recording();
    world.run_ms(static_cast<unsigned>(words.size() / 8) + 800);
    expect_same(words, owner.end_recording(), who);
  }
};

TEST_F(Mailbox, S17_WhatTheCallerSaidIsWhatTheOwnerHears) {
  handset own = world.at("amsterdam", 3);
  own.lift(); // busy
  leave_message(world.at("amsterdam", 1), hello);
  own.hang_up();
  ASSERT_EQ(box().messages_size(), 1);
  EXPECT_EQ(box().messages(0).from(), "203");
  EXPECT_FALSE(box().messages(0).heard());

  own.lift();
  const samples stutter = [&] {
    own.begin_recording();
    world.run_ms(900);
    return own.end_recording();
  }();
  // After it has begun: silence between bursts of 100 ms, then a steady tone.
  const auto level = [&](unsigned from, unsigned to) {
    return dsp::level_dbm0(std::span(stutter).subspan(from * 8, (to - from) * 8));
  };
  EXPECT_GT(level(700, 900), -20) << "dial tone in the end";
  double quietest = 0;
  for (unsigned ms = 0; ms < 600; ms += 20)
    quietest = std::min(quietest, level(ms, ms + 20));
  EXPECT_LT(quietest, -55) << "it does not stutter";
  own.hang_up();

  expect_message(own, hello, "203's message at amsterdam");
  own.dial("7");
  EXPECT_EQ(box().messages_size(), 0);
  own.hang_up();
}

TEST_F(Mailbox, S17_AcrossTheNetworkBothWaysAndAfterAKill) {
  log_in_at_bristol();
  handset there = world.at("bristol", 3);
  there.lift(); // busy: bristol sends the caller to amsterdam
  leave_message(world.at("bristol", 1), goodbye);
  there.hang_up();
  world.site("amsterdam").kill();
  world.run_ms(50);
  world.site("amsterdam").start();
  ASSERT_TRUE(world.until([&] { return world.is_ready(world.site("amsterdam")); }, 5000));
  ASSERT_TRUE(world.until([&] { return world.is_ready(world.site("bristol")); }, 5000));
  world.run_ms(200);
  expect_message(there, goodbye, "301's message, heard at bristol");
  there.dial("7");
  EXPECT_TRUE(world.until([&] { return box().messages_size() == 0; }, 300));
  there.hang_up();
}

} // namespace
} // namespace switchroom::system_test
