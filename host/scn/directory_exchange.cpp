// SPDX-License-Identifier: MIT
// Who is where, as gateways tell one another (S1): whole directories, in parts, and single states;
// of the home, or of a backup that speaks for it.
#include "scn/limits.hpp"
#include "scn/network.hpp"
#include "users/directory.hpp"

#include <algorithm>
#include <iterator>

namespace switchroom::scn {
namespace {

/// Takes a part in. True: it was the last one, and `whole` is all of them.
bool complete(peer& from, const v1::Directory& part, v1::Directory& whole) {
  const auto parts = std::max(part.parts(), 1u);
  if (parts > most_parts || part.part() >= parts) {
    ++from.malformed;
    return false;
  }
  auto& kept = from.parts;
  if (!kept.empty()) {
    const auto& other = kept.begin()->second;
    if (other.version() > part.version())
      return false;
    if (other.version() < part.version() || other.parts() != part.parts())
      kept.clear();
  }
  kept[part.part()] = part;
  if (kept.size() < parts)
    return false;
  whole = kept.at(0);
  for (auto next = std::next(kept.begin()); next != kept.end(); ++next)
    whole.mutable_users()->MergeFrom(next->second.users());
  kept.clear();
  return true;
}

} // namespace

/// A part that is lost is missed as a version: the next heartbeat asks for all of them.
void network::take_directory(const gateway_name& name, peer& other, const v1::Envelope& message,
                             actions& out) {
  if (!message.directory().home().empty())
    return take_from_backup(name, message, out);
  if (message.directory().version() < directory_.version_of(name))
    return; // overtaken by a newer state
  v1::Envelope whole;
  auto& list = *whole.mutable_directory();
  if (!complete(other, message.directory(), list))
    return;
  directory_.replace(name, list);
  const auto& grantors = list.grantors();
  directory_.set_grantors(name, {grantors.begin(), grantors.end()});
  check_all_duplicates(out);
  out.push_back(hand_on{name, std::move(whole)});
}

/// A backup speaks for a home that is lost: who is not known becomes known.
void network::take_from_backup(const gateway_name& name, const v1::Envelope& message,
                               actions& out) {
  const auto& list = message.directory();
  const auto& home = list.home();
  const auto known = peers_.find(home);
  const bool backup =
      std::find(list.grantors().begin(), list.grantors().end(), name) != list.grantors().end();
  if (known == peers_.end() || known->second.state == peer_state::up || !backup)
    return;
  if (directory_.grantors_of(home).empty())
    directory_.set_grantors(home, {list.grantors().begin(), list.grantors().end()});
  for (auto state : list.users()) {
    state.clear_directory_version();
    state.clear_home();
    if (!is_newer(home, state))
      continue;
    directory_.update(home, state);
    check_duplicate(state.extension(), out);
  }
  out.push_back(hand_on{name, message});
}

/// A backup has granted a login of a user of `home`.
void network::take_state_from_backup(const gateway_name& name, const v1::Envelope& message,
                                     actions& out) {
  auto state = message.user_state();
  const auto home = state.home();
  if (home == settings_.gateway) {
    out.push_back(hand_on{name, message});
    return;
  }
  const auto& grantors = directory_.grantors_of(home);
  if (std::find(grantors.begin(), grantors.end(), name) == grantors.end())
    return;
  state.clear_directory_version();
  state.clear_home();
  if (is_newer(home, state) && directory_.update(home, state))
    out.push_back(hand_on{name, message});
}

/// Of one epoch, what the home says counts.
bool network::is_newer(const gateway_name& home, const v1::UserState& state) const {
  const auto* known = directory_.find_at(home, state.extension());
  return known == nullptr || state.epoch() > known->state.epoch();
}

void network::take_user_state(const gateway_name& name, v1::Envelope message, actions& out) {
  const auto& state = message.user_state();
  if (!state.home().empty())
    return take_state_from_backup(name, message, out);
  if (!directory_.update(name, state))
    return;
  if (directory_.version_of(name) < state.directory_version())
    send_hello(name, out); // one before it is missing
  check_duplicate(state.extension(), out);
  out.push_back(hand_on{name, std::move(message)});
}

void network::send_directory(const gateway_name& to, actions& out) {
  std::vector<v1::Envelope> parts(1);
  std::size_t octets = 0;
  for (const auto& own : directory_.all_of(settings_.gateway)) {
    if (octets > full_message) {
      parts.emplace_back();
      octets = 0;
    }
    octets += own.state.ByteSizeLong();
    *parts.back().mutable_directory()->add_users() = own.state;
  }
  for (std::size_t n = 0; n < parts.size(); ++n) {
    auto& list = *parts[n].mutable_directory();
    list.set_version(directory_version_);
    list.add_grantors(settings_.gateway);
    for (const auto& backup : settings_.backups)
      list.add_grantors(backup);
    list.set_part(static_cast<std::uint32_t>(n));
    list.set_parts(static_cast<std::uint32_t>(parts.size()));
    post(to, std::move(parts[n]), out);
  }
}

} // namespace switchroom::scn
