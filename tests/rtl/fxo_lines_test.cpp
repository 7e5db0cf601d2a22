// SPDX-License-Identifier: MIT
// Exchange lines: RTL and golden model in lock step, millisecond by millisecond, through what an
// exchange does to a line. What is dialled is read back by the golden model of the other end, an
// FXS line.
#include <array>
#include <cmath>
#include <numbers>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "Vfxo_lines_model.h"
#include "golden/fxo_lines.hpp"
#include "golden/fxs_lines.hpp"
#include "voice_bench.hpp"

namespace {
namespace regs = switchroom::regs;
using switchroom::golden::board_event;
using switchroom::golden::exchange_line;
using fxo = regs::fxo_block;
using kind = regs::event_kind;
using events = std::vector<board_event>;
constexpr unsigned lines = 3;
constexpr unsigned clocks_per_ms = 256;

class lines_bench
    : public switchroom::test::voice_bench<Vfxo_lines_model, switchroom::golden::fxo_lines> {
public:
  explicit lines_bench(unsigned seed = 1, unsigned longest_wait = 8)
      : voice_bench(seed, longest_wait, lines, 29u) {
    block->ring_i = block->polarity_i = block->current_i = 0;
    block->ms_stb_i = 0;
    block.reset();
    for (int n = 0; n < 40; ++n)
      clock();
    ms(); // the first millisecond clears the lines' memory
    now = 0;
  }

  events ms() {
    const auto pins = [&](auto what) {
      unsigned bits = 0;
      for (unsigned n = 0; n < lines; ++n)
        bits |= (far.at(n).*what ? 1u : 0u) << n;
      return static_cast<CData>(bits);
    };
    block->ring_i = pins(&exchange_line::ring);
    block->polarity_i = pins(&exchange_line::reversed);
    block->current_i = pins(&exchange_line::current);
    for (int n = 0; n < 3; ++n)
      clock();
    block->ms_stb_i = 1;
    clock();
    block->ms_stb_i = 0;
    for (unsigned n = 4; n < clocks_per_ms; ++n)
      clock();
    ++now;
    const auto expected = golden.tick([&](unsigned n) { return far[n]; });
    const auto seen = take_events();
    EXPECT_EQ(seen, expected) << "at " << now << " ms";
    for (unsigned n = 0; n < lines; ++n) {
      EXPECT_EQ(block->loop_close_o >> n & 1, golden.closes(n)) << "line " << n << " at " << now;
      EXPECT_EQ(block->mu_law_o >> n & 1, golden.mu_law(n));
      EXPECT_EQ(block->enable_o >> n & 1, golden.enable(n));
    }
    if (testing::Test::HasFailure())
      throw std::runtime_error("stopped at the first difference");
    return seen;
  }

  /// Line 0 at an exchange that feeds it, or does not, and rings with `hertz`, for so long.
  events run(unsigned duration, bool fed = true, double hertz = 0) {
    events all;
    for (unsigned n = 0; n < duration; ++n) {
      far[0].current = fed && golden.closes(0);
      far[0].ring = hertz > 0 && std::sin(2 * std::numbers::pi * hertz * now / 1000) > 0.3;
      for (const auto& event : ms())
        all.push_back(event);
      if (receiver)
        for (const auto& event : receiver->tick([&](unsigned) { return golden.closes(0); }))
          received.push_back(event);
    }
    return all;
  }
  void enable(unsigned line = 0) {
    write(fxo::line_config::offset + line, fxo::line_config::enable::of(1));
  }
  void control(bool close, unsigned dial_end = 0, unsigned flashes = 0, unsigned line = 0) {
    write(fxo::line_control::offset + line, fxo::line_control::close::of(close) |
                                                fxo::line_control::dial_end::of(dial_end) |
                                                fxo::line_control::flashes::of(flashes));
  }
  void seize() {
    enable();
    run(5);
    control(true);
    const auto seen = run(50);
    ASSERT_EQ(seen, (events{{kind::line_seized, 0, 10}}));
  }
  /// Puts digits into places from 0 on.
  void digits(const std::string& number) {
    std::array<std::uint32_t, 4> words{};
    for (std::size_t n = 0; n < number.size(); ++n) {
      const auto pulses = number[n] == ','   ? 0u
                          : number[n] == '0' ? 10u
                                             : static_cast<unsigned>(number[n] - '0');
      words.at(n / 8) |= pulses << 4 * (n % 8);
    }
    for (unsigned w = 0; w < words.size(); ++w)
      write(fxo::dial::offset + w, words.at(w));
  }

  std::array<exchange_line, lines> far{};
  unsigned now = 0;
  std::optional<switchroom::golden::fxs_lines> receiver;
  events received;
};

TEST(FxoLines, RegistersAsDescribed) {
  lines_bench bench;
  EXPECT_EQ(bench.read(fxo::id::offset), fxo::type << 16 | fxo::version);
  EXPECT_EQ(bench.read(fxo::capacity::offset), lines);
  EXPECT_EQ(bench.read(fxo::first_slot::offset), 29u);
  EXPECT_EQ(bench.read(fxo::ring_min_ms::offset), 150u);
  EXPECT_EQ(bench.read(fxo::lost_ms::offset), 250u);
  EXPECT_EQ(bench.read(fxo::break_ms::offset), 60u);
  EXPECT_EQ(bench.read(fxo::make_ms::offset), 40u);
  for (unsigned word = 0; word < 4 * lines; ++word)
    EXPECT_EQ(bench.read(fxo::dial::offset + word), 0u);
  for (std::uint32_t word = 0; word < 0x10000; ++word) {
    bench.read(word);
    bench.write(word, 0x12345678 + word);
    bench.read(word);
  }
}

TEST(FxoLines, RingsFrom15To68HertzAndNotBeyond) {
  for (const double hertz : {15.0, 16.7, 20.0, 25.0, 33.3, 50.0, 60.0, 68.0}) {
    lines_bench bench;
    bench.enable();
    bench.run(300);
    const auto seen = bench.run(1000, true, hertz);
    ASSERT_EQ(seen.size(), 1u) << hertz << " Hz";
    EXPECT_EQ(seen[0].kind, kind::line_rings);
    EXPECT_NEAR(seen[0].data, 1000 / hertz, 1) << hertz << " Hz";
    const auto after = bench.run(200);
    ASSERT_EQ(after.size(), 1u);
    EXPECT_EQ(after[0].kind, kind::line_silent);
    EXPECT_NEAR(after[0].data, 1000, 2000 / hertz + 1) << hertz << " Hz";
  }
  for (const double hertz : {5.0, 10.0, 14.5, 80.0, 100.0, 330.0}) {
    lines_bench bench;
    bench.enable();
    EXPECT_TRUE(bench.run(3000, true, hertz).empty()) << hertz << " Hz";
  }
}

TEST(FxoLines, ShortRingingIsNone) {
  lines_bench bench;
  bench.enable();
  bench.run(500);
  EXPECT_TRUE(bench.run(140, true, 25).empty());
  EXPECT_TRUE(bench.run(500).empty());
  EXPECT_EQ(bench.run(240, true, 25).size(), 1u);
}

TEST(FxoLines, EachBurstOfACadenceIsTold) {
  lines_bench bench;
  bench.enable();
  bench.run(100);
  events seen;
  for (int turn = 0; turn < 2; ++turn) // United Kingdom: 400 on, 200 off, 400 on, 2000 off
    for (const unsigned pause : {200u, 2000u}) {
      for (const auto& event : bench.run(400, true, 25))
        seen.push_back(event);
      for (const auto& event : bench.run(pause))
        seen.push_back(event);
    }
  ASSERT_EQ(seen.size(), 8u);
  for (std::size_t n = 0; n < seen.size(); ++n)
    EXPECT_EQ(seen[n].kind, n % 2 == 0 ? kind::line_rings : kind::line_silent);
}

TEST(FxoLines, AnAnswerEndsTheRinging) {
  lines_bench bench;
  bench.enable();
  bench.run(100);
  ASSERT_EQ(bench.run(500, true, 25).size(), 1u);
  bench.control(true);
  const auto seen = bench.run(30);
  ASSERT_EQ(seen.size(), 2u);
  EXPECT_EQ(seen[0].kind, kind::line_silent);
  EXPECT_EQ(seen[1].kind, kind::line_seized);
}

TEST(FxoLines, ALoopWithoutCurrentIsDead) {
  lines_bench bench;
  bench.enable();
  bench.run(5);
  bench.control(true);
  EXPECT_TRUE(bench.run(500, false).empty());
  EXPECT_EQ(bench.run(1, false), (events{{kind::line_dead, 0, 0}}));
  EXPECT_EQ(bench.read(fxo::line_status::offset) & fxo::line_status::lost::mask,
            fxo::line_status::lost::mask);
  bench.control(false);
  bench.run(2);
  EXPECT_EQ(bench.block->loop_close_o & 1, 0);
}

TEST(FxoLines, ABreakOf250MsIsTheExchangesRelease) {
  lines_bench bench;
  bench.seize();
  EXPECT_TRUE(bench.run(249, false).empty());
  EXPECT_TRUE(bench.run(100).empty());
  EXPECT_EQ(bench.run(250, false), (events{{kind::line_lost, 0, 0}}));
  EXPECT_TRUE(bench.run(600, false).empty()) << "told once";
  EXPECT_TRUE(bench.run(600).empty()) << "lost until the host opens it";
  bench.control(false);
  bench.run(100);
  bench.control(true);
  EXPECT_EQ(bench.run(50), (events{{kind::line_seized, 0, 10}}));
}

TEST(FxoLines, PolarityIsTold) {
  lines_bench bench;
  bench.seize();
  bench.far[0].reversed = true;
  EXPECT_TRUE(bench.run(19).empty());
  EXPECT_EQ(bench.run(1), (events{{kind::polarity, 0, 1}}));
  bench.far[0].reversed = false;
  EXPECT_TRUE(bench.run(10).empty());
  bench.far[0].reversed = true; // a spike
  EXPECT_TRUE(bench.run(100).empty());
  bench.far[0].reversed = false;
  EXPECT_EQ(bench.run(40), (events{{kind::polarity, 0, 0}}));
}

TEST(FxoLines, WhatIsPulsedAnFxsLineHears) {
  lines_bench bench;
  bench.receiver.emplace(1u);
  bench.receiver->write(regs::fxs_block::line_config::offset, 2);
  bench.seize();
  bench.run(300);
  bench.received.clear();
  const std::string number = "12345,67890";
  bench.digits(number);
  bench.control(true, static_cast<unsigned>(number.size()));
  events seen;
  std::vector<unsigned> stretches; // of the loop: open, closed, …
  bool closed = true;
  for (unsigned n = 0, length = 0; seen.empty() && n < 30000; ++n, ++length) {
    seen = bench.run(1);
    if (std::exchange(closed, bench.golden.closes(0)) != closed)
      stretches.push_back(std::exchange(length, 0));
  }
  EXPECT_EQ(seen, (events{{kind::line_dialled, 0, 11}}));
  events expected;
  for (const unsigned pulses : {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    expected.push_back({kind::pulse_digit, 0, static_cast<std::uint16_t>(pulses)});
  EXPECT_EQ(bench.received, expected);
  ASSERT_EQ(stretches.size(), 2u * 55);
  for (std::size_t n = 1; n < stretches.size(); ++n) // of 100 ms, 60 open
    EXPECT_TRUE(n % 2 ? stretches[n] == 60 : stretches[n] == 40 || stretches[n] >= 840) << n;
}

TEST(FxoLines, MoreDigitsFollowAndAReleaseDropsTheRest) {
  lines_bench bench;
  bench.receiver.emplace(1u);
  bench.receiver->write(regs::fxs_block::line_config::offset, 2);
  bench.seize();
  bench.run(300); // a contact that has just closed may bounce
  bench.digits("21");
  bench.control(true, 1);
  EXPECT_EQ(bench.run(1500), (events{{kind::line_dialled, 0, 1}}));
  bench.control(true, 2);
  EXPECT_EQ(bench.run(1500), (events{{kind::line_dialled, 0, 2}}));
  bench.digits("2199");
  bench.control(true, 4);
  bench.run(150);
  bench.control(false, 4);
  EXPECT_TRUE(bench.run(3000).empty());
  EXPECT_EQ(bench.received, (events{{kind::off_hook, 0, 0},
                                    {kind::pulse_digit, 0, 2},
                                    {kind::pulse_digit, 0, 1},
                                    {kind::on_hook, 0, 0}}));
}

TEST(FxoLines, AFlashIsAFlashAtTheOtherEnd) {
  lines_bench bench;
  bench.receiver.emplace(1u);
  bench.receiver->write(regs::fxs_block::line_config::offset, 2);
  bench.seize();
  bench.run(200);
  bench.received.clear();
  bench.control(true, 0, 1);
  EXPECT_TRUE(bench.run(500).empty());
  ASSERT_EQ(bench.received.size(), 1u);
  EXPECT_EQ(bench.received[0].kind, kind::flash);
  EXPECT_NEAR(bench.received[0].data, 100, 1);
  bench.control(true, 0, 1); // repeated by the link
  bench.run(500);
  EXPECT_EQ(bench.received.size(), 1u);
}

TEST(FxoLines, LockStepThroughRandomDays) {
  for (unsigned seed = 1; seed <= 4; ++seed) {
    lines_bench bench(seed, 30);
    const auto one_in = [&](unsigned n) { return bench.random() % n == 0; };
    bench.write(fxo::interdigit_ms::offset, 90);
    bench.write(fxo::break_ms::offset, 7);
    bench.write(fxo::make_ms::offset, 5);
    bench.write(fxo::lost_ms::offset, 40);
    bench.write(fxo::ring_min_ms::offset, 60);
    bench.write(fxo::seize_ms::offset, 50);
    for (unsigned n = 0; n < lines; ++n)
      bench.enable(n);
    std::array<unsigned, lines> half{}; // of a period of ringing, ms; 0: it does not ring
    std::array<bool, lines> fed{true, true, true};
    std::array<unsigned, lines> ends{};
    std::size_t count = 0;
    std::array<unsigned, 64> kinds{}; // by event_kind
    for (unsigned n = 0; n < 15000; ++n) {
      for (unsigned line = 0; line < lines; ++line) {
        auto& far = bench.far.at(line);
        if (one_in(150))
          half.at(line) = bench.random() % 3 == 0 ? 0 : 6 + bench.random() % 30;
        far.ring = half.at(line) != 0 && n / half.at(line) % 2 == 0;
        if (one_in(300))
          far.reversed = !far.reversed;
        if (one_in(fed.at(line) ? 250 : 120))
          fed.at(line) = !fed.at(line);
        far.current = fed.at(line) && bench.golden.closes(line);
      }
      if (one_in(120)) {
        const unsigned line = bench.random() % lines;
        ends.at(line) = (ends.at(line) + bench.random() % 3) % 32;
        bench.control(!one_in(4), ends.at(line), one_in(4) ? bench.random() % 16 : 0, line);
      }
      if (one_in(200))
        bench.write(fxo::dial::offset + bench.random() % (4 * lines),
                    static_cast<std::uint32_t>(bench.random()));
      if (one_in(1500))
        bench.write(fxo::line_config::offset + bench.random() % lines, bench.random() % 4);
      if (one_in(300))
        bench.enable(bench.random() % lines);
      for (const auto& event : bench.ms()) {
        ++count;
        ++kinds.at(static_cast<std::size_t>(event.kind));
      }
      bench.read(fxo::line_status::offset + bench.random() % lines);
    }
    EXPECT_GT(count, 150u) << "seed " << seed << " tests too little";
    for (const auto each : {kind::line_rings, kind::line_silent, kind::polarity, kind::line_seized,
                            kind::line_dead, kind::line_lost, kind::line_dialled})
      EXPECT_GT(kinds.at(static_cast<std::size_t>(each)), 0u)
          << "seed " << seed << ": never event " << int(each);
  }
}
} // namespace
