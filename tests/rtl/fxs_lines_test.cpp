// SPDX-License-Identifier: MIT
// Analog lines: RTL and golden model in lock step, millisecond by millisecond, through what
// telephones do to a loop. Figures: shared VOICE.md, "Lines and timing".
#include <array>
#include <initializer_list>
#include <stdexcept>
#include <tuple>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "Vfxs_lines_model.h"
#include "golden/fxs_lines.hpp"
#include "voice_bench.hpp"

namespace {
namespace regs = switchroom::regs;
using switchroom::golden::board_event;
using fxs = regs::fxs_block;
using kind = regs::event_kind;
constexpr unsigned lines = 5;
constexpr unsigned clocks_per_ms = 512;

void append(std::vector<board_event>& events, const std::vector<board_event>& more) {
  events.insert(events.end(), more.begin(), more.end());
}

class lines_bench
    : public switchroom::test::voice_bench<Vfxs_lines_model, switchroom::golden::fxs_lines> {
public:
  explicit lines_bench(unsigned seed = 1, unsigned longest_wait = 8)
      : voice_bench(seed, longest_wait, lines, 3u) {
    block->loop_i = 0;
    block->ms_stb_i = 0;
    block.reset();
    for (int n = 0; n < 200; ++n)
      clock();
    ms(); // the first millisecond clears the lines' memory
    now = 0;
  }

  /// One millisecond with the loop currents `current`, bit n for line n. Leaves its events.
  std::vector<board_event> ms() {
    block->loop_i = current;
    for (int n = 0; n < 3; ++n)
      clock();
    block->ms_stb_i = 1;
    clock();
    block->ms_stb_i = 0;
    for (unsigned n = 4; n < clocks_per_ms / 2; ++n)
      clock();
    ++now;
    const auto expected = golden.tick([&](unsigned n) { return (current >> n & 1) != 0; });
    const auto seen = take_events();
    EXPECT_EQ(seen, expected) << "at " << now << " ms";
    for (unsigned n = 0; n < lines; ++n) {
      EXPECT_EQ(block->ring_o >> n & 1, golden.ring(n)) << "line " << n << " at " << now << " ms";
      EXPECT_EQ(block->reverse_o >> n & 1, golden.reverse(n));
      EXPECT_EQ(block->mu_law_o >> n & 1, golden.mu_law(n));
      EXPECT_EQ(block->enable_o >> n & 1, golden.enable(n));
    }
    return seen;
  }

  /// Line 0 for `duration` ms with or without current; the events of that time.
  std::vector<board_event> loop(bool closed, unsigned duration) {
    current = (current & ~1u) | (closed ? 1u : 0u);
    std::vector<board_event> events;
    for (unsigned n = 0; n < duration; ++n) {
      for (const auto& event : ms())
        events.push_back(event);
      if (testing::Test::HasFailure())
        throw std::runtime_error("stopped at the first difference");
    }
    return events;
  }
  /// Stretches of loop(), one after another.
  std::vector<board_event> loops(std::initializer_list<std::pair<bool, unsigned>> stretches) {
    std::vector<board_event> events;
    for (const auto& [closed, duration] : stretches)
      for (const auto& event : loop(closed, duration))
        events.push_back(event);
    return events;
  }
  /// A millisecond in which nothing happens: for how many clocks the block is awake.
  unsigned scan() {
    unsigned clocks = 0;
    for (block->ms_stb_i = 1; block->eval(), block->awake_o; ++clocks) {
      block.clock();
      block->ms_stb_i = 0;
    }
    golden.tick([&](unsigned n) { return (current >> n & 1) != 0; });
    return clocks;
  }
  void enable(unsigned line) {
    write(fxs::line_config::offset + line, fxs::line_config::enable::of(1));
  }
  void control(unsigned line, bool ring, unsigned cadence = 0, bool reverse = false) {
    write(fxs::line_control::offset + line, fxs::line_control::ring::of(ring) |
                                                fxs::line_control::cadence::of(cadence) |
                                                fxs::line_control::reverse::of(reverse));
  }
  void cadence(unsigned number, std::vector<std::pair<bool, unsigned>> phases) {
    phases.resize(8);
    for (unsigned p = 0; p < 8; ++p)
      write(fxs::cadence::offset + 8 * number + p,
            fxs::cadence::ring::of(phases[p].first) |
                fxs::cadence::duration_ms::of(phases[p].second));
  }
  /// Line 0 lifted and settled.
  void seize() {
    enable(0);
    loop(false, 20);
    const auto events = loop(true, 400);
    ASSERT_EQ(events, (std::vector<board_event>{{kind::off_hook, 0, 0}}));
  }

  std::uint32_t current = 0;
  unsigned now = 0;
};

TEST(FxsLines, RegistersAsDescribed) {
  lines_bench bench;
  EXPECT_EQ(bench.read(fxs::id::offset), fxs::type << 16 | fxs::version);
  EXPECT_EQ(bench.read(fxs::capacity::offset), lines);
  EXPECT_EQ(bench.read(fxs::first_slot::offset), 3u);
  EXPECT_EQ(bench.read(fxs::hook_debounce_ms::offset), fxs::hook_debounce_ms::reset);
  EXPECT_EQ(bench.read(fxs::flash_min_ms::offset), fxs::flash_min_ms::reset);
  EXPECT_EQ(bench.read(fxs::flash_max_ms::offset), fxs::flash_max_ms::reset);
  EXPECT_EQ(bench.read(fxs::interdigit_ms::offset), fxs::interdigit_ms::reset);
  EXPECT_EQ(bench.read(fxs::ring_trip_ms::offset), fxs::ring_trip_ms::reset);
  for (unsigned c = 0; c < fxs::cadence::count; ++c)
    EXPECT_EQ(bench.read(fxs::cadence::offset + c), 0u);
  for (std::uint32_t word = 0; word < 0x10000; ++word) {
    bench.read(word);
    bench.write(word, 0x12345678 + word);
    bench.read(word);
  }
}

/// A line whose loop has been as it is for long, on-hook or in a call, costs a scan two clocks, not
/// six.
TEST(FxsLines, WhatRestsIsPassedOver) {
  lines_bench bench;
  bench.enable(0);
  bench.enable(1);
  bench.loop(false, 20);
  EXPECT_LE(bench.scan(), 2 * lines + 2);
  bench.loop(true, 400);
  EXPECT_LE(bench.scan(), 2 * lines + 2);
  bench.control(1, true);
  bench.loop(true, 5);
  EXPECT_GT(bench.scan(), 2 * lines + 2) << "a line that rings does not rest";
}

using pulse_case = std::tuple<double, double, unsigned>; // pulses a second, share of break, bounce
class PulseDial : public testing::TestWithParam<pulse_case> {};

TEST_P(PulseDial, EveryDigitOnceWithBouncingContacts) {
  const auto [rate, share, bounce] = GetParam();
  lines_bench bench(static_cast<unsigned>(100 * rate * share) + bounce);
  bench.seize();
  const auto edge = [&](bool closed, double until, double& time) {
    std::vector<board_event> events;
    for (unsigned n = 0; n < bounce && bench.now < until - 2; ++n)
      append(events, bench.loop(n % 2 ? !closed : closed, 1));
    time = until;
    while (bench.now + 0.5 < until)
      append(events, bench.loop(closed, 1));
    return events;
  };
  for (unsigned digit = 1; digit <= 10; ++digit) {
    double time = bench.now;
    std::vector<board_event> events;
    for (unsigned pulse = 0; pulse < digit; ++pulse) {
      append(events, edge(false, time + 1000 / rate * share, time));
      append(events, edge(true, time + 1000 / rate * (1 - share), time));
    }
    EXPECT_TRUE(events.empty()) << "digit " << digit << ": event before the pause";
    events = bench.loop(true, 450); // 750 ms is what a caller leaves at least
    EXPECT_EQ(events, (std::vector<board_event>{
                          {kind::pulse_digit, 0, static_cast<std::uint16_t>(digit)}}));
  }
}
INSTANTIATE_TEST_SUITE_P(Dials, PulseDial,
                         testing::Combine(testing::Values(9.0, 10.0, 11.0, 20.0),
                                          testing::Values(0.60, 0.67),
                                          testing::Values(0u, 3u, 5u)));

TEST(FxsLines, PulseTrainThatIsNoDigitIsDropped) {
  lines_bench bench;
  bench.seize();
  for (int n = 0; n < 11; ++n)
    EXPECT_TRUE((bench.loops({{false, 60}, {true, 40}})).empty());
  EXPECT_TRUE(bench.loop(true, 500).empty());
  for (int n = 0; n < 3; ++n) // hung up in the middle of a digit
    EXPECT_TRUE((bench.loops({{false, 60}, {true, 40}})).empty());
  EXPECT_EQ(bench.loop(false, 1000), (std::vector<board_event>{{kind::on_hook, 0, 0}}));
}

TEST(FxsLines, BreakIsPulseFlashOrOnHookByItsLength) {
  for (const unsigned length : {40u, 99u, 100u, 300u, 699u, 700u, 701u, 900u, 1500u}) {
    lines_bench bench(length);
    bench.seize();
    const auto events = bench.loops({{false, length}, {true, 500}});
    if (length < 100)
      EXPECT_EQ(events, (std::vector<board_event>{{kind::pulse_digit, 0, 1}})) << length;
    else if (length <= 700)
      EXPECT_EQ(events,
                (std::vector<board_event>{{kind::flash, 0, static_cast<std::uint16_t>(length)}}))
          << length;
    else
      EXPECT_EQ(events, (std::vector<board_event>{{kind::on_hook, 0, 0}, {kind::off_hook, 0, 0}}))
          << length;
  }
}

TEST(FxsLines, FlashWindowOfTheUnitedStates) {
  lines_bench bench;
  bench.write(fxs::flash_min_ms::offset, 300);
  bench.write(fxs::flash_max_ms::offset, 1000);
  bench.seize();
  EXPECT_EQ(bench.loops({{false, 301}, {true, 600}}),
            (std::vector<board_event>{{kind::flash, 0, 301}}));
  EXPECT_EQ(bench.loops({{false, 1000}, {true, 600}}),
            (std::vector<board_event>{{kind::flash, 0, 1000}}));
  EXPECT_EQ(bench.loop(false, 1200), (std::vector<board_event>{{kind::on_hook, 0, 0}}));
}

TEST(FxsLines, SeizureAndHangUpBounceAreOneEventEach) {
  lines_bench bench;
  bench.enable(0);
  bench.loop(false, 50);
  std::vector<board_event> events;
  for (const unsigned bounce : {1u, 2u, 3u, 15u, 12u, 30u, 5u, 20u, 9u})
    append(events, bench.loops({{true, bounce + 3}, {false, bounce}}));
  append(events, bench.loop(true, 800));
  EXPECT_EQ(events, (std::vector<board_event>{{kind::off_hook, 0, 0}}));
  events.clear();
  for (const unsigned bounce : {3u, 5u, 2u, 1u})
    append(events, bench.loops({{false, bounce}, {true, bounce}}));
  append(events, bench.loop(false, 1000));
  EXPECT_EQ(events, (std::vector<board_event>{{kind::on_hook, 0, 0}}));
}

TEST(FxsLines, RingsByTheCadenceToTheMillisecond) {
  // United Kingdom: 400 on, 200 off, 400 on, 2000 off.
  const std::vector<std::pair<bool, unsigned>> british{
      {true, 400}, {false, 200}, {true, 400}, {false, 2000}};
  lines_bench bench;
  bench.enable(0);
  bench.cadence(5, british);
  bench.loop(false, 10);
  bench.control(0, true, 5);
  for (int turn = 0; turn < 2; ++turn) {
    for (const auto& [on, duration] : british) {
      for (unsigned n = 0; n < duration; ++n) {
        bench.ms();
        ASSERT_EQ(bench.block->ring_o & 1, on) << n << " ms into a phase of " << duration;
      }
    }
  }
  bench.loop(false, 100);
  bench.control(0, false);
  bench.ms();
  EXPECT_EQ(bench.block->ring_o & 1, 0);
}

TEST(FxsLines, AnswerStopsTheRingingWithin200Ms) {
  for (const unsigned moment : {1u, 500u, 990u, 1000u, 1500u, 4990u, 5100u}) {
    lines_bench bench(moment);
    bench.enable(0);
    bench.cadence(0, {{true, 1000}, {false, 4000}});
    bench.control(0, true);
    EXPECT_TRUE(bench.loop(false, moment).empty());
    const unsigned answered = bench.now;
    std::vector<board_event> events;
    while (events.empty() && bench.now < answered + 1000)
      events = bench.loop(true, 1);
    EXPECT_LE(bench.now - answered, 200u) << "answered at " << moment;
    EXPECT_EQ(events, (std::vector<board_event>{{kind::ring_trip, 0, 0}, {kind::off_hook, 0, 0}}));
    EXPECT_EQ(bench.block->ring_o & 1, 0);
    EXPECT_EQ(bench.read(fxs::line_status::offset), fxs::line_status::off_hook::mask |
                                                        fxs::line_status::loop::mask |
                                                        fxs::line_status::tripped::mask);
    // Hung up before the host knows: silent until the host has cleared `ring`, then rung anew.
    EXPECT_EQ(bench.loop(false, 2000), (std::vector<board_event>{{kind::on_hook, 0, 0}}));
    EXPECT_EQ(bench.block->ring_o & 1, 0);
    bench.control(0, false);
    bench.control(0, true);
    bench.loop(false, 2);
    EXPECT_EQ(bench.block->ring_o & 1, 1);
  }
}

TEST(FxsLines, RingingPeaksAreNoAnswer) {
  for (const double hertz : {16.6, 20.0, 25.0, 50.0}) {
    lines_bench bench(static_cast<unsigned>(hertz));
    bench.enable(0);
    bench.cadence(0, {{true, 1000}, {false, 500}});
    bench.control(0, true);
    for (int n = 0; n < 3000; ++n) {
      const double phase = n * hertz / 1000;
      const bool peak = (bench.block->ring_o & 1) && phase - static_cast<int>(phase) < 0.5;
      EXPECT_TRUE(bench.loop(peak, 1).empty()) << hertz << " Hz at " << n;
    }
    bench.control(0, false);
    EXPECT_TRUE((bench.loops({{true, 5}, {false, 100}})).empty());
  }
}

TEST(FxsLines, DisabledLineIsSilentAndOffHookIsReportedOnceEnabled) {
  lines_bench bench;
  bench.cadence(0, {{true, 1000}});
  bench.control(0, true, 0, true);
  EXPECT_TRUE((bench.loops({{true, 300}, {false, 300}})).empty());
  EXPECT_EQ(bench.block->ring_o, 0);
  EXPECT_EQ(bench.block->reverse_o & 1, 1);
  bench.control(0, false);
  bench.loop(true, 100);
  bench.enable(0);
  EXPECT_EQ(bench.loop(true, 100), (std::vector<board_event>{{kind::off_hook, 0, 0}}));
}

TEST(FxsLines, LockStepThroughRandomDays) {
  for (unsigned seed = 1; seed <= 4; ++seed) {
    lines_bench bench(seed, 40);
    std::array<unsigned, lines> left{};
    const auto pick = [&](std::vector<unsigned> choices) {
      return choices[bench.random() % choices.size()];
    };
    for (unsigned c = 0; c < 16; ++c)
      bench.cadence(c, {{true, pick({1, 5, 50, 400})},
                        {false, pick({0, 1, 30, 300})},
                        {true, pick({0, 7, 100})},
                        {false, pick({0, 2, 200})}});
    for (unsigned n = 0; n < lines; ++n)
      bench.enable(n);
    unsigned events = 0;
    for (int n = 0; n < 12000 && !HasFailure(); ++n) {
      for (unsigned line = 0; line < lines; ++line) {
        if (left[line]-- == 0) {
          left[line] = pick({1, 2, 5, 9, 10, 11, 33, 40, 60, 67, 99, 100, 101, 300, 400, 700, 900});
          bench.current ^= 1u << line;
        }
      }
      if (bench.random() % 40 == 0)
        bench.control(bench.random() % lines, bench.random() % 2, bench.random() % 16,
                      bench.random() % 2);
      if (bench.random() % 400 == 0)
        bench.write(fxs::line_config::offset + bench.random() % lines, bench.random() % 4 | 2);
      if (bench.random() % 900 == 0)
        bench.write(fxs::line_config::offset + bench.random() % lines, 0);
      if (bench.random() % 2000 == 0)
        bench.write(pick({fxs::hook_debounce_ms::offset, fxs::ring_trip_ms::offset}),
                    1 + bench.random() % 60);
      events += static_cast<unsigned>(bench.ms().size());
      bench.read(fxs::line_status::offset + bench.random() % lines);
    }
    EXPECT_GT(events, 50u) << "seed " << seed << " tests too little";
  }
}
} // namespace
