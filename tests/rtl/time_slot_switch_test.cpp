// SPDX-License-Identifier: MIT
// Time-slot switch in lock step with its golden model, and its promises one by one.
#include <algorithm>
#include <cstdint>
#include <optional>
#include <random>
#include <set>
#include <tuple>
#include <vector>

#include <gtest/gtest.h>

#include "Vsmall_switch_model.h"
#include "Vtime_slot_switch_model.h"
#include "golden/time_slot_switch.hpp"
#include "switchroom/regs.hpp"
#include "verilated_block.hpp"

namespace {
namespace regs = switchroom::regs;
using registers = regs::switch_block;
using switchroom::golden::connection;
using switchroom::test::register_answer;

constexpr std::uint32_t word_of(connection c) {
  return registers::connection::source::of(c.source) |
         registers::connection::enable::of(c.enable ? 1 : 0);
}

/// The switch with the strobes of a frame timer and the golden model beside it. A frame is
/// `slots` clocks with a slot each and `gap` without; every sample that leaves is compared, and
/// when it leaves. A switch that says it sleeps gets half of its clocks only.
template <class Model>
class switch_bench {
public:
  switch_bench(std::size_t slots, unsigned gap, unsigned seed)
      : golden(slots), block_(seed), random_(seed), sleep_(seed), gap_(gap),
        ingress_delay_(1 + seed % 8), ingress_(slots), output_(slots), expected_(slots) {
    block_->reg_valid_i = block_->frame_stb_i = block_->slot_stb_i = block_->ingress_stb_i = 0;
    block_.reset();
  }

  /// One clock, in which a frame may start or end.
  void clock() {
    const auto slots = static_cast<unsigned>(golden.slots());
    if (clock_ == 0)
      start_frame();
    block_->frame_stb_i = clock_ == 0;
    block_->slot_stb_i = clock_ < slots;
    block_->slot_i = std::min(clock_, slots - 1);
    const auto in = ago(ingress_delay_), out = ago(egress_delay);
    block_->ingress_stb_i = in.has_value();
    if (in) {
      block_->ingress_slot_i = *in;
      block_->ingress_sample_i = static_cast<std::uint16_t>(ingress_[*in]);
    }
    block_->eval(); // awake_o follows its inputs at once
    block_.clock(!block_->awake_o && sleep_() % 2 == 0);
    ASSERT_EQ(block_->egress_stb_o, out.has_value()) << "frame " << frames_ << " clock " << clock_;
    if (out) {
      output_[*out] = static_cast<std::int16_t>(block_->egress_sample_o);
      ASSERT_EQ(block_->egress_slot_o, *out);
      ASSERT_EQ(output_[*out], expected_[*out]) << "frame " << frames_ << " slot " << *out;
    }
    if (++clock_ == slots + gap_)
      clock_ = 0;
  }
  /// Runs to the end of the present frame.
  void frame() {
    do {
      ASSERT_NO_FATAL_FAILURE(clock());
    } while (clock_ != 0);
  }
  register_answer write(std::uint16_t word, std::uint32_t data) {
    return request(true, word, data);
  }
  register_answer read(std::uint16_t word) { return request(false, word, 0); }
  register_answer connect(std::uint16_t output, connection c) {
    return write(static_cast<std::uint16_t>(registers::connection::offset + output), word_of(c));
  }
  register_answer commit() { return write(registers::control::offset, 1); }
  void idle(unsigned clocks) {
    for (unsigned n = 0; n < clocks; ++n)
      ASSERT_NO_FATAL_FAILURE(clock());
  }
  const std::vector<std::int16_t>& output() const { return output_; }
  const std::vector<std::int16_t>& ingress() const { return ingress_; }
  std::mt19937& random() { return random_; }
  unsigned frames() const { return frames_; }

  switchroom::golden::time_slot_switch golden;

private:
  static constexpr unsigned egress_delay = 2;

