// SPDX-License-Identifier: MIT
// What the clock does to references, by its golden model at 65.536 MHz, in continuous time: it
// acquires, filters, holds, switches, refuses. Limits of ITU-T G.823 as in
// sim/clock/time_error.hpp.
#include "clock/clocked_frames.hpp"
#include "clock/time_error.hpp"

#include <cmath>
#include <numbers>

#include <gtest/gtest.h>

namespace {
using namespace switchroom::sim;
using switchroom::regs::clock_state;
using block = switchroom::regs::clock_block;
constexpr unsigned clocks = 8192;
constexpr double ui = 1 / 2.048e6;

using source = timing_source::character;
source clean() {
  source made;
  made.white_s = 5e-9;
  return made;
}
oscillator::character crystal(double offset) {
  oscillator::character made;
  made.offset = offset;
  made.swing = 0.5e-6;
  made.walk = 1e-10;
  return made;
}
oscillator::character steady(double offset) {
  oscillator::character made;
  made.offset = offset;
  return made;
}
clock_state state(const clocked_frames& board) {
  return board.clock.loop().now();
}
std::size_t samples(double tau) {
  return static_cast<std::size_t>(std::lround(tau / clocked_frames::sample_s));
}

TEST(ClockBehaviour, LocksWithinElevenSecondsAnywhereWithin50Ppm) {
  for (const double offset : {-50e-6, -4.6e-6, 0.0, 17e-6, 50e-6}) {
    clocked_frames board(clocks, steady(offset), {clean()});
    follow(board.clock, 1);
    board.run_until(1.2);
    EXPECT_EQ(state(board), clock_state::acquiring) << offset;
    const double frequency = board.clock.loop().frequency() / 268435456.0 / clocks;
    EXPECT_NEAR(frequency, offset, 0.3e-6) << "taken over from what was measured";
    board.run_until(11.5);
    EXPECT_EQ(state(board), clock_state::locked) << offset;
    EXPECT_EQ(board.clock.loop().counted().jumps, 0u);
  }
}

/// G.823, 6.2.3, with the oscillator of a cheap board.
TEST(ClockBehaviour, WanderOfItsOwnIsFarBelowTheLimitsOfASynchronousEquipmentClock) {
  clocked_frames board(clocks, crystal(17e-6), {clean()});
  follow(board.clock, 1);
  board.run_until(40);
  board.time_error.clear();
  board.run_until(640);
  for (const double tau : {0.1, 1.0, 2.5, 10.0, 20.0, 60.0, 200.0}) {
    EXPECT_LT(mtie(board.time_error, samples(tau)), g823::sec_mtie(tau) / 5) << tau;
    EXPECT_LT(tdev(board.time_error, samples(tau)), g823::sec_tdev(tau) / 5) << tau;
  }
}

/// Gain of a sine of `hz` from reference to frames, dB.
double transfer(double hz) {
  source swayed = clean();
  swayed.sways = {{hz, 2e-6, 0}};
  clocked_frames board(clocks, steady(17e-6), {swayed});
  follow(board.clock, 1);
  board.run_until(40 + std::ceil(1 / hz));
  const double from = board.now(), until = from + std::ceil(20 * hz) / hz;
  double sine = 0, cosine = 0, frames = 0;
  for (; board.now() < until; ++frames) {
    board.frame();
    const double angle = 2 * std::numbers::pi * hz * board.now();
    sine += board.late() * std::sin(angle);
    cosine += board.late() * std::cos(angle);
  }
  return 20 * std::log10(2 * std::hypot(sine, cosine) / frames / 1e-6);
}
/// By what a loop of second order with damping 4 and 2^-11 does; 0.2 dB is what G.813 allows.
TEST(ClockBehaviour, JitterIsFilteredFromTheCornerOn) {
  for (const double hz : {0.02, 0.05, 0.1})
    EXPECT_LT(transfer(hz), 0.2) << hz;
  EXPECT_NEAR(transfer(0.62), -3, 0.3);
  EXPECT_NEAR(transfer(6.2), -20, 1);
}

class JitterTolerance : public testing::TestWithParam<double> {};
/// G.823, 7.1.2: nothing jumps, slips, or is refused.
TEST_P(JitterTolerance, IsThatOfATwoMegabitInput) {
  source swayed = clean();
  swayed.sways = {{GetParam(), g823::tolerance(GetParam()), 0}};
  clocked_frames board(clocks, steady(17e-6), {swayed});
  follow(board.clock, 1);
  board.run_until(20);
  const auto before = board.stores[0].repeats + board.stores[0].skips;
  board.run_until(GetParam() < 0.1 ? 240 : 60);
  EXPECT_EQ(state(board), clock_state::locked);
  EXPECT_EQ(board.clock.loop().counted().jumps, 0u);
  EXPECT_EQ(board.clock.loop().counted().switches, 1u);
  EXPECT_EQ(board.stores[0].repeats + board.stores[0].skips, before);
  EXPECT_LE(board.stores[0].broken, before);
}
INSTANTIATE_TEST_SUITE_P(Hertz, JitterTolerance,
                         testing::Values(4.88e-3, 0.01, 0.1, 1.667, 20.0, 400.0, 2400.0, 18e3,
                                         100e3));

/// What is 100 ppm off is not followed, and what goes off is left, frequency unharmed.
TEST(ClockBehaviour, AHundredPpmAreRefused) {
  for (const double offset : {-100e-6, 100e-6}) {
    source off = clean();
    off.offset = offset;
    clocked_frames board(clocks, steady(10e-6), {off});
    follow(board.clock, 1);
    board.run_until(10);
    EXPECT_EQ(state(board), clock_state::free_run);
    EXPECT_EQ(board.clock.read(block::reference_status::offset).value &
                  (block::reference_status::within::mask | block::reference_status::usable::mask),
              0u);
    EXPECT_NEAR(board.ppb(board.clock.reference(0).error()), (10e-6 - offset) * 1e9, 20);
  }
}

TEST(ClockBehaviour, AReferenceThatGoesOffIsLeftAndItsFrequencyForgotten) {
  source first = clean(), off = clean();
  first.until_s = 60;
  off.from_s = 60; // the same wire, 100 ppm off from then on
  off.offset = 100e-6;
  clocked_frames board(clocks, steady(10e-6), {first});
  follow(board.clock, 1);
  board.run_until(60);
  board.replace(0, off);
  board.run_until(64);
  EXPECT_EQ(state(board), clock_state::holdover);
  EXPECT_NEAR(board.clock.loop().frequency() / 268435456.0 / clocks, 10e-6, 5e-9);
}

/// A steady oscillator: what is left is how well the frequency was learnt.
TEST(ClockBehaviour, HoldoverKeepsTheFrequencyWithinAPartInABillion) {
  source lost = clean();
  lost.until_s = 300;
  clocked_frames board(clocks, steady(17e-6), {lost});
  follow(board.clock, 1);
  board.run_until(301);
  ASSERT_EQ(state(board), clock_state::holdover);
  const double late = board.late();
  board.run_until(401);
  EXPECT_LT(std::abs(board.late() - late) / 100, 1e-9);
  EXPECT_GE(board.clock.loop().since_s(), 99u);
}

/// Two references that agree on frequency and are 40 µs apart: the frame does not move, and no
/// octet of a call is lost or said twice.
TEST(ClockBehaviour, SwitchingReferencesMovesNothing) {
  source first = clean(), second = clean();
  first.until_s = 60;
  second.phase_s = 40e-6;
  second.seed = 2;
  clocked_frames board(clocks, steady(17e-6), {first, second});
  follow(board.clock, 2);
  board.run_until(55);
  ASSERT_EQ(board.clock.loop().reference(), 0u);
  const auto broken = board.stores[1].broken;
  board.time_error.clear();
  board.run_until(75);
  ASSERT_EQ(board.clock.loop().reference(), 1u);
  EXPECT_LT(mtie(board.time_error, samples(20)), 50e-9);
  EXPECT_EQ(board.stores[1].broken, broken);
  EXPECT_EQ(board.stores[1].repeats + board.stores[1].skips, 0u);
}

TEST(ClockBehaviour, AStepOfAReferenceIsNotFollowed) {
  source steps = clean();
  steps.steps = {{60, 30e-6}};
  clocked_frames board(clocks, steady(17e-6), {steps});
  follow(board.clock, 1);
  board.run_until(55);
  board.time_error.clear();
  board.run_until(75);
  EXPECT_EQ(board.clock.loop().counted().jumps, 1u);
  EXPECT_LT(mtie(board.time_error, samples(20)), 50e-9);
}

TEST(ClockBehaviour, QualityComesBeforePriorityAndReversionWaits) {
  source first = clean(), second = clean();
  first.until_s = 20;
  clocked_frames board(clocks, steady(5e-6), {first, second});
  board.clock.write(block::restore_ms::offset, 10'000);
  follow(board.clock, 2, true);
  board.run_until(15);
  EXPECT_EQ(board.clock.loop().reference(), 0u);
  board.run_until(20.2);
  EXPECT_EQ(board.clock.loop().reference(), 0u) << "held off";
  board.run_until(21);
  EXPECT_EQ(board.clock.loop().reference(), 1u);
  board.replace(0, [] {
    auto again = clean();
    again.from_s = 30;
    return again;
  }());
  board.run_until(38);
  EXPECT_EQ(board.clock.loop().reference(), 1u) << "waits to be restored";
  board.run_until(42);
  EXPECT_EQ(board.clock.loop().reference(), 0u);
  // A worse quality than the other's.
  using config = block::reference_config;
  board.clock.write(config::offset, config::enable::of(1) | config::quality::of(4));
  board.run_until(43);
  EXPECT_EQ(board.clock.loop().reference(), 1u);
  board.clock.write(block::control::offset,
                    block::control::enable::of(1) | block::control::mode::of(1));
  board.run_until(44);
  EXPECT_EQ(board.clock.loop().reference(), 0u) << "forced";
  board.clock.write(block::control::offset,
                    block::control::enable::of(1) | block::control::mode::of(2));
  board.run_until(45);
  EXPECT_EQ(state(board), clock_state::holdover);
}

class Slips : public testing::TestWithParam<double> {};
/// One frame is lost or said twice each 125 µs that the far end gains; none while it is followed.
TEST_P(Slips, AreAsManyAsTheOffsetMakes) {
  source far = clean();
  far.offset = GetParam() * 1e-6;
  clocked_frames alone(clocks, steady(0), {far});
  alone.run_until(60);
  const double expected = std::abs(GetParam()) * 1e-6 * 60 / 125e-6;
  const auto& store = alone.stores[0];
  EXPECT_NEAR(GetParam() > 0 ? store.skips : store.repeats, expected, 1);
  EXPECT_EQ(GetParam() > 0 ? store.repeats : store.skips, 0u);
  EXPECT_EQ(store.broken, store.repeats + store.skips);
  clocked_frames following(clocks, steady(0), {far});
  follow(following.clock, 1);
  following.run_until(3);
  const auto before = following.stores[0].skips + following.stores[0].repeats;
  EXPECT_LE(before, 1u);
  following.run_until(60);
  EXPECT_EQ(following.stores[0].skips + following.stores[0].repeats, before);
}
INSTANTIATE_TEST_SUITE_P(Ppm, Slips, testing::Values(-50.0, -10.0, -1.0, 1.0, 10.0, 50.0));
} // namespace
