// SPDX-License-Identifier: MIT
// The fabric's clock, as RTL, between an oscillator that is off and references with jitter,
// at 65.536 MHz and in SystemC's time: locks, holds when the wire is pulled, comes back, changes
// wires.
#include "clock/reference_wire.hpp"

#include "steered_frames.hpp"
#include "switchroom/regs.hpp"

#include <algorithm>
#include <memory>
#include <vector>

#include <gtest/gtest.h>

namespace switchroom::sim {
namespace {
using registers = regs::clock_block;

class steered_board : public sc_core::sc_module, public strobe_if {
public:
  steered_board(const sc_core::sc_module_name& name, oscillator::character of)
      : sc_module(name), frames(of) {}

  void strobe(unsigned reference) override {
    frames.run_until(sc_core::sc_time_stamp().to_seconds());
    frames.strobe(reference);
  }
  regs::clock_state state() {
    return static_cast<regs::clock_state>(
        registers::state::value::get(frames.read(registers::state::offset)));
  }
  unsigned reference() {
    return registers::state::reference::get(frames.read(registers::state::offset));
  }
  steered_frames frames;
};

/// A board of 17 ppm on two wires, 30 µs apart; the first is pulled from 6 s to 10 s.
struct two_wires {
  two_wires() {
    timing_source::character a;
    a.white_s = 50e-9;
    a.sways = {{20, 0.5e-6, 0}};
    auto b = a;
    b.seed = 2;
    b.phase_s = 30e-6;
    oscillator::character off;
    off.offset = 17e-6;
    board = std::make_unique<steered_board>("board", off);
    first = std::make_unique<reference_wire>("first", 0, with(a, 0, 6));
    again = std::make_unique<reference_wire>("again", 0, with(a, 10, 1e9));
    second = std::make_unique<reference_wire>("second", 1, b);
    for (auto* wire : {first.get(), again.get(), second.get()})
      wire->to.bind(*board);
  }
  static timing_source::character with(timing_source::character of, double from, double until) {
    of.from_s = from;
    of.until_s = until;
    return of;
  }
  void settings(bool both) {
    board->frames.write(registers::restore_ms::offset, 1000);
    board->frames.write(registers::acquire_ms::offset, 1000);
    board->frames.write(registers::reference_config::offset, 1);
    if (both)
      board->frames.write(registers::reference_config::offset + 1, 1 | 1 << 4);
    board->frames.write(registers::control::offset, 3);
  }
  void run_until(double seconds) {
    sc_core::sc_start(sc_core::sc_time(seconds, sc_core::SC_SEC) - sc_core::sc_time_stamp());
    ASSERT_EQ(sc_core::sc_get_status(), sc_core::SC_PAUSED);
    board->frames.run_until(seconds);
  }
  std::unique_ptr<steered_board> board;
  std::unique_ptr<reference_wire> first, again, second;
};

double span(const std::vector<double>& x, double from, double until) {
  const auto at = [&](double s) {
    return x.begin() + std::min<long>(static_cast<long>(s * 50), static_cast<long>(x.size()));
  };
  const auto [low, high] = std::minmax_element(at(from), at(until));
  return *high - *low;
}

TEST(SteeredFrames, HoldTheirFrequencyWhileTheWireIsPulledAndFollowItAgain) {
  two_wires bench;
  bench.settings(false);
  bench.run_until(5);
  EXPECT_EQ(bench.board->state(), regs::clock_state::locked);
  bench.run_until(7);
  EXPECT_EQ(bench.board->state(), regs::clock_state::holdover);
  bench.run_until(11);
  EXPECT_EQ(bench.board->state(), regs::clock_state::holdover) << "waits to be restored";
  bench.run_until(14);
  EXPECT_EQ(bench.board->state(), regs::clock_state::locked);
  // Two seconds of lock before it was pulled have to do: 50 ppb of 17,000 are left at most.
  EXPECT_LT(span(bench.board->frames.time_error, 4, 14), 8 * 50e-9 + 100e-9);
}

TEST(SteeredFrames, DoNotMoveWhenTheWireIsChangedAndChangedBack) {
  two_wires bench;
  bench.settings(true);
  bench.run_until(5);
  EXPECT_EQ(bench.board->reference(), 0u);
  bench.run_until(8);
  EXPECT_EQ(bench.board->reference(), 1u);
  bench.run_until(13);
  EXPECT_EQ(bench.board->reference(), 0u) << "the better one, again";
  EXPECT_EQ(bench.board->frames.read(registers::switches::offset), 3u);
  EXPECT_EQ(bench.board->frames.read(registers::holdovers::offset), 0u);
  EXPECT_LT(span(bench.board->frames.time_error, 3, 13), 250e-9) << "G.823 6.2.3 within 2.5 s";
}

} // namespace
} // namespace switchroom::sim
