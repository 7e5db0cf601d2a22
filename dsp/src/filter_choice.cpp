// SPDX-License-Identifier: MIT
#include "switchroom/dsp/filter_choice.hpp"

#include <algorithm>
#include <bit>

namespace switchroom::dsp {
namespace {

/// log2 of an energy, in eighths, by a straight line between powers.
int log2_eighths(std::uint64_t energy) {
  if (energy < 8)
    return 0;
  const int bits = std::bit_width(energy);
  return 8 * bits + static_cast<int>(energy >> (bits - 4) & 7);
}

constexpr std::uint64_t silent_under =
    std::uint64_t{filter_choice::quietest} * filter_choice::block;

bool far_speaks(const filter_choice::energies& b) {
  return b.far >= silent_under;
}
bool far_is_loud(const filter_choice::energies& b) {
  return b.far >= 4 * silent_under;
}

} // namespace

void filter_choice::add_to_means(const energies& b) {
  const auto add = [](std::uint64_t& to, std::uint64_t energy) { to = (5 * to + 3 * energy) / 8; };
  add(near_mean_, b.near);
  add(echo_mean_, b.echo);
  add(background_mean_, b.background);
  add(foreground_mean_, b.foreground);
}

int filter_choice::left_of(std::uint64_t mean) const {
  return log2_eighths(mean) - log2_eighths(echo_mean_);
}

bool filter_choice::much_better() const {
  return 4 * background_mean_ < foreground_mean_ && 8 * background_mean_ < 3 * near_mean_;
}

bool filter_choice::worse_than_none() const {
  return foreground_mean_ > 3 * near_mean_ &&
         (2 * background_mean_ < foreground_mean_ || foreground_mean_ > 16 * near_mean_);
}

/// Before anything is proven. A pause of the near end, 6 dB under the mean, tells nothing.
bool filter_choice::foreground_is_proven(const energies& b) {
  if (!far_speaks(b) || 4 * b.near <= near_mean_)
    return false;
  const bool passes = !near_speaks_ && 2 * b.foreground < b.near;
  if (!passes || passed_ < most_passed || 4 * foreground_mean_ >= near_mean_) {
    passed_ = passes ? std::min(passed_ + 1, most_passed) : 0;
    return false;
  }
  proven_ = true;
  passed_ = 0;
  least_left_ = left_of(foreground_mean_);
  return true;
}

/// From then on. A pause of the far end tells nothing of a filter that stands still.
bool filter_choice::background_is_proven(const energies& b) {
  if (stands_still() && !far_speaks(b))
    return false;
  const bool passes =
      !near_speaks_ && (stands_still() ? 4 * b.background < b.foreground : much_better());
  if (!passes || passed_ < most_passed) {
    passed_ = passes ? passed_ + 1 : 0;
    return false;
  }
  passed_ = 0;
  least_left_ = left_of(background_mean_);
  return true;
}

bool filter_choice::background_is_better(const energies& b) const {
  const bool better = 16 * background_mean_ < 15 * foreground_mean_ && b.background < b.foreground;
  const bool well = much_better() || 8 * background_mean_ < near_mean_;
  const bool at_once =
      proven_ ? left_of(foreground_mean_) <= least_left_ + 8 && !stands_still() : passed_ == 0;
  return better && well && at_once && !near_speaks_;
}

filter_choice::verdict filter_choice::judge(const energies& b) {
  near_speaks_ = b.near > 2 * b.far;
  add_to_means(b);
  if (far_is_loud(b)) {
    least_left_ = std::min(least_left_, left_of(foreground_mean_));
    if (++blocks_ % blocks_to_rise == 0)
      ++least_left_;
    if (proven_ && worse_than_none()) {
      proven_ = false;
      passed_ = 0;
    }
  }
  const bool was_proven = proven_;
  const bool proves = was_proven ? background_is_proven(b) : foreground_is_proven(b);
  const bool take = proves ? was_proven : background_is_better(b);
  if (take) {
    foreground_mean_ = background_mean_;
    return verdict::take_over;
  }
  if (background_mean_ / 4 > foreground_mean_ && b.background / 2 > b.foreground) {
    background_mean_ = foreground_mean_;
    return verdict::restore;
  }
  return verdict::keep;
}

} // namespace switchroom::dsp
