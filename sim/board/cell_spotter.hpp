// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace switchroom::sim {

// Watches the octets of one direction of a link for whole frames of one type (proto/link.md,
// "Framing"); what the frames say is not looked at.
class cell_spotter {
public:
  explicit cell_spotter(std::uint8_t frame_type) : type_(frame_type) {}

  // True if this octet is the flag that ends a sound frame of the type.
  bool take(std::uint8_t octet);
  // Forgets a frame that is half read.
  void reset();

private:
  static constexpr std::size_t longest_frame = 256;

  std::uint8_t type_;
  std::array<std::uint8_t, longest_frame> frame_{};
  std::size_t size_ = 0; // longest_frame + 1: too long, to be dropped
  bool escaped_ = false;
};

} // namespace switchroom::sim
