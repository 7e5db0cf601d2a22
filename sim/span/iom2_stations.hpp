// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

namespace switchroom::sim {

// The layer-1 devices of eight stations on an IOM-2 bus: each comes up when it is asked to and its
// station is there, and passes B1, B2 and D on. Nothing answers in the monitor channel.
class iom2_stations {
public:
  static constexpr unsigned stations = 8, bits_a_frame = 256;
  // B1, B2, and D in the lowest two bits, the higher one first on the line.
  using channels = std::array<std::uint8_t, 3>;

  // What DU carries in the frame that begins; `said`: by stations that are there.
  std::array<bool, bits_a_frame> frame(const std::array<std::optional<channels>, stations>& said);
  // What DD carried in it. Gives what an active station hears.
  std::array<std::optional<channels>, stations> hear(const std::array<bool, bits_a_frame>& dd);

private:
  struct state {
    bool there = false, active = false;
  };
  std::array<state, stations> states_{};
};

} // namespace switchroom::sim
