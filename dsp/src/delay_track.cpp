// SPDX-License-Identifier: MIT
#include "delay_track.hpp"

#include "switchroom/dsp/correlation.hpp"
#include "switchroom/dsp/level.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>

namespace switchroom::dsp {
namespace {

constexpr std::size_t window = 1024, hop = 256;
constexpr std::ptrdiff_t near = 800;     // 100 ms: where a jitter buffer moves
constexpr std::ptrdiff_t far = 8000;     // a second: whoever sends or receives stood still
constexpr std::ptrdiff_t least_slip = 8; // 1 ms
constexpr double window_range_db = 20;   // windows more than this under the active level are pause
constexpr double least_likeness = 0.6;
// The farther one looks, the more is alike by chance: words come again.
constexpr double least_likeness_far = 0.8;
constexpr std::size_t confirmations_far = 6;
// Voiced speech resembles itself a pitch period away: the delay so far is given up only when
// another one is clearly better, and for this many windows in a row.
constexpr double clearly_better = 1.02;
constexpr std::size_t confirmations = 3;

/// Energy of any part of a signal, from one pass over it.
class energy_of {
public:
  explicit energy_of(samples s) : sums_(s.size() + 1) {
    for (std::size_t n = 0; n < s.size(); ++n)
      sums_[n + 1] = sums_[n] + double(s[n]) * s[n];
  }
  double part(std::ptrdiff_t begin, std::size_t length) const {
    return sum_to(begin + static_cast<std::ptrdiff_t>(length)) - sum_to(begin);
  }

private:
  double sum_to(std::ptrdiff_t n) const {
    return sums_[static_cast<std::size_t>(
        std::clamp<std::ptrdiff_t>(n, 0, static_cast<std::ptrdiff_t>(sums_.size()) - 1))];
  }
  std::vector<double> sums_;
};

/// One window of the reference, and where in the recording it is found.
class found_window {
public:
  found_window(samples reference, std::size_t at, samples recording, const energy_of& recorded,
               std::ptrdiff_t around, std::ptrdiff_t reach)
      : at_(static_cast<std::ptrdiff_t>(at)),
        searched_from_(std::max<std::ptrdiff_t>(at_ + around - reach, 0)),
        energy_(energy_of(reference.subspan(at, window)).part(0, window)), recorded_(recorded),
        correlation_(reference.subspan(at, window),
                     part(recording, at_ + around - reach, window + 2 * reach)),
        best_(around) {
    for (std::ptrdiff_t d = around - reach; d <= around + reach; ++d)
      if (coefficient(d) > coefficient(best_))
        best_ = d;
  }

  double coefficient(std::ptrdiff_t delay) const {
    constexpr double full_scale_squared = 32768.0 * 32768.0;
    const double both = std::sqrt(recorded_.part(at_ + delay, window) * energy_);
    const double common = correlation_.at(at_ + delay - searched_from_) * full_scale_squared;
    return both <= 0 ? 0 : std::abs(common) / both;
  }
  std::ptrdiff_t best() const { return best_; }
  double likeness() const { return coefficient(best_); }

private:
  std::ptrdiff_t at_, searched_from_;
  double energy_;
  const energy_of& recorded_;
  cross_correlation correlation_;
  std::ptrdiff_t best_;
};

/// Between two delays, the place to change over that leaves the least difference.
std::size_t change_over(samples reference, samples recording, std::size_t from, std::size_t to,
                        std::ptrdiff_t before, std::ptrdiff_t after) {
  double balance = 0, least = 0;
  std::size_t best = from;
  for (std::size_t n = from; n < to; ++n) {
    const double a = reference[n] - sample_at(recording, n, before);
    const double b = reference[n] - sample_at(recording, n, after);
    balance += a * a - b * b;
    if (balance < least) {
      least = balance;
      best = n + 1;
    }
  }
  return best;
}

/// Delays seen window by window, reduced to changes that last.
class delay_follower {
public:
  delay_follower(samples reference, samples recording)
      : reference_(reference), recording_(recording) {}

