// SPDX-License-Identifier: MIT
#include "switchroom/dsp/comfort_noise.hpp"

#include <algorithm>
#include <cmath>

namespace switchroom::dsp {
namespace {

constexpr std::uint8_t middle = 127, reserved = 255; // indices, RFC 3389, 3.2
constexpr double index_step = 258.0 / 32768;
constexpr double rms_of_0dbov = 32768;
constexpr double samples_to_change = 160;

} // namespace

std::optional<noise_colour> parse_comfort_noise(std::span<const std::uint8_t> payload) {
  if (payload.empty())
    return std::nullopt;
  noise_colour c;
  c.level = payload[0] & 0x7f;
  c.order = std::min(payload.size() - 1, noise_colour::highest_order);
  for (std::size_t i = 0; i < c.order; ++i) {
    const std::uint8_t index = payload[1 + i];
    c.reflection[i] = index == reserved ? 0 : index_step * (index - middle);
  }
  return c;
}

std::size_t write_comfort_noise(const noise_colour& c,
                                std::span<std::uint8_t, 1 + noise_colour::highest_order> to) {
  const std::size_t order = std::min(c.order, noise_colour::highest_order);
  to[0] = std::min(c.level, noise_colour::quietest);
  for (std::size_t i = 0; i < order; ++i)
    to[1 + i] = static_cast<std::uint8_t>(
        std::clamp(std::lround(c.reflection[i] / index_step) + middle, 0L, 254L));
  return 1 + order;
}

void comfort_noise::be(const noise_colour& c) {
  order_ = std::min(c.order, noise_colour::highest_order);
  std::fill(backward_.begin() + static_cast<std::ptrdiff_t>(order_), backward_.end(), 0.0);
  // The filter makes noise louder by 1 / Π(1 − k²) in power.
  double power = 1;
  for (std::size_t i = 0; i < order_; ++i) {
    constexpr double most = index_step * middle; // stable
    reflection_[i] = std::clamp(c.reflection[i], -most, most);
    power *= 1 - reflection_[i] * reflection_[i];
  }
  const auto level = std::min(c.level, noise_colour::quietest);
  wanted_ = rms_of_0dbov * std::pow(10, -level / 20.0) * std::sqrt(power);
  if (!heard_)
    amplitude_ = wanted_;
  heard_ = true;
}

/// Evenly distributed, of power 1 (xorshift, 32 bits, period 2^32 − 1).
double comfort_noise::white() {
  random_ ^= random_ << 13;
  random_ ^= random_ >> 17;
  random_ ^= random_ << 5;
  return (random_ / 2147483648.0 - 1) * 1.7320508;
}

std::int16_t comfort_noise::next() {
  amplitude_ += (wanted_ - amplitude_) / samples_to_change;
  double forward = amplitude_ * white();
  for (std::size_t i = order_; i > 0; --i) {
    forward -= reflection_[i - 1] * backward_[i - 1];
    backward_[i] = backward_[i - 1] + reflection_[i - 1] * forward;
  }
  backward_[0] = forward;
  return static_cast<std::int16_t>(std::lround(std::clamp(forward, -32768.0, 32767.0)));
}

} // namespace switchroom::dsp
