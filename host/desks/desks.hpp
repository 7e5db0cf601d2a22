// SPDX-License-Identifier: MIT
/// Hot desks: who is logged in at which line of this gateway, and where each of this gateway's
/// own users is (rules H1–H19). Both roles in one machine: home (grants, fences, tells the
/// network) and visited (asks, seats, ends). Pure: step(state, event, now) → actions, to be
/// carried out in order.
///
/// A login: visited proves the code and asks home; home ends the older login FIRST (its own line
/// at once, another gateway by revoke and revoke_done), only then raises the epoch, stores, grants
/// and tells the network. So at no instant two ports ring for one user (H4). A gateway that does
/// not answer the revoke is waited for, then the new login is refused; one that is known to be
/// lost is fenced by the epoch instead: its session ends when it hears of the newer one. Until
/// leases come, both may ring in a partition.
///
/// Every grant has a higher epoch than all before it. Visited remembers the highest that has
/// ended here, so that a grant which was overtaken is not taken.
///
/// H6, where the rule is silent [P]: who logs out at the own base port stays logged out there
/// (the port is NoUser) until the next login at that port ends, or the own one elsewhere.
///
/// Log-in and log-out codes are turned into proofs at once; no code is kept, told or stored (H3).
#pragma once
#include "types/ids.hpp"
#include "types/refusal.hpp"
#include "types/time.hpp"

#include "scn.pb.h"
#include "user.pb.h"

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <variant>
#include <vector>

namespace switchroom::users {
class directory;
}

namespace switchroom::desks {

/// One login at a line of this gateway.
struct session {
  line_id line;
  user::v1::User settings; ///< the whole user, as it came from home
  epoch_number epoch;
  instant since{};
  bool logout_pending = false; ///< rule H14
  duration login_took{};       ///< from the last digit to the grant
};

/// What a port is when nobody has logged in.
struct port {
  line_id line;
  extension_number base_user; ///< empty: none (rule H1)
};

struct settings {
  gateway_name gateway;
  std::vector<port> ports;
  std::vector<std::uint8_t> network_key; ///< 32 octets, the same in the whole network (rule H3)
  bool voice_networking = true;          ///< licence, rule S4
  unsigned wrong_codes_allowed = 4;      ///< rule H5
  duration lockout{std::chrono::seconds{90}};
  duration login_timeout{std::chrono::seconds{3}};  ///< home does not answer
  duration revoke_timeout{std::chrono::seconds{2}}; ///< the older login's gateway does not
  duration repeat{std::chrono::milliseconds{500}};  ///< a revoke or notice not yet answered
  duration lost_after{std::chrono::seconds{3}};     ///< since start, without peer_up: lost
  /// After peer_lost: a peer that only restarts has its sessions back and says hello within this.
  duration restart_grace{std::chrono::milliseconds{1500}};
  std::uint64_t first_request = 1; ///< random, so that no answer to an earlier start fits
};

// ---- events ------------------------------------------------------------------------------
/// Rule H2. `extension` empty: the port's own base user. `ask_code` false: by operator.
struct log_in {
  line_id line;
  extension_number extension;
  std::string code;
  bool ask_code = true;
};
struct log_out {
  line_id line;
  bool by_operator = false;
};
/// Who sits at the line changes a setting (C9) or the login code (H18). `whose` empty: the own.
/// `number` comes back in the settings_result.
struct change_settings {
  line_id line;
  std::uint64_t number = 0;
  extension_number whose;
  google::protobuf::RepeatedPtrField<user::v1::SettingChange> changes;
  struct codes {
    std::string present, next;
  };
  std::optional<codes> code;
};
/// Rule H14: told whenever it changes.
struct line_use {
  line_id line;
  bool ringing = false;
  bool in_call = false;
};
/// login_…, settings_…, revoke…, logout_notice, and what the directory has already taken in:
/// user_state, directory.
struct peer_message {
  gateway_name from;
  scn::v1::Envelope message;
};
struct peer_up {
  gateway_name peer;
};
struct peer_lost {
  gateway_name peer;
};
/// A user of this gateway was created or changed (by the operator or by rule H18).
struct user_changed {
  user::v1::User user;
};
/// Whoever keeps the users erases the user and the whereabouts.
struct user_deleted {
  extension_number extension;
};
struct deadline {};
using event = std::variant<log_in, log_out, change_settings, line_use, peer_message, peer_up,
                           peer_lost, user_changed, user_deleted, deadline>;

// ---- actions -----------------------------------------------------------------------------
enum class login_outcome {
  granted, ///< for a log_out: done
  wrong_code,
  locked_out,
  unknown_user, ///< also: log out where nobody is logged in
  no_login_code,
  not_licensed,
  home_unreachable,
  line_busy,
  busy,
  pending, ///< rule H14: a call is up; will be carried out when it ends
};
/// Tell the person at the line (tone, text) and the log. Sent for each log_in and log_out.
struct login_result {
  line_id line;
  login_outcome outcome;
  std::string text;
};
/// Sent once for each change_settings. `changed`: home has stored it and told everybody.
struct settings_result {
  std::uint64_t number = 0;
  line_id line;
  bool changed = false;
  std::string text;
};
/// Somebody else, or nobody, sits here now: stop ringing this line for the one before.
/// Comes *before* any action that lets the user ring elsewhere (rule H4).
struct occupant_changed {
  line_id line;
};
struct send {
  gateway_name to;
  scn::v1::Envelope message;
};
/// Always a user_state: give it to scn::network as own_user_changed, which numbers and sends it.
struct send_to_all {
  scn::v1::Envelope message;
};
struct store_session {
  session what;
};
struct erase_session {
  line_id line;
};
/// Where a user of this gateway is and with which epoch: durable before a grant leaves.
struct store_whereabouts {
  extension_number extension;
  scn::v1::UserState where;
};
struct store_user {
  user::v1::User user;
};
struct note { ///< for the event log
  std::string text;
};
using action = std::variant<login_result, settings_result, occupant_changed, send, send_to_all,
                            store_session, erase_session, store_whereabouts, store_user, note>;

// ---- state -------------------------------------------------------------------------------
/// Everything that survives a restart.
struct stored {
  std::vector<user::v1::User> users;           ///< whose home is here
  std::vector<scn::v1::UserState> whereabouts; ///< of these
  std::vector<session> sessions;               ///< at lines of this gateway
};

class state {
public:
  /// `directory` knows the users of all gateways (rule S1); desks keeps the own ones in it, and
  /// it must outlive this. Base users are seated at once; what is to be stored of that comes with
  /// the first step, which next_deadline() asks for.
  state(settings, stored, users::directory&, instant now);
  ~state();
  state(state&&) noexcept;
  state& operator=(state&&) noexcept;

  std::vector<action> step(const event&, instant now);
  /// Earliest instant at which a `deadline` event is wanted; `never` if none.
  instant next_deadline() const;

  /// Login at this line, base users included; nullptr = NoUser (rules H6, H13).
  const session* at(line_id) const;
  /// Line of this gateway where this user sits now, if any.
  std::optional<line_id> line_of(std::string_view extension) const;
  std::vector<const session*> sessions() const;
  struct lock {
    unsigned wrong_codes = 0;
    duration left{};
  };
  /// Rule H5, for the CLI.
  lock lock_of(line_id, instant now) const;
  lock lock_of_user(std::string_view extension, instant now) const;

private:
  struct implementation;
  std::unique_ptr<implementation> self_;
};

} // namespace switchroom::desks
