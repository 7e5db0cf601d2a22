// SPDX-License-Identifier: MIT
// Samples: each plays in exactly its frame, and each that the switch sends reaches the host.
#include "link_bench.hpp"

#include <gtest/gtest.h>

namespace switchroom::test {
namespace {

using link_regs = regs::link_block;

struct slot_sample {
  std::uint8_t slot;
  std::uint16_t sample;
};

class LinkCells : public ::testing::Test {
protected:
  LinkCells() { board.settle(); }
  void cell(std::uint32_t frame, const std::vector<slot_sample>& samples) {
    octets f{0x04, sequence++};
    for (unsigned i = 0; i < 4; ++i)
      f.push_back(static_cast<std::uint8_t>(frame >> 8 * i));
    f.push_back(0);
    for (const auto& s : samples)
      f.insert(f.end(), {s.slot, static_cast<std::uint8_t>(s.sample),
                         static_cast<std::uint8_t>(s.sample >> 8)});
    board.send(stuffed(f));
  }
  std::uint32_t late() { return board.link_register(link_regs::late_samples::offset); }
  std::uint32_t missing() { return board.link_register(link_regs::missing_samples::offset); }
  link_bench board;
  std::uint8_t sequence = 0;
};

/// Samples for frames in random order, up to the limit ahead; after that the ring is walked
/// through twice more: nothing plays again.
TEST_F(LinkCells, ASamplePlaysInItsFrameAndNeverAgain) {
  std::mt19937 random(3);
  for (unsigned slot = 0; slot < 64; ++slot)
    board.enable(slot);
  const std::uint32_t now = board.frame;
  std::map<std::pair<std::uint32_t, unsigned>, std::uint16_t> due;
  for (unsigned n = 0; n < 60; ++n) {
    const std::uint32_t frame = now + 60 + random() % 190;
    std::vector<slot_sample> samples;
    for (unsigned i = 0; i < 20; ++i) {
      const unsigned slot = random() % 64;
      samples.push_back({static_cast<std::uint8_t>(slot), pattern(frame, slot, n)});
      due[{frame, slot}] = samples.back().sample; // the last one counts
    }
    cell(frame, samples);
  }
  board.finish_frame();
  const std::uint32_t missing_before = missing(); // of the next frame, nothing is counted yet
  unsigned heard = 0;
  std::uint32_t silent = 0;
  while (board.frame < now + 600) {
    board.finish_frame();
    for (unsigned slot = 0; slot < 64; ++slot) {
      const auto at = due.find({board.frame, slot});
      const std::uint16_t expected = at == due.end() ? 0 : at->second;
      ASSERT_EQ(board.played[slot], expected) << "frame " << board.frame << " slot " << slot;
      heard += expected != 0;
      silent += expected == 0;
    }
    board.run_clock();
  }
  board.finish_frame();
  silent += 64;
  EXPECT_EQ(heard, due.size());
  EXPECT_EQ(late(), 0u);
  EXPECT_EQ(missing() - missing_before, silent);
}

TEST_F(LinkCells, TooLateTooEarlyAndUnknownSlotsAreDroppedAndCounted) {
  board.enable(5);
  const std::uint32_t now = board.frame + 1; // sent and executed within this frame
  board.run_frames(1);
  cell(now, {{5, 1}});       // its frame is on
  cell(now - 1, {{5, 2}});   // has passed
  cell(now - 256, {{5, 3}}); // the same row of the ring
  cell(now + 256, {{5, 4}}); // further ahead than the ring is long
  cell(now + 0x80000000, {{5, 5}});
  cell(now + 2, {{64, 6}, {255, 7}}); // no such slots
  while (!board.to_board.empty())
    board.run_clock();
  EXPECT_EQ(board.frame, now);
  board.run_frames(1);
  EXPECT_EQ(late(), 7u);
  for (unsigned n = 0; n < 300; ++n) {
    board.run_frames(1);
    EXPECT_EQ(board.played[5], 0u) << board.frame;
  }
}

TEST_F(LinkCells, TheNextFrameAndTheLastOfTheRingAreInTime) {
  board.run_frames(1);
  board.enable(0);
  board.enable(63);
  const std::uint32_t now = board.frame;
  cell(now + 1, {{0, 11}, {63, 12}});
  cell(now + 255, {{0, 13}, {63, 14}});
  board.finish_frame();
  board.run_frames(1);
  EXPECT_EQ(board.frame, now + 1);
  EXPECT_EQ(board.played[0], 11u);
  EXPECT_EQ(board.played[63], 12u);
  board.run_frames(254);
  EXPECT_EQ(late(), 0u);
  EXPECT_EQ(board.played[0], 13u);
  EXPECT_EQ(board.played[63], 14u);
}

TEST_F(LinkCells, MissingSamplesOfEnabledSlotsAreCountedOneAFrame) {
  board.enable(1);
  board.enable(2);
  board.enable(40);
  board.finish_frame();
  std::uint32_t before = missing();
  board.finish_frame(); // reading took some clocks of a frame, and with it a sweep
  board.run_frames(40);
  EXPECT_EQ(missing() - before, 3 * 41u);
  board.enable(40, false);
  board.finish_frame();
  before = missing();
  board.finish_frame();
  board.run_frames(40);
  EXPECT_EQ(missing() - before, 2 * 41u);
}

TEST_F(LinkCells, ASampleForASlotThatIsNotInUseNeverPlays) {
  board.run_frames(1);
  const std::uint32_t now = board.frame;
  cell(now + 3, {{9, 77}});
  board.run_frames(5);
  board.enable(9);
  for (unsigned n = 0; n < 300; ++n) { // once around the ring, and more
    board.run_frames(1);
    ASSERT_EQ(board.played[9], 0u) << "frame " << board.frame - now;
  }
}

TEST_F(LinkCells, ADisabledSlotIsSilent) {
  board.run_frames(1);
  const std::uint32_t now = board.frame;
  cell(now + 3, {{9, 77}});
  for (unsigned n = 0; n < 6; ++n) {
    board.run_frames(1);
    EXPECT_EQ(board.played[9], 0u);
  }
  EXPECT_EQ(missing(), 0u);
}

TEST_F(LinkCells, HelloDropsSamplesThatWait) {
  board.enable(9);
  const std::uint32_t now = board.frame;
  cell(now + 100, {{9, 77}});
  board.send(stuffed({0x01, sequence++, 1}));
  cell(now + 101, {{9, 78}}); // after the hello: stays
  while (board.frame < now + 100)
    board.run_clock();
  board.run_frames(1);
  EXPECT_EQ(board.played[9], 0u);
  board.run_frames(1);
  EXPECT_EQ(board.played[9], 78u);
}

TEST_F(LinkCells, NothingPlaysFromMemoryAsItWasBeforeReset) {
  for (unsigned seed = 1; seed < 4; ++seed) { // random memory, registers and valid bits
    link_bench fresh(seed);
    for (unsigned slot = 0; slot < 64; ++slot)
      fresh.enable(slot);
    for (unsigned n = 0; n < 300; ++n) {
      fresh.run_frames(1);
      for (unsigned slot = 0; slot < 64; ++slot)
        ASSERT_EQ(fresh.played[slot], 0u);
    }
  }
}

TEST_F(LinkCells, EveryFrameCarriesTheSamplesOfTheFrameBefore) {
  for (const unsigned slot : {0, 3, 62, 63})
    board.enable(slot);
  board.run_frames(2);
  board.take_frames();
  board.run_frames(50);
  const auto frames = board.take_frames();
  EXPECT_GE(frames.size(), 49u);
  for (const octets& f : frames) {
    ASSERT_EQ(f[0], 0x84);
    ASSERT_EQ(f.size(), 6u + 4 * 3);
    const std::uint32_t frame = f[2] | f[3] << 8;
    unsigned at = 6;
    for (const unsigned slot : {0, 3, 62, 63}) {
      EXPECT_EQ(f[at], slot);
      EXPECT_EQ(f[at + 1] | f[at + 2] << 8, pattern(frame - 1, slot, 7));
      at += 3;
    }
  }
}

TEST_F(LinkCells, AllSlotsFullOfFlagsFitInAFrame) {
  for (unsigned slot = 0; slot < 64; ++slot)
    board.enable(slot);
  board.egress = [](std::uint32_t, unsigned) -> std::uint16_t { return 0x7d7e; };
  board.run_frames(3);
  board.take_frames();
  const std::size_t begun = board.from_board.size();
  board.run_frames(40);
  // 2 flags, type, sequence, frame, 64 slots and 128 escaped octets, 4 octets of check
  EXPECT_GE(board.from_board.size() - begun, 39u * (2 + 2 + 4 + 64 + 256 + 4));
  const auto frames = board.take_frames();
  EXPECT_NEAR(frames.size(), 40, 1);
  EXPECT_EQ(board.link_register(link_regs::dropped_cells::offset), 0u);
}

TEST_F(LinkCells, CellsThatCannotLeaveAreCounted) {
  for (unsigned slot = 0; slot < 64; ++slot)
    board.enable(slot);
  board.run_frames(1);
  board.take_frames();
  const std::uint32_t before = board.link_register(link_regs::dropped_cells::offset);
  const std::uint32_t from = board.frame;
  board.tx_stall_percent = 90; // some 100 octets a frame for cells of 200
  board.run_frames(100);
  board.tx_stall_percent = 0;
  board.run_frames(4);
  const auto frames = board.take_frames();
  const std::uint32_t dropped = board.link_register(link_regs::dropped_cells::offset) - before;
  EXPECT_NEAR(frames.size() + dropped, board.frame - from, 1);
  EXPECT_GE(dropped, 40u);
  for (std::size_t i = 1; i < frames.size(); ++i) { // those that leave are whole
    const std::uint32_t frame = frames[i][2] | frames[i][3] << 8;
    ASSERT_EQ(frames[i].size(), 6u + 64 * 3);
    EXPECT_EQ(frames[i][7] | frames[i][8] << 8, pattern(frame - 1, 0, 7));
  }
}

} // namespace
} // namespace switchroom::test
