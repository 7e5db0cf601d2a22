// SPDX-License-Identifier: MIT
#include "voicemail/recording.hpp"

#include "switchroom/dsp/g711.hpp"

#include <algorithm>

namespace switchroom::voicemail {
namespace {

/// −45 dBm0: below it a line is at rest, speech is 20 dB above (ITU-T P.56's active level of
/// telephone speech is about −20 dBm0). 0 dBm0 is a sine of 22,827 peak.
constexpr std::uint64_t quiet_mean_square = 22827ULL * 22827 / 2 / 31623;
constexpr std::size_t pause_kept = 4000; ///< half a second

} // namespace

void recording::take(std::span<const std::uint8_t> more) {
  for (const auto octet : more) {
    const std::int64_t sample = dsp::g711::decode_a(octet);
    energy_ += static_cast<std::uint64_t>(sample * sample);
    if (++octets_ % block != 0)
      continue;
    if (energy_ / block > quiet_mean_square)
      heard_ = octets_;
    energy_ = 0;
  }
}

std::size_t recording::worth() const {
  return heard_ == 0 ? 0 : std::min(octets_, heard_ + pause_kept);
}

} // namespace switchroom::voicemail
