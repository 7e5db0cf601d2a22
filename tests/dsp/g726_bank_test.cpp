// SPDX-License-Identifier: MIT
// Eight channels of G.726 in lock step against spandsp, and against one at a time.
#include "switchroom/dsp/g726_bank.hpp"

#include "g726_spandsp.hpp"
#include "signals.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <vector>

namespace {

using namespace switchroom::dsp;
using g726::rate;
using spandsp::octets;
using spandsp::words;
constexpr std::size_t channels = g726::bank::channels;

template <typename Values>
Values channel_of(const Values& frames, std::size_t channel) {
  Values of;
  for (std::size_t at = channel; at < frames.size(); at += channels)
    of.push_back(frames[at]);
  return of;
}

/// A channel each of speakers soft and loud, noise, tones with steps between them, full swings and
/// silence.
words mixed_frames(std::size_t count) {
  using namespace switchroom::dsp::testing;
  std::mt19937 random(1);
  std::vector<words> each = {babble(1).take(count),
                             babble(2).take(count, 0, 0.002),
                             babble(3).take(count, 0, 30),
                             words(count),
                             words(),
                             words(),
                             words(),
                             words(count)};
  std::generate(each[3].begin(), each[3].end(), [&] { return std::int16_t(random()); });
  while (each[4].size() < count) {
    const words tone = sine(double(random() % 3999 + 1), -double(random() % 50), 700);
    each[4].insert(each[4].end(), tone.begin(), tone.end());
    each[4].insert(each[4].end(), random() % 50, std::int16_t(random()));
  }
  while (each[5].size() < count)
    each[5].insert(each[5].end(), 1 + random() % 24, std::int16_t(random() % 2 ? 32767 : -32768));
  each[6] = sine(2100, -12, count);
  words frames;
  for (std::size_t i = 0; i < count; ++i)
    for (const words& one : each)
      frames.push_back(one[i]);
  return frames;
}

/// Patterns of codes that repeat, different in every channel, and at times any codes.
octets wild_frames(rate r, std::size_t count) {
  std::mt19937 random(2);
  octets frames(count * channels);
  for (std::size_t channel = 0; channel < channels; ++channel)
    for (std::size_t i = 0; i < count;) {
      octets pattern(1 + random() % 12);
      std::generate(pattern.begin(), pattern.end(), [&] { return std::uint8_t(random()); });
      for (std::size_t left = 2 + random() % 3000; left > 0 && i < count; --left, ++i)
        frames[i * channels + channel] =
            static_cast<std::uint8_t>(pattern[left % pattern.size()] & ((1 << int(r)) - 1));
    }
  return frames;
}

TEST(G726Bank, EncodesAsSpandspAndAsEncodersDo) {
  const words frames = mixed_frames(60'000);
  for (const rate r : spandsp::rates) {
    g726::encoder_bank bank(r);
    octets codes(frames.size());
    ASSERT_EQ(bank.encode(frames, codes), frames.size() / channels);
    for (std::size_t channel = 0; channel < channels; ++channel) {
      const words sound = channel_of(frames, channel);
      ASSERT_EQ(channel_of(codes, channel), spandsp::encode(r, sound)) << channel;
      g726::encoder one(r);
      octets alone(sound.size());
      one.encode(sound, alone);
      ASSERT_EQ(bank.kept(channel), one.kept()) << int(r) << ", " << channel;
    }
  }
}

TEST(G726Bank, DecodesAnyCodesAsDecodersDo) {
  for (const rate r : spandsp::rates) {
    const octets frames = wild_frames(r, 60'000);
    g726::decoder_bank bank(r);
    words heard(frames.size());
    ASSERT_EQ(bank.decode(frames, heard), frames.size() / channels);
    for (std::size_t channel = 0; channel < channels; ++channel) {
      const octets codes = channel_of(frames, channel);
      g726::decoder one(r);
      words alone(codes.size());
      one.decode(codes, alone);
      ASSERT_EQ(channel_of(heard, channel), alone) << int(r) << ", " << channel;
      ASSERT_EQ(bank.kept(channel), one.kept()) << int(r) << ", " << channel;
    }
  }
}

// Also that a state survives the bank's own form of it, at every frame.
TEST(G726Bank, StatesAreTheSameAtEveryFrame) {
  for (const rate r : spandsp::rates) {
    const octets frames = wild_frames(r, 5'000);
    g726::decoder_bank bank(r);
    g726::decoder one(r);
    words heard(channels), alone(1);
    for (std::size_t at = 0; at < frames.size(); at += channels) {
      ASSERT_EQ(bank.decode(std::span(frames).subspan(at, channels), heard), 1U);
      one.decode(std::span(frames).subspan(at + 5, 1), alone);
      ASSERT_EQ(heard[5], alone[0]);
      ASSERT_EQ(bank.kept(5), one.kept()) << at;
      bank.start(5, bank.kept(5));
    }
  }
}

TEST(G726Bank, AChannelMayStartAnewOrComeFromElsewhere) {
  const words frames = mixed_frames(2'000);
  const rate r = rate::kbit_32;
  g726::encoder_bank bank(r);
  octets first(frames.size()), second(frames.size());
  bank.encode(frames, first);
  g726::encoder_bank other(r);
  for (std::size_t channel = 0; channel < channels; ++channel)
    other.start(channel, bank.kept(channel));
  bank.start(2);
  bank.encode(frames, second);
  EXPECT_EQ(channel_of(second, 2), channel_of(first, 2));
  octets moved(frames.size());
  other.encode(frames, moved);
  EXPECT_EQ(channel_of(moved, 1), channel_of(second, 1));
  EXPECT_EQ(channel_of(moved, 7), channel_of(second, 7));
  EXPECT_NE(channel_of(moved, 2), channel_of(second, 2));
}

TEST(G726Bank, NoMoreFramesThanFitAreWritten) {
  const words sound(4 * channels, 1000);
  octets codes(3 * channels, 0xaa);
  g726::encoder_bank e(rate::kbit_24);
  EXPECT_EQ(e.encode(sound, std::span(codes).first(3 * channels - 1)), 2U);
  EXPECT_EQ(codes[2 * channels], 0xaa);
  EXPECT_EQ(e.encode(std::span(sound).first(channels - 1), codes), 0U);
  words back(2 * channels, 77);
  g726::decoder_bank d(rate::kbit_24);
  EXPECT_EQ(d.decode(codes, std::span(back).first(2 * channels - 1)), 1U);
  EXPECT_EQ(back[channels], 77);
}

} // namespace
