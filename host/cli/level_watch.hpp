// SPDX-License-Identifier: MIT
/// What many readings of a meter come to: the mean of powers, the highest peak, and whether there
/// ever was an overload. Pure.
#pragma once
#include "control.pb.h"

#include <map>
#include <string>

namespace switchroom::cli {

inline constexpr double silence_dbm0 = -99; ///< as control::v1::Level has it

class level_watch {
public:
  /// Readings follow one another; of whom, is the last one's.
  void add(const control::v1::Levels&);
  /// Since the last time; overloads since the beginning.
  control::v1::Levels take();

private:
  struct heard {
    double power = 0; ///< sum, 1 is 0 dBm0
    unsigned readings = 0;
    double peak_dbm0 = silence_dbm0;
    bool overload = false; ///< ever
  };
  static void add(heard&, const control::v1::Level&);
  static void fill(control::v1::Level&, heard&);

  control::v1::Levels last_;
  std::map<std::string, heard> says_, hears_; ///< by name of the line
};

} // namespace switchroom::cli
