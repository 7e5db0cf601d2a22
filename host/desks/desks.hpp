// SPDX-License-Identifier: MIT
/// Hot desks: who is logged in at which line of this gateway, and where each of this gateway's
/// own users is (rules H1–H19). Both roles in one machine: home (grants, fences, tells the
/// network) and visited (asks, seats, ends). Pure: step(state, event, now) → actions, to be
/// carried out in order.
///
/// A login: visited proves the code and asks the coordinator: home, or a backup that holds a copy
/// of the user when home is lost. The coordinator ends the older login FIRST (its own line at once,
/// another gateway by revoke and revoke_done), only then lets the grantors vote on a higher epoch,
/// stores, grants and tells the network. An older login at a gateway that does not answer is over
/// when its lease is. So at no instant two ports ring for one user (H4, S12): docs/adr/0008.
///
/// Every grant has a higher epoch than all before it. Visited remembers the highest that has
/// ended here, so that a grant which was overtaken is not taken.
///
/// H6, where the rule is silent [P]: who logs out at the own base port stays logged out there
/// (the port is NoUser) until the next login at that port ends, or the own one elsewhere.
///
/// Log-in and log-out codes are turned into proofs at once; no code is kept, told or stored (H3).
#pragma once
#include "desks/ballots.hpp"
#include "types/ids.hpp"
#include "types/refusal.hpp"
#include "types/time.hpp"
#include "users/profiles.hpp"

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
  bool logout_pending = false;        ///< rule H14
  duration login_took{};              ///< from the last digit to the grant
  std::vector<gateway_name> grantors; ///< with whom it is renewed, the home first
  /// Only a login in force rings. When it is not, the person stays logged in (S11).
  bool in_force = true;
  instant in_force_until = never;
  std::map<gateway_name, instant> confirmed; ///< by grantor: when the last renewal was sent
  instant home_seen{};                       ///< rule S11
  /// Of a roaming user at a phone with a display, once they have come (rule S7).
  std::optional<user::v1::Records> records = {};
};

/// What a port is when nobody has logged in.
struct port {
  line_id line;
  extension_number base_user; ///< empty: none (rule H1)
  bool display = false;       ///< can show a personal directory and a call log (H17)
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
  /// Who else votes on logins of this gateway's users, and grants them when it is lost (S12).
  std::vector<gateway_name> backups;
  duration lease{std::chrono::seconds{30}};
  duration unseen_by_home{std::chrono::hours{24}}; ///< then a login ends (S11)
  bool agent_roaming = false;                      ///< own agents may log in elsewhere (H19)
  users::profiles profiles;                        ///< what goes along with own users (S2)
};

/// How long a grantor waits for a login that it does not hear of: clocks may run apart by an
/// eighth.
constexpr duration wait_of(duration lease) {
  return lease + lease / 8 + std::chrono::seconds{1};
}

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
/// For the call log of who sits, or sat, at a line here (rule S7).
struct call_made {
  identity who;
  user::v1::CallRecord call;
};
/// The operator has changed a personal directory of this gateway's users.
struct records_changed {
  user::v1::Records records;
};
struct deadline {};
using event =
    std::variant<log_in, log_out, change_settings, line_use, peer_message, peer_up, peer_lost,
                 user_changed, user_deleted, call_made, records_changed, deadline>;

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
  agent_stays, ///< rule H19
  pending,     ///< rule H14: a call is up; will be carried out when it ends
};
/// Tell the person at the line (tone, text) and the log. Sent for each log_in and log_out.
struct login_result {
  line_id line;
  login_outcome outcome;
  std::string text;
  bool logged_in = false; ///< granted, and it was a log in
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
/// What a grantor has promised: durable before the next message leaves.
struct store_ballot {
  identity who;
  ballot what;
};
/// Of a user who was deleted.
struct erase_ballot {
  identity who;
};
/// Of another gateway's user, as it came: sealed.
struct store_copy {
  identity who;
  std::string sealed;
};
struct erase_copy {
  identity who;
};
/// A document with changes that its home, which is lost, does not know (rule S13).
struct store_unmerged {
  identity who;
  user::v1::User user;
};
struct erase_unmerged {
  identity who;
};
/// Of an own user (rule S7).
struct store_records {
  user::v1::Records records;
};
/// Calls of another gateway's user that the home has not taken yet, sealed (rules S7, H16).
struct store_unsent {
  identity who;
  std::string sealed;
};
struct erase_unsent {
  identity who;
};
struct note { ///< for the event log
  std::string text;
};
using action = std::variant<login_result, settings_result, occupant_changed, send, send_to_all,
                            store_session, erase_session, store_whereabouts, store_user,
                            store_ballot, erase_ballot, store_copy, erase_copy, store_unmerged,
                            erase_unmerged, store_records, store_unsent, erase_unsent, note>;

// ---- state -------------------------------------------------------------------------------
/// Everything that survives a restart.
struct stored {
  std::vector<user::v1::User> users;           ///< whose home is here
  std::vector<scn::v1::UserState> whereabouts; ///< of these
  std::vector<session> sessions;               ///< at lines of this gateway
  std::vector<store_ballot> ballots;
  std::vector<store_unmerged> unmerged;
  std::vector<store_copy> copies;         ///< of users whose home has this gateway as a backup
  std::vector<user::v1::Records> records; ///< of own users
  std::vector<store_unsent> unsent;
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
  /// Line of this gateway that rings for this user now, if any: of a login in force.
  std::optional<line_id> line_of(std::string_view extension) const;
  /// Line for a call that is made at this gateway: also the own base port of a user whose login is
  /// not in force because this gateway is cut off (docs/adr/0008).
  std::optional<line_id> line_here_of(std::string_view extension) const;
  std::vector<const session*> sessions() const;
  /// Whose own line it is: as configured, else the user's who names it (rule H1); empty: nobody's.
  extension_number base_user_of(line_id) const;
  /// How many of the own users this gateway has no copy of yet, as far as is known here (rule S12);
  /// none: it is no backup.
  std::optional<std::size_t> copies_due_at(const gateway_name&) const;
  /// Rule S7: of an own user, or of who is at a phone here that can show them; nullptr: not here.
  const user::v1::Records* records_of(std::string_view extension) const;
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
