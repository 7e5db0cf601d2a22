// SPDX-License-Identifier: MIT
/// What is sent while nobody speaks: in place of voice the level and colour of the background (RFC
/// 3389), and that again only when it has changed. Pure.
#pragma once
#include "switchroom/dsp/voice_activity.hpp"

#include <cstdint>
#include <optional>
#include <span>

namespace switchroom::media {

class silence_sender {
public:
  static constexpr std::size_t largest = 1 + dsp::voice_activity::order; ///< octets
  /// Without `coloured` only the level is told: the colour is one of 8,000 samples a second.
  explicit silence_sender(bool coloured) : coloured_(coloured) {}

  enum class turn { voice, noise, nothing };
  /// Of a packet's samples, 80 … 480 in steps of 80.
  turn next(std::span<const std::int16_t> samples);
  /// The payload of `turn::noise`; returns how many octets.
  std::size_t write(std::span<std::uint8_t, largest> to) const;

private:
  bool coloured_;
  dsp::voice_activity activity_;
  std::optional<dsp::noise_colour> told_; ///< since the latest voice
  std::size_t since_ = 0;                 ///< samples
};

} // namespace switchroom::media
