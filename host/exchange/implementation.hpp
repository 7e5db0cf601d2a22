// SPDX-License-Identifier: MIT
/// The inside of the exchange. One step: an event goes to its side (lines, calls, network,
/// operators), which may set off others; then `settle` tells desks which lines are in use and
/// moves calls whose user has moved; then the voice paths give out what has changed.
///
/// Each side is a file: board_side, line_side, ip_phones, second_calls, early_media, lamps,
/// dialled, feature_side, call_side, asked_codes, holds, transfers, reroutes, calls_waiting,
/// caller_ids, echoes,
/// station_calls, station_displays, station_buttons, parking, pickups, uses, mailboxes,
/// mailbox_reports, conferences, emergencies, pages, diversions, profiles, agents, directories,
/// call_logs, peer_calls, network_side, standing, group_numbers, line_checks, captures, levels,
/// reports, changes.
#pragma once
#include "calls/call.hpp"
#include "calls/messages.hpp"
#include "calls/route.hpp"
#include "exchange/exchange.hpp"
#include "exchange/kept.hpp"
#include "users/roaming.hpp"

#include <algorithm>

namespace switchroom::exchange {

struct asked_feature;

struct gateway::implementation : kept {
  implementation(settings, desks::stored, instant now, voicemail::stored,
                 const standing::v1::Standing&);

  // ---- gateway.cpp: one step -----------------------------------------------------------
  std::vector<action> step(event, instant now);
  instant next_deadline() const;
  void on(peer_message);
  void on(const operator_request&);
  void on(const deadline&);
  void on(const disk&);
  void on(const tape_said&);
  void on(const tape_recorded&);
  void on(const wall_clock&);
  void on(const edge_message&);
  void on(const edge_down&);
  void on(const digit_heard&);
  void on(const voice_begins&);
  void on(const stream_over&);
  void on(const stream_refused&);
  void on(const recorded&);
  void on(const record_over&);
  void settle();
  void tell_use();
  void note(std::string from, std::string to, std::string what);
  std::string label(const calls::leg&) const; ///< "line 3", "berlin"
  party* party_of(const calls::leg&);
  void touch(const party&);

  // ---- ip_phones.cpp: lines whose phone speaks to an edge ---------------------------------------
  bool in_order(line_id) const;
  void tell_edge(edge::v1::ToEdge);
  void release_phone(line_id, std::uint64_t call, calls::cause);
  std::optional<phone_call> new_phone_call(line_id, std::uint64_t call);
  void send_ring(const phone_call&, line_id, const calls::call*);
  void finish_dialling(party&);
  void take_digit(party&, char digit);
  void lose_phone(party&, calls::cause);
  void open_phone(party&, const scn::v1::MediaEndpoint&);
  scn::v1::MediaEndpoint phone_endpoint(host_slot) const;
  void end_phone_call(const party&, std::optional<phone_call>&);
  void ring_phone(party&, line_id);
  void tell_phone(party&, line_id, tone reason);
  void hang_phones_up();
  void phone_is_down(party&, calls::cause);
  party* phone_of(std::uint32_t line, std::uint64_t call,
                  std::optional<phone_call> party::*which = &party::phone);
  // ---- analog_trunks.cpp: analog lines to exchanges outside
  void say_of(const party&, isdn::v1::FromEdge);
  void say_release(const party&, calls::cause);
  void say_over(const party&, calls::cause);
  bool hear_analog_lines();
  party* analog_at(line_id);
  const analog_trunk& signals_of(const party&) const;
  void close_loop(const party&, bool closed);
  bool listen_outside(party&, const std::string& digits);
  void stop_listening_outside(party&);
  void enter(party&, analog_place::state, duration patience);
  void let_go(party&);
  void fail(party&, calls::cause);
  bool order_analog(const isdn::v1::ToEdge&);
  void seize_outside(party&, const isdn::v1::Setup&);
  void answer_analog(party&);
  void release_analog(party&);
  void dial_outside(party&);
  void dialled_outside(party&);
  void answered_outside(party&);
  void rung_from_outside(party&);
  void offer_outside(party&);
  void gave_up_outside(party&);
  void on_analog(party&, const line_signal&);
  void on(const outside_heard&);
  void on(const outside_caller&);
  void analog_due(party&);
  void find_analog_lines(const board_up&);
  void find_missing_places(const board_up&);
  void lose_analog_lines();
  std::optional<line_id> line_of_board(line_id, const party&) const;

