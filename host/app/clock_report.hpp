// SPDX-License-Identifier: MIT
/// What the board's clock says, for people. Pure.
#pragma once
#include "app/clock_settings.hpp"
#include "control.pb.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace switchroom::app {

/// Words of regs/clock.toml, and of regs/e1.toml for slips; empty where they were not read.
struct clock_words {
  std::vector<std::uint32_t> state;                  ///< from `state` to `jumps`
  std::vector<std::uint32_t> status, errors, losses; ///< one a reference
  std::vector<std::uint32_t> repeats, skips;         ///< one a span
};

/// Nothing when `words` are not whole.
std::optional<control::v1::Clock> clock_report(const clock_words& words,
                                               const clock_settings& configured,
                                               std::uint32_t clocks_per_frame);

/// One line of it: "locked to span 1 for 2 h, oscillator +17.00 ppm".
std::string summary(const control::v1::Clock&);

} // namespace switchroom::app
