// SPDX-License-Identifier: MIT
/// Our G.726 compared with spandsp's, at all rates and ends.
#pragma once
#include "g726_spandsp.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <string>

namespace switchroom::dsp::spandsp {

inline constexpr g711::law laws[] = {g711::law::a, g711::law::mu};

inline octets encode_here(g726::rate r, const words& samples) {
  octets out(samples.size());
  EXPECT_EQ(g726::encoder(r).encode(samples, out), out.size());
  return out;
}
inline octets encode_here(g726::rate r, g711::law l, const octets& from) {
  octets out(from.size());
  EXPECT_EQ(g726::encoder(r).encode(l, from, out), out.size());
  return out;
}
inline words decode_here(g726::rate r, const octets& codes) {
  words out(codes.size());
  EXPECT_EQ(g726::decoder(r).decode(codes, out), out.size());
  return out;
}
inline octets decode_here(g726::rate r, g711::law l, const octets& codes) {
  octets out(codes.size());
  EXPECT_EQ(g726::decoder(r).decode(l, codes, out), out.size());
  return out;
}

inline octets companded(g711::law l, const words& samples) {
  octets out;
  for (const std::int16_t s : samples)
    out.push_back(g711::encode(l, s));
  return out;
}

template <typename Values>
void expect_equal(const Values& ours, const Values& theirs, const std::string& of) {
  ASSERT_EQ(ours.size(), theirs.size()) << of;
  const auto at = std::mismatch(ours.begin(), ours.end(), theirs.begin()).first - ours.begin();
  ASSERT_EQ(at, std::ptrdiff_t(ours.size()))
      << of << ": " << int(ours[std::size_t(at)]) << ", " << int(theirs[std::size_t(at)]);
}

/// spandsp 0.0.6 lets a sample of more than 14 bits wrap around; Annex A limits it.
inline void expect_equal_but_for_wrapping(const words& ours, words theirs, const std::string& of) {
  ASSERT_EQ(ours.size(), theirs.size());
  for (std::size_t i = 0; i < ours.size(); ++i)
    if (ours[i] == 32764 || ours[i] == -32768)
      theirs[i] = ours[i];
  expect_equal(ours, theirs, of);
}

/// Both directions at all ends.
inline void expect_spandsps(g726::rate r, const words& sound, const std::string& what) {
  const std::string of = what + ", " + name_of(r);
  const octets codes = encode_here(r, sound);
  expect_equal(codes, encode(r, sound), of);
  expect_equal_but_for_wrapping(decode_here(r, codes), decode(r, codes), of);
  for (const g711::law l : laws) {
    const octets pcm = companded(l, sound), sent = encode_here(r, l, pcm);
    expect_equal(sent, encode(r, l, pcm), of);
    expect_equal(decode_here(r, l, sent), decode(r, l, sent), of);
  }
}
/// At all rates, too.
inline void expect_spandsps(const words& sound, const std::string& what) {
  for (const g726::rate r : rates)
    expect_spandsps(r, sound, what);
}

/// Decoders alone, at all rates and ends.
inline void expect_spandsps_of_codes(octets any, const std::string& what) {
  for (const g726::rate r : rates) {
    for (auto& code : any)
      code &= static_cast<std::uint8_t>((1 << int(r)) - 1);
    const std::string of = what + ", " + name_of(r);
    expect_equal_but_for_wrapping(decode_here(r, any), decode(r, any), of);
    for (const g711::law l : laws)
      expect_equal(decode_here(r, l, any), decode(r, l, any), of);
  }
}

} // namespace switchroom::dsp::spandsp
