// SPDX-License-Identifier: MIT
// The clock of the fabric: RTL and golden model in lock step, in every frame, with references that
// come, go, jitter and are far off; registers; events.
#include <array>
#include <cmath>
#include <optional>
#include <vector>

#include <gtest/gtest.h>

#include "Vclock_recovery_model.h"
#include "golden/clock_recovery.hpp"
#include "voice_bench.hpp"

namespace {
using block_registers = switchroom::regs::clock_block;
using switchroom::golden::clock_strobes;
using switchroom::regs::clock_kind;
using switchroom::regs::clock_state;
constexpr unsigned references = 3, clocks_per_frame = 64;

/// A reference as its wire has it: strobes a frame, and how long its frame is, in local clocks.
struct wire {
  double per_frame = 1, frame_clocks = clocks_per_frame, jitter = 0, next = 0;
  bool cut = false, fault = false;
};

class clock_bench : public switchroom::test::voice_bench<Vclock_recovery_model,
                                                         switchroom::golden::clock_recovery> {
public:
  explicit clock_bench(unsigned seed = 1) : voice_bench(seed, 0, references, clocks_per_frame) {
    block->frame_stb_i = block->ms_stb_i = block->ref_stb_i = block->fault_i = 0;
    block->left_i = 0;
    block.reset();
  }

  void configure(unsigned n, clock_kind kind, unsigned priority, unsigned quality = 0) {
    using config = block_registers::reference_config;
    write(config::offset + n, config::enable::of(1) |
                                  config::kind::of(static_cast<unsigned>(kind)) |
                                  config::priority::of(priority) | config::quality::of(quality));
    wires[n].per_frame = kind == clock_kind::frame ? 1 : kind == clock_kind::bit ? 256 : 1 / 8000.0;
  }
  void control(bool revertive, unsigned mode = 0, unsigned forced = 0) {
    using word = block_registers::control;
    write(word::offset, word::enable::of(1) | word::revertive::of(revertive) |
                            word::mode::of(mode) | word::forced::of(forced));
  }
  void quick() {
    write(block_registers::hold_off_ms::offset, 5);
    write(block_registers::restore_ms::offset, 40);
    write(block_registers::acquire_ms::offset, 100);
    write(block_registers::limit::offset, 400);
  }

  /// A frame, of the length that the one before said; what it says of the next one is compared.
  void frame() {
    const int step = golden.step();
    golden.frame(strobes_, number_ % 8 == 0);
    expect_events(std::exchange(told_, seen()), seen());
    strobes_ = {};
    const unsigned length = clocks_per_frame + static_cast<unsigned>(step);
    for (unsigned at = 0; at < length; ++at) {
      block->frame_stb_i = at == 0;
      block->ms_stb_i = at == 0 && number_ % 8 == 0;
      block->left_i =
          at == 0 ? clocks_per_frame - 1 : std::min(length - 1 - at, clocks_per_frame - 2);
      block->ref_stb_i = strobes();
      clock();
      ++local_;
    }
    block->ref_stb_i = 0;
    block->fault_i = 0; // as the next frame's work finds it
    for (unsigned n = 0; n < references; ++n) {
      strobes_[n].fault = wires[n].fault;
      block->fault_i |= unsigned{wires[n].fault} << n;
    }
    ++number_;
    ASSERT_EQ(int{block->longer_o} - int{block->shorter_o}, golden.step()) << "frame " << number_;
    ASSERT_EQ(take_events(), std::exchange(expected_, {})) << "frame " << number_;
  }
  void frames(unsigned count) {
    for (unsigned n = 0; n < count; ++n)
      ASSERT_NO_FATAL_FAILURE(frame());
  }
  void all_registers() {
    for (unsigned word = block_registers::state::offset; word <= block_registers::jumps::offset;
         ++word)
      read(word);
    for (unsigned n = 0; n < references; ++n)
      for (const unsigned array : {0x20, 0x30, 0x40, 0x50})
        read(array + n);
  }
  clock_state state() const { return golden.loop().now(); }

  std::array<wire, references> wires;

private:
  struct sight {
    clock_state state;
    unsigned reference;
    std::array<bool, references> usable;
  };
  sight seen() const {
    sight made{golden.loop().now(), golden.loop().reference(), {}};
    for (unsigned n = 0; n < references; ++n)
      made.usable[n] = golden.reference(n).usable();
    return made;
  }
  void expect_events(const sight& before, const sight& after) {
    using switchroom::regs::event_kind;
    if (before.state != after.state || before.reference != after.reference)
      expected_.push_back({event_kind::clock_state,
                           static_cast<std::uint8_t>(after.reference == 15 ? 255 : after.reference),
                           static_cast<std::uint16_t>(after.state)});
    for (unsigned n = 0; n < references; ++n)
      if (before.usable[n] != after.usable[n])
        expected_.push_back(
            {event_kind::clock_reference, static_cast<std::uint8_t>(n), after.usable[n]});
  }
  /// Strobes of this clock, noted for the model as the block should.
  unsigned strobes() {
    unsigned made = 0;
    for (unsigned n = 0; n < references; ++n) {
      auto& from = wires[n];
      if (static_cast<double>(local_) < from.next)
        continue;
      const double period = from.frame_clocks / from.per_frame;
      from.next += period;
      if (from.next < static_cast<double>(local_))
        from.next = static_cast<double>(local_) + period;
      from.next += from.jitter * (static_cast<double>(random() % 1000) / 500 - 1);
      if (from.cut)
        continue;
      made |= 1U << n;
      const auto config = golden.reference(n).configured();
      const bool bit = block_registers::reference_config::kind::get(config) ==
                       static_cast<unsigned>(clock_kind::bit);
      if (golden.enabled() && (++divided_[n] % 256 == 0 || !bit)) {
        strobes_[n].count = std::min(strobes_[n].count + 1, 3U);
        strobes_[n].left = block->left_i;
      }
    }
    if (!golden.enabled())
      divided_ = {};
    return made;
  }

  std::array<clock_strobes, references> strobes_{};
  std::array<unsigned, references> divided_{};
  sight told_{clock_state::free_run, 15, {}};
  std::vector<switchroom::golden::board_event> expected_;
  std::uint64_t local_ = 0;
  unsigned number_ = 0;
};

TEST(ClockRecovery, RegistersAsDescribed) {
  clock_bench bench;
  EXPECT_EQ(bench.read(block_registers::id::offset),
            block_registers::type << 16 | block_registers::version);
  EXPECT_EQ(bench.read(block_registers::capacity::offset), references);
  EXPECT_EQ(bench.read(block_registers::loop::offset), block_registers::loop::reset);
  for (std::uint32_t word = 0; word < 0x10000; ++word) {
    bench.read(word);
    if (word != block_registers::control::offset)
      bench.write(word, word * 0x10001 + 0xffff);
    bench.read(word);
  }
}

TEST(ClockRecovery, WithoutAReferenceAllFramesHaveOneLength) {
  clock_bench bench;
  bench.wires[0].frame_clocks = 64.01;
  bench.frames(3000); // not enabled
  bench.control(true);
  bench.frames(3000); // enabled, with no reference
  EXPECT_EQ(bench.read(block_registers::longer::offset), 0u);
  EXPECT_EQ(bench.state(), clock_state::free_run);
}

TEST(ClockRecovery, FollowsAReferenceAndHoldsItsFrequencyWhenItIsCut) {
  clock_bench bench;
  bench.quick();
  bench.control(true);
  bench.configure(1, clock_kind::frame, 0);
  bench.wires[1].frame_clocks = 64 * (1 + 100e-6); // 51 clocks a second
  bench.frames(30'000);
  EXPECT_EQ(bench.state(), clock_state::locked);
  EXPECT_NEAR(static_cast<double>(
                  static_cast<int>(bench.read(block_registers::reference_error::offset + 1))),
              51.2, 1);
  const auto before = bench.read(block_registers::longer::offset);
  bench.frames(8000);
  EXPECT_NEAR(bench.read(block_registers::longer::offset) - before, 51.2, 1.5);
  bench.wires[1].cut = true;
  bench.frames(8000);
  EXPECT_EQ(bench.state(), clock_state::holdover);
  const auto held = bench.read(block_registers::longer::offset);
  bench.frames(80'000);
  EXPECT_NEAR(bench.read(block_registers::longer::offset) - held, 512,
              12); // 64 clocks a frame are coarse
  bench.all_registers();
}

TEST(ClockRecovery, EachKindOfReferenceIsFollowed) {
  for (const auto kind : {clock_kind::frame, clock_kind::bit, clock_kind::second}) {
    clock_bench bench;
    bench.quick();
    bench.control(false);
    bench.configure(0, kind, 0);
    bench.wires[0].frame_clocks = 64 * (1 - 80e-6);
    if (kind ==
        clock_kind::bit) // 256 bits do not fit in 64 clocks: a bit a clock, four frames long
      bench.wires[0].per_frame = 64;
    bench.frames(60'000);
    if (kind == clock_kind::bit) {
      bench.frames(8000);
      EXPECT_EQ(bench.read(block_registers::reference_error::offset), 16383u)
          << "four times too slow";
      EXPECT_EQ(bench.state(), clock_state::free_run);
      continue;
    }
    EXPECT_EQ(bench.state(), clock_state::locked) << int(kind);
    const auto before = bench.read(block_registers::shorter::offset);
    bench.frames(16'000);
    EXPECT_NEAR(bench.read(block_registers::shorter::offset) - before, 82, 2) << int(kind);
  }
}

/// Something happens to a reference, or to the settings.
void disturb(clock_bench& bench) {
  const auto draw = [&bench](unsigned below) {
    return static_cast<unsigned>(bench.random() % below);
  };
  auto& wire = bench.wires[draw(references)];
  const auto off = [&](unsigned ppm) { return 64 * (1 + (draw(2 * ppm) - double(ppm)) * 1e-6); };
  switch (draw(13)) {
  case 0:
    wire.cut = !wire.cut;
    break;
  case 1:
    wire.fault = !wire.fault;
    break;
  case 2:
    wire.frame_clocks = off(2000);
    break;
  case 3:
    wire.next += draw(64);
    break;
  case 4:
    wire.jitter = draw(3) == 0 ? 2 : draw(2);
    break;
  case 5:
    bench.control(draw(2) != 0, draw(3) == 0 ? draw(4) : 0, draw(5));
    break;
  case 6:
    bench.configure(draw(references), clock_kind::frame, draw(3), draw(9) == 0 ? 15 : draw(2));
    break;
  case 7:
    bench.write(block_registers::loop::offset, static_cast<std::uint32_t>(bench.random()));
    break;
  case 8:
    bench.write(block_registers::limit::offset, draw(2) != 0 ? 400 : 9000);
    break;
  case 9:
    if (draw(6) == 0)
      bench.configure(draw(references), clock_kind::second, 0);
    break;
  case 10:
    if (draw(8) == 0) {
      bench.write(block_registers::control::offset, 0);
      bench.frames(20);
      bench.control(true);
    }
    break;
  default:
    bench.control(draw(2) != 0);
    wire.cut = wire.fault = false;
    wire.frame_clocks = off(100);
  }
}

class ClockLockStep : public testing::TestWithParam<unsigned> {};
TEST_P(ClockLockStep, UnderAllThatCanHappen) {
  clock_bench bench(GetParam());
  bench.quick();
  bench.control(GetParam() % 2 != 0);
  for (unsigned n = 0; n < references; ++n) {
    bench.configure(n, clock_kind::frame, n % 2);
    bench.wires[n].next = 20 * n;
  }
  bench.frames(20'000);
  for (unsigned turn = 0; turn < 30; ++turn) {
    disturb(bench);
    ASSERT_NO_FATAL_FAILURE(bench.frames(1 + static_cast<unsigned>(bench.random() % 12000)))
        << "turn " << turn;
    bench.all_registers();
    ASSERT_FALSE(HasFailure()) << "turn " << turn;
  }
  EXPECT_GT(bench.golden.loop().counted().switches, 0u);
}
INSTANTIATE_TEST_SUITE_P(Seeds, ClockLockStep, testing::Range(1u, 5u));
} // namespace
