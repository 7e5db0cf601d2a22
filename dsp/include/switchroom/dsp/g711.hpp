// SPDX-License-Identifier: MIT
/// ITU-T G.711 by table, for the host. Linear samples are 16 bit with the code's 13 (A-law) or
/// 14 (µ-law) bits at the top, so that both laws fill the same range. A-law octets are as on the
/// wire: even bits inverted.
///
/// Every octet survives decode → encode unchanged, but for µ-law 0x7f (negative zero), which
/// becomes 0xff (zero).
#pragma once
#include <array>
#include <cstdint>

namespace switchroom::dsp::g711 {

enum class law : std::uint8_t { mu, a };

namespace tables {
// The encoders need only the bits that the law looks at: 12 for A, 14 for µ.
extern const std::array<std::uint8_t, 1 << 12> to_a;
extern const std::array<std::uint8_t, 1 << 14> to_mu;
extern const std::array<std::int16_t, 256> from_a;
extern const std::array<std::int16_t, 256> from_mu;
} // namespace tables

inline std::uint8_t encode_a(std::int16_t linear) {
  return tables::to_a[static_cast<std::uint16_t>(linear) >> 4];
}
inline std::uint8_t encode_mu(std::int16_t linear) {
  return tables::to_mu[static_cast<std::uint16_t>(linear) >> 2];
}
inline std::int16_t decode_a(std::uint8_t octet) {
  return tables::from_a[octet];
}
inline std::int16_t decode_mu(std::uint8_t octet) {
  return tables::from_mu[octet];
}

inline std::uint8_t encode(law l, std::int16_t linear) {
  return l == law::a ? encode_a(linear) : encode_mu(linear);
}
inline std::int16_t decode(law l, std::uint8_t octet) {
  return l == law::a ? decode_a(octet) : decode_mu(octet);
}

} // namespace switchroom::dsp::g711
