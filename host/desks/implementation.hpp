// SPDX-License-Identifier: MIT
/// The machine behind desks::state. visited.cpp: what the gateway does at whose line somebody logs
/// in; leases.cpp: how it renews its logins; home.cpp: what the home of a user does;
/// coordinator.cpp: how home or a backup brings a login about; grantor.cpp: votes and
/// confirmations; backup.cpp: copies of users at other gateways; records.cpp: personal directories
/// and call logs; seats.cpp: lines, base users, restart; settings.cpp: both sides of a change that
/// is made at a line.
#pragma once
#include "desks/desks.hpp"
#include "desks/texts.hpp"
#include "desks/wrong_codes.hpp"

#include <algorithm>

namespace switchroom::desks {

/// A login that is asked for at a line of this gateway.
struct attempt {
  extension_number extension;
  gateway_name home;
  gateway_name coordinator; ///< who has been asked
  std::string proof;
  bool by_operator = false;
  bool unasked = false; ///< by the gateway itself: nobody is told, and no other login ends for it
  instant started{};
  std::uint64_t request = 0; ///< set when home has been asked
};

/// A line of this gateway as a desk.
struct seat {
  line_id line;
  extension_number configured_base;
  extension_number base; ///< as configured, else the user who names this line; empty: none
  std::optional<session> occupant;
  std::optional<attempt> asked;        ///< home has not answered yet
  std::optional<attempt> log_in_later; ///< rule H14
  bool reseat = false;                 ///< back to the base user as soon as that can be
  bool ringing = false, in_call = false;
  wrong_codes wrong;
  instant idle_since{}; ///< rule H9
  bool display = false;
  instant ask_records_at = never; ///< of the occupant's home
  instant unasked_at{};           ///< no attempt of the gateway itself before this
};

/// A user whose logins this gateway can coordinate: an own one, or a copy.
struct kept_user {
  user::v1::User user;
  scn::v1::UserState where;
  wrong_codes wrong;
  std::vector<gateway_name> grantors; ///< the home first
  gateway_name ended_at;              ///< who told of the end that `where` shows
  login last_end;                     ///< its gateway has said: no login up to its epoch is here
  bool agent_roaming = false;         ///< of a copy: as its home has it (H19)
  user::v1::Records records;          ///< of an own user (S7)
  std::uint64_t records_wanted = 0;   ///< epoch of the login that has asked for them
};

/// A login that this gateway coordinates.
struct login_under_way {
  gateway_name from;
  std::uint64_t request = 0;
  std::uint32_t line = 0;
  bool gentle = false; ///< it takes no other login's place
  instant until{}, repeat_at{};
  login ending{};                                ///< an older login whose end is waited for
  std::map<gateway_name, std::uint64_t> ended{}; ///< what was said to have ended, up to which epoch
  std::uint64_t ballot = 0, epoch = 0;           ///< of the vote that is being held
  std::set<gateway_name> yes{}, no{};
  std::uint64_t highest = 0; ///< promised elsewhere
  login in_the_way{};        ///< a grantor knows of this one
  duration wait{};           ///< until that one's lease is over
  unsigned votes_held = 0;
};

/// A login that ended here, until its home is seen to know.
struct ended_login {
  std::uint64_t epoch = 0;
  instant repeat_at{};
};

/// A change of settings that home has not answered yet.
struct asked_change {
  std::uint64_t number = 0; ///< of the change_settings
  line_id line;
  extension_number whose;
  gateway_name home;
  std::string text; ///< what is changed, for the log; none for a code
  instant started{};
};

/// Is the gateway one of these: backups, grantors, also as a message lists them?
template <typename Gateways>
bool among(const Gateways& all, const gateway_name& one) {
  return std::find(all.begin(), all.end(), one) != all.end();
}
/// With whom a granted login is renewed.
std::vector<gateway_name> grantors_in(const scn::v1::LoginGrant&, const gateway_name& home);
/// The user is nowhere.
void clear_place(scn::v1::UserState&);
/// What everybody may know of the user (rule S1).
scn::v1::UserState public_state_of(const kept_user&);

struct state::implementation {
  settings chosen;
  users::directory& directory;
  instant started;
  std::map<line_id, seat> seats;
  std::map<extension_number, kept_user, std::less<>> own;
  std::map<identity, kept_user> copies;
  std::map<identity, login_under_way> under_way;
  ballots votes;
  struct renewal_sent {
    gateway_name to;
    instant at{};
    std::vector<std::pair<identity, std::uint64_t>> logins;
  };
  std::map<std::uint64_t, renewal_sent> renewals; ///< not yet answered, by number
  instant renew_at{};
  /// What a backup of ours does not have yet.
  struct copying {
    std::set<extension_number> due;
    std::uint64_t number = 0; ///< of the message that is not answered yet; 0: none
    std::set<extension_number> sent;
    instant repeat_at{};
  };
  std::map<gateway_name, copying> copying_to;
  std::set<gateway_name> up;
  std::map<gateway_name, instant> lost;     ///< since when
  std::map<identity, std::uint64_t> fences; ///< highest epoch that has ended here
  std::map<identity, ended_login> untold;
  std::map<std::uint64_t, asked_change> changing; ///< by request
  /// Changed here while the home was lost, until it has answered.
  struct unmerged_changes {
    user::v1::User user;
    std::uint64_t request = 0;
    instant repeat_at{};
  };
  std::map<identity, unmerged_changes> unmerged;
  /// Of copies: their home is not heard to know of the epoch here; when it is told again.
  std::map<identity, instant> home_is_behind;
  /// Calls for a home that has not taken them yet.
  struct unsent_calls {
    std::vector<user::v1::CallRecord> calls;
    std::uint64_t number = 0; ///< of the message that is not answered yet; 0: none
    std::size_t sent = 0;     ///< so many are in it
    instant repeat_at{};
  };
  std::map<identity, unsent_calls> unsent;
  std::uint64_t next_request;
  std::vector<action> out;
  instant now;

