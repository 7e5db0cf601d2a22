// SPDX-License-Identifier: MIT
#pragma once
#include <vector>

namespace switchroom::app {

/// A span of the board, as its trunk needs it. Time slot 16 is the D channel.
struct span_settings {
  unsigned number = 1;            ///< from 1
  std::vector<unsigned> channels; ///< time slots with voice
  enum class crc4 { off, on, automatic } check = crc4::automatic;
};

} // namespace switchroom::app
