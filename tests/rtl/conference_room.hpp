// SPDX-License-Identifier: MIT
/// The Verilated conference block in frames of a fabric, beside its golden model: what each member
/// says goes in, what each hears comes out and is compared.
#pragma once
#include <cmath>
#include <numbers>
#include <span>
#include <vector>

#include "golden/conference.hpp"
#include "timed_writes.hpp"
#include "voice_bench.hpp"

namespace switchroom::test {

template <class Model, unsigned members, unsigned first_slot, unsigned slots, unsigned clocks>
class conference_room : public voice_bench<Model, golden::conference> {
  using base = voice_bench<Model, golden::conference>;

public:
  using base::block;
  using base::golden;
  using config = regs::conference_block::member;

  explicit conference_room(unsigned seed) : base(seed, 0, members, first_slot) { reset(); }

  void reset() {
    block->frame_stb_i = block->egress_stb_i = block->member_stb_i = 0;
    block.reset();
    golden = golden::conference(members, first_slot);
  }

  void seat(unsigned member, unsigned bridge, unsigned says = 1024, bool mute = false,
            unsigned hears = 1024) {
    base::write(config::offset + member, config::enable::of(1) | config::mute::of(mute) |
                                             config::bridge::of(bridge) | config::says::of(says) |
                                             config::hears::of(hears));
  }
  void dismiss(unsigned member) { base::write(config::offset + member, 0); }

  /// A write in the midst of the frame that comes.
  void write_within(const timed_write& write) { writes_.add(write); }

  /// One frame; gives what the members hear of what was said in the frame before.
  std::vector<std::int16_t> frame(std::span<const std::int16_t> said) {
    std::vector<std::int16_t> heard(members);
    std::vector<timed_write> later; // in force from the member's next sample on
    for (unsigned clock = 0; clock < clocks; ++clock) {
      const unsigned member = clock - first_slot, arriving = clock - 3;
      block->frame_stb_i = clock == 0;
      block->member_stb_i = member < members && (block->speaks_o >> member & 1) != 0;
      block->member_i = member % members;
      block->egress_stb_i = arriving < slots;
      block->egress_slot_i = arriving % slots;
      block->egress_sample_i = static_cast<std::uint16_t>(
          arriving - first_slot < members ? said[arriving - first_slot] : 0x5a5a);
      block->eval();
      awake_clocks += block->awake_o;
      const auto written = writes_.before(block, clock);
      base::clock();
      writes_.after(block);
      if (member < members) {
        heard[member] =
            block->member_stb_i ? static_cast<std::int16_t>(block->sample_o) : std::int16_t{0};
        EXPECT_EQ(heard[member], golden.sample(member)) << "member " << member;
      }
      if (written && clock < 3 + first_slot + written->word - config::offset)
        golden.write(written->word, written->value);
      else if (written)
        later.push_back(*written);
    }
    golden.frame(said);
    for (const auto& write : later)
      golden.write(write.word, write.value);
    EXPECT_TRUE(writes_.empty()) << "the test writes too late";
    return heard;
  }

  unsigned awake_clocks = 0; ///< so far

private:
  timed_writes writes_;
};

inline constexpr double full_scale_dbm0 = 3.14; ///< of a sine, G.711

/// Sample n of a sine.
inline std::int16_t sine(double hertz, double dbm0, std::size_t n, double phase = 0) {
  const double peak = 32768 * std::pow(10, (dbm0 - full_scale_dbm0) / 20);
  return static_cast<std::int16_t>(std::lround(
      peak * std::sin(2 * std::numbers::pi * hertz * static_cast<double>(n) / 8000 + phase)));
}

/// What is between two frequencies, with a Hann window over all of it, as the level of a sine,
/// dBm0.
inline double band_dbm0(std::span<const std::int16_t> heard, double from_hz, double to_hz) {
  const auto size = static_cast<double>(heard.size());
  double power = 0;
  for (auto bin = std::lround(from_hz * size / 8000);
       static_cast<double>(bin) <= to_hz * size / 8000; ++bin) {
    double re = 0, im = 0;
    for (std::size_t n = 0; n < heard.size(); ++n) {
      const double turn = 2 * std::numbers::pi * static_cast<double>(n) / size;
      const double window = heard[n] * (1 - std::cos(turn));
      re += window * std::cos(turn * static_cast<double>(bin));
      im += window * std::sin(turn * static_cast<double>(bin));
    }
    power += (re * re + im * im) * 4 / size / size;
  }
  // A sine falls into three bins, which have 1.5 times its power.
  return 10 * std::log10(power / 1.5 / 32768 / 32768 + 1e-12) + full_scale_dbm0;
}

/// What is above `above_hz` where a tone ends hard in the midst of a window, in its worst moment.
inline double hard_switch_dbm0(double hertz, double dbm0, std::size_t window, std::size_t end,
                               double above_hz) {
  double worst = -200;
  for (unsigned phase = 0; phase < 16; phase += 2) {
    std::vector<std::int16_t> heard(window);
    for (std::size_t n = 0; n < end; ++n)
      heard[n] = sine(hertz, dbm0, phase + n);
    worst = std::max(worst, band_dbm0(heard, above_hz, 4000));
  }
  return worst;
}

} // namespace switchroom::test
