// SPDX-License-Identifier: MIT
#include "exchange/ladder.hpp"

#include <utility>

namespace switchroom::exchange {

void ladder::add(double at_s, std::string from, std::string to, std::string what) {
  if (entries_.size() == most_entries)
    entries_.pop_front();
  auto& e = entries_.emplace_back();
  e.set_number(++newest_);
  e.set_at_s(at_s);
  e.set_from(std::move(from));
  e.set_to(std::move(to));
  e.set_what(std::move(what));
}

control::v1::Log ladder::entries(std::uint64_t after) const {
  control::v1::Log log;
  const std::uint64_t before_oldest = newest_ - entries_.size();
  const std::uint64_t first = after > before_oldest ? after - before_oldest : 0;
  for (std::uint64_t n = first; n < entries_.size(); ++n)
    *log.add_entries() = entries_[n];
  return log;
}

} // namespace switchroom::exchange
