// SPDX-License-Identifier: MIT
/// ITU-T G.711 (11/88), octets as on the wire (A-law with even bits inverted, mu-law with all
/// bits inverted), linear samples left-justified in 16 bits: A-law values of G.711 times 8, mu-law
/// values times 4. Written from tables 1 and 2 of the standard; where the standard leaves
/// values between decision levels open (low-order bits, negative ties), as ITU-T G.191's
/// software tools do it. Golden model of rtl/codec/g711_decoder and g711_encoder.
#pragma once
#include <algorithm>
#include <bit>
#include <cstdint>

namespace switchroom::golden {

/// Companding law of a line's codec.
enum class g711_law : std::uint8_t { a, mu };

/// One octet to a sample. A-law reaches ±32,256, mu-law ±32,124.
constexpr std::int16_t g711_decode(g711_law law, std::uint8_t octet) {
  const unsigned code = octet ^ (law == g711_law::a ? 0x55u : 0xffu);
  const int segment = static_cast<int>(code >> 4 & 7);
  const int step = static_cast<int>(code & 15);
  if (law == g711_law::a) {
    // Table 1: y = step + 1/2 in units of 16, then every segment doubles from the third on.
    const int middle = 2 * (step + (segment > 0 ? 16 : 0)) + 1;
    const int magnitude = 8 * middle << std::max(segment - 1, 0);
    return static_cast<std::int16_t>((code & 0x80) != 0 ? magnitude : -magnitude);
  }
  const int magnitude = 4 * (((2 * (step + 16) + 1) << segment) - 33);
  return static_cast<std::int16_t>((code & 0x80) != 0 ? -magnitude : magnitude);
}

/// One sample to an octet.
constexpr std::uint8_t g711_encode(g711_law law, std::int16_t sample) {
  const bool negative = sample < 0;
  const auto magnitude = static_cast<unsigned>(negative ? ~sample : sample);
  if (law == g711_law::a) {
    const unsigned level = magnitude >> 4;
    const int segment = std::max(static_cast<int>(std::bit_width(level)) - 4, 0);
    const unsigned step = level >> std::max(segment - 1, 0) & 15;
    return static_cast<std::uint8_t>(
        ((negative ? 0u : 0x80u) | static_cast<unsigned>(segment) << 4 | step) ^ 0x55u);
  }
  const unsigned level = std::min((magnitude >> 2) + 33, 0x1fffu);
  const int segment = static_cast<int>(std::bit_width(level)) - 6;
  const unsigned step = level >> (segment + 1) & 15;
  return static_cast<std::uint8_t>(
      ((negative ? 0x80u : 0u) | static_cast<unsigned>(segment) << 4 | step) ^ 0xffu);
}

} // namespace switchroom::golden
