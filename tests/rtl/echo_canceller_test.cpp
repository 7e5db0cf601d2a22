// SPDX-License-Identifier: MIT
// Echo cancellers of the lines in lock step with the host's canceller: with few lanes, with many,
// and all of a line in one clock.
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <numbers>
#include <random>
#include <vector>

#include <gtest/gtest.h>

#include "Vecho_16_lanes_model.h"
#include "Vecho_2_lanes_model.h"
#include "Vecho_32_lanes_model.h"
#include "Vecho_one_clock_model.h"
#include "golden/echo_cancellers.hpp"
#include "switchroom/dsp/g711.hpp"
#include "timed_writes.hpp"
#include "voice_bench.hpp"

namespace {
namespace regs = switchroom::regs;
namespace g711 = switchroom::dsp::g711;
using block = regs::echo_block;
using config = block::line;
constexpr unsigned lines = 3, places = 8, slots = 8;
/// Clocks that all places of 128 taps take; the one of simulations takes none.
template <class Model>
constexpr unsigned rows_of = std::is_same_v<Model, Vecho_2_lanes_model>    ? places * 128 / 2
                             : std::is_same_v<Model, Vecho_16_lanes_model> ? places * 128 / 16
                             : std::is_same_v<Model, Vecho_32_lanes_model> ? places * 128 / 32
                                                                           : 0;

std::uint32_t word(unsigned tail, unsigned place, bool suppress = true, bool freeze = false) {
  return config::enable::of(1) | config::tail::of(tail) | config::place::of(place) |
         config::suppress::of(suppress) | config::freeze::of(freeze);
}

/// A far end that speaks and pauses, a hybrid and a near end that does.
class phone {
public:
  explicit phone(unsigned seed) : random_(seed), far_(256), colour_(seed % 3 == 1 ? 0.9 : -0.6) {
    new_path();
  }

  void new_path() { new_path(random_() % 40); }
  void new_path(std::size_t delay, double gain = 0.5) { // a return loss of 6 dB
    response_.assign(delay + 56, 0);
    double energy = 0;
    for (std::size_t n = delay; n < response_.size(); ++n) {
      response_[n] = normal_(random_) * std::exp(-0.1 * static_cast<double>(n - delay));
      energy += response_[n] * response_[n];
    }
    for (double& tap : response_)
      tap *= gain / std::sqrt(energy);
  }
  void cut_path() { response_.clear(); }
  void path_of(std::vector<double> taps) { response_ = std::move(taps); }
  void louder_path(double gain) {
    for (double& tap : response_)
      tap *= gain;
  }
  enum class far_end {
    noise,
    tone,
    loudest
  }; // a tone of 1 kHz; the loudest octets, of either sign
  void hear(far_end what) { hears_ = what; }
  /// The near end's tone of 1,007 Hz.
  void hum(double rms) { hum_rms_ = rms; }
  void speak(g711::law law) { law_ = law; }
  void loudness(double far, double near) { far_rms_ = far, near_rms_ = near; }

