// SPDX-License-Identifier: MIT
#include "cli/level_watch.hpp"

#include <algorithm>
#include <cmath>

namespace switchroom::cli {

void level_watch::add(heard& to, const control::v1::Level& level) {
  to.power += level.rms_dbm0() <= silence_dbm0 ? 0 : std::pow(10, level.rms_dbm0() / 10);
  ++to.readings;
  to.peak_dbm0 = std::max(to.peak_dbm0, level.peak_dbm0());
  to.overload |= level.overload();
}

void level_watch::fill(control::v1::Level& level, heard& from) {
  level.set_rms_dbm0(from.power == 0 ? silence_dbm0 : 10 * std::log10(from.power / from.readings));
  level.set_peak_dbm0(from.peak_dbm0);
  level.set_overload(from.overload);
  from = {.overload = from.overload};
}

void level_watch::add(const control::v1::Levels& read) {
  last_ = read;
  for (const auto& line : read.lines()) {
    if (line.has_says())
      add(says_[line.name()], line.says());
    if (line.has_hears())
      add(hears_[line.name()], line.hears());
  }
}

control::v1::Levels level_watch::take() {
  auto taken = last_;
  for (auto& line : *taken.mutable_lines()) {
    if (line.has_says())
      fill(*line.mutable_says(), says_[line.name()]);
    if (line.has_hears())
      fill(*line.mutable_hears(), hears_[line.name()]);
  }
  return taken;
}

} // namespace switchroom::cli