  // ---- isdn_lines.cpp: lines that isdn-edge signals for
  void on(const isdn_message&);
  void on(const isdn_down&);
  void on(const span_state&);
  void on(const done_at_rim& done) { note("operator", done.to, done.what); }
  void tell_isdn(isdn::v1::ToEdge);
  slot_id slot_of_isdn(const party&) const;
  isdn::v1::ToEdge new_set_up(party&, unsigned b_channel);
  void release_isdn(party&, calls::cause);
  void say_isdn(const party&, isdn::v1::Progress::Stage);
  void connect_isdn(party&);
  void tell_isdn_of(party&, line_id, tone reason);
  void isdn_is_down(party&, calls::cause);
  void hang_up_isdn(party&, calls::cause);
  void isdn_is_over(party&, calls::cause);
  party* isdn_with(std::uint32_t d_channel, std::uint64_t call);
  party* isdn_of(const auto& message) { return isdn_with(message.channel(), message.call()); }
  void learn_b_channel(party&, unsigned b_channel);
  void take(const isdn::v1::ChannelState&);
  void take(const isdn::v1::BChannel&);
  void take(const isdn::v1::Setup&);
  void take(const isdn::v1::Progress&);
  void take_isdn_digits(party&, std::string_view digits, bool complete);
  // ---- outside.cpp: of trunks
  static bool is_outside(const party& p) { return p.isdn && p.isdn->outside; }
  party* free_line(const calls::outside_call&);
  bool reach(calls::call&, const calls::to_outside&);
  void call_outside(party&);
  bool overflow(calls::call&, calls::cause);
  party* outside_line(const isdn::v1::Setup&);
  std::string_view called_of(const party&, std::string_view digits) const;
  void trunk_changes(std::size_t which, bool up, const std::string& why);
  void tell_of_trunk(std::size_t which);
  control::v1::Trunks list_trunks() const;
  // ---- stations.cpp: digital ones
  void call_station(party&);
  void send_call(party&, unsigned b_channel, const calls::call*);
  void tell_display(const party&, std::uint64_t call, const std::string& text);
  void show(party&, const std::string& text);
  party* station_at(std::uint32_t d_channel);
  // ---- station_calls.cpp: its two calls (S6)
  party* free_station(line_id);
  void begin_call(party&, const isdn::v1::Setup&);
  void take(const isdn::v1::Hold&);
  bool take_back(party&, unsigned wanted);
  void ring_station_aside(party&, const calls::call&);
  void answer_station_aside(party&, unsigned b_channel);
  void release_station_aside(party&);
  party* station_with_aside(std::uint32_t d_channel, std::uint64_t call);
  // ---- station_displays.cpp: what one shows when nobody speaks (S7, H16)
  void show_for_a_while(party&, const std::string& text);
  void clear_display(party&);
  void open_list(party&, std::vector<users::display_list::entry>, const std::string& if_empty);
  void open_directory(party&);
  void open_call_log(party&);
  void act_list(party&, const dialplan::match&);
  bool reads_keys(const party&) const;
  void turn(party&, std::string_view keys);
  bool dial_shown(party&);
  void take(const isdn::v1::Keys&);
  // ---- station_buttons.cpp: programmable ones, and their lamps (H2, H12)
  void take(const isdn::v1::Button&);
  void press(party&, const user::v1::Button&);
  isdn::v1::Lamp::Shows lamp_of(const desks::session&, const user::v1::Button&) const;
  void tell_lamps_of(party&, line_id);
  // ---- lamps.cpp: of IP phones
  void take(const edge::v1::Watch&);
  extension_number whom_logs_in(const std::string& number) const;
  edge::v1::Lamp lamp_of(line_id, std::uint64_t number, const watch&) const;
  void tell_lamps();
  // ---- second_calls.cpp: an IP phone's other call
  bool may_call_again(const party&) const;
  void put_aside(party&);
  bool ring_aside(party&, line_id, const calls::call&);
  void change_over(party&);
  void resume_aside(party&, const scn::v1::MediaEndpoint&);
  void answer_aside(party&, const scn::v1::MediaEndpoint&);
  void aside_is_down(party&, calls::cause);
  void active_is_down(party&);
  void drop_asides();
  void take(const edge::v1::Transfer&);
  calls::cause transfer_to(party&, const std::string& digits);
  void take(const edge::v1::PhoneState&);
  void take(const edge::v1::Figures&); // phone_reports.cpp
  control::v1::Phones list_phones() const;
  void take(const edge::v1::Seize&);
  void take(const edge::v1::Hold&);

