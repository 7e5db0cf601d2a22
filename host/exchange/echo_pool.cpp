// SPDX-License-Identifier: MIT
#include "exchange/echo_pool.hpp"

#include <algorithm>

namespace switchroom::exchange {

void echo_pool::begin(unsigned places) {
  places_ = places;
  shares_.clear();
}

/// The first gap of so many places: one that begins at a multiple of them, so that longer tails
/// find room when shorter ones have gone; else any.
std::optional<unsigned> echo_pool::gap_of(unsigned places) const {
  for (const unsigned step : {places, 1U})
    for (unsigned from = 0; from + places <= places_; from += step)
      if (std::ranges::none_of(shares_, [&](const auto& other) {
            const auto& held = other.second;
            return held.place < from + places && from < held.place + held.places;
          }))
        return from;
  return std::nullopt;
}

std::optional<unsigned> echo_pool::take(line_id line, unsigned tail_ms) {
  const auto found = shares_.find(line);
  const auto former = found == shares_.end() ? std::nullopt : std::optional(found->second);
  const unsigned wanted = tail_ms / ms_a_place;
  if (former && former->places == wanted)
    return former->place;
  shares_.erase(line);
  const auto from = gap_of(wanted);
  if (from)
    shares_.insert({line, {*from, wanted}});
  else if (former)
    shares_.insert({line, *former});
  return from;
}

void echo_pool::give_back(line_id line) {
  shares_.erase(line);
}

unsigned echo_pool::tail_ms(line_id line) const {
  const auto found = shares_.find(line);
  return found == shares_.end() ? 0 : found->second.places * ms_a_place;
}

std::optional<unsigned> echo_pool::place_of(line_id line) const {
  const auto found = shares_.find(line);
  return found == shares_.end() ? std::nullopt : std::optional(found->second.place);
}

std::string echo_pool::holders() const {
  std::string text;
  for (const auto& [line, held] : shares_)
    text += (text.empty() ? "line " : ", line ") + std::to_string(line.value) + ": " +
            std::to_string(held.places * ms_a_place) + " ms";
  return text.empty() ? "nobody" : text;
}

} // namespace switchroom::exchange
