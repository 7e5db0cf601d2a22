// SPDX-License-Identifier: MIT
#pragma once

namespace switchroom::app {

/// Of a line's voice, −24 to 12 dB each.
struct line_gain {
  double in_db = 0;  ///< of what it says, before the switch
  double out_db = 0; ///< of what it hears
};
constexpr double most_gain_db = 12; // regs/gain.toml: 65535 / 16384
constexpr bool is_gain(double db) {
  return db >= -24 && db <= most_gain_db;
}

} // namespace switchroom::app
