// SPDX-License-Identifier: MIT
#include "media/silence_sender.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>

namespace switchroom::media {
namespace {

constexpr int heard_change = 3; // dB
/// Samples. So often a change is told, and so often all: a translator of addresses, and a phone
/// that waits for voice, shall not take the stream for over (RFC 6263 asks for 15 s).
constexpr std::size_t at_most_every = 800, at_least_every = 40'000;

} // namespace

silence_sender::turn silence_sender::next(std::span<const std::int16_t> samples) {
  constexpr std::size_t block = dsp::voice_activity::block;
  bool voice = false;
  for (; samples.size() >= block; samples = samples.subspan(block)) {
    voice |= activity_.hears_voice(samples.first<block>());
    since_ += block;
  }
  if (voice) {
    told_.reset();
    return turn::voice;
  }
  const auto now = activity_.background();
  const bool changed = told_ && std::abs(told_->level - now.level) >= heard_change;
  if (told_ && since_ < (changed ? at_most_every : at_least_every))
    return turn::nothing;
  told_ = now;
  since_ = 0;
  return turn::noise;
}

std::size_t silence_sender::write(std::span<std::uint8_t, largest> to) const {
  auto what = told_.value_or(dsp::noise_colour());
  if (!coloured_)
    what.order = 0;
  std::array<std::uint8_t, 1 + dsp::noise_colour::highest_order> whole;
  const auto size = std::min(dsp::write_comfort_noise(what, whole), largest);
  std::copy_n(whole.begin(), size, to.begin());
  return size;
}

} // namespace switchroom::media
