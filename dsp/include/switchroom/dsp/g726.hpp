// SPDX-License-Identifier: MIT
/// ITU-T G.726: speech of 8 kHz in codes of 2, 3, 4 or 5 bits (ADPCM at 16, 24, 32 or 40 kbit/s),
/// for the host, and the golden model of the gateware. Bit-exact with the ITU's test sequences of
/// Appendix II at A-law and µ-law ends, and at linear ends with Annex A.
///
/// All memory is inside, nothing is allocated, nothing is thrown; an object is copied like a value
/// and belongs to one thread at a time. Blocks may have any length and be cut anywhere. Encoder and
/// decoder together do not delay.
#pragma once
#include "switchroom/dsp/g711.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace switchroom::dsp::g726 {

/// Numbered by the bits of a code.
enum class rate : std::uint8_t { kbit_16 = 2, kbit_24 = 3, kbit_32 = 4, kbit_40 = 5 };

/// What both ends keep from one sample to the next: the registers of the DELAY blocks, clause 4.2,
/// by their names and with their values after a reset. FL words are bits of sign (1), exponent (4)
/// and mantissa (6), from the top.
struct state {
  std::array<std::int16_t, 6> b{};   ///< B1 … B6, the zeros' coefficients: 1/16384
  std::array<std::uint16_t, 6> dq{}; ///< DQ1 … DQ6, quantised differences, newest first: FL
  std::int16_t a1 = 0, a2 = 0;       ///< the poles' coefficients: 1/16384
  std::uint16_t sr1 = fl_zero, sr2 = fl_zero; ///< reconstructed samples, newest first: FL
  std::uint16_t ap = 0;                       ///< speed of adaptation: 1/256, 10 bits
  std::uint16_t dms = 0, dml = 0; ///< short and long mean of F(I): 1/512 and 1/2048, 12 and 14 bits
  std::uint16_t yu = 544;         ///< fast scale factor: 1/512 of log 2, 544 … 5120
  std::uint32_t yl = 34816;       ///< slow scale factor: 1/32768 of log 2, 19 bits
  bool pk1 = false, pk2 = false;  ///< signs of DQ + SEZ, newest first
  bool td = false;                ///< a tone, or data of a modem

  static constexpr std::uint16_t fl_zero = 32;
  constexpr state() { dq.fill(fl_zero); }
  bool operator==(const state&) const = default;
};

/// Codes are one to an octet, in its lowest bits.
class encoder {
public:
  /// From `kept` on: the rate may change between two samples.
  explicit encoder(rate r, const state& kept = {}) : state_(kept), rate_(r) {}

  /// Encodes samples of 16 bits over their whole range, of which G.726 takes the upper 14; as many
  /// as both spans hold. Returns the number of codes written.
  std::size_t encode(std::span<const std::int16_t> samples, std::span<std::uint8_t> codes);
  /// The same from octets as G.711 has them on the wire. Laws may change between two samples.
  std::size_t encode(g711::law l, std::span<const std::uint8_t> octets,
                     std::span<std::uint8_t> codes);

  const state& kept() const { return state_; }

private:
  state state_;
  rate rate_;
};

class decoder {
public:
  explicit decoder(rate r, const state& kept = {}) : state_(kept), rate_(r) {}

  /// Decodes codes, of which only the bits that the rate has are looked at, to samples of 16 bits
  /// whose lowest two are zero, limited as Annex A has it; as many as both spans hold. Returns the
  /// number of samples written.
  std::size_t decode(std::span<const std::uint8_t> codes, std::span<std::int16_t> samples);
  /// The same to octets of G.711, with the synchronous coding adjustment of clause 3.8: where G.711
  /// and G.726 take turns, only the first turn loses anything.
  std::size_t decode(g711::law l, std::span<const std::uint8_t> codes,
                     std::span<std::uint8_t> octets);

  const state& kept() const { return state_; }

private:
  state state_;
  rate rate_;
};

/// Where the first of the codes lies that share octets: in the lowest bits (RTP's G726-16 … -40,
/// RFC 3551, 4.5.4), or in the highest (AAL2-G726-16 … -40; ITU-T I.366.2, Annex E).
enum class order : std::uint8_t { low_bits_first, high_bits_first };

/// The smallest number of codes that fill octets: 4, 8, 2, 8 codes in 1, 3, 1, 5 octets.
constexpr std::size_t codes_of_group(rate r) {
  return r == rate::kbit_16 ? 4 : (r == rate::kbit_32 ? 2 : 8);
}
constexpr std::size_t octets_of_group(rate r) {
  return codes_of_group(r) * static_cast<std::size_t>(r) / 8;
}

/// Packs whole groups of codes, as many as both spans hold; of a code, only the bits that the rate
/// has. What is left over is not looked at. Returns the number of octets written.
std::size_t pack(rate r, order o, std::span<const std::uint8_t> codes,
                 std::span<std::uint8_t> octets);
/// The reverse. Returns the number of codes written.
std::size_t unpack(rate r, order o, std::span<const std::uint8_t> octets,
                   std::span<std::uint8_t> codes);

} // namespace switchroom::dsp::g726
