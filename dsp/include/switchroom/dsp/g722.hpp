// SPDX-License-Identifier: MIT
/// ITU-T G.722: 7 kHz of speech in 64 kbit/s, for the host. Two samples at 16 kHz make one octet,
/// as RTP carries it (RFC 3551, 4.5.2): the higher band's two bits above the lower band's six.
///
/// Samples are 16 bit over their whole range, as in the ITU's test files: the Recommendation's 14
/// bits and two more below. Bit-exact with these files, and with spandsp but for what that leaves
/// out: limits of the filter bank's results (clauses 5.2.1 and 5.2.2; it wraps around) and of the
/// zero sections' partial sums, which only made-up octets reach.
///
/// All memory is inside, nothing is allocated, nothing is thrown; an object is copied like a value
/// and belongs to one thread at a time. Blocks may have any length and be cut anywhere between two
/// octets. Encoder and decoder together delay by 22 samples, 1.4 ms.
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace switchroom::dsp::g722 {

/// How much of an octet is speech, clause 1.3: in the two lower modes its lowest bit, or its two
/// lowest, carry something else, and the decoder disregards them. Encoders always send 64.
enum class mode : std::uint8_t { kbit_64, kbit_56, kbit_48 };

/// What both ends keep of their two sub-bands, clauses 3.5 and 3.6. Words alternate between the
/// lower and the higher band.
struct bands {
  alignas(16) std::array<std::int16_t, 16> zeros{};       ///< b1 … b6, two pairs unused
  alignas(16) std::array<std::int16_t, 16> differences{}; ///< d of the last six, newest first
  alignas(16) std::array<std::int16_t, 16> others{};      ///< a1, a2, r, p, p before, s, sz; unused
  int log_lower = 0, log_higher = 0; ///< scale factors: 1/2048 of the logarithm to base 2
};

class encoder {
public:
  /// Encodes pairs of samples, as many as both spans hold; an odd last sample is not looked at and
  /// is the caller's to bring again. Returns the number of octets written.
  std::size_t encode(std::span<const std::int16_t> samples, std::span<std::uint8_t> octets);

private:
  bands bands_;
  std::array<std::int16_t, 22> heard_{}; ///< the latest samples, oldest first
};

class decoder {
public:
  explicit decoder(mode m = mode::kbit_64) : mode_(m) {}

  /// Decodes octets to two samples each, as many as both spans hold. Returns the number of samples
  /// written, always even.
  std::size_t decode(std::span<const std::uint8_t> octets, std::span<std::int16_t> samples);

private:
  bands bands_;
  std::array<std::int16_t, 22> heard_{}; ///< the latest of both bands, in pairs, oldest first
  mode mode_;
};

} // namespace switchroom::dsp::g722
