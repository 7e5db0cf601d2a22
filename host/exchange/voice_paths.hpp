// SPDX-License-Identifier: MIT
/// Who hears what: the connections of the switch, and the pools they are made from: tone
/// channels, host slots and members of conferences. Keeps what is wanted, and hands out the
/// difference to what the board was last told once a step, so that a step's changes take effect
/// together. Pure.
#pragma once
#include "exchange/exchange.hpp"

#include <chrono>
#include <map>
#include <optional>
#include <set>
#include <vector>

namespace switchroom::exchange {

/// The slot of a line that has none just now: it is neither spoken to nor heard.
inline constexpr slot_id nowhere{0xffff};

/// What an operator has a member of a conference say and hear.
struct member_sound {
  bool muted = false;
  double says_db = 0, hears_db = 0; ///< −24 to 12, and to 0
  bool operator==(const member_sound&) const = default;
};

class voice_paths {
public:
  /// A board is there, in an unknown state: the next changes() silences every slot.
  void begin(const board_up&);
  /// The board has gone: nothing is connected, all channels and host slots are free.
  void end();
  bool up() const { return up_; }

  unsigned lines() const { return board_.lines; }
  slot_id slot_of(line_id) const;
  slot_id slot_of(host_slot) const;
  slot_id slot_of(member_id) const;
  /// Of a time slot of a span, from 0; `nowhere` if the board does not have it.
  slot_id slot_of_span(unsigned span, unsigned time_slot) const;
  /// Of a B channel, 1 or 2, of a station, from 0; the same.
  slot_id slot_of_station(unsigned station, unsigned b_channel) const;

  /// None: all are in use.
  std::optional<host_slot> take_host_slot();
  void give_back(host_slot);
  /// A number that no other taking of any host slot has.
  std::uint64_t use(host_slot slot) const { return uses_.at(slot.value); }

  /// A member that joins a bridge of the board. None: all are in use, or fade.
  std::optional<member_id> take_member(std::uint8_t bridge, bool listens = true);
  /// It leaves: muted at once, and dismissed when what it says has faded.
  void give_back(member_id);
  bool has_free_member() const;
  /// From now on until it leaves.
  void set_sound(member_id, const member_sound&);
  member_sound sound(member_id) const;
  /// Also one that still fades.
  bool has_members(std::uint8_t bridge) const;
  /// By a member, maybe one that fades: until it has, the slot must go on as it is.
  bool is_said(slot_id) const;

  void silence(slot_id);
  void listen(slot_id to, slot_id from);
  /// From now on `to` hears what `of` hears, whatever that is, in the same frames; until it is
  /// silenced or hears something else.
  void mirror(slot_id to, slot_id of);
  /// A line, tone channel or host slot of the board has it.
  bool has(slot_id) const;
  /// Ringback and short announcements begin anew for each listener; steady tones are shared.
  /// False: no channel was free; the listener hears the same tone from its middle, congestion,
  /// or nothing.
  bool hear(slot_id, tone);
  /// A sine of its own, in a channel that nobody else hears. False: none was free, and it hears
  /// nothing.
  bool hear(slot_id, const sine&);
  /// One is free, or only this slot hears it.
  bool has_channel_for(slot_id) const;
  bool hears_a_tone(slot_id slot) const { return hearing_.contains(slot); }

  /// What the board has to be told: channels that start, connections, channels that stop. What a
  /// member says is taken from it only when it has been muted for `fade_time`: a conference does
  /// not hear a click.
  void changes(instant now, std::vector<action>&);
  /// When there will be more changes by themselves.
  instant next_deadline() const;
  /// A muted member is silent after 25 ms (regs/conference.toml); the rest is for the way to the
  /// board.
  static constexpr std::chrono::milliseconds fade_time{30};
  /// A connection is in force a few frames after a member's word would be.
  static constexpr std::chrono::milliseconds connect_time{5};

  unsigned host_slots_in_use() const;
  unsigned tone_channels_in_use() const;

private:
  struct channel {
    tone what = tone::none;
    unsigned listeners = 0;
    bool start = false, running = false;
    sine test = {}; ///< of tone::test
  };
  slot_id slot_of_tone(std::size_t) const;
  slot_id slot_of_member(std::size_t) const;
  std::optional<std::size_t> channel_with(tone) const;
  std::optional<std::size_t> free_channel() const;
  std::optional<host_slot> host_slot_at(std::optional<slot_id>) const;
  struct heard {
    std::optional<slot_id> from;
    bool shared = false; ///< from and to are host slots, and lines hear it, too
    bool operator==(const heard&) const = default;
  };
  heard wanted_at(slot_id to) const;
  struct seat {
    std::uint8_t bridge;
    bool listens;
    bool is_told = false, is_muted = false, leaves = false;
    member_sound sound = {};
    bool is_sound_told = true;
    instant faded = never; ///< that is waited for, or that what it says next is connected
  };
  void change(slot_id, std::vector<action>&);
  void change_members(instant now, std::vector<action>&);
  bool differs(std::size_t member) const;
  bool may_change(std::size_t member, instant now, std::vector<action>&);
  void tell_member(std::size_t member, std::vector<action>&);
  void tell_word(std::size_t member, std::vector<action>&);
  void touch_who_shares();
  void tell(slot_id to, const heard& what, const heard* was, std::vector<action>&) const;
  void stop_hearing(slot_id);
  void attach(slot_id, std::size_t channel);

  bool up_ = false;
  board_up board_;
  std::vector<channel> channels_;
  std::vector<bool> host_slots_;
  std::vector<std::uint64_t> uses_; ///< by host slot
  std::uint64_t last_use_ = 0;
  std::vector<std::optional<seat>> members_;
  std::size_t last_member_ = 0;            ///< that was taken
  std::map<slot_id, std::size_t> hearing_; ///< listener → channel
  std::map<slot_id, slot_id> wanted_;
  std::map<slot_id, slot_id> mirrors_; ///< who hears the same as whom
  std::map<slot_id, heard> told_;
  std::set<slot_id> touched_; ///< since the last changes()
};

} // namespace switchroom::exchange
