// SPDX-License-Identifier: MIT
// Randomness that is the same on every machine and library: the standard's distributions are not.
#pragma once

#include <cstdint>

namespace switchroom::sim {

// splitmix64 (Steele, Lea, Flood, "Fast splittable pseudorandom number generators", 2014).
class seeded_random {
public:
  explicit seeded_random(std::uint64_t seed) : state_(seed) {}

  std::uint64_t next() {
    std::uint64_t z = (state_ += 0x9e3779b97f4a7c15U);
    z = (z ^ (z >> 30U)) * 0xbf58476d1ce4e5b9U;
    z = (z ^ (z >> 27U)) * 0x94d049bb133111ebU;
    return z ^ (z >> 31U);
  }

  // A whole number, low ≤ number ≤ high.
  std::uint32_t between(std::uint32_t low, std::uint32_t high) {
    return low + static_cast<std::uint32_t>(next() % (std::uint64_t{high} - low + 1U));
  }

  // Mean 0, variance 1: the sum of eight uniform numbers, which is normal to within the
  // quantising of G.711 and ends at 4.9 sigma.
  float gaussian() {
    std::int32_t sum = 0;
    for (int draw = 0; draw < 2; ++draw) {
      const std::uint64_t bits = next();
      sum += static_cast<std::int32_t>(bits & 0xffffU) +
             static_cast<std::int32_t>((bits >> 16U) & 0xffffU) +
             static_cast<std::int32_t>((bits >> 32U) & 0xffffU) +
             static_cast<std::int32_t>(bits >> 48U);
    }
    constexpr float mean = 8.0F * 32767.5F;
    constexpr float sigma = 53509.0F; // 65536 · sqrt(8 / 12)
    return (static_cast<float>(sum) - mean) / sigma;
  }

private:
  std::uint64_t state_;
};

} // namespace switchroom::sim
