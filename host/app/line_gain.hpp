// SPDX-License-Identifier: MIT
#pragma once

namespace switchroom::app {

/// Of a line's voice, −24 to 12 dB each.
struct line_gain {
  double in_db = 0;  ///< of what it says, before the switch
  double out_db = 0; ///< of what it hears
};
constexpr bool is_gain(double db) {
  return db >= -24 && db <= 12;
}

} // namespace switchroom::app
