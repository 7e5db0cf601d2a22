// SPDX-License-Identifier: MIT
// G.722 against the ITU's files and against spandsp.
#include "switchroom/dsp/g722.hpp"

#include "signals.hpp"
#include "spoken.hpp"
#include "vectors.hpp"

#include <gtest/gtest.h>
#include <spandsp.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <numbers>
#include <random>
#include <string>
#include <vector>

namespace {

using namespace switchroom::dsp;
namespace files = switchroom::dsp::testing;
using octets = std::vector<std::uint8_t>;
using words = std::vector<std::int16_t>;

constexpr g722::mode modes[] = {g722::mode::kbit_64, g722::mode::kbit_56, g722::mode::kbit_48};
/// Bits of an octet that are not speech.
int auxiliary_bits(g722::mode m) {
  return static_cast<int>(m);
}

octets encode(const words& samples) {
  octets out(samples.size() / 2);
  EXPECT_EQ(g722::encoder().encode(samples, out), out.size());
  return out;
}
words decode(g722::mode m, const octets& from) {
  words out(from.size() * 2);
  EXPECT_EQ(g722::decoder(m).decode(from, out), out.size());
  return out;
}

octets spandsp_encode(const words& samples) {
  const std::unique_ptr<g722_encode_state_t, decltype(&g722_encode_free)> s(
      g722_encode_init(nullptr, 64000, 0), g722_encode_free);
  octets out(samples.size() / 2);
  g722_encode(s.get(), out.data(), samples.data(), static_cast<int>(samples.size()));
  return out;
}
/// spandsp wants the speech bits alone.
words spandsp_decode(g722::mode m, octets from) {
  const std::unique_ptr<g722_decode_state_t, decltype(&g722_decode_free)> s(
      g722_decode_init(nullptr, 64000 - 8000 * auxiliary_bits(m), 0), g722_decode_free);
  words out(from.size() * 2);
  for (auto& o : from)
    o = static_cast<std::uint8_t>(o >> auxiliary_bits(m));
  g722_decode(s.get(), out.data(), from.data(), static_cast<int>(from.size()));
  return out;
}

/// spandsp 0.0.6 lets a sample of more than 16 bits wrap around, once or twice; the Recommendation
/// limits it. What comes after is the same again.
void expect_same_but_for_wrapping(const words& ours, const words& theirs) {
  ASSERT_EQ(ours.size(), theirs.size());
  for (std::size_t i = 0; i < ours.size(); ++i) {
    const bool limited = ours[i] == 32767 || ours[i] == -32768;
    ASSERT_TRUE(ours[i] == theirs[i] || limited) << i << ": " << ours[i] << ", " << theirs[i];
  }
}

TEST(G722, EncodesTheItusFile) {
  const auto input = files::itu_words("g722", "inpsp.bin"),
             codes = files::itu_words("g722", "codspw.cod");
  if (input.empty() && !files::in_ci())
    GTEST_SKIP() << "ITU vectors not present";
  ASSERT_EQ(input.size(), 97536U);
  ASSERT_EQ(codes.size(), input.size() / 2);
  const octets out = encode(words(input.begin(), input.end()));
  for (std::size_t i = 0; i < out.size(); ++i)
    ASSERT_EQ(out[i], codes[i]) << "octet " << i;
}

TEST(G722, DecodesTheItusFileAtEveryRate) {
  const auto codes = files::itu_words("g722", "codspw.cod");
  if (codes.empty() && !files::in_ci())
    GTEST_SKIP() << "ITU vectors not present";
  for (const g722::mode m : modes) {
    const auto expected =
        files::itu_words("g722", "outsp" + std::to_string(auxiliary_bits(m) + 1) + ".bin");
    const words out = decode(m, octets(codes.begin(), codes.end()));
    ASSERT_EQ(expected.size(), out.size());
    for (std::size_t i = 0; i < out.size(); ++i)
      ASSERT_EQ(out[i], static_cast<std::int16_t>(expected[i])) << "sample " << i;
  }
}

TEST(G722, IsSpandspsOnSpeech) {
  const auto all = files::two_minutes_of_speech();
  if (!all)
    GTEST_SKIP() << "asterisk-core-sounds-en-wav is not installed";
  ASSERT_GT(all->size(), 1'000'000U);
  const words speech(all->begin(), all->begin() + 1'000'000); // at twice its speed
  const octets sent = encode(speech);
  ASSERT_EQ(sent, spandsp_encode(speech));
  for (const g722::mode m : modes)
    expect_same_but_for_wrapping(decode(m, sent), spandsp_decode(m, sent));
}

TEST(G722, IsSpandspsOnNoise) {
  for (const int peak : {2, 300, 20000}) {
    const words sound = files::noise(200'000, peak, 1);
    const octets sent = encode(sound);
    ASSERT_EQ(sent, spandsp_encode(sound)) << peak;
    for (const g722::mode m : modes)
      expect_same_but_for_wrapping(decode(m, sent), spandsp_decode(m, sent));
  }
}

// Codes that no encoder sends are among them, and predictors driven to their limits.
TEST(G722, DecodesAnyOctetsAsSpandspDoes) {
  std::mt19937 random(2);
  octets any(200'000);
  std::generate(any.begin(), any.end(), [&] { return static_cast<std::uint8_t>(random()); });
  for (const g722::mode m : modes)
    expect_same_but_for_wrapping(decode(m, any), spandsp_decode(m, any));
}

// Tones drive the poles to the edge of what is stable.
TEST(G722, IsSpandspsOnTones) {
  words sound;
  for (const double hz : {50.0, 400.0, 1000.0, 2000.0, 3400.0, 4600.0, 6000.0, 7500.0, 7990.0})
    for (int i = 0; i < 8000; ++i)
      sound.push_back(static_cast<std::int16_t>(
          std::lround(15000 * std::sin(2 * std::numbers::pi * hz * i / 16000))));
  const octets sent = encode(sound);
  ASSERT_EQ(sent, spandsp_encode(sound));
  expect_same_but_for_wrapping(decode(g722::mode::kbit_64, sent),
                               spandsp_decode(g722::mode::kbit_64, sent));
}

// Short patterns of octets, over and over, drive predictors to where their sums saturate. Not for
// longer than this: then the zero section's partial sums do, too, which the ITU's reference limits
// one by one (FILTEZ) and spandsp all at the end. With that, all 200,000 octets of these are equal.
TEST(G722, DecodesPatternsOfOctetsAsSpandspDoes) {
  std::mt19937 random(6);
  octets patterns;
  while (patterns.size() < 6000) {
    octets pattern(1 + random() % 12);
    std::generate(pattern.begin(), pattern.end(), [&] {
      constexpr std::uint8_t loud[] = {0x04, 0x20, 0x84, 0xa0, 0x08, 0x24, 0xff};
      return random() % 4 == 0 ? static_cast<std::uint8_t>(random()) : loud[random() % 7];
    });
    for (unsigned times = 2 + random() % 100; times > 0; --times)
      patterns.insert(patterns.end(), pattern.begin(), pattern.end());
  }
  patterns.resize(6000);
  for (const g722::mode m : modes)
    expect_same_but_for_wrapping(decode(m, patterns), spandsp_decode(m, patterns));
}

// spandsp does not limit its filter bank's results to 15 bits, clause 5.2.1, but it can be given
// the lower band alone, which makes it an encoder of 8 kHz: twice what the filter gives, limited.
TEST(G722, LimitsTheLowerBandOfTheLoudest) {
  constexpr int half[12] = {3, -11, -11, 53, 12, -156, 32, 362, -210, -805, 951, 3876};
  std::mt19937 random(7);
  words loud;
  while (loud.size() < 40'000)
    loud.insert(loud.end(), 1 + random() % 24,
                static_cast<std::int16_t>(random() % 2 == 0 ? 32767 : -32768));
  loud.resize(40'000);
  words lower;
  int limited = 0;
  for (std::size_t newest = 1; newest < loud.size(); newest += 2) {
    int sum = 0;
    for (std::size_t k = 0; k < 24 && k <= newest; ++k)
      sum += half[k < 12 ? k : 23 - k] * loud[newest - k];
    const int band = std::clamp(sum >> 14, -16384, 16383);
    limited += band != sum >> 14 ? 1 : 0;
    lower.push_back(static_cast<std::int16_t>(2 * band));
  }
  ASSERT_GT(limited, 1000);
  const std::unique_ptr<g722_encode_state_t, decltype(&g722_encode_free)> s(
      g722_encode_init(nullptr, 64000, G722_SAMPLE_RATE_8000), g722_encode_free);
  octets expected(lower.size());
  g722_encode(s.get(), expected.data(), lower.data(), static_cast<int>(lower.size()));
  const octets sent = encode(loud);
  for (std::size_t i = 0; i < sent.size(); ++i)
    ASSERT_EQ(sent[i] & 63, expected[i] & 63) << i;
}

TEST(G722, BlocksMayBeCutAnywhere) {
  const words sound = files::noise(20'000, 20000, 3);
  const octets whole = spandsp_encode(sound);
  std::mt19937 random(4);
  g722::encoder e;
  g722::decoder d;
  octets sent;
  words heard;
  for (std::size_t at = 0; at < sound.size();) {
    const std::size_t count = std::min<std::size_t>(random() % 300, sound.size() - at);
    octets block(200);
    block.resize(e.encode(std::span(sound).subspan(at, count), block));
    ASSERT_EQ(block.size(), count / 2) << "an odd sample is left";
    at += block.size() * 2;
    words back(block.size() * 2);
    ASSERT_EQ(d.decode(block, back), back.size());
    sent.insert(sent.end(), block.begin(), block.end());
    heard.insert(heard.end(), back.begin(), back.end());
    if (sound.size() - at == 1)
      break;
  }
  ASSERT_EQ(sent, whole);
  expect_same_but_for_wrapping(heard, spandsp_decode(g722::mode::kbit_64, whole));
}

TEST(G722, NoMoreThanFitsIsWritten) {
  const words sound = files::noise(100, 1000, 5);
  octets few(10, 0xaa);
  g722::encoder e;
  EXPECT_EQ(e.encode(sound, std::span(few).first(7)), 7U);
  EXPECT_EQ(few[7], 0xaa);
  EXPECT_EQ(e.encode(std::span(sound).first(1), few), 0U);
  words back(12, 77);
  g722::decoder d;
  EXPECT_EQ(d.decode(few, std::span(back).first(11)), 10U);
  EXPECT_EQ(back[10], 77);
}

TEST(G722, DelaysBy22Samples) {
  // A sine's phase tells the delay: 1 kHz has 16 samples a period, 300 Hz tells the periods apart.
  for (const double hz : {300.0, 1000.0}) {
    const double turn = 2 * std::numbers::pi * hz / 16000;
    words sine(16'000);
    for (std::size_t i = 0; i < sine.size(); ++i)
      sine[i] = static_cast<std::int16_t>(std::lround(10000 * std::sin(turn * double(i))));
    const words heard = decode(g722::mode::kbit_64, encode(sine));
    double in_phase = 0, across = 0;
    for (std::size_t i = 3200; i < heard.size(); ++i) {
      in_phase += heard[i] * std::sin(turn * (double(i) - 22));
      across += heard[i] * std::cos(turn * (double(i) - 22));
    }
    EXPECT_NEAR(std::atan2(across, in_phase) / turn, 0, 0.05) << hz;
  }
}

} // namespace