  std::uint8_t hears() {
    double now = normal_(random_) * far_rms_;
    if (hears_ == far_end::tone)
      now = std::sin(std::numbers::pi / 4 * phase_++) * std::numbers::sqrt2 * far_rms_;
    if (hears_ == far_end::loudest)
      now = std::copysign(32767, now);
    const auto octet = g711::encode(law_, clip(now));
    far_.insert(far_.begin(), g711::decode(law_, octet));
    far_.pop_back();
    return octet;
  }
  std::int16_t says() {
    // Noise of the near end is dull or sharp, by one pole.
    near_ = colour_ * near_ + normal_(random_);
    double sum = near_ * near_rms_ * std::sqrt(1 - colour_ * colour_);
    hum_phase_ += 2 * std::numbers::pi * 1007 / 8000;
    sum += std::sin(hum_phase_) * std::numbers::sqrt2 * hum_rms_;
    for (std::size_t n = 0; n < response_.size(); ++n)
      sum += response_[n] * far_[n];
    return g711::decode(g711::law::a, g711::encode(g711::law::a, clip(sum)));
  }

private:
  static std::int16_t clip(double x) {
    return static_cast<std::int16_t>(std::lround(std::clamp(x, -32768.0, 32767.0)));
  }
  std::mt19937 random_;
  std::normal_distribution<double> normal_;
  std::vector<double> response_, far_;
  double colour_, near_ = 0;
  double far_rms_ = 3000, near_rms_ = 3, hum_rms_ = 0, hum_phase_ = 0;
  far_end hears_ = far_end::noise;
  g711::law law_ = g711::law::a;
  unsigned phase_ = 0;
};

template <class Model>
class cancellers_bench
    : public switchroom::test::voice_bench<Model, switchroom::golden::echo_cancellers> {
  using base = switchroom::test::voice_bench<Model, switchroom::golden::echo_cancellers>;

public:
  using base::block;
  using base::golden;
  using base::random;
  explicit cancellers_bench(unsigned seed)
      : base(seed, 0, lines, places), phones{phone(seed), phone(seed + 1), phone(seed + 2)} {
    block->next_stb_i = block->ingress_stb_i = block->line_stb_i = block->frame_i = 0;
    block->mu_law_i = block->bypass_i = 0;
    block.reset();
  }
  ~cancellers_bench() { EXPECT_EQ(this->read(::block::late::offset), 0u); }

  /// A write in the midst of the frame that comes.
  void write_within(const switchroom::test::timed_write& write) { writes_.add(write); }

  /// A frame: what the lines say goes by, then what they hear.
  void frame() {
    std::array<std::int16_t, slots> samples{};
    for (auto& sample : samples)
      sample = static_cast<std::int16_t>(random());
    if (!noise_only)
      for (unsigned n = 0; n < lines; ++n)
        samples[n] = phones[n].says();
    constexpr unsigned rows = rows_of<Model>;
    std::vector<switchroom::test::timed_write> later; // in force from the line's next sample on
    block->frame_i = frame_ % 128;
    for (unsigned clock = 0; clock < rows + 9 * lines + 112; ++clock) {
      block->next_stb_i = clock < slots;
      block->next_slot_i = clock % slots;
      block->ingress_stb_i = clock >= 1 && clock <= slots;
      block->ingress_slot_i = (clock - 1) % slots;
      block->ingress_sample_i = static_cast<std::uint16_t>(samples[(clock - 1) % slots]);
      block->line_stb_i = clock >= 5 && clock < 5 + lines;
      if (block->line_stb_i) {
        const unsigned line = clock - 5;
        block->line_i = line;
        block->pcm_i = noise_only ? static_cast<std::uint8_t>(random()) : phones[line].hears();
        const bool mu = (block->mu_law_i >> line & 1) != 0;
        golden.heard(line, g711::decode(mu ? g711::law::mu : g711::law::a, block->pcm_i));
      }
      const auto written = writes_.before(block, clock);
      base::clock();
      writes_.after(block);
      if (written && clock + config::offset < written->word)
        golden.write(written->word, written->value);
      else if (written)
        later.push_back(*written);
      if (clock < 4 || clock >= 4 + slots) {
        ASSERT_FALSE(block->ingress_stb_o);
        continue;
      }
      const unsigned slot = clock - 4;
      ASSERT_TRUE(block->ingress_stb_o);
      ASSERT_EQ(block->ingress_slot_o, slot);
      const auto out = static_cast<std::int16_t>(block->ingress_sample_o);
      const auto left = static_cast<std::int16_t>(block->left_sample_o);
      ASSERT_EQ(out, slot < lines ? golden.said(slot, samples[slot], block->bypass_i >> slot & 1)
                                  : samples[slot])
          << "slot " << slot << ", frame " << frame_;
      ASSERT_EQ(left, slot < lines ? golden.left(slot) : samples[slot]) << "slot " << slot;
      if (slot < lines)
        left_energy[slot] += static_cast<double>(left) * left;
    }
    golden.frame();
    for (const auto& write : later)
      golden.write(write.word, write.value);
    ASSERT_TRUE(writes_.empty()) << "the test writes too late";
    ++frame_;
  }
  /// A frame that is over after so few clocks, with two samples of the lines in it; not compared.
  void short_frame(unsigned clocks) {
    for (unsigned clock = 0; clock < clocks; ++clock) {
      block->next_stb_i = clock < lines;
      block->next_slot_i = clock % slots;
      block->ingress_stb_i = clock >= 1 && clock <= lines;
      block->ingress_slot_i = (clock - 1) % slots;
      block->ingress_sample_i = 1000;
      block->line_stb_i = clock >= 6 && clock < 6 + lines;
      block->line_i = (clock - 6) % lines;
      base::clock();
    }
  }
  std::uint32_t late() {
    return switchroom::test::ask(block, false, ::block::late::offset, 0, [this] { base::clock(); })
        .data;
  }
  void reset() {
    block.reset();
    golden = switchroom::golden::echo_cancellers(lines, places);
    frame_ = 0;
  }

  void frames(unsigned count) {
    for (unsigned n = 0; n < count; ++n)
      ASSERT_NO_FATAL_FAILURE(frame());
  }
  /// Mean squares of near end and of what is left, as the block tells.
  std::pair<std::uint32_t, std::uint32_t> powers(unsigned line) {
    return {this->read(::block::near_power::offset + line),
            this->read(::block::left_power::offset + line)};
  }

  unsigned frame_in_block() const { return frame_ % 128; }

  std::array<double, lines> left_energy{}; ///< since somebody set it to 0
  std::array<phone, lines> phones;
  bool noise_only = false; ///< lines say and hear what has no echo, at full scale

private:
  switchroom::test::timed_writes writes_;
  std::uint32_t frame_ = 0;
};

template <class Model>
class EchoCancellers : public testing::Test {};
struct lanes_name {
  template <class Model>
  static std::string GetName(int) {
    return std::is_same_v<Model, Vecho_2_lanes_model>    ? "TwoLanes"
           : std::is_same_v<Model, Vecho_16_lanes_model> ? "SixteenLanes"
           : std::is_same_v<Model, Vecho_32_lanes_model> ? "ThirtyTwoLanes"
                                                         : "OneClock";
  }
};
using models = testing::Types<Vecho_2_lanes_model, Vecho_16_lanes_model, Vecho_32_lanes_model,
                              Vecho_one_clock_model>;
TYPED_TEST_SUITE(EchoCancellers, models, lanes_name);

TYPED_TEST(EchoCancellers, LockStepWhileTheyLearnAndPathsChange) {
  cancellers_bench<TypeParam> bench(1);
  bench.write(config::offset + 0, word(2, 4));
  bench.write(config::offset + 1, word(0, 3));
  bench.write(config::offset + 2, word(1, 0, false));
  ASSERT_NO_FATAL_FAILURE(bench.frames(7000));
  for (unsigned line = 0; line < lines; ++line) {
    const auto [near, left] = bench.powers(line);
    EXPECT_GT(near, 1000 * left) << "line " << line << " is not cancelled by 30 dB";
  }
  bench.phones[1].new_path();
  ASSERT_NO_FATAL_FAILURE(bench.frames(3000));
  const auto [near, left] = bench.powers(1);
  EXPECT_GT(near, 1000 * left);
}

TYPED_TEST(EchoCancellers, LockStepWithTheLongestTail) {
  cancellers_bench<TypeParam> bench(21);
  bench.write(config::offset + 1, word(3, 0));
  ASSERT_NO_FATAL_FAILURE(bench.frames(12000));
  const auto [near, left] = bench.powers(1);
  EXPECT_GT(near, 300 * left);
  bench.noise_only = true;
  ASSERT_NO_FATAL_FAILURE(bench.frames(1500));
}

// An echo that lies in the second place; a far end that begins again, so quietly that the place in
// which there is no echo counts; and a path that is cut, so that what was learnt is no longer
// heard.
TYPED_TEST(EchoCancellers, LockStepWithALateEchoThatIsCut) {
  cancellers_bench<TypeParam> bench(5);
  bench.write(config::offset + 2, word(1, 4));
  bench.phones[2].new_path(180);
  bench.phones[2].loudness(3000, 30);
  ASSERT_NO_FATAL_FAILURE(bench.frames(5000));
  for (const double far : {0.0, 60.0, 3000.0}) {
    bench.phones[2].loudness(far, 3);
    ASSERT_NO_FATAL_FAILURE(bench.frames(5000));
  }
  const auto [near, left] = bench.powers(2);
  EXPECT_GT(near, 300 * left);
  bench.phones[2].cut_path();
  ASSERT_NO_FATAL_FAILURE(bench.frames(5000));
  EXPECT_LT(bench.powers(2).second, 200U) << "what was learnt is still heard";
  bench.phones[2].new_path(60); // is learnt as the first one was
  ASSERT_NO_FATAL_FAILURE(bench.frames(4000));
}

// What a line knew of its places is nothing to the next one with the same places: it learns by
// whole steps, from its first sample on. Until a block has ended a step counts for a far end that
// is hardly loud enough to be learnt from; what was learnt by then is frozen, and heard.
TYPED_TEST(EchoCancellers, LockStepOfALineThatBeginsAnew) {
  cancellers_bench<TypeParam> bench(9);
  auto& line = bench.phones[2];
  bench.write(config::offset + 2, word(1, 4));
  line.new_path(180);
  ASSERT_NO_FATAL_FAILURE(bench.frames(3000));
  bench.write(config::offset + 2, 0);
  line.new_path(20, 4);
  line.hear(phone::far_end::tone);
  line.loudness(70, 0);
  while (bench.frame_in_block() != 10) // its blocks end in frame 2
    ASSERT_NO_FATAL_FAILURE(bench.frame());
  bench.write(config::offset + 2, word(1, 4));
  ASSERT_NO_FATAL_FAILURE(bench.frames(100));
  bench.write(config::offset + 2, word(1, 4, true, true));
  for (double far = 70; far < 3000; far *= 1.3) {
    line.loudness(far, 0);
    ASSERT_NO_FATAL_FAILURE(bench.frames(150));
  }
  const auto [near, left] = bench.powers(2);
  EXPECT_GT(near, 10 * left) << "what it learnt is not heard";
  line.hear(phone::far_end::noise);
  ASSERT_NO_FATAL_FAILURE(bench.frames(500));
}

// Noise of the near end grows: what was left at its best is forgotten by 1.5 dB a second, so that a
// path that is a bit louder is taken over in the end.
TYPED_TEST(EchoCancellers, LockStepWhileWhatWasLeftAtBestIsForgotten) {
  cancellers_bench<TypeParam> bench(8);
  bench.write(config::offset, word(0, 0));
  bench.phones[0].loudness(3000, 30);
  ASSERT_NO_FATAL_FAILURE(bench.frames(5000));
  bench.phones[0].loudness(3000, 60);
  bench.phones[0].louder_path(1.03);
  ASSERT_NO_FATAL_FAILURE(bench.frames(32'000));
}

// A faint echo is gone, and nothing is learnt: what would be left is louder than what came, so that
// is heard.
TYPED_TEST(EchoCancellers, LockStepWhenWhatIsLeftWereLouderThanWhatCame) {
  cancellers_bench<TypeParam> bench(6);
  bench.write(config::offset, word(0, 1, false));
  bench.phones[0].new_path(20, 0.03);
  bench.phones[0].loudness(9000, 5);
  ASSERT_NO_FATAL_FAILURE(bench.frames(5000));
  const auto [echo, cancelled] = bench.powers(0);
  EXPECT_GT(echo, 4 * cancelled);
  bench.write(config::offset, word(0, 1, false, true));
  bench.phones[0].cut_path();
  bench.phones[0].loudness(9000, 0);
  ASSERT_NO_FATAL_FAILURE(bench.frames(2000));
  bench.left_energy[0] = 0;
  ASSERT_NO_FATAL_FAILURE(bench.frames(8000));
  const auto [near, left] = bench.powers(0);
  EXPECT_EQ(left, near);
  EXPECT_LT(bench.left_energy[0] / 8000, 100) << "the echo of before is still taken off";
}

// Two voices that are alike, tones 7 Hz apart: the one is foretold from the other as long as
// something is learnt. From the first moment nothing is believed; once the echo is known, it stays
// so.
TYPED_TEST(EchoCancellers, LockStepWithTwoLikeVoices) {
  cancellers_bench<TypeParam> bench(13);
  auto& line = bench.phones[1];
  line.new_path(10, 0.1);
  const auto both_speak = [&](bool on) {
    line.hear(on ? phone::far_end::tone : phone::far_end::noise);
    line.hum(on ? 2500 : 0);
  };
  both_speak(true);
  bench.write(config::offset + 1, word(1, 2));
  for (unsigned n = 0; n < 30; ++n) {
    ASSERT_NO_FATAL_FAILURE(bench.frames(128));
    const auto [near, left] = bench.powers(1);
    EXPECT_EQ(near, left) << n;
  }
  both_speak(false);
  ASSERT_NO_FATAL_FAILURE(bench.frames(4000));
  const auto [echo, cancelled] = bench.powers(1);
  EXPECT_GT(echo, 300 * cancelled);
  both_speak(true);
  ASSERT_NO_FATAL_FAILURE(bench.frames(4000));
  both_speak(false);
  ASSERT_NO_FATAL_FAILURE(bench.frames(100)); // what both said comes back no more
  bench.left_energy[1] = 0;
  ASSERT_NO_FATAL_FAILURE(bench.frames(400));
  EXPECT_GT(echo, 300 * bench.left_energy[1] / 400) << "it is no longer known";
}

TYPED_TEST(EchoCancellers, LockStepWithPausesDoubleTalkAndNoise) {
  cancellers_bench<TypeParam> bench(2);
  for (unsigned line = 0; line < lines; ++line)
    bench.write(config::offset + line, word(line % 2, 2 * line));
  for (unsigned round = 0; round < 40; ++round) {
    for (auto& phone : bench.phones) {
      constexpr std::array far{0.0, 20.0, 300.0, 3000.0, 9000.0};
      constexpr std::array near{0.0, 3.0, 40.0, 4000.0};
      phone.loudness(far[bench.random() % far.size()], near[bench.random() % near.size()]);
    }
    ASSERT_NO_FATAL_FAILURE(bench.frames(200 + bench.random() % 400));
    for (unsigned line = 0; line < lines; ++line)
      bench.powers(line);
  }
}

// Filters pass their examinations, and fail in the midst of them: paths change, for long and for
// short; they are cut while the far end is too soft to tell; near ends begin to speak, like the far
// end and unlike.
TYPED_TEST(EchoCancellers, LockStepWhileFiltersAreExamined) {
  cancellers_bench<TypeParam> bench(41);
  for (unsigned line = 0; line < lines; ++line)
    bench.write(config::offset + line, word(line == 1 ? 1 : 0, 2 * line, line == 2));
  for (unsigned round = 0; round < 60; ++round) {
    for (auto& phone : bench.phones) {
      const bool alike = round % 4 % 2 != 0 && bench.random() % 8 == 0;
      phone.hear(alike ? phone::far_end::tone : phone::far_end::noise);
      phone.hum(alike ? 2000 : 0);
      constexpr std::array path{1.3, 0.1, 0.4, 0.4}, far{50.0, 3000.0, 3000.0, 9000.0};
      constexpr std::array near{0.0, 3.0, 600.0, 1000.0, 1600.0};
      if (round % 4 == 0) {
        phone.loudness(3000, 3);
        phone.new_path(bench.random() % 90, path[bench.random() % path.size()]);
      } else if (round % 4 == 2 && bench.random() % 2 == 0) {
        phone.loudness(40, 0);
        phone.cut_path();
      } else {
        phone.loudness(far[bench.random() % far.size()], near[bench.random() % near.size()]);
      }
    }
    const unsigned little = bench.random() % 300;
    ASSERT_NO_FATAL_FAILURE(bench.frames(round % 2 != 0   ? 50 + little
                                         : round % 8 == 4 ? 500 + 4 * little
                                                          : 3000));
    for (unsigned line = 0; line < lines; ++line)
      bench.powers(line);
  }
}

// At full scale and without any echo nothing may wrap around that the model limits.
TYPED_TEST(EchoCancellers, LockStepAtFullScale) {
  cancellers_bench<TypeParam> bench(3);
  bench.noise_only = true;
  bench.block->mu_law_i = 2;
  for (unsigned line = 0; line < lines; ++line)
    bench.write(config::offset + line, word(0, line));
  ASSERT_NO_FATAL_FAILURE(bench.frames(3000));
}

// Paths that give back more than a coefficient can be, and sums that no sample can be: all is
// limited, as the model limits it. What is heard ends at 1, what is learnt at 2.
TYPED_TEST(EchoCancellers, LockStepOfPathsLouderThanCoefficients) {
  for (const double sign : {1.0, -1.0}) {
    cancellers_bench<TypeParam> bench(13);
    for (unsigned line = 0; line < lines; ++line) {
      bench.write(config::offset + line, word(0, line, false));
      bench.phones[line].loudness(300, 1);
    }
    const double large = sign * 1.3, larger = sign * 2.6, two = sign * 0.9;
    bench.phones[0].path_of({0, 0, large});
    bench.phones[1].path_of({0, larger, 0, 0, large});
    bench.phones[2].path_of({two, 0, two});
    ASSERT_NO_FATAL_FAILURE(bench.frames(4000));
    bench.left_energy = {};
    ASSERT_NO_FATAL_FAILURE(bench.frames(1000));
    const auto left = [&](unsigned line) {
      return std::sqrt(bench.left_energy[line] / 1000) / 300; // part of the far end
    };
    EXPECT_NEAR(left(0), 0.3, 0.03) << "a tap of 1.3 is heard as 1";
    EXPECT_LT(left(2), 0.05) << "taps of 0.9 are learnt";
    for (auto& phone : bench.phones)
      phone.hear(phone::far_end::loudest);
    ASSERT_NO_FATAL_FAILURE(bench.frames(1500));
    for (auto& phone : bench.phones)
      phone.louder_path(-1);
    ASSERT_NO_FATAL_FAILURE(bench.frames(1500));
  }
}

// A line whose law is changed goes on: what is in its tail stays what it was.
TYPED_TEST(EchoCancellers, LockStepWhenTheLawChanges) {
  cancellers_bench<TypeParam> bench(12);
  for (unsigned line = 0; line < lines; ++line)
    bench.write(config::offset + line, word(line % 2, 2 * line));
  ASSERT_NO_FATAL_FAILURE(bench.frames(4000));
  for (unsigned n = 0; n < 100; ++n) {
    const unsigned mu_law = bench.random() % 8;
    bench.block->mu_law_i = mu_law;
    for (unsigned line = 0; line < lines; ++line)
      bench.phones[line].speak((mu_law >> line & 1) != 0 ? g711::law::mu : g711::law::a);
    ASSERT_NO_FATAL_FAILURE(bench.frames(1 + bench.random() % 50));
  }
  for (unsigned line = 0; line < lines; ++line) {
    const auto [near, left] = bench.powers(line);
    EXPECT_GT(near, 300 * left) << line;
  }
}

// What is learnt of the loudest far end is heard: places' energies need all their bits.
TYPED_TEST(EchoCancellers, LockStepWithTheLoudestFarEnd) {
  cancellers_bench<TypeParam> bench(10);
  bench.write(config::offset, word(1, 0));
  bench.phones[0].new_path(20, 0.3);
  bench.phones[0].hear(phone::far_end::loudest);
  ASSERT_NO_FATAL_FAILURE(bench.frames(5000));
  const auto [near, left] = bench.powers(0);
  EXPECT_GT(near, 100 * left);
}

TYPED_TEST(EchoCancellers, LockStepUnderRandomConfigurations) {
  for (unsigned seed = 4; seed < 7; ++seed) {
    cancellers_bench<TypeParam> bench(seed);
    std::array<bool, lines> enabled{};
    for (unsigned n = 0; n < 1500; ++n) {
      ASSERT_NO_FATAL_FAILURE(bench.frame());
      bench.block->bypass_i = bench.random() % 16 == 0 ? bench.random() % 8 : 0;
      if (bench.random() % 8 != 0)
        continue;
      // Between frames, to and fro at once, too: what a canceller knew must not be heard.
      const unsigned line = bench.random() % lines;
      if (enabled[line] && bench.random() % 2 == 0) {
        bench.write(config::offset + line, 0);
        enabled[line] = false;
      }
      if (!enabled[line] && bench.random() % 4 != 0) {
        // Tails of up to 32 ms, so that any three have room.
        bench.write(config::offset + line, word(bench.random() % 2, 2 * line,
                                                bench.random() % 2 != 0, bench.random() % 4 == 0));
        enabled[line] = true;
      }
      bench.read(config::offset + line);
    }
  }
}

// At any clock: what a canceller does with a sample, it does with all of it. Places change hands
// between two lines within a frame, too.
TYPED_TEST(EchoCancellers, LockStepWithWritesInTheMidstOfFrames) {
  for (unsigned seed = 30; seed < 34; ++seed) {
    cancellers_bench<TypeParam> bench(seed);
    std::array<bool, lines> enabled{};
    std::array<unsigned, lines> tail{};
    for (unsigned n = 0; n < 3000; ++n) {
      unsigned clock = bench.random() % 10;
      for (unsigned writes = n % 400 < 100 ? bench.random() % 4 : 0; writes > 0; --writes) {
        const unsigned line = bench.random() % lines;
        const auto at = static_cast<std::uint16_t>(config::offset + line);
        if (enabled[line] && bench.random() % 4 == 0) {
          bench.write_within({clock, at, 0});
          enabled[line] = false;
        } else {
          if (!enabled[line])
            tail[line] = bench.random() % 2;
          bench.write_within(
              {clock, at,
               word(tail[line], 2 * line, bench.random() % 2 != 0, bench.random() % 4 == 0)});
          enabled[line] = true;
        }
        clock += bench.random() % 8;
      }
      ASSERT_NO_FATAL_FAILURE(bench.frame()) << "frame " << n << ", seed " << seed;
    }
  }
}

// Frames that are over before the longest tail is: each sample that has not been worked on is
// counted, and after a reset all is as ever.
TYPED_TEST(EchoCancellers, SamplesThatComeTooSoonAreCounted) {
  if (std::is_same_v<TypeParam, Vecho_one_clock_model>)
    GTEST_SKIP() << "has time for every line in any frame";
  cancellers_bench<TypeParam> bench(9);
  bench.write(config::offset + 1, word(3, 0));
  constexpr unsigned clocks = 16, count = 100;
  for (unsigned n = 0; n < count; ++n)
    bench.short_frame(clocks);
  EXPECT_LT(bench.late(), count);
  EXPECT_GE(bench.late(), count - count * clocks / std::max(rows_of<TypeParam>, 1u) - 5)
      << "more than there was time for";
  bench.reset();
  EXPECT_EQ(bench.late(), 0U);
  bench.write(config::offset + 1, word(1, 0));
  ASSERT_NO_FATAL_FAILURE(bench.frames(3000));
}

// One of them suppresses. What is bypassed for some frames is between the two for most of them.
TYPED_TEST(EchoCancellers, WhatIsBypassedGoesThroughAndIsStillKnown) {
  cancellers_bench<TypeParam> bench(7);
  bench.write(config::offset, word(0, 0, false));
  bench.write(config::offset + 1, word(0, 1));
  ASSERT_NO_FATAL_FAILURE(bench.frames(3000));
  bench.block->bypass_i = 3;
  ASSERT_NO_FATAL_FAILURE(bench.frames(500));
  for (unsigned n = 0; n < 40; ++n) {
    bench.block->bypass_i = bench.random() % 4;
    ASSERT_NO_FATAL_FAILURE(bench.frames(bench.random() % 24));
  }
  bench.block->bypass_i = 0;
  ASSERT_NO_FATAL_FAILURE(bench.frames(300));
  for (const unsigned line : {0U, 1U}) {
    const auto [near, left] = bench.powers(line);
    EXPECT_GT(near, 1000 * left) << line;
  }
}

TYPED_TEST(EchoCancellers, RegistersAsDescribed) {
  cancellers_bench<TypeParam> bench(8);
  EXPECT_EQ(bench.read(block::id::offset), block::type << 16 | block::version);
  EXPECT_EQ(bench.read(block::capacity::offset), places);
  for (std::uint32_t at = 0; at < 0x10000; ++at) {
    bench.read(at);
    bench.write(at, at);
  }
  bench.write(config::offset + 1, 0);
  bench.write(config::offset + 1, 0xf000'ffff); // all that a word has, and what it has not
  EXPECT_EQ(bench.read(config::offset + 1), word(3, 0, true, true));
  bench.write(config::offset + 1, 0);
  bench.write(config::offset + 1, 0xf000'fff9 | (places - 1) << 16);
  EXPECT_EQ(bench.read(config::offset + 1), word(0, places - 1, true, true));
}

/// `line` stays as it is.
template <class Model>
void expect_refused(cancellers_bench<Model>& bench, unsigned line, std::uint32_t written,
                    std::uint32_t stays) {
  const auto at = static_cast<std::uint16_t>(config::offset + line);
  const auto told =
      switchroom::test::ask(bench.block, true, at, written, [&] { bench.clock(); }).status;
  EXPECT_EQ(static_cast<regs::status>(told), regs::status::bad_value) << std::hex << written;
  EXPECT_EQ(bench.golden.write(at, written).status, regs::status::bad_value);
  EXPECT_EQ(bench.read(at), stays) << std::hex << written;
}

TYPED_TEST(EchoCancellers, ATailPastTheEndOfThePoolIsRefusedAndTheLineGoesOn) {
  cancellers_bench<TypeParam> bench(9);
  const std::uint32_t at_work = word(1, 2);
  bench.write(config::offset + 1, at_work);
  ASSERT_NO_FATAL_FAILURE(bench.frames(2000));
  for (std::uint32_t tail = 0; tail < 4; ++tail) {
    const std::uint32_t last = places - (1U << tail);
    // Each bit of a place counts.
    for (const std::uint32_t place :
         {last + 1, places, 2 * places, 4 * places, 64U, 128U, 256U, 512U, 1024U, 2048U, 4095U}) {
      expect_refused(bench, 1, word(0, 0, false) | tail << 1 | place << 16, at_work);
      bench.write(config::offset + 2, word(0, 0, false) | tail << 1 | place << 16);
      EXPECT_EQ(bench.read(config::offset + 2), 0) << "of a line without one";
    }
    if (tail == 3)
      break; // there is no room for it beside the other
    bench.write(config::offset + 2, word(tail, last));
    EXPECT_EQ(bench.read(config::offset + 2), word(tail, last));
    bench.write(config::offset + 2, 0);
  }
  ASSERT_NO_FATAL_FAILURE(bench.frames(200));
}

// A canceller at work would go on with the taps of somebody else. What it does with what is left,
// and whether it learns, may change.
TYPED_TEST(EchoCancellers, AnotherTailOrPlaceOfOneAtWorkIsRefusedAndItGoesOn) {
  cancellers_bench<TypeParam> bench(9);
  const std::uint32_t at_work = word(1, 4, true);
  bench.write(config::offset + 1, at_work);
  ASSERT_NO_FATAL_FAILURE(bench.frames(1000));
  for (std::uint32_t bit = 0; bit < 3; ++bit)
    expect_refused(bench, 1, at_work ^ config::place::of(1U << bit), at_work);
  for (const std::uint32_t tail : {0U, 2U})
    expect_refused(bench, 1, word(tail, 4), at_work);
  ASSERT_NO_FATAL_FAILURE(bench.frames(1000));
  bench.write(config::offset + 1, word(1, 4, false, true));
  EXPECT_EQ(bench.read(config::offset + 1), word(1, 4, false, true));
  bench.write(config::offset + 1, 0);
  bench.write(config::offset + 1, word(0, 7));
  EXPECT_EQ(bench.read(config::offset + 1), word(0, 7));
  ASSERT_NO_FATAL_FAILURE(bench.frames(500));
}

} // namespace
