// SPDX-License-Identifier: MIT
#include "desks/implementation.hpp"
#include "users/directory.hpp"
#include "users/forwarding.hpp"
#include "users/login_code.hpp"

#include <algorithm>

namespace switchroom::desks {

// ---- a login is asked for ------------------------------------------------------------------

void state::implementation::login_requested(const gateway_name& from,
                                            const scn::v1::LoginRequest& request) {
  using enum scn::v1::Refusal;
  if (from != chosen.gateway && !chosen.voice_networking)
    return refuse(from, request.request(), NOT_LICENSED);
  const auto found = own.find(request.extension());
  if (found == own.end())
    return refuse(from, request.request(), UNKNOWN_USER);
  auto& [extension, user] = *found;
  if (!user.user.has_login_code())
    return refuse(from, request.request(), NO_LOGIN_CODE);
  if (!request.operator_request()) {
    if (user.wrong.locked(now))
      return refuse(from, request.request(), LOCKED_OUT, user.wrong.left(now));
    if (!users::proves(user.user.login_code(), request.proof())) {
      user.wrong.count(chosen.wrong_codes_allowed, chosen.lockout, now);
      if (user.wrong.locked(now))
        out.push_back(note{"User " + extension + " is locked after too many wrong login codes."});
      return refuse(from, request.request(), WRONG_CODE);
    }
    user.wrong.clear();
  }
  if (under_way.contains(extension))
    return refuse(from, request.request(), BUSY);
  end_former(user, {from, request.request(), request.line(), {}, {}});
}

/// The older login ends before the new one begins (rule H4).
void state::implementation::end_former(own_user& user, login_under_way wanted) {
  const auto& where = user.where;
  if (where.presence() == scn::v1::LOGGED_IN && where.gateway() == chosen.gateway) {
    if (auto* desk = seat_of({chosen.gateway, where.extension()}))
      vacate(*desk);
  } else if (where.presence() == scn::v1::LOGGED_IN) {
    if (!is_lost(where.gateway())) {
      wanted.until = now + chosen.revoke_timeout;
      wanted.repeat_at = now + chosen.repeat;
      under_way[where.extension()] = std::move(wanted);
      return revoke(user);
    }
    out.push_back(note{"User " + where.extension() + " was logged in at " + where.gateway() +
                       ", which is lost: that login ends when it is back."});
  }
  grant(user, wanted);
}

void state::implementation::revoke(const own_user& user) {
  scn::v1::Envelope message;
  message.mutable_revoke()->set_extension(user.where.extension());
  message.mutable_revoke()->set_epoch(user.where.epoch());
  post(user.where.gateway(), std::move(message));
}

/// No older login is in force any more.
void state::implementation::grant(own_user& user, const login_under_way& wanted) {
  if (wanted.from != chosen.gateway && !up.contains(wanted.from))
    return log_off(user); // it was lost while the older login ended
  auto& where = user.where;
  where.set_epoch(where.epoch() + 1);
  where.set_presence(scn::v1::LOGGED_IN);
  where.set_gateway(wanted.from);
  where.set_line(wanted.line);
  out.push_back(store_whereabouts{where.extension(), where});
  scn::v1::Envelope message;
  auto& grant = *message.mutable_login_grant();
  grant.set_request(wanted.request);
  grant.set_epoch(where.epoch());
  *grant.mutable_settings() = user.user;
  post(wanted.from, std::move(message)); // before the state, which would find nobody there
  publish(user);
}

void state::implementation::refuse(const gateway_name& to, std::uint64_t request,
                                   scn::v1::Refusal reason, duration retry_after) {
  scn::v1::Envelope message;
  auto& refusal = *message.mutable_login_refusal();
  refusal.set_request(request);
  refusal.set_reason(reason);
  refusal.set_retry_after_s(
      static_cast<std::uint32_t>(std::chrono::ceil<std::chrono::seconds>(retry_after).count()));
  post(to, std::move(message));
}

// ---- a login has ended ---------------------------------------------------------------------

void state::implementation::login_ended(const gateway_name& from, std::string_view extension,
                                        std::uint64_t epoch) {
  const auto found = own.find(extension);
  if (found == own.end())
    return;
  auto& user = found->second;
  auto& where = user.where;
  if (where.presence() != scn::v1::LOGGED_IN || where.gateway() != from || epoch < where.epoch())
    return; // news of an older login
  where.set_epoch(epoch);
  const auto next = under_way.extract(found->first);
  if (next.empty())
    return log_off(user);
  grant(user, next.mapped());
}

void state::implementation::log_off(own_user& user) {
  auto& where = user.where;
  where.set_presence(scn::v1::LOGGED_OFF);
  where.clear_gateway();
  where.clear_line();
  out.push_back(store_whereabouts{where.extension(), where});
  publish(user);
  if (auto* base = base_seat_of(where.extension()))
    base->reseat = true; // rule H6
}

void state::implementation::check_revokes() {
  fence_lost();
  for (auto next = under_way.begin(); next != under_way.end();) {
    auto& [extension, wanted] = *next;
    if (now >= wanted.until) {
      const auto given_up = std::move(wanted);
      next = under_way.erase(next);
      refuse(given_up.from, given_up.request, scn::v1::FORMER_LOGIN_STANDS);
      continue;
    }
    if (now >= wanted.repeat_at) {
      wanted.repeat_at = now + chosen.repeat;
      revoke(own.at(extension));
    }
    ++next;
  }
}

bool state::implementation::is_lost(const gateway_name& peer) const {
  if (up.contains(peer))
    return false;
  const auto since = lost.find(peer);
  return since != lost.end() ? now - since->second >= chosen.restart_grace
                             : now - started >= chosen.lost_after;
}

/// Who waits for a lost gateway to end an older login is fenced by the epoch instead.
void state::implementation::fence_lost() {
  for (const auto& [extension, wanted] : std::map(under_way)) {
    auto& user = own.at(extension);
    if (!is_lost(user.where.gateway()))
      continue;
    under_way.erase(extension);
    end_former(user, wanted);
  }
}

// ---- users ---------------------------------------------------------------------------------

/// Tells the directory and the network (rule S1).
void state::implementation::publish(own_user& user) {
  auto& where = user.where;
  where.set_extension(user.user.extension());
  where.set_name(user.user.name());
  if (user.user.has_login_code())
    *where.mutable_login_code() = user.user.login_code();
  else
    where.clear_login_code();
  where.set_do_not_disturb(user.user.do_not_disturb());
  where.set_forward_unconditional(!users::forward_unconditional_of(user.user).empty());
  where.set_absence_text(user.user.absence_text());
  directory.update(chosen.gateway, where);
  scn::v1::Envelope message;
  *message.mutable_user_state() = where;
  out.push_back(send_to_all{std::move(message)});
}

void state::implementation::change_user(const user::v1::User& changed) {
  auto& user = own[changed.extension()];
  user.user = changed;
  user.user.set_home(chosen.gateway);
  find_base_users();
  out.push_back(store_user{user.user});
  publish(user);
  if (user.where.epoch() == 0) // new: the own port is theirs
    if (auto* base = base_seat_of(changed.extension()))
      base->reseat = true;
  if (user.where.presence() == scn::v1::LOGGED_IN)
    send_settings(user);
}

/// A login in force gets changed settings; nobody is logged out by a change.
void state::implementation::send_settings(const own_user& user) {
  const auto& where = user.where;
  if (where.gateway() != chosen.gateway && !up.contains(where.gateway()))
    return; // they come when it is up again
  scn::v1::Envelope message;
  auto& grant = *message.mutable_login_grant();
  grant.set_epoch(where.epoch());
  *grant.mutable_settings() = user.user;
  post(where.gateway(), std::move(message));
}

void state::implementation::delete_user(const extension_number& extension) {
  const auto found = own.find(extension);
  if (found == own.end())
    return;
  auto user = std::move(found->second);
  own.erase(found);
  find_base_users();
  if (const auto next = under_way.extract(extension))
    refuse(next.mapped().from, next.mapped().request, scn::v1::UNKNOWN_USER);
  if (auto* desk = seat_of({chosen.gateway, extension}))
    vacate(*desk); // rule H15: the call, if any, is not ours to end
  else if (user.where.presence() == scn::v1::LOGGED_IN && user.where.gateway() != chosen.gateway)
    revoke(user);
  user.where.set_deleted(true);
  directory.update(chosen.gateway, user.where);
  fences.erase({chosen.gateway, extension});
  scn::v1::Envelope message;
  *message.mutable_user_state() = std::move(user.where);
  out.push_back(send_to_all{std::move(message)});
}

} // namespace switchroom::desks
