// SPDX-License-Identifier: MIT
// What the displays of analog phones show, in whole gateways with their boards: Amsterdam tells
// after the first ring, Bristol before it.
#include "two_towns.hpp"

namespace switchroom::system_test {
namespace {

std::vector<site_plan> with_displays(const char* amsterdam, const char* bristol) {
  auto plans = two_towns();
  plans[0].caller_id = amsterdam;
  plans[1].caller_id = bristol;
  return plans;
}

class CallerIdTest : public SystemTest {
protected:
  CallerIdTest(const char* amsterdam, const char* bristol)
      : SystemTest(with_displays(amsterdam, bristol)) {}

  bool shows(handset phone, const std::string& what, unsigned limit_ms = 4000) {
    const bool did = world.until([&] { return phone.display() == what; }, limit_ms);
    EXPECT_EQ(phone.display(), what);
    return did;
  }
  /// Some 0.4 s of its message are over.
  void ring_until_the_message(handset caller, handset called, const std::string& digits) {
    caller.lift();
    caller.dial(digits);
    ASSERT_TRUE(called.is_rung());
    world.until([&] { return !called.rings(); }, 2000);
    world.run_ms(500 + 400);
    ASSERT_EQ(called.display(), "");
  }
  /// 202 lets calls wait, talks with 301 and is called by 203.
  void wait_for_203() {
    a2.lift();
    a2.dial("*15");
    world.run_ms(300);
    a2.hang_up();
    connect(b1, a2, "202");
    a1.lift();
    a1.dial("202");
  }
  /// It is as if nothing but voice had been there.
  void expect_voice(handset one, handset other) {
    expect_heard(one, other, hello, "caller to called");
    expect_heard(other, one, goodbye, "called to caller");
  }

