// SPDX-License-Identifier: MIT
/// ITU-T G.726 for eight channels in lock step, all at one rate: the same bits as an encoder or
/// decoder for each (g726.hpp) at linear ends, at a quarter of the cost or a third.
///
/// Blocks are of frames, as a time slot interface has them: a sample or a code of each channel,
/// in the order of channels. Nothing is allocated or thrown; an object is copied like a value and
/// belongs to one thread at a time.
#pragma once
#include "switchroom/dsp/g726.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace switchroom::dsp::g726 {

/// States of four channels, side by side: 24 words of each. What they are is the bank's own matter.
struct four_states {
  alignas(16) std::array<std::array<std::int32_t, 4>, 24> words{};
};

class bank {
public:
  static constexpr std::size_t channels = 8;

  explicit bank(rate r);

  /// Makes a channel, 0 … 7, go on from there: where a call begins, from reset.
  void start(std::size_t channel, const state& from = {});
  /// As that channel's encoder or decoder would have it.
  state kept(std::size_t channel) const;

protected:
  std::array<four_states, channels / 4> states_;
  rate rate_;
};

class encoder_bank : public bank {
public:
  using bank::bank;

  /// Encodes frames of samples of 16 bits, as many as both spans hold. Returns the number of
  /// frames. Octets of G.711 go through g711::decode first.
  std::size_t encode(std::span<const std::int16_t> samples, std::span<std::uint8_t> codes);
};

class decoder_bank : public bank {
public:
  using bank::bank;

  /// Decodes frames of codes to samples, as many as both spans hold. Returns the number of frames.
  std::size_t decode(std::span<const std::uint8_t> codes, std::span<std::int16_t> samples);
};

} // namespace switchroom::dsp::g726
