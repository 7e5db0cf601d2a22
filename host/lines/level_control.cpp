// SPDX-License-Identifier: MIT
#include "lines/level_control.hpp"

#include <algorithm>
#include <cmath>

namespace switchroom::lines {
namespace {

/// Some four seconds of windows: speech of that length has pauses.
constexpr std::size_t remembered = 24;
/// Speech is at least so loud, and so far above the quietest window.
constexpr double softest_dbm0 = -45, above_quietest_db = 12;
/// An echo comes back at least so much weaker (ITU-T G.168: a return loss of 6 dB).
constexpr double return_loss_db = 6;
/// Windows of noise differ by less, of speech nearly always by more.
constexpr double steady_db = 1.5;
/// The gain stays until so many windows of speech were heard; the level is the mean of so many.
constexpr std::size_t before_first = 4, averaged = 24;
/// A level nearer to the wanted one is left as it is.
constexpr double near_enough_db = 1;
/// The largest sample of 16 bits: a sine of that size has 3.14 dBm0 (G.711), its peak 3.01 dB more.
constexpr double largest_dbm0 = 6.15;
/// A window that has begun when a digit is told, the digit's, and the one beside it.
constexpr std::size_t windows_of_a_digit = 3;

double in_db(double power) {
  return 10 * std::log10(power);
}

} // namespace

void level_control::on_digit() {
  passed_over_ = windows_of_a_digit;
}

double level_control::gain_db() const {
  return passed_over_ > 0 ? std::min(gain_db_, 0.0) : gain_db_;
}

void level_control::on_answer_tone() {
  is_data_ = true;
  gain_db_ = 0;
}

void level_control::read(const reading& now) {
  read_.push_back(now);
  if (read_.size() > remembered)
    read_.pop_front();
  if (is_data_)
    return;
  if (passed_over_ > 0) {
    --passed_over_;
    return;
  }
  const auto n = read_.size();
  if (n >= 3 && is_speech(read_[n - 3], read_[n - 2], read_[n - 1]))
    follow(read_[n - 2]);
}

bool level_control::is_speech(const reading& before, const reading& now,
                              const reading& after) const {
  const double quietest = std::ranges::min(read_, {}, &reading::said).said;
  return now.said >= softest_dbm0 && now.said >= quietest + above_quietest_db &&
         now.said > now.heard - return_loss_db && std::abs(now.said - before.said) >= steady_db &&
         std::abs(now.said - after.said) >= steady_db;
}

void level_control::follow(const reading& speech) {
  followed_ = std::min(followed_ + 1, averaged);
  power_ += (std::pow(10, speech.said / 10) - power_) / static_cast<double>(followed_);
  if (followed_ < before_first)
    return;
  const double missing = std::clamp(wanted_dbm0_ - in_db(power_), -most_db, most_db) - gain_db_;
  if (std::abs(missing) > near_enough_db)
    gain_db_ += std::clamp(missing, -step_db, step_db);
  // Who shouts is not limited: the gain gives way at once.
  gain_db_ = std::min(gain_db_, std::max(largest_dbm0 - speech.peak, -most_db));
}

} // namespace switchroom::lines