  implementation(settings, stored, users::directory&, instant);

  // seats.cpp
  void restore(stored);
  void restore_ballots(const std::vector<store_ballot>&);
  void restore_session(session);
  void restore_own(kept_user&);
  void find_base_users();
  seat* base_seat_of(std::string_view extension);
  seat* seat_of(const identity&);
  void settle();
  void seat_base_user(seat&, kept_user&);
  void take(seat&, const attempt&, const scn::v1::LoginGrant&);
  identity vacate(seat&);
  void end(seat&, std::string_view why);
  void use_changed(const line_use&);
  void check_idle();
  instant idle_deadline(const seat&) const;

  // visited.cpp
  void log_in_at(const log_in&);
  std::optional<spoken_outcome> check_attempt(seat&, const log_in&, attempt&);
  void submit(seat&, attempt);
  void granted(const gateway_name& from, const scn::v1::LoginGrant&);
  void refused(const gateway_name& from, const scn::v1::LoginRefusal&);
  void settings_changed(const gateway_name& home, const scn::v1::LoginGrant&);
  void log_out_at(const log_out&);
  void log_out_now(seat&);
  void revoked(const gateway_name& from, const scn::v1::Revoke&);
  bool may_revoke(const gateway_name& from, const identity&);
  gateway_name coordinator_for(const gateway_name& home) const;
  void compare(const gateway_name& home);
  void compare(seat&);
  void compare_listed(const gateway_name& home, const scn::v1::UserState&);
  void tell_home_ended(const identity&, std::uint64_t epoch);
  void check_attempts();
  void repeat_untold();
  bool home_knows(const identity&, std::uint64_t epoch) const;
  seat* asked_by(const gateway_name& coordinator, std::uint64_t request);

  // leases.cpp
  bool renews(const session&) const;
  void renew_logins();
  void renewal_answered(const gateway_name& from, const scn::v1::RenewalAnswer&);
  void confirm(session&, const gateway_name& grantor, instant sent);
  instant confirmed_until(const session&) const;
  void promised(const identity&);
  void ask_again(seat&);
  void set_in_force(seat&, instant asked);
  void check_leases();
  instant lease_deadline(const seat&) const;
  instant next_renewal() const;

  // home.cpp
  void login_requested(const gateway_name& from, const scn::v1::LoginRequest&);
  bool code_accepted(kept_user&, const gateway_name& from, const scn::v1::LoginRequest&);
  void refuse(const gateway_name& to, std::uint64_t request, scn::v1::Refusal,
              duration retry_after = {}, const gateway_name& where = {});
  void login_ended(const gateway_name& from, const identity&, std::uint64_t epoch);
  void log_off(kept_user&);
  void publish(kept_user&);
  void change_user(const user::v1::User&);
  void send_settings(const kept_user&);
  user::v1::User document_for(const gateway_name& there, const kept_user&) const;
  void delete_user(const extension_number&);
  bool is_lost(const gateway_name&) const;

