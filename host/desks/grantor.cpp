// SPDX-License-Identifier: MIT
// A grantor at work: it votes, confirms what goes on, and takes over what it did not know
// (docs/adr/0008). The memory is in ballots.
#include "desks/implementation.hpp"
#include "users/directory.hpp"

#include <algorithm>

namespace switchroom::desks {

void state::implementation::vote_requested(const gateway_name& from, const scn::v1::Vote& vote) {
  const identity who{vote.login().home(), vote.login().extension()};
  const auto* user = kept(who);
  if (!user || !among(user->grantors, from))
    return; // not of ours, or not for it to ask; it counts what does answer
  scn::v1::Envelope message;
  *message.mutable_vote_answer() = votes.vote(from, vote, now);
  if (message.vote_answer().yes())
    promised(who);
  post(from, std::move(message));
}

void state::implementation::renewal_requested(const gateway_name& from,
                                              const scn::v1::Renewal& renewal) {
  scn::v1::Envelope message;
  auto& answer = *message.mutable_renewal_answer();
  answer.set_number(renewal.number());
  for (const auto& one : renewal.logins()) {
    const identity who{one.home(), one.extension()};
    if (!kept(who)) { // not ours to confirm, or not yet
      *answer.add_unconfirmed() = one;
      continue;
    }
    const login goes_on{from, one.line(), one.epoch()};
    const auto renewed = votes.renew(who, goes_on, now);
    if (renewed == ballots::renewed::taken_over)
      out.push_back(store_ballot{who, votes.of(who)});
    if (renewed != ballots::renewed::overtaken)
      believe(who, goes_on);
    switch (renewed) {
    case ballots::renewed::confirmed:
    case ballots::renewed::taken_over:
      break;
    case ballots::renewed::unconfirmed:
      *answer.add_unconfirmed() = one;
      break;
    case ballots::renewed::overtaken:
      *answer.add_overtaken() = one;
      answer.mutable_overtaken()->rbegin()->set_epoch(votes.of(who).granted);
    }
  }
  post(from, std::move(message));
}

/// A promise has been made: it is kept, and the own word does not hold an older login here in
/// force.
void state::implementation::promised(const identity& who) {
  out.push_back(store_ballot{who, votes.of(who)});
  if (auto* desk = seat_of(who); desk && desk->occupant->epoch.value < votes.of(who).promised)
    desk->occupant->in_force_until =
        std::min(desk->occupant->in_force_until, confirmed_until(*desk->occupant));
}

/// A login of which this gateway was not told when it was granted.
void state::implementation::believe(const identity& who, const login& at) {
  auto* user = kept(who);
  if (!user || at.epoch < user->where.epoch())
    return;
  // An end is told up to an epoch that may be another gateway's login.
  const bool off = user->where.presence() == scn::v1::LOGGED_OFF;
  if (at.epoch == user->where.epoch() && (!off || user->ended_at == at.gateway))
    return;
  if (auto* desk = seat_of(who);
      desk && desk->occupant->epoch.value < at.epoch && at.gateway != chosen.gateway) {
    vacate(*desk);
    desk->reseat = true;
    out.push_back(note{"User " + who.second + " was logged out at line " +
                       std::to_string(desk->line.value) + ": logged in at " + at.gateway +
                       " with the higher epoch " + std::to_string(at.epoch) + "."});
  }
  auto& where = user->where;
  where.set_epoch(at.epoch);
  if (at.gateway == chosen.gateway && !seat_of(who)) { // it has ended, and nobody was told
    clear_place(where);
    if (who.first == chosen.gateway && !under_way.contains(who))
      log_off(*user);
    return;
  }
  where.set_presence(scn::v1::LOGGED_IN);
  where.set_gateway(at.gateway);
  where.set_line(at.line);
  if (const auto found = under_way.find(who); found != under_way.end() && found->second.gentle)
    give_up(who, scn::v1::BUSY);
  if (who.first != chosen.gateway)
    return;
  out.push_back(store_whereabouts{who.second, where});
  out.push_back(note{"User " + who.second + " is at " + at.gateway + ", epoch " +
                     std::to_string(at.epoch) + ", granted by a backup."});
  publish(*user);
}

/// A backup has granted a login of a user of ours.
void state::implementation::news_of_own(const gateway_name& from, const scn::v1::UserState& news) {
  const identity who{chosen.gateway, news.extension()};
  auto* user = kept(who);
  if (!user || !among(chosen.backups, from) || news.epoch() <= user->where.epoch())
    return;
  if (news.presence() == scn::v1::LOGGED_IN)
    return believe(who, {news.gateway(), news.line(), news.epoch()});
  user->where.set_epoch(news.epoch());
  if (!under_way.contains(who))
    log_off(*user);
}

} // namespace switchroom::desks
