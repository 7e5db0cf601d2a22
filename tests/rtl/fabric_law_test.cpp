// SPDX-License-Identifier: MIT
// A line whose law changes in the midst of a call, its codec's with it: nobody hears that. The
// codecs are libspandsp's.
#include <array>
#include <cmath> // before spandsp, which redefines lrint
#include <cstdint>
#include <cstdio>
#include <vector>

#include <spandsp/telephony.h>

#include <spandsp/bit_operations.h>
#include <spandsp/g711.h>

#include <gtest/gtest.h>

#include "conference_room.hpp"
#include "fabric_lock_step.hpp"

namespace {
namespace regs = switchroom::regs;
using line_config = regs::fxs_block::line_config;
using switchroom::test::connection;
using switchroom::test::lock_step;
using switchroom::test::shape;

/// At a line, speaking and hearing.
struct codec {
  bool mu = false;
  std::uint8_t encoded(int sample) const {
    // spandsp 0.0.6 is a step off where a negative sample lies on a decision level of mu-law.
    return mu ? linear_to_ulaw(sample < -1 ? sample + 1 : sample) : linear_to_alaw(sample);
  }
  std::int16_t decoded(int octet) const {
    const auto code = static_cast<std::uint8_t>(octet);
    return mu ? ulaw_to_linear(code) : alaw_to_linear(code);
  }
};

constexpr unsigned changing = 7, other = 12;

/// The two hear each other; of the first the law may change.
class call {
public:
  explicit call(unsigned seed) : bench(seed) {
    bench.write(regs::fxs_block::type, line_config::offset,
                std::vector<std::uint32_t>(shape.lines, line_config::enable::of(1)));
    bench.frames(1);
    using block = regs::switch_block;
    bench.write(block::type, block::connection::offset + changing, {connection(other)});
    bench.frames(1);
    bench.write(block::type, block::connection::offset + other, {connection(changing)});
    bench.write(block::type, block::control::offset, {block::control::commit::of(1)});
    bench.frames(3);
  }
  /// One frame in which the two say this, then the law is the other one.
  void frame(int said, int said_by_other, bool law_changes = false) {
    bench.fabric.octets_in.fill(0xd5);
    bench.fabric.octets_in[changing] = first.encoded(said);
    bench.fabric.octets_in[other] = second.encoded(said_by_other);
    if (law_changes)
      bench.write(regs::fxs_block::type, line_config::offset + changing,
                  {line_config::enable::of(1) | line_config::mu_law::of(!first.mu)});
    bench.frame_as_said();
    heard = first.decoded(bench.fabric.octets_out[changing]);
    heard_by_other = second.decoded(bench.fabric.octets_out[other]);
    first.mu ^= law_changes;
  }

  lock_step bench;
  codec first, second;
  std::int16_t heard = 0, heard_by_other = 0;
};

class FabricLaw : public testing::TestWithParam<unsigned> {};

/// Each sample of a tone arrives in the next frame, as the two laws round it, whatever changes.
/// What is heard above the tone is rounding, and no more than in a call without changes.
TEST_P(FabricLaw, NoSampleIsLostNorClicksByAChangeOfLawInACall) {
  constexpr std::size_t frames = 3200, settled = 4;
  const auto above = [](const std::vector<std::int16_t>& heard) {
    return switchroom::test::band_dbm0(heard, 1500, 4000);
  };
  std::array<double, 2> clicks{}, clicks_of_other{};
  for (const bool changes : {false, true}) {
    call c(GetParam());
    std::vector<std::int16_t> heard, heard_by_other;
    unsigned changed = 0;
    int said = 0, said_by_other = 0; // in the frame before, as they came
    for (std::size_t n = 0; n < frames; ++n) {
      const bool change = changes && c.bench.random() % 40 == 0;
      const codec law = c.first;
      const int now = switchroom::test::sine(500, -10, n);
      const int now_by_other = switchroom::test::sine(430, -10, n);
      ASSERT_NO_FATAL_FAILURE(c.frame(now, now_by_other, change));
      if (n >= settled) {
        ASSERT_EQ(c.heard, law.decoded(law.encoded(said_by_other))) << "frame " << n;
        ASSERT_EQ(c.heard_by_other, c.second.decoded(c.second.encoded(said))) << "frame " << n;
      }
      heard.push_back(c.heard);
      heard_by_other.push_back(c.heard_by_other);
      said = law.decoded(law.encoded(now));
      said_by_other = c.second.decoded(c.second.encoded(now_by_other));
      changed += change;
    }
    clicks[changes] = above({heard.begin() + settled, heard.end()});
    clicks_of_other[changes] = above({heard_by_other.begin() + settled, heard_by_other.end()});
    EXPECT_EQ(changed > 40, changes);
  }
  std::printf("above 1500 Hz: %.1f and %.1f dBm0 without changes, %.1f and %.1f with\n", clicks[0],
              clicks_of_other[0], clicks[1], clicks_of_other[1]);
  EXPECT_LT(clicks[1], clicks[0] + 1);
  EXPECT_LT(clicks_of_other[1], clicks_of_other[0] + 1);
}

/// A line that returns a part of what it hears: its canceller goes on as if nothing had happened.
TEST_P(FabricLaw, NoEchoComesBackByAChangeOfLaw) {
  call c(GetParam());
  using canceller = regs::echo_block::line;
  c.bench.write(regs::echo_block::type, canceller::offset + changing,
                {canceller::enable::of(1) | canceller::place::of(31)});
  double echo = 0, left = 0;
  for (int n = 0; n < 4000; ++n) {
    const double returned = c.heard * 0.316;
    const bool change = n >= 2000 && c.bench.random() % 40 == 0;
    ASSERT_NO_FATAL_FAILURE(c.frame(static_cast<int>(returned),
                                    static_cast<int>(c.bench.random() % 16000) - 8000, change));
    if (n < 2000)
      continue;
    echo += returned * returned;
    left += static_cast<double>(c.heard_by_other) * c.heard_by_other;
  }
  std::printf("echo that is left: %.1f dB\n", 10 * std::log10(left / echo));
  EXPECT_LT(left, echo / 1000);
}

INSTANTIATE_TEST_SUITE_P(Seeds, FabricLaw, testing::Values(1U, 2U));

} // namespace
