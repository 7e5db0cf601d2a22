// SPDX-License-Identifier: MIT
/// The whole gateway as one pure machine: every event of the outside enters here, every effect
/// leaves here. Composes scn, desks, dial plan, lines and calls; has no clock, socket or disk.
/// The daemon (host/app) carries the actions out; tests do it in virtual time.
#pragma once
#include "desks/desks.hpp"
#include "dialplan/dialplan.hpp"
#include "exchange/standing.hpp"
#include "hunting/hunt.hpp"
#include "scn/network.hpp"
#include "switchroom/dsp/caller_id.hpp"
#include "types/ids.hpp"
#include "types/time.hpp"
#include "users/line_types.hpp"
#include "users/profiles.hpp"
#include "voicemail/session.hpp"

#include "control.pb.h"
#include "edge.pb.h"
#include "isdn.pb.h"
#include "scn.pb.h"

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace switchroom::exchange {

/// How a line tells its phone who calls (dsp::caller_id_signal).
struct caller_display {
  std::optional<dsp::fsk_standard> standard; ///< none: it does not
  bool before_ringing = false;               ///< after a reversal of the battery; else in the first
                                             ///< pause of the ringing, that is
  duration first_pause{std::chrono::seconds{1}}; ///< so long after it begins, and
  duration wait{std::chrono::milliseconds{500}}; ///< the message as much later
};

struct line_settings {
  line_id line;
  extension_number base_user; ///< empty: none
  users::line_type type = users::line_type::analog;
  bool on_edge = false; ///< an IP phone's; else the line is one of the fabric's
  caller_display display = {};
  unsigned echo_tail_ms = 16;           ///< of its canceller: 16, 32, 64, 128; 0: none
  std::optional<unsigned> station = {}; ///< a digital one, at this place of the board's bus, from 1
};

/// How analog lines of a trunk signal.
struct analog_trunk {
  bool pulses = false;                             ///< dials so; else in tones
  bool waits_for_dial_tone = true;                 ///< else
  duration pause{std::chrono::milliseconds{1500}}; ///< before it dials
  /// So long after its last digit a call counts as answered, unless polarity has said so before; 0:
  /// polarity alone does.
  duration answered_after{std::chrono::seconds{15}};
  bool shows_caller = true; ///< after the first ring, or before it after a reversal of the line
};

/// A trunk: lines to an exchange outside, one a time slot, by a digital interface of the board; or
/// analog ones, one each.
struct trunk_settings {
  std::string name;               ///< "city"
  unsigned span = 1;              ///< of the board, from 1
  std::vector<unsigned> channels; ///< time slots that carry voice, in the order they are taken;
                                  ///< analog: lines of the board
  /// Shown outside before the extension of who calls; empty: no number is shown.
  std::string number;
  /// Of a number called from outside that comes as a whole, the last so many count; 0: all.
  unsigned called_digits = 0;
  std::vector<dialplan::short_code> codes; ///< of the line, for what is called (rule C8)
  std::optional<analog_trunk> analog = {};
};
/// Where calls to the outside leave.
struct line_group {
  std::string name;                ///< as short codes name it
  std::vector<std::string> trunks; ///< in the order they are tried: the cheapest first
};

struct peer_settings {
  gateway_name name;
  std::string number; ///< how a keypad names it in Break Out (rule S8)
};

/// What a call may be booked to, or who may allow it (rule C1).
struct asked_code {
  std::string code; ///< digits
  std::string name;
};

struct settings {
  gateway_name gateway;
  std::string number; ///< of this gateway, as in peer_settings
  std::string locale = "GB";
  std::vector<line_settings> lines;
  std::vector<peer_settings> peers;
  std::vector<trunk_settings> trunks;
  std::vector<line_group> line_groups; ///< the first is that of the locale's code for outside calls
  std::vector<hunting::group> groups;
  std::vector<gateway_name> backups; ///< of the users of this gateway, see docs/adr/0008
  duration lease{std::chrono::seconds{30}};
  std::vector<dialplan::short_code> system_codes; ///< before the defaults of the locale (C9)
  std::vector<std::uint8_t> network_key;
  bool voice_networking = true;
  std::string rtp_address = "127.0.0.1";        ///< that the peers are told
  std::string phones_rtp_address = "127.0.0.1"; ///< that IP phones are told
  std::uint16_t rtp_base_port = 20000;          ///< host slot n receives on base + 2·n
  std::uint8_t rtp_payload_type = 8;            ///< 0 = PCMU, 8 = PCMA
  std::uint8_t rtp_ptime_ms = 10;
  /// Fresh random octets at each start, of which the keys of streams are made; empty: plain RTP.
  std::vector<std::uint8_t> media_secret;
  /// SHA-256 of the certificate that phones see in a handshake (DTLS); empty: there is none.
  std::string dtls_fingerprint;
  // Rule C5; none: by locale.
  std::optional<unsigned> dial_delay_count;
  std::optional<duration> dial_delay, off_hook_timeout;
  duration no_answer{std::chrono::seconds{60}};
  duration park_time{std::chrono::minutes{5}};       ///< then the parked call rings back
  duration call_back_time{std::chrono::minutes{45}}; ///< then a wish for a call back is forgotten
  /// Numbers shown to who takes emergency calls, so that a call back leads to the very port (S10).
  /// None: the number of the user at the port; then only who took the call is led there.
  std::vector<extension_number> call_back_numbers;
  duration emergency_call_back{std::chrono::minutes{30}}; ///< from the end of the call on
  std::vector<asked_code> accounts;
  std::vector<asked_code> authorisations; ///< secret: never logged or shown
  voicemail::settings mailboxes;
  unsigned conference_parties = 16; ///< at most, of one conference
  bool conference_tone = true;      ///< who is there hears that somebody joins
  std::uint64_t boot = 0;
  std::string software_version;
  users::profiles profiles;                         ///< of this gateway (rule S2)
  std::vector<user::v1::DirectoryEntry> phone_book; ///< the system directory (S7)
  bool agent_roaming = false;                       ///< rule H19
  duration wrap_up_time{std::chrono::seconds{30}};  ///< then busy wrap-up is over (H10)
  /// Seconds from 1970-01-01 UTC to the origin of `instant`, until wall_clock says otherwise.
  double clock_origin_s = 0;
};

/// D channels are numbered in the order of the digital trunks, which come before analog ones, then
/// of stations.
std::size_t digital_trunks(const settings&);

// ---- events ------------------------------------------------------------------------------
/// The board has been discovered (again).
struct board_up {
  unsigned lines = 0;
  unsigned tone_channels = 0;
  unsigned host_slots = 0;
  slot_id first_line_slot, first_tone_slot, first_host_slot;
  unsigned members = 0; ///< of conferences; none: the host mixes
  slot_id first_member_slot{};
  unsigned echo_places = 0; ///< of 16 ms, of echo cancellers (regs/echo.toml)
  unsigned spans = 0;       ///< E1, of 32 slots each
  slot_id first_span_slot{};
  unsigned stations = 0; ///< digital ones, of 4 slots each: B1, B2, D, none
  slot_id first_station_slot{};
  unsigned exchange_lines = 0;   ///< places of lines that may lead to an exchange (regs/fxo.toml)
  line_id first_exchange_line{}; ///< the board's
};
struct board_down {
  std::string why;
};
/// From the fabric. `data` as in regs event_kind.
enum class signal {
  off_hook,
  on_hook,
  flash,
  pulse_digit,
  ring_trip,
  dtmf_on,
  dtmf_off,
  // of lines to an exchange
  line_rings,
  line_silent,
  polarity,
  line_seized,
  line_dead,
  line_lost,
  line_dialled,
};
struct line_signal {
  line_id line;
  signal what;
  std::uint16_t data = 0;
};
struct peer_message {
  gateway_name from; ///< by its key
  scn::v1::Envelope message;
};
/// Answered by `reply` with the same number. The rim answers BoardRequest itself, and fills in
/// media figures and levels.
struct operator_request {
  std::uint64_t number = 0;
  control::v1::Request ask;
  std::array<std::uint8_t, 16> salt{}; ///< fresh random octets, for a login code that is set
};
struct deadline {};
/// Can changes be kept? While they cannot, every one is refused with the reason; calls go on.
struct disk {
  std::optional<refusal> refuses;
};
/// Of the tape with this number (tape_run, show_caller): all was said, and what is heard is
/// recorded from now on if it shall be.
struct tape_said {
  std::uint64_t tape = 0;
};
/// What a tape has recorded, when it was stopped or ended by itself: it was full, or nobody said
/// anything. Comes once for a tape that recorded, also if it was the board that was lost.
struct tape_recorded {
  std::uint64_t tape = 0;
  voicemail::voice what;
  duration length{0};
};
/// What a record_begin with `wanted` has heard: so many samples.
struct recorded {
  std::uint64_t number = 0;
  std::shared_ptr<const std::vector<std::int16_t>> what;
};
/// Nobody takes what is recorded any more; or nothing comes of what was `wanted`.
struct record_over {
  std::uint64_t number = 0;
};
/// From the edge of IP phones (proto/edge.proto).
struct edge_message {
  edge::v1::FromEdge message;
};
/// Who listens at the far end of a host slot has sent a digit in words (RFC 4733).
struct digit_heard {
  host_slot slot;
  char digit = 0;
};
/// The first voice of who is at the far end of a host slot has come.
struct voice_begins {
  host_slot slot;
};
/// Who is at the far end of a host slot is not who it was said to be: there are no keys for it.
struct stream_refused {
  host_slot slot;
  std::string why;
};
/// A stream has been closed: what was counted of it.
struct stream_over {
  host_slot slot;      ///< as media_close said
  std::string whose;   ///< as media_close said
  std::string figures; ///< for people; empty: nothing was heard
  double mos = 0;      ///< ITU-T G.107, 1 … 4.5; 0: nothing was heard
};
/// Its process has ended, or the connection to it.
struct edge_down {
  std::string why;
};
/// From isdn-edge (proto/isdn.proto). Frames are the rim's.
struct isdn_message {
  isdn::v1::FromEdge message;
};
struct isdn_down {
  std::string why;
};
/// What the rim has done for an operator, for the log.
struct done_at_rim {
  std::string to; ///< "line 3"
  std::string what;
};
/// Of the span of a trunk: when the board comes up, and when it changes.
struct span_state {
  std::size_t trunk = 0; ///< of settings::trunks
  refusal trouble;       ///< why nothing can be said over it: "there is no signal"; empty: it can
};
/// By what listens to a line to an exchange (ear_begin).
enum class outside_sound { dial_tone, busy, congestion, digits_said };
struct outside_heard {
  std::uint64_t ear = 0;
  outside_sound what{};
};
/// The same: who calls, as the exchange tells a display.
struct outside_caller {
  std::uint64_t ear = 0;
  dsp::caller_id who;
};
/// The calendar's clock was set, or has drifted from the machine's. `origin_s` as
/// settings::clock_origin_s. For hours of time profiles, and what the log shows.
struct wall_clock {
  double origin_s = 0;
};
using event =
    std::variant<board_up, board_down, line_signal, peer_message, operator_request, deadline, disk,
                 tape_said, tape_recorded, wall_clock, edge_message, edge_down, digit_heard,
                 voice_begins, stream_over, stream_refused, recorded, record_over, isdn_message,
                 isdn_down, span_state, done_at_rim, outside_heard, outside_caller>;

// ---- actions, to be carried out in order ---------------------------------------------------
/// A step's connects take effect together: the rim commits once after the step.
struct connect {
  slot_id to;
  std::optional<slot_id> from; ///< none: silence
};
/// Follows a connect between two host slots, or what ends one: what the far end of `from` says may
/// go to the far end of `to` as it came, if both speak alike. Told again when `shared` changes.
struct relay {
  host_slot to;
  std::optional<host_slot> from; ///< none: no longer
  bool shared = false;           ///< lines hear `from`, too
};
enum class tone {
  none,
  dial,
  secondary_dial,
  ringback,
  busy,
  congestion,
  unobtainable,
  confirmation,         ///< logged in, logged out
  confirmation_limited, ///< logged in, but some settings are inert here (rule S9)
  refusal,              ///< rule H5
  hold,                 ///< somebody will be back
  call_waiting,         ///< a short one, in place of the voice
  messages,             ///< dial tone that stutters first: there are new messages (S17)
  test,                 ///< a steady sine of an operator's
};
struct sine {
  double hz = 0, dbm0 = 0;
};
/// Program a tone channel, from its first segment.
struct play {
  tone_channel channel;
  tone what = tone::none;
  sine test = {}; ///< of tone::test
};
/// Ring with a cadence of the gateway's locale.
enum class ring_cadence { internal, external, page };
struct ring {
  line_id line;
  bool on = false;
  ring_cadence cadence = ring_cadence::internal;
};
/// The line's digits reach who listens in words: their tones shall not be heard there.
struct mute_digits {
  line_id line;
  bool on = false;
};
/// What the line returns of what it hears is taken out, up to so long after it; 0: no longer.
struct cancel_echo {
  line_id line;
  unsigned tail_ms = 0;
  unsigned place = 0; ///< the first of its tail, of echo_places
};
/// Of a line to an exchange: seizes or answers, or lets go.
struct loop {
  line_id line;
  bool closed = false;
};
/// To one that is seized, by the board; `line_dialled` follows. 0–9; other digits have no pulses.
struct dial_pulses {
  line_id line;
  std::string digits;
};
/// The host slot says the digits in tones, then what it hears is told (outside_heard,
/// outside_caller) until ear_end; tones when they begin.
struct ear_begin {
  std::uint64_t ear = 0;
  host_slot slot;
  std::string digits;
};
struct ear_end {
  std::uint64_t ear = 0;
  host_slot slot;
};
struct reverse_battery {
  line_id line;
  bool on = false;
};
/// To a slot that is open, in place of its stream: the far end listens somewhere else now, or is
/// spoken to in another way. It is not closed before, for numbers and keys go on.
struct media_open {
  host_slot slot;
  scn::v1::MediaEndpoint remote;
  std::string own_key; ///< as MediaEndpoint.srtp_key: what the far end was told; empty: plain RTP
};
/// To the far end of a host slot in words, if that was agreed; else nothing is to be done.
struct send_digit {
  host_slot slot;
  char digit = 0;
};
/// As a tone from the host slot: its far end has said it in words.
struct sound_digit {
  host_slot slot;
  char digit = 0;
};
/// Answered by `stream_over`, always and before anything else.
struct media_close {
  host_slot slot;
  std::string whose; ///< "line 9", "berlin"
};
/// Plays phrases to a host slot, in place of what was played before; then records, if `longest` is
/// more than nothing.
struct tape_run {
  host_slot slot;
  std::uint64_t tape = 0;
  extension_number mailbox; ///< whose messages are meant
  voicemail::phrases say;
  duration longest{0}, silence{0};
};
/// Plays to a host slot what a line's display understands, in place of what was played before;
/// `tape_said` follows.
struct show_caller {
  enum class part {
    after_ring,  ///< a whole message
    before_ring, ///< the same, with the alert before it and the pauses around it
    alert,       ///< in a call: the phone may answer with D or A of DTMF
    in_a_call,   ///< the message, then
  };
  host_slot slot;
  std::uint64_t tape = 0;
  part what = part::after_ring;
  dsp::fsk_standard standard = dsp::fsk_standard::v23;
  dsp::caller_id who = {};
};
/// The host slot is free again. `tape_recorded` follows if the tape has recorded, without the last
/// `cut` of it.
struct tape_stop {
  host_slot slot;
  std::uint64_t tape = 0;
  duration cut{0};
};
/// The host slot is a party of that conference (1 to 255), which the host mixes: it hears what all
/// the others say.
struct bridge_join {
  host_slot slot;
  std::uint8_t bridge = 0;
};
struct bridge_leave {
  host_slot slot;
};
/// Records host slots, in step; to the first of them is said meanwhile what is to be said. With
/// `wanted` it answers by `recorded` when that is there, else whoever wants the samples takes them
/// from the rim, until record_over.
struct record_begin {
  std::uint64_t number = 0;
  std::vector<host_slot> slots;
  std::vector<std::int16_t> say = {};
  std::size_t wanted = 0;
};
/// The host slots are free again.
struct record_end {
  std::uint64_t number = 0;
};
/// What the member's slot is connected to is heard by all other members of that bridge (0 to 31),
/// which the board mixes; and what they say is the slot's source, unless it only speaks. Who has
/// joined may be muted, which fades what it says, and speak again.
struct member_join {
  member_id member;
  std::uint8_t bridge = 0;
  bool listens = true, muted = false;
  double says_db = 0, hears_db = 0; ///< −24 to 12, and to 0
};
/// Before the connections of its slot are changed.
struct member_leave {
  member_id member;
};
struct send {
  gateway_name to;
  scn::v1::Envelope message;
};
struct to_edge {
  edge::v1::ToEdge message;
};
struct to_isdn {
  isdn::v1::ToEdge message;
};
struct reply {
  std::uint64_t number = 0;
  control::v1::Reply answer;
};
/// Durable before the next action is begun.
using store =
    std::variant<desks::store_user, desks::store_session, desks::erase_session,
                 desks::store_whereabouts, desks::store_ballot, desks::erase_ballot,
                 desks::store_copy, desks::erase_copy, desks::store_unmerged, desks::erase_unmerged,
                 voicemail::store_message, voicemail::erase_message, desks::store_records,
                 desks::store_unsent, desks::erase_unsent, store_standing>;
/// And all that is in the user's mailbox.
struct erase_user {
  extension_number extension;
};
/// One arrow of the call ladder: also kept for LogRequest. Never holds a login code (H3).
struct log {
  std::string from, to, what;
};
using action = std::variant<connect, play, ring, reverse_battery, media_open, media_close, send,
                            reply, store, erase_user, log, tape_run, tape_stop, bridge_join,
                            bridge_leave, to_edge, send_digit, sound_digit, relay, mute_digits,
                            show_caller, cancel_echo, member_join, member_leave, record_begin,
                            record_end, to_isdn, loop, dial_pulses, ear_begin, ear_end>;

class gateway {
public:
  gateway(settings, desks::stored, instant now, voicemail::stored = {},
          const standing::v1::Standing& = {});
  ~gateway();
  gateway(gateway&&) noexcept;

  std::vector<action> step(event, instant now);
  instant next_deadline() const;

  /// What is taken from the pools just now: all zero when nobody is off hook.
  struct resources {
    unsigned calls = 0, peer_legs = 0, visitors = 0, host_slots = 0, tone_channels = 0, tapes = 0,
             parties = 0, phones = 0, members = 0, checks = 0, captures = 0,
             ears = 0, ///< parties: that the host mixes
        recorders = 0; ///< host slots of captures and line tests
  };
  resources in_use() const;

private:
  struct implementation;
  std::unique_ptr<implementation> self_;
};

} // namespace switchroom::exchange
