// SPDX-License-Identifier: MIT
#include "users/time_zone.hpp"

#include <optional>
#include <string>

namespace switchroom::users {

using std::chrono::day;
using std::chrono::days;
using std::chrono::month;
using std::chrono::sys_days;
using std::chrono::year;

namespace {
constexpr std::int64_t day_s = 86'400;

/// Rounds down, before 1970 too.
std::int64_t whole_days(std::int64_t seconds) {
  return (seconds >= 0 ? seconds : seconds - day_s + 1) / day_s;
}
} // namespace

/// Takes a rule apart from left to right.
class time_zone::reader {
public:
  explicit reader(std::string_view text) : left_(text) {}
  bool at_end() const { return left_.empty(); }
  bool take(char c) {
    if (left_.empty() || left_.front() != c)
      return false;
    left_.remove_prefix(1);
    return true;
  }
  /// Three letters or more, or anything in <>.
  bool name() {
    if (take('<')) {
      const auto end = left_.find('>');
      if (end == std::string_view::npos || end < 3)
        return false;
      left_.remove_prefix(end + 1);
      return true;
    }
    std::size_t letters = 0;
    while (letters < left_.size() && ((left_[letters] | 32) >= 'a' && (left_[letters] | 32) <= 'z'))
      ++letters;
    left_.remove_prefix(letters);
    return letters >= 3;
  }
  std::optional<int> number(int least, int most) {
    std::size_t digits = 0;
    int value = 0;
    while (digits < left_.size() && digits < 4 && left_[digits] >= '0' && left_[digits] <= '9')
      value = value * 10 + (left_[digits++] - '0');
    left_.remove_prefix(digits);
    if (digits == 0 || value < least || value > most)
      return std::nullopt;
    return value;
  }
  /// [+-]hh[:mm[:ss]], in seconds. A change may be up to a week away from its day (RFC
  /// 8536, 3.3.1).
  std::optional<int> time(int most_hours) {
    const int sign = take('-') ? -1 : 1;
    if (sign > 0)
      take('+');
    const auto hours = number(0, most_hours);
    const auto minutes = hours && take(':') ? number(0, 59) : std::optional(0);
    const auto seconds = minutes && take(':') ? number(0, 59) : std::optional(0);
    if (!hours || !minutes || !seconds)
      return std::nullopt;
    return sign * (*hours * 3600 + *minutes * 60 + *seconds);
  }
  std::optional<change> date() {
    change made;
    std::optional<int> part;
    if (take('M')) {
      part = number(1, 12);
      made.month = part.value_or(0);
      if (part && take('.'))
        made.week = number(1, 5).value_or(0);
      part = made.week != 0 && take('.') ? number(0, 6) : std::nullopt;
    } else {
      made.kind = take('J') ? change::day_without_leap : change::day;
      part = number(made.kind == change::day ? 0 : 1, 365);
    }
    if (!part)
      return std::nullopt;
    made.of = *part;
    if (take('/')) {
      const auto at = time(167);
      if (!at)
        return std::nullopt;
      made.time_s = *at;
    }
    return made;
  }

private:
  std::string_view left_;
};

result<time_zone> time_zone::parse(std::string_view rule) {
  const refusal wrong{"\"" + std::string(rule) + "\" is no rule of a time zone.",
                      "Write it as POSIX.1 does: CET-1CEST,M3.5.0,M10.5.0/3."};
  reader in(rule);
  time_zone made;
  const auto offset = in.name() ? in.time(24) : std::nullopt;
  if (!offset)
    return wrong;
  made.offset_s_ = -*offset; // POSIX counts to the west
  if (in.at_end())
    return made;
  made.has_summer_ = in.name();
  made.summer_offset_s_ = made.offset_s_ + 3600;
  if (made.has_summer_ && !in.take(',')) {
    const auto summer = in.time(24);
    if (!summer || !in.take(','))
      return wrong;
    made.summer_offset_s_ = -*summer;
  }
  const auto begins = in.date();
  const auto ends = begins && in.take(',') ? in.date() : std::nullopt;
  if (!made.has_summer_ || !ends || !in.at_end())
    return wrong;
  made.begins_ = *begins;
  made.ends_ = *ends;
  return made;
}

/// Days from 1970-01-01.
std::int64_t time_zone::day_of(const change& when, year y) {
  const auto new_year = sys_days(y / month{1} / day{1}).time_since_epoch().count();
  if (when.kind == change::day)
    return new_year + when.of;
  if (when.kind == change::day_without_leap)
    return new_year + when.of - 1 + (y.is_leap() && when.of > 59 ? 1 : 0);
  const std::chrono::weekday which(static_cast<unsigned>(when.of));
  const month m(static_cast<unsigned>(when.month));
  const sys_days at = when.week == 5 ? sys_days(y / m / which[std::chrono::last])
                                     : sys_days(y / m / which[static_cast<unsigned>(when.week)]);
  return at.time_since_epoch().count();
}

bool time_zone::is_summer(std::int64_t utc_s) const {
  if (!has_summer_)
    return false;
  const auto today = std::chrono::year_month_day(sys_days(days(whole_days(utc_s + offset_s_))));
  const auto begin = day_of(begins_, today.year()) * day_s + begins_.time_s - offset_s_;
  const auto end = day_of(ends_, today.year()) * day_s + ends_.time_s - summer_offset_s_;
  if (begin < end)
    return utc_s >= begin && utc_s < end;
  return utc_s >= begin || utc_s < end; // of the south: summer is at New Year
}

local_time time_zone::at(std::int64_t utc_s) const {
  const auto local = utc_s + (is_summer(utc_s) ? summer_offset_s_ : offset_s_);
  const auto day_number = whole_days(local);
  const sys_days today{days(day_number)};
  local_time shown;
  shown.date = std::chrono::year_month_day(today);
  shown.weekday = std::chrono::weekday(today).iso_encoding() - 1;
  shown.minute = static_cast<unsigned>((local - day_number * day_s) / 60);
  return shown;
}

} // namespace switchroom::users
