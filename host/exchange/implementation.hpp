// SPDX-License-Identifier: MIT
/// The inside of the exchange. One step: an event goes to its side (lines, calls, network,
/// operators), which may set off others; then `settle` tells desks which lines are in use and
/// moves calls whose user has moved; then the voice paths give out what has changed.
///
/// Each side is a file: line_side, feature_side, call_side, diversions, peer_calls, network_side,
/// reports, changes.
#pragma once
#include "calls/call.hpp"
#include "calls/messages.hpp"
#include "calls/route.hpp"
#include "dialplan/progress.hpp"
#include "exchange/alarms.hpp"
#include "exchange/code_mask.hpp"
#include "exchange/exchange.hpp"
#include "exchange/ladder.hpp"
#include "exchange/voice_paths.hpp"
#include "lines/line.hpp"
#include "users/directory.hpp"

#include <deque>
#include <map>
#include <set>

namespace switchroom::exchange {

struct asked_feature;

/// Who dials here: a line, or a caller of a peer who broke out to here (rule S8).
struct party {
  party(calls::leg who, lines::timers t) : leg(std::move(who)), machine(t) {}

  calls::leg leg;
  lines::line machine;
  dialplan::progress dialled; ///< through the plan of who is here
  code_mask mask;
  calls::caller visitor; ///< of a peer's caller: what its CallSetup said
  std::optional<call_id> call;
  unsigned seizures = 0;
  bool ringing_told = false, in_call_told = false; ///< to desks (rule H14)
};

/// A host slot at work for a leg to or from a peer.
struct trunk {
  host_slot slot;
  std::optional<scn::v1::MediaEndpoint> remote;
  bool open = false;
  std::optional<call_id> call;
};

struct gateway::implementation {
  implementation(settings, desks::stored, instant now);

  // ---- gateway.cpp: one step -----------------------------------------------------------
  std::vector<action> step(const event&, instant now);
  instant next_deadline() const;
  void on(const board_up&);
  void on(const board_down&);
  void on(const line_signal&);
  void on(const peer_message&);
  void on(const operator_request&);
  void on(const deadline&);
  void on(const disk& now) { disk_refuses_ = now.refuses; }
  void settle();
  void tell_use();
  void note(std::string from, std::string to, std::string what);
  std::string label(const calls::leg&) const; ///< "line 3", "berlin"
  party* party_of(const calls::leg&);

  // ---- line_side.cpp: what a person at a line does ---------------------------------------
  void drive(party&, lines::event, char digit = 0, tone reason = tone::none);
  void perform(party&, lines::verb, char digit, tone reason);
  void hear(party&, tone);
  void seize(party&);
  void decide(party&, bool ended);
  void act(party&, const dialplan::match&);
  void act_dial(party&, const dialplan::match&);
  void act_log_in(party&, const std::string& number);
  void act_log_out(party&);
  void act_break_out(party&, const std::string& number);
  void act_emergency(party&, const std::string& number);
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
  bool reach(calls::call&, const calls::to_line&);
  bool reach(calls::call&, const calls::to_gateway&);
  void refuse_origin(const calls::leg&, calls::cause);
  void advance(calls::call&, calls::event, calls::cause);
  void carry_out(calls::call&, calls::verb, calls::cause, bool was_active);
  void clear(calls::call&, const calls::leg&, calls::cause, bool was_active);
  void tell_origin(calls::call&, lines::event);
  void join(calls::call&);
  void move_on(calls::call&, const gateway_name& refused_by);
  calls::call* call_of(const std::optional<call_id>&);
  std::optional<call_id>* attached(const calls::leg&);

  // ---- diversions.cpp: what the called user's settings do to a call (C9, H11) -----------------
  calls::surroundings surroundings(const calls::caller&) const;
  const user::v1::User* settings_of(std::string_view extension) const;
  bool divert(calls::call&, const std::optional<calls::diversion>&);
  void pass(calls::call&, const std::vector<calls::diversion>&);
  void set_expiry(calls::call&);
  void expire(calls::call&);

