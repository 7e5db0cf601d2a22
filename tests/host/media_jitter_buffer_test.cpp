// SPDX-License-Identifier: MIT
// A jitter buffer of fixed delay, and what it has in common with an adaptive one.
#include "media_network.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <random>
#include <set>
#include <vector>

namespace {

using namespace switchroom;
using namespace switchroom::media;
using media::test::at_frame, media::test::numbered;

constexpr unsigned packet = 80, target = 160;

std::vector<std::int16_t> payload(std::uint64_t number) {
  return media::test::payload(number, packet);
}
void put(jitter_buffer& buffer, std::uint64_t number, double frame, unsigned length = packet) {
  media::test::put(buffer, number, frame, length);
}

TEST(JitterBuffer, DelayIsTheTarget) {
  jitter_buffer buffer(target);
  std::vector<std::int16_t> played;
  for (unsigned frame = 0; frame < 4000; ++frame) {
    if (frame % packet == 0)
      put(buffer, frame / packet, frame);
    played.push_back(buffer.take());
  }
  for (unsigned frame = 0; frame < target; ++frame)
    ASSERT_EQ(played[frame], 0) << "silence until the target is reached";
  for (unsigned frame = target; frame < 4000; ++frame)
    ASSERT_EQ(played[frame], numbered(frame - target));
  EXPECT_NEAR(buffer.depth_ms(), 20, 0.01);
  EXPECT_EQ(buffer.counted().concealed_samples, 0U);
  EXPECT_EQ(buffer.lost(), 0U);
}

TEST(JitterBuffer, AFirstPacketThatCameLateDoesNotSetTheDelay) {
  constexpr unsigned late = 100;
  jitter_buffer buffer(target);
  std::vector<std::int16_t> played;
  for (unsigned frame = 0; frame < 40000; ++frame) {
    if (frame == late) // the first two come together
      put(buffer, 0, frame);
    if (frame == late || (frame > late && frame % packet == 0))
      put(buffer, std::max(frame / packet, 1u), frame);
    played.push_back(buffer.take());
  }
  for (unsigned frame = target; frame < 40000; ++frame)
    ASSERT_EQ(played[frame], numbered(frame - target)) << "frame " << frame;
  EXPECT_EQ(buffer.counted().slips_dropped + buffer.counted().slips_repeated, 0U);
  EXPECT_EQ(buffer.counted().concealed_samples, 0U);
}

TEST(JitterBuffer, AStreamThatBeganLateSettlesSoonAndThatIsNoSlip) {
  constexpr unsigned late = 350; // more than the target: the delay is set before it can be known
  jitter_buffer buffer(target);
  std::vector<std::int16_t> played;
  for (unsigned frame = 0; frame < 40000; ++frame) {
    // From packet 12 on the way is as short as it shall be; the ones before are late.
    const unsigned way = frame < 12 * packet ? late - late % packet : 0;
    if (frame % packet == 0 && frame >= way)
      put(buffer, (frame - way) / packet, frame);
    if (frame == 12 * packet) // those that were on the way
      for (unsigned n = (frame - late + late % packet) / packet; n < 12; ++n)
        put(buffer, n, frame);
    played.push_back(buffer.take());
  }
  // 64 packets are looked at; then what is too long by far is cut out, 12.5 ms in 80 ms.
  for (unsigned frame = 9000; frame < 40000; ++frame)
    ASSERT_LE((numbered(frame - target) - played[frame] + 16381) % 16381, 8) << frame;
  EXPECT_EQ(buffer.counted().lengthened, 0U);
  EXPECT_NEAR(static_cast<double>(buffer.counted().shortened), late - late % packet, 8);
  EXPECT_GE(buffer.counted().settled, 1U);
  EXPECT_EQ(buffer.counted().slips_dropped + buffer.counted().slips_repeated, 0U);
}

/// A fabric that stops `length` frames long from frame `first` on, and catches up. Gives what was
/// played in each of its own frames.
std::vector<std::int16_t> play_with_a_stop(jitter_buffer& buffer, unsigned first, unsigned length,
                                           unsigned every = 1U << 30U) {
  std::vector<std::int16_t> played;
  unsigned behind = 0;
  for (unsigned frame = 0; frame < 80000; ++frame) {
    if (frame % packet == 0)
      put(buffer, frame / packet, frame);
    const bool stopped = frame >= first && (frame - first) % every < length;
    behind += stopped ? 1 : 0;
    for (unsigned n = stopped ? 0 : 1 + std::min(behind, 1u); n > 0; --n)
      played.push_back(buffer.take());
    behind -= !stopped && behind > 0 ? 1 : 0;
  }
  return played;
}

TEST(JitterBuffer, AFabricThatStopsForAMomentAndCatchesUpIsNoDrift) {
  for (const unsigned depth : {target, 3 * target})
    for (const unsigned first : {600U, 1000U, 7600U}) {
      jitter_buffer buffer(depth);
      const auto played = play_with_a_stop(buffer, first, 400, 8000); // 50 ms each second
      for (unsigned n = depth; n < played.size(); ++n)
        ASSERT_EQ(played[n], numbered(n - depth)) << "sample " << n << ", first stop " << first;
      EXPECT_EQ(buffer.counted().slips_dropped + buffer.counted().slips_repeated, 0U);
      EXPECT_EQ(buffer.counted().settled, 0U);
    }
}

TEST(JitterBuffer, AStopAtTheVeryBeginningLeavesNothingBehind) {
  for (const unsigned depth : {target, 3 * target})
    for (const unsigned first : {0U, 100U, 300U, 500U, 900U})
      for (const unsigned length : {200U, 400U, 800U}) {
        jitter_buffer buffer(depth);
        const auto played = play_with_a_stop(buffer, first, length);
        const int delay = numbered(70000) - played[70000];
        EXPECT_GE(delay, static_cast<int>(packet)) << first << " " << length << " of " << depth;
        for (unsigned n = 40000; n < played.size(); ++n) // numbers begin anew now and then
          ASSERT_EQ((numbered(n) - played[n] + 16381) % 16381, (delay + 16381) % 16381)
              << "sample " << n << " of " << first << " " << length << ", depth " << depth;
      }
}

TEST(JitterBuffer, HalfTheTargetIsBorneBeforeAClockIsSaidToDrift) {
  for (const unsigned way : {200U, 280U}) { // samples; the target is 480
    jitter_buffer buffer(3 * target);
    for (unsigned frame = 0; frame < 60000; ++frame) {
      const unsigned later = frame < 30000 ? 0 : way;
      if (frame >= later && (frame - later) % packet == 0 &&
          (frame < 30000 || frame - later >= 30000))
        put(buffer, (frame - later) / packet, frame);
      buffer.take();
    }
    EXPECT_EQ(buffer.counted().slips_repeated > 0, way > 240) << way;
    EXPECT_NEAR(static_cast<double>(buffer.counted().lengthened), way > 240 ? way : 0, 50) << way;
    EXPECT_EQ(buffer.counted().shortened, 0U);
  }
}

// Of a voice whose period is 10 ms, what is made up is known (G.711, Appendix I).
TEST(JitterBuffer, ALostPacketIsTheLastPeriodAgainAndFades) {
  jitter_buffer buffer(target);
  const auto voice = [](unsigned n) {
    return static_cast<std::int16_t>(std::lround(8000 * std::sin(n % packet * 2 * M_PI / packet)));
  };
  std::vector<std::int16_t> said(packet), played;
  for (unsigned n = 0; n < packet; ++n)
    said[n] = voice(n);
  for (unsigned frame = 0; frame < target + 18 * packet; ++frame) {
    const unsigned number = frame / packet;
    if (frame % packet == 0 && (number < 8 || number > 15)) // nothing from 8 to 15
      buffer.put({false, 8, static_cast<std::uint16_t>(number), number * packet, 7}, said,
                 at_frame(frame));
    played.push_back(buffer.take());
  }
  const auto* const sent = played.data() + target; // when it was sent, 20 ms ago
  for (unsigned n = 0; n < 9 * packet; ++n)
    ASSERT_NEAR(sent[n], voice(n), 1) << "as it was, and 10 ms as it would have gone on; " << n;
  for (unsigned n = 9 * packet; n < 14 * packet; ++n)
    ASSERT_NEAR(sent[n], voice(n) * (1 - 0.2 * (n - 9.0 * packet) / packet), 2) << n;
  for (unsigned n = 14 * packet; n < 16 * packet; ++n)
    ASSERT_EQ(sent[n], 0) << "silent after 60 ms; " << n;
  for (unsigned n = 16 * packet; n < 17 * packet; ++n)
    ASSERT_NEAR(sent[n], voice(n) * (n - 16.0 * packet + 1) / packet, 1) << "faded in; " << n;
  for (unsigned n = 17 * packet; n < 18 * packet; ++n)
    ASSERT_EQ(sent[n], voice(n));
  EXPECT_EQ(buffer.lost(), 8U);
  EXPECT_EQ(buffer.counted().concealed_samples, 8U * packet);
  EXPECT_EQ(buffer.counted().underruns, 1U); // eight packets are longer than the buffer
}

TEST(JitterBuffer, RunningDryIsCountedOnceAndTheStreamGoesOn) {
  jitter_buffer buffer(target);
  put(buffer, 0, 0);
  for (unsigned frame = 0; frame < 800; ++frame)
    buffer.take();
  EXPECT_EQ(buffer.counted().underruns, 1U);
  put(buffer, 10, 800); // the sender's clock went on: in time again
  put(buffer, 11, 800);
  for (unsigned frame = 0; frame < target + packet; ++frame)
    buffer.take();
  EXPECT_EQ(buffer.take(), numbered(880)) << "10 ms later all that was made up is gone";
  EXPECT_EQ(buffer.counted().late, 0U);
}

// A seeded network that loses, doubles and delays, by less than the buffer holds: what is played
// is what was sent, sample for sample, but where packets were lost and, faded in, 10 ms after.
TEST(JitterBuffer, LossReorderAndDuplicatesAreCountedAndHarmNothingElse) {
  for (unsigned seed = 1; seed <= 10; ++seed) {
    std::mt19937 random(seed);
    std::multimap<unsigned, std::uint64_t> arrivals;
    std::set<std::uint64_t> lost;
    unsigned doubled = 0;
    constexpr std::uint64_t packets = 3000;
    for (std::uint64_t n = 0; n < packets; ++n) {
      const auto sent = static_cast<unsigned>(n * packet);
      const bool fixed = n == 0 || n == packets - 1;
      if (!fixed && random() % 20 == 0) {
        lost.insert(n);
        continue;
      }
      arrivals.emplace(sent + (fixed ? 0 : random() % (target - 10)), n);
      if (random() % 40 == 0) {
        arrivals.emplace(sent + target + random() % 200, n);
        ++doubled;
      }
    }
    jitter_buffer buffer(target);
    auto next = arrivals.begin();
    std::uint64_t wrong = 0, concealed = 0;
    for (unsigned frame = 0; frame < packets * packet + target; ++frame) {
      for (; next != arrivals.end() && next->first <= frame; ++next)
        put(buffer, next->second, frame);
      const std::int16_t sample = buffer.take();
      if (frame < target)
        continue;
      const std::uint64_t n = frame - target;
      if (lost.contains(n / packet))
        ++concealed;
      else if (n < packet || !lost.contains(n / packet - 1))
        wrong += sample != numbered(n) ? 1 : 0;
    }
    EXPECT_EQ(wrong, 0U) << "seed " << seed;
    EXPECT_EQ(buffer.lost(), lost.size());
    EXPECT_EQ(buffer.counted().duplicate, doubled);
    EXPECT_EQ(buffer.counted().late, 0U);
    EXPECT_EQ(buffer.counted().concealed_samples, concealed);
    EXPECT_GT(buffer.counted().reordered, 0U);
    EXPECT_EQ(buffer.counted().slips_dropped + buffer.counted().slips_repeated, 0U);
  }
}

TEST(JitterBuffer, APacketAfterItsMomentIsLateNotLost) {
  jitter_buffer buffer(target);
  put(buffer, 0, 0);
  put(buffer, 2, 160);
  for (unsigned frame = 0; frame < target + 2 * packet + 10; ++frame)
    buffer.take();
  EXPECT_EQ(buffer.lost(), 1U);
  put(buffer, 1, target + 2 * packet + 10);
  EXPECT_EQ(buffer.lost(), 0U);
  EXPECT_EQ(buffer.counted().late, 1U);
}

TEST(JitterBuffer, AfterAJumpOfTimestampsItBeginsAnew) {
  for (const std::int64_t jump : {-100'000, 100'000}) {
    jitter_buffer buffer(target);
    put(buffer, 0, 0);
    for (unsigned n = 1; n < 40; ++n) {
      buffer.put(
          {false, 8, static_cast<std::uint16_t>(n + 65500),
           static_cast<std::uint32_t>(0xfffff000 + n * packet + static_cast<std::uint64_t>(jump)),
           7},
          payload(n), at_frame(n * packet));
      for (unsigned i = 0; i < packet; ++i)
        buffer.take();
    }
    EXPECT_EQ(buffer.counted().restarts, 1U);
    EXPECT_EQ(jump < 0 ? buffer.counted().late : buffer.counted().overruns, 5U);
    EXPECT_EQ(buffer.take(), numbered(38 * packet)) << "20 ms behind the newest";
  }
}

TEST(JitterBuffer, AnotherSenderBeginsAnew) {
  jitter_buffer buffer(target);
  put(buffer, 0, 0);
  buffer.put({true, 8, 30000, 555, 99}, payload(77), at_frame(80));
  for (unsigned i = 0; i < target; ++i)
    EXPECT_EQ(buffer.take(), 0);
  EXPECT_EQ(buffer.take(), numbered(77 * packet));
  EXPECT_EQ(buffer.lost(), 0U);
}

TEST(JitterBuffer, JitterIsTheMeanDeviationOfTransit) {
  jitter_buffer buffer(target);
  // Alternately 0 and 4 ms late: every difference of transit is 4 ms (RFC 3550, 6.4.1).
  for (unsigned n = 0; n < 400; ++n)
    put(buffer, n, n * packet + (n % 2) * 32);
  EXPECT_NEAR(buffer.jitter_ms(), 4, 0.01);
}

struct drift_case {
  double ppm; ///< of the sender's clock against ours
  unsigned length;
};
class Drift : public ::testing::TestWithParam<drift_case> {};

// The far clock gains or loses ppm · time; half the target of it is borne before it is made good.
TEST_P(Drift, SlipsAreWhatTheClocksPredict) {
  const auto [ppm, length] = GetParam();
  constexpr double seconds = 1200;
  std::mt19937 random(3);
  jitter_buffer buffer(target);
  double next_packet = 0; // in our frames
  std::uint64_t number = 0;
  std::int64_t wrong_steps = 0;
  std::int16_t last = 0;
  for (std::uint64_t frame = 0; frame < static_cast<std::uint64_t>(seconds * 8000); ++frame) {
    const double delay = number == 0 ? 0 : static_cast<double>(random() % 16); // up to 2 ms
    while (next_packet + delay <= static_cast<double>(frame)) {
      put(buffer, number++, next_packet + delay, length);
      next_packet += length / (1 + ppm * 1e-6);
    }
    const std::int16_t sample = buffer.take();
    const int step = sample - last;
    wrong_steps += step != 1 && step != 1 - 16381 ? 1 : 0;
    last = sample;
  }
  const double expected = std::abs(ppm) * 1e-6 * seconds * 8000;
  const auto& c = buffer.counted();
  const std::uint64_t slips = ppm > 0 ? c.slips_dropped : c.slips_repeated;
  EXPECT_EQ(ppm > 0 ? c.slips_repeated : c.slips_dropped, 0U);
  EXPECT_EQ(ppm > 0 ? c.lengthened : c.shortened, 0U);
  EXPECT_NEAR(static_cast<double>(ppm > 0 ? c.shortened : c.lengthened), expected,
              target / 2.0 + 16);
  EXPECT_GE(slips, expected / dsp::longest_splice - 1);
  EXPECT_EQ(c.concealed_samples, 0U);
  EXPECT_EQ(c.late, 0U);
  EXPECT_EQ(buffer.lost(), 0U);
  // A splice leaves as many steps that are not 1 as it is faded over, and one more where it ends;
  // silence before the start is 159 steps of 0.
  EXPECT_LE(wrong_steps, static_cast<std::int64_t>((dsp::splice_fade + 1) * slips + target));
}
INSTANTIATE_TEST_SUITE_P(JitterBuffer, Drift,
                         ::testing::Values(drift_case{100, 80}, drift_case{-100, 80},
                                           drift_case{100, 160}, drift_case{-100, 160},
                                           drift_case{50, 80}, drift_case{-50, 240}));

TEST(JitterBuffer, EqualClocksNeverSlip) {
  std::mt19937 random(3);
  jitter_buffer buffer(target);
  std::multimap<std::uint64_t, std::uint64_t> arrivals;
  for (std::uint64_t n = 0; n < 20'000; ++n)
    arrivals.emplace(n * packet + random() % 40, n);
  auto next = arrivals.begin();
  for (std::uint64_t frame = 0; frame < 20'000 * packet; ++frame) {
    for (; next != arrivals.end() && next->first <= frame; ++next)
      put(buffer, next->second, static_cast<double>(frame));
    buffer.take();
  }
  EXPECT_EQ(buffer.counted().slips_dropped + buffer.counted().slips_repeated, 0U);
  EXPECT_EQ(buffer.counted().concealed_samples, 0U);
}

// Nothing that can come in packets breaks it; run with sanitizers.
TEST(JitterBuffer, RandomPacketsOfRandomLengths) {
  std::mt19937 random(11);
  jitter_buffer buffer(target);
  for (int i = 0; i < 100'000; ++i) {
    const rtp_header h{false, 8, static_cast<std::uint16_t>(i + static_cast<int>(random() % 3)),
                       static_cast<std::uint32_t>(random() % 4 == 0 ? random() : i * 80U),
                       random() % 100 == 0 ? 8U : 7U};
    buffer.put(h, media::test::payload(random() % 10, 1 + random() % 480), at_frame(i));
    for (unsigned k = random() % 160; k > 0; --k)
      buffer.take();
  }
  EXPECT_GE(buffer.received(), 1U);
}

} // namespace
