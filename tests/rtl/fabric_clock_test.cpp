// SPDX-License-Identifier: MIT
// The whole fabric at an external clock: its frames get longer or shorter, and voice does not
// notice. At 512 clocks a frame and 900 ppm nearly every second frame has another length.
#include <algorithm>
#include <cstdint>

#include <gtest/gtest.h>

#include "fabric_lock_step.hpp"

namespace {
namespace regs = switchroom::regs;
using block = regs::clock_block;
using switchroom::test::connection;
using switchroom::test::lock_step;
using switchroom::test::shape;

class FabricClock : public testing::TestWithParam<int> {};

TEST_P(FabricClock, FollowsAnExternalClockAndVoiceGoesOnSampleBySample) {
  lock_step bench(7);
  bench.fabric.reference_clocks = 512 * (1 + GetParam() * 1e-6);
  using line = regs::fxs_block::line_config;
  bench.write(regs::fxs_block::type, line::offset,
              std::vector<std::uint32_t>(shape.lines, line::enable::of(1)));
  ASSERT_NO_FATAL_FAILURE(bench.frames(3));
  constexpr unsigned external = 1; // span 1 is reference 0
  bench.write(block::type, block::reference_config::offset + external, {1});
  ASSERT_NO_FATAL_FAILURE(bench.frames(3));
  bench.write(block::type, block::acquire_ms::offset, {50});
  ASSERT_NO_FATAL_FAILURE(bench.frames(3));
  bench.write(block::type, block::control::offset, {1});
  ASSERT_NO_FATAL_FAILURE(
      bench.frames(9600)); // a second is measured, then 128 ms of zero, then 50 ms
  std::vector<std::uint32_t> connections;
  for (unsigned n = 0; n < shape.lines; ++n)
    connections.push_back(connection(n ^ 1U, true));
  bench.write(regs::switch_block::type, regs::switch_block::connection::offset, connections);
  bench.write(regs::switch_block::type, regs::switch_block::control::offset,
              {regs::switch_block::control::commit::of(1)});
  unsigned clocks = 0, steered = 0;
  constexpr int frames = 2000;
  for (int n = 0; n < frames; ++n) {
    ASSERT_NO_FATAL_FAILURE(bench.frame()) << "frame " << n;
    clocks += bench.fabric.frame_clocks;
    steered += bench.fabric.frame_clocks != 512;
  }
  EXPECT_NEAR(clocks, frames * bench.fabric.reference_clocks, 8);
  EXPECT_NEAR(steered, frames * 0.461, 40);
  EXPECT_EQ(bench.fabric.read(block::type, block::capacity::offset), external + 1);
  EXPECT_EQ(bench.fabric.read(block::type, block::state::offset),
            external << 4 | static_cast<unsigned>(regs::clock_state::locked));
  EXPECT_TRUE(std::ranges::any_of(bench.fabric.events, [](const auto& event) {
    return event.kind == regs::event_kind::clock_state &&
           event.data == static_cast<unsigned>(regs::clock_state::locked);
  }));
  EXPECT_EQ(bench.fabric.damaged(), 0u);
  EXPECT_EQ(bench.fabric.unwanted_strobes, 0u);
}

INSTANTIATE_TEST_SUITE_P(Ppm, FabricClock, testing::Values(-900, 900));
} // namespace
