// SPDX-License-Identifier: MIT
/// What a clock on the wall shows, by a rule of POSIX.1 (base definitions, 8.3, TZ), which says
/// all by itself: it needs no database, and means the same at every gateway. Pure.
#pragma once
#include "types/refusal.hpp"

#include <chrono>
#include <cstdint>
#include <string_view>

namespace switchroom::users {

struct local_time {
  std::chrono::year_month_day date;
  unsigned weekday = 0; ///< 0 = Monday
  unsigned minute = 0;  ///< of the day, 0 to 1439
};

class time_zone {
public:
  time_zone() = default; ///< UTC
  /// "UTC0", "CET-1CEST,M3.5.0,M10.5.0/3", "<+0330>-3:30". Without dates a summer time is refused:
  /// what POSIX leaves to each system.
  static result<time_zone> parse(std::string_view rule);

  /// `utc_s`: seconds from 1970-01-01 00:00 UTC, without leap seconds.
  local_time at(std::int64_t utc_s) const;

private:
  /// When summer time begins or ends, once a year.
  struct change {
    enum { month_week_day, day_without_leap, day } kind = month_week_day;
    int month = 0, week = 0, of = 0;
    int time_s = 7200; ///< of the local clock before the change
  };
  class reader;
  static std::int64_t day_of(const change&, std::chrono::year);
  bool is_summer(std::int64_t utc_s) const;

  int offset_s_ = 0, summer_offset_s_ = 0; ///< east of Greenwich
  bool has_summer_ = false;
  change begins_, ends_;
};

} // namespace switchroom::users
