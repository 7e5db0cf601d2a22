// SPDX-License-Identifier: MIT
// Concealment against the ITU's files of G.711, Appendix I, against spandsp, and by what a gap in
// a known signal must become.
#include "../rtl/itu_vectors.hpp"
#include "../speech.hpp"
#include "signals.hpp"
#include "switchroom/dsp/concealment.hpp"
#include "switchroom/dsp/level.hpp"
#include "switchroom/dsp/wav.hpp"

#include <gtest/gtest.h>
#include <spandsp.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <random>
#include <vector>

namespace {

using namespace switchroom;
using namespace switchroom::dsp;
using speech = std::vector<std::int16_t>;

constexpr std::size_t ten_ms = 80;

speech itu_speech(const std::string& file) {
  const auto words = test::itu_words("g711_plc/" + file);
  return {words.begin(), words.end()};
}

/// ITU-T G.192: a word a frame, 6b21 for one that came, 6b20 for one that is lost; begun anew when
/// it is at its end.
std::vector<bool> itu_losses(std::size_t frames) {
  const auto words = test::itu_words("g711_plc/fe10.g192");
  std::vector<bool> lost;
  for (std::size_t n = 0; n < frames && !words.empty(); ++n)
    lost.push_back(words[n % words.size()] == 0x6b20);
  return lost;
}

/// All frames of `said`, of which those marked are lost; what was heard, without the delay.
speech heard(onset how, speech said, const std::vector<bool>& lost, std::size_t frame = ten_ms) {
  concealment c(how);
  for (std::size_t n = 0; n < lost.size(); ++n) {
    const auto piece = std::span(said).subspan(n * frame, frame);
    if (lost[n])
      c.conceal(piece);
    else
      c.play(piece);
  }
  for (unsigned n = 0; n < c.delay(); ++n)
    said.push_back(c.play(std::int16_t{0}));
  said.erase(said.begin(), said.begin() + c.delay());
  return said;
}

double snr_db(const speech& said, const speech& got) {
  double signal = 0, error = 1e-9;
  for (std::size_t n = 0; n < said.size(); ++n) {
    const double d = said[n] - got[n];
    signal += said[n] * said[n];
    error += d * d;
  }
  return 10 * std::log10(signal / error);
}

/// A voice: pulses through a resonance, `period` samples apart.
speech voice(unsigned period, std::size_t length) {
  speech out;
  double a = 0, b = 0;
  for (std::size_t n = 0; n < length; ++n) {
    const double next = 1.6 * a - 0.8 * b + (n % period == 0 ? 3000 : 0);
    b = a;
    a = next;
    out.push_back(dsp::testing::clip(next));
  }
  return out;
}

TEST(Concealment, IsAppendixIOfG711SampleForSample) {
  const speech said = itu_speech("f2.le"), expected = itu_speech("f2_10.raw");
  if (said.empty() && !test::itu_required())
    GTEST_SKIP() << "ITU vectors not present";
  ASSERT_EQ(said.size(), 22960U);
  ASSERT_EQ(expected.size(), said.size());
  const auto lost = itu_losses(said.size() / ten_ms);
  ASSERT_EQ(std::ranges::count(lost, true), 28);
  const speech got = heard(onset::delayed, said, lost);
  for (std::size_t n = 0; n < said.size(); ++n)
    ASSERT_EQ(got[n], expected[n]) << "sample " << n;
}

// The ITU's file of frames that are muted instead: the losses are where they are thought to be,
// and without a loss speech is not touched.
TEST(Concealment, LossesAreWhereTheItuMutes) {
  speech said = itu_speech("f2.le");
  if (said.empty() && !test::itu_required())
    GTEST_SKIP() << "ITU vectors not present";
  const auto lost = itu_losses(said.size() / ten_ms);
  EXPECT_EQ(heard(onset::delayed, said, std::vector<bool>(lost.size())), said);
  EXPECT_EQ(heard(onset::at_once, said, std::vector<bool>(lost.size())), said);
  for (std::size_t n = 0; n < lost.size(); ++n)
    if (lost[n])
      std::ranges::fill(std::span(said).subspan(n * ten_ms, ten_ms), 0);
  EXPECT_EQ(said, itu_speech("f2_10m.raw"));
}

// Sample for sample there is little to choose: speech that is made up is not the speech that was
// lost. But neither may be worse than the peer by more than what a louder repetition costs: spandsp
// fades from the first sample on, Appendix I after 10 ms.
TEST(Concealment, IsAsNearToSpeechAsSpandsps) {
#ifdef __SANITIZE_ADDRESS__
  GTEST_SKIP() << "plc_fillin of spandsp 0.0.6 gives memcpy ranges that overlap";
#endif
  const auto read = read_wav(test::prompt("demo-congrats"));
  const auto* said = std::get_if<speech>(&read);
  ASSERT_NE(said, nullptr) << "asterisk-core-sounds-en-wav is missing: scripts/setup";
  constexpr std::size_t frame = 160;
  speech whole(said->begin(), said->end() - static_cast<long>(said->size() % frame));
  std::mt19937 random(1);
  std::vector<bool> lost(whole.size() / frame);
  for (std::size_t n = 0; n < lost.size(); ++n)
    lost[n] = random() % 20 == 0;
  speech theirs = whole;
  plc_state_t peer;
  plc_init(&peer);
  for (std::size_t n = 0; n < lost.size(); ++n)
    (lost[n] ? plc_fillin : plc_rx)(&peer, theirs.data() + n * frame, frame);
  const double peers = snr_db(whole, theirs);
  const double delayed = snr_db(whole, heard(onset::delayed, whole, lost, frame));
  const double at_once = snr_db(whole, heard(onset::at_once, whole, lost, frame));
  EXPECT_GT(delayed, peers - 0.6);
  EXPECT_GT(at_once, peers - 0.6);
  EXPECT_NEAR(at_once, delayed, 0.3) << "3.75 ms of delay buy next to nothing";
}

class Onset : public ::testing::TestWithParam<onset> {};
INSTANTIATE_TEST_SUITE_P(Concealment, Onset, ::testing::Values(onset::delayed, onset::at_once));

TEST_P(Onset, AVoiceThatGoesOnIsNotHeardToBeMissing) {
  // All that a period of 5 to 15 ms can be; at a multiple of it the voice is the same.
  for (unsigned period = 40; period <= 120; ++period)
    for (const unsigned gap : {1U, 9U, 43U, 80U}) {
      const speech said = voice(period, 2400);
      concealment c(GetParam());
      for (std::size_t n = 0; n < said.size(); ++n) {
        const auto got = n >= 1600 && n < 1600 + gap ? c.conceal() : c.play(said[n]);
        if (n >= c.delay()) {
          ASSERT_NEAR(got, said[n - c.delay()], 1) << n << ", period " << period << ", gap " << gap;
        }
      }
      if (period % 2 == 0) {
        ASSERT_EQ(c.pitch(), period) << "and of its multiples the shortest";
      }
    }
}

TEST_P(Onset, FullFor10MsThen20PercentLessEach10MsAndSilentAfter60) {
  const speech said = voice(80, 1600); // every period fits into 10 ms
  concealment c(GetParam());
  for (const auto s : said)
    c.play(s);
  speech made(720);
  c.conceal(made);
  made.erase(made.begin(), made.begin() + c.delay());
  for (std::size_t n = 0; n < made.size(); ++n) {
    const double gap = static_cast<double>(n) / ten_ms; // in tens of ms
    const double gain = gap < 1 ? 1 : std::max(0.0, 1 - 0.2 * (gap - 1));
    const double full = said[1520 + n % 80];
    ASSERT_NEAR(made[n], full * gain, n < 480 ? 2 : 0) /* cut off twice */ << "sample " << n;
  }
}

TEST_P(Onset, AfterAGapItIsFadedInForAsLongAsTheAppendixSays) {
  constexpr unsigned period = 80;
  for (const auto& [gap, fade] : {std::pair{1U, 20U},
                                  {80U, 20U},
                                  {81U, 52U},
                                  {160U, 52U},
                                  {161U, 80U},
                                  {480U, 80U},
                                  {2000U, 80U}}) {
    concealment c(GetParam());
    for (const auto s : voice(period, 1600))
      c.play(s);
    speech made(gap);
    c.conceal(made);
    EXPECT_EQ(c.gap() > 0, true);
    unsigned mixed = 0;
    for (; mixed == 0 || c.fading(); ++mixed)
      c.play(std::int16_t{5000});
    EXPECT_EQ(mixed, fade) << "after a gap of " << gap;
    EXPECT_EQ(c.gap(), 0U);
    for (unsigned n = 0; n < c.delay(); ++n)
      c.play(std::int16_t{5000});
    EXPECT_EQ(c.play(std::int16_t{5000}), 5000);
  }
}

// A joint must not click: between two samples there is no step larger than the signal itself makes,
// and a little more where it is faded. The slowest have no period that is looked for.
TEST_P(Onset, NoJointClicks) {
  for (const double hz : {50.0, 60.0, 150.0, 203.0, 311.0, 440.0, 523.25}) {
    const speech said = dsp::testing::sine(hz, -10, 8000);
    int largest = 0;
    for (std::size_t n = 1; n < said.size(); ++n)
      largest = std::max(largest, std::abs(said[n] - said[n - 1]));
    std::vector<bool> lost(100);
    for (std::size_t n = 10; n + 5 < lost.size(); n += 11)
      for (std::size_t length = 0; length < 1 + n % 3; ++length)
        lost[n + length] = true;
    const speech got = heard(GetParam(), said, lost);
    for (std::size_t n = 1; n < got.size(); ++n)
      ASSERT_LE(std::abs(got[n] - got[n - 1]), 1.5 * largest + 900) << "sample " << n << ", " << hz;
  }
}

// Gaps of any length at any place: what was heard before them and from 10 ms after them on is what
// was said; nothing else comes to harm. With sanitizers, a search for reads beyond the end.
TEST_P(Onset, GapsOfAnyLengthAtAnyPlaceHarmNothingElse) {
  for (unsigned seed = 1; seed <= 5; ++seed) {
    std::mt19937 random(seed);
    const speech said = dsp::testing::babble(seed).take(16000);
    concealment c(GetParam());
    const std::size_t delay = c.delay();
    speech got;
    std::vector<bool> sound(said.size(), true);
    for (std::size_t n = 0; n < said.size();) {
      const auto up_to = [&](unsigned shorter, unsigned longer) {
        return std::min(n + 1 + random() % (random() % 2 == 0 ? shorter : longer), said.size());
      };
      for (const auto end = up_to(5, 400); n < end; ++n)
        got.push_back(c.play(said[n]));
      const auto begin = n;
      for (const auto end = up_to(9, 900); n < end; ++n)
        got.push_back(c.conceal());
      for (auto k = begin - std::min(begin, delay); k < std::min(n + ten_ms, said.size()); ++k)
        sound[k] = false;
    }
    for (std::size_t n = delay; n < said.size(); ++n)
      if (sound[n - delay]) {
        ASSERT_EQ(got[n], said[n - delay]) << "sample " << n << " of seed " << seed;
      }
  }
}

// Sums that went round would be negative.
TEST_P(Onset, FullScaleStaysWithin16Bits) {
  std::mt19937 random(3);
  concealment c(GetParam());
  for (int n = 0; n < 200'000; ++n) {
    const auto loud = static_cast<std::int16_t>(n % 80 < 40 ? 32767 : 20000 + random() % 12767);
    ASSERT_GE(random() % 300 < 290 ? c.play(loud) : c.conceal(), 0);
  }
  c.forget();
  EXPECT_EQ(c.conceal(), 0) << "nothing was heard yet";
}

} // namespace
