// SPDX-License-Identifier: MIT
/// Receivers of register signals in the voice band, two frequencies out of six: R1 (ITU-T Q.320,
/// "Bell MF") and R2, forward and backward (Q.441). 8,000 samples a second, 16 bits linear.
///
/// How: sums of the samples with cosine and sine of the six frequencies over hops of 5 ms (R2: 5.5
/// ms); two hops (three) are a window. A window is a signal if two frequencies and no third are in
/// it: the pair holds 55 % of the energy, the third is 6 dB under the weaker, the twist is not more
/// than 8 dB (11.5), the weaker has −28 dBm0 (−38.5). A signal begins with four (three; KP: seven)
/// such windows in a row, and ends when four in a row do not have it.
///
/// Nothing is allocated but in `heard`. Limits, measured: docs/voice.md.
#pragma once
#include "switchroom/dsp/samples.hpp"

#include <array>
#include <complex>
#include <cstdint>
#include <string_view>
#include <vector>

namespace switchroom::dsp {

enum class mf_code : std::uint8_t { r1, r2_forward, r2_backward };

/// The signals of a code, by the pairs (0,1) (0,2) (1,2) (0,3) (1,3) (2,3) (0,4) (1,4) … (4,5) of
/// its frequencies. R1: C is code 11, A code 12, * is KP, B is KP2, # is ST. R2: 0 is signal 10, B
/// to F are 11 to 15.
std::string_view mf_digits(mf_code);
/// The six, in order of their weights 0, 1, 2, 4, 7, 11.
const std::array<double, 6>& mf_frequencies(mf_code);

struct mf_event {
  char digit = 0;  ///< of mf_digits()
  bool on = false; ///< it begins; else it has ended
  bool operator==(const mf_event&) const = default;
};

class mf_receiver {
public:
  explicit mf_receiver(mf_code code);

  /// Appends what is heard in the samples to `heard`: on within 35 ms of the beginning (KP 50), off
  /// within 40 of the end.
  void listen(samples heard_samples, std::vector<mf_event>& heard);

  /// The signal that sounds; 0: none.
  char sounding() const { return sounding_; }

private:
  static constexpr std::size_t most_hops = 3;
  using sums = std::array<std::complex<double>, 6>;
  struct hop {
    sums tones;
    double energy = 0;
  };

  char judge() const;
  void end_hop(std::vector<mf_event>& heard);
  unsigned needed(char digit) const;

  mf_code code_;
  unsigned hop_samples_, window_hops_, needed_;
  double least_power_, most_twist_;
  sums step_, turn_, reference_;      ///< of a sample, of a hop; that of the next sample
  std::array<hop, most_hops> hops_{}; ///< latest first; the first is not complete
  unsigned at_ = 0;                   ///< samples of it
  char candidate_ = 0, sounding_ = 0;
  unsigned run_ = 0, missed_ = 0;
};

} // namespace switchroom::dsp
