// SPDX-License-Identifier: MIT
#include "switchroom/dsp/g711.hpp"

#include <bit>
#include <cstddef>

namespace switchroom::dsp::g711::tables {
namespace {

// Magnitudes below zero are one's complements, so that the decision values of both signs lie
// alike: the STL's reading of G.711, which the ITU's test files hold.
constexpr unsigned magnitude(int linear) {
  return static_cast<unsigned>(linear < 0 ? ~linear : linear);
}

// G.711, table 1: 12 bits, sign included (the 13th decides nothing); segment = place of the leading
// one.
constexpr std::uint8_t a_octet(int linear12) {
  const unsigned m = magnitude(linear12);
  const auto segment = static_cast<unsigned>(std::bit_width(m >> 4));
  const unsigned code = segment == 0 ? m : segment << 4 | (m >> (segment - 1) & 0xf);
  const unsigned sign = linear12 < 0 ? 0x00 : 0x80;
  return static_cast<std::uint8_t>((code | sign) ^ 0x55);
}

// G.711, table 2: 14 bits; a bias of 33 puts the segment into the place of the leading one.
constexpr std::uint8_t mu_octet(int linear14) {
  constexpr unsigned bias = 33, largest = 0x1fff;
  const unsigned m = magnitude(linear14) + bias > largest ? largest : magnitude(linear14) + bias;
  const auto segment = static_cast<unsigned>(std::bit_width(m >> 6));
  const unsigned code = segment << 4 | (m >> (segment + 1) & 0xf);
  const unsigned sign = linear14 < 0 ? 0x00 : 0x80;
  return static_cast<std::uint8_t>((code ^ 0x7f) | sign);
}

constexpr std::int16_t a_linear(unsigned octet) {
  const unsigned code = octet ^ 0x55;
  const unsigned segment = code >> 4 & 7, step = code & 0xf;
  const int m = static_cast<int>(segment == 0 ? step * 2 + 1 : (step * 2 + 33) << (segment - 1));
  return static_cast<std::int16_t>((code & 0x80) != 0 ? m * 8 : -m * 8);
}

constexpr std::int16_t mu_linear(unsigned octet) {
  const unsigned code = ~octet & 0x7f;
  const int m = static_cast<int>(((code & 0xf) * 2 + 33) << (code >> 4)) - 33;
  return static_cast<std::int16_t>((octet & 0x80) != 0 ? m * 4 : -m * 4);
}

template <typename Value, std::size_t Size, typename Entry>
constexpr std::array<Value, Size> table(Entry entry) {
  std::array<Value, Size> all{};
  for (std::size_t i = 0; i < Size; ++i)
    all[i] = entry(i);
  return all;
}

// The index is the top bits of a two's complement sample.
template <std::size_t Size>
constexpr int as_signed(std::size_t i) {
  return static_cast<int>(i) - (i >= Size / 2 ? static_cast<int>(Size) : 0);
}

} // namespace

constinit const std::array<std::uint8_t, 1 << 12> to_a =
    table<std::uint8_t, 1 << 12>([](std::size_t i) { return a_octet(as_signed<1 << 12>(i)); });
constinit const std::array<std::uint8_t, 1 << 14> to_mu =
    table<std::uint8_t, 1 << 14>([](std::size_t i) { return mu_octet(as_signed<1 << 14>(i)); });
constinit const std::array<std::int16_t, 256> from_a =
    table<std::int16_t, 256>([](std::size_t i) { return a_linear(static_cast<unsigned>(i)); });
constinit const std::array<std::int16_t, 256> from_mu =
    table<std::int16_t, 256>([](std::size_t i) { return mu_linear(static_cast<unsigned>(i)); });

} // namespace switchroom::dsp::g711::tables
