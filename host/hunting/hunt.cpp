// SPDX-License-Identifier: MIT
#include "hunting/hunt.hpp"

#include <algorithm>

namespace switchroom::hunting {
namespace {

/// Members who fail at once are not asked again and again.
constexpr std::chrono::seconds between_rounds{2};

} // namespace

const std::vector<std::string>& no_answer_filter_names() {
  static const std::vector<std::string> names{"none", "any", "external"};
  return names;
}

const std::vector<std::string>& mode_names() {
  static const std::vector<std::string> names{"sequential", "rotary", "longest_idle", "collective"};
  return names;
}

std::string_view name(mode which) {
  return mode_names()[static_cast<std::size_t>(which)];
}

/// In the order in which they are to ring.
std::vector<extension_number> hunt::free_members(const look& at,
                                                 const extension_number& last) const {
  std::vector<extension_number> found;
  for (const auto& one : group_.members)
    if (!tried_.contains(one) && !ringing_.contains(one) && at(one).is == standing::free)
      found.push_back(one);
  const auto place = [this](const extension_number& one) {
    return std::find(group_.members.begin(), group_.members.end(), one) - group_.members.begin();
  };
  if (group_.mode == mode::rotary)
    std::stable_partition(found.begin(), found.end(), [&](const extension_number& one) {
      return place(one) > place(last) && place(last) < std::ssize(group_.members);
    });
  if (group_.mode == mode::longest_idle)
    std::stable_sort(found.begin(), found.end(),
                     [&](const extension_number& a, const extension_number& b) {
                       return at(a).idle_since < at(b).idle_since;
                     });
  return found;
}

move hunt::step(instant now, const look& at, const extension_number& last, unsigned queued) {
  if (!group_.overflow.empty() && now >= began_ + group_.overflow_after)
    return {move::kind::overflow};
  if (group_.mode != mode::collective && !ringing_.empty())
    return {move::kind::wait};
  auto found = free_members(at, last);
  if (found.empty() && ringing_.empty() && !tried_.empty() && now >= next_round_) {
    tried_.clear();
    next_round_ = now + between_rounds;
    found = free_members(at, last);
  }
  if (found.empty())
    return ringing_.empty() ? nobody(at, queued) : move{move::kind::wait};
  if (group_.mode != mode::collective)
    found.resize(1);
  if (ringing_.empty())
    ring_over_ = now + group_.ring;
  ringing_.insert(found.begin(), found.end());
  queued_ = false;
  return {move::kind::ring, std::move(found)};
}

/// Nobody is free: the caller waits, if somebody may become free and there is room.
move hunt::nobody(const look& at, unsigned queued_before) {
  const bool hope =
      std::any_of(group_.members.begin(), group_.members.end(),
                  [&](const extension_number& one) { return at(one).is != standing::absent; });
  if (hope && (queued_ || queued_before < group_.queue)) {
    queued_ = true;
    return {move::kind::wait};
  }
  return {group_.overflow.empty() ? move::kind::give_up : move::kind::overflow};
}

void hunt::failed(const extension_number& who) {
  ringing_.erase(who);
  tried_.insert(who);
  if (ringing_.empty())
    ring_over_ = never;
}

std::vector<extension_number> hunt::rung_out(instant now) const {
  if (ring_over_ > now)
    return {};
  return {ringing_.begin(), ringing_.end()};
}

instant hunt::next_deadline() const {
  const bool round_over = ringing_.empty() && !tried_.empty();
  return std::min({ring_over_, round_over ? next_round_ : never,
                   group_.overflow.empty() ? never : began_ + group_.overflow_after});
}

} // namespace switchroom::hunting
