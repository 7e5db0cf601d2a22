// SPDX-License-Identifier: MIT
#include "exchange/echo_pool.hpp"

#include <algorithm>

namespace switchroom::exchange {

void echo_pool::begin(unsigned places) {
  places_ = places;
  shares_.clear();
}

std::optional<unsigned> echo_pool::take(line_id line, unsigned tail_ms) {
  if (const auto found = shares_.find(line); found != shares_.end())
    return found->second.place;
  const unsigned wanted = tail_ms / ms_a_place;
  // The first gap that is long enough begins at 0 or where a share ends.
  std::optional<unsigned> best;
  const auto consider = [&](unsigned from) {
    const bool fits =
        from + wanted <= places_ && std::ranges::none_of(shares_, [&](const auto& other) {
          const auto& [place, places] = other.second;
          return place < from + wanted && from < place + places;
        });
    if (fits && (!best || from < *best))
      best = from;
  };
  consider(0);
  for (const auto& [other, held] : shares_)
    consider(held.place + held.places);
  if (best)
    shares_.insert({line, {*best, wanted}});
  return best;
}

void echo_pool::give_back(line_id line) {
  shares_.erase(line);
}

unsigned echo_pool::tail_ms(line_id line) const {
  const auto found = shares_.find(line);
  return found == shares_.end() ? 0 : found->second.places * ms_a_place;
}

std::string echo_pool::holders() const {
  std::string text;
  for (const auto& [line, held] : shares_)
    text += (text.empty() ? "line " : ", line ") + std::to_string(line.value) + ": " +
            std::to_string(held.places * ms_a_place) + " ms";
  return text.empty() ? "nobody" : text;
}

} // namespace switchroom::exchange
