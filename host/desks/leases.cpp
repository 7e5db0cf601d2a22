// SPDX-License-Identifier: MIT
// A gateway keeps the logins at its lines in force: it renews them with their grantors, and a login
// that no majority has confirmed for a lease does not ring (docs/adr/0008).
#include "desks/implementation.hpp"
#include "users/directory.hpp"

#include <algorithm>

namespace switchroom::desks {
namespace {

constexpr int most_logins = 400; // of one message: some 20 octets each

} // namespace

/// Until when a majority has confirmed it. This gateway's own word, if it is a grantor, is for as
/// long as it lives, unless it has promised a higher epoch.
instant state::implementation::confirmed_until(const session& login) const {
  const identity who{login.settings.home(), login.settings.extension()};
  std::vector<instant> ends;
  for (const auto& grantor : login.grantors) {
    const auto confirmed = login.confirmed.find(grantor);
    if (grantor == chosen.gateway && votes.of(who).promised <= login.epoch.value)
      ends.push_back(never);
    else
      ends.push_back(confirmed == login.confirmed.end() ? instant::min()
                                                        : confirmed->second + chosen.lease);
  }
  const auto last_of_majority = ends.begin() + static_cast<std::ptrdiff_t>(ends.size() / 2);
  std::nth_element(ends.begin(), last_of_majority, ends.end(), std::greater<>());
  return *last_of_majority;
}

/// Else this gateway alone decides.
bool state::implementation::renews(const session& login) const {
  return login.grantors.size() > 1 || login.grantors.front() != chosen.gateway;
}

instant state::implementation::next_renewal() const {
  const bool any = std::any_of(seats.begin(), seats.end(), [&](const auto& one) {
    return one.second.occupant && renews(*one.second.occupant);
  });
  return any ? renew_at : never;
}

void state::implementation::renew_logins() {
  if (now < next_renewal())
    return;
  renew_at = now + chosen.lease / 3;
  std::erase_if(renewals, [&](const auto& one) { return one.second.at + chosen.lease <= now; });
  std::map<gateway_name, std::vector<const session*>> by_grantor;
  for (const auto& [line, desk] : seats)
    if (desk.occupant && renews(*desk.occupant))
      for (const auto& grantor : desk.occupant->grantors)
        if (grantor == chosen.gateway || up.contains(grantor))
          by_grantor[grantor].push_back(&*desk.occupant);
  std::vector<std::pair<gateway_name, scn::v1::Envelope>> ready;
  for (const auto& [grantor, logins] : by_grantor) {
    scn::v1::Envelope message;
    for (const auto* login : logins) {
      auto& renewal = *message.mutable_renewal();
      if (renewal.logins_size() == 0) {
        renewal.set_number(next_request++);
        renewals[renewal.number()] = {grantor, now, {}};
      }
      auto& one = *renewal.add_logins();
      one.set_home(login->settings.home());
      one.set_extension(login->settings.extension());
      one.set_line(login->line.value);
      one.set_epoch(login->epoch.value);
      renewals.at(renewal.number())
          .logins.emplace_back(identity{one.home(), one.extension()}, one.epoch());
      if (renewal.logins_size() == most_logins || login == logins.back())
        ready.emplace_back(grantor, std::exchange(message, {}));
    }
  }
  for (auto& [grantor, message] : ready)
    post(grantor, std::move(message));
}

void state::implementation::renewal_answered(const gateway_name& from,
                                             const scn::v1::RenewalAnswer& answer) {
  const auto found = renewals.find(answer.number());
  if (found == renewals.end() || found->second.to != from)
    return;
  const auto sent = std::move(found->second);
  renewals.erase(found);
  std::map<identity, std::uint64_t> overtaken;
  for (const auto& one : answer.overtaken())
    overtaken[{one.home(), one.extension()}] = one.epoch();
  std::set<identity> unconfirmed;
  for (const auto& one : answer.unconfirmed())
    unconfirmed.insert({one.home(), one.extension()});
  for (const auto& [who, epoch] : sent.logins) {
    auto* desk = seat_of(who);
    if (!desk || desk->occupant->epoch.value != epoch)
      continue;
    if (overtaken.contains(who))
      end(*desk, from + " knows of another login with the higher epoch " +
                     std::to_string(overtaken.at(who)));
    else if (!unconfirmed.contains(who))
      confirm(*desk->occupant, from, sent.at);
  }
}

void state::implementation::confirm(session& login, const gateway_name& grantor, instant sent) {
  auto& confirmed = login.confirmed[grantor];
  confirmed = std::max(confirmed, sent);
  if (grantor == login.settings.home())
    login.home_seen = std::max(login.home_seen, sent);
  login.in_force_until = std::max(login.in_force_until, confirmed_until(login));
  if (login.in_force || now >= login.in_force_until)
    return;
  login.in_force = true;
  out.push_back(note{"The login of user " + login.settings.extension() + " at line " +
                     std::to_string(login.line.value) + " is in force again."});
}

/// A new login: that it was asked for counts as the first renewal.
void state::implementation::set_in_force(seat& desk, instant asked) {
  auto& login = *desk.occupant;
  login.home_seen = now;
  login.in_force_until = renews(login) ? asked + chosen.lease : never;
  login.in_force = now < login.in_force_until;
  renew_at = std::min(renew_at, now + chosen.lease / 3);
}

void state::implementation::check_leases() {
  for (auto& [line, desk] : seats) {
    if (!desk.occupant)
      continue;
    auto& login = *desk.occupant;
    const bool remote = login.settings.home() != chosen.gateway;
    if (remote && now >= login.home_seen + chosen.unseen_by_home) {
      end(desk, login.settings.home() + ", the home, has not been heard for too long");
      continue;
    }
    ask_again(desk);
    if (!login.in_force || now < login.in_force_until)
      continue;
    login.in_force = false;
    out.push_back(occupant_changed{line}); // it stops ringing
    out.push_back(note{"The login of user " + login.settings.extension() + " at line " +
                       std::to_string(line.value) +
                       " is not in force: too few of its grantors answer. The user stays logged "
                       "in; calls to the number do not come here."});
  }
}

/// Grantors that promised more than was ever granted cannot confirm this login any more. After a
/// lease in which a newer one would have been heard of, it is asked for anew, under a higher epoch.
void state::implementation::ask_again(seat& desk) {
  const auto& login = *desk.occupant;
  const auto since = std::max(login.in_force_until, login.since) + chosen.lease;
  if (login.in_force || desk.asked || now < since || now < desk.unasked_at)
    return;
  desk.unasked_at = now + chosen.lease / 3;
  attempt made;
  made.extension = login.settings.extension();
  made.home = login.settings.home();
  made.unasked = true;
  made.started = now;
  submit(desk, std::move(made));
}

instant state::implementation::lease_deadline(const seat& desk) const {
  if (!desk.occupant)
    return never;
  const auto& login = *desk.occupant;
  const bool remote = login.settings.home() != chosen.gateway;
  const auto again = desk.asked ? never
                                : std::max({login.in_force_until + chosen.lease,
                                            login.since + chosen.lease, desk.unasked_at});
  return std::min(login.in_force ? login.in_force_until : again,
                  remote ? login.home_seen + chosen.unseen_by_home : never);
}

} // namespace switchroom::desks
