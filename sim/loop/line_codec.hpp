// SPDX-License-Identifier: MIT
#pragma once

#include "golden/g711.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>

namespace switchroom::sim {

// The codec at the edge of a line: linear samples to G.711 octets as on the wire, and back.
class line_codec {
public:
  explicit line_codec(golden::g711_law law) : law_(law) {}

  float decode(std::uint8_t octet) const {
    return static_cast<float>(golden::g711_decode(law_, octet));
  }

  // Rounds, and clips what is out of range.
  std::uint8_t encode(float sample) const {
    const float clipped = std::clamp(sample, -32768.0F, 32767.0F);
    return golden::g711_encode(law_, static_cast<std::int16_t>(std::lrint(clipped)));
  }

  // What a codec that is powered down sends.
  std::uint8_t silence() const { return golden::g711_encode(law_, 0); }

private:
  golden::g711_law law_;
};

} // namespace switchroom::sim
