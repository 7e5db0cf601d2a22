// SPDX-License-Identifier: MIT
/// Whether somebody speaks; and while nobody does, what the background is like, for who tells of it
/// in place of sending it (RFC 3389). In doubt it is voice: what is louder than an office, what
/// rises out of the background, what is a tone, the quarter of a second after each, and the first
/// half second of all.
#pragma once
#include "switchroom/dsp/comfort_noise.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <span>

namespace switchroom::dsp {

/// 8,000 samples a second. Nothing is allocated.
class voice_activity {
public:
  static constexpr std::size_t block = 80;
  static constexpr std::size_t order = 6; ///< of the background's colour

  voice_activity();
  /// The next 10 ms. True: to be sent as voice.
  bool hears_voice(std::span<const std::int16_t, block>);
  /// Mean of the latest 0.2 s, voice left out; silence before there was any.
  noise_colour background() const;

private:
  using correlations = std::array<double, order + 1>;
  static constexpr std::size_t stretches = 8; ///< of which the quietest moment is kept

  double quietest(double power);
  bool is_tone() const;

  std::array<double, block + order> recent_{}; ///< the end of the block before, and the block
  std::optional<double> smooth_;               ///< power
  std::array<double, stretches> least_;
  std::size_t stretch_ = 0;
  unsigned in_stretch_ = 0; ///< blocks
  unsigned still_voice_;    ///< blocks
  correlations sum_{};
  double weight_ = 0; ///< of sum_
};

} // namespace switchroom::dsp
