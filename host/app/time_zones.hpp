// SPDX-License-Identifier: MIT
/// Time zones by the names of the IANA database, as rules of POSIX.1.
#pragma once
#include "types/refusal.hpp"

#include <filesystem>
#include <string>
#include <string_view>

namespace switchroom::app {

inline constexpr const char* zone_directory = "/usr/share/zoneinfo";

/// "Europe/Berlin" → "CET-1CEST,M3.5.0,M10.5.0/3", from the last line of the zone's file (RFC
/// 8536, 3.3): the rule for all times after its table, so for the present. A rule stays as it is.
result<std::string> time_zone_rule(std::string_view name_or_rule,
                                   const std::filesystem::path& folder = zone_directory);

} // namespace switchroom::app
