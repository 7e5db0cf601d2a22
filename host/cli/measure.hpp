// SPDX-License-Identifier: MIT
/// `switchroom measure`: a recording against what was played.
#pragma once
#include "cli/console.hpp"

#include <string>

namespace switchroom::cli {

/// As a list, or as JSON: result, delayMs, gainDb, snrDb, medianGainDb, medianSnrDb, damaged,
/// levelDbm0, referenceLevelDbm0, longestGapMs, gaps, slips, slippedMs, inverted, covered. Returns
/// `refused` if the reference is not in the recording.
///
/// `channel` of a stereo recording: "says", "hears"; empty: the recording has one.
int measure(const console&, const std::string& reference, const std::string& recording,
            const std::string& channel);

} // namespace switchroom::cli
