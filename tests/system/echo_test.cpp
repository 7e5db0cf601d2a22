// SPDX-License-Identifier: MIT
// Who speaks into a phone hears himself from the far hybrid, unless the far line's canceller is on.
#include "two_towns.hpp"

#include <span>

namespace switchroom::system_test {
namespace {

class Echo : public SystemTest {
protected:
  Echo() : SystemTest(one_town()) {}

  void cancel(unsigned line, unsigned tail_ms) {
    control::v1::Request r;
    r.mutable_echo()->set_line(line);
    r.mutable_echo()->set_tail_ms(tail_ms);
    EXPECT_TRUE(world.ask(world.site("bristol"), r).has_done());
    world.run_ms(20);
  }
  /// Of what `one` hears of himself while he speaks, in the last `last_s` of it.
  double echo_dbm0(const samples& words, double last_s) {
    one.begin_recording();
    one.say(words);
    world.until([&] { return !one.speaking(); }, 10000);
    const samples heard = one.end_recording();
    const auto last = static_cast<std::size_t>(last_s * 8000);
    EXPECT_GT(heard.size(), last);
    return dsp::level_dbm0(std::span(heard).last(last));
  }

  handset one = world.at("bristol", 1), two = world.at("bristol", 2);
};

TEST_F(Echo, IsTakenOutOfACallByTheFarLinesCanceller) {
  connect(one, two, "302");
  samples words = goodbye;
  words.insert(words.end(), hello.begin(), hello.end());
  cancel(1, 0);
  cancel(2, 0);
  const double heard = echo_dbm0(words, 1.0);
  cancel(2, 16);
  const double left = echo_dbm0(words, 1.0);
  std::printf("echo %.1f dBm0, with the canceller %.1f dBm0\n", heard, left);
  EXPECT_GT(heard, -50);
  EXPECT_LT(left, heard - 25);
  const auto shown = world.line(world.site("bristol"), 2);
  EXPECT_EQ(shown.echo_tail_ms(), 16U);
  // What the far end says goes through the canceller unharmed.
  // Line 1 has none, so that it comes back to line 2 as if the far end had said it.
  expect_heard(two, one, goodbye, "302 to 301");
  expect_heard(one, two, goodbye, "301 to 302");
}

TEST_F(Echo, ALineHasItsCancellerUnasked) {
  connect(one, two, "302");
  EXPECT_EQ(world.line(world.site("bristol"), 1).echo_tail_ms(), 16U);
  EXPECT_EQ(world.line(world.site("bristol"), 2).echo_tail_ms(), 16U);
  expect_heard(one, two, goodbye, "301 to 302");
  two.hang_up();
  EXPECT_EQ(world.line(world.site("bristol"), 2).echo_tail_ms(), 0U);
}

} // namespace
} // namespace switchroom::system_test
