// SPDX-License-Identifier: MIT
// A person at a line changes a setting. The document has one master, the home: the visited
// gateway asks, home judges, stores, tells everybody, sends the changed document (a grant with
// request 0) and only then answers. So a confirmation means that the change is in force, and a
// home that cannot be reached means that nothing has changed anywhere.
#include "users/settings.hpp"
#include "desks/implementation.hpp"
#include "users/directory.hpp"
#include "users/login_code.hpp"

#include <algorithm>
#include <array>
#include <google/protobuf/util/message_differencer.h>

namespace switchroom::desks {
namespace {

/// A salt has to differ from all others, not to be secret, and this machine has no dice: the
/// proof of something that was never salted before.
std::string fresh_salt(const user::v1::User& user, std::uint64_t epoch,
                       std::span<const std::uint8_t> network_key) {
  const auto unique = "salt " + user.home() + " " + user.extension() + " " + std::to_string(epoch) +
                      " " + std::to_string(user.version());
  return users::proof_of(unique, user.login_code().salt(), network_key).substr(0, 16);
}

scn::v1::SettingsAnswer refusal_of(scn::v1::Refusal reason, std::string text = {}) {
  scn::v1::SettingsAnswer answer;
  answer.set_reason(reason);
  answer.set_text(std::move(text));
  return answer;
}

} // namespace

// ---- visited ---------------------------------------------------------------------------------

void state::implementation::change_settings_at(const change_settings& wanted) {
  const auto no = [&](std::string why) {
    out.push_back(settings_result{wanted.number, wanted.line, false, std::move(why)});
  };
  const auto found = seats.find(wanted.line);
  if (found == seats.end() || !found->second.occupant)
    return no("Nobody is logged in at line " + std::to_string(wanted.line.value) + ".");
  auto& desk = found->second;
  const auto& who = desk.occupant->settings;
  const bool own_document = wanted.whose.empty() || wanted.whose == who.extension();
  const auto* other = own_document ? nullptr : directory.find(wanted.whose);
  if (!own_document && !other)
    return no(unknown_user_text(wanted.whose));
  const gateway_name home = own_document ? who.home() : other->home;
  auto request = settings_request(desk, wanted);
  if (!request)
    return no(request.error().what);
  if (home != chosen.gateway && !up.contains(home) && own_document && !wanted.code)
    return change_while_home_is_lost(desk, wanted);
  if (home != chosen.gateway && !up.contains(home))
    return no("Gateway " + home + ", home of user " + request->extension() +
              ", does not answer, so nothing is changed. Try again later.");
  changing[request->request()] = {
      wanted.number, desk.line, request->extension(), home, users::describe(wanted.changes), now};
  scn::v1::Envelope message;
  *message.mutable_settings_request() = std::move(*request);
  post(home, std::move(message));
}

/// Rule S13: it holds here at once; home learns of it when it is back, and merges it with what was
/// changed there.
void state::implementation::change_while_home_is_lost(seat& desk, const change_settings& wanted) {
  auto& login = *desk.occupant;
  auto after = users::changed(login.settings, wanted.changes);
  if (!after) {
    out.push_back(settings_result{wanted.number, wanted.line, false, after.error().what});
    return;
  }
  users::stamp(*after, login.settings, chosen.gateway);
  login.settings = std::move(*after);
  const identity who{login.settings.home(), login.settings.extension()};
  unmerged[who] = {login.settings, 0, now};
  out.push_back(store_session{login});
  out.push_back(store_unmerged{who, login.settings});
  out.push_back(settings_result{wanted.number, wanted.line, true,
                                "User " + who.second + ": " + users::describe(wanted.changes) +
                                    ". Gateway " + who.first +
                                    ", the home, is lost and learns of it when it is back."});
}

void state::implementation::send_unmerged() {
  for (auto& [who, changes] : unmerged) {
    if (!up.contains(who.first) || now < changes.repeat_at)
      continue;
    changes.repeat_at = now + chosen.repeat;
    changes.request = next_request++;
    scn::v1::Envelope message;
    auto& request = *message.mutable_settings_request();
    request.set_request(changes.request);
    request.set_extension(who.second);
    *request.mutable_merge() = changes.user;
    post(who.first, std::move(message));
  }
}

/// A document that comes from elsewhere does not undo what was changed here.
user::v1::User state::implementation::with_unmerged(user::v1::User user,
                                                    const identity& who) const {
  const auto found = unmerged.find(who);
  std::vector<std::string> told;
  return found == unmerged.end() ? user : users::merged(std::move(user), found->second.user, told);
}

/// Codes are turned into proofs here: none travels (H3).
result<scn::v1::SettingsRequest>
state::implementation::settings_request(seat& desk, const change_settings& wanted) {
  const auto& who = desk.occupant->settings;
  scn::v1::SettingsRequest request;
  request.set_request(next_request++);
  request.set_extension(wanted.whose.empty() ? who.extension() : wanted.whose);
  request.set_by(who.extension());
  request.set_epoch(desk.occupant->epoch.value);
  *request.mutable_changes() = wanted.changes;
  if (!wanted.code)
    return request;
  if (desk.wrong.locked(now))
    return refusal{locked_out_text("Line " + std::to_string(desk.line.value), desk.wrong.left(now)),
                   "Wait."};
  if (who.has_login_code())
    request.set_proof(
        users::proof_of(wanted.code->present, who.login_code().salt(), chosen.network_key));
  else
    request.set_proof(wanted.code->present.empty() ? "" : "-"); // H18: there is no old one
  const auto salt = fresh_salt(who, desk.occupant->epoch.value, chosen.network_key);
  std::array<std::uint8_t, 16> octets{};
  std::copy(salt.begin(), salt.end(), octets.begin());
  const auto verifier = users::make_verifier(wanted.code->next, chosen.network_key, octets);
  if (!verifier)
    return verifier.error();
  *request.mutable_login_code() = *verifier;
  return request;
}

void state::implementation::settings_answered(const gateway_name& home,
                                              const scn::v1::SettingsAnswer& answer) {
  for (const auto& [who, changes] : unmerged)
    if (who.first == home && changes.request != 0 && changes.request == answer.request()) {
      if (!answer.changed() && answer.reason() != scn::v1::UNKNOWN_USER) {
        unmerged[who].repeat_at = now + chosen.lease; // its disk is full, say: nothing is lost here
        return;
      }
      out.push_back(erase_unmerged{who});
      unmerged.erase(identity(who));
      return;
    }
  const auto found = changing.find(answer.request());
  if (found == changing.end() || found->second.home != home)
    return; // given up already
  const auto asked = std::move(found->second);
  changing.erase(found);
  if (answer.reason() == scn::v1::WRONG_CODE) {
    auto& wrong = seats.at(asked.line).wrong; // rule H5: per port, too
    wrong.count(chosen.wrong_codes_allowed, chosen.lockout, now);
  }
  const std::string done =
      "User " + asked.whose + ": " + (asked.text.empty() ? "login code changed" : asked.text) + ".";
  out.push_back(
      settings_result{asked.number, asked.line, answer.changed(),
                      answer.changed() ? done : refused_change_text(answer, asked.whose)});
}

void state::implementation::check_changes() {
  for (auto next = changing.begin(); next != changing.end();) {
    const auto& asked = next->second;
    if (now < asked.started + chosen.login_timeout) {
      ++next;
      continue;
    }
    out.push_back(settings_result{asked.number, asked.line, false,
                                  "Gateway " + asked.home + ", home of user " + asked.whose +
                                      ", did not confirm the change. Look, and try again."});
    next = changing.erase(next);
  }
}

void state::implementation::give_up_changes(const gateway_name& home) {
  for (auto& [request, asked] : changing)
    if (asked.home == home)
      asked.started = std::min(asked.started, now - chosen.login_timeout);
}

// ---- home ------------------------------------------------------------------------------------

void state::implementation::settings_requested(const gateway_name& from,
                                               const scn::v1::SettingsRequest& request) {
  scn::v1::Envelope message;
  auto& answer = *message.mutable_settings_answer();
  answer = judge(from, request);
  answer.set_request(request.request());
  post(from, std::move(message)); // after the document: it is in force when this is heard
}

scn::v1::SettingsAnswer state::implementation::judge(const gateway_name& from,
                                                     const scn::v1::SettingsRequest& request) {
  const auto found = own.find(request.extension());
  if (found == own.end())
    return refusal_of(scn::v1::UNKNOWN_USER);
  if (request.has_merge())
    return merge(request);
  if (!may_change(from, request))
    return refusal_of(scn::v1::STALE_LOGIN);
  auto& user = found->second;
  if (request.has_login_code())
    if (auto no = judge_code(user, request))
      return *no;
  if (const auto* which = users::for_administrators(request.changes()))
    return refusal_of(scn::v1::BAD_SETTING, "The " + std::string(which->what) + " of user " +
                                                request.extension() +
                                                " can be changed by an administrator only.");
  auto after = users::changed(user.user, request.changes());
  if (!after)
    return refusal_of(scn::v1::BAD_SETTING, after.error().what);
  if (request.has_login_code())
    *after->mutable_login_code() = request.login_code();
  if (!google::protobuf::util::MessageDifferencer::Equals(*after, user.user)) {
    after->set_version(user.user.version() + 1);
    change_user(*after);
  }
  scn::v1::SettingsAnswer answer;
  answer.set_changed(true);
  return answer;
}

/// The peer vouches that the login was the person's; who is logged in by now does not matter.
scn::v1::SettingsAnswer state::implementation::merge(const scn::v1::SettingsRequest& request) {
  const auto& user = own.at(request.extension()).user;
  std::vector<std::string> told;
  auto after = users::merged(user, request.merge(), told);
  for (auto& one : told)
    out.push_back(note{std::move(one)});
  if (!google::protobuf::util::MessageDifferencer::Equals(after, user)) {
    after.set_version(user.version() + 1);
    change_user(after);
  }
  scn::v1::SettingsAnswer answer;
  answer.set_changed(true);
  return answer;
}

/// The login in force is the authority. Over another's document it has one right, as with the
/// peers: to have that user's calls follow to here (`*12*N#`), and to end that again.
bool state::implementation::may_change(const gateway_name& from,
                                       const scn::v1::SettingsRequest& request) const {
  const auto stands = [&](const users::entry* known) {
    return known && known->state.presence() == scn::v1::LOGGED_IN &&
           known->state.gateway() == from && known->state.epoch() == request.epoch();
  };
  if (request.by() == request.extension())
    return stands(directory.find_at(chosen.gateway, request.by()));
  const auto homes = directory.claimants(request.by());
  const bool in_force = std::any_of(homes.begin(), homes.end(), [&](const gateway_name& home) {
    return stands(directory.find_at(home, request.by()));
  });
  const auto& changes = request.changes();
  return in_force && !request.has_login_code() &&
         std::all_of(changes.begin(), changes.end(), [&](const user::v1::SettingChange& change) {
           return change.setting() == "follow_me" && change.value() == request.by();
         });
}

/// Rule H18. Wrong ones are counted as at a login (H5).
std::optional<scn::v1::SettingsAnswer>
state::implementation::judge_code(kept_user& user, const scn::v1::SettingsRequest& request) {
  if (user.wrong.locked(now)) {
    auto locked = refusal_of(scn::v1::LOCKED_OUT);
    locked.set_retry_after_s(static_cast<std::uint32_t>(
        std::chrono::ceil<std::chrono::seconds>(user.wrong.left(now)).count()));
    return locked;
  }
  const bool right = user.user.has_login_code()
                         ? users::proves(user.user.login_code(), request.proof())
                         : request.proof().empty();
  if (right) {
    user.wrong.clear();
    return std::nullopt;
  }
  user.wrong.count(chosen.wrong_codes_allowed, chosen.lockout, now);
  return refusal_of(scn::v1::WRONG_CODE);
}

} // namespace switchroom::desks
