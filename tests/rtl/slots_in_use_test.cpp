// SPDX-License-Identifier: MIT
// Which slots a frame has: three blocks of 30 slots, one of them without any, used at random; a
// window of the level meter of 4 frames. That none is passed over which is used, is proven
// (tests/formal).
#include <array>
#include <cstdint>
#include <random>
#include <vector>

#include <gtest/gtest.h>

#include "Vslots_in_use_model.h"
#include "verilated_block.hpp"

namespace {
constexpr unsigned slots = 30, blocks = 3, frames_to_rest = 4 * 4;
constexpr std::array<unsigned, blocks + 1> firsts{10, 18, 18, 27};

class SlotsInUse : public testing::TestWithParam<unsigned> {
protected:
  SlotsInUse() {
    std::uint64_t all = 0;
    for (unsigned n = 0; n <= blocks; ++n)
      all |= std::uint64_t{firsts.at(n)} << 16 * n;
    block->firsts_i = all;
    block->frame_stb_i = block->slot_stb_i = block->used_i = block->all_slots_i = 0;
    block.reset();
  }
  /// The slots of a frame in which these blocks are used.
  std::vector<unsigned> frame(unsigned used, bool all = false) {
    std::vector<unsigned> had;
    block->used_i = used;
    block->all_slots_i = all;
    block->slot_i = 0;
    block->slot_stb_i = block->frame_stb_i = 1;
    while (had.size() <= slots) {
      had.push_back(block->slot_i);
      block->eval();
      const bool last = block->last_o != 0;
      const unsigned next = block->next_slot_o;
      block.clock();
      block->frame_stb_i = 0;
      if (last)
        break;
      block->slot_i = next;
    }
    block->slot_stb_i = 0;
    block.clock();
    return had;
  }

  switchroom::test::verilated_block<Vslots_in_use_model> block{GetParam()};
};

std::vector<unsigned> without(std::array<bool, blocks> rest, bool nobodys = false) {
  std::vector<unsigned> found;
  for (unsigned slot = 0; slot < slots; ++slot) {
    bool there = nobodys || slot < firsts.back();
    for (unsigned n = 0; n < blocks; ++n)
      there = there && !(rest.at(n) && slot >= firsts.at(n) && slot < firsts.at(n + 1));
    if (there)
      found.push_back(slot);
  }
  return found;
}

TEST_P(SlotsInUse, ABlockRestsAfterFourWindowsAndComesAtOnce) {
  std::mt19937 random(GetParam());
  std::array<unsigned, blocks> unused{};
  for (unsigned n = 0; n < 3000; ++n) {
    const unsigned used = random() % 16 != 0 ? 0 : random() % (1U << blocks);
    const bool all = random() % 8 == 0;
    std::array<bool, blocks> rest{};
    for (unsigned b = 0; b < blocks; ++b) {
      unused.at(b) = (used >> b & 1) != 0 ? 0 : unused.at(b) + 1;
      rest.at(b) = unused.at(b) >= frames_to_rest;
    }
    ASSERT_EQ(frame(used, all), all ? without({}, true) : without(rest)) << "frame " << n;
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, SlotsInUse, testing::Range(0U, 3U));
} // namespace
