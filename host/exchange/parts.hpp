// SPDX-License-Identifier: MIT
/// What the exchange keeps of lines, of legs to peers, and of calls that wait for something.
#pragma once
#include "calls/call.hpp"
#include "calls/cause.hpp"
#include "desks/wrong_codes.hpp"
#include "dialplan/progress.hpp"
#include "exchange/code_mask.hpp"
#include "exchange/exchange.hpp"
#include "hunting/hunt.hpp"
#include "lines/line.hpp"
#include "lines/line_test.hpp"
#include "users/display_list.hpp"

#include <map>
#include <set>

namespace switchroom::exchange {

/// What the line of a user does, as far as others need to know.
struct use {
  bool in_use = false, ringing = false;
  bool unavailable = false; ///< to groups (rule H10)
  bool idle() const { return !in_use && !ringing; }
  friend bool operator==(const use&, const use&) = default;
};

/// Rule H10: does who sits at a line take calls of groups?
enum class duty { available, wrap_up, not_available };
/// "", "busy wrap-up", "busy not available".
std::string_view text(duty);

/// A call of an IP phone, from its first sign to its last.
struct phone_call {
  std::uint64_t call; ///< as its edge knows it
  host_slot slot;
  std::optional<scn::v1::MediaEndpoint> listens = {}; ///< where the phone does: the slot is open
  bool answered = false;
  instant over = never; ///< the gateway hangs up then
  char said = 0;        ///< the last digit that came from the phone, and when
  instant said_at{};
  bool transfers = false; ///< what becomes of its digits is not for its ears
};

/// A line that isdn-edge signals for (isdn_lines.cpp): of a trunk, or a digital station's.
struct isdn_place {
  std::uint32_t d_channel;            ///< isdn.proto
  bool outside = false;               ///< an exchange outside is at its far end (outside.cpp)
  std::size_t trunk = 0;              ///< of an outside line, of settings::trunks
  unsigned channel = 0;               ///< of an outside line, time slot of its span
  unsigned station = 0;               ///< else place at the board's bus, from 0
  bool up = false, in_service = true; ///< the D channel, and this B channel of it
};

/// Of a digital trunk: its D channel can be down for its own reasons, or for its span's.
struct trunk_health {
  refusal span;           ///< as span_state
  bool signalling = true; ///< the D channel is up, or has never been
  std::string why;        ///< it is not
};

/// A call of such a line, from its first sign to its last.
struct call_by_isdn {
  std::uint64_t call;    ///< as isdn-edge knows it: odd ones are the edge's
  unsigned b_channel;    ///< 0: not known yet, or on hold
  unsigned not_free = 0; ///< the B channel that it had, until it is over for the edge
  bool answered = false;
  bool over = false; ///< for the far end: there is nothing more to be told
  calls::cause why = scn::v1::CAUSE_UNSPECIFIED; ///< it was refused
  instant ends = never;                          ///< the gateway hangs up then
};

/// An analog line to an exchange, beside its call as others see it (analog_trunks.cpp).
struct analog_place {
  enum class state {
    idle,
    rings,     ///< who calls is waited for
    offered,   ///< rung for
    ignoring,  ///< nobody will answer
    answering, ///< the loop is closed
    seizing,   ///< the same, to call out
    dial_tone, ///< it is waited for
    dialling,
    through, ///< not answered yet
    talking,
    resting, ///< the loop is open again
  };
  line_id line; ///< the board's
  state at = state::idle;
  instant until = never;
  std::uint64_t call = 0; ///< as in call_by_isdn
  std::string number = {};
  std::optional<host_slot> slot = {}; ///< that listens
  std::uint64_t ear = 0;              ///< number of the listening
  dsp::caller_id shown = {};
  bool announced = false; ///< by a reversal; it has not rung yet
  instant silent_since{};
};

/// A lamp of an IP phone (edge.proto, Watch).
struct watch {
  std::string number;              ///< empty: messages of who sits at the line
  extension_number logs_in;        ///< whom the number logs in at the line; empty: none
  std::optional<std::string> told; ///< the last Lamp, serialised
};

/// A line's phone is being told who calls.
struct caller_showing {
  enum class stage {
    first_ring, ///< the pause is waited for
    ringing_on, ///< its message is sent in it
    before_ringing,
    alert,     ///< in a call: the phone may acknowledge
    in_a_call, ///< and has
  } at;
  instant until = never; ///< of a stage: it begins, is given up
  std::optional<host_slot> slot = {};
  std::uint64_t tape = 0;
};

/// Who dials here: a line, or a caller of a peer who broke out to here (rule S8).
struct party {
  party(calls::leg who, lines::timers t) : leg(std::move(who)), machine(t) {}

