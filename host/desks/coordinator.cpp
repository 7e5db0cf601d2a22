// SPDX-License-Identifier: MIT
// How a login comes about at its coordinator, home or backup: the older one ends, the grantors
// vote, the gateway that asked is granted or refused (docs/adr/0008).
#include "desks/implementation.hpp"
#include "users/directory.hpp"

#include <algorithm>

namespace switchroom::desks {
namespace {

constexpr unsigned most_votes = 4; // for one login: each is held for a reason, none goes round

scn::v1::Login message_of(const identity& who, const login& at) {
  scn::v1::Login message;
  message.set_home(who.first);
  message.set_extension(who.second);
  message.set_gateway(at.gateway);
  message.set_line(at.line);
  message.set_epoch(at.epoch);
  return message;
}

scn::v1::Vote vote_on(const identity& who, const login_under_way& wanted) {
  scn::v1::Vote vote;
  vote.set_ballot(wanted.ballot);
  *vote.mutable_login() = message_of(who, {wanted.from, wanted.line, wanted.epoch});
  for (const auto& [gateway, epoch] : wanted.ended) {
    auto& one = *vote.add_ended();
    one.set_gateway(gateway);
    one.set_epoch(epoch);
  }
  return vote;
}

} // namespace

kept_user* state::implementation::kept(const identity& who) {
  if (who.first == chosen.gateway) {
    const auto found = own.find(who.second);
    return found == own.end() ? nullptr : &found->second;
  }
  const auto found = copies.find(who);
  return found == copies.end() ? nullptr : &found->second;
}

/// Grantors that can vote now.
std::size_t state::implementation::reachable(const kept_user& user) const {
  return static_cast<std::size_t>(
      std::count_if(user.grantors.begin(), user.grantors.end(), [&](const gateway_name& one) {
        return one == chosen.gateway || up.contains(one);
      }));
}

void state::implementation::begin(kept_user& user, login_under_way wanted) {
  const identity who{user.user.home(), user.user.extension()};
  if (under_way.contains(who))
    return refuse(wanted.from, wanted.request, scn::v1::BUSY);
  if (2 * reachable(user) <= user.grantors.size())
    return refuse(wanted.from, wanted.request, scn::v1::NO_MAJORITY);
  // The other grantors have not been told of it: without this word their first vote would be no.
  if (user.last_end.epoch != 0)
    wanted.ended[user.last_end.gateway] = user.last_end.epoch;
  under_way[who] = std::move(wanted);
  end_former(who);
}

// ---- the older login ends before the new one begins (rule H4) --------------------------------

void state::implementation::end_former(const identity& who) {
  auto& wanted = under_way.at(who);
  wanted.ending = {};
  auto former = std::exchange(wanted.in_the_way, {});
  if (former.epoch == 0)
    former = votes.of(who).believed;
  const auto told = wanted.ended.find(former.gateway);
  if (former.epoch == 0 || (told != wanted.ended.end() && told->second >= former.epoch))
    return call_vote(who);
  if (former.gateway == chosen.gateway) {
    auto* desk = seat_of(who);
    if (desk && wanted.gentle && !(desk->asked && desk->asked->unasked))
      return give_up(who, scn::v1::BUSY);
    if (desk)
      vacate(*desk);
    auto& fence = fences[who];
    fence = wanted.ended[chosen.gateway] = std::max(fence, former.epoch);
    if (desk && who.first != chosen.gateway)
      tell_home_ended(who, fence);
    if (auto& where = kept(who)->where; where.gateway() == chosen.gateway)
      clear_place(where);
    return call_vote(who);
  }
  if (is_lost(former.gateway)) {
    const auto left = votes.left(who, now);
    return left > duration{} ? give_up(who, scn::v1::FORMER_LOGIN_STANDS, left, former.gateway)
                             : call_vote(who);
  }
  wanted.ending = former;
  wanted.until = now + chosen.revoke_timeout;
  wanted.repeat_at = now + chosen.repeat;
  send_revoke(who, former, wanted.gentle);
}

void state::implementation::send_revoke(const identity& who, const login& former, bool gentle) {
  scn::v1::Envelope message;
  auto& revoke = *message.mutable_revoke();
  revoke.set_extension(who.second);
  revoke.set_epoch(former.epoch);
  revoke.set_home(who.first);
  revoke.set_gentle(gentle);
  post(former.gateway, std::move(message));
}

void state::implementation::former_ended(const gateway_name& from, const identity& who,
                                         std::uint64_t epoch) {
  const auto found = under_way.find(who);
  if (found == under_way.end())
    return;
  auto& wanted = found->second;
  auto& ended = wanted.ended[from];
  ended = std::max(ended, epoch);
  if (wanted.ending.epoch != 0 && wanted.ending.gateway == from && epoch >= wanted.ending.epoch)
    end_former(who);
}

/// A gateway whose login's end is waited for has been lost: its lease is waited for instead.
void state::implementation::fence_lost() {
  std::vector<identity> unanswered;
  for (const auto& [who, wanted] : under_way)
    if (wanted.ending.epoch != 0 && is_lost(wanted.ending.gateway))
      unanswered.push_back(who);
  for (const auto& who : unanswered)
    end_former(who);
}

// ---- the vote -----------------------------------------------------------------------------

void state::implementation::call_vote(const identity& who) {
  auto& wanted = under_way.at(who);
  const auto& user = *kept(who);
  if (++wanted.votes_held > most_votes)
    return give_up(who, scn::v1::BUSY);
  wanted.ending = {};
  // Above what anybody may have heard of, so that no late word of an end is taken for this one's.
  for (const auto& [gateway, epoch] : wanted.ended)
    wanted.highest = std::max(wanted.highest, epoch);
  wanted.epoch = std::max({votes.of(who).promised, user.where.epoch(), wanted.highest}) + 1;
  wanted.ballot = next_request++;
  wanted.yes.clear();
  wanted.no.clear();
  wanted.until = now + chosen.revoke_timeout;
  wanted.repeat_at = now + chosen.repeat;
  const auto mine = votes.vote(chosen.gateway, vote_on(who, wanted), now);
  if (!mine.yes())
    return give_up(who, scn::v1::FORMER_LOGIN_STANDS, std::chrono::milliseconds{mine.wait_ms()},
                   mine.in_the_way().gateway());
  promised(who);
  wanted.yes.insert(chosen.gateway);
  send_votes(who);
  count_votes(who);
}

void state::implementation::send_votes(const identity& who) {
  const auto& wanted = under_way.at(who);
  for (const auto& grantor : kept(who)->grantors) {
    if (!up.contains(grantor) || wanted.yes.contains(grantor) || wanted.no.contains(grantor))
      continue;
    scn::v1::Envelope message;
    *message.mutable_vote() = vote_on(who, wanted);
    post(grantor, std::move(message));
  }
}

void state::implementation::vote_answered(const gateway_name& from,
                                          const scn::v1::VoteAnswer& answer) {
  const identity who{answer.home(), answer.extension()};
  const auto found = under_way.find(who);
  if (found == under_way.end() || found->second.ballot != answer.ballot() ||
      found->second.ending.epoch != 0)
    return;
  auto& wanted = found->second;
  if (answer.yes()) {
    wanted.yes.insert(from);
  } else {
    wanted.no.insert(from);
    wanted.highest = std::max(wanted.highest, answer.promised());
    const auto& former = answer.in_the_way();
    if (former.epoch() != 0)
      wanted.in_the_way = {former.gateway(), former.line(), former.epoch()};
    wanted.wait = std::max<duration>(wanted.wait, std::chrono::milliseconds{answer.wait_ms()});
  }
  count_votes(who);
}

/// This gateway's own, on an epoch that it will not grant.
void state::implementation::withdraw_vote(const identity& who, std::uint64_t epoch) {
  if (votes.withdraw(who, chosen.gateway, epoch))
    out.push_back(store_ballot{who, votes.of(who)});
}

void state::implementation::count_votes(const identity& who) {
  auto& wanted = under_way.at(who);
  auto& user = *kept(who);
  const auto all = user.grantors.size();
  const auto share = [&](auto test) {
    return static_cast<std::size_t>(
        std::count_if(user.grantors.begin(), user.grantors.end(), test));
  };
  if (2 * share([&](const gateway_name& one) { return wanted.yes.contains(one); }) > all)
    return grant(user, under_way.extract(who).mapped());
  const auto possible = share([&](const gateway_name& one) {
    return wanted.yes.contains(one) || (up.contains(one) && !wanted.no.contains(one));
  });
  if (2 * possible > all)
    return;
  withdraw_vote(who, wanted.epoch);
  const auto& former = wanted.in_the_way;
  if (former.epoch != 0 && (former.gateway == chosen.gateway || !is_lost(former.gateway)))
    return end_former(who); // and try again
  if (former.epoch != 0)
    return give_up(who, scn::v1::FORMER_LOGIN_STANDS, wanted.wait, former.gateway);
  if (wanted.highest >= wanted.epoch)
    return call_vote(who);
  give_up(who, scn::v1::NO_MAJORITY);
}

// ---- the end --------------------------------------------------------------------------------

/// A majority has voted: no older login is in force any more, and none will be.
void state::implementation::grant(kept_user& user, const login_under_way& wanted) {
  const bool ours = user.user.home() == chosen.gateway;
  auto& where = user.where;
  const identity who{user.user.home(), user.user.extension()};
  where.set_epoch(wanted.epoch);
  if (wanted.from != chosen.gateway && !up.contains(wanted.from)) { // it was lost meanwhile
    withdraw_vote(who, wanted.epoch);
    return log_off(user);
  }
  votes.grant(who, wanted.epoch);
  out.push_back(store_ballot{who, votes.of(who)});
  where.set_presence(scn::v1::LOGGED_IN);
  where.set_gateway(wanted.from);
  where.set_line(wanted.line);
  if (ours)
    out.push_back(store_whereabouts{where.extension(), where});
  scn::v1::Envelope message;
  auto& grant = *message.mutable_login_grant();
  grant.set_request(wanted.request);
  grant.set_epoch(where.epoch());
  *grant.mutable_settings() = document_for(wanted.from, user);
  grant.mutable_grantors()->Add(user.grantors.begin(), user.grantors.end());
  if (!ours)
    out.push_back(note{"User " + user.user.extension() + " of " + user.user.home() +
                       ", which is lost, was granted a login at " + wanted.from + ", epoch " +
                       std::to_string(where.epoch()) + "."});
  post(wanted.from, std::move(message)); // before the state, which would find nobody there
  publish(user);
}

void state::implementation::give_up(const identity& who, scn::v1::Refusal why, duration retry_after,
                                    const gateway_name& where) {
  const auto wanted = under_way.extract(who).mapped();
  withdraw_vote(who, wanted.epoch);
  refuse(wanted.from, wanted.request, why, retry_after, where);
  auto& user = *kept(who);
  const auto* told = directory.find_at(who.first, who.second);
  const bool ended = user.where.presence() == scn::v1::LOGGED_OFF;
  if (ended && told &&
      (told->state.presence() != user.where.presence() || told->state.epoch() < user.where.epoch()))
    log_off(user);
}

void state::implementation::check_under_way() {
  fence_lost();
  std::vector<identity> due;
  for (const auto& [who, wanted] : under_way)
    if (now >= wanted.until || now >= wanted.repeat_at)
      due.push_back(who);
  for (const auto& who : due) {
    const auto found = under_way.find(who);
    if (found == under_way.end())
      continue;
    auto& wanted = found->second;
    const auto ending = wanted.ending;
    if (now >= wanted.until) {
      give_up(who, ending.epoch != 0 ? scn::v1::FORMER_LOGIN_STANDS : scn::v1::NO_MAJORITY, {},
              ending.gateway);
      continue;
    }
    wanted.repeat_at = now + chosen.repeat;
    if (ending.epoch != 0)
      send_revoke(who, ending, wanted.gentle);
    else
      send_votes(who);
  }
}

} // namespace switchroom::desks
