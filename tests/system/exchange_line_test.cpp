// SPDX-License-Identifier: MIT
// Whole gateways, one of which has an analog line to an exchange: its rings, dial tone, reversals
// and breaks pass through the Verilated fabric, and its voice.
#include "two_towns.hpp"

#include <cmath>

namespace switchroom::system_test {
namespace {

using exchange_state = sim::exchange_line::state;

/// Berlin has the line, whose calls 302 gets; who wants to call outside dials 0 first.
std::vector<site_plan> line_at_berlin() {
  return {{.name = "amsterdam", .number = "20", .locale = "NL", .people = {{1, "201", ""}}},
          {.name = "berlin",
           .number = "30",
           .locale = "DE",
           .people = {{1, "301", ""}, {2, "302", ""}},
           .caller_id = "v23",
           .exchanges = 1,
           .more = line_outside()}};
}

class LineToAnExchange : public SystemTest {
protected:
  LineToAnExchange() : SystemTest(line_at_berlin()) {}

  sim::exchange_line& outside() { return world.site("berlin").board().exchange_at(0); }
  bool outside_is(exchange_state wanted, unsigned limit_ms) {
    return world.until([&] { return outside().at() == wanted; }, limit_ms);
  }

  /// Each in turn: the echo of one's own voice is not what is looked at.
  void expect_speech_both_ways(handset phone, const std::string& who) {
    phone.begin_recording();
    outside().play(hello);
    world.run_ms(length_ms(hello) + settles_ms);
    expect_words(hello, phone.end_recording(), who + ", at the phone");
    const auto before = outside().heard().size();
    phone.say(goodbye);
    world.until([&] { return !phone.speaking(); }, 10000);
    world.run_ms(settles_ms);
    const auto& heard = outside().heard();
    samples words;
    for (std::size_t n = before; n < heard.size(); ++n)
      words.push_back(static_cast<std::int16_t>(std::lround(heard[n])));
    expect_words(goodbye, words, who + ", at the exchange");
  }

  handset abroad = world.at("amsterdam", 1), caller = world.at("berlin", 1),
          called = world.at("berlin", 2);

private:
  static constexpr unsigned settles_ms = 150;

  static unsigned length_ms(const samples& words) {
    return static_cast<unsigned>(words.size() / 8);
  }

  static void expect_words(const samples& said, const samples& heard, const std::string& who) {
    const auto found = dsp::compare(said, heard);
    std::printf("%s: SNR %.1f dB, gain %.2f dB, delay %.2f ms\n", who.c_str(), found.snr_db,
                found.gain_db, found.delay_ms());
    EXPECT_EQ(found.result, dsp::outcome::measured) << who;
    EXPECT_NEAR(found.gain_db, -sim::port_options{}.loss_db - sim::loop_options{}.loss_db, 1)
        << who;
    EXPECT_GE(found.snr_db, 25) << who;
    EXPECT_EQ(found.gaps, 0U) << who;
    EXPECT_EQ(found.slips.size(), 0U) << who;
  }
};

TEST_F(LineToAnExchange, RingsWhoGetsItsCallsUntilItsCurrentIsTakenAway) {
  outside().call({.number = "030555"});
  ASSERT_TRUE(world.until([&] { return called.rings(); }, 6000)); // one ring, then who calls
  EXPECT_EQ(outside().at(), exchange_state::ringing) << "answered by nobody";
  ASSERT_TRUE(world.until([&] { return !called.display().empty(); }, 4000));
  EXPECT_EQ(called.display(), "030555");
  called.lift();
  ASSERT_TRUE(outside_is(exchange_state::talking, 500));
  EXPECT_EQ(called.state(), "in call");
  world.run_ms(100);
  expect_speech_both_ways(called, "a call in");
  outside().hang_up();
  EXPECT_TRUE(world.until([&] { return called.state() == "hears tone"; }, 1000));
  EXPECT_TRUE(outside_is(exchange_state::idle, 1000)) << "the line is still seized";
}

TEST_F(LineToAnExchange, IsCalledOutByInTonesAndReleased) {
  caller.lift();
  caller.dial("0123456");
  ASSERT_TRUE(outside_is(exchange_state::ringback, 10000));
  EXPECT_EQ(outside().dialled(), "123456");
  ASSERT_TRUE(outside_is(exchange_state::talking, 3000));
  ASSERT_TRUE(world.until([&] { return caller.state() == "in call"; }, 500));
  world.run_ms(100);
  expect_speech_both_ways(caller, "a call out");
  caller.hang_up();
  EXPECT_TRUE(outside_is(exchange_state::idle, 1000));
}

TEST_F(LineToAnExchange, IsLetGoWhenTheNumberIsBusy) {
  caller.lift();
  caller.dial("0912345");
  ASSERT_TRUE(outside_is(exchange_state::busy, 10000));
  EXPECT_TRUE(outside_is(exchange_state::idle, 5000)) << "busy tone was not understood";
  EXPECT_EQ(caller.state(), "hears tone");
}

TEST_F(LineToAnExchange, S8_IsReachedFromAnotherGatewayByBreakOut) {
  abroad.lift();
  abroad.dial("*80*30#");
  world.run_ms(300);
  abroad.dial("0123456");
  ASSERT_TRUE(outside_is(exchange_state::ringback, 10000));
  EXPECT_EQ(outside().dialled(), "123456");
  ASSERT_TRUE(outside_is(exchange_state::talking, 3000));
  ASSERT_TRUE(world.until([&] { return abroad.state() == "in call"; }, 500));
  world.run_ms(200);
  expect_speech_both_ways(abroad, "by Break Out");
  outside().hang_up();
  EXPECT_TRUE(world.until([&] { return abroad.state() == "hears tone"; }, 1000));
  EXPECT_TRUE(outside_is(exchange_state::idle, 1000));
}

} // namespace
} // namespace switchroom::system_test
