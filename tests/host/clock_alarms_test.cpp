// SPDX-License-Identifier: MIT
// What the board says of its clock becomes alarms, and passes.
#include "office.hpp"

namespace switchroom::app {
namespace {
using regs::clock_state;
using regs::event_kind;

/// A board with one span (reference 0) and the external input (reference 1).
struct timed_office : office {
  timed_office()
      : office(":memory:", [] {
          clock_settings clock;
          clock.references = {1, clock_settings::external};
          return clock;
        }()) {}
  void state(clock_state now) {
    tell_of_clock(event_kind::clock_state, now == clock_state::locked ? 0 : 255,
                  static_cast<std::uint16_t>(now));
  }
};

TEST(ClockAlarms, HoldoverIsAnAlarmUntilAReferenceIsFollowedAgain) {
  timed_office o;
  EXPECT_EQ(o.alarms().count("clock-no-reference"), 0u);
  o.state(clock_state::locked);
  o.state(clock_state::holdover);
  ASSERT_EQ(o.alarms().count("clock-no-reference"), 1u);
  EXPECT_NE(o.alarms().at("clock-no-reference").remedy().find("[clock]"), std::string::npos);
  o.state(clock_state::acquiring);
  EXPECT_EQ(o.alarms().count("clock-no-reference"), 0u);
  o.state(clock_state::free_run);
  EXPECT_EQ(o.alarms().count("clock-no-reference"), 1u);
  o.lose_board();
  EXPECT_EQ(o.alarms().count("clock-no-reference"), 0u)
      << "that the board is down is said elsewhere";
}

TEST(ClockAlarms, AReferenceThatIsLostIsNamed) {
  timed_office o;
  o.tell_of_clock(event_kind::clock_reference, 0, 1);
  o.tell_of_clock(event_kind::clock_reference, 0, 0);
  o.tell_of_clock(event_kind::clock_reference, 1, 0);
  o.tell_of_clock(event_kind::clock_reference, 9, 0); // there is no such
  const auto standing = o.alarms();
  ASSERT_EQ(standing.count("clock-reference-lost-span-1"), 1u);
  EXPECT_NE(standing.at("clock-reference-lost-span-1").what().find("span 1"), std::string::npos);
  EXPECT_EQ(standing.count("clock-reference-lost-external"), 1u);
  o.tell_of_clock(event_kind::clock_reference, 0, 1);
  EXPECT_EQ(o.alarms().count("clock-reference-lost-span-1"), 0u);
}

TEST(ClockAlarms, OfAReferenceWithoutASignalTheSpansAlarmIsEnough) {
  clock_settings clock;
  clock.references = {1, clock_settings::external};
  office o(":memory:", clock, {{"city", 1, {1}, "", 0, {}}});
  const std::uint16_t no_signal = regs::e1_block::status::los::of(1);
  o.tell_of_span(0, no_signal);
  o.tell_of_clock(event_kind::clock_reference, 0, 0);
  EXPECT_EQ(o.alarms().count("span-1"), 1u);
  EXPECT_EQ(o.alarms().count("clock-reference-lost-span-1"), 0u);
  o.tell_of_clock(event_kind::clock_reference, 1, 0);
  EXPECT_EQ(o.alarms().count("clock-reference-lost-external"), 1u);
  o.tell_of_span(0, 0);
  EXPECT_EQ(o.alarms().count("span-1"), 0u);
  EXPECT_EQ(o.alarms().count("clock-reference-lost-span-1"), 1u) << "it is not good for long yet";
  o.tell_of_span(0, no_signal);
  EXPECT_EQ(o.alarms().count("clock-reference-lost-span-1"), 0u);
  o.tell_of_span(0, 0);
  o.tell_of_clock(event_kind::clock_reference, 0, 1);
  EXPECT_EQ(o.alarms().count("clock-reference-lost-span-1"), 0u);
}

TEST(ClockAlarms, WhereNothingIsToBeFollowedNothingIsWrong) {
  office o(":memory:");
  o.tell_of_clock(event_kind::clock_state, 255, static_cast<std::uint16_t>(clock_state::free_run));
  EXPECT_EQ(o.alarms().count("clock-no-reference"), 0u);
}

} // namespace
} // namespace switchroom::app
