// SPDX-License-Identifier: MIT
// G.726 against the ITU's sequences and against spandsp.
#include "switchroom/dsp/g726.hpp"

#include "g726_compared.hpp"
#include "signals.hpp"
#include "spoken.hpp"
#include "vectors.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <random>
#include <string>
#include <variant>
#include <vector>

namespace {

using namespace switchroom::dsp;
namespace files = switchroom::dsp::testing;
using g711::law;
using g726::rate;
using spandsp::companded;
using spandsp::decode_here;
using spandsp::encode_here;
using spandsp::expect_equal;
using spandsp::expect_spandsps;
using spandsp::expect_spandsps_of_codes;
using spandsp::laws;
using spandsp::octets;
using spandsp::words;

octets itu(const std::string& file) {
  const auto read = files::itu_words("g726", file);
  return octets(read.begin(), read.end());
}

/// Appendix II: normal and overloading sequences through encoder and decoder, and codes that no
/// encoder would send through the decoder.
class G726Itu : public ::testing::TestWithParam<std::tuple<rate, law>> {
protected:
  void SetUp() override {
    if (itu("nrm.a").empty() && !files::in_ci())
      GTEST_SKIP() << "ITU vectors not present";
  }
  rate r = std::get<0>(GetParam());
  law l = std::get<1>(GetParam());
  std::string kbit = spandsp::name_of(r), letter = l == law::a ? "a" : "m";
};

TEST_P(G726Itu, EncodesTheSequences) {
  for (const auto& [in, out] : {std::pair{"nrm.", "rn"}, {"ovr.", "rv"}}) {
    const octets pcm = itu(in + letter);
    ASSERT_EQ(pcm.size(), in[0] == 'n' ? 16384U : 2048U);
    expect_equal(encode_here(r, l, pcm), itu(out + kbit + "f" + letter + ".i"), in);
  }
}

TEST_P(G726Itu, DecodesTheSequences) {
  for (const std::string name : {"rn", "rv"}) {
    const octets codes = itu(name + kbit + "f" + letter + ".i");
    ASSERT_EQ(codes.size(), name == "rn" ? 16384U : 2048U);
    expect_equal(decode_here(r, l, codes), itu(name + kbit + "f" + letter + ".o"), name);
  }
}

TEST_P(G726Itu, DecodesTheStimuli) {
  const octets codes = itu("i" + kbit);
  ASSERT_EQ(codes.size(), 16384U);
  expect_equal(decode_here(r, l, codes), itu("ri" + kbit + "f" + letter + ".o"), "stimuli");
}

INSTANTIATE_TEST_SUITE_P(All, G726Itu,
                         ::testing::Combine(::testing::ValuesIn(spandsp::rates),
                                            ::testing::ValuesIn(laws)),
                         [](const auto& of) {
                           return spandsp::name_of(std::get<0>(of.param)) +
                                  (std::get<1>(of.param) == law::a ? "A" : "Mu");
                         });

TEST(G726, IsSpandspsOnSpeech) {
  const auto speech = files::two_minutes_of_speech();
  if (!speech)
    GTEST_SKIP() << "asterisk-core-sounds-en-wav is not installed";
  ASSERT_GT(speech->size(), 1'000'000U);
  expect_spandsps(*speech, "speech");
}

TEST(G726, IsSpandspsOnBabble) {
  const files::babble speakers(1);
  expect_spandsps(speakers.take(40'000), "at -15 dBm0");
  expect_spandsps(speakers.take(40'000, 0, 0.001), "at -75 dBm0");
  expect_spandsps(speakers.take(40'000, 0, 30), "clipped");
}

TEST(G726, IsSpandspsOnNoise) {
  for (const int peak : {2, 40, 300, 3000, 32767})
    expect_spandsps(files::noise(100'000, peak, 1), "noise of " + std::to_string(peak));
}

// Tones and modems make the poles go to the edge of what is stable, TD be found and, with steps
// between them, transitions.
TEST(G726, IsSpandspsOnTonesAndSteps) {
  words sound;
  std::mt19937 random(2);
  for (int n = 0; n < 150; ++n) {
    const double hz = double(random() % 3999 + 1), dbm0 = -double(random() % 50);
    const words tone = files::sine(hz, dbm0, 500 + random() % 1000);
    sound.insert(sound.end(), tone.begin(), tone.end());
    sound.insert(sound.end(), random() % 50,
                 static_cast<std::int16_t>(random() % 3 == 0 ? 0 : random()));
  }
  expect_spandsps(sound, "tones");
}

// Sums wrap and coefficients meet their limits, all the time.
TEST(G726, IsSpandspsOnTheLoudest) {
  std::mt19937 random(3);
  words loud;
  while (loud.size() < 200'000)
    loud.insert(loud.end(), 1 + random() % 24,
                static_cast<std::int16_t>(random() % 2 == 0 ? 32767 : -32768));
  expect_spandsps(loud, "loudest");
}

// Where spandsp's sample of 14 bits wraps around, its octet of A-law still has the sign.
TEST(G726, LimitsLinearSamples) {
  std::mt19937 random(12);
  words loud;
  while (loud.size() < 40'000)
    loud.insert(loud.end(), 1 + random() % 24,
                static_cast<std::int16_t>(random() % 2 == 0 ? 32767 : -32768));
  for (const rate r : spandsp::rates) {
    const octets codes = spandsp::encode(r, loud), sign = spandsp::decode(r, law::a, codes);
    const words ours = decode_here(r, codes), theirs = spandsp::decode(r, codes);
    int limited = 0;
    for (std::size_t i = 0; i < ours.size(); ++i)
      if (ours[i] != theirs[i]) {
        ASSERT_EQ(ours[i], (sign[i] & 0x80) != 0 ? 32764 : -32768) << i;
        ++limited;
      }
    EXPECT_GT(limited, 100) << spandsp::name_of(r);
  }
}

TEST(G726, DecodesAnyCodesAsSpandspDoes) {
  std::mt19937 random(4);
  octets any(1'000'000);
  std::generate(any.begin(), any.end(), [&] { return static_cast<std::uint8_t>(random()); });
  expect_spandsps_of_codes(any, "any codes");
}

// Short patterns of codes, over and over, drive the predictor further than sound can.
TEST(G726, DecodesPatternsOfCodesAsSpandspDoes) {
  std::mt19937 random(5);
  octets patterns;
  while (patterns.size() < 1'000'000) {
    octets pattern(1 + random() % 12);
    std::generate(pattern.begin(), pattern.end(), [&] { return std::uint8_t(random()); });
    for (unsigned times = 2 + random() % 300; times > 0; --times)
      patterns.insert(patterns.end(), pattern.begin(), pattern.end());
  }
  expect_spandsps_of_codes(patterns, "patterns");
}

// Clause 3.8: what has been through G.726 once is not changed by going through it again.
TEST(G726, ASecondTurnLosesNothing) {
  const words sound = files::babble(6).take(40'000);
  for (const rate r : spandsp::rates)
    for (const law l : laws) {
      const octets first = decode_here(r, l, encode_here(r, l, companded(l, sound)));
      expect_equal(decode_here(r, l, encode_here(r, l, first)), first, spandsp::name_of(r));
    }
}

TEST(G726, BlocksMayBeCutAnywhere) {
  const words sound = files::noise(20'000, 20000, 7);
  const octets whole = spandsp::encode(rate::kbit_32, sound);
  const words heard_whole = decode_here(rate::kbit_32, whole);
  std::mt19937 random(8);
  g726::encoder e(rate::kbit_32);
  g726::decoder d(rate::kbit_32);
  for (std::size_t at = 0; at < sound.size();) {
    const std::size_t count = std::min<std::size_t>(random() % 300, sound.size() - at);
    octets codes(count);
    words heard(count);
    ASSERT_EQ(e.encode(std::span(sound).subspan(at, count), codes), count);
    ASSERT_EQ(d.decode(codes, heard), count);
    ASSERT_TRUE(std::equal(codes.begin(), codes.end(), whole.begin() + std::ptrdiff_t(at)));
    ASSERT_TRUE(std::equal(heard.begin(), heard.end(), heard_whole.begin() + std::ptrdiff_t(at)));
    at += count;
  }
  EXPECT_EQ(e.kept(), d.kept()) << "both ends learn the same";
}

TEST(G726, NoMoreThanFitsIsWritten) {
  const words sound = files::noise(100, 1000, 9);
  octets few(10, 0xaa);
  g726::encoder e(rate::kbit_24);
  EXPECT_EQ(e.encode(sound, std::span(few).first(7)), 7U);
  EXPECT_EQ(few[7], 0xaa);
  EXPECT_EQ(e.encode(std::span(sound).first(3), few), 3U);
  EXPECT_EQ(few[3], encode_here(rate::kbit_24, sound)[3]);
  words back(12, 77);
  g726::decoder d(rate::kbit_24);
  EXPECT_EQ(d.decode(few, std::span(back).first(9)), 9U);
  EXPECT_EQ(back[9], 77);
  EXPECT_EQ(d.decode(law::a, few, std::span(few).first(2)), 2U);
}

TEST(G726, BitsThatARateHasNotAreDisregarded) {
  for (const rate r : spandsp::rates) {
    const octets codes = encode_here(r, files::noise(1000, 8000, 10));
    octets more = codes;
    for (auto& code : more)
      code = static_cast<std::uint8_t>(code | 0xff << int(r));
    EXPECT_EQ(decode_here(r, more), decode_here(r, codes));
  }
}

// Table of the reset values: nothing but these is seen in the ITU's sequences, which all start
// from it, but a register may be wrong there and heal unnoticed.
TEST(G726, StartsFromTheStandardsReset) {
  const g726::state s = g726::encoder(rate::kbit_16).kept();
  for (std::size_t n = 0; n < 6; ++n) {
    EXPECT_EQ(s.b[n], 0);
    EXPECT_EQ(s.dq[n], 32);
  }
  EXPECT_EQ(s.a1, 0);
  EXPECT_EQ(s.a2, 0);
  EXPECT_EQ(s.sr1, 32);
  EXPECT_EQ(s.sr2, 32);
  EXPECT_EQ(s.ap, 0);
  EXPECT_EQ(s.dms, 0);
  EXPECT_EQ(s.dml, 0);
  EXPECT_EQ(s.yu, 544);
  EXPECT_EQ(s.yl, 34816U);
  EXPECT_FALSE(s.pk1 || s.pk2 || s.td);
}

TEST(G726, PacksAsSpandspDoes) {
  for (const rate r : spandsp::rates)
    for (const auto o : {g726::order::low_bits_first, g726::order::high_bits_first}) {
      const words sound = files::noise(800, 8000, 11);
      const octets codes = encode_here(r, sound), theirs = spandsp::packed(r, o, sound);
      ASSERT_EQ(theirs.size(), 100 * std::size_t(r));
      octets packed(theirs.size());
      EXPECT_EQ(g726::pack(r, o, codes, packed), packed.size());
      expect_equal(packed, theirs, spandsp::name_of(r));
      octets back(codes.size());
      EXPECT_EQ(g726::unpack(r, o, theirs, back), back.size());
      expect_equal(back, codes, spandsp::name_of(r));
    }
}

TEST(G726, PacksWholeGroupsOfBitsThatTheRateHas) {
  for (const rate r : spandsp::rates)
    for (const auto o : {g726::order::low_bits_first, g726::order::high_bits_first}) {
      const std::size_t group = g726::codes_of_group(r), size = g726::octets_of_group(r);
      EXPECT_EQ(group * std::size_t(r), size * 8);
      const octets ones(3 * group - 1, 0xff);
      octets packed(3 * size, 0xaa);
      EXPECT_EQ(g726::pack(r, o, ones, packed), 2 * size);
      EXPECT_EQ(packed[2 * size - 1], 0xff);
      EXPECT_EQ(packed[2 * size], 0xaa);
      const octets zeros(3 * group, std::uint8_t(0xff << int(r)));
      EXPECT_EQ(g726::pack(r, o, zeros, std::span(packed).first(2 * size - 1)), size);
      EXPECT_EQ(packed[size - 1], 0);
      EXPECT_EQ(packed[size], 0xff);
      octets back(2 * group, 0xaa);
      EXPECT_EQ(g726::unpack(r, o, packed, std::span(back).first(2 * group - 1)), group);
      EXPECT_EQ(back[group], 0xaa);
    }
}

} // namespace