  // ---- board_side.cpp
  void on(const board_up&);
  void on(const board_down&);
  void on(const line_signal&);

  // ---- line_side.cpp: what a person at a line does ---------------------------------------
  void drive(party&, lines::event, char digit = 0, tone reason = tone::none);
  void dial(party&, char digit); ///< nothing but 0–9, *, #
  void perform(party&, lines::verb, char digit, tone reason);
  void hear(party&, tone);
  void seize(party&);
  // ---- dialled.cpp: what the digits begin ------------------------------------------------------
  void decide(party&, bool ended);
  void act(party&, const dialplan::match&);
  void act_dial(party&, const dialplan::match&);
  // ---- asked_codes.cpp (C1)
  bool ask_code(party&, const dialplan::match&);
  bool ask(party&, const dialplan::match&, bool authorisation);
  void decide_asked(party&);
  void take_asked(party&, const asked_code&);
  void refuse_asked(party&, const std::string& given);
  std::string guesser(const party&) const;
  void count_guess(party&);
  /// As may be logged and shown.
  std::string shown_digits(const party&) const;

  void act_log_in(party&, const std::string& number);
  void act_log_out(party&);
  void act_break_out(party&, const std::string& number);
  void refuse(party&, tone, const std::string& why);
  // ---- feature_side.cpp: settings of the user who dials (C9, H18) ------------------------------
  void act_user_feature(party&, const asked_feature&);
  void act_change_code(party&, const std::string& number);
  void ask_change(party&, desks::change_settings);
  void on_settings_result(const desks::settings_result&);
  bool nobody_at(const party&) const; ///< rule H13
  bool refuse_change(party&);         ///< if the disk takes none
  calls::caller caller_of(const party&) const;
  slot_id slot_of(const calls::leg&) const;

  // ---- call_side.cpp: calls of two legs -------------------------------------------------
  void place(const calls::leg& origin, const calls::route&, calls::call);
  void go(calls::call&, const calls::route&);
  bool reach(calls::call&, const calls::to_line&);
  bool reach(calls::call&, const calls::to_gateway&);
  void refuse_origin(const calls::leg&, calls::cause);
  void advance(calls::call&, calls::event, calls::cause);
  void carry_out(calls::call&, calls::verb, calls::cause, bool was_active);
  void clear(calls::call&, const calls::leg&, calls::cause, bool was_active);
  void tell_origin(calls::call&, lines::event);
  void move_on(calls::call&, const gateway_name& refused_by);
  // early_media.cpp: what is heard of the called side before it answers
  void hear_early(calls::call&);
  void end_early(calls::call&);
  void take(const edge::v1::Listening&);
  calls::call* call_of(const std::optional<call_id>&);
  /// In which the board's line speaks and is heard; none of an IP phone's.
  calls::call* talk_of(const party&);
  std::optional<call_id>* attached(const calls::leg&);

  // ---- holds.cpp: two calls at a line, one of which waits (S6) ---------------------------------
  void flash(party&);
  void put_down(party&);
  void leave(calls::call&, const calls::leg&);
  void hold(party&);
  void unhold(party&);
  void set_hold(calls::call&, const calls::leg&, bool on);
  void refresh_voice(calls::call&);
  void connect_side(calls::call&, const calls::leg&);
  void ring_back(calls::call&, party&);
  void reach_whoever_is_at(line_id, calls::call&);
  void take(const gateway_name&, const scn::v1::CallHold&);
  calls::call* answered_at(const calls::peer_leg&);

