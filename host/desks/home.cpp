// SPDX-License-Identifier: MIT
#include "desks/implementation.hpp"
#include "users/directory.hpp"
#include "users/forwarding.hpp"
#include "users/login_code.hpp"
#include "users/settings.hpp"

#include <algorithm>

namespace switchroom::desks {

// ---- a login is asked for ------------------------------------------------------------------

void state::implementation::login_requested(const gateway_name& from,
                                            const scn::v1::LoginRequest& request) {
  using enum scn::v1::Refusal;
  if (from != chosen.gateway && !chosen.voice_networking)
    return refuse(from, request.request(), NOT_LICENSED);
  auto* user =
      kept({request.home().empty() ? chosen.gateway : request.home(), request.extension()});
  if (!user)
    return refuse(from, request.request(), UNKNOWN_USER);
  if (request.gentle())
    return begin(*user, {from, request.request(), request.line(), true});
  if (!user->user.has_login_code())
    return refuse(from, request.request(), NO_LOGIN_CODE);
  if (from != user->user.home() && !may_roam(*user))
    return refuse(from, request.request(), AGENT_STAYS, {}, user->user.home());
  if (request.operator_request() || code_accepted(*user, from, request))
    begin(*user, {from, request.request(), request.line(), false});
}

/// Rule H19: contact-centre users may hot desk at home only, unless the home says otherwise.
bool state::implementation::may_roam(const kept_user& user) const {
  const bool ours = user.user.home() == chosen.gateway;
  return !user.user.agent() || (ours ? chosen.agent_roaming : user.agent_roaming);
}

/// Rule H5. If not, the refusal has been sent.
bool state::implementation::code_accepted(kept_user& user, const gateway_name& from,
                                          const scn::v1::LoginRequest& request) {
  using enum scn::v1::Refusal;
  if (user.wrong.locked(now)) {
    refuse(from, request.request(), LOCKED_OUT, user.wrong.left(now));
    return false;
  }
  if (users::proves(user.user.login_code(), request.proof())) {
    user.wrong.clear();
    return true;
  }
  user.wrong.count(chosen.wrong_codes_allowed, chosen.lockout, now);
  if (user.wrong.locked(now))
    out.push_back(
        note{"User " + user.user.extension() + " is locked after too many wrong login codes."});
  refuse(from, request.request(), WRONG_CODE);
  return false;
}

void state::implementation::refuse(const gateway_name& to, std::uint64_t request,
                                   scn::v1::Refusal reason, duration retry_after,
                                   const gateway_name& where) {
  scn::v1::Envelope message;
  auto& refusal = *message.mutable_login_refusal();
  refusal.set_request(request);
  refusal.set_reason(reason);
  refusal.set_retry_after_s(
      static_cast<std::uint32_t>(std::chrono::ceil<std::chrono::seconds>(retry_after).count()));
  refusal.set_gateway(where);
  post(to, std::move(message));
}

void clear_place(scn::v1::UserState& where) {
  where.set_presence(scn::v1::LOGGED_OFF);
  where.clear_gateway();
  where.clear_line();
}

// ---- a login has ended ---------------------------------------------------------------------

void state::implementation::login_ended(const gateway_name& from, const identity& who,
                                        std::uint64_t epoch) {
  votes.ended(who, from, epoch);
  if (auto* user = kept(who)) {
    if (epoch >= user->last_end.epoch)
      user->last_end = {from, 0, epoch};
    auto& where = user->where;
    const bool known =
        where.presence() == scn::v1::LOGGED_IN && where.gateway() == from && epoch >= where.epoch();
    const bool by_backup =
        who.first == chosen.gateway && epoch > where.epoch() && among(user->grantors, from);
    if (known || by_backup) {
      where.set_epoch(epoch);
      user->ended_at = from;
      clear_place(where);
      if (!under_way.contains(who)) // else what comes of that is told
        log_off(*user);
    }
  }
  former_ended(from, who, epoch);
}

void state::implementation::log_off(kept_user& user) {
  auto& where = user.where;
  clear_place(where);
  publish(user);
  if (user.user.home() != chosen.gateway)
    return;
  out.push_back(store_whereabouts{where.extension(), where});
  if (auto* base = base_seat_of(where.extension()))
    base->reseat = true; // rule H6
}

bool state::implementation::is_lost(const gateway_name& peer) const {
  if (up.contains(peer))
    return false;
  const auto since = lost.find(peer);
  return since != lost.end() ? now - since->second >= chosen.restart_grace
                             : now - started >= chosen.lost_after;
}

// ---- users ---------------------------------------------------------------------------------

scn::v1::UserState public_state_of(const kept_user& user) {
  auto state = user.where;
  state.set_extension(user.user.extension());
  state.set_name(user.user.name());
  if (user.user.has_login_code())
    *state.mutable_login_code() = user.user.login_code();
  else
    state.clear_login_code();
  state.set_do_not_disturb(user.user.do_not_disturb());
  state.set_forward_unconditional(!users::forward_unconditional_of(user.user).empty());
  state.set_absence_text(user.user.absence_text());
  return state;
}

/// Tells the directory and the network (rule S1).
void state::implementation::publish(kept_user& user) {
  user.where = public_state_of(user);
  if (user.user.home() != chosen.gateway)
    return relay(user);
  directory.update(chosen.gateway, user.where);
  scn::v1::Envelope message;
  *message.mutable_user_state() = user.where;
  out.push_back(send_to_all{std::move(message)});
}

void state::implementation::change_user(const user::v1::User& changed) {
  auto& user = own[changed.extension()];
  const auto before = std::exchange(user.user, changed);
  users::stamp(user.user, before, chosen.gateway);
  if (user.user.login_code().verifier() != before.login_code().verifier())
    user.wrong.clear(); // a new code ends the lock-out: who guessed knows less than before
  user.user.set_home(chosen.gateway);
  user.grantors = own_grantors();
  find_base_users();
  out.push_back(store_user{user.user});
  publish(user);
  copy_to_backups(changed.extension());
  if (user.where.epoch() == 0) // new: the own port is theirs
    if (auto* base = base_seat_of(changed.extension()))
      base->reseat = true;
  if (user.where.presence() == scn::v1::LOGGED_IN)
    send_settings(user);
}

/// Rule S2. A copy of another gateway's user has with it what that gateway lets travel.
user::v1::User state::implementation::document_for(const gateway_name& there,
                                                   const kept_user& user) const {
  const bool ours = user.user.home() == chosen.gateway;
  return ours && there != chosen.gateway ? users::travelling(user.user, chosen.profiles)
                                         : user.user;
}

/// A login in force gets changed settings; nobody is logged out by a change.
void state::implementation::send_settings(const kept_user& user) {
  const auto& where = user.where;
  if (where.gateway() != chosen.gateway && !up.contains(where.gateway()))
    return; // they come when it is up again
  scn::v1::Envelope message;
  auto& grant = *message.mutable_login_grant();
  grant.set_epoch(where.epoch());
  *grant.mutable_settings() = document_for(where.gateway(), user);
  grant.mutable_grantors()->Add(user.grantors.begin(), user.grantors.end());
  post(where.gateway(), std::move(message));
}

void state::implementation::delete_user(const extension_number& extension) {
  const auto found = own.find(extension);
  if (found == own.end())
    return;
  auto user = std::move(found->second);
  own.erase(found);
  find_base_users();
  const identity who{chosen.gateway, extension};
  if (const auto next = under_way.extract(who))
    refuse(next.mapped().from, next.mapped().request, scn::v1::UNKNOWN_USER);
  if (auto* desk = seat_of(who))
    vacate(*desk); // rule H15: the call, if any, is not ours to end
  else if (user.where.presence() == scn::v1::LOGGED_IN && user.where.gateway() != chosen.gateway)
    send_revoke(who, {user.where.gateway(), user.where.line(), user.where.epoch()}, false);
  user.where.set_deleted(true);
  directory.update(chosen.gateway, user.where);
  fences.erase(who);
  votes.forget(who);
  out.push_back(erase_ballot{who});
  copy_to_backups(extension);
  scn::v1::Envelope message;
  *message.mutable_user_state() = std::move(user.where);
  out.push_back(send_to_all{std::move(message)});
}

} // namespace switchroom::desks