  calls::leg leg;
  lines::line machine;
  dialplan::progress dialled; ///< through the plan of who is here
  code_mask mask;
  calls::caller visitor; ///< of who calls from a peer or from outside: what its set-up said
  std::optional<call_id> call, held, waiting;
  instant next_beep = never, beep_over = never; ///< while a call waits
  bool waiting_shown = false;                   ///< or there is no need
  caller_display display;
  std::optional<caller_showing> showing;
  extension_number last_called;
  std::optional<dialplan::match> wanted; ///< waits for a code that is asked for (C1)
  bool wants_authorisation = false;      ///< not an account
  std::size_t asked_from = 0;            ///< digits before it
  std::string account;                   ///< of the call that is placed next
  bool authorised = false;               ///< the call that is placed next
  bool guessing = false;                 ///< digits of an authorisation code that is not complete
  unsigned seizures = 0;
  bool ringing_told = false, in_call_told = false; ///< to desks (rule H14)
  extension_number told_of;                        ///< to peers (rule H12)
  use told_use;
  bool digits_muted = false;      ///< as the board was told
  unsigned echo_tail_ms = 0;      ///< that its canceller shall have
  bool on_edge = false;           ///< an edge says what it does, not the board
  std::optional<isdn_place> isdn; ///< isdn-edge does
  std::optional<call_by_isdn> isdn_call;
  std::optional<call_by_isdn> isdn_aside; ///< a station's other call: `held` or `waiting`
  // Of a digital station (station_displays.cpp, station_buttons.cpp).
  std::optional<users::display_list> reads; ///< a directory or call log, on its display
  std::optional<dialplan::match> on_lift;   ///< what a button will do that was pressed on hook
  instant reads_until = never;              ///< what it shows and would do is forgotten then
  std::map<unsigned, isdn::v1::Lamp::Shows>
      lamps;                          ///< by button, as it was told; the others are off
  std::optional<analog_place> analog; ///< it is a line of the board after all
  bool here = false;                  ///< an IP phone that has registered
  std::string address, software;      ///< of it, for people
  std::optional<phone_call> phone;    ///< whose voice is the line's
  std::optional<phone_call> aside;    ///< the phone's other call: `held` or `waiting`
  extension_number person;            ///< who sits here, as far as the exchange was told
  exchange::duty duty = exchange::duty::available;
  instant duty_over = never;
};

/// Wrong authorisation codes from one line, or of one caller of a peer.
struct guesses {
  desks::wrong_codes wrong;
  instant last{};
};

/// A call in a park slot here.
struct parked_call {
  call_id call;
  line_id by;
  instant since, returns; ///< rings at the line then
};

struct wanted_call_back {
  extension_number who, whom;
  instant forgotten;
};

/// A caller's hunt in a group here, and the calls to members who ring.
struct hunted {
  hunting::hunt hunt;
  std::map<extension_number, call_id> rings;
};

/// Somebody at a line switches night service of another gateway's group, and waits.
struct night_asked {
  line_id line;
  unsigned seizure;
  extension_number group;
  bool on;
  instant until;
};

/// An operator looks something up in the directories of all gateways (S7).
struct directory_search {
  std::uint64_t asked = 0; ///< number of the operator's request
  control::v1::FoundEntries found;
  std::set<gateway_name> waits_for;
  instant until{};
};

/// A host slot at work for a leg to or from a peer.
struct trunk {
  host_slot slot;
  std::optional<scn::v1::MediaEndpoint> remote;
  std::optional<scn::v1::MediaEndpoint> open = {}; ///< the stream, to there
  std::optional<call_id> call;
  bool takes_digits = false; ///< its far side, by CallDigits
};

/// A call to a mailbox of this gateway (S17), and its tape. The slot is none when the caller has
/// gone and what was recorded has not come yet.
struct mailbox_visit {
  voicemail::session session;
  extension_number of;
  calls::caller from;
  std::optional<host_slot> slot;
  std::optional<call_id> call;
};

/// An operator has taken a line out of use, for a while.
struct line_check {
  bool lifted = false; ///< the receiver: what the line would do if it were in use
  instant until = never;
  std::optional<sine> tone = {}; ///< that it hears; neither this nor a test: it is looped back
  std::optional<lines::line_test> test = {};
  // Of a test.
  bool hook_changed = false;
  host_slot slot = {};
  std::uint64_t number = 0; ///< of the record_begin
  std::uint64_t asked = 0;  ///< number of the operator's request
};

/// "line test", "loopback", "tone of 1004 Hz at -10.0 dBm0".
std::string text(const line_check&);

/// An operator listens in.
struct capture {
  std::string whom; ///< "line 3", "slot 40"
  std::vector<host_slot> slots;
};

/// A conference of this gateway (S6).
struct conference {
  bool by_board = false; ///< who mixes, the board or the host
  std::uint8_t bridge = 0;
  std::set<slot_id> parties;
  std::optional<member_id> bell; ///< that says that somebody has joined
  instant bell_over = never;
};

/// Where a call back of an emergency call leads (S10).
struct emergency_port {
  extension_number number;
  line_id line;
  extension_number by; ///< who may use it; empty: everybody
  instant until;
};
/// The same, of another gateway.
struct emergency_elsewhere {
  extension_number by;
  instant until;
};

} // namespace switchroom::exchange
