// SPDX-License-Identifier: MIT
#include "switchroom/dsp/concealment.hpp"

#include <algorithm>
#include <cmath>

namespace switchroom::dsp {
namespace {

constexpr unsigned compared = 160; // samples: 20 ms
constexpr unsigned pitch_range = concealment::longest_pitch - concealment::shortest_pitch;
constexpr double least_energy = 250; // below it, loudness counts more than likeness
constexpr double loss = 0.2;         // of the level, each 10 ms
constexpr unsigned fade_growth = 32; // samples: 4 ms

// The ITU's samples are had with weights of double precision and results cut off, not rounded.
std::int16_t cut(double sample) {
  return static_cast<std::int16_t>(std::clamp(sample, -32768.0, 32767.0));
}

/// Of the first `count` places in `older`, each `Apart` samples from the one before, that from
/// which on it is most like `recent`: by the product, over the root of the older one's energy.
template <unsigned Apart, unsigned Most>
unsigned most_alike(const float* older, const float* recent, unsigned count) {
  constexpr unsigned taps = compared / Apart;
  // All lags side by side, so that they are added up in one register each.
  std::array<float, Most> product{};
  for (unsigned i = 0; i < taps; ++i)
    for (unsigned lag = 0; lag < Most; ++lag)
      product[lag] += recent[i] * older[i + lag];
  const auto square = [&](unsigned i) { return double{older[i]} * older[i]; }; // exact, so are sums
  double energy = 0;
  for (unsigned i = 0; i < taps; ++i)
    energy += square(i);
  unsigned best = 0;
  double likeness = product[0] / std::sqrt(std::max(energy, least_energy));
  for (unsigned lag = 1; lag < count; ++lag) {
    energy += square(lag + taps - 1) - square(lag - 1);
    const double other = product[lag] / std::sqrt(std::max(energy, least_energy));
    // Of two that are equal the coarse search takes the later, the fine one the earlier.
    if (Apart > 1 ? other >= likeness : other > likeness) {
      likeness = other;
      best = lag;
    }
  }
  return best;
}

/// Every second lag by every second sample, then each lag near the best by each sample.
unsigned find_pitch(std::span<const std::int16_t> past) {
  constexpr unsigned coarse_lags = pitch_range / 2 + 1;
  std::array<float, concealment::longest_pitch + compared> newest;
  std::copy(past.end() - newest.size(), past.end(), newest.begin());
  const float* const older = newest.data();
  const float* const recent = older + concealment::longest_pitch;
  std::array<float, compared / 2> half_recent;
  std::array<float, compared / 2 + coarse_lags - 1> half_older;
  for (unsigned i = 0; i < half_recent.size(); ++i)
    half_recent[i] = recent[2 * i];
  for (unsigned i = 0; i < half_older.size(); ++i)
    half_older[i] = older[2 * i];
  const unsigned coarse =
      2 * most_alike<2, coarse_lags>(half_older.data(), half_recent.data(), coarse_lags);
  const unsigned first = coarse > 0 ? coarse - 1 : 0, last = std::min(coarse + 1, pitch_range);
  // Three pitch_range are reckoned always; that behind the last one is not looked at.
  return concealment::longest_pitch - first -
         most_alike<1, 3>(older + first, recent, last - first + 1);
}

} // namespace

void concealment::forget() {
  *this = concealment(delay_ == 0 ? onset::at_once : onset::delayed);
}

void concealment::play(std::span<std::int16_t> frame) {
  for (auto& sample : frame)
    sample = play(sample);
}

void concealment::conceal(std::span<std::int16_t> frame) {
  for (auto& sample : frame)
    sample = conceal();
}

/// The end of the period, which is what was heard last, is faded into what came before the
/// period's beginning; so it goes round without a step.
void concealment::join_ends() {
  const auto before = past_.end() - periods_ * pitch_ - overlap_, end = past_.end() - overlap_;
  const double rate = 1.0 / overlap_;
  double out = 1 - rate, in = rate;
  for (unsigned i = 0; i < overlap_; ++i) {
    end[i] = cut(out * end_[i] + in * before[i]);
    out -= rate;
    in += rate;
  }
}

std::int16_t concealment::repeat() {
  const unsigned length = periods_ * pitch_;
  const std::int16_t sample = past_[history - length + next_];
  next_ = next_ + 1 == length ? 0 : next_ + 1;
  return sample;
}

void concealment::begin() {
  for (unsigned i = 0; i < history; ++i)
    past_[i] = heard_[(at_ - history + i) % ring];
  pitch_ = find_pitch(past_);
  overlap_ = pitch_ / 4;
  periods_ = 1;
  next_ = 0;
  fade_left_ = 0;
  std::copy(past_.end() - overlap_, past_.end(), end_.begin());
  joint_ = past_[history - 1] - past_[history - 1 - pitch_];
  join_ends();
  if (delay_ > 0) // then the end was not heard yet
    for (unsigned i = overlap_; i > 0; --i)
      heard_[(at_ - i) % ring] = past_[history - i];
}

/// One more period of the past, faded into from how it would have gone on.
void concealment::lengthen() {
  const unsigned here = next_;
  for (unsigned i = 0; i < overlap_; ++i)
    before_[i] = repeat();
  next_ = here;
  while (next_ > pitch_)
    next_ -= pitch_;
  ++periods_;
  join_ends();
}

std::int16_t concealment::conceal() {
  if (gap_ >= silent_after) {
    gap_ = silent_after + 1; // for ever
    return keep(0);
  }
  const unsigned steps = gap_ / step, within = gap_ % step;
  if (gap_ == 0)
    begin();
  else if (within == 0 && steps < 3)
    lengthen();
  ++gap_;
  double sample = repeat();
  const double in = (within + 1.0) / overlap_;
  if (steps == 0)
    return keep(cut(delay_ == 0 && in < 1 ? sample + joint_ * (1 - in) : sample));
  if (steps < 3 && within < overlap_)
    sample = cut(before_[within] * (1 - in) + sample * in);
  return keep(cut(sample * (1 - (gap_ - 1.0 - step) / step * loss)));
}

void concealment::begin_fade() {
  const unsigned more = (gap_ - 1) / step;
  fade_left_ = std::min(overlap_ + more * fade_growth, step);
  const double louder = std::clamp(1 - (static_cast<double>(gap_) / step - 1) * loss, 0.0, 1.0);
  fade_in_step_ = 1.0 / fade_left_;
  fade_in_ = fade_in_step_;
  fade_out_ = (1 - fade_in_step_) * louder;
  fade_out_step_ = fade_in_step_ * louder;
  gap_ = 0;
}

std::int16_t concealment::fade_in(std::int16_t sample) {
  if (gap_ > 0)
    begin_fade();
  --fade_left_;
  const double mixed = fade_out_ * repeat() + fade_in_ * sample;
  fade_out_ -= fade_out_step_;
  fade_in_ += fade_in_step_;
  return cut(mixed);
}

} // namespace switchroom::dsp
