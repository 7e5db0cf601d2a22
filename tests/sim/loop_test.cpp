// SPDX-License-Identifier: MIT
// The subscriber loop does what it was asked to do, measured at its two ends. Octets are decoded
// by libspandsp, not by the codec under test.
#include "loop/subscriber_loop.hpp"

#include "frame_bench.hpp"
#include "loop/levels.hpp"

#include <array>
#include <bit>
#include <cmath>
#include <numbers>
#include <vector>

#include <gtest/gtest.h>
#include <spandsp.h>

namespace switchroom::sim {
namespace {

constexpr std::uint8_t a_law_silence = 0xd5;

// A phone whose every value is set by the test.
class stub_handset : public sc_core::sc_module, public handset_if {
public:
  explicit stub_handset(const sc_core::sc_module_name& name) : sc_module(name) {}
  handset_sense exchange(const handset_drive& drive) override {
    heard = drive;
    return said;
  }
  handset_sense said;
  handset_drive heard;
};

struct line_under_test {
  line_under_test(const char* name, const loop_options& options)
      : phone((std::string(name) + "_phone").c_str()), loop(name, options) {
    loop.handset.bind(phone);
  }
  stub_handset phone;
  subscriber_loop loop;
};

loop_options quiet() {
  loop_options options;
  options.noise_dbm0 = -120;
  options.loss_db = 0;
  options.erl_db = 120;
  return options;
}

double mean_square(const std::vector<double>& samples) {
  double sum = 0;
  for (const double sample : samples) {
    sum += sample * sample;
  }
  return sum / static_cast<double>(samples.size());
}

class ErlOfTheLoop : public testing::TestWithParam<double> {};

TEST_P(ErlOfTheLoop, IsWhatWasAsked) {
  loop_options options = quiet();
  options.erl_db = GetParam();
  line_under_test line("loop", options);
  line.phone.said.contact_closed = true;
  seeded_random random(7);
  std::vector<double> sent;
  std::vector<double> returned;
  frame_bench bench("bench", [&](std::uint64_t frame) {
    // Independent octets are white when decoded.
    const auto octet = static_cast<std::uint8_t>(random.next());
    const line_sense sense = line.loop.exchange({.octet = octet});
    if (frame > 100) {
      sent.push_back(alaw_to_linear(octet));
      returned.push_back(alaw_to_linear(sense.octet));
    }
  });
  bench.run(40'000);
  const double erl_db = 10 * std::log10(mean_square(sent) / mean_square(returned));
  EXPECT_NEAR(erl_db, GetParam(), 0.25);
}
INSTANTIATE_TEST_SUITE_P(Loop, ErlOfTheLoop, testing::Values(6.0, 12.0, 20.0, 30.0));

class NoiseOfTheLoop : public testing::TestWithParam<double> {};

TEST_P(NoiseOfTheLoop, HasTheLevelThatWasAskedAndIsFlat) {
  loop_options options = quiet();
  options.noise_dbm0 = GetParam();
  line_under_test line("loop", options);
  line.phone.said.contact_closed = true;
  std::vector<double> noise;
  frame_bench bench("bench", [&](std::uint64_t frame) {
    const line_sense sense = line.loop.exchange({.octet = a_law_silence});
    if (frame > 100) {
      noise.push_back(alaw_to_linear(sense.octet));
    }
  });
  bench.run(40'000);
  EXPECT_NEAR(level_dbm0(mean_square(noise)), GetParam(), 0.4);
  double lagged = 0;
  for (std::size_t n = 1; n < noise.size(); ++n) {
    lagged += noise[n] * noise[n - 1];
  }
  const double correlation = lagged / static_cast<double>(noise.size()) / mean_square(noise);
  EXPECT_LT(std::abs(correlation), 0.03);
}
INSTANTIATE_TEST_SUITE_P(Loop, NoiseOfTheLoop, testing::Values(-30.0, -45.0, -55.0));

TEST(Loop, LosesWhatWasAskedEachWay) {
  loop_options options = quiet();
  options.loss_db = 6.0;
  line_under_test line("loop", options);
  line.phone.said.contact_closed = true;
  std::vector<double> spoken;
  std::vector<double> heard;
  frame_bench bench("bench", [&](std::uint64_t frame) {
    const double turn = 2 * std::numbers::pi * 1020.0 / frames_per_second;
    const double sine = std::sin(turn * static_cast<double>(frame));
    line.phone.said.mouthpiece = static_cast<float>(sine_peak(-10) * sine);
    const auto tone = static_cast<std::int16_t>(std::lround(sine_peak(-10) * sine));
    const line_sense sense = line.loop.exchange({.octet = linear_to_alaw(tone)});
    if (frame > 8) {
      spoken.push_back(alaw_to_linear(sense.octet));
      heard.push_back(line.phone.heard.earpiece);
    }
  });
  bench.run(8000);
  EXPECT_NEAR(level_dbm0(mean_square(spoken)), -16.0, 0.1);
  EXPECT_NEAR(level_dbm0(mean_square(heard)), -16.0, 0.1);
}

TEST(Loop, SpeaksMuLawWhenAsked) {
  loop_options options = quiet();
  options.law = golden::g711_law::mu;
  line_under_test line("loop", options);
  line.phone.said.contact_closed = true;
  frame_bench bench("bench", [&](std::uint64_t frame) {
    // Odd: decision levels are even, and the standard leaves them open.
    const auto value =
        static_cast<std::int16_t>((static_cast<int>(frame * 37 % 60000) - 30000) | 1);
    line.phone.said.mouthpiece = value;
    const line_sense sense = line.loop.exchange({.octet = linear_to_ulaw(value)});
    if (frame > 0) {
      ASSERT_EQ(sense.octet, linear_to_ulaw(value)) << value;
      ASSERT_EQ(line.phone.heard.earpiece, ulaw_to_linear(linear_to_ulaw(value)));
    }
  });
  bench.run(5000);
}

// Towards the phone it is not: on-hook transmission.
TEST(Loop, IsSilentAndOpenOnHook) {
  line_under_test line("loop", quiet());
  line.phone.said.mouthpiece = 10'000;
  frame_bench bench("bench", [&](std::uint64_t) {
    const line_sense sense = line.loop.exchange({.octet = 0x2a});
    ASSERT_EQ(sense.octet, a_law_silence);
    ASSERT_EQ(sense.loop, 0);
    ASSERT_EQ(line.phone.heard.earpiece, static_cast<float>(alaw_to_linear(0x2a)));
  });
  bench.run(100);
}

TEST(Loop, KeepsItsCurrentWhenTheBatteryIsReversed) {
  line_under_test line("loop", loop_options{});
  line.phone.said.contact_closed = true;
  frame_bench bench("bench", [&](std::uint64_t frame) {
    const bool reversed = frame % 200 >= 100;
    const line_sense sense = line.loop.exchange({.octet = a_law_silence, .reverse = reversed});
    ASSERT_EQ(line.phone.heard.reversed, reversed);
    if (frame > 50) {
      ASSERT_EQ(sense.loop, whole_frame);
    }
  });
  bench.run(800);
}

// Longest run of loop current, in ms, and its share of the time.
struct ripple {
  double longest_ms = 0;
  double share = 0;
};

ripple ring(bool off_hook) {
  line_under_test line("loop", loop_options{});
  line.phone.said.contact_closed = off_hook;
  unsigned run = 0;
  unsigned longest = 0;
  unsigned closed = 0;
  frame_bench bench("bench", [&](std::uint64_t frame) {
    const sub_frame_mask loop =
        line.loop.exchange({.octet = a_law_silence, .ring = frame >= 80}).loop;
    for (unsigned k = 0; frame >= 80 && k < sub_frames; ++k) {
      const bool flows = (loop >> k & 1U) != 0;
      run = flows ? run + 1 : 0;
      longest = std::max(longest, run);
      closed += flows ? 1U : 0U;
    }
  });
  bench.run(8080); // a second of ringing
  return {longest * 0.125 / sub_frames, closed / (8000.0 * sub_frames)};
}

TEST(Loop, RingingRipplePassesTheDetectorOnHook) {
  const ripple on_hook = ring(false);
  // 15 mA of ripple exceed 9 mA for acos(9/15)/pi of each period of 40 ms.
  const double share = std::acos(9.0 / 15.0) / std::numbers::pi;
  EXPECT_NEAR(on_hook.share, share, 0.005);
  EXPECT_NEAR(on_hook.longest_ms, 40.0 * share, 0.3);
}

TEST(Loop, AnsweringGivesSteadyCurrentThroughTheRipple) {
  const ripple off_hook = ring(true);
  EXPECT_DOUBLE_EQ(off_hook.share, 1.0);
}

// Time from a move to the last change, in µs, and changes on the way.
struct settling {
  double us = 0;
  int changes = 0;
};

settling move(contact& contact, bool closed) {
  contact.move(closed);
  settling found;
  bool before = !closed;
  for (unsigned at = 0; at < 60 * sub_frames; at += sub_frames) {
    const sub_frame_mask mask = contact.step();
    for (unsigned k = 0; k < sub_frames; ++k) {
      const bool now = (mask >> k & 1U) != 0;
      if (now != before) {
        ++found.changes;
        found.us = (at + k) * 125.0 / sub_frames;
      }
      before = now;
    }
  }
  EXPECT_EQ(before, closed);
  return found;
}

TEST(Contact, BouncesWithinItsLimitsAndEndsWhereItWasMoved) {
  contact contact({.shortest_us = 200, .longest_us = 3000}, 3);
  double sum = 0;
  double longest = 0;
  int changes = 0;
  constexpr int moves = 4000;
  for (int n = 0; n < moves; ++n) {
    const settling found = move(contact, n % 2 == 0);
    ASSERT_LE(found.us, 3000.0);
    sum += found.us;
    longest = std::max(longest, found.us);
    changes += found.changes;
  }
  // Evenly spread over 200 to 3000 µs; the last change is up to one toggle (220 µs) earlier.
  EXPECT_NEAR(sum / moves, 1600.0 - 110.0, 120.0);
  EXPECT_GT(longest, 2700.0);
  EXPECT_GT(changes / moves, 4);
}

TEST(Contact, BouncesTheSameForTheSameSeedOnly) {
  std::array<std::vector<sub_frame_mask>, 3> seen;
  const std::array<std::uint64_t, 3> seeds{5, 5, 6};
  for (std::size_t which = 0; which < seeds.size(); ++which) {
    contact contact(bounce{}, seeds[which]);
    for (int frame = 0; frame < 400; ++frame) {
      if (frame % 50 == 0) {
        contact.move(frame % 100 == 0);
      }
      seen[which].push_back(contact.step());
    }
  }
  EXPECT_EQ(seen[0], seen[1]);
  EXPECT_NE(seen[0], seen[2]);
}

TEST(Contact, IdealOneDoesNotBounce) {
  contact contact({.shortest_us = 0, .longest_us = 0}, 1);
  EXPECT_EQ(contact.step(), 0);
  contact.move(true);
  EXPECT_EQ(contact.step(), whole_frame);
  contact.move(false);
  EXPECT_EQ(contact.step(), 0);
}

} // namespace
} // namespace switchroom::sim
