// SPDX-License-Identifier: MIT
/// Call ladders: who said what to whom, one lifeline each, time running down.
#pragma once
#include "control.pb.h"

#include <cstddef>
#include <string>
#include <vector>

namespace switchroom::cli {

/// Everybody who takes part, in the order of appearance.
std::vector<std::string> participants(const control::v1::Log&);

/// In characters, `width` of them at most, 120 if it is 0; more only where names have no room else.
std::string ladder_text(const control::v1::Log&, std::size_t width);

/// A picture for a browser.
std::string ladder_svg(const control::v1::Log&, const std::string& title);

} // namespace switchroom::cli
