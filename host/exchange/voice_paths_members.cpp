// SPDX-License-Identifier: MIT
// Members of the board's conferences: what they say is faded before it is taken from them.
#include "exchange/voice_paths.hpp"

#include <algorithm>
#include <utility>

namespace switchroom::exchange {

std::optional<member_id> voice_paths::take_member(std::uint8_t bridge, bool listens) {
  for (std::size_t n = 1; n <= members_.size(); ++n) {
    const auto next = (last_member_ + n) % members_.size();
    if (members_[next])
      continue;
    members_[next] = seat{bridge, listens};
    last_member_ = next;
    const member_id member{static_cast<std::uint8_t>(next)};
    touched_.insert(slot_of(member));
    return member;
  }
  return std::nullopt;
}

void voice_paths::give_back(member_id member) {
  if (member.value >= members_.size() || !members_[member.value])
    return; // taken from a board that has gone
  members_[member.value]->leaves = true;
  silence(slot_of(member));
}

bool voice_paths::has_free_member() const {
  return std::ranges::any_of(members_, [](const auto& one) { return !one; });
}

void voice_paths::set_sound(member_id member, const member_sound& sound) {
  auto& its = members_.at(member.value);
  if (!its || its->sound == sound)
    return;
  its->sound = sound;
  its->is_sound_told = false;
}

member_sound voice_paths::sound(member_id member) const {
  const auto& its = members_.at(member.value);
  return its ? its->sound : member_sound{};
}

bool voice_paths::has_members(std::uint8_t bridge) const {
  return std::ranges::any_of(members_,
                             [&](const auto& one) { return one && one->bridge == bridge; });
}

bool voice_paths::is_said(slot_id slot) const {
  for (std::size_t n = 0; n < members_.size(); ++n)
    if (const auto told = told_.find(slot_of_member(n));
        members_[n] && told != told_.end() && told->second.from == slot)
      return true;
  return false;
}

/// From what it is told to say.
bool voice_paths::differs(std::size_t member) const {
  const slot_id to = slot_of_member(member);
  const auto was = told_.find(to);
  return was == told_.end() || was->second != wanted_at(to);
}

/// Who still says something is muted first.
bool voice_paths::may_change(std::size_t member, instant now, std::vector<action>& out) {
  auto& its = *members_[member];
  const auto was = told_.find(slot_of_member(member));
  const bool speaks = its.is_told && was != told_.end() && was->second.from;
  if (speaks && differs(member)) {
    if (!std::exchange(its.is_muted, true)) {
      its.faded = now + fade_time;
      tell_word(member, out);
    }
    if (now < its.faded)
      return false;
  }
  its.faded = never;
  return true;
}

/// Who is new, or leaves: before the connection changes.
void voice_paths::tell_member(std::size_t n, std::vector<action>& out) {
  auto& its = *members_[n];
  if (its.leaves) {
    if (its.is_told)
      out.emplace_back(member_leave{member_id{static_cast<std::uint8_t>(n)}});
    members_[n].reset();
  } else if (!std::exchange(its.is_told, true)) {
    tell_word(n, out);
  }
}

/// What it is now, muted while what it says changes, or by an operator.
void voice_paths::tell_word(std::size_t n, std::vector<action>& out) {
  auto& its = *members_[n];
  its.is_sound_told = true;
  out.emplace_back(member_join{member_id{static_cast<std::uint8_t>(n)}, its.bridge, its.listens,
                               its.is_muted || its.sound.muted, its.sound.says_db,
                               its.sound.hears_db});
}

instant voice_paths::next_deadline() const {
  instant earliest = never;
  for (const auto& one : members_)
    if (one)
      earliest = std::min(earliest, one->faded);
  return earliest;
}

void voice_paths::change_members(instant now, std::vector<action>& out) {
  for (std::size_t n = 0; n < members_.size(); ++n) {
    const slot_id to = slot_of_member(n);
    if (!members_[n] || touched_.erase(to) == 0 || !may_change(n, now, out))
      continue;
    tell_member(n, out);
    const bool connects = differs(n) && wanted_at(to).from;
    change(to, out);
    auto& its = members_[n];
    if (its && its->is_muted && connects) {
      its->faded = now + connect_time;
    } else if (its && its->is_muted && told_.at(to).from) {
      its->is_muted = false;
      tell_word(n, out);
    }
  }
  for (std::size_t n = 0; n < members_.size(); ++n)
    if (members_[n] && members_[n]->is_told && !members_[n]->is_sound_told)
      tell_word(n, out);
}

} // namespace switchroom::exchange