  // ---- peer_calls.cpp: legs to and from peers ---------------------------------------------
  trunk* open_trunk(const calls::peer_leg&);
  void close_trunk(const calls::peer_leg&);
  void open_media(trunk&);
  scn::v1::MediaEndpoint own_endpoint(host_slot) const;
  void release_leg(const calls::peer_leg&, calls::cause);
  void take(const gateway_name&, const scn::v1::CallSetup&);
  void take(const gateway_name&, const scn::v1::CallProgress&);
  void take(const gateway_name&, const scn::v1::CallAnswer&);
  void take(const gateway_name&, const scn::v1::CallRelease&);
  void take(const gateway_name&, const scn::v1::CallDigits&);
  void welcome_visitor(const calls::peer_leg&, trunk&, const calls::caller&);
  calls::call* answered_for(const calls::peer_leg&, const scn::v1::MediaEndpoint*);
  void release_peer(const gateway_name&);

  // ---- network_side.cpp: peers and desks --------------------------------------------------
  void watch_network(const scn::event&);
  void run_desks(const desks::event&);
  void on_desk(const desks::action&);
  void on_login_result(const desks::login_result&);
  void on_occupant_changed(line_id);
  void post(const gateway_name& to, scn::v1::Envelope);
  void hand_on(const gateway_name& from, const scn::v1::Envelope&);
  bool refuse_change(const gateway_name& from, const scn::v1::Envelope&);

  // ---- user_reports.cpp ----------------------------------------------------------------------
  control::v1::User report(const users::entry&) const;
  control::v1::Users list_users() const;
  control::v1::Reply show_user(const extension_number&) const;

  // ---- reports.cpp, explain.cpp, changes.cpp: operators -------------------------------------
  control::v1::Status status() const;
  control::v1::Lines list_lines() const;
  control::v1::Desks list_desks() const;
  control::v1::Calls list_calls() const;
  control::v1::Peers list_peers() const;
  control::v1::Reply explain(const control::v1::ExplainRequest&) const;
  std::string call_outcome(const std::string& number, const calls::caller&) const;
  std::string outcome_of(const dialplan::decision&, const extension_number& who) const;
  std::optional<control::v1::Reply> change(const operator_request&);
  control::v1::Reply put_user(const operator_request&);
  control::v1::Reply delete_user(const control::v1::DeleteUserRequest&);
  result<user::v1::User> changed_user(const operator_request&) const;
  std::vector<dialplan::short_code> user_codes(const user::v1::User&) const;
  dialplan::extension_lookup extensions() const;

  settings settings_;
  std::vector<dialplan::short_code> system_codes_;
  dialplan::plan system_plan_;
  code_mask system_mask_;
  dialplan::dial_timers dial_timers_;
  lines::timers timers_;
  users::directory directory_;
  std::map<extension_number, user::v1::User> own_users_;
  desks::state desks_;
  scn::network network_;
  voice_paths paths_;
  alarms alarms_;
  ladder ladder_;

  std::map<line_id, party> lines_;
  std::map<calls::peer_leg, party> visitors_;
  std::map<calls::peer_leg, trunk> trunks_;
  std::map<call_id, calls::call> calls_;
  std::uint64_t last_call_ = 0, last_leg_;

  /// Who waits for the outcome of a log in or log out at a line: an operator's request, or the
  /// person who seized the line for the n-th time.
  struct asker {
    std::optional<std::uint64_t> request;
    unsigned seizure = 0;
  };
  std::map<line_id, std::deque<asker>> askers_;
  std::map<std::uint64_t, asker> changes_asked_; ///< by number of the change_settings
  std::uint64_t last_change_ = 0;
  std::map<gateway_name, std::uint64_t> sent_; ///< besides what network_ counts

  std::optional<refusal> disk_refuses_;

  instant now_, started_;
  std::vector<action> out_;
  std::set<line_id> touched_;      ///< lines whose use may have changed in this step
  std::set<call_id> moved_;        ///< calls whose user left the line that rang
  std::vector<call_id> ended_;     ///< calls to be forgotten after this step
  std::set<calls::peer_leg> gone_; ///< and visitors
};

/// What a caller hears for a cause of Q.850.
tone tone_for(calls::cause);
/// Rounded up; what is over counts as 0.
std::uint32_t whole_seconds(duration);

} // namespace switchroom::exchange
