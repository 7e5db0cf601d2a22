// SPDX-License-Identifier: MIT
// Codings of streams, against spandsp's G.722 and against libopus at another rate.
#include "media/codec.hpp"

#include <gtest/gtest.h>
#include <opus/opus.h>
#include <spandsp.h>

#include <cmath>
#include <numbers>
#include <random>
#include <vector>

namespace {

using namespace switchroom::media;

std::vector<std::int16_t> tone(double hz, unsigned rate, std::size_t samples) {
  std::vector<std::int16_t> made(samples);
  for (std::size_t n = 0; n < samples; ++n)
    made[n] = static_cast<std::int16_t>(
        std::lround(8000 * std::sin(2 * std::numbers::pi * hz * static_cast<double>(n) / rate)));
  return made;
}

/// dB of what is at `hz` over all the rest, of the last half.
double purity(const std::vector<std::int16_t>& of, double hz, unsigned rate) {
  double s = 0, c = 0, all = 0;
  const std::size_t from = of.size() / 2;
  for (std::size_t n = from; n < of.size(); ++n) {
    const double x = of[n], w = 2 * std::numbers::pi * hz * static_cast<double>(n) / rate;
    s += x * std::sin(w);
    c += x * std::cos(w);
    all += x * x;
  }
  const double there = 2 * (s * s + c * c) / static_cast<double>(of.size() - from);
  return 10 * std::log10(there / std::max(all - there, 1e-9));
}

double level(const std::vector<std::int16_t>& of) {
  double all = 0;
  const std::size_t from = of.size() / 2;
  for (std::size_t n = from; n < of.size(); ++n)
    all += double{static_cast<double>(of[n])} * of[n];
  return 10 * std::log10(all / static_cast<double>(of.size() - from) / (8000.0 * 8000 / 2));
}

using octets = std::vector<std::uint8_t>;
std::vector<octets> coded(voice_coder& by, const std::vector<std::int16_t>& voice,
                          std::size_t packet) {
  std::vector<octets> made;
  std::array<std::uint8_t, voice_coder::largest_packet> room;
  for (std::size_t n = 0; n + packet <= voice.size(); n += packet) {
    const auto size = by.encode(std::span(voice).subspan(n, packet), room);
    made.emplace_back(room.begin(), room.begin() + static_cast<std::ptrdiff_t>(size));
  }
  return made;
}
std::vector<std::int16_t> decoded(voice_coder& by, const std::vector<octets>& packets) {
  std::vector<std::int16_t> made;
  std::array<std::int16_t, voice_coder::largest_packet> room;
  for (const auto& one : packets) {
    const auto count = by.decode(one, room);
    made.insert(made.end(), room.begin(), room.begin() + static_cast<std::ptrdiff_t>(count));
  }
  return made;
}

TEST(Codec, G722IsHeardBySpandspAtSixteenKilohertz) {
  const auto packets = coded(*make_coder(coding::g722), tone(1000, 8000, 8000), 160);
  auto* theirs = g722_decode_init(nullptr, 64000, 0);
  std::vector<std::int16_t> heard;
  for (const auto& one : packets) {
    ASSERT_EQ(one.size(), 160U);
    std::array<std::int16_t, 320> room{};
    g722_decode(theirs, room.data(), one.data(), 160);
    heard.insert(heard.end(), room.begin(), room.end());
  }
  g722_decode_free(theirs);
  EXPECT_GT(purity(heard, 1000, 16'000), 30);
  EXPECT_NEAR(level(heard), 0, 0.3);
}

/// A second of a tone at 16 kHz.
std::vector<octets> g722_of_spandsp(double hz) {
  const auto wide = tone(hz, 16'000, 16'000);
  auto* theirs = g722_encode_init(nullptr, 64000, 0);
  std::vector<octets> packets;
  for (std::size_t n = 0; n + 320 <= wide.size(); n += 320) {
    octets one(160);
    g722_encode(theirs, one.data(), wide.data() + n, 320);
    packets.push_back(one);
  }
  g722_encode_free(theirs);
  return packets;
}

TEST(Codec, G722OfSpandspIsHeardHere) {
  const auto heard = decoded(*make_coder(coding::g722), g722_of_spandsp(1000));
  ASSERT_EQ(heard.size(), 8000U);
  EXPECT_GT(purity(heard, 1000, 8000), 30);
  EXPECT_NEAR(level(heard), 0, 0.3);
}

/// What is above four kilohertz does not come back as something below it.
TEST(Codec, G722OfAWideToneIsNotHeardWhereTheBoardHasNarrowBand) {
  EXPECT_LT(level(decoded(*make_coder(coding::g722), g722_of_spandsp(6000))), -30);
}

/// Packed as RFC 3551, 4.5.4, has it: spandsp's "right".
TEST(Codec, G726IsHeardBySpandspAndItsIsHeardHere) {
  for (const auto& [what, bits] : {std::pair(coding::g726_16, 16'000),
                                   {coding::g726_24, 24'000},
                                   {coding::g726_32, 32'000},
                                   {coding::g726_40, 40'000}}) {
    const auto voice = tone(1000, 8000, 16'000);
    const auto packets = coded(*make_coder(what), voice, 160);
    auto* theirs = g726_init(nullptr, bits, G726_ENCODING_LINEAR, G726_PACKING_RIGHT);
    std::vector<std::int16_t> heard;
    for (const auto& one : packets) {
      ASSERT_EQ(one.size(), static_cast<std::size_t>(bits) / 400);
      std::array<std::int16_t, 160> room{};
      ASSERT_EQ(g726_decode(theirs, room.data(), one.data(), static_cast<int>(one.size())), 160);
      heard.insert(heard.end(), room.begin(), room.end());
    }
    g726_free(theirs);
    EXPECT_EQ(heard, decoded(*make_coder(what), packets)) << bits;
    EXPECT_GT(purity(heard, 1000, 8000), bits == 16'000 ? 8 : 15) << bits;
    EXPECT_NEAR(level(heard), 0, 1) << bits;
  }
}

TEST(Codec, OpusIsHeardByADecoderAtFortyEightKilohertz) {
  for (const std::size_t packet : {80U, 160U, 320U, 480U}) {
    const auto packets = coded(*make_coder(coding::opus), tone(1000, 8000, 16'000), packet);
    int failed = 0;
    auto* theirs = opus_decoder_create(48'000, 1, &failed);
    std::vector<std::int16_t> heard;
    for (const auto& one : packets) {
      std::vector<std::int16_t> room(5760);
      const int count = opus_decode(theirs, one.data(), static_cast<opus_int32>(one.size()),
                                    room.data(), 5760, 0);
      ASSERT_EQ(count, static_cast<int>(packet * 6));
      heard.insert(heard.end(), room.begin(), room.begin() + count);
    }
    opus_decoder_destroy(theirs);
    EXPECT_GT(purity(heard, 1000, 48'000), 12) << packet;
    EXPECT_NEAR(level(heard), 0, 1.5) << packet;
  }
}

TEST(Codec, WideOpusIsHeardHere) {
  int failed = 0;
  auto* theirs = opus_encoder_create(48'000, 2, OPUS_APPLICATION_VOIP, &failed);
  const auto wide = tone(1000, 48'000, 48'000);
  std::vector<octets> packets;
  for (std::size_t n = 0; n + 960 <= wide.size(); n += 960) {
    std::vector<std::int16_t> stereo;
    for (std::size_t i = n; i < n + 960; ++i)
      stereo.insert(stereo.end(), 2, wide[i]);
    octets one(480);
    one.resize(static_cast<std::size_t>(opus_encode(theirs, stereo.data(), 960, one.data(), 480)));
    packets.push_back(one);
  }
  opus_encoder_destroy(theirs);
  const auto heard = decoded(*make_coder(coding::opus), packets);
  ASSERT_EQ(heard.size(), 8000U);
  EXPECT_GT(purity(heard, 1000, 8000), 15);
  EXPECT_NEAR(level(heard), 0, 1);
}

TEST(Codec, WhatIsTooLongOrNoneOfTheCodingIsRefused) {
  std::array<std::int16_t, voice_coder::largest_packet> room;
  const octets long_one(481, 0x55);
  EXPECT_EQ(make_coder(coding::pcma)->decode(long_one, room), 0U);
  EXPECT_EQ(make_coder(coding::g722)->decode(long_one, room), 0U);
  EXPECT_EQ(make_coder(coding::g726_32)->decode(std::span(long_one).first(241), room), 0U);
  EXPECT_EQ(make_coder(coding::g726_32)->decode(std::span(long_one).first(240), room), 480U);
  // RFC 6716, 3.4: code 3 with no frames; and three frames of 60 ms.
  EXPECT_EQ(make_coder(coding::opus)->decode(octets{0x03, 0x00}, room), 0U);
  EXPECT_EQ(make_coder(coding::opus)->decode(octets{0x1b, 0x03, 0, 0, 0}, room), 0U);
}

TEST(Codec, OpusHasNoPacketsOfThirtyOrFiftyMilliseconds) {
  EXPECT_EQ(packet_time_of(coding::opus, 30), 20U);
  EXPECT_EQ(packet_time_of(coding::opus, 50), 40U);
  EXPECT_EQ(packet_time_of(coding::opus, 60), 60U);
  EXPECT_EQ(packet_time_of(coding::g722, 30), 30U);
}

TEST(Codec, LengthIsWhatWouldBeDecoded) {
  std::array<std::int16_t, voice_coder::largest_packet> room;
  std::mt19937 random{1};
  for (const auto what : {coding::pcmu, coding::pcma, coding::g722, coding::g726_16,
                          coding::g726_24, coding::g726_32, coding::g726_40, coding::opus}) {
    const auto by = make_coder(what);
    for (const std::size_t samples : {80U, 160U, 320U, 480U})
      for (const auto& one : coded(*by, tone(1000, 8000, 960), samples))
        EXPECT_EQ(by->length(one), samples) << name_of(what);
    for (std::size_t size = 1; size <= 500; ++size) {
      octets any(size);
      for (auto& octet : any)
        octet = static_cast<std::uint8_t>(random());
      const auto length = by->length(any);
      EXPECT_EQ(by->decode(any, room), length) << name_of(what) << ", " << size << " octets";
    }
  }
}

/// As one that is new does.
TEST(Codec, WhatIsDecodedAnewDoesNotFollowFromWhatWas) {
  for (const auto what : {coding::pcma, coding::g722, coding::g726_32, coding::opus}) {
    const auto by = make_coder(what);
    const auto packets = coded(*by, tone(1000, 8000, 8000), 160);
    const auto first = decoded(*make_coder(what), packets);
    decoded(*by, packets);
    by->decode_anew();
    const auto again = decoded(*by, packets);
    ASSERT_EQ(again.size(), first.size());
    // The resampler, a filter without feedback, may remember 10 ms.
    EXPECT_TRUE(std::equal(first.begin() + 80, first.end(), again.begin() + 80)) << name_of(what);
  }
}

} // namespace