  // ---- transfers.cpp: two calls become one (S6) -------------------------------------------------
  bool can_hand_over(const party&);
  void hand_over(party&);
  void splice(calls::call& first, const calls::leg&, calls::call& second, const calls::leg&);
  bool give_back(calls::call&);
  void turn(calls::call&);
  void tell_holds(calls::call&);
  void tell_connected(const calls::call&);
  calls::caller called_party(const calls::call&) const;
  void take(const gateway_name&, const scn::v1::CallConnected&);

  // ---- reroutes.cpp: calls that go out and come back (S6) ---------------------------------------
  void shorten(calls::call&);
  calls::call* reroutable(const calls::peer_leg&);
  void take(const gateway_name&, const scn::v1::CallReroute&);
  void join_here(calls::call&, const calls::peer_leg&, calls::call&, const calls::peer_leg&);
  void seek_shorter(calls::call&, const calls::peer_leg& old, const scn::v1::CallReroute&);
  void replace_leg(const calls::peer_leg& fresh, const scn::v1::CallSetup&);
  void take_shorter(calls::call&, const scn::v1::CallAnswer&);
  void change_leg(calls::call&, const calls::peer_leg& old, const calls::peer_leg& fresh);
  void drop_shorter(calls::call&);

  // ---- calls_waiting.cpp ------------------------------------------------------------------------
  bool may_wait(const party&, const user::v1::User*) const;
  void let_wait(party&, calls::call&);
  void stop_waiting(party&);
  void beep(party&);
  void ring_waiting(party&);

  // ---- caller_ids.cpp: what an analog phone's display is told -----------------------------------
  void ring_line(party&, line_id);
  void stop_ringing(party&, line_id);
  bool show_waiting(party&);
  bool acknowledge(party&, char digit);
  void showing_due(party&);
  void on_shown(std::uint64_t tape);
  void stop_showing(party&);
  bool play_to_display(party&, show_caller::part, const calls::call*);
  dsp::caller_id shown_caller(const calls::call&) const;

  // ---- parking.cpp: calls that are with nobody (S6) ---------------------------------------------
  void act_park(party&, std::string slot);
  void act_retrieve(party&, const std::string& slot);
  void act_wish(party&, const gateway_name& where, calls::wish, const std::string& of_what);
  void retrieve_for(const calls::peer_leg&, const std::string& slot, const calls::caller&);
  void seat(calls::call&, const calls::leg& fresh, const calls::caller& who);
  void announce_slot(const std::string& slot);
  void return_parked(const std::string& slot);
  void take(const gateway_name&, const scn::v1::ParkSlot&);
  gateway_name slot_taken_at(const std::string& slot) const;
  void forget_service(const calls::service_leg&, const calls::call* = nullptr);
  control::v1::Parked list_parked() const;

  // ---- pickups.cpp ------------------------------------------------------------------------------
  void act_pickup(party&, const std::string& whose);
  gateway_name place_of(const std::string& number) const;
  calls::call* ringing_for(const std::string& whose);
  void pick_up(calls::call&, const calls::leg& fresh, const calls::caller& who);
  void pick_up_for(const calls::peer_leg&, const std::string& whose, const calls::caller&);

  // ---- uses.cpp: what people's lines do (H12), and call back when free (S6) ---------------------
  use use_of(std::string_view extension) const;
  void announce_use(party&);
  void announce_all(const gateway_name& to);
  void take(const gateway_name&, const scn::v1::UserUse&);
  void act_call_back(party&, const std::string& whose);
  void act_cancel_call_backs(party&);
  void try_call_backs();
  void call_back_answered(calls::call&);
  void service_answered(calls::call&);

