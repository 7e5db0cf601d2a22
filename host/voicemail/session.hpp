// SPDX-License-Identifier: MIT
/// One call to a mailbox (rule S17): somebody leaves a message, or its owner listens to those that
/// are there. (state, event, now) → (state, actions); pure. It speaks and records by a tape, which
/// says when it has said all, and what it has recorded.
///
/// Keys while listening, as the prompts name them: 5 repeat, 6 or # next, 7 delete. While leaving:
/// # skips the greeting, and ends the message.
#pragma once
#include "voicemail/message.hpp"

#include <deque>
#include <span>
#include <variant>

namespace switchroom::voicemail {

enum class purpose { leave, fetch };

struct settings {
  unsigned most_messages = 30; ///< in a mailbox; more are refused
  duration longest{std::chrono::minutes{2}};
  duration silence{std::chrono::seconds{10}};  ///< ends a message, and is not kept
  duration key_time{std::chrono::seconds{10}}; ///< then who presses no key is left alone
};
/// What is shorter was nobody's message.
inline constexpr duration shortest_message{std::chrono::seconds{1}};

struct phrase {
  enum class kind {
    prompt,  ///< `text` is its name
    count,   ///< `number`, as a number
    spelled, ///< `text`, digit by digit
    beep,
    message, ///< `number` of the mailbox's owner
  } what;
  std::string text = {};
  std::uint64_t number = 0;
  friend bool operator==(const phrase&, const phrase&) = default;
};
using phrases = std::vector<phrase>;

// ---- events ----
struct begin {
  bool room = true; ///< the disk takes messages
};
struct said {}; ///< all that was to be said
struct recorded {
  voice what;
  duration length{0};
};
struct digit {
  char key;
};
struct gone {};   ///< the caller has hung up
struct waited {}; ///< next_deadline() has come
using event = std::variant<begin, said, recorded, digit, gone, waited>;

// ---- actions ----
/// In place of what is being said; afterwards what is heard is recorded, if it shall be.
struct say {
  phrases what;
  bool record = false;
  friend bool operator==(const say&, const say&) = default;
};
/// No more is recorded; `recorded` follows.
struct stop {
  friend bool operator==(const stop&, const stop&) = default;
};
struct keep {
  voice what;
  duration length{0};
  friend bool operator==(const keep&, const keep&) = default;
};
struct mark_heard {
  std::uint64_t number;
  friend bool operator==(const mark_heard&, const mark_heard&) = default;
};
struct erase {
  std::uint64_t number;
  friend bool operator==(const erase&, const erase&) = default;
};
/// Nothing more is to be said: the call ends, or has ended.
struct over {
  friend bool operator==(const over&, const over&) = default;
};
using action = std::variant<say, stop, keep, mark_heard, erase, over>;

class session {
public:
  session(purpose, extension_number of, settings);

  /// `box`: what is in the mailbox now.
  std::vector<action> step(const event&, std::span<const message> box, instant now);
  instant next_deadline() const { return deadline_; }
  purpose why() const { return purpose_; }
  /// The mailbox was full when the caller came.
  bool was_full() const { return full_; }

private:
  enum class state {
    waiting,   ///< nothing has happened yet
    greeting,  ///< of who leaves a message
    recording, ///< the same
    stopping,  ///< the message is complete: what was recorded comes
    closing,   ///< the same, and the caller has gone
    counting,  ///< how many messages there are
    playing,   ///< a message
    menu,      ///< what keys there are; then a key is waited for
    ending,    ///< the last words
    closed,
  };
  std::vector<action> on(const begin&, std::span<const message>);
  std::vector<action> on(const said&, instant now);
  std::vector<action> on(const recorded&);
  std::vector<action> on(const digit&, instant now);
  std::vector<action> on(const gone&);
  std::vector<action> count(std::span<const message>);
  std::vector<action> play(phrases before, std::vector<action> first = {});
  std::vector<action> end(phrases last_words, std::vector<action> first = {});

  purpose purpose_;
  extension_number of_;
  settings settings_;
  state state_ = state::waiting;
  std::deque<std::uint64_t> left_; ///< to listen to, the present one first
  instant deadline_ = never;
  bool full_ = false;
};

} // namespace switchroom::voicemail