  // coordinator.cpp
  kept_user* kept(const identity&);
  std::size_t reachable(const kept_user&) const;
  bool may_roam(const kept_user&) const;
  void begin(kept_user&, login_under_way);
  void end_former(const identity&);
  void send_revoke(const identity&, const login&, bool gentle);
  void former_ended(const gateway_name& from, const identity&, std::uint64_t epoch);
  void call_vote(const identity&);
  void send_votes(const identity&);
  void vote_answered(const gateway_name& from, const scn::v1::VoteAnswer&);
  void withdraw_vote(const identity&, std::uint64_t epoch);
  void count_votes(const identity&);
  void grant(kept_user&, const login_under_way&);
  void give_up(const identity&, scn::v1::Refusal, duration retry_after = {},
               const gateway_name& where = {});
  void check_under_way();
  void fence_lost();

  // grantor.cpp
  void vote_requested(const gateway_name& from, const scn::v1::Vote&);
  void renewal_requested(const gateway_name& from, const scn::v1::Renewal&);
  void believe(const identity&, const login&);
  void news_of_own(const gateway_name& from, const scn::v1::UserState&);

  // backup.cpp
  std::vector<gateway_name> own_grantors() const;
  void copy_to_backups(const extension_number&);
  std::string sealed_copy_of(const kept_user&) const;
  void send_copies();
  void copies_arrived(const gateway_name& home, const scn::v1::Copies&);
  void copies_kept(const gateway_name& from, const scn::v1::CopiesKept&);
  bool keep_copy(const identity&, std::string_view sealed);
  void merge_into_copy(const identity&, const user::v1::User&);
  void note_copy(const gateway_name& home, const scn::v1::UserState&);
  void speak_for(const gateway_name& home, const gateway_name& to);
  void relay(const kept_user&);
  void repeat_to_homes();
  instant next_copying() const;

  // records.cpp
  void note_call(const call_made&);
  void change_records(kept_user&, user::v1::Records);
  void ask_for_records();
  void records_requested(const gateway_name& from, const scn::v1::RecordsRequest&);
  void records_arrived(const gateway_name& home, const scn::v1::RecordsSent&);
  void send_records(const kept_user&);
  void keep_unsent(const identity&);
  void restore_unsent(const std::vector<store_unsent>&);
  void send_calls();
  void calls_arrived(const gateway_name& from, const scn::v1::CallsMade&);
  void calls_taken(const gateway_name& home, const scn::v1::CallsKept&);
  instant next_records() const;

  // settings.cpp
  void change_settings_at(const change_settings&);
  result<scn::v1::SettingsRequest> settings_request(seat&, const change_settings&);
  void change_while_home_is_lost(seat&, const change_settings&);
  void send_unmerged();
  user::v1::User with_unmerged(user::v1::User, const identity&) const;
  scn::v1::SettingsAnswer merge(const scn::v1::SettingsRequest&);
  void settings_answered(const gateway_name& home, const scn::v1::SettingsAnswer&);
  void check_changes();
  void give_up_changes(const gateway_name& home);
  void settings_requested(const gateway_name& from, const scn::v1::SettingsRequest&);
  scn::v1::SettingsAnswer judge(const gateway_name& from, const scn::v1::SettingsRequest&);
  bool may_change(const gateway_name& from, const scn::v1::SettingsRequest&) const;
  std::optional<scn::v1::SettingsAnswer> judge_code(kept_user&, const scn::v1::SettingsRequest&);

  // state.cpp
  void handle(const event&);
  void handle_peer(const peer_message&);
  void peer_is_up(const gateway_name&);
  void peer_is_lost(const gateway_name&);
  void post(const gateway_name& to, scn::v1::Envelope);
  void say(line_id, login_outcome, std::string text);
  bool concerns_but_one(const event&) const;
  instant next_deadline();
  instant reckon_deadline() const;

  /// Not after what `reckon_deadline` would say, which looks at everything there is.
  std::optional<instant> next_due;
};

} // namespace switchroom::desks
