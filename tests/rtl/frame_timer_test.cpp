// SPDX-License-Identifier: MIT
// Frame timer: 16 slots of 6 clocks, every output in every clock.
#include <cstdint>

#include <gtest/gtest.h>

#include "Vframe_timer_model.h"
#include "verilated_block.hpp"

namespace {
constexpr unsigned clocks_per_frame = 96, slots = 16, slot_clocks = clocks_per_frame / slots;

class FrameTimer : public testing::TestWithParam<unsigned> {};

TEST_P(FrameTimer, FramesSlotsAndMillisecondsStartWhereTheyShould) {
  switchroom::test::verilated_block<Vframe_timer_model> timer(GetParam());
  timer.reset(1 + static_cast<int>(GetParam()));
  ASSERT_FALSE(timer->frame_stb_o || timer->slot_stb_o || timer->ms_stb_o) << "strobe in reset";
  for (unsigned clock = 0; clock < 20 * clocks_per_frame; ++clock) {
    timer.clock();
    const unsigned in_frame = clock % clocks_per_frame, frame = clock / clocks_per_frame;
    ASSERT_EQ(timer->frame_o, frame) << "clock " << clock;
    ASSERT_EQ(timer->slot_o, in_frame / slot_clocks) << "clock " << clock;
    ASSERT_EQ(timer->frame_stb_o, in_frame == 0) << "clock " << clock;
    ASSERT_EQ(timer->slot_stb_o, in_frame % slot_clocks == 0) << "clock " << clock;
    ASSERT_EQ(timer->ms_stb_o, in_frame == 0 && frame % 8 == 0) << "clock " << clock;
  }
}

TEST_P(FrameTimer, ResetInTheMiddleOfAFrameStartsAtFrameZero) {
  switchroom::test::verilated_block<Vframe_timer_model> timer(GetParam());
  timer.reset();
  for (unsigned clock = 0; clock < 3 * clocks_per_frame + 7 * GetParam(); ++clock)
    timer.clock();
  timer.reset(1);
  timer.clock();
  ASSERT_TRUE(timer->frame_stb_o && timer->slot_stb_o && timer->ms_stb_o);
  ASSERT_EQ(timer->frame_o, 0u);
  ASSERT_EQ(timer->slot_o, 0u);
}

INSTANTIATE_TEST_SUITE_P(Seeds, FrameTimer, testing::Range(0u, 6u));
} // namespace
