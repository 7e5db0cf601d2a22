// SPDX-License-Identifier: MIT
#include "switchroom/dsp/call_progress.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numbers>
#include <numeric>
#include <utility>

namespace switchroom::dsp {
namespace {

constexpr double explained_share = .75;
constexpr double fewer_share = .08;       ///< what a sound of one frequency may explain less
constexpr unsigned longest_blur_hops = 8; ///< what is neither one sound nor the next
constexpr double least_continuous_ms = 500;
constexpr double no_fit = std::numeric_limits<double>::infinity();

double shortest_ms(double ms) {
  return .75 * ms - 40;
}
double longest_ms(double ms) {
  return 1.25 * ms + 40;
}

/// Of vectors of equal size, a multiple of eight.
double product(const std::vector<double>& a, const std::vector<double>& b) {
  std::array<double, 8> sums{}; // so that the compiler may take several at once
  for (std::size_t n = 0; n < a.size(); n += sums.size())
    for (std::size_t k = 0; k < sums.size(); ++k)
      sums[k] += a[n + k] * b[n + k];
  return std::accumulate(sums.begin(), sums.end(), 0.0);
}

/// Cosine and sine of each frequency over `size` samples, made orthonormal (Gram and Schmidt).
std::vector<std::vector<double>> orthonormal(const std::vector<double>& hertz, std::size_t size) {
  std::vector<std::vector<double>> vectors;
  for (const double one : hertz)
    for (const double quarter : {0., .25}) {
      std::vector<double> v(size);
      for (std::size_t n = 0; n < size; ++n)
        v[n] = std::cos(2 * std::numbers::pi *
                        (one * static_cast<double>(n) / samples_per_second - quarter));
      for (const auto& other : vectors) {
        const double share = product(v, other);
        for (std::size_t n = 0; n < size; ++n)
          v[n] -= share * other[n];
      }
      const double length = std::sqrt(product(v, v));
      for (double& x : v)
        x /= length;
      vectors.push_back(std::move(v));
    }
  return vectors;
}

} // namespace

call_progress::call_progress(std::vector<progress_tone> plan, double least_dbm0) {
  const double peak = peak_of_0dbm0 * std::pow(10, least_dbm0 / 20);
  least_energy_ = peak * peak / 2 * window;
  for (const auto& tone : plan) {
    cadence beats;
    for (const auto& one : tone)
      beats.push_back({number_of(one), one.ms});
    tones_.push_back(std::move(beats));
  }
  for (std::size_t n = 0; n < sounds_.size(); ++n)
    add_bases(sounds_[n], static_cast<int>(n));
  // Of a pair each frequency alone is something else, if not another sound of the plan.
  for (const auto& pair : sounds_)
    if (pair.second_hertz != 0)
      for (const double hertz : {pair.hertz, pair.second_hertz})
        if (std::ranges::none_of(sounds_, [&](const sound& one) {
              return one.second_hertz == 0 && one.hertz == hertz;
            }))
          add_bases({hertz, 0, pair.tolerance_hertz}, noise);
}

int call_progress::number_of(const progress_beat& one) {
  if (one.hertz == 0)
    return silence;
  const sound wanted{one.hertz, one.second_hertz, one.tolerance_hertz};
  const auto found = std::ranges::find(sounds_, wanted);
  const auto number = static_cast<int>(found - sounds_.begin());
  if (found == sounds_.end())
    sounds_.push_back(wanted);
  return number;
}

void call_progress::add_bases(const sound& one, int number) {
  const int places = static_cast<int>(std::ceil(one.tolerance_hertz / 10));
  for (int n = -places; n <= places; ++n) {
    const double off = places == 0 ? 0 : one.tolerance_hertz * n / places;
    std::vector<double> hertz{one.hertz + off};
    if (one.second_hertz != 0)
      hertz.push_back(one.second_hertz + off);
    bases_.push_back({number, hertz.size() == 2, orthonormal(hertz, window)});
  }
}

void call_progress::listen(samples heard) {
  for (const std::int16_t sample : heard) {
    last_.push_back(sample);
    if (last_.size() < window)
      continue;
    step(hear());
    last_.erase(last_.begin(), last_.begin() + hop);
  }
}

/// The sound of the window.
int call_progress::hear() const {
  const double energy = product(last_, last_);
  if (energy < least_energy_)
    return silence;
  struct best {
    int sound = noise;
    double explained = 0;
  };
  std::array<best, 2> found; // one frequency, two
  for (const auto& one : bases_) {
    double explained = 0;
    for (const auto& vector : one.vectors) {
      const double share = product(last_, vector);
      explained += share * share;
    }
    auto& of = found[one.pair ? 1 : 0];
    if (explained > of.explained)
      of = {one.sound, explained};
  }
  const bool single = found[0].explained >= found[1].explained - fewer_share * energy;
  const auto& chosen = found[single ? 0 : 1];
  return chosen.explained >= explained_share * energy ? chosen.sound : noise;
}

/// Puts a hop where it belongs. What lies between two sounds belongs to the first.
void call_progress::step(int heard) {
  auto& now = stretches_.back();
  if (heard == now.sound) {
    now.hops += 1 + std::exchange(pending_hops_, 0U);
    pending_ = noise;
  } else if (heard == noise || heard != pending_) {
    pending_ = heard;
    if (++pending_hops_ > longest_blur_hops) {
      stretches_.assign(1, {noise, pending_hops_, false});
      pending_hops_ = 0;
    }
  } else { // twice in a row
    now.hops += pending_hops_ - 1;
    stretches_.push_back({heard, 2, now.hops > 0}); // what sounded from the first is a part
    if (stretches_.size() > 32)
      stretches_.pop_front();
    pending_ = noise;
    pending_hops_ = 0;
  }
  match();
}

/// How long a beat that goes on must have been so that it cannot be another tone's.
double call_progress::reached_ms(const cadence& tone, const beat& one) const {
  double most = one.ms == 0 ? least_continuous_ms : 0;
  for (const auto& other : tones_)
    for (const auto& its : other)
      if (&other != &tone && its.sound == one.sound && its.ms != 0)
        most = std::max(most, longest_ms(its.ms));
  return one.ms == 0 ? most : std::min(most, shortest_ms(one.ms));
}

/// How far what was heard is from the tone.
double call_progress::misfit(const cadence& tone, asked what) const {
  const auto& open = stretches_.back();
  const std::size_t n = tone.size(), complete = stretches_.size() - 1;
  std::size_t known = 0;
  while (known < complete && stretches_[complete - 1 - known].whole)
    ++known;
  double least = no_fit;
  for (std::size_t at = 0; at < n; ++at) {
    const auto& last = tone[at];
    if (open.sound != last.sound || (last.ms != 0 && open.ms() > longest_ms(last.ms)))
      continue;
    const bool reached = open.ms() >= reached_ms(tone, last) && (open.whole || last.ms == 0);
    const std::size_t needed = what == asked::may_it_be                  ? std::min(known, n - 1)
                               : what == asked::does_it_go_on || reached ? n - 1
                                                                         : n;
    if (known < needed || (n == 1 && !reached && what == asked::is_it))
      continue;
    double off = 0;
    for (std::size_t back = 1; back <= needed && off < no_fit; ++back) {
      const auto& its = tone[(at + n * back - back) % n];
      const auto& was = stretches_[complete - back];
      if (was.sound != its.sound || was.ms() < shortest_ms(its.ms) || was.ms() > longest_ms(its.ms))
        off = no_fit;
      else
        off += std::abs(was.ms() - its.ms) / its.ms;
    }
    least = std::min(least, off / static_cast<double>(needed + 1));
  }
  return least;
}

void call_progress::match() {
  if (tone_ != none &&
      misfit(tones_[static_cast<std::size_t>(tone_)], asked::does_it_go_on) < no_fit)
    return;
  tone_ = none;
  double least = no_fit;
  unsigned possible = 0;
  for (std::size_t n = 0; n < tones_.size(); ++n) {
    possible += misfit(tones_[n], asked::may_it_be) < no_fit;
    const double off = misfit(tones_[n], asked::is_it);
    if (off < least) {
      least = off;
      tone_ = static_cast<int>(n);
    }
  }
  // What still may be another tone will show.
  if (possible > 1)
    tone_ = none;
}

} // namespace switchroom::dsp
