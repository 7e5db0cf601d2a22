// SPDX-License-Identifier: MIT
/// The last signalling events, for call ladders. Numbered from 1 without a gap.
#pragma once
#include "control.pb.h"

#include <cstdint>
#include <deque>
#include <string>

namespace switchroom::exchange {

class ladder {
public:
  static constexpr std::size_t most_entries = 10'000;

  void add(double at_s, std::string from, std::string to, std::string what);
  /// Entries with a number above `after`.
  control::v1::Log entries(std::uint64_t after) const;

private:
  std::uint64_t newest_ = 0;
  std::deque<control::v1::LogEntry> entries_;
};

} // namespace switchroom::exchange
