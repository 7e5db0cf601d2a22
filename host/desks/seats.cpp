// SPDX-License-Identifier: MIT
#include "desks/implementation.hpp"
#include "users/directory.hpp"
#include "users/records.hpp"

#include <algorithm>

namespace switchroom::desks {

// ---- who belongs where -----------------------------------------------------------------------

/// After users have changed.
void state::implementation::find_base_users() {
  for (auto& [line, desk] : seats)
    desk.base = desk.configured_base;
  for (const auto& [extension, user] : own)
    if (const auto found = seats.find(line_id{user.user.base_line()});
        found != seats.end() && found->second.base.empty())
      found->second.base = extension;
}

seat* state::implementation::base_seat_of(std::string_view extension) {
  for (auto& [line, desk] : seats)
    if (desk.base == extension)
      return &desk;
  return nullptr;
}

seat* state::implementation::seat_of(const identity& who) {
  for (auto& [line, desk] : seats)
    if (desk.occupant && desk.occupant->settings.extension() == who.second &&
        desk.occupant->settings.home() == who.first)
      return &desk;
  return nullptr;
}

// ---- sitting down and getting up ---------------------------------------------------------------

void state::implementation::take(seat& desk, const attempt& asked,
                                 const scn::v1::LoginGrant& grant) {
  auto user = with_unmerged(grant.settings(), {asked.home, grant.settings().extension()});
  user.set_home(asked.home); // as it was asked for, not as it is claimed
  if (auto* other = seat_of({user.home(), user.extension()}); other && other != &desk)
    end(*other, "logged in at another line");
  if (desk.occupant)
    end(desk, "replaced by user " + user.extension()); // nobody is asked (rule H4)
  else
    out.push_back(occupant_changed{desk.line});
  auto& login = desk.occupant.emplace();
  login.line = desk.line;
  login.epoch = epoch_number{grant.epoch()};
  login.since = now;
  login.login_took = asked.unasked ? duration{} : now - asked.started;
  login.grantors = grantors_in(grant, user.home());
  out.push_back(note{"User " + user.extension() + " of " + user.home() + " is at line " +
                     std::to_string(desk.line.value) + ", epoch " + std::to_string(grant.epoch()) +
                     "."});
  login.settings = std::move(user);
  set_in_force(desk, asked.started);
  desk.reseat = false;
  desk.wrong.clear();
  desk.idle_since = now;
  const bool roams = login.settings.home() != chosen.gateway;
  desk.ask_records_at = roams && desk.display ? now : never;
  out.push_back(store_session{login});
}

/// The line stops ringing for its occupant. Home is not told.
identity state::implementation::vacate(seat& desk) {
  identity who{desk.occupant->settings.home(), desk.occupant->settings.extension()};
  auto& fence = fences[who];
  fence = std::max(fence, desk.occupant->epoch.value);
  if (desk.occupant->records)
    users::wipe(*desk.occupant->records); // rule H16
  desk.occupant.reset();
  desk.ask_records_at = never;
  desk.reseat = true; // rule H6
  out.push_back(erase_session{desk.line});
  out.push_back(occupant_changed{desk.line});
  return who;
}

void state::implementation::end(seat& desk, std::string_view why) {
  const auto epoch = desk.occupant->epoch.value;
  const auto who = vacate(desk);
  out.push_back(note{"User " + who.second + " left line " + std::to_string(desk.line.value) + ": " +
                     std::string(why) + "."});
  tell_home_ended(who, epoch);
}

/// Rule H6: empty lines go back to their base users, once nothing else is decided about either.
void state::implementation::settle() {
  for (auto& [line, desk] : seats) {
    if (desk.occupant)
      desk.reseat = false;
    if (!desk.reseat || desk.asked || now < desk.unasked_at)
      continue;
    const auto base = own.find(desk.base);
    if (base != own.end() && under_way.contains({chosen.gateway, base->first}))
      continue;
    const bool free = base != own.end() && base->second.where.presence() == scn::v1::LOGGED_OFF &&
                      !base->second.user.force_login();
    if (free && 2 * reachable(base->second) <= base->second.grantors.size())
      continue; // tried again when another grantor is up
    desk.reseat = false;
    if (free)
      seat_base_user(desk, base->second);
  }
}

/// A login like any other, but that nobody has asked for it.
void state::implementation::seat_base_user(seat& desk, kept_user& user) {
  attempt made;
  made.extension = user.user.extension();
  made.home = made.coordinator = chosen.gateway;
  made.unasked = true;
  made.started = now;
  made.request = next_request++;
  const auto request = made.request;
  desk.asked = std::move(made);
  begin(user, {chosen.gateway, request, desk.line.value, true});
}

// ---- use of the line (rules H9, H14) ------------------------------------------------------------

void state::implementation::use_changed(const line_use& use) {
  const auto found = seats.find(use.line);
  if (found == seats.end())
    return;
  auto& desk = found->second;
  if (desk.in_call && !use.in_call)
    desk.idle_since = now;
  desk.ringing = use.ringing;
  desk.in_call = use.in_call;
  if (desk.in_call || desk.ringing)
    return;
  if (desk.occupant && desk.occupant->logout_pending)
    log_out_now(desk);
  if (desk.log_in_later && !(desk.asked && !desk.asked->unasked)) {
    auto waited = std::move(*desk.log_in_later);
    desk.log_in_later.reset();
    waited.started = now;
    submit(desk, std::move(waited));
  }
}

instant state::implementation::idle_deadline(const seat& desk) const {
  if (!desk.occupant || desk.in_call)
    return never;
  const auto& user = desk.occupant->settings;
  if (user.login_idle_s() == 0 || !user.has_login_code() || !user.force_login())
    return never;
  return desk.idle_since + std::chrono::seconds{user.login_idle_s()};
}

void state::implementation::check_idle() {
  for (auto& [line, desk] : seats)
    if (now >= idle_deadline(desk))
      end(desk, "idle for the login idle period");
}

// ---- restart -----------------------------------------------------------------------------------

void state::implementation::restore(stored kept) {
  for (const auto& one : chosen.ports) {
    auto& desk = seats[one.line];
    desk.line = one.line;
    desk.configured_base = one.base_user;
    desk.display = one.display;
  }
  for (auto& user : kept.users) {
    auto& entry = own[user.extension()];
    entry.where.set_extension(user.extension());
    entry.grantors = own_grantors();
    entry.user = std::move(user);
    entry.user.set_home(chosen.gateway);
  }
  for (auto& records : kept.records)
    if (const auto found = own.find(records.extension()); found != own.end())
      found->second.records = std::move(records);
  restore_unsent(kept.unsent);
  find_base_users();
  for (auto& where : kept.whereabouts)
    if (const auto found = own.find(where.extension()); found != own.end())
      found->second.where = std::move(where);
  for (const auto& copy : kept.copies)
    keep_copy(copy.who, copy.sealed);
  restore_ballots(kept.ballots);
  for (auto& changes : kept.unmerged)
    unmerged[changes.who] = {std::move(changes.user), 0, now};
  for (auto& one : kept.sessions)
    restore_session(std::move(one));
  for (auto& [extension, user] : own)
    restore_own(user);
  settle();
  // Every peer gets the directory as a whole when it comes up.
  std::erase_if(out, [](const action& one) { return std::holds_alternative<send_to_all>(one); });
}

/// What was promised, and at least what is known of the own users from before there were promises.
void state::implementation::restore_ballots(const std::vector<store_ballot>& kept) {
  for (const auto& [who, what] : kept) {
    votes.restore(who, what, now);
    // This gateway's own vote on what it was about to grant when it ended: nobody has been told.
    if (what.voted_for == chosen.gateway)
      withdraw_vote(who, what.believed.epoch);
    auto* copy = who.first == chosen.gateway ? nullptr : this->kept(who);
    const auto& at = votes.of(who).believed;
    if (copy != nullptr && at.epoch == 0 && what.granted != 0) {
      // The last login has ended, or no vote would have been called; the home may not know of
      // either.
      copy->where.set_epoch(what.granted);
      clear_place(copy->where);
      home_is_behind[who] = now;
    }
    // A vote alone is no login, and a promise ends none. The next renewal tells the rest.
    if (copy == nullptr || at.epoch == 0 || at.epoch > what.granted)
      continue;
    copy->where.set_epoch(at.epoch);
    copy->where.set_presence(scn::v1::LOGGED_IN);
    copy->where.set_gateway(at.gateway);
    copy->where.set_line(at.line);
  }
  for (const auto& [extension, user] : own) {
    const identity who{chosen.gateway, extension};
    const auto& where = user.where;
    if (where.epoch() <= votes.of(who).promised)
      continue;
    ballot known{where.epoch(), {}, {}, {}};
    if (where.presence() == scn::v1::LOGGED_IN)
      known.believed = {where.gateway(), where.line(), where.epoch()};
    votes.restore(who, known, now);
  }
}

void state::implementation::restore_session(session kept) {
  const auto found = seats.find(kept.line);
  const auto home = kept.settings.home();
  if (found == seats.end()) {
    out.push_back(erase_session{kept.line}); // the line is gone from the configuration
    return tell_home_ended({home, kept.settings.extension()}, kept.epoch.value);
  }
  auto& desk = found->second;
  kept.since = desk.idle_since = kept.home_seen = now;
  kept.logout_pending = false;
  kept.confirmed.clear();
  if (kept.records && !desk.display)
    kept.records.reset(); // the phone is another one now
  desk.ask_records_at = home != chosen.gateway && desk.display ? now : never;
  desk.occupant = std::move(kept);
  if (home == chosen.gateway)
    desk.occupant->grantors = own_grantors();
  else if (desk.occupant->grantors.empty())
    desk.occupant->grantors = {home};
  set_in_force(desk, instant::min()); // not before a majority has confirmed it
  if (home != chosen.gateway) {
    if (desk.occupant->settings.force_login())
      end(desk, "the gateway has restarted and the user has Force Login"); // rule H7
    return;
  }
  const auto user = own.find(desk.occupant->settings.extension());
  const auto* where = user != own.end() ? &user->second.where : nullptr;
  const bool stands = where && where->presence() == scn::v1::LOGGED_IN &&
                      where->gateway() == chosen.gateway && where->line() == desk.line.value &&
                      where->epoch() == desk.occupant->epoch.value &&
                      !user->second.user.force_login();
  if (!stands)
    vacate(desk);
  else
    desk.occupant->settings = user->second.user;
}

/// After the sessions: nobody is said to sit where nobody does.
void state::implementation::restore_own(kept_user& user) {
  const auto& where = user.where;
  const bool here = where.presence() == scn::v1::LOGGED_IN && where.gateway() == chosen.gateway;
  if (here && !seat_of({chosen.gateway, where.extension()}))
    return log_off(user);
  if (where.epoch() == 0)
    if (auto* base = base_seat_of(where.extension()))
      base->reseat = true;
  publish(user);
}

} // namespace switchroom::desks
