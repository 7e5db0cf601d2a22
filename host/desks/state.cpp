// SPDX-License-Identifier: MIT
#include "desks/implementation.hpp"
#include "types/overloaded.hpp"
#include "users/directory.hpp"
#include "users/login_code.hpp"

#include <algorithm>
#include <stdexcept>

namespace switchroom::desks {

state::implementation::implementation(settings given, stored kept, users::directory& known,
                                      instant start)
    : chosen(std::move(given)), directory(known), started(start), votes(wait_of(chosen.lease)),
      next_request(chosen.first_request), now(start) {
  if (chosen.network_key.size() != users::network_key_octets)
    throw std::invalid_argument("The network key of " + chosen.gateway + " has " +
                                std::to_string(chosen.network_key.size()) +
                                " octets; it must have 32.");
  restore(std::move(kept));
}

void state::implementation::handle(const event& happened) {
  std::visit(overloaded{
                 [&](const log_in& e) { log_in_at(e); },
                 [&](const log_out& e) { log_out_at(e); },
                 [&](const change_settings& e) { change_settings_at(e); },
                 [&](const line_use& e) { use_changed(e); },
                 [&](const peer_message& e) { handle_peer(e); },
                 [&](const peer_up& e) { peer_is_up(e.peer); },
                 [&](const peer_lost& e) { peer_is_lost(e.peer); },
                 [&](const user_changed& e) { change_user(e.user); },
                 [&](const user_deleted& e) { delete_user(e.extension); },
                 [&](const call_made& e) { note_call(e); },
                 [&](const records_changed& e) {
                   if (const auto found = own.find(e.records.extension()); found != own.end())
                     change_records(found->second, e.records);
                 },
                 [](const deadline&) {},
             },
             happened);
}

void state::implementation::handle_peer(const peer_message& arrived) {
  using envelope = scn::v1::Envelope;
  const auto& [from, message] = arrived;
  switch (message.body_case()) {
  case envelope::kLoginRequest:
    return login_requested(from, message.login_request());
  case envelope::kLoginGrant:
    return granted(from, message.login_grant());
  case envelope::kLoginRefusal:
    return refused(from, message.login_refusal());
  case envelope::kRevoke:
    return revoked(from, message.revoke());
  case envelope::kRevokeDone: {
    const auto& done = message.revoke_done();
    const identity who{done.home().empty() ? chosen.gateway : done.home(), done.extension()};
    if (done.has_settings())
      merge_into_copy(who, done.settings());
    return login_ended(from, who, done.epoch());
  }
  case envelope::kLogoutNotice:
    return login_ended(from, {chosen.gateway, message.logout_notice().extension()},
                       message.logout_notice().epoch());
  case envelope::kVote:
    return vote_requested(from, message.vote());
  case envelope::kVoteAnswer:
    return vote_answered(from, message.vote_answer());
  case envelope::kRenewal:
    return renewal_requested(from, message.renewal());
  case envelope::kRenewalAnswer:
    return renewal_answered(from, message.renewal_answer());
  case envelope::kCopies:
    return copies_arrived(from, message.copies());
  case envelope::kCopiesKept:
    return copies_kept(from, message.copies_kept());
  case envelope::kSettingsRequest:
    return settings_requested(from, message.settings_request());
  case envelope::kSettingsAnswer:
    return settings_answered(from, message.settings_answer());
  case envelope::kRecordsRequest:
    return records_requested(from, message.records_request());
  case envelope::kRecordsSent:
    return records_arrived(from, message.records_sent());
  case envelope::kCallsMade:
    return calls_arrived(from, message.calls_made());
  case envelope::kCallsKept:
    return calls_taken(from, message.calls_kept());
  case envelope::kUserState: {
    const auto& state = message.user_state();
    const gateway_name home = state.home().empty() ? from : state.home();
    if (home == chosen.gateway)
      return news_of_own(from, state);
    if (home == from)
      note_copy(home, state);
    if (auto* desk = seat_of({home, state.extension()}))
      compare(*desk);
    return compare_listed(home, state);
  }
  case envelope::kDirectory: {
    const auto& list = message.directory();
    const gateway_name home = list.home().empty() ? from : list.home();
    compare(home);
    for (const auto& listed : list.users()) {
      if (home == from)
        note_copy(home, listed);
      compare_listed(home, listed);
    }
    return;
  }
  default:
    return; // not about desks
  }
}

void state::implementation::peer_is_up(const gateway_name& peer) {
  up.insert(peer);
  lost.erase(peer);
  for (auto& [line, desk] : seats) // they may have changed meanwhile
    if (desk.occupant && desk.display && desk.occupant->settings.home() == peer)
      desk.ask_records_at = now;
  renew_at = now; // what has lapsed may be confirmed again
  compare(peer);
  if (among(chosen.backups, peer))
    for (const auto& [extension, user] : own)
      copying_to[peer].due.insert(extension);
  std::set<gateway_name> orphans;
  for (const auto& [who, copy] : copies)
    if (who.first != peer && !up.contains(who.first))
      orphans.insert(who.first);
  for (const auto& home : orphans)
    speak_for(home, peer);
  for (const auto& [extension, user] : own)
    if (user.where.presence() == scn::v1::LOGGED_IN && user.where.gateway() == peer)
      send_settings(user); // they may have changed meanwhile
}

void state::implementation::peer_is_lost(const gateway_name& peer) {
  up.erase(peer);
  lost.emplace(peer, now);
  for (auto& [line, desk] : seats)
    if (desk.asked && desk.asked->coordinator == peer)
      desk.asked->started = std::min(desk.asked->started, now - chosen.login_timeout);
  give_up_changes(peer);
  for (auto& [who, waits] : unsent)
    if (who.first == peer)
      waits.number = 0;
  if (const auto found = copying_to.find(peer); found != copying_to.end())
    found->second.number = 0;
  // Who asked is gone: the older login's end, when it comes, is a log-out.
  std::vector<identity> gone;
  for (const auto& [who, wanted] : under_way)
    if (wanted.from == peer)
      gone.push_back(who);
  for (const auto& who : gone)
    give_up(who, scn::v1::BUSY);
}

void state::implementation::post(const gateway_name& to, scn::v1::Envelope message) {
  if (to == chosen.gateway)
    return handle_peer({to, message}); // the same path without the wire
  message.set_protocol(1);
  out.push_back(send{to, std::move(message)});
}

void state::implementation::say(line_id line, login_outcome outcome, std::string text) {
  out.push_back(login_result{line, outcome, std::move(text), false});
}

/// A call begins or ends, which happens all the time: at its line nothing has waited for that, and
/// what looks after all lines, logins and users (each of whom it would ask) has nothing to do.
bool state::implementation::concerns_but_one(const event& happened) const {
  if (const auto* use = std::get_if<line_use>(&happened)) {
    const auto found = seats.find(use->line);
    const auto* desk = found == seats.end() ? nullptr : &found->second;
    return desk != nullptr && !desk->log_in_later &&
           !(desk->occupant && desk->occupant->logout_pending);
  }
  const auto* made = std::get_if<call_made>(&happened);
  return made != nullptr && made->who.first == chosen.gateway;
}

instant state::implementation::next_deadline() {
  if (!next_due)
    next_due = reckon_deadline();
  return *next_due;
}

instant state::implementation::reckon_deadline() const {
  instant earliest = out.empty() ? never : now;
  for (const auto& [line, desk] : seats) {
    earliest = std::min({earliest, idle_deadline(desk), lease_deadline(desk)});
    if (desk.asked)
      earliest = std::min(earliest, desk.asked->started + chosen.login_timeout);
    if (desk.reseat && desk.unasked_at > now)
      earliest = std::min(earliest, desk.unasked_at);
  }
  earliest = std::min({earliest, next_renewal(), next_copying(), next_records()});
  for (const auto& [request, asked] : changing)
    earliest = std::min(earliest, asked.started + chosen.login_timeout);
  for (const auto& [extension, wanted] : under_way)
    earliest = std::min({earliest, wanted.until, wanted.repeat_at});
  for (const auto& [who, ended] : untold)
    if (up.contains(who.first))
      earliest = std::min(earliest, ended.repeat_at);
  for (const auto& [who, changes] : unmerged)
    if (up.contains(who.first))
      earliest = std::min(earliest, changes.repeat_at);
  for (const auto& [who, repeat_at] : home_is_behind)
    if (up.contains(who.first))
      earliest = std::min(earliest, repeat_at);
  return earliest;
}

// ---- the seam ----------------------------------------------------------------------------------

state::state(settings chosen, stored kept, users::directory& directory, instant now)
    : self_(std::make_unique<implementation>(std::move(chosen), std::move(kept), directory, now)) {}
state::~state() = default;
state::state(state&&) noexcept = default;
state& state::operator=(state&&) noexcept = default;

std::vector<action> state::step(const event& happened, instant now) {
  self_->now = now;
  const bool alone =
      self_->concerns_but_one(happened) && self_->under_way.empty() && now < self_->next_deadline();
  self_->handle(happened);
  if (alone) {
    if (const auto* use = std::get_if<line_use>(&happened))
      self_->next_due =
          std::min(*self_->next_due, self_->idle_deadline(self_->seats.at(use->line)));
    return std::exchange(self_->out, {});
  }
  self_->next_due.reset();
  self_->check_attempts();
  self_->check_changes();
  self_->check_under_way();
  self_->repeat_untold();
  self_->check_idle();
  self_->check_leases();
  self_->settle();
  self_->renew_logins();
  self_->send_copies();
  self_->send_unmerged();
  self_->repeat_to_homes();
  self_->ask_for_records();
  self_->send_calls();
  return std::exchange(self_->out, {});
}

instant state::next_deadline() const {
  return self_->next_deadline();
}

const session* state::at(line_id line) const {
  const auto found = self_->seats.find(line);
  return found != self_->seats.end() && found->second.occupant ? &*found->second.occupant : nullptr;
}

std::optional<line_id> state::line_of(std::string_view extension) const {
  std::optional<line_id> found;
  for (const auto& [line, desk] : self_->seats)
    if (desk.occupant && desk.occupant->in_force &&
        desk.occupant->settings.extension() == extension) {
      if (desk.occupant->settings.home() == self_->chosen.gateway)
        return line; // of two of one number the local one counts (S5)
      found = line;
    }
  return found;
}

std::optional<line_id> state::line_here_of(std::string_view extension) const {
  if (const auto line = line_of(extension))
    return line;
  for (const auto& [line, desk] : self_->seats)
    if (desk.occupant && desk.base == extension && desk.occupant->settings.extension() == extension)
      return line;
  return std::nullopt;
}

std::vector<const session*> state::sessions() const {
  std::vector<const session*> all;
  for (const auto& [line, desk] : self_->seats)
    if (desk.occupant)
      all.push_back(&*desk.occupant);
  return all;
}

extension_number state::base_user_of(line_id line) const {
  const auto found = self_->seats.find(line);
  return found == self_->seats.end() ? extension_number() : found->second.base;
}

std::optional<std::size_t> state::copies_due_at(const gateway_name& backup) const {
  if (!among(self_->chosen.backups, backup))
    return std::nullopt;
  const auto work = self_->copying_to.find(backup); // not there: it has not been up
  return work == self_->copying_to.end() ? self_->own.size() : work->second.due.size();
}

const user::v1::Records* state::records_of(std::string_view extension) const {
  for (const auto& [line, desk] : self_->seats)
    if (desk.occupant && desk.occupant->records && desk.occupant->settings.extension() == extension)
      return &*desk.occupant->records;
  const auto found = self_->own.find(extension);
  return found == self_->own.end() ? nullptr : &found->second.records;
}

state::lock state::lock_of(line_id line, instant now) const {
  const auto found = self_->seats.find(line);
  if (found == self_->seats.end())
    return {};
  return {found->second.wrong.tries(now), found->second.wrong.left(now)};
}

state::lock state::lock_of_user(std::string_view extension, instant now) const {
  const auto found = self_->own.find(extension);
  if (found == self_->own.end())
    return {};
  return {found->second.wrong.tries(now), found->second.wrong.left(now)};
}

} // namespace switchroom::desks
