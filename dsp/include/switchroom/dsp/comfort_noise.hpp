// SPDX-License-Identifier: MIT
/// Comfort noise (RFC 3389): what is heard while the far end sends no voice. A payload tells how
/// loud its background is and, if it likes, of what colour; a generator makes noise like it. The
/// colour of a filter: white noise through 1 / A(z), A by reflection coefficients.
///
/// Of the coefficients' sign the RFC says nothing. Taken is the one of A(z) = 1 + k1·z⁻¹ + …, as
/// others do: noise with more low tones than high ones has k1 < 0.
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace switchroom::dsp {

struct noise_colour {
  static constexpr std::size_t highest_order = 12;
  static constexpr std::uint8_t quietest = 127;

  /// dB below overload: 0 dBov is the power of a square wave of full scale (RFC 3389, 3), which is
  /// 6.2 dBm0. 0 … 127.
  std::uint8_t level = quietest;
  std::size_t order = 0; ///< how many of `reflection` there are; 0: white
  /// −0.99994 … 0.99994, in steps of 0.0079.
  std::array<double, highest_order> reflection{};
};

/// Nothing if the payload is empty. More coefficients than highest_order are left out, which is
/// the same noise less finely drawn; the reserved index 255 is taken as 0.
std::optional<noise_colour> parse_comfort_noise(std::span<const std::uint8_t> payload);
/// Returns how many octets: 1 + order. What is out of range is held to it.
std::size_t write_comfort_noise(const noise_colour&,
                                std::span<std::uint8_t, 1 + noise_colour::highest_order> to);

/// Nothing is allocated. 8,000 samples a second, or 16,000: the colour is relative to it.
class comfort_noise {
public:
  /// The same seed makes the same noise; each stream shall have its own.
  explicit comfort_noise(std::uint32_t seed) : random_(seed == 0 ? 1 : seed) {}

  /// What it shall be like from now on: the first at once, later ones within some 50 ms. Until
  /// the first there is silence.
  void be(const noise_colour&);
  std::int16_t next();

private:
  double white();

  std::uint32_t random_;
  bool heard_ = false;
  double amplitude_ = 0, wanted_ = 0; ///< of the white noise, RMS
  std::size_t order_ = 0;
  std::array<double, noise_colour::highest_order> reflection_{};
  std::array<double, noise_colour::highest_order + 1> backward_{}; ///< state of the lattice
};

} // namespace switchroom::dsp
