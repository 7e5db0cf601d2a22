// SPDX-License-Identifier: MIT
#include "desks/implementation.hpp"
#include "users/directory.hpp"
#include "users/login_code.hpp"

#include <algorithm>

namespace switchroom::desks {
namespace {

/// Of a grant that nobody waits for.
gateway_name home_of(const scn::v1::LoginGrant& grant, const gateway_name& from) {
  return among(grant.grantors(), from) && !grant.settings().home().empty() ? grant.settings().home()
                                                                           : from;
}

} // namespace

/// A home that names none votes alone.
std::vector<gateway_name> grantors_in(const scn::v1::LoginGrant& grant, const gateway_name& home) {
  if (grant.grantors().empty())
    return {home};
  return {grant.grantors().begin(), grant.grantors().end()};
}

namespace {

std::string overtaken_by(const scn::v1::UserState& newer) {
  const auto epoch = " has the higher epoch " + std::to_string(newer.epoch()) + ".";
  return newer.presence() == scn::v1::LOGGED_IN ? "the login at " + newer.gateway() + epoch
                                                : "a log-out" + epoch;
}

} // namespace

// ---- logging in ----------------------------------------------------------------------------

void state::implementation::log_in_at(const log_in& wanted) {
  const auto found = seats.find(wanted.line);
  if (found == seats.end())
    return say(wanted.line, login_outcome::line_busy,
               "There is no line " + std::to_string(wanted.line.value) + " at " + chosen.gateway +
                   ".");
  auto& desk = found->second;
  attempt made;
  made.by_operator = !wanted.ask_code;
  made.started = now;
  if (const auto no = check_attempt(desk, wanted, made))
    return say(desk.line, no->outcome, no->text);
  if (desk.in_call) {
    desk.log_in_later = std::move(made);
    if (desk.occupant)
      desk.occupant->logout_pending = false;
    return say(desk.line, login_outcome::pending,
               "The login will be carried out when the call at line " +
                   std::to_string(desk.line.value) + " ends.");
  }
  submit(desk, std::move(made));
}

/// What can be refused without asking home; otherwise completes the attempt.
std::optional<spoken_outcome> state::implementation::check_attempt(seat& desk, const log_in& wanted,
                                                                   attempt& made) {
  const std::string port = "Line " + std::to_string(desk.line.value);
  if (desk.ringing)
    return spoken_outcome{login_outcome::line_busy,
                          port + " rings: answer the call, or wait until it has stopped."};
  if (desk.asked && !desk.asked->unasked)
    return spoken_outcome{login_outcome::busy, "Another login at this port is under way."};
  if (wanted.ask_code && desk.wrong.locked(now))
    return spoken_outcome{login_outcome::locked_out, locked_out_text(port, desk.wrong.left(now))};
  made.extension = wanted.extension.empty() ? desk.base : wanted.extension;
  const auto* known = made.extension.empty() ? nullptr : directory.find(made.extension);
  if (!known) {
    if (wanted.ask_code) // guessing numbers is guessing
      desk.wrong.count(chosen.wrong_codes_allowed, chosen.lockout, now);
    return spoken_outcome{login_outcome::unknown_user, unknown_user_text(made.extension)};
  }
  made.home = known->home;
  if (made.home != chosen.gateway && !chosen.voice_networking)
    return spoken_outcome{login_outcome::not_licensed, not_licensed_text(chosen.gateway)};
  if (!known->state.has_login_code())
    return spoken_outcome{login_outcome::no_login_code, no_login_code_text(made.extension)};
  if (wanted.ask_code)
    made.proof = users::proof_of(wanted.code, known->state.login_code().salt(), chosen.network_key);
  return std::nullopt;
}

void state::implementation::submit(seat& desk, attempt made) {
  made.coordinator = coordinator_for(made.home);
  if (made.coordinator.empty() && made.unasked)
    return;
  if (made.coordinator.empty())
    return say(desk.line, login_outcome::home_unreachable,
               home_unreachable_text(made.extension, made.home));
  made.request = next_request++;
  scn::v1::Envelope message;
  auto& request = *message.mutable_login_request();
  request.set_request(made.request);
  request.set_extension(made.extension);
  request.set_proof(made.proof);
  request.set_line(desk.line.value);
  request.set_operator_request(made.by_operator);
  request.set_home(made.home);
  request.set_gentle(made.unasked);
  const gateway_name coordinator = made.coordinator;
  desk.asked = std::move(made);
  post(coordinator, std::move(message));
}

/// The home, or the first of its backups that answers; empty: nobody can grant a login.
gateway_name state::implementation::coordinator_for(const gateway_name& home) const {
  if (home == chosen.gateway || up.contains(home))
    return home;
  for (const auto& grantor : directory.grantors_of(home))
    if (up.contains(grantor) || (grantor == chosen.gateway && grantor != home))
      return grantor;
  return {};
}

seat* state::implementation::asked_by(const gateway_name& coordinator, std::uint64_t request) {
  for (auto& [line, desk] : seats)
    if (desk.asked && desk.asked->coordinator == coordinator && desk.asked->request == request)
      return &desk;
  return nullptr;
}

void state::implementation::granted(const gateway_name& from, const scn::v1::LoginGrant& grant) {
  if (grant.request() == 0)
    return settings_changed(from, grant);
  auto* desk = asked_by(from, grant.request());
  const bool wanted = desk && desk->asked->extension == grant.settings().extension();
  const identity who{wanted ? desk->asked->home : home_of(grant, from),
                     grant.settings().extension()};
  if (const auto* there = seat_of(who); there && there->occupant->epoch.value == grant.epoch())
    return; // heard twice
  auto& fence = fences[who];
  if (!wanted || grant.epoch() <= fence) {
    // Too late, or overtaken by its own revoke: nobody sits down on it, and home must know.
    if (wanted && !std::exchange(desk->asked, std::nullopt)->unasked)
      say(desk->line, login_outcome::busy, "This login was overtaken by a newer one.");
    else if (wanted)
      desk->unasked_at = now + chosen.revoke_timeout; // not round and round
    fence = std::max(fence, grant.epoch());
    return tell_home_ended(who, fence);
  }
  const auto asked = *std::exchange(desk->asked, std::nullopt);
  take(*desk, asked, grant);
  if (!asked.unasked)
    out.push_back(login_result{desk->line, login_outcome::granted,
                               "User " + who.second + " is logged in at line " +
                                   std::to_string(desk->line.value) + ".",
                               true});
}

void state::implementation::settings_changed(const gateway_name& home,
                                             const scn::v1::LoginGrant& grant) {
  auto* desk = seat_of({home, grant.settings().extension()});
  if (!desk || desk->occupant->epoch.value != grant.epoch())
    return;
  desk->occupant->settings = with_unmerged(grant.settings(), {home, grant.settings().extension()});
  desk->occupant->settings.set_home(home);
  desk->occupant->grantors = grantors_in(grant, home);
  out.push_back(store_session{*desk->occupant});
}

void state::implementation::refused(const gateway_name& from,
                                    const scn::v1::LoginRefusal& refusal) {
  auto* desk = asked_by(from, refusal.request());
  if (!desk)
    return;
  const auto asked = *std::exchange(desk->asked, std::nullopt);
  if (asked.unasked) {
    desk->reseat = !desk->occupant;
    desk->unasked_at = now + chosen.revoke_timeout;
    return;
  }
  const auto told = outcome_of(refusal, asked.extension, asked.home);
  if (told.outcome == login_outcome::wrong_code) {
    desk->wrong.count(chosen.wrong_codes_allowed, chosen.lockout, now);
    if (desk->wrong.locked(now))
      out.push_back(note{"Line " + std::to_string(desk->line.value) +
                         " is locked after too many wrong login codes."});
  }
  say(desk->line, told.outcome, told.text);
}

void state::implementation::check_attempts() {
  for (auto& [line, desk] : seats) {
    if (!desk.asked || now < desk.asked->started + chosen.login_timeout)
      continue;
    const auto given_up = *std::exchange(desk.asked, std::nullopt);
    if (given_up.unasked) {
      desk.reseat = !desk.occupant;
      continue;
    }
    say(line, login_outcome::home_unreachable,
        home_unreachable_text(given_up.extension, given_up.home));
  }
}

// ---- logging out ---------------------------------------------------------------------------

void state::implementation::log_out_at(const log_out& wanted) {
  const auto found = seats.find(wanted.line);
  if (found == seats.end() || !found->second.occupant)
    return say(wanted.line, login_outcome::unknown_user,
               "Nobody is logged in at line " + std::to_string(wanted.line.value) + ".");
  auto& desk = found->second;
  const auto& who = desk.occupant->settings;
  const auto base = desk.base;
  // Rule H8; holds for operators too: nobody could log that user in again.
  if (!who.has_login_code() && (base.empty() || base == who.extension()))
    return say(desk.line, login_outcome::no_login_code, no_login_code_text(who.extension()));
  if (desk.ringing)
    return say(desk.line, login_outcome::line_busy,
               "Line " + std::to_string(desk.line.value) +
                   " rings: answer the call, or wait until it has stopped.");
  if (desk.in_call) {
    desk.occupant->logout_pending = true;
    desk.log_in_later.reset();
    return say(desk.line, login_outcome::pending,
               "User " + who.extension() + " will be logged out when the call ends.");
  }
  log_out_now(desk);
}

void state::implementation::log_out_now(seat& desk) {
  const auto who = desk.occupant->settings;
  const bool at_own_base = who.home() == chosen.gateway && desk.base == who.extension();
  end(desk, "logged out");
  if (at_own_base)
    desk.reseat = false; // else the log-out would undo itself (H6)
  say(desk.line, login_outcome::granted, "User " + who.extension() + " is logged out.");
}

// ---- what home says of logins here ------------------------------------------------------------

void state::implementation::revoked(const gateway_name& from, const scn::v1::Revoke& revoke) {
  const identity who{revoke.home().empty() ? from : revoke.home(), revoke.extension()};
  if (!may_revoke(from, who))
    return;
  std::uint64_t ended = revoke.epoch();
  auto* desk = seat_of(who);
  if (desk && revoke.gentle() && !(desk->asked && desk->asked->unasked)) {
    renew_at = now; // so that who asks hears of it
    return;
  }
  if (desk) {
    // Who takes over asks nobody (rule H4): it ends, however new it is.
    ended = std::max(ended, desk->occupant->epoch.value);
    vacate(*desk);
    out.push_back(note{"User " + who.second + " logged in elsewhere and out at line " +
                       std::to_string(desk->line.value) + "."});
    if (who.first != chosen.gateway) {
      untold[who] = {ended, now + chosen.repeat}; // should revoke_done be lost
    } else { // by a backup: its login comes first, the return to the own desk later
      login_ended(chosen.gateway, who, ended);
      if (auto* base = base_seat_of(who.second))
        base->unasked_at = now + chosen.revoke_timeout;
    }
  }
  auto& fence = fences[who];
  fence = std::max(fence, ended);
  scn::v1::Envelope message;
  auto& done = *message.mutable_revoke_done();
  done.set_extension(who.second);
  done.set_epoch(fence);
  done.set_home(who.first);
  if (const auto changes = unmerged.find(who); changes != unmerged.end() && from != who.first)
    *done.mutable_settings() = changes->second.user;
  post(from, std::move(message));
}

/// Who may coordinate logins of the user.
bool state::implementation::may_revoke(const gateway_name& from, const identity& who) {
  const auto* desk = seat_of(who);
  return from == who.first || among(directory.grantors_of(who.first), from) ||
         (desk && among(desk->occupant->grantors, from));
}

/// Logins here of users of `home`, against what home says of them (rules S11, H15).
void state::implementation::compare(const gateway_name& home) {
  for (auto& [line, desk] : seats)
    if (desk.occupant && desk.occupant->settings.home() == home)
      compare(desk);
}

/// Of one login here.
void state::implementation::compare(seat& desk) {
  const auto home = desk.occupant->settings.home();
  if (home == chosen.gateway)
    return;
  const auto extension = desk.occupant->settings.extension();
  const auto epoch = desk.occupant->epoch.value;
  const auto* known = directory.find_at(home, extension);
  const bool deleted = !known && directory.version_of(home) != 0;
  const bool superseded =
      known && (known->state.epoch() > epoch ||
                (known->state.epoch() == epoch && (known->state.presence() != scn::v1::LOGGED_IN ||
                                                   known->state.gateway() != chosen.gateway)));
  if (!deleted && !superseded)
    return;
  vacate(desk);
  std::string told = "User " + extension + " was logged out at line ";
  told.append(std::to_string(desk.line.value)).append(", epoch ").append(std::to_string(epoch));
  told += deleted ? ": " + home + " has deleted the user." : ": " + overtaken_by(known->state);
  out.push_back(note{std::move(told)});
}

/// Home believes that this user is logged in here. If not, it has to learn that.
void state::implementation::compare_listed(const gateway_name& home,
                                           const scn::v1::UserState& listed) {
  const identity who{home, listed.extension()};
  if (listed.deleted()) {
    fences.erase(who); // another user may get the number, and begins at epoch 1
    untold.erase(who);
    return;
  }
  if (listed.presence() != scn::v1::LOGGED_IN || listed.gateway() != chosen.gateway)
    return;
  const auto* desk = seat_of(who);
  if (desk && desk->occupant->epoch.value >= listed.epoch())
    return;
  auto& fence = fences[who];
  fence = std::max(fence, listed.epoch());
  tell_home_ended(who, fence);
}

void state::implementation::tell_home_ended(const identity& who, std::uint64_t epoch) {
  if (who.first == chosen.gateway)
    return login_ended(chosen.gateway, who, epoch);
  untold[who] = {epoch, now + chosen.repeat};
  if (!up.contains(who.first))
    return;
  scn::v1::Envelope message;
  message.mutable_logout_notice()->set_extension(who.second);
  message.mutable_logout_notice()->set_epoch(epoch);
  post(who.first, std::move(message));
}

bool state::implementation::home_knows(const identity& who, std::uint64_t epoch) const {
  const auto* known = directory.find_at(who.first, who.second);
  if (!known)
    return directory.version_of(who.first) != 0;
  const auto& state = known->state;
  const bool here = state.presence() == scn::v1::LOGGED_IN && state.gateway() == chosen.gateway;
  return state.epoch() > epoch || (state.epoch() == epoch && !here);
}

void state::implementation::repeat_untold() {
  const auto is_due = [&](const auto& one) { return now >= one.second.repeat_at; };
  std::erase_if(untold, [&](const auto& one) {
    return is_due(one) && home_knows(one.first, one.second.epoch);
  });
  std::vector<std::pair<identity, std::uint64_t>> due;
  for (const auto& one : untold)
    if (is_due(one) && up.contains(one.first.first))
      due.emplace_back(one.first, one.second.epoch);
  for (const auto& [who, epoch] : due)
    tell_home_ended(who, epoch);
}

} // namespace switchroom::desks
