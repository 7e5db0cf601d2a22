// SPDX-License-Identifier: MIT
/// An analog line as a person experiences it: what it hears, what its digits and its hook do.
/// The machine is a table of states × events that can be printed; pairs that are not in the
/// table change nothing. The same machine serves a caller of another gateway who broke out to
/// here (rule S8): seizing is `off_hook`, releasing is `on_hook`. Pure.
#pragma once
#include "types/time.hpp"

#include <array>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace switchroom::lines {

enum class state {
  idle,
  dial_tone, ///< off hook, nothing dialled yet
  dialling,
  asking_desk, ///< a log in or log out is under way
  waiting,     ///< the called side has not said anything yet
  ringback,
  overlap, ///< the far end listens to our digits and sends its own tones (rule S8)
  ringing,
  in_call,
  tone,      ///< hears why it did not work, or that the other side has gone
  confirmed, ///< hears that a log in or log out worked
  parked,    ///< off hook for too long: hears nothing until it is on hook again (rule C5)
};
inline constexpr std::size_t state_count = 12;
/// As in the operator's list of lines: "idle", "dial tone", "in call" …
std::string_view name(state);

enum class event {
  off_hook, ///< also ring trip
  on_hook,
  digit,
  dial_delay_over, ///< rule C5
  patience_over,   ///< off-hook time-out, rule C5
  called,          ///< the digits are a number, a call has begun
  desk_asked,      ///< the digits are a log in or log out
  accepted,        ///< by the desk
  refused,         ///< by the plan, the desk or the called side; a tone says why
  far_alerting,
  far_speaks, ///< the far end sends tones or announcements and listens to digits
  far_answered,
  far_released,
  ring,
  ring_over, ///< the caller gave up, or the person who was meant sits elsewhere
  // The hook, when there is more than one call (S6). Which of them a flash or an on hook is, the
  // exchange knows: the machine does not count calls.
  flash,        ///< put the call on hold, dial another number; after a tone: dial again
  resume,       ///< flash while one is on hold and there is nobody else: back to it
  swap,         ///< flash with one call on hold and another: the other one
  hand_over,    ///< on hook with two: they have each other (transfer)
  take_waiting, ///< flash while a call waits: it is answered, the present one is on hold
};
inline constexpr std::size_t event_count = 20;
std::string_view name(event);

/// What the exchange does for the line, in this order.
enum class verb {
  none,
  hear_dial,
  hear_ringback,
  hear_reason, ///< the tone that came with the event
  hear_unobtainable,
  hear_confirmation,
  hear_nothing,
  take_digit, ///< look at all digits: rule C4
  end_digits, ///< look again, no more are coming
  pass_digit, ///< send it on to the far end
  ring_on,
  ring_off,
  answer,
  release,      ///< leave the call
  hold,         ///< the call waits
  unhold,       ///< the call that waits is the call again
  swap,         ///< the call and the one that waits
  hand_over,    ///< the two calls become one, without this line
  take_waiting, ///< answer the call that waits
};
std::string_view name(verb);
using verbs = std::array<verb, 2>;

struct rule {
  state from;
  event on;
  state to;
  verbs does;
};
/// The whole machine, ordered by state; each pair of state and event at most once.
std::span<const rule> table();

/// A digit dialled by pulses is heard when it is over: so much later than one of tones may the next
/// be. Ten pulses and the pause after them, of a slow dial (8 pulses a second).
inline constexpr duration longest_pulsed_digit{std::chrono::seconds{2}};

/// Rule C5.
struct timers {
  duration dial_delay{std::chrono::seconds{4}}; ///< longest_pulsed_digit more for pulses
  duration off_hook_timeout{std::chrono::seconds{30}};
};

/// What event::digit may bring: 0–9, *, #.
bool is_digit(char);

class line {
public:
  /// More than any short code or number takes (rule C1: 31 characters and what N matches).
  static constexpr std::size_t most_digits = 96;

  explicit line(timers t) : timers_(t) {}

  /// `digit` goes with event::digit: 0–9, *, #.
  verbs step(event, instant now, char digit = 0);
  /// How digits come; tones until it is said.
  void dials_by_pulses(bool yes) { pulses_ = yes; }
  /// The time-out that has come, if any; the caller then steps with it.
  std::optional<event> due(instant now) const;
  instant next_deadline() const;

  lines::state state() const { return state_; }
  /// Digits dialled since the receiver was lifted. May hold a login code: mask before showing.
  const std::string& digits() const { return digits_; }
  instant last_digit() const { return last_digit_; }
  /// Idle again, whatever was: the board has gone.
  void forget();

private:
  void set_timers(instant now);

  timers timers_;
  lines::state state_ = lines::state::idle;
  std::string digits_;
  instant last_digit_{};
  instant dial_delay_over_ = never;
  instant patience_over_ = never;
  bool pulses_ = false;
};

} // namespace switchroom::lines
