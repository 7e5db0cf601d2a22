// SPDX-License-Identifier: MIT
#include "edges/isdn/b_channels.hpp"

#include <algorithm>

namespace switchroom::isdn {

b_channels::b_channels(side which, std::vector<unsigned> channels) : side_(which) {
  std::ranges::sort(channels);
  channels.erase(std::unique(channels.begin(), channels.end()), channels.end());
  for (const auto number : channels)
    states_.emplace_back().number = number;
}

b_channels::state* b_channels::at(unsigned channel) {
  const auto found = std::ranges::find(states_, channel, &state::number);
  return found == states_.end() ? nullptr : &*found;
}

const b_channels::state* b_channels::at(unsigned channel) const {
  const auto found = std::ranges::find(states_, channel, &state::number);
  return found == states_.end() ? nullptr : &*found;
}

b_channels::state* b_channels::at_call(call_number call) {
  const auto found =
      std::ranges::find_if(states_, [&](const state& one) { return one.call == call; });
  return found == states_.end() ? nullptr : &*found;
}

/// From the other end than where our own calls begin to look: the network's do at the lowest.
b_channels::state* b_channels::any_free() {
  state* found = nullptr;
  for (auto& one : states_)
    if (one.is_free() && (!found || side_ == side::network))
      found = &one;
  return found;
}

void b_channels::take(state& one, call_number call, bool ours, bool agreed, bool exclusive) {
  one.call = call;
  one.ours = ours;
  one.agreed = agreed;
  one.exclusive = exclusive;
}

bool b_channels::ask(call_number call, wish wanted) {
  auto* one = at(wanted.channel);
  if (!one || !one->is_free())
    return false;
  take(*one, call, true, false, wanted.exclusive);
  return true;
}

std::optional<unsigned> b_channels::asked(call_number call, wish wanted) {
  auto* one = at(wanted.channel);
  if (one && one->call && one->ours && !one->agreed) {
    const bool theirs = one->exclusive == wanted.exclusive ? side_ == side::user : wanted.exclusive;
    if (theirs)
      one->call.reset();
  }
  // Who uses it says that it serves.
  if (one && !one->call)
    one->serves = true;
  else if (wanted.channel != 0 && wanted.exclusive)
    return std::nullopt;
  else
    one = any_free();
  if (!one)
    return std::nullopt;
  take(*one, call, false, true, wanted.exclusive);
  return one->number;
}

bool b_channels::answered(call_number call, unsigned channel) {
  auto* has = at_call(call);
  if (channel == 0 || (has && has->number == channel)) {
    if (has)
      has->agreed = true;
    return has != nullptr;
  }
  auto* wants = at(channel);
  if (!wants || wants->call || (has && (has->exclusive || has->agreed)))
    return false;
  if (has)
    has->call.reset();
  wants->serves = true;
  take(*wants, call, true, true, false);
  return true;
}

void b_channels::held(call_number call) {
  over(call);
}

bool b_channels::retrieved(call_number call, unsigned channel) {
  auto* one = at(channel);
  if (!one || !one->is_free() || at_call(call))
    return false;
  take(*one, call, false, true, false);
  return true;
}

void b_channels::over(call_number call) {
  if (auto* has = at_call(call))
    has->call.reset();
}

void b_channels::in_service(unsigned channel, bool serves) {
  if (auto* one = at(channel))
    one->serves = serves;
}

bool b_channels::is_in_service(unsigned channel) const {
  const auto* one = at(channel);
  return one && one->serves;
}

unsigned b_channels::of(call_number call) const {
  const auto found =
      std::ranges::find_if(states_, [&](const state& one) { return one.call == call; });
  return found == states_.end() ? 0 : found->number;
}

std::optional<b_channels::call_number> b_channels::user_of(unsigned channel) const {
  const auto* one = at(channel);
  return one ? one->call : std::nullopt;
}

unsigned b_channels::taken() const {
  return static_cast<unsigned>(
      std::ranges::count_if(states_, [](const state& one) { return one.call.has_value(); }));
}

const std::vector<unsigned> b_channels::numbers() const {
  std::vector<unsigned> all;
  for (const auto& one : states_)
    all.push_back(one.number);
  return all;
}

} // namespace switchroom::isdn
