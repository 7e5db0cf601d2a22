// SPDX-License-Identifier: MIT
// What crosses the two walls of a subscriber line in a frame: board | line | handset. What
// changes within a frame travels as a mask of sub-frames.
#pragma once

#include <cstdint>

namespace switchroom::sim {

// A frame of 125 µs is watched in 16 sub-frames of 7.8 µs; bit 0 of a mask is the first.
inline constexpr unsigned sub_frames = 16;
using sub_frame_mask = std::uint16_t;
inline constexpr sub_frame_mask whole_frame = 0xffff;

// What the board does to a line in a frame.
struct line_drive {
  std::uint8_t octet = 0xd5; // G.711, to the line's codec
  bool ring = false;         // ringing current
  bool reverse = false;      // battery reversed
};

// What the board gets from it.
struct line_sense {
  std::uint8_t octet = 0xd5;
  sub_frame_mask loop = 0; // loop current flows
};

// What a line does to the phone at its end in a frame.
struct handset_drive {
  float earpiece = 0; // linear, 16-bit units
  bool ringing = false;
  bool reversed = false;
  bool fed = true; // current flows if the contact is closed
};

// What a line to an exchange tells the board in a frame.
struct exchange_sense {
  bool ring = false; // one half of the waves of the ringing voltage
  bool reversed = false;
  bool current = false;
};

// What the line gets from it.
struct handset_sense {
  float mouthpiece = 0;
  bool contact_closed = false; // hook switch and dial in series, before bounce
};

} // namespace switchroom::sim