  /// The slot that began `clocks` clocks ago, if one did.
  std::optional<unsigned> ago(unsigned clocks) const {
    if (clock_ < clocks || clock_ - clocks >= golden.slots())
      return std::nullopt;
    return clock_ - clocks;
  }
  void start_frame() {
    for (auto& sample : ingress_)
      sample = static_cast<std::int16_t>(random_());
    const auto leaving = golden.frame(ingress_);
    expected_.assign(leaving.begin(), leaving.end());
    ++frames_;
  }
  // The golden model takes a request when the block has acknowledged it.
  register_answer request(bool write, std::uint16_t word, std::uint32_t data) {
    bool done = false;
    return switchroom::test::ask(block_, write, word, data, [&] {
      clock();
      if (!block_->reg_ack_o || done)
        return;
      done = true;
      if (write && block_->reg_status_o == 0)
        apply(word, data);
    });
  }
  void apply(std::uint16_t word, std::uint32_t data) {
    if (word == registers::control::offset) {
      if (registers::control::commit::get(data) != 0)
        golden.commit();
      return;
    }
    golden.write(word - registers::connection::offset,
                 {registers::connection::enable::get(data) != 0,
                  static_cast<std::uint16_t>(registers::connection::source::get(data))});
  }

  switchroom::test::verilated_block<Model> block_;
  std::mt19937 random_, sleep_;
  unsigned gap_, ingress_delay_, clock_ = 0, frames_ = 0;
  std::vector<std::int16_t> ingress_, output_, expected_;
};

using bench_256 = switch_bench<Vtime_slot_switch_model>;
using bench_8 = switch_bench<Vsmall_switch_model>;

/// Random requests at random moments, for `frames` frames.
template <class Bench>
void play_at_random(Bench& bench, unsigned frames, unsigned longest_wait) {
  auto& random = bench.random();
  const auto slots = static_cast<unsigned>(bench.golden.slots());
  while (bench.frames() < frames) {
    ASSERT_NO_FATAL_FAILURE(bench.idle(static_cast<unsigned>(random()) % (longest_wait + 1)));
    const auto output = static_cast<std::uint16_t>(random() % slots);
    const unsigned what = static_cast<unsigned>(random()) % 16;
    register_answer answer;
    if (what == 0) {
      answer = bench.commit();
    } else if (what < 4) {
      const auto word = static_cast<std::uint16_t>(registers::connection::offset + output);
      answer = bench.read(word);
      ASSERT_EQ(answer.data, word_of(bench.golden.read(output)));
    } else if (what == 4) {
      answer = bench.read(registers::generation::offset);
    } else {
      const unsigned beyond = random() % 32 == 0 ? 4096 : slots;
      answer =
          bench.connect(output, {random() % 8 != 0, static_cast<std::uint16_t>(random() % beyond)});
    }
    ASSERT_EQ(answer.status, 0) << "request " << what;
  }
}

class TimeSlotSwitch : public testing::TestWithParam<std::tuple<unsigned, unsigned>> {
protected:
  unsigned seed() const { return std::get<0>(GetParam()); }
  unsigned gap() const { return std::get<1>(GetParam()); }
};

TEST_P(TimeSlotSwitch, LockStepWithGoldenModelUnderRandomWritesAndCommits) {
  bench_256 bench(256, gap(), seed());
  ASSERT_NO_FATAL_FAILURE(play_at_random(bench, gap() < 16 ? 400 : 60, 40));
  EXPECT_GT(bench.golden.generation(), 5u) << "too few commits to mean anything";
}

TEST_P(TimeSlotSwitch, LockStepOfEightSlotsUnderRandomWritesAndCommits) {
  bench_8 bench(8, gap(), seed());
  ASSERT_NO_FATAL_FAILURE(play_at_random(bench, 6000, 25));
  EXPECT_GT(bench.golden.generation(), 200u) << "too few commits to mean anything";
}

TEST_P(TimeSlotSwitch, SilentAfterResetWhateverTheMemoriesHeld) {
  bench_256 bench(256, gap(), seed());
  for (int frame = 0; frame < 4; ++frame) {
    ASSERT_NO_FATAL_FAILURE(bench.frame());
    EXPECT_EQ(bench.output(), std::vector<std::int16_t>(256)) << "frame " << frame;
  }
}

TEST_P(TimeSlotSwitch, EverySampleLeavesExactlyOneFrameLater) {
  bench_256 bench(256, gap(), seed());
  for (std::uint16_t slot = 0; slot < 256; ++slot)
    ASSERT_EQ(bench.connect(slot, {true, static_cast<std::uint16_t>(255 - slot)}).status, 0);
  bench.commit();
  bench.frame();
  for (int frame = 0; frame < 3; ++frame) {
    const auto entered = bench.ingress();
    ASSERT_NO_FATAL_FAILURE(bench.frame());
    EXPECT_TRUE(std::equal(entered.rbegin(), entered.rend(), bench.output().begin()));
  }
}

// All outputs follow source 1, then all follow source 2. Whenever the commit comes, a frame
// carries one of the two samples in every slot.
TEST_P(TimeSlotSwitch, NoFrameIsTornByACommit) {
  bench_8 bench(8, gap(), seed());
  const unsigned clocks = 8 + gap();
  for (unsigned when = 0; when < clocks; ++when) {
    for (std::uint16_t slot = 0; slot < 8; ++slot)
      ASSERT_EQ(bench.connect(slot, {true, static_cast<std::uint16_t>(1 + when % 2)}).status, 0);
    bench.frame();
    bench.idle(when);
    ASSERT_EQ(bench.commit().status, 0);
    for (int frame = 0; frame < 3; ++frame) {
      ASSERT_NO_FATAL_FAILURE(bench.frame());
      const std::set<std::int16_t> heard(bench.output().begin(), bench.output().end());
      ASSERT_EQ(heard.size(), 1u) << "commit " << when << " clocks into a frame";
    }
  }
  EXPECT_EQ(bench.read(registers::generation::offset).data, clocks);
}

TEST_P(TimeSlotSwitch, WritesAreNotHeardBeforeTheirCommit) {
  bench_256 bench(256, gap(), seed());
  for (std::uint16_t slot = 0; slot < 256; ++slot)
    bench.connect(slot, {true, slot});
  for (int frame = 0; frame < 3; ++frame) {
    bench.frame();
    EXPECT_EQ(bench.output(), std::vector<std::int16_t>(256));
  }
}

TEST_P(TimeSlotSwitch, BusyFromCommitUntilTheTableIsCopiedAndWritesWaitThatLong) {
  bench_256 bench(256, gap(), seed());
  const int frame_clocks = static_cast<int>(256 + gap());
  const auto busy = [&] {
    return registers::control::busy::get(bench.read(registers::control::offset).data) != 0;
  };
  bench.connect(3, {true, 4});
  EXPECT_FALSE(busy());
  bench.commit();
  EXPECT_TRUE(busy());
  const auto answer = bench.connect(3, {true, 5});
  EXPECT_EQ(answer.status, 0);
  EXPECT_GT(answer.clocks, frame_clocks);
  EXPECT_LE(answer.clocks, 2 * frame_clocks);
  EXPECT_FALSE(busy());
  EXPECT_EQ(bench.read(registers::connection::offset + 3).data, word_of({true, 5}));
}

TEST_P(TimeSlotSwitch, CommitOfAnUnchangedTableDoesNothing) {
  bench_256 bench(256, gap(), seed());
  bench.connect(3, {true, 4});
  for (int n = 0; n < 3; ++n) {
    bench.commit();
    bench.frame();
    bench.frame();
    bench.frame();
    EXPECT_EQ(bench.read(registers::generation::offset).data, 1u);
  }
}

TEST_P(TimeSlotSwitch, ASourceThatDoesNotExistIsSilentAndReadsAsDisabled) {
  bench_256 bench(256, gap(), seed());
  bench.connect(7, {true, 256 + 9});
  bench.commit();
  for (int frame = 0; frame < 3; ++frame)
    bench.frame();
  EXPECT_EQ(bench.output()[7], 0);
  const auto word = bench.read(registers::connection::offset + 7).data;
  EXPECT_EQ(registers::connection::enable::get(word), 0u);
}

TEST(TimeSlotSwitchRegisters, EveryAddressAnswersAsTheDescriptionSays) {
  bench_256 bench(256, 4, 1);
  for (unsigned word = 0; word < 0x10000; ++word) {
    const bool read_only =
        word <= registers::capacity::offset || word == registers::generation::offset;
    const bool writable =
        word == registers::control::offset ||
        (word >= registers::connection::offset && word < registers::connection::offset + 256u);
    const auto address = static_cast<std::uint16_t>(word);
    const auto on_read = bench.read(address), on_write = bench.write(address, 0);
    ASSERT_EQ(on_read.status, read_only || writable ? 0 : 1) << "read " << word;
    ASSERT_EQ(on_write.status, writable ? 0 : read_only ? 2 : 1) << "write " << word;
  }
  EXPECT_EQ(bench.read(registers::id::offset).data,
            registers::id::type::of(registers::type) |
                registers::id::version::of(registers::version));
  EXPECT_EQ(bench.read(registers::capacity::offset).data, 256u);
}

// The shortest gap that the interchange relies on, and longer ones.
INSTANTIATE_TEST_SUITE_P(SeedsAndGaps, TimeSlotSwitch,
                         testing::Combine(testing::Range(1u, 9u), testing::Values(9u, 12u, 256u)));
} // namespace
