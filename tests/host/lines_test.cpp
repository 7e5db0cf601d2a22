// SPDX-License-Identifier: MIT
#include "lines/line.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <set>

namespace switchroom::lines {
namespace {

using namespace std::chrono_literals;

constexpr instant start{};

bool does(const verbs& all, verb one) {
  return std::find(all.begin(), all.end(), one) != all.end();
}

TEST(LineTable, EachPairOnceAndEverythingNamed) {
  std::set<std::pair<state, event>> pairs;
  for (const auto& r : table()) {
    EXPECT_TRUE(pairs.emplace(r.from, r.on).second) << name(r.from) << " × " << name(r.on);
    EXPECT_FALSE(name(r.from).empty());
    EXPECT_FALSE(name(r.on).empty());
    for (const auto v : r.does)
      EXPECT_EQ(name(v).empty(), v == verb::none);
  }
}

TEST(LineTable, EveryStateCanBeReachedAndEndsOnHook) {
  std::set<state> reached{state::idle};
  for (std::size_t round = 0; round < state_count; ++round)
    for (const auto& r : table())
      if (reached.contains(r.from))
        reached.insert(r.to);
  EXPECT_EQ(reached.size(), state_count);
  for (const auto from : reached) {
    const bool ends = std::any_of(table().begin(), table().end(), [&](const rule& r) {
      const auto end = from == state::ringing ? event::ring_over : event::on_hook;
      return r.from == from && r.on == end && r.to == state::idle;
    });
    EXPECT_TRUE(ends || from == state::idle) << name(from);
  }
}

/// Whoever may be in a call leaves it on hook, and is not heard any more.
TEST(LineTable, OnHookLeavesTheCallAndSilences) {
  for (const auto from : {state::waiting, state::ringback, state::overlap, state::in_call})
    for (const auto& r : table())
      if (r.from == from && r.on == event::on_hook) {
        EXPECT_TRUE(does(r.does, verb::release)) << name(from);
        EXPECT_TRUE(does(r.does, verb::hear_nothing)) << name(from);
      }
}

TEST(Line, OneThatRingsShowsNoDigitsOfTheCallBefore) {
  line l{timers{}};
  l.step(event::off_hook, start);
  l.step(event::digit, start, '2');
  l.step(event::on_hook, start);
  l.step(event::ring, start);
  EXPECT_EQ(l.digits(), "");
}

TEST(Line, DialToneStopsAtTheFirstDigit) {
  line l{timers{}};
  EXPECT_TRUE(does(l.step(event::off_hook, start), verb::hear_dial));
  const auto first = l.step(event::digit, start, '2');
  EXPECT_TRUE(does(first, verb::hear_nothing));
  EXPECT_TRUE(does(first, verb::take_digit));
  EXPECT_FALSE(does(l.step(event::digit, start, '0'), verb::hear_nothing));
  EXPECT_EQ(l.digits(), "20");
}

TEST(Line, C5_DialDelayCountsFromTheLastDigit) {
  line l{timers{4s, 30s}};
  l.step(event::off_hook, start);
  EXPECT_EQ(l.next_deadline(), start + 30s);
  l.step(event::digit, start + 1s, '2');
  EXPECT_EQ(l.next_deadline(), start + 5s);
  l.step(event::digit, start + 4s, '0');
  EXPECT_EQ(l.next_deadline(), start + 8s);
  EXPECT_EQ(l.due(start + 7999ms), std::nullopt);
  ASSERT_EQ(l.due(start + 8s), event::dial_delay_over);
  EXPECT_TRUE(does(l.step(event::dial_delay_over, start + 8s), verb::end_digits));
  EXPECT_EQ(l.next_deadline(), start + 34s); // the off-hook time-out, from the last digit
  EXPECT_EQ(l.due(start + 34s), event::patience_over);
  EXPECT_TRUE(does(l.step(event::patience_over, start + 34s), verb::hear_unobtainable));
  EXPECT_TRUE(does(l.step(event::patience_over, start + 64s), verb::hear_nothing));
  EXPECT_EQ(l.state(), state::parked);
  EXPECT_EQ(l.next_deadline(), never);
}

TEST(Line, AStuckKeyEndsInTheOffHookTimeOut) {
  line l{timers{4s, 30s}};
  l.step(event::off_hook, start);
  instant now = start;
  for (int n = 0; n < 1000; ++n)
    l.step(event::digit, now += 50ms, '5');
  EXPECT_EQ(l.digits().size(), line::most_digits);
  EXPECT_LT(l.next_deadline(), start + 50 * 96ms + 31s);
}

TEST(Line, AnsweringStopsTheRingingFirst) {
  line l{timers{}};
  EXPECT_TRUE(does(l.step(event::ring, start), verb::ring_on));
  const auto answered = l.step(event::off_hook, start);
  EXPECT_EQ(answered[0], verb::ring_off);
  EXPECT_EQ(answered[1], verb::answer);
  EXPECT_TRUE(does(l.step(event::off_hook, start), verb::none)); // ring trip came before
  EXPECT_EQ(l.state(), state::in_call);
}

TEST(Line, RingsOnlyWhenIdle) {
  line l{timers{}};
  l.step(event::off_hook, start);
  EXPECT_FALSE(does(l.step(event::ring, start), verb::ring_on));
}

/// What the exchange knows of a line's calls, and the events it may therefore send.
struct two_calls {
  bool rings = false, in_call = false, held = false;
  bool may(event what) const {
    const bool needs_held =
        what == event::resume || what == event::swap || what == event::hand_over;
    const bool needs_none = what == event::flash || what == event::take_waiting;
    return needs_held ? held : !(needs_none && held);
  }
  void take(verb v) {
    EXPECT_FALSE(v == verb::ring_on && rings);
    EXPECT_FALSE(v == verb::ring_off && !rings);
    rings = v == verb::ring_on || (rings && v != verb::ring_off);
    const bool leaves = v == verb::release || v == verb::hold || v == verb::hand_over;
    EXPECT_TRUE(!leaves || in_call) << name(v);
    const bool takes = v == verb::answer || v == verb::unhold || v == verb::take_waiting;
    EXPECT_TRUE(!takes || !in_call) << name(v);
    const bool two = v == verb::swap || v == verb::hand_over;
    EXPECT_TRUE(!two || (in_call && held)) << name(v);
    EXPECT_TRUE(v != verb::unhold || held);
    in_call = (in_call || takes) && !leaves;
    held = (held || v == verb::hold) && v != verb::unhold && v != verb::hand_over;
  }
};

/// Over random events: rings are switched on and off in turn, a call is left exactly once, on hold
/// there is at most one, and what is heard is only ever heard off hook.
TEST(Line, RingAndReleaseArePairedUnderRandomEvents) {
  std::mt19937 random(20261);
  for (int night = 0; night < 200; ++night) {
    line l{timers{}};
    two_calls has;
    for (int n = 0; n < 200; ++n) {
      const auto what = static_cast<event>(random() % event_count);
      if (!has.may(what))
        continue;
      const auto did = l.step(what, start, '5');
      if (what == event::called && l.state() == state::waiting)
        has.in_call = true;
      for (const auto v : did)
        has.take(v);
      if (l.state() == state::tone)
        has.in_call = false; // the far end has gone
      EXPECT_EQ(has.rings, l.state() == state::ringing);
      if (l.state() == state::idle) {
        EXPECT_FALSE(has.in_call);
        has.held = false; // the exchange lets it ring back
      }
    }
  }
}

TEST(Line, S6_AFlashBeginsAnEnquiryWithNewDigits) {
  line l{timers{}};
  l.step(event::ring, start);
  l.step(event::off_hook, start);
  EXPECT_TRUE(does(l.step(event::flash, start), verb::hold));
  EXPECT_EQ(l.state(), state::dial_tone);
  l.step(event::digit, start, '1');
  l.step(event::resume, start);
  EXPECT_EQ(l.state(), state::in_call);
  l.step(event::flash, start);
  l.step(event::digit, start, '2');
  EXPECT_EQ(l.digits(), "2");
}

} // namespace
} // namespace switchroom::lines
