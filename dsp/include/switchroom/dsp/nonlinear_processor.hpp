// SPDX-License-Identifier: MIT
/// What follows an echo canceller (ITU-T G.168, 3.22): puts noise as loud as that of the near end,
/// and as dull or sharp, in the place of what is left of the echo, while nobody speaks there. All
/// arithmetic is in integers.
///
/// The spectrum is that of one pole: where it lies is learnt, as a sample is best foretold from the
/// one before, by 1/32 with each block of noise.
///
/// 8,000 samples a second, no delay, nothing is allocated or thrown. One thread at a time.
#pragma once
#include <cstdint>

namespace switchroom::dsp {

class nonlinear_processor {
public:
  /// `left` is what the canceller leaves of `near` (echo_canceller::near()), `far_power` the mean
  /// square of the far end over its tail.
  /// Whether it is suppressed was decided when the samples before it had come; never while it is
  /// not `wanted`.
  std::int16_t step(std::int16_t near, std::int16_t left, std::uint32_t far_power,
                    bool wanted = true);
  /// Forgets. A block ends for the first time when `into_block` samples less than one have come.
  void reset(unsigned into_block = 0);

  bool suppresses() const { return suppresses_; }

private:
  void end_block();

  /// A mean over some 16 ms, in 1/128.
  std::uint64_t left_mean_ = 0;
  bool suppresses_ = false;
  unsigned faded_ = 0;       ///< sixteenths of noise in what is heard
  std::int32_t comfort_ = 0; ///< noise in the next sample
  // Noise: the quietest block of 16 ms of the latest 1.5 s or so, of what comes, where the far end
  // pauses, or of what is left of it, where it does not. So what is put in the place of what is
  // left is never louder than that was.
  std::uint64_t near_energy_ = 0, left_energy_ = 0;
  unsigned in_block_ = 0, blocks_ = 0;
  /// A block has ended: the first one may be short, and tells nothing of how quiet it is.
  bool begun_ = false;
  std::uint32_t quietest_ = ~0U, quietest_before_ = ~0U;
  std::int32_t lean_ = 0; ///< the pole, in 1/32
  std::int16_t last_left_ = 0;
  std::int64_t foretold_wrongly_ = 0; ///< more than 0 if the pole should be larger
  std::uint32_t noise_peak_ = 0;      ///< of the evenly distributed noise that goes into it
  std::uint32_t random_ = 1;
};

} // namespace switchroom::dsp
