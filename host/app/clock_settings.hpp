// SPDX-License-Identifier: MIT
/// What may time the board's frames: [clock] of the configuration file.
#pragma once
#include <cstdint>
#include <string>
#include <switchroom/regs.hpp>
#include <vector>

namespace switchroom::app {

struct clock_settings {
  static constexpr unsigned external = 0; ///< the reference that is no span
  /// Spans from 1, or `external`; the first is chosen first. None: the oscillator alone.
  std::vector<unsigned> references;
  regs::clock_kind external_kind = regs::clock_kind::frame;
  bool revertive = false;
  std::uint32_t hold_off_ms = 300;
  std::uint32_t restore_ms = 300'000;
  double limit_ppm = 60; ///< largest difference of a reference from the oscillator
};

/// As people write it: "span 1", "external".
inline std::string reference_name(unsigned reference) {
  return reference == clock_settings::external ? "external" : "span " + std::to_string(reference);
}

/// The reference's place on a board of so many (regs/clock.toml): spans in order, the external one
/// last.
inline unsigned reference_place(unsigned reference, std::uint32_t of) {
  return reference == clock_settings::external ? of - 1 : reference - 1;
}

} // namespace switchroom::app