  // ---- hunts.cpp, groups.cpp: hunt groups (S16) -------------------------------------------------
  const hunting::group* own_group(std::string_view number) const;
  std::optional<gateway_name> group_at(std::string_view number) const;
  bool begins_group(std::string_view digits) const;
  void reach(calls::call&, const calls::to_group&);
  void route_on(calls::call&, const extension_number&, calls::cause otherwise);
  hunting::member member_now(const extension_number&) const;
  void step_hunts();
  void carry_out(calls::call&, const hunting::move&);
  void ring_member(calls::call&, const extension_number&);
  void stop_member(hunted&, const extension_number&);
  extension_number hunted_by(const calls::call&) const;
  void member_failed(const calls::call&);
  void member_answered(calls::call&);
  void move_hunt(call_id from, call_id to);
  void leave_hunt(call_id);
  scn::v1::Envelope state_of(const hunting::group&) const;
  void act_night_service(party&, const std::string& number, bool on);
  void set_night_service(const hunting::group&, bool on);
  void take(const gateway_name&, const scn::v1::GroupState&);
  void take(const gateway_name&, const scn::v1::NightService&);
  void forget_nights_asked();
  control::v1::Groups list_groups() const;

  // ---- mailboxes.cpp, mailbox_reports.cpp: voicemail (S17) --------------------------------------
  void act_voicemail(party&);
  void reach(calls::call&, const calls::to_mailbox&);
  bool to_voicemail(calls::call&, const user::v1::User& called);
  void visit(std::uint64_t tape, const voicemail::event&);
  void carry_out(std::uint64_t tape, const voicemail::action&);
  void keep_message(mailbox_visit&, const voicemail::keep&);
  void end_visit(std::uint64_t tape);
  void leave_mailbox(const calls::service_leg&);
  void mailbox_asked(const calls::peer_leg&, const calls::caller&, const extension_number& of,
                     bool fetch);
  voicemail::message* message_of(const extension_number&, std::uint64_t number);
  void erase_message(const extension_number&, std::uint64_t number);
  void forget_mailbox(const extension_number&);
  voicemail::tally tally_of(const extension_number&) const;
  void mailbox_changed(const extension_number&);
  void take(const gateway_name&, const scn::v1::MailboxState&);
  bool has_messages(const party&) const;
  control::v1::Mailboxes list_mailboxes() const;
  control::v1::Reply show_mailbox(const extension_number&) const;
  control::v1::Reply delete_messages(const control::v1::DeleteMessagesRequest&);

  // ---- conferences.cpp (S6) ---------------------------------------------------------------------
  void act_conference(party&, const std::string& number);
  void reach(calls::call&, const calls::to_conference&);
  std::optional<conference> new_conference() const;
  std::string holders_of_members() const;
  bool seat(conference&, calls::service_leg&);
  void leave_conference(const calls::service_leg&);
  std::optional<member_id> take_member(const std::string& whom, std::uint8_t bridge);
  control::v1::Conference told_of_conference(const std::string& number) const;
  control::v1::Conferences list_conferences() const;
  control::v1::Reply change_conference_party(const control::v1::ConferencePartyRequest&);
  void ring_bell(conference&);
  void end_bell(conference&);
  void conference_changed(const std::string& number);
  bool is_alone(const calls::leg&) const;
  gateway_name conference_at(const std::string& number) const;
  void take(const gateway_name&, const scn::v1::ConferenceState&);

  // ---- emergencies.cpp (S10) --------------------------------------------------------------------
  void act_emergency(party&, const dialplan::match&);
  void check_emergency_numbers();
  bool is_emergency_target(const extension_number&) const;
  extension_number lend_call_back_number(line_id, const extension_number& user,
                                         const extension_number& called);
  void emergency_over(const calls::call&);
  duration left_of(const emergency_port&) const;
  void announce(const emergency_port&);
  std::optional<calls::route> emergency_port_of(std::string_view number,
                                                const extension_number& from) const;
  bool is_emergency_port(std::string_view number) const;
  void forget_emergency_ports();
  void take(const gateway_name&, const scn::v1::EmergencyPort&);

  // ---- pages.cpp (S6) ---------------------------------------------------------------------------
  void act_page(party&, const std::string& number);
  void reach(calls::call&, const calls::to_page&);
  void page_member(const calls::call&, const extension_number& who);
  void page_over(call_id);
  void paged_has_gone(const calls::service_leg&);
  const calls::call* paged_by(const calls::leg&) const;
  void refresh_page(const calls::call&);

  // ---- diversions.cpp: what the called user's settings do to a call (C9, H11) -----------------
  calls::surroundings surroundings(const calls::caller&, bool from_peer = false) const;
  const user::v1::User* settings_of(std::string_view extension) const;
  bool divert(calls::call&, const std::optional<calls::diversion>&);
  void pass(calls::call&, const std::vector<calls::diversion>&);
  void set_expiry(calls::call&);
  void expire(calls::call&);

