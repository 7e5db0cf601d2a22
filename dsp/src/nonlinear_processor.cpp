// SPDX-License-Identifier: MIT
#include "switchroom/dsp/nonlinear_processor.hpp"

#include "switchroom/dsp/echo_canceller.hpp"

#include <algorithm>

namespace switchroom::dsp {
namespace {

constexpr unsigned block = echo_canceller::block;
constexpr unsigned blocks_a_turn = 48; // of quietest blocks: 0.77 s
constexpr std::int32_t most_lean = 28;
/// What is left is echo if it is so much under the far end: 18 dB. Somebody who speaks at the near
/// end is louder than that.
constexpr std::uint32_t echo_under_far = 64;

/// 128ths: how loud noise is to be of which one pole at `lean` / 32 makes noise as loud as wanted.
/// And its quietest block is further under the mean than that of white noise, which is taken into
/// account: √(1 − p²) · √(0.766 / (1 − 1.87 √((1 + p²) / (64 (1 − p²))))), within a hundredth.
constexpr std::uint32_t made_of(std::int32_t lean) {
  const auto halves = static_cast<std::uint32_t>(lean < 0 ? -lean : lean) / 2;
  return 128 - (halves * halves + 2) / 5;
}

/// Rounded down.
std::uint32_t root(std::uint64_t x) {
  std::uint64_t found = 0;
  for (std::uint64_t bit = std::uint64_t{1} << 31; bit != 0; bit >>= 1)
    if ((found | bit) * (found | bit) <= x)
      found |= bit;
  return static_cast<std::uint32_t>(found);
}

/// Marsaglia's generator of period 2^32 − 1.
std::uint32_t xorshift(std::uint32_t x) {
  x ^= x << 13;
  x ^= x >> 17;
  return x ^ x << 5;
}

} // namespace

void nonlinear_processor::reset(unsigned into_block) {
  *this = {};
  in_block_ = into_block % block;
}

std::int16_t nonlinear_processor::step(std::int16_t near, std::int16_t left,
                                       std::uint32_t far_power, bool wanted) {
  const auto share = static_cast<std::int32_t>(faded_);
  const auto heard = static_cast<std::int16_t>((left * (16 - share) + comfort_ * share) >> 4);
  const auto square = static_cast<std::uint32_t>(std::int32_t{left} * left);
  left_mean_ += square - (left_mean_ >> 7);
  const bool far_speaks = far_power >= echo_canceller::quietest;
  suppresses_ = wanted && begun_ && far_speaks && (left_mean_ >> 7) * echo_under_far < far_power;
  // 2 ms from the one to the other.
  faded_ = suppresses_ ? std::min(faded_ + 1, 16U) : faded_ - (faded_ > 0 ? 1 : 0);
  random_ = xorshift(random_);
  // Towards zero, so that it dies away when there is no noise.
  const auto new_in_it = static_cast<std::int32_t>(
      std::int64_t{static_cast<std::int16_t>(random_ >> 16)} * noise_peak_ >> 15);
  comfort_ = std::clamp(lean_ * comfort_ / 32 + new_in_it, -32768, 32767);
  foretold_wrongly_ += std::int64_t{left - (lean_ * last_left_ >> 5)} * last_left_;
  last_left_ = left;
  near_energy_ += static_cast<std::uint32_t>(std::int32_t{near} * near);
  left_energy_ += square;
  if (++in_block_ == block)
    end_block();
  return heard;
}

void nonlinear_processor::end_block() {
  if (begun_)
    quietest_ = std::min(quietest_,
                         static_cast<std::uint32_t>(std::min(near_energy_, left_energy_) / block));
  // Louder is somebody who speaks, or echo.
  if (left_energy_ / block / 2 <= std::min(quietest_, quietest_before_) && foretold_wrongly_ != 0)
    lean_ = std::clamp(lean_ + (foretold_wrongly_ > 0 ? 1 : -1), -most_lean, most_lean);
  if (++blocks_ == blocks_a_turn) {
    blocks_ = 0;
    quietest_before_ = quietest_;
    quietest_ = ~0U;
  }
  // The quietest of some twenty blocks of noise is a quarter under the mean. Evenly distributed
  // noise has a third of the square of its peak: four times the quietest.
  const auto quietest = std::min(quietest_, quietest_before_);
  noise_peak_ =
      begun_ ? std::min(root(std::uint64_t{4} * quietest), 32767U) * made_of(lean_) >> 7 : 0;
  begun_ = true;
  near_energy_ = left_energy_ = 0;
  foretold_wrongly_ = 0;
  in_block_ = 0;
}

} // namespace switchroom::dsp
