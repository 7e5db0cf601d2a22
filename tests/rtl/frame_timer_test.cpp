// SPDX-License-Identifier: MIT
// Frame timer: 16 slots in frames of 90 clocks, every output in every clock, clocks left out or
// not; frames of a clock more or less; with all slots or those that it is told.
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

  void reset(int clocks = 2) {
    timer->skip_i = timer->longer_i = timer->shorter_i = 0;
    timer.reset(clocks);
  }
  /// A clock, with all slots.
  void all_slots_clock() {
    timer->last_i = timer->slot_o == slots - 1;
    timer->next_slot_i = timer->slot_o + 1;
    timer.clock();
  }

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
  reset(1 + static_cast<int>(GetParam()));
  ASSERT_FALSE(timer->frame_stb_o || timer->slot_stb_o || timer->ms_stb_o) << "strobe in reset";
  for (unsigned clock = 0; clock < 20 * clocks_per_frame; ++clock) {
    all_slots_clock();
    ASSERT_NO_FATAL_FAILURE(expect_clock(clock));
  }
}

TEST_P(FrameTimer, ClocksThatAreLeftOutCountAsIfTheyHadPassed) {
  std::mt19937 random(GetParam());
  reset();
  for (unsigned clock = 0; clock < 200 * clocks_per_frame; ++clock) {
    all_slots_clock();
    ASSERT_NO_FATAL_FAILURE(expect_clock(clock));
    const bool all = random() % 4 == 0;
    timer->skip_i = timer->slot_stb_o ? 0 : all ? timer->left_o : random() % (timer->left_o + 1u);
    clock += timer->skip_i;
  }
}

TEST_P(FrameTimer, AFrameHasAClockMoreOrLessAndNothingElseOfItChanges) {
  std::mt19937 random(GetParam());
  reset();
  for (unsigned frame = 0; frame < 2000; ++frame) {
    const int step = static_cast<int>(random() % 3) - 1;
    timer->longer_i = step > 0;
    timer->shorter_i = step < 0;
    const unsigned length = clocks_per_frame + static_cast<unsigned>(step);
    for (unsigned clock = 0; clock < length; ++clock) {
      all_slots_clock();
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

TEST_P(FrameTimer, ItsSlotsAreThoseThatItIsTold) {
  std::mt19937 random(GetParam());
  reset();
  for (unsigned frame = 0; frame < 400; ++frame) {
    unsigned slot = 0;
    bool comes = true;
    for (unsigned clock = 0; clock < clocks_per_frame; ++clock) {
      timer.clock();
      ASSERT_EQ(timer->frame_o, frame);
      ASSERT_EQ(timer->frame_stb_o, clock == 0);
      ASSERT_EQ(timer->slot_stb_o, comes) << "frame " << frame << " clock " << clock;
      ASSERT_EQ(timer->slot_o, slot);
      ASSERT_EQ(timer->left_o, clocks_per_frame - 1 - clock);
      const unsigned next = slot + 1 + random() % 3;
      timer->last_i = clock > 0 && (next >= slots || random() % 20 == 0);
      timer->next_slot_i = static_cast<unsigned>(timer->last_i ? random() % slots : next);
      comes = comes && !timer->last_i;
      slot = comes ? next : slot;
    }
  }
}

TEST_P(FrameTimer, ResetInTheMiddleOfAFrameStartsAtFrameZero) {
  reset();
  for (unsigned clock = 0; clock < 3 * clocks_per_frame + 7 * GetParam(); ++clock)
    all_slots_clock();
  reset(1);
  all_slots_clock();
  ASSERT_NO_FATAL_FAILURE(expect_clock(0));
}

INSTANTIATE_TEST_SUITE_P(Seeds, FrameTimer, testing::Range(0u, 6u));
} // namespace
