// SPDX-License-Identifier: MIT
/// The small community network as one gateway sees it: which peers are there, and what they
/// know. Hello, heartbeats, loss of a peer (rule S15), exchange of directories (S1), duplicate
/// numbers (S5), licences (S4). Pure: step(event, now) → actions, to be carried out in order, and
/// the directory handed in. Refused of peers: another protocol version, no licence on one side.
/// Dropped and counted as malformed: no body, wrong protocol, beyond the limits (limits.hpp),
/// anything before hello, and requests and calls that were made before (a message that is repeated
/// has no effect, whoever repeats it; on the wire CURVE lets none through). Logins belong
/// to desks, calls to calls: their messages are handed on.
#pragma once
#include "types/ids.hpp"
#include "types/time.hpp"

#include "scn.pb.h"

#include <map>
#include <set>
#include <string>
#include <variant>
#include <vector>

namespace switchroom::users {
class directory;
}

namespace switchroom::scn {

inline constexpr std::uint32_t protocol_version = 1;

struct settings {
  gateway_name gateway;
  std::vector<gateway_name> peers;
  std::uint64_t boot = 0; ///< random number of this start
  bool voice_networking = true;
  duration heartbeat{std::chrono::seconds{1}};
  duration lost_after{std::chrono::seconds{3}};
  std::vector<gateway_name> backups = {}; ///< of this gateway's users (docs/adr/0008)
};

struct received {
  gateway_name from;
  v1::Envelope message;
};
struct deadline {};
/// desks changed a user of ours (its send_to_all); tell everybody. The network numbers the state
/// and sends it to each peer that is up.
struct own_user_changed {
  v1::UserState state;
};
using event = std::variant<received, deadline, own_user_changed>;

struct send {
  gateway_name to;
  v1::Envelope message;
};
struct peer_up {
  gateway_name peer;
};
struct peer_lost {
  gateway_name peer;
};
/// For desks (login…, revoke…, logout_notice) or calls (call_…). user_state and directory are
/// handed on to desks too, when the directory has taken them in: a login here may have ended.
struct hand_on {
  gateway_name from;
  v1::Envelope message;
};
struct raise_alarm {
  std::string id; ///< stable: "duplicate-204", "peer-lost-berlin"
  std::string title, what, remedy;
};
struct clear_alarm {
  std::string id;
};
using action = std::variant<send, peer_up, peer_lost, hand_on, raise_alarm, clear_alarm>;

enum class peer_state { connecting, up, lost, refused };
struct peer {
  peer_state state = peer_state::connecting;
  std::string why; ///< when refused: protocol version or licence
  instant last_heard{};
  std::uint64_t boot = 0;
  std::uint64_t received = 0, sent = 0, malformed = 0;
  std::uint64_t last_request = 0, last_call = 0; ///< their numbers rise from start to start
  /// Parts of a directory that is not complete yet, all of one version.
  std::map<std::uint32_t, v1::Directory> parts = {};
};

class network {
public:
  network(settings, users::directory&, instant now);
  std::vector<action> step(event, instant now);
  instant next_deadline() const;
  const std::map<gateway_name, peer>& peers() const { return peers_; }
  bool is_up(const gateway_name&) const;

private:
  using actions = std::vector<action>;

  settings settings_;
  users::directory& directory_;
  std::map<gateway_name, peer> peers_;
  std::uint64_t directory_version_ = 1; ///< of our own users; 0 would mean "never heard"
  instant next_heartbeat_{};
  std::set<extension_number> standing_duplicates_;
  bool started_ = false;

  void take(received, instant now, actions&);
  void take_hello(const gateway_name&, peer&, const v1::Envelope&, instant now, actions&);
  void take_heartbeat(const gateway_name&, peer&, const v1::Heartbeat&, actions&);
  void take_directory(const gateway_name&, peer&, const v1::Envelope&, actions&);
  void take_user_state(const gateway_name&, v1::Envelope, actions&);
  void take_from_backup(const gateway_name&, const v1::Envelope&, actions&);
  void take_state_from_backup(const gateway_name&, const v1::Envelope&, actions&);
  bool is_newer(const gateway_name& home, const v1::UserState&) const;
  void tell_own_change(v1::UserState, actions&);
  void beat(instant now, actions&);
  void come_up(const gateway_name&, peer&, actions&);
  void go_down(const gateway_name&, peer&, peer_state, actions&);
  void refuse(const gateway_name&, peer&, std::string why, std::string remedy, actions&);
  void check_duplicate(const extension_number&, actions&);
  void check_all_duplicates(actions&);
  void send_hello(const gateway_name&, actions&);
  void send_directory(const gateway_name&, actions&);
  void post(const gateway_name&, v1::Envelope, actions&);
};

} // namespace switchroom::scn
