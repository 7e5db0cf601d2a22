// SPDX-License-Identifier: MIT
/// How loud, and how pure.
#pragma once
#include "switchroom/dsp/samples.hpp"

namespace switchroom::dsp {

/// Level of the whole, pauses included. Not below floor_dbm0; floor_dbm0 for no samples.
double level_dbm0(samples);

/// Level of what is not pause: of the blocks of 16 ms that are at most 25 dB under the loudest
/// one. Simpler than the active speech level of ITU-T P.56, and some 1 dB above it.
double active_level_dbm0(samples);

/// A sine found in samples.
struct tone_figures {
  double frequency_hz = 0;
  double level_dbm0 = floor_dbm0; ///< of the sine alone
  double purity_db = 0;           ///< sine over all else but DC; not above 120
};

/// Fits the strongest sine by least squares. Needs at least 256 samples and some four periods;
/// fewer give an empty result. Frequency is good to some 0.01 Hz at 1 s of a clean tone.
tone_figures measure_tone(samples);

} // namespace switchroom::dsp
