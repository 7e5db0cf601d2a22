// SPDX-License-Identifier: MIT
/// A line echo canceller (ITU-T G.168): takes out of what a hybrid sends back what it was given.
/// For the host, and the golden model of rtl/voice/echo_canceller.sv: all arithmetic is in
/// integers, and says where it rounds.
///
/// Two filters. The background one learns by NLMS, and is not heard; the foreground one is heard,
/// and becomes a copy of the other when that has done better for a while (docs/adr/0028). So
/// somebody who speaks at the near end disturbs what is learnt, and not what is heard. As long as
/// none has done well, what comes is returned as it came. Which of them is heard is
/// filter_choice's business. While the near end is louder than the far end nothing is learnt: what
/// comes from there may be its own echo, of which its voice can be foretold. A high-pass of 1.2 Hz
/// takes DC out of the near end, so low that it is not heard, nor turns the phase of speech; and
/// out of what the filters say of it. The far end is left as it is: it comes as octets of G.711,
/// and is kept as such by gateware. So its DC is energy, too: with more than `quietest` of it a far
/// end never is silent (docs/adr/0027).
///
/// A coefficient that learns is a number of 14 bits and a shift by 0, 3, 6 or 9. Steps are smaller
/// than its last bit, so it is rounded up or down at random, as often as is fair: else nothing
/// would be learnt of what is small.
///
/// An echo is short beside a long tail. So the tail is divided into places of 16 ms, and the place
/// with the largest coefficient learns by twice, or four times as large a step as those in which
/// there is less (after Duttweiler's proportionate NLMS, IEEE Trans. SAP 8 (2000) 508, and
/// Benesty's and Gay's bound of what each tap gets, ICASSP 2002).
///
/// 8,000 samples a second, no delay. Memory is allocated when it is made and not after; nothing is
/// thrown by cancel(). Belongs to one thread at a time.
#pragma once
#include "switchroom/dsp/filter_choice.hpp"

#include <cstdint>
#include <vector>

namespace switchroom::dsp {

/// Removes DC: y[n] = x[n] − x[n−1] + (1 − 1/1024) y[n−1], in 1/1024.
class dc_removal {
public:
  std::int16_t step(std::int16_t);

private:
  std::int32_t sum_ = 0;
  std::int16_t last_ = 0;
};

class echo_canceller {
public:
  /// `taps`: 16 … 1,024, a multiple of 8: the tail is an eighth of a millisecond each. Throws
  /// std::invalid_argument elsewhere.
  explicit echo_canceller(unsigned taps);

  /// One sample of both directions: `far` on its way to the hybrid (R_in), `near` on its way back
  /// (S_in). Returns what is left of `near`: bare, without a non-linear processor.
  std::int16_t cancel(std::int16_t far, std::int16_t near);

  /// Whether the background filter learns. Off, it takes nothing from samples; the filters are
  /// compared, and one becomes a copy of the other, as before.
  void learn(bool on) { learns_ = on; }
  /// Forgets the echo path and both signals. The filters are compared for the first time when
  /// `block` samples less `into_block` have come.
  void reset(unsigned into_block = 0);

  unsigned taps() const { return taps_; }
  /// What came from the near end last, without DC.
  std::int16_t near() const { return near_; }
  /// Sum of the squares of the last `taps` samples of `far`.
  std::uint64_t far_energy() const { return far_energy_; }
  /// How often the filters were compared; and mean squares of `near` and of what is left of it, as
  /// they were then, over some 50 ms.
  std::uint32_t compared() const { return compared_; }
  std::uint32_t near_power() const {
    return static_cast<std::uint32_t>(choice_.near_mean() / block);
  }
  std::uint32_t left_power() const {
    return static_cast<std::uint32_t>(choice_.left_mean() / block);
  }

  /// Coefficients that learn are 1/2^21 or coarser, under 2; those that are heard 12 bits, 1/2^11.
  static constexpr int fraction_bits = 21, heard_fraction_bits = 11;
  static constexpr int coefficient_bits = 23, heard_bits = 12;
  /// The number of 14 bits that one that learns is made of, and by how much finer its shifts are.
  static constexpr int mantissa_bits = 14, bits_a_shift = 3, most_shift = 9;
  /// Samples between two comparisons of the filters: 16 ms.
  static constexpr unsigned block = filter_choice::block;
  /// Taps of a place: 16 ms. The last one may have less.
  static constexpr unsigned taps_a_place = 128;
  /// Mean square of `far` under which it is silent and nothing is learnt: −53.5 dBm0.
  static constexpr unsigned quietest = filter_choice::quietest;

private:
  /// A part of the tail.
  struct place {
    std::uint64_t far_energy = 0; ///< of its 128 samples
    int width = 0;                ///< bits of its largest coefficient when a block ended
    int less = 0;                 ///< it learns by a step of 2^-less of the whole
  };
  void hear_far(std::int16_t far);
  void learn_from(std::int16_t error);
  void measure_places();
  void compare();

  unsigned taps_;
  bool learns_ = true;
  std::int16_t near_ = 0;
  dc_removal near_high_pass_, learning_high_pass_, heard_high_pass_;
  std::uint32_t random_ = 1; ///< by which coefficients are rounded; of Marsaglia's generator
  /// `far`, newest first from newest_ on. Twice, so that no tap wraps around.
  std::vector<std::int16_t> far_;
  std::size_t newest_ = 0;
  std::uint64_t far_energy_ = 0;
  std::vector<place> places_;
  int widest_ = 0; ///< of the places' widths
  /// Energy of the far end, that of each place by the step by which it learns; and the largest
  /// energy at the end of a block, 1.25 dB less with each since then.
  std::uint64_t weighted_energy_ = 0, largest_energy_ = 0;
  std::vector<std::int32_t> background_;
  std::vector<std::int16_t> foreground_;
  filter_choice::energies so_far_; ///< of this block; `far` when it ends
  filter_choice choice_;
  unsigned in_block_ = 0;
  std::uint32_t compared_ = 0;
};

} // namespace switchroom::dsp
