// SPDX-License-Identifier: MIT
// Frame timer: 16 slots in frames of 90 clocks, every output in every clock, clocks left out or
// not; frames of a clock more or less; with the slots that nobody needs or without.
#include <algorithm>
#include <cstdint>
#include <random>

#include <gtest/gtest.h>

#include "Vframe_timer_model.h"
#include "verilated_block.hpp"

namespace {
constexpr unsigned clocks_per_frame = 90, slots = 16;

class FrameTimer : public testing::TestWithParam<unsigned> {
protected:
  switchroom::test::verilated_block<Vframe_timer_model> timer{GetParam()};

  /// All outputs in the clock-th clock since reset.
  void expect_clock(unsigned clock) {
    const unsigned in_frame = clock % clocks_per_frame, frame = clock / clocks_per_frame;
    ASSERT_EQ(timer->frame_o, frame) << "clock " << clock;
    ASSERT_EQ(timer->frame_stb_o, in_frame == 0) << "clock " << clock;
    ASSERT_EQ(timer->ms_stb_o, in_frame == 0 && frame % 8 == 0) << "clock " << clock;
    ASSERT_EQ(timer->slot_stb_o, in_frame < slots) << "clock " << clock;
    ASSERT_EQ(timer->slot_o, std::min(in_frame, slots - 1)) << "clock " << clock;
    ASSERT_EQ(timer->left_o, clocks_per_frame - 1 - in_frame) << "clock " << clock;
  }
};

TEST_P(FrameTimer, FramesSlotsAndMillisecondsStartWhereTheyShould) {
  timer->skip_i = timer->longer_i = timer->shorter_i = 0;
  timer->all_slots_i = 1;
  timer->last_slot_i = 3;
  timer.reset(1 + static_cast<int>(GetParam()));
  ASSERT_FALSE(timer->frame_stb_o || timer->slot_stb_o || timer->ms_stb_o) << "strobe in reset";
  for (unsigned clock = 0; clock < 20 * clocks_per_frame; ++clock) {
    timer.clock();
    ASSERT_NO_FATAL_FAILURE(expect_clock(clock));
  }
}

TEST_P(FrameTimer, ClocksThatAreLeftOutCountAsIfTheyHadPassed) {
  std::mt19937 random(GetParam());
  timer->skip_i = timer->longer_i = timer->shorter_i = 0;
  timer->all_slots_i = 1;
  timer->last_slot_i = 3;
  timer.reset();
  for (unsigned clock = 0; clock < 200 * clocks_per_frame; ++clock) {
    timer.clock();
    ASSERT_NO_FATAL_FAILURE(expect_clock(clock));
    const bool all = random() % 4 == 0;
    timer->skip_i = timer->slot_stb_o ? 0 : all ? timer->left_o : random() % (timer->left_o + 1u);
    clock += timer->skip_i;
  }
}

TEST_P(FrameTimer, AFrameHasAClockMoreOrLessAndNothingElseOfItChanges) {
  std::mt19937 random(GetParam());
  timer->skip_i = timer->longer_i = timer->shorter_i = 0;
  timer->all_slots_i = 1;
  timer->last_slot_i = 3;
  timer.reset();
  for (unsigned frame = 0; frame < 2000; ++frame) {
    const int step = static_cast<int>(random() % 3) - 1;
    timer->longer_i = step > 0;
    timer->shorter_i = step < 0;
    const unsigned length = clocks_per_frame + static_cast<unsigned>(step);
    for (unsigned clock = 0; clock < length; ++clock) {
      timer.clock();
      ASSERT_EQ(timer->frame_o, frame);
      ASSERT_EQ(timer->frame_stb_o, clock == 0);
      ASSERT_EQ(timer->ms_stb_o, clock == 0 && frame % 8 == 0);
      ASSERT_EQ(timer->slot_stb_o, clock < slots);
      ASSERT_EQ(timer->slot_o, std::min(clock, slots - 1));
      const unsigned left =
          clock == 0 ? clocks_per_frame - 1 : std::min(length - 1 - clock, clocks_per_frame - 2);
      ASSERT_EQ(timer->left_o, left) << "frame " << frame << " clock " << clock;
      timer->skip_i = timer->slot_stb_o || random() % 8 != 0 ? 0 : random() % (timer->left_o + 1u);
      clock += timer->skip_i;
      // What comes in the midst of a frame is of no matter.
      if (clock > 0 && clock + 1 < length) {
        timer->longer_i = random() % 2;
        timer->shorter_i = random() % 2;
      }
      if (clock + 1 >= length)
        timer->longer_i = timer->shorter_i = 0;
    }
  }
}

TEST_P(FrameTimer, SlotsThatNobodyNeedsComeOnlyWhenTheyAreAskedFor) {
  std::mt19937 random(GetParam());
  timer->skip_i = timer->longer_i = timer->shorter_i = 0;
  timer.reset();
  for (unsigned frame = 0; frame < 400; ++frame) {
    unsigned wanted = slots, last = 1 + random() % (slots - 1);
    for (unsigned clock = 0; clock < clocks_per_frame; ++clock) {
      if (clock > 0 && clock <= last && random() % 8 == 0) // more slots are needed from now on
        last += random() % (slots - last);
      timer->last_slot_i = last;
      timer->all_slots_i = random() % 2; // in other clocks it is of no matter
      if (wanted == slots && clock == last + 1 && !timer->all_slots_i)
        wanted = last + 1;
      timer.clock();
      ASSERT_EQ(timer->frame_o, frame);
      ASSERT_EQ(timer->frame_stb_o, clock == 0);
      ASSERT_EQ(timer->slot_stb_o, clock < wanted) << "frame " << frame << " clock " << clock;
      ASSERT_EQ(timer->slot_o, std::min(clock, wanted - 1));
      ASSERT_EQ(timer->left_o, clocks_per_frame - 1 - clock);
    }
  }
}

TEST_P(FrameTimer, ResetInTheMiddleOfAFrameStartsAtFrameZero) {
  timer->skip_i = timer->longer_i = timer->shorter_i = 0;
  timer->all_slots_i = 1;
  timer->last_slot_i = 3;
  timer.reset();
  for (unsigned clock = 0; clock < 3 * clocks_per_frame + 7 * GetParam(); ++clock)
    timer.clock();
  timer.reset(1);
  timer.clock();
  ASSERT_NO_FATAL_FAILURE(expect_clock(0));
}

INSTANTIATE_TEST_SUITE_P(Seeds, FrameTimer, testing::Range(0u, 6u));
} // namespace
