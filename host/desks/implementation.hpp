// SPDX-License-Identifier: MIT
/// The machine behind desks::state. home.cpp: what the home of a user does; visited.cpp: what the
/// gateway does at whose line somebody logs in; seats.cpp: lines, base users, restart;
/// settings.cpp: both sides of a change that is made at a line.
#pragma once
#include "desks/desks.hpp"
#include "desks/texts.hpp"
#include "desks/wrong_codes.hpp"

namespace switchroom::desks {

/// A login that is asked for at a line of this gateway.
struct attempt {
  extension_number extension;
  gateway_name home;
  std::string proof;
  bool by_operator = false;
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
};

/// A new login waits for an older one to end.
struct login_under_way {
  gateway_name from;
  std::uint64_t request = 0;
  std::uint32_t line = 0;
  instant until{}, repeat_at{};
};

struct own_user {
  user::v1::User user;
  scn::v1::UserState where;
  wrong_codes wrong;
};

/// A user by home and number: two homes may claim one number.
using identity = std::pair<gateway_name, extension_number>;

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

struct state::implementation {
  settings chosen;
  users::directory& directory;
  instant started;
  std::map<line_id, seat> seats;
  std::map<extension_number, own_user, std::less<>> own;
  std::map<extension_number, login_under_way, std::less<>> under_way;
  std::set<gateway_name> up;
  std::map<gateway_name, instant> lost;     ///< since when
  std::map<identity, std::uint64_t> fences; ///< highest epoch that has ended here
  std::map<identity, ended_login> untold;
  std::map<std::uint64_t, asked_change> changing; ///< by request
  std::uint64_t next_request;
  std::vector<action> out;
  instant now;

  implementation(settings, stored, users::directory&, instant);

  // seats.cpp
  void restore(stored);
  void restore_session(session);
  void restore_own(own_user&);
  void find_base_users();
  seat* base_seat_of(std::string_view extension);
  seat* seat_of(const identity&);
  void settle();
  void seat_base_user(seat&, own_user&);
  void take(seat&, const user::v1::User&, std::uint64_t epoch, duration took);
  identity vacate(seat&);
  void end(seat&, std::string_view why);
  void use_changed(const line_use&);
  void check_idle();
  instant idle_deadline(const seat&) const;

  // visited.cpp
  void log_in_at(const log_in&);
  std::optional<spoken_outcome> check_attempt(seat&, const log_in&, attempt&);
  void submit(seat&, attempt);
  void granted(const gateway_name& home, const scn::v1::LoginGrant&);
  void refused(const gateway_name& home, const scn::v1::LoginRefusal&);
  void settings_changed(const gateway_name& home, const scn::v1::LoginGrant&);
  void log_out_at(const log_out&);
  void log_out_now(seat&);
  void revoked(const gateway_name& home, const scn::v1::Revoke&);
  void compare(const gateway_name& home);
  void compare_listed(const gateway_name& home, const scn::v1::UserState&);
  void tell_home_ended(const identity&, std::uint64_t epoch);
  void check_attempts();
  void repeat_untold();
  bool home_knows(const identity&, std::uint64_t epoch) const;
  seat* asked_by(const gateway_name& home, std::uint64_t request);

  // home.cpp
  void login_requested(const gateway_name& from, const scn::v1::LoginRequest&);
  void end_former(own_user&, login_under_way);
  void grant(own_user&, const login_under_way&);
  void refuse(const gateway_name& to, std::uint64_t request, scn::v1::Refusal,
              duration retry_after = {});
  void login_ended(const gateway_name& from, std::string_view extension, std::uint64_t epoch);
  void log_off(own_user&);
  void revoke(const own_user&);
  void check_revokes();
  void fence_lost();
  void publish(own_user&);
  void change_user(const user::v1::User&);
  void send_settings(const own_user&);
  void delete_user(const extension_number&);
  bool is_lost(const gateway_name&) const;

  // settings.cpp
  void change_settings_at(const change_settings&);
  result<scn::v1::SettingsRequest> settings_request(seat&, const change_settings&);
  void settings_answered(const gateway_name& home, const scn::v1::SettingsAnswer&);
  void check_changes();
  void give_up_changes(const gateway_name& home);
  void settings_requested(const gateway_name& from, const scn::v1::SettingsRequest&);
  scn::v1::SettingsAnswer judge(const gateway_name& from, const scn::v1::SettingsRequest&);
  bool may_change(const gateway_name& from, const scn::v1::SettingsRequest&) const;
  std::optional<scn::v1::SettingsAnswer> judge_code(own_user&, const scn::v1::SettingsRequest&);

  // state.cpp
  void handle(const event&);
  void handle_peer(const peer_message&);
  void peer_is_up(const gateway_name&);
  void peer_is_lost(const gateway_name&);
  void post(const gateway_name& to, scn::v1::Envelope);
  void say(line_id, login_outcome, std::string text);
  instant next_deadline() const;
};

} // namespace switchroom::desks
