// SPDX-License-Identifier: MIT
/// What happened to speech on its way: a recording against the reference that was played.
#pragma once
#include "switchroom/dsp/samples.hpp"

#include <cstddef>
#include <string_view>
#include <vector>

namespace switchroom::dsp {

enum class outcome {
  measured,
  too_short, ///< reference or recording shorter than 0.2 s
  silent,    ///< reference or recording holds nothing above −70 dBm0
  unlike,    ///< the reference is not in the recording (coefficient under 0.3)
};
std::string_view to_string(outcome);

/// The delay changed within the recording.
struct slip {
  double at_ms = 0;           ///< in the recording; good to some 30 ms within speech
  std::ptrdiff_t samples = 0; ///< > 0: something was inserted, < 0: something was left out
};

struct comparison {
  outcome result = outcome::too_short;
  /// Samples from the start of the recording to the start of the reference in it: of the first
  /// part when there are slips. Negative when the recording began later. Good to 0.02 samples
  /// at 20 dB of SNR; exact when it is a whole number.
  double delay_samples = 0;
  double coefficient = 0; ///< 0 … 1, normalised cross-correlation, slips followed
  bool inverted = false;  ///< polarity
  double gain_db = 0;     ///< recording over reference, least squares
  /// Reference, delayed (slips followed) and with gain, over all that differs from it.
  /// From −20 to 120.
  double snr_db = 0;
  /// Gain and SNR in the middle one of all 20 ms in which the reference speaks: how it is where
  /// nothing was lost. A few packets concealed cost snr_db 15 dB, gain_db some tenths and these
  /// nothing; a wrong law costs all.
  double median_gain_db = 0, median_snr_db = 0;
  /// Share of these 20 ms whose SNR is more than 10 dB less than the median, 0 … 1/2: when more
  /// than half is damaged the median is, and this says nothing.
  double damaged = 0;
  double reference_active_dbm0 = floor_dbm0;
  double recording_active_dbm0 = floor_dbm0; ///< of the part that the reference covers
  double recording_dbm0 = floor_dbm0;        ///< of the same part, pauses included
  double covered = 0; ///< share of the reference that the recording is long enough for, 0 … 1
  double longest_gap_ms = 0; ///< silence where the reference speaks; in steps of 2 ms
  std::size_t gaps = 0;      ///< number of such silences of at least 4 ms, inserted ones as well
  std::vector<slip> slips;   ///< changes of the delay by 1 ms or more, within some second
  double slipped_ms() const; ///< all of these together, either way

  double delay_ms() const { return delay_samples * 1000 / samples_per_second; }
};

/// Memory and time grow as N log N of both lengths; a minute of each takes some two seconds.
comparison compare(samples reference, samples recording);

} // namespace switchroom::dsp
