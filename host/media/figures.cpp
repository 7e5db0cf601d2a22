// SPDX-License-Identifier: MIT
#include "media/figures.hpp"

#include "switchroom/dsp/quality.hpp"

#include <algorithm>

namespace switchroom::media {
namespace {

/// How long the bursts of loss are over how long they would be by chance (G.107, 3.5).
double burst_ratio(const stream_figures& f) {
  if (f.gaps == 0 || f.packet_ms == 0)
    return 1;
  const double packets_a_gap =
      static_cast<double>(f.concealed_samples) / static_cast<double>(f.gaps) / (8 * f.packet_ms);
  return std::max(1.0, packets_a_gap * (1 - f.concealed_share()));
}

/// As it is heard here, at 8 kHz; of what G.113 has no figure for, that of G.711.
dsp::codec_impairment impairment(coding what) {
  switch (what) {
  case coding::g726_16:
    return dsp::g726_16_concealed;
  case coding::g726_24:
    return dsp::g726_24_concealed;
  case coding::g726_32:
    return dsp::g726_32_concealed;
  case coding::g726_40:
    return dsp::g726_40_concealed;
  default:
    return dsp::g711_concealed;
  }
}

} // namespace

opinion rate(const stream_figures& f) {
  if (f.played_samples == 0)
    return {};
  dsp::connection as;
  as.codec = impairment(f.coded);
  as.one_way_ms = f.round_trip_ms / 2 + f.buffer_ms + f.packet_ms;
  as.loss_percent = 100 * f.concealed_share();
  as.burst_ratio = burst_ratio(f);
  const double r = dsp::rating(as);
  return {r, dsp::mean_opinion(r)};
}

} // namespace switchroom::media