  void see(std::size_t at, const found_window& found) {
    if (settled() && found.coefficient(current_) * clearly_better >=
                         std::max(least_likeness, found.likeness())) {
      last_good_ = at;
      seen_ = 0;
      return;
    }
    const std::ptrdiff_t best = found.best();
    if (found.likeness() < least_likeness)
      return;
    if (seen_ == 0 || std::abs(best - candidate_) > 2) {
      candidate_ = best;
      seen_ = 0;
    }
    if (++seen_ < (settled() && is_far(best, current_) ? confirmations_far : confirmations))
      return;
    accept(at);
  }

  std::ptrdiff_t last(std::ptrdiff_t otherwise) const { return settled() ? current_ : otherwise; }

  std::vector<stretch> finish(std::ptrdiff_t otherwise) {
    if (stretches_.empty())
      stretches_.push_back({0, 0, otherwise});
    stretches_.back().end = reference_.size();
    leave_out_excursions();
    return std::move(stretches_);
  }

private:
  bool settled() const { return !stretches_.empty(); }
  static bool is_far(std::ptrdiff_t a, std::ptrdiff_t b) { return std::abs(a - b) > near; }

  /// What goes on at the old delay after it was found elsewhere was damaged, and resembled that.
  void leave_out_excursions() {
    for (std::size_t n = 1; n + 1 < stretches_.size();) {
      const auto before = stretches_.begin() + static_cast<std::ptrdiff_t>(n) - 1;
      const auto after = before + 2;
      if (is_far(before[1].delay, before->delay) &&
          std::abs(after->delay - before->delay) < least_slip) {
        before->end = after->end;
        stretches_.erase(before + 1, after + 1);
      } else {
        ++n;
      }
    }
  }

  void accept(std::size_t at) {
    if (!settled()) {
      stretches_.push_back({0, 0, candidate_});
      current_ = candidate_;
    } else if (std::abs(candidate_ - current_) < least_slip) {
      current_ = candidate_; // a clock that drifts, not a slip
    } else {
      const std::size_t cut =
          change_over(reference_, recording_, last_good_, at + window, current_, candidate_);
      stretches_.back().end = cut;
      stretches_.push_back({cut, cut, candidate_});
      current_ = candidate_;
    }
    last_good_ = at;
    seen_ = 0;
  }

  samples reference_, recording_;
  std::vector<stretch> stretches_;
  std::ptrdiff_t current_ = 0;
  std::size_t last_good_ = 0;
  std::ptrdiff_t candidate_ = 0;
  std::size_t seen_ = 0;
};

} // namespace

samples part(samples s, std::ptrdiff_t from, std::size_t length) {
  const auto size = static_cast<std::ptrdiff_t>(s.size());
  const std::ptrdiff_t begin = std::clamp<std::ptrdiff_t>(from, 0, size);
  const std::ptrdiff_t end =
      std::clamp<std::ptrdiff_t>(from + static_cast<std::ptrdiff_t>(length), begin, size);
  return s.subspan(static_cast<std::size_t>(begin), static_cast<std::size_t>(end - begin));
}

std::ptrdiff_t overall_delay(samples reference, samples recording) {
  const cross_correlation all(reference, recording);
  std::ptrdiff_t best = 0;
  for (std::ptrdiff_t lag = all.first_lag(); lag <= all.last_lag(); ++lag)
    if (std::abs(all.at(lag)) > std::abs(all.at(best)))
      best = lag;
  return best;
}

std::vector<stretch> track_delay(samples reference, samples recording, std::ptrdiff_t around) {
  delay_follower follower(reference, recording);
  const energy_of recorded(recording);
  const double least = active_level_dbm0(reference) - window_range_db;
  for (std::size_t at = 0; at + window <= reference.size(); at += hop)
    if (level_dbm0(reference.subspan(at, window)) >= least) {
      const auto look = [&](std::ptrdiff_t middle, std::ptrdiff_t reach) {
        return found_window(reference, at, recording, recorded, middle, reach);
      };
      const auto last = std::clamp(follower.last(around), around - far, around + far);
      const found_window close = look(last, near);
      if (close.likeness() >= least_likeness) {
        follower.see(at, close);
      } else if (const auto wide = look(around, far); wide.likeness() >= least_likeness_far) {
        follower.see(at, wide);
      }
    }
  return follower.finish(around);
}

} // namespace switchroom::dsp