  // ---- peer_calls.cpp: legs to and from peers ---------------------------------------------
  std::optional<host_slot> take_host_slot(const std::string& whom);
  std::string holders_of_host_slots() const;
  void close_stream(host_slot, const std::string& whose);
  void close_what_has_faded();
  std::optional<host_slot> stream_of(const calls::leg&, call_id) const;
  void open_stream(host_slot, const scn::v1::MediaEndpoint& remote);
  trunk* open_trunk(const calls::peer_leg&);
  void close_trunk(const calls::peer_leg&);
  void open_media(const calls::peer_leg&);
  scn::v1::MediaEndpoint own_endpoint(host_slot) const;
  scn::v1::Codec spoken_at(const calls::leg&);
  scn::v1::MediaEndpoint offer_endpoint(const trunk&, const calls::leg& who);
  scn::v1::MediaEndpoint answer_endpoint(const trunk&) const;
  scn::v1::MediaEndpoint answer_endpoint(const calls::peer_leg&, const calls::leg& who);
  void release_leg(const calls::peer_leg&, calls::cause);
  void take(const gateway_name&, const scn::v1::CallSetup&);
  void take(const gateway_name&, const scn::v1::CallProgress&);
  void take(const gateway_name&, const scn::v1::CallAnswer&);
  void take(const gateway_name&, const scn::v1::CallRelease&);
  void take(const gateway_name&, const scn::v1::CallDigits&);
  void welcome_visitor(const calls::peer_leg&, trunk&, const calls::caller&);
  calls::call* answered_for(const calls::peer_leg&, const scn::v1::MediaEndpoint*);

  // ---- digits.cpp: digits of a call, in words
  void pass_digit(calls::call&, const calls::leg& from, char digit);
  bool takes_digits(const calls::leg&);
  static void hear_of(trunk&, scn::v1::MediaEndpoint);
  void mute_digits_told();

  // ---- echoes.cpp
  void cancel_echoes_told();
  control::v1::Reply set_echo_tail(const control::v1::EchoRequest&);
  control::v1::Reply report_echo(line_id) const;

  void release_peer(const gateway_name&);

  // ---- network_side.cpp: peers and desks --------------------------------------------------
  void watch_network(scn::event);
  void run_desks(const desks::event&);
  void on_desk(const desks::action&);
  void on_login_result(const desks::login_result&);
  void on_occupant_changed(line_id);
  void post(const gateway_name& to, scn::v1::Envelope);
  void post_to_all(const scn::v1::Envelope&); ///< peers that are up
  void hand_on(const gateway_name& from, scn::v1::Envelope);
  bool refuse_change(const gateway_name& from, const scn::v1::Envelope&);

  // ---- profiles.cpp: user rights, and what goes by the hour (S2) ------------------------------
  double wall_s(instant) const; ///< calendar time, seconds since 1970-01-01 UTC
  double wall_s() const { return wall_s(now_); }
  const user::v1::UserRights* rights_now(const user::v1::User&) const;
  result<dialplan::plan> plan_of(const user::v1::User&,
                                 std::vector<dialplan::short_code>* codes = nullptr) const;
  bool forwards_now(const user::v1::User&) const;
  bool is_day(const hunting::group&) const;
  void follow_day_hours();
  instant next_minute() const;

  // ---- standing.cpp: what outlasts a restart ----------------------------------------------------
  standing::v1::Standing standing_now() const;
  void take_up(const standing::v1::Standing&);
  void keep_standing();
  instant at_wall_s(double when_s, duration longest) const;

  // ---- group_numbers.cpp (S5)
  std::vector<std::string> who_has(const extension_number&) const;
  void check_group_numbers();
  bool is_watched(const extension_number&) const;
  void tell_of_group_number(const extension_number&, const std::string& list,
                            const std::string& first);

