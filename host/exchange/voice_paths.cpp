// SPDX-License-Identifier: MIT
#include "exchange/voice_paths.hpp"

#include <algorithm>
#include <utility>

namespace switchroom::exchange {
namespace {

constexpr unsigned most_members = 256;
constexpr unsigned slots_of_a_span = 32, slots_of_a_station = 4, b_channels = 2;

bool begins_anew(tone what) {
  return what == tone::ringback || what == tone::confirmation || what == tone::refusal ||
         what == tone::call_waiting || what == tone::messages;
}

slot_id plus(slot_id first, unsigned n) {
  return slot_id{static_cast<std::uint16_t>(first.value + n)};
}

} // namespace

void voice_paths::begin(const board_up& board) {
  end();
  up_ = true;
  board_ = board;
  channels_.assign(board.tone_channels, {});
  for (auto& c : channels_)
    c.running = true; // for all we know
  host_slots_.assign(board.host_slots, false);
  uses_.assign(board.host_slots, 0);
  members_.assign(std::min(board.members, most_members), std::nullopt);
  last_member_ = 0;
  for (unsigned n = 0; n < board.members; ++n)
    touched_.insert(plus(board.first_member_slot, n));
  for (unsigned n = 0; n < board.lines; ++n)
    touched_.insert(plus(board.first_line_slot, n));
  for (unsigned n = 0; n < board.host_slots; ++n)
    touched_.insert(plus(board.first_host_slot, n));
}

void voice_paths::end() {
  up_ = false;
  board_ = {};
  channels_.clear();
  host_slots_.clear();
  members_.clear();
  hearing_.clear();
  wanted_.clear();
  mirrors_.clear();
  told_.clear();
  touched_.clear();
}

slot_id voice_paths::slot_of(line_id line) const {
  return plus(board_.first_line_slot, line.value - 1);
}

slot_id voice_paths::slot_of(host_slot slot) const {
  return plus(board_.first_host_slot, slot.value);
}

slot_id voice_paths::slot_of_span(unsigned span, unsigned time_slot) const {
  return span < board_.spans ? plus(board_.first_span_slot, span * slots_of_a_span + time_slot)
                             : nowhere;
}

slot_id voice_paths::slot_of_station(unsigned station, unsigned b_channel) const {
  return station < board_.stations && b_channel >= 1 && b_channel <= b_channels
             ? plus(board_.first_station_slot, station * slots_of_a_station + b_channel - 1)
             : nowhere;
}

std::optional<host_slot> voice_paths::host_slot_at(std::optional<slot_id> slot) const {
  if (!slot || slot->value < board_.first_host_slot.value ||
      slot->value >= plus(board_.first_host_slot, board_.host_slots).value)
    return std::nullopt;
  return host_slot{static_cast<std::uint8_t>(slot->value - board_.first_host_slot.value)};
}

std::optional<host_slot> voice_paths::take_host_slot() {
  for (std::size_t n = 0; n < host_slots_.size(); ++n) {
    const host_slot slot{static_cast<std::uint8_t>(n)};
    if (host_slots_[n] || is_said(slot_of(slot)))
      continue;
    host_slots_[n] = true;
    uses_[n] = ++last_use_;
    return slot;
  }
  return std::nullopt;
}

void voice_paths::give_back(host_slot slot) {
  if (slot.value >= host_slots_.size())
    return; // taken from a board that has gone
  host_slots_[slot.value] = false;
  silence(slot_of(slot));
}

slot_id voice_paths::slot_of_member(std::size_t n) const {
  return plus(board_.first_member_slot, static_cast<unsigned>(n));
}

slot_id voice_paths::slot_of(member_id member) const {
  return slot_of_member(member.value);
}

// ---- tones -------------------------------------------------------------------------------------

slot_id voice_paths::slot_of_tone(std::size_t n) const {
  return plus(board_.first_tone_slot, static_cast<unsigned>(n));
}

std::optional<std::size_t> voice_paths::channel_with(tone what) const {
  for (std::size_t n = 0; n < channels_.size(); ++n)
    if (channels_[n].listeners > 0 && channels_[n].what == what)
      return n;
  return std::nullopt;
}

std::optional<std::size_t> voice_paths::free_channel() const {
  for (std::size_t n = 0; n < channels_.size(); ++n)
    if (channels_[n].listeners == 0 && !is_said(slot_of_tone(n)))
      return n;
  return std::nullopt;
}

void voice_paths::stop_hearing(slot_id to) {
  const auto found = hearing_.find(to);
  if (found == hearing_.end())
    return;
  --channels_[found->second].listeners;
  hearing_.erase(found);
}

void voice_paths::attach(slot_id to, std::size_t n) {
  ++channels_[n].listeners;
  hearing_[to] = n;
  touched_.insert(to);
  wanted_[to] = slot_of_tone(n);
}

void voice_paths::silence(slot_id to) {
  if (to == nowhere)
    return;
  stop_hearing(to);
  mirrors_.erase(to);
  touched_.insert(to);
  wanted_.erase(to);
}

void voice_paths::mirror(slot_id to, slot_id of) {
  silence(to);
  mirrors_[to] = of;
}

bool voice_paths::has(slot_id slot) const {
  const auto within = [&](slot_id first, unsigned count) {
    return slot.value >= first.value && slot.value < first.value + count;
  };
  return within(board_.first_line_slot, board_.lines) ||
         within(board_.first_tone_slot, board_.tone_channels) ||
         within(board_.first_host_slot, board_.host_slots) ||
         within(board_.first_span_slot, board_.spans * slots_of_a_span) ||
         within(board_.first_station_slot, board_.stations * slots_of_a_station);
}

void voice_paths::listen(slot_id to, slot_id from) {
  if (to == nowhere || from == nowhere)
    return silence(to);
  stop_hearing(to);
  mirrors_.erase(to);
  touched_.insert(to);
  wanted_[to] = from;
}

bool voice_paths::hear(slot_id to, tone what) {
  if (to == nowhere)
    return true;
  silence(to);
  const auto same = channel_with(what);
  if (same && !begins_anew(what)) {
    attach(to, *same);
    return true;
  }
  if (const auto unused = free_channel()) {
    channels_[*unused].what = what;
    channels_[*unused].start = true;
    attach(to, *unused);
    return true;
  }
  if (same)
    attach(to, *same);
  else if (const auto congestion = channel_with(tone::congestion))
    attach(to, *congestion);
  return false;
}

bool voice_paths::has_channel_for(slot_id slot) const {
  const auto own = hearing_.find(slot);
  return free_channel() || (own != hearing_.end() && channels_[own->second].listeners == 1);
}

bool voice_paths::hear(slot_id to, const sine& what) {
  silence(to);
  const auto unused = free_channel();
  if (!unused)
    return false;
  channels_[*unused].what = tone::test;
  channels_[*unused].test = what;
  channels_[*unused].start = true;
  attach(to, *unused);
  return true;
}

voice_paths::heard voice_paths::wanted_at(slot_id to) const {
  const auto mirrored = mirrors_.find(to);
  const auto found = wanted_.find(mirrored == mirrors_.end() ? to : mirrored->second);
  if (found == wanted_.end())
    return {};
  const bool by_a_line =
      host_slot_at(to) && host_slot_at(found->second) &&
      (is_said(found->second) || std::ranges::any_of(wanted_, [&](const auto& one) {
         return one.second == found->second && !host_slot_at(one.first);
       }));
  return {found->second, by_a_line};
}

/// What a line begins to hear, or hears no longer, is shared by who hears it, or no longer.
void voice_paths::touch_who_shares() {
  std::set<slot_id> sources;
  for (const auto& to : touched_)
    if (!host_slot_at(to)) {
      if (const auto now = wanted_.find(to); now != wanted_.end())
        sources.insert(now->second);
      if (const auto was = told_.find(to); was != told_.end() && was->second.from)
        sources.insert(*was->second.from);
    }
  for (const auto& [to, from] : wanted_)
    if (host_slot_at(to) && host_slot_at(from) && sources.contains(from))
      touched_.insert(to);
}

void voice_paths::tell(slot_id to, const heard& what, const heard* was,
                       std::vector<action>& out) const {
  if (was == nullptr || was->from != what.from)
    out.emplace_back(connect{to, what.from});
  const auto far = host_slot_at(to), source = host_slot_at(what.from);
  if (far && (source || (was != nullptr && host_slot_at(was->from))))
    out.emplace_back(relay{*far, source, what.shared});
}

void voice_paths::change(slot_id to, std::vector<action>& out) {
  const heard now = wanted_at(to);
  const auto was = told_.find(to);
  if (was == told_.end() || was->second != now)
    tell(to, now, was == told_.end() ? nullptr : &was->second, out);
  told_.insert_or_assign(to, now);
}

void voice_paths::changes(instant now, std::vector<action>& out) {
  if (!up_)
    return;
  const auto number = [](std::size_t n) { return tone_channel{static_cast<std::uint8_t>(n)}; };
  for (std::size_t n = 0; n < channels_.size(); ++n)
    if (auto& c = channels_[n]; c.listeners > 0 && c.start) {
      out.emplace_back(play{number(n), c.what, c.test});
      c.start = false;
      c.running = true;
    }
  for (const auto& [to, of] : mirrors_)
    if (touched_.contains(of))
      touched_.insert(to);
  for (std::size_t n = 0; n < members_.size(); ++n)
    if (members_[n] && members_[n]->faded <= now)
      touched_.insert(slot_of_member(n));
  touch_who_shares();
  change_members(now, out); // first: what they say is shared
  for (const auto& to : touched_)
    change(to, out);
  touched_.clear();
  for (std::size_t n = 0; n < channels_.size(); ++n)
    if (auto& c = channels_[n]; c.listeners == 0 && c.running && !is_said(slot_of_tone(n))) {
      out.emplace_back(play{number(n), tone::none});
      c.start = c.running = false;
    }
}

unsigned voice_paths::host_slots_in_use() const {
  return static_cast<unsigned>(std::count(host_slots_.begin(), host_slots_.end(), true));
}

unsigned voice_paths::tone_channels_in_use() const {
  return static_cast<unsigned>(std::count_if(channels_.begin(), channels_.end(),
                                             [](const channel& c) { return c.listeners > 0; }));
}

} // namespace switchroom::exchange
