// SPDX-License-Identifier: MIT
#include "scn/network.hpp"

#include "scn/limits.hpp"
#include "users/directory.hpp"

#include <algorithm>

namespace switchroom::scn {

namespace {

/// False: the peer has asked this, or placed this call, before. Its numbers only rise.
bool is_new(peer& from, const v1::Envelope& message) {
  const auto rises = [](std::uint64_t& last, std::uint64_t number) {
    const bool above = number > last;
    last = std::max(last, number);
    return above;
  };
  if (message.has_login_request())
    return rises(from.last_request, message.login_request().request());
  if (message.has_settings_request())
    return rises(from.last_request, message.settings_request().request());
  if (message.has_call_setup())
    return rises(from.last_call, message.call_setup().call());
  return true;
}

} // namespace

network::network(settings chosen, users::directory& directory, instant now)
    : settings_(std::move(chosen)), directory_(directory), next_heartbeat_(now) {
  for (const auto& name : settings_.peers)
    peers_[name].last_heard = now; // three seconds to answer, then it counts as lost
}

std::vector<action> network::step(event happened, instant now) {
  actions out;
  if (!started_) {
    started_ = true;
    check_all_duplicates(out);
  }
  if (auto* message = std::get_if<received>(&happened))
    take(std::move(*message), now, out);
  else if (auto* own = std::get_if<own_user_changed>(&happened))
    tell_own_change(std::move(own->state), out);
  beat(now, out);
  return out;
}

instant network::next_deadline() const {
  instant earliest = next_heartbeat_;
  for (const auto& [name, other] : peers_)
    if (other.state == peer_state::up || other.state == peer_state::connecting)
      earliest = std::min(earliest, other.last_heard + settings_.lost_after);
  return earliest;
}

bool network::is_up(const gateway_name& name) const {
  const auto found = peers_.find(name);
  return found != peers_.end() && found->second.state == peer_state::up;
}

// ---- what comes in -------------------------------------------------------------------------

void network::take(received arrived, instant now, actions& out) {
  const auto found = peers_.find(arrived.from);
  if (found == peers_.end())
    return; // the rim lets only pinned keys in (rule S14): a peer that was taken off the list
  auto& [name, other] = *found;
  ++other.received;
  auto& message = arrived.message;
  using envelope = v1::Envelope;
  if (message.body_case() == envelope::kHello)
    return take_hello(name, other, message, now, out);
  if (message.protocol() != protocol_version || message.body_case() == envelope::BODY_NOT_SET ||
      !within_limits(message)) {
    ++other.malformed;
    return;
  }
  if (message.body_case() == envelope::kHeartbeat)
    take_heartbeat(name, other, message.heartbeat(), out);
  if (other.state != peer_state::up) {
    // Not of a start that has said hello: it may be late news of one that is over.
    other.malformed += message.body_case() != envelope::kHeartbeat;
    return;
  }
  other.last_heard = now;
  if (!is_new(other, message)) {
    ++other.malformed;
    return;
  }
  switch (message.body_case()) {
  case envelope::kHeartbeat:
    return;
  case envelope::kDirectory:
    return take_directory(name, other, message, out);
  case envelope::kUserState:
    return take_user_state(name, std::move(message), out);
  default:
    out.push_back(hand_on{name, std::move(message)});
  }
}

void network::take_hello(const gateway_name& name, peer& other, const v1::Envelope& message,
                         instant now, actions& out) {
  const auto& hello = message.hello();
  if (message.protocol() != protocol_version || hello.newest_protocol() < protocol_version) {
    const auto theirs = std::max(message.protocol(), hello.newest_protocol());
    return refuse(name, other,
                  "Gateway " + name + " speaks version " + std::to_string(theirs) +
                      " of the network protocol; this gateway speaks version " +
                      std::to_string(protocol_version) + ".",
                  "Install the same release of Switchroom on both gateways.", out);
  }
  if (!settings_.voice_networking || !hello.voice_networking())
    return refuse(name, other,
                  (settings_.voice_networking ? "Gateway " + name : std::string("This gateway")) +
                      " has no Voice Networking licence, so neither serves users of the other.",
                  "Install a Voice Networking licence there, or take the gateway off the list of "
                  "peers.",
                  out);
  if (hello.boot() != other.boot) {
    if (other.state == peer_state::up)
      go_down(name, other, peer_state::connecting, out); // restarted: its calls are gone
    other.boot = hello.boot();
    other.last_request = other.last_call = 0;
    other.parts.clear();
    directory_.forget_version(name);
  }
  other.last_heard = now;
  const bool was_up = other.state == peer_state::up;
  if (hello.heard_boot() != settings_.boot)
    send_hello(name, out); // before anything that comes of its being up
  if (!was_up)
    come_up(name, other, out);
  send_directory(name, out);
}

void network::take_heartbeat(const gateway_name& name, peer& other, const v1::Heartbeat& beat,
                             actions& out) {
  if (other.state == peer_state::refused || other.boot == 0)
    return;
  if (beat.boot() != other.boot) {
    if (other.state == peer_state::up)
      go_down(name, other, peer_state::connecting, out);
    return; // hello, sent each second until it is up, asks for the rest
  }
  const bool was_up = other.state == peer_state::up;
  if (!was_up)
    come_up(name, other, out);
  // Not when it is lower: a heartbeat may have been overtaken by the state of a user.
  if (!was_up || beat.directory_version() > directory_.version_of(name))
    send_hello(name, out); // its answer is the directory
}

void network::tell_own_change(v1::UserState state, actions& out) {
  state.set_directory_version(++directory_version_);
  check_duplicate(state.extension(), out);
  v1::Envelope message;
  *message.mutable_user_state() = std::move(state);
  for (const auto& [name, other] : peers_)
    if (other.state == peer_state::up)
      post(name, message, out);
}

// ---- time ----------------------------------------------------------------------------------

void network::beat(instant now, actions& out) {
  for (auto& [name, other] : peers_)
    if ((other.state == peer_state::up || other.state == peer_state::connecting) &&
        now - other.last_heard >= settings_.lost_after)
      go_down(name, other, peer_state::lost, out);
  if (now < next_heartbeat_)
    return;
  next_heartbeat_ = now + settings_.heartbeat;
  for (const auto& [name, other] : peers_) {
    if (other.state == peer_state::connecting || other.state == peer_state::lost)
      send_hello(name, out);
    if (other.state == peer_state::refused)
      continue;
    v1::Envelope message;
    message.mutable_heartbeat()->set_boot(settings_.boot);
    message.mutable_heartbeat()->set_directory_version(directory_version_);
    post(name, std::move(message), out);
  }
}

void network::come_up(const gateway_name& name, peer& other, actions& out) {
  other.state = peer_state::up;
  other.why.clear();
  out.push_back(clear_alarm{"peer-lost-" + name});
  out.push_back(clear_alarm{"peer-refused-" + name});
  out.push_back(peer_up{name});
}

void network::go_down(const gateway_name& name, peer& other, peer_state next, actions& out) {
  if (other.state == peer_state::up || next != peer_state::connecting)
    out.push_back(peer_lost{name}); // one that never answered counts as lost too
  other.state = next;
  if (next == peer_state::lost)
    out.push_back(raise_alarm{
        "peer-lost-" + name, "Gateway " + name + " is lost",
        "Nothing has been heard from gateway " + name + " for " +
            std::to_string(std::chrono::ceil<std::chrono::seconds>(settings_.lost_after).count()) +
            " s. Calls to it fail. Its users can log in elsewhere through its backups, if it has "
            "any.",
        "Check that " + name +
            " runs, that the network between reaches it, and that each side "
            "has the other's public key."});
}

void network::refuse(const gateway_name& name, peer& other, std::string why, std::string remedy,
                     actions& out) {
  if (other.state != peer_state::refused) {
    send_hello(name, out); // once, so that the other side can say why too
    go_down(name, other, peer_state::refused, out);
    out.push_back(clear_alarm{"peer-lost-" + name});
  }
  if (other.why != why)
    out.push_back(raise_alarm{"peer-refused-" + name, "Gateway " + name + " is refused", why,
                              std::move(remedy)});
  other.why = std::move(why);
}

// ---- duplicate numbers (rule S5) -------------------------------------------------------------

void network::check_duplicate(const extension_number& extension, actions& out) {
  const auto homes = directory_.claimants(extension);
  const std::string id = "duplicate-" + extension;
  if (homes.size() < 2) {
    if (standing_duplicates_.erase(extension) != 0)
      out.push_back(clear_alarm{id});
    return;
  }
  if (!standing_duplicates_.insert(extension).second)
    return;
  std::string list;
  for (const auto& home : homes)
    list += (list.empty() ? "" : home == homes.back() ? " and " : ", ") + home;
  const auto* counts = directory_.find(extension);
  out.push_back(raise_alarm{id, "Number " + extension + " exists more than once",
                            "Number " + extension + " is a user of " + list +
                                ". Calls from here reach the one of " + counts->home + ".",
                            "Give all but one of these users another number."});
}

void network::check_all_duplicates(actions& out) {
  const auto standing = standing_duplicates_;
  for (const auto& extension : standing)
    check_duplicate(extension, out);
  for (const auto& extension : directory_.duplicates())
    check_duplicate(extension, out);
}

// ---- what goes out -------------------------------------------------------------------------

void network::send_hello(const gateway_name& to, actions& out) {
  v1::Envelope message;
  auto& hello = *message.mutable_hello();
  hello.set_boot(settings_.boot);
  hello.set_newest_protocol(protocol_version);
  hello.set_voice_networking(settings_.voice_networking);
  hello.set_heard_boot(peers_.at(to).boot);
  post(to, std::move(message), out);
}

void network::post(const gateway_name& to, v1::Envelope message, actions& out) {
  message.set_protocol(protocol_version);
  ++peers_.at(to).sent;
  out.push_back(send{to, std::move(message)});
}

} // namespace switchroom::scn
