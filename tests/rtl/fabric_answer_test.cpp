// SPDX-License-Identifier: MIT
// Answer tones in the whole fabric: through the switch, and what the echo cancellers do about them.
#include <cstdlib>
#include <set>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "answer_signals.hpp"
#include "fabric_lock_step.hpp"

namespace {
namespace regs = switchroom::regs;
using switchroom::test::connection;
using switchroom::test::lock_step;
using switchroom::test::shape;

/// A modem answers at line 30; line 5 hears it through the switch and returns a part of it, which
/// line 6 hears: first not, for there is a canceller; then as it is.
TEST(FabricAnswerTone, HasTheCancellerOfWhoHearsItKeepOutOfTheWay) {
  namespace golden = switchroom::golden;
  lock_step bench(1);
  using block = regs::switch_block;
  using answer = regs::answer_tone_block;
  using line = regs::fxs_block::line_config;
  using canceller = regs::echo_block::line;
  bench.write(regs::fxs_block::type, line::offset,
              std::vector<std::uint32_t>(shape.lines, line::enable::of(1)));
  ASSERT_NO_FATAL_FAILURE(bench.frame());
  bench.write(block::type, block::connection::offset + 5, {connection(30), connection(5)});
  bench.write(block::type, block::control::offset, {block::control::commit::of(1)});
  ASSERT_NO_FATAL_FAILURE(bench.frames(3));
  bench.write(regs::echo_block::type, canceller::offset + 5, {canceller::enable::of(1)});
  bench.write(answer::type, answer::line_config::offset,
              std::vector<std::uint32_t>(shape.lines, answer::line_config::enable::of(1)));
  ASSERT_NO_FATAL_FAILURE(bench.frame());
  bench.fabric.octets_in.fill(golden::g711_encode(golden::g711_law::a, 0));
  const auto modem = switchroom::test::answer_signal{.ms = 1100}.samples(1);
  int returned = 0;
  for (std::size_t n = 0; n < modem.size(); ++n) {
    const int heard =
        n == 0 ? 0
               : golden::g711_decode(golden::g711_law::a,
                                     static_cast<std::uint8_t>(bench.fabric.octets_out[5]));
    bench.fabric.octets_in[30] = golden::g711_encode(golden::g711_law::a, modem[n]);
    bench.fabric.octets_in[5] =
        golden::g711_encode(golden::g711_law::a, static_cast<std::int16_t>(heard / 4));
    ASSERT_NO_FATAL_FAILURE(bench.frame_as_said());
    const int after = golden::g711_decode(golden::g711_law::a,
                                          static_cast<std::uint8_t>(bench.fabric.octets_out[6]));
    if (n > 8 * 350 && n < 8 * 440) { // the canceller knows the echo
      ASSERT_LT(std::abs(after), 256) << n;
    }
    if (n > 8 * 1000) { // codes of A-law survive decoding and coding
      ASSERT_EQ(after, returned) << n;
    }
    returned = golden::g711_decode(golden::g711_law::a, bench.fabric.octets_in[5]);
  }
  std::set<std::pair<unsigned, unsigned>> told; // line, data
  for (const auto& event : bench.fabric.events) {
    EXPECT_EQ(event.kind, regs::event_kind::answer_tone);
    told.insert({event.index, event.data});
  }
  // Line 5 says it, too: its echo. Line 6 has heard too little of it.
  EXPECT_EQ(told, (std::set<std::pair<unsigned, unsigned>>{{5, 1}, {5, 3}, {30, 1}}));
  for (unsigned n = 0; n < shape.lines; ++n) {
    const bool disabled = n == 5 || n == 30;
    EXPECT_EQ(bench.golden().answer_tones().disables(n), disabled) << n;
    EXPECT_EQ(
        bench.fabric.read(answer::type, static_cast<std::uint16_t>(answer::line_state::offset + n)),
        disabled ? 1U : 0U)
        << n;
  }
}
} // namespace
