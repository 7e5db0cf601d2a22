// SPDX-License-Identifier: MIT
// A simulated board that is slower than real time: operators are told how slow, and what to do.
#include "office.hpp"

namespace switchroom::app {
namespace {

constexpr const char* alarm_id = "board-slow";
/// A second until frames are counted, and a window.
constexpr auto known = 1s + board_pace::window;

TEST(BoardPace, ASlowBoardIsAnAlarmUntilItKeepsUp) {
  office o(":memory:");
  EXPECT_EQ(o.status().board_speed(), 0) << "nothing is known yet";
  o.run_board(known, 0.78);
  ASSERT_EQ(o.alarms().count(alarm_id), 1u);
  EXPECT_NE(o.alarms().at(alarm_id).what().find("0.78"), std::string::npos);
  EXPECT_NE(o.alarms().at(alarm_id).remedy().find("fewer lines"), std::string::npos);
  EXPECT_NEAR(o.status().board_speed(), 0.78, 0.001);
  o.run_board(board_pace::window, 0.97); // neither well nor slow: as it was
  EXPECT_EQ(o.alarms().count(alarm_id), 1u);
  o.run_board(board_pace::window, 1);
  EXPECT_EQ(o.alarms().count(alarm_id), 0u);
  EXPECT_NEAR(o.status().board_speed(), 1, 0.001);
}

TEST(BoardPace, AHiccupThatIsMadeUpForIsNone) {
  office o(":memory:");
  o.run_board(1s, 1);
  o.run_board(1s, 0.1);
  o.run_board(1s, 1.9);
  o.run_board(board_pace::window, 1);
  EXPECT_EQ(o.alarms().count(alarm_id), 0u);
}

TEST(BoardPace, ABoardThatIsLostHasNoSpeed) {
  office o(":memory:");
  o.run_board(known, 0.5);
  ASSERT_EQ(o.alarms().count(alarm_id), 1u);
  o.lose_board();
  EXPECT_EQ(o.alarms().count(alarm_id), 0u) << "that it is down is said elsewhere";
  EXPECT_EQ(o.status().board_speed(), 0);
}

TEST(BoardPace, FrameNumbersWrap) {
  board_pace pace;
  const std::uint32_t first = 0xffff'f000;
  const instant begin{1s};
  EXPECT_EQ(pace.look(begin, first), begin + board_pace::window);
  pace.look(begin + board_pace::window, first + 80'000);
  EXPECT_NEAR(pace.speed().value_or(0), 1, 1e-9);
  EXPECT_FALSE(pace.is_slow());
}

} // namespace
} // namespace switchroom::app
