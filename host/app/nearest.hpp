// SPDX-License-Identifier: MIT
/// What was probably meant by a name that is not known.
#pragma once
#include <set>
#include <string>
#include <string_view>

namespace switchroom::app {

/// The name among `known` with the fewest letters wrong, two at most. Empty: none.
std::string nearest(std::string_view given, const std::set<std::string, std::less<>>& known);

} // namespace switchroom::app