  handset a1 = world.at("amsterdam", 1), a2 = world.at("amsterdam", 2),
          a3 = world.at("amsterdam", 3), b1 = world.at("bristol", 1), b2 = world.at("bristol", 2);
};

class CallerId : public CallerIdTest {
protected:
  CallerId() : CallerIdTest("v23", "v23-before-ringing") {}
};

class CallerIdBell : public CallerIdTest {
protected:
  CallerIdBell() : CallerIdTest("bell202", "off") {}
};

TEST_F(CallerId, C9_AfterTheFirstRingHereAndAcross) {
  a1.lift();
  a1.dial("202");
  ASSERT_TRUE(a2.is_rung());
  shows(a2, "203 Person 203");
  world.until([&] { return a2.cadence_ms().size() >= 3; }, 8000);
  EXPECT_NEAR(a2.cadence_ms()[0], 1000, 60);
  EXPECT_NEAR(a2.cadence_ms()[1], 4000, 60) << "the cadence is the country's";
  a2.lift();
  ASSERT_TRUE(is_up(a1, a2));
  world.run_ms(60);
  expect_voice(a1, a2);
  a1.hang_up();
  a2.hang_up();
  b1.lift();
  b1.dial("202");
  ASSERT_TRUE(a2.is_rung());
  shows(a2, "301 Person 301");
}

TEST_F(CallerId, C9_BeforeItRingsAfterAReversal) {
  a1.lift();
  a1.dial("302");
  ASSERT_TRUE(world.until([&] { return b2.battery_reversed(); }, 500));
  ASSERT_TRUE(world.until([&] { return b2.rings(); }, 2500));
  EXPECT_EQ(b2.display(), "203 Person 203") << "shown before it rings";
  world.until([&] { return b2.cadence_ms().size() >= 4; }, 4000);
  EXPECT_FALSE(b2.battery_reversed());
  EXPECT_NEAR(b2.cadence_ms()[0], 400, 60);
  EXPECT_EQ(b2.display(), "203 Person 203");
  b2.lift();
  ASSERT_TRUE(is_up(a1, b2));
  world.run_ms(100);
  expect_voice(a1, b2);
}

TEST_F(CallerId, C9_WhoHasNoNumberIsWithheld) {
  handset nobodys = world.at("amsterdam", 4);
  nobodys.lift();
  nobodys.dial("202");
  ASSERT_TRUE(a2.is_rung());
  shows(a2, "withheld");
}

TEST_F(CallerId, C9_AnswerInTheMidstOfTheMessage) {
  ring_until_the_message(a1, a2, "202");
  a2.begin_recording();
  a2.lift_at_once();
  ASSERT_TRUE(is_up(a1, a2));
  world.run_ms(300);
  auto heard = a2.end_recording();
  // The hook's debouncing, the event's way to the host and the answer's to the board.
  const auto after = samples(heard.end() - 250 * 8, heard.end());
  EXPECT_LT(dsp::level_dbm0(after), -50) << "the message is still heard";
  expect_voice(a1, a2);
  EXPECT_EQ(a2.display(), "");
}

TEST_F(CallerId, C9_AnswerInTheMidstOfTheMessageBeforeItRings) {
  b1.lift();
  b1.dial("302");
  ASSERT_TRUE(world.until([&] { return b2.battery_reversed(); }, 500));
  world.run_ms(150 + 100 + 100 + 300);
  b2.lift_at_once();
  ASSERT_TRUE(is_up(b1, b2));
  world.run_ms(60);
  EXPECT_FALSE(b2.battery_reversed());
  expect_voice(b1, b2);
  world.run_ms(1500);
  EXPECT_FALSE(b2.rings());
}

TEST_F(CallerId, C9_TheCallerGivesUpInTheMidstOfTheMessage) {
  ring_until_the_message(a1, a2, "202");
  a1.hang_up();
  ASSERT_TRUE(world.until([&] { return a2.state() == "idle"; }, 500));
  a2.lift();
  EXPECT_NEAR(a2.listen(200).level_dbm0, -12 - sim::loop_options{}.loss_db, 0.5) << "dial tone";
}

TEST_F(CallerIdBell, C9_ByBell202) {
  b1.lift();
  b1.dial("202");
  ASSERT_TRUE(a2.is_rung());
  shows(a2, "301 Person 301");
  a2.lift();
  ASSERT_TRUE(is_up(b1, a2));
  world.run_ms(60);
  expect_voice(b1, a2);
}

TEST_F(CallerIdBell, C9_NothingIsSentToALineThatHasNoDisplay) {
  a1.lift();
  a1.dial("302");
  ASSERT_TRUE(b2.is_rung());
  world.run_ms(4000);
  EXPECT_EQ(b2.display(), "");
  EXPECT_FALSE(b2.battery_reversed());
}

// 202 talks with 301 of Bristol when 203 calls.
TEST_F(CallerId, C9_S6_WhoWaitsIsShownInTheCall) {
  wait_for_203();
  b1.begin_recording();
  ASSERT_TRUE(shows(a2, "(waits) 203 Person 203", 3000));
  world.run_ms(300);
  const auto heard = b1.end_recording();
  for (std::size_t n = 0; n + 160 <= heard.size(); n += 160)
    EXPECT_LT(dsp::level_dbm0(dsp::samples(heard).subspan(n, 160)), -30)
        << "no more than the echo of the tone at " << n / 8 << " ms";
  expect_voice(b1, a2);
}

TEST_F(CallerIdBell, C9_S6_WhoWaitsByBell202) {
  wait_for_203();
  ASSERT_TRUE(shows(a2, "(waits) 203 Person 203", 3000));
  world.run_ms(300);
  expect_voice(b1, a2);
}

TEST_F(CallerId, C9_S6_APhoneWithoutADisplayLosesHalfASecond) {
  a2.have_no_display();
  wait_for_203();
  a2.begin_recording();
  b1.say(samples(8 * 2000, 4000)); // as loud from end to end
  world.run_ms(1900);
  const auto heard = a2.end_recording();
  unsigned lost_ms = 0;
  for (std::size_t n = 0; n + 8 <= heard.size(); n += 8)
    lost_ms += heard[n] < 2500;
  std::printf("for the tone, the alert and who does not answer it: %u ms\n", lost_ms);
  EXPECT_GT(lost_ms, 600U); // of the tone alone
  EXPECT_LT(lost_ms, 600U + 500U + 60U);
  expect_voice(b1, a2);
}

TEST_F(CallerId, C9_S6_WhoWaitsIsAnsweredInTheMidstOfTheMessage) {
  wait_for_203();
  world.run_ms(600 + 80 + 300 + 100);
  ASSERT_EQ(a2.display(), "");
  a2.flash();
  ASSERT_TRUE(world.until([&] { return a1.state() == "in call"; }, 700));
  world.run_ms(1200); // the phone may think that a message comes, and hear and say nothing
  expect_heard(a1, a2, hello, "who waited to 202");
  expect_heard(a2, a1, goodbye, "202 to who waited");
}

} // namespace
} // namespace switchroom::system_test