  // ---- agents.cpp: who takes calls of groups (H10), what agents do (H19) ----------------------
  bool no_answer_counts(const hunting::group&, const calls::caller&) const;
  bool heed_no_answer(line_id);
  void set_duty(party&, duty);
  void act_duty(party&, duty);
  bool watched_agent(const extension_number&) const;
  void agent_moves(const scn::v1::UserState&);
  void agent_uses(const extension_number&, const gateway_name& where, const use&);
  void lose_sight(const gateway_name&);
  void see_again(const gateway_name&);
  users::line_type type_of(line_id) const;

  // ---- directories.cpp: looking people up (S7) -------------------------------------------------
  std::optional<control::v1::Reply> search(const operator_request&);
  void find_here(std::string_view text, control::v1::FoundEntries&) const;
  void take(const gateway_name&, const scn::v1::DirectorySearch&);
  void take(const gateway_name&, const scn::v1::DirectoryFound&);
  void no_answer_of(const gateway_name&);
  void finish_searches();
  // ---- call_logs.cpp ---------------------------------------------------------------------------
  void log_call(const calls::call&, calls::cause);
  void keep_calls_made();
  void log_at(const calls::leg&, user::v1::CallRecord, const calls::call&);
  control::v1::Reply records(const control::v1::RecordsRequest&);

  // ---- line_checks.cpp, captures.cpp: what engineers do -----------------------------------------
  std::optional<refusal> not_to_be_checked(line_id) const;
  line_check& begin_check(line_id, instant until);
  void end_check(line_id, const std::string& how);
  void end_due_checks();
  void drop_check(line_id, const refusal&);
  void hook_in_check(line_check&, signal);
  std::optional<control::v1::Reply> test_line(const operator_request&);
  control::v1::Reply loop_back(const control::v1::LoopbackRequest&);
  control::v1::Reply tone_into(const control::v1::ToneRequest&);
  std::string holders_of_tones() const;
  std::map<line_id, line_check>::iterator test_with(std::uint64_t record);
  control::v1::Reply begin_capture(const control::v1::CaptureRequest&);
  void end_capture(std::uint64_t number, const std::string& how);

  // ---- user_reports.cpp ----------------------------------------------------------------------
  control::v1::User report(const users::entry&) const;
  control::v1::Users list_users() const;
  control::v1::Reply show_user(const extension_number&) const;
  std::vector<users::remark> remarks_on(const desks::session&) const;
  control::v1::Reply report(const control::v1::ReportRequest&) const;

  // ---- reports.cpp, explain.cpp, changes.cpp: operators -------------------------------------
  bool is_there(line_id, const party&) const;
  std::string state_for_people(line_id, const party&) const;
  control::v1::Status status() const;
  control::v1::Lines list_lines() const;
  control::v1::Desks list_desks() const;
  control::v1::Calls list_calls() const;
  // levels.cpp
  std::optional<slot_id> board_slot_of(const calls::leg&, std::optional<call_id>) const;
  void add_line(control::v1::Levels&, line_id, const party&) const;
  control::v1::Reply list_levels(const control::v1::LevelsRequest&) const;
  control::v1::Peers list_peers() const;
  control::v1::Reply explain(const control::v1::ExplainRequest&) const;
  std::string outside_outcome(const dialplan::match&) const;
  std::string call_outcome(const std::string& number, const calls::caller&) const;
  std::string outcome_of(const dialplan::decision&, const extension_number& who) const;
  std::optional<control::v1::Reply> change(const operator_request&);
  control::v1::Reply put_user(const operator_request&);
  control::v1::Reply delete_user(const control::v1::DeleteUserRequest&);
  result<user::v1::User> changed_user(const operator_request&) const;
  using code_list = google::protobuf::RepeatedPtrField<user::v1::ShortCode>;
  static std::vector<dialplan::short_code> codes_of(const code_list&);
  std::optional<refusal> taken_line(line_id, const extension_number& by) const;
  bool leads_nowhere(const user::v1::SettingChange&) const;
  std::optional<refusal> unknown_profile(const control::v1::PutUserRequest&) const;
  dialplan::extension_lookup extensions() const;
};

/// What a caller hears for a cause of Q.850.
tone tone_for(calls::cause);
calls::cause cause_of(tone);
/// Rounded up; what is over counts as 0.
std::uint32_t whole_seconds(duration);

} // namespace switchroom::exchange
