// SPDX-License-Identifier: MIT
// Personal directories and call logs (rules S7, H16): they live at home. A visited gateway whose
// phone can show them asks for them and forgets them at log out; it tells the home of calls, and
// keeps those that a lost home has not taken sealed until then, however long the person is gone.
#include "users/records.hpp"
#include "desks/implementation.hpp"
#include "users/sealed_profile.hpp"

#include <algorithm>

namespace switchroom::desks {
namespace {
constexpr std::size_t most_unsent = 64; // of a user; more than a log holds of a person
} // namespace

// ---- home ----------------------------------------------------------------------------------

void state::implementation::change_records(kept_user& user, user::v1::Records after) {
  user.records = std::move(after);
  user.records.set_extension(user.user.extension());
  out.push_back(store_records{user.records});
  send_records(user);
}

void state::implementation::records_requested(const gateway_name& from,
                                              const scn::v1::RecordsRequest& request) {
  const auto found = own.find(request.extension());
  if (found == own.end())
    return;
  auto& user = found->second;
  const auto& where = user.where;
  if (where.presence() != scn::v1::LOGGED_IN || where.gateway() != from ||
      where.epoch() != request.epoch())
    return; // asked again when the home has learnt of the login
  user.records_wanted = request.epoch();
  send_records(user);
}

/// To the login that has asked, if it stands.
void state::implementation::send_records(const kept_user& user) {
  const auto& where = user.where;
  if (user.records_wanted == 0 || where.epoch() != user.records_wanted ||
      where.presence() != scn::v1::LOGGED_IN || !up.contains(where.gateway()))
    return;
  scn::v1::Envelope message;
  message.mutable_records_sent()->set_epoch(where.epoch());
  *message.mutable_records_sent()->mutable_records() = user.records;
  message.mutable_records_sent()->mutable_records()->set_extension(user.user.extension());
  post(where.gateway(), std::move(message));
}

void state::implementation::calls_arrived(const gateway_name& from,
                                          const scn::v1::CallsMade& told) {
  if (const auto found = own.find(told.extension()); found != own.end()) {
    auto records = found->second.records;
    bool news = false;
    for (auto call : told.calls()) {
      call.set_gateway(from);
      news |= users::add_call(records, call);
    }
    if (news)
      change_records(found->second, std::move(records));
  }
  scn::v1::Envelope message;
  message.mutable_calls_kept()->set_number(told.number());
  post(from, std::move(message));
}

// ---- visited -------------------------------------------------------------------------------

void state::implementation::note_call(const call_made& made) {
  if (made.who.first == chosen.gateway) {
    const auto found = own.find(made.who.second);
    if (found == own.end())
      return;
    auto records = found->second.records;
    if (users::add_call(records, made.call))
      change_records(found->second, std::move(records));
    return;
  }
  auto& waits = unsent[made.who];
  waits.calls.push_back(made.call);
  if (waits.calls.size() > most_unsent) {
    waits.calls.erase(waits.calls.begin());
    waits.sent -= waits.sent > 0;
  }
  keep_unsent(made.who);
}

void state::implementation::keep_unsent(const identity& who) {
  const auto& calls = unsent.at(who).calls;
  scn::v1::Profile profile;
  profile.mutable_user()->set_extension(who.second);
  profile.mutable_calls()->Add(calls.begin(), calls.end());
  out.push_back(store_unsent{who, users::seal(profile, chosen.network_key)});
}

void state::implementation::restore_unsent(const std::vector<store_unsent>& kept) {
  for (const auto& [who, sealed] : kept)
    if (const auto profile = users::unseal(sealed, chosen.network_key))
      unsent[who].calls.assign(profile->calls().begin(), profile->calls().end());
}

void state::implementation::send_calls() {
  for (auto& [who, waits] : unsent) {
    if (!up.contains(who.first) || (waits.number != 0 && now < waits.repeat_at))
      continue;
    waits.number = next_request++;
    waits.sent = waits.calls.size();
    waits.repeat_at = now + chosen.repeat;
    scn::v1::Envelope message;
    auto& told = *message.mutable_calls_made();
    told.set_number(waits.number);
    told.set_extension(who.second);
    told.mutable_calls()->Add(waits.calls.begin(), waits.calls.end());
    post(who.first, std::move(message));
  }
}

void state::implementation::calls_taken(const gateway_name& home,
                                        const scn::v1::CallsKept& answer) {
  const auto found = std::find_if(unsent.begin(), unsent.end(), [&](const auto& one) {
    return one.first.first == home && one.second.number == answer.number() &&
           one.second.number != 0;
  });
  if (found == unsent.end())
    return;
  auto& [who, waits] = *found;
  waits.calls.erase(waits.calls.begin(),
                    waits.calls.begin() + static_cast<std::ptrdiff_t>(waits.sent));
  waits.number = 0;
  if (!waits.calls.empty())
    return keep_unsent(who);
  out.push_back(erase_unsent{who});
  unsent.erase(found);
}

void state::implementation::ask_for_records() {
  for (auto& [line, desk] : seats) {
    if (!desk.occupant || now < desk.ask_records_at)
      continue;
    const auto& home = desk.occupant->settings.home();
    if (!up.contains(home))
      continue; // asked when it is
    desk.ask_records_at = now + chosen.repeat;
    scn::v1::Envelope message;
    message.mutable_records_request()->set_extension(desk.occupant->settings.extension());
    message.mutable_records_request()->set_epoch(desk.occupant->epoch.value);
    post(home, std::move(message));
  }
}

void state::implementation::records_arrived(const gateway_name& home,
                                            const scn::v1::RecordsSent& sent) {
  auto* desk = seat_of({home, sent.records().extension()});
  if (!desk || !desk->display || desk->occupant->epoch.value != sent.epoch())
    return;
  desk->ask_records_at = never;
  auto& records = desk->occupant->records;
  if (records && records->version() >= sent.records().version())
    return;
  records = sent.records();
  out.push_back(store_session{*desk->occupant});
}

instant state::implementation::next_records() const {
  instant earliest = never;
  for (const auto& [who, waits] : unsent)
    if (up.contains(who.first))
      earliest = std::min(earliest, waits.number == 0 ? now : waits.repeat_at);
  for (const auto& [line, desk] : seats)
    if (desk.occupant && up.contains(desk.occupant->settings.home()))
      earliest = std::min(earliest, desk.ask_records_at);
  return earliest;
}

} // namespace switchroom::desks
