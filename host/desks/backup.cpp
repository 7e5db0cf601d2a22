// SPDX-License-Identifier: MIT
// Copies of users at their backups (rule S12): home sends each of them what it does not have yet; a
// backup keeps them sealed, and tells others of the users of a home that is lost.
#include "desks/implementation.hpp"
#include "users/directory.hpp"
#include "users/sealed_profile.hpp"
#include "users/settings.hpp"

#include <algorithm>

namespace switchroom::desks {
namespace {
constexpr std::size_t most_octets = 32'768; // of one message, half of what is taken
constexpr std::size_t head_of_a_copy = 16;  // tags and lengths
} // namespace

std::vector<gateway_name> state::implementation::own_grantors() const {
  std::vector<gateway_name> grantors{chosen.gateway};
  grantors.insert(grantors.end(), chosen.backups.begin(), chosen.backups.end());
  return grantors;
}

std::string state::implementation::sealed_copy_of(const kept_user& user) const {
  scn::v1::Profile profile;
  *profile.mutable_user() = document_for({}, user);
  profile.mutable_grantors()->Add(user.grantors.begin(), user.grantors.end());
  profile.set_agent_roaming(user.user.home() == chosen.gateway ? chosen.agent_roaming
                                                               : user.agent_roaming);
  return users::seal(profile, chosen.network_key);
}

// ---- home ----------------------------------------------------------------------------------

void state::implementation::copy_to_backups(const extension_number& extension) {
  for (const auto& backup : chosen.backups) {
    auto& work = copying_to[backup];
    work.due.insert(extension);
    work.sent.erase(extension); // what is on its way is not the newest
  }
}

void state::implementation::send_copies() {
  for (auto& [backup, work] : copying_to) {
    if (work.due.empty() || !up.contains(backup) || (work.number != 0 && now < work.repeat_at))
      continue;
    work.number = next_request++;
    work.repeat_at = now + chosen.repeat;
    work.sent.clear();
    scn::v1::Envelope message;
    auto& copies_sent = *message.mutable_copies();
    copies_sent.set_number(work.number);
    std::size_t octets = 0;
    for (const auto& extension : work.due) {
      const auto found = own.find(extension);
      auto sealed = found == own.end() ? std::string() : sealed_copy_of(found->second);
      octets += sealed.size() + extension.size() + head_of_a_copy;
      if (octets > most_octets && copies_sent.copies_size() > 0)
        break; // with the next message
      auto& copy = *copies_sent.add_copies();
      copy.set_extension(extension);
      copy.set_sealed(std::move(sealed));
      work.sent.insert(extension);
    }
    post(backup, std::move(message));
  }
}

void state::implementation::copies_kept(const gateway_name& from,
                                        const scn::v1::CopiesKept& answer) {
  const auto found = copying_to.find(from);
  if (found == copying_to.end() || found->second.number != answer.number())
    return;
  auto& work = found->second;
  for (const auto& extension : work.sent)
    work.due.erase(extension);
  work.sent.clear();
  work.number = 0;
}

instant state::implementation::next_copying() const {
  instant earliest = never;
  for (const auto& [backup, work] : copying_to)
    if (!work.due.empty() && up.contains(backup))
      earliest = std::min(earliest, work.number == 0 ? now : work.repeat_at);
  return earliest;
}

// ---- backup --------------------------------------------------------------------------------

void state::implementation::copies_arrived(const gateway_name& home,
                                           const scn::v1::Copies& arrived) {
  for (const auto& copy : arrived.copies()) {
    const identity who{home, copy.extension()};
    if (copy.sealed().empty()) {
      if (const auto next = under_way.extract(who))
        refuse(next.mapped().from, next.mapped().request, scn::v1::UNKNOWN_USER);
      copies.erase(who);
      home_is_behind.erase(who);
      votes.forget(who);
      out.push_back(erase_ballot{who});
      out.push_back(erase_copy{who});
      continue;
    }
    if (keep_copy(who, copy.sealed()))
      out.push_back(store_copy{who, copy.sealed()});
  }
  scn::v1::Envelope message;
  message.mutable_copies_kept()->set_number(arrived.number());
  post(home, std::move(message));
}

/// False: it cannot be opened. The home is answered all the same: it would be no better next time.
bool state::implementation::keep_copy(const identity& who, std::string_view sealed) {
  auto profile = users::unseal(sealed, chosen.network_key);
  if (!profile || profile->user().extension() != who.second) {
    out.push_back(note{"The copy of user " + who.second + " of " + who.first +
                       " cannot be opened: it was damaged, or sealed under another network key."});
    return false;
  }
  auto& user = copies[who];
  user.user = std::move(*profile->mutable_user());
  user.user.set_home(who.first);
  user.agent_roaming = profile->agent_roaming();
  user.grantors.assign(profile->grantors().begin(), profile->grantors().end());
  user.where.set_extension(who.second);
  return true;
}

/// What was changed where the user was until now goes along to the next gateway.
void state::implementation::merge_into_copy(const identity& who, const user::v1::User& changes) {
  const auto found = copies.find(who);
  if (found == copies.end())
    return;
  auto& copy = found->second;
  std::vector<std::string> told;
  copy.user = users::merged(std::move(copy.user), changes, told);
  out.push_back(store_copy{who, sealed_copy_of(copy)});
}

/// What the home says of a user of whom there is a copy here.
void state::implementation::note_copy(const gateway_name& home, const scn::v1::UserState& state) {
  const auto found = copies.find({home, state.extension()});
  if (found == copies.end())
    return;
  if (state.epoch() < found->second.where.epoch()) { // granted here while home was lost
    home_is_behind[found->first] = now;
    return;
  }
  home_is_behind.erase(found->first);
  found->second.where = state;
  found->second.where.clear_directory_version();
}

/// `to` has come up while `home` is lost, and may not know its users.
void state::implementation::speak_for(const gateway_name& home, const gateway_name& to) {
  scn::v1::Envelope message;
  auto flush = [&] {
    if (message.has_directory())
      post(to, std::exchange(message, {}));
  };
  for (auto found = copies.lower_bound({home, {}}); found != copies.end(); ++found) {
    const auto& [who, user] = *found;
    if (who.first != home)
      break;
    auto& list = *message.mutable_directory();
    if (list.users_size() == 0) {
      list.set_home(home);
      list.mutable_grantors()->Add(user.grantors.begin(), user.grantors.end());
    }
    *list.add_users() = public_state_of(user);
    if (list.ByteSizeLong() > most_octets)
      flush();
  }
  flush();
}

/// A login of another gateway's user, to everybody.
void state::implementation::relay(const kept_user& user) {
  auto state = public_state_of(user);
  const auto* known = directory.find_at(user.user.home(), state.extension());
  if (known && known->state.epoch() >= state.epoch())
    return; // of one epoch, what the home has said counts
  home_is_behind[{user.user.home(), state.extension()}] = now + chosen.repeat;
  state.set_home(user.user.home());
  directory.update(user.user.home(), state);
  scn::v1::Envelope message;
  *message.mutable_user_state() = std::move(state);
  for (const auto& peer : std::set(up))
    post(peer, message);
}

/// The home may have been told before it had heard of this gateway again, and not have taken it.
void state::implementation::repeat_to_homes() {
  for (auto& [who, repeat_at] : home_is_behind) {
    if (now < repeat_at || !up.contains(who.first))
      continue;
    repeat_at = now + chosen.repeat;
    scn::v1::Envelope message;
    *message.mutable_user_state() = public_state_of(copies.at(who));
    message.mutable_user_state()->set_home(who.first);
    post(who.first, std::move(message));
  }
}

} // namespace switchroom::desks
