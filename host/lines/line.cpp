// SPDX-License-Identifier: MIT
#include "lines/line.hpp"

#include <algorithm>

namespace switchroom::lines {
namespace {

/// Rule by state and event, for a look-up in one step; −1: nothing happens.
struct by_pair {
  std::array<std::array<int, event_count>, state_count> rule;
  by_pair() {
    for (auto& row : rule)
      row.fill(-1);
    int n = 0;
    for (const auto& r : table())
      rule[static_cast<std::size_t>(r.from)][static_cast<std::size_t>(r.on)] = n++;
  }
};

} // namespace

bool is_digit(char c) {
  return std::string_view("0123456789*#").find(c) != std::string_view::npos;
}

verbs line::step(event what, instant now, char digit) {
  static const by_pair index;
  const int found = index.rule[static_cast<std::size_t>(state_)][static_cast<std::size_t>(what)];
  if (found < 0)
    return {};
  const auto& taken = table()[static_cast<std::size_t>(found)];
  const bool dialling = taken.to == lines::state::dialling;
  if (what == event::digit && dialling) {
    if (digits_.size() >= most_digits) // a stuck key: let the off-hook time-out end it
      return {};
    digits_ += digit;
    last_digit_ = now;
  }
  if (taken.to == lines::state::dial_tone || taken.to == lines::state::ringing)
    digits_.clear();
  const bool same = state_ == taken.to;
  state_ = taken.to;
  if (what == event::dial_delay_over)
    dial_delay_over_ = never; // the digits have had their say; the off-hook time-out goes on
  else if (!same || dialling)
    set_timers(now);
  return taken.does;
}

void line::set_timers(instant now) {
  using enum lines::state;
  const bool impatient =
      state_ == dial_tone || state_ == dialling || state_ == tone || state_ == confirmed;
  const auto delay = timers_.dial_delay + (pulses_ ? longest_pulsed_digit : duration{0});
  dial_delay_over_ = state_ == dialling ? now + delay : never;
  patience_over_ = impatient ? now + timers_.off_hook_timeout : never;
}

std::optional<event> line::due(instant now) const {
  if (dial_delay_over_ <= now)
    return event::dial_delay_over;
  if (patience_over_ <= now)
    return event::patience_over;
  return std::nullopt;
}

instant line::next_deadline() const {
  return std::min(dial_delay_over_, patience_over_);
}

void line::forget() {
  state_ = lines::state::idle;
  digits_.clear();
  dial_delay_over_ = patience_over_ = never;
}

} // namespace switchroom::lines
