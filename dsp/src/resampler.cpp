// SPDX-License-Identifier: MIT
#include "switchroom/dsp/resampler.hpp"

#include "i16x8.hpp"

#include <algorithm>
#include <complex> // before liquid.h, which then takes its complex type from here

#include <liquid/liquid.h>

namespace switchroom::dsp {
namespace {

using f32x4 [[gnu::vector_size(16)]] = float;

constexpr std::size_t at_once = 16; // results that a pass over the taps yields
constexpr std::size_t groups_a_look =
    160;                             // samples at the lowest rate between two looks at the spans
constexpr float attenuation_db = 97; // asked of the design; leaves room for 16 bits' rounding

/// Sixteen neighbouring results. Four sums, so that additions do not wait for each other.
struct sixteen {
  f32x4 sum[4] = {};

  /// Adds taps[0] · newest[i] + taps[1] · newest[i - 1] + … to the results i = 0 … 15.
  void add(const float* taps, std::size_t count, const float* newest) {
    for (std::size_t k = 0; k < count; ++k)
      add(taps[k], newest - k);
  }
  void add(float tap, const float* samples) {
    const f32x4 t = {tap, tap, tap, tap};
    for (std::size_t i = 0; i < 4; ++i)
      sum[i] += t * load<f32x4>(samples + 4 * i);
  }
};

void widen(std::span<const std::int16_t> samples, float* into) {
  std::transform(samples.begin(), samples.end(), into,
                 [](std::int16_t s) { return static_cast<float>(s); });
}

/// Four floats below 2^22 to the nearest whole numbers: the sum's lower bits hold them.
i32x4 rounded(const float* from) {
  constexpr float magic = 0x1.8p23F;
  const f32x4 sum = load<f32x4>(from) + f32x4{magic, magic, magic, magic};
  constexpr auto bits = std::bit_cast<std::int32_t>(magic);
  return reinterpret_cast<i32x4>(sum) - i32x4{bits, bits, bits, bits};
}

/// `samples` may be read to the next multiple of eight.
void narrow(const float* samples, std::span<std::int16_t> into) {
  for (std::size_t i = 0; i < into.size(); i += 8) {
    const i16x8 eight = narrow_saturated(rounded(samples + i), rounded(samples + i + 4));
    std::memcpy(&into[i], &eight, std::min<std::size_t>(8, into.size() - i) * sizeof into[0]);
  }
}

} // namespace

polyphase::polyphase(std::size_t factor, std::size_t half, std::size_t most)
    : factor_(factor), half_(half), line_length_(2 * half + most + at_once),
      taps_((factor - 1) * 2 * half), lines_(factor * line_length_) {
  std::vector<float> response(2 * factor * half + 1);
  liquid_firdes_kaiser(static_cast<unsigned>(response.size()), 0.5F / static_cast<float>(factor),
                       attenuation_db, 0, response.data());
  const float centre = response[factor * half];
  for (std::size_t branch = 1; branch < factor; ++branch)
    for (std::size_t k = 0; k < 2 * half; ++k)
      taps_[(branch - 1) * 2 * half + k] = response[branch + k * factor] / centre;
}

void polyphase::interpolate(const float* samples, std::size_t count, float* into) {
  const std::size_t past = 2 * half_;
  std::copy_n(samples, count, line(0) + past);
  for (std::size_t n = 0; n < count; n += at_once) {
    const float* const now = line(0) + past + n;
    const std::size_t results = std::min(at_once, count - n);
    for (std::size_t i = 0; i < results; ++i)
      into[(n + i) * factor_] = (now - half_)[i];
    for (std::size_t branch = 1; branch < factor_; ++branch) {
      sixteen s;
      s.add(taps(branch), past, now);
      float sums[at_once];
      std::memcpy(sums, s.sum, sizeof sums);
      for (std::size_t i = 0; i < results; ++i)
        into[(n + i) * factor_ + branch] = sums[i];
    }
  }
  forget(1, count);
}

void polyphase::decimate(const float* samples, std::size_t count, float* into) {
  const std::size_t past = 2 * half_;
  // A group's first sample is the newest that its result looks at; the others go one group ahead.
  for (std::size_t branch = 0; branch < factor_; ++branch) {
    float* const to = line(branch) + past + (branch == 0 ? 0 : 1);
    const float* const from = samples + (branch == 0 ? 0 : factor_ - branch);
    for (std::size_t n = 0; n < count; ++n)
      to[n] = from[n * factor_];
  }
  const float share = 1.0F / static_cast<float>(factor_);
  for (std::size_t n = 0; n < count; n += at_once) {
    sixteen s;
    s.add(1, line(0) + past - half_ + n);
    for (std::size_t branch = 1; branch < factor_; ++branch)
      s.add(taps(branch), past, line(branch) + past + n);
    float sums[at_once];
    std::memcpy(sums, s.sum, sizeof sums);
    for (std::size_t i = 0; i < std::min(at_once, count - n); ++i)
      into[n + i] = sums[i] * share;
  }
  forget(factor_, count);
}

/// What `count` samples have pushed out; one sample ahead is kept, too.
void polyphase::forget(std::size_t lines, std::size_t count) {
  for (std::size_t l = 0; l < lines; ++l)
    std::copy_n(line(l) + count, 2 * half_ + 1, line(l));
}

resampler::resampler(rates r)
    : up_(r == rates::from_8_to_16 || r == rates::from_16_to_48 || r == rates::from_8_to_48) {
  // Transitions of 3.4 … 4.6, 7 … 9, and, since nothing is left above 4.6 kHz there, 4.6 … 11.4
  // kHz.
  switch (r) {
  case rates::from_8_to_16:
  case rates::from_16_to_8:
    stages_ = {polyphase(2, 22, groups_a_look)};
    break;
  case rates::from_16_to_48:
  case rates::from_48_to_16:
    stages_ = {polyphase(3, 25, groups_a_look)};
    break;
  case rates::from_8_to_48:
    stages_ = {polyphase(2, 22, groups_a_look), polyphase(3, 8, 2 * groups_a_look)};
    break;
  case rates::from_48_to_8:
    stages_ = {polyphase(3, 8, 2 * groups_a_look), polyphase(2, 22, groups_a_look)};
    break;
  }
  a_.resize(groups_a_look * ratio() + at_once);
  b_.resize(a_.size());
}

std::size_t resampler::ratio() const {
  std::size_t product = 1;
  for (const polyphase& stage : stages_)
    product *= stage.factor();
  return product;
}

std::size_t resampler::delay() const {
  // In samples at the highest rate.
  std::size_t sum = 0, above = up_ ? ratio() : 1;
  for (const polyphase& stage : stages_) {
    sum += stage.half() * (up_ ? above : above * stage.factor());
    above = up_ ? above / stage.factor() : above * stage.factor();
  }
  return up_ ? sum : sum / ratio();
}

std::size_t resampler::process(std::span<const std::int16_t> samples,
                               std::span<std::int16_t> into) {
  const std::size_t groups = std::min(samples.size() / inputs(), into.size() / outputs());
  for (std::size_t done = 0; done < groups; done += groups_a_look) {
    const std::size_t now = std::min(groups_a_look, groups - done);
    widen(samples.subspan(done * inputs(), now * inputs()), a_.data());
    std::size_t lower = up_ ? now : now * ratio();
    for (polyphase& stage : stages_) {
      if (up_) {
        stage.interpolate(a_.data(), lower, b_.data());
        lower *= stage.factor();
      } else {
        lower /= stage.factor();
        stage.decimate(a_.data(), lower, b_.data());
      }
      std::swap(a_, b_);
    }
    narrow(a_.data(), into.subspan(done * outputs(), now * outputs()));
  }
  return groups * outputs();
}

} // namespace switchroom::dsp
