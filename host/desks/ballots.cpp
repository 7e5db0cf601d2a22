// SPDX-License-Identifier: MIT
#include "desks/ballots.hpp"

#include <algorithm>

namespace switchroom::desks {
namespace {

bool says_ended(const scn::v1::Vote& vote, const login& former) {
  const auto& ended = vote.ended();
  return std::any_of(ended.begin(), ended.end(), [&](const scn::v1::Vote::Ended& one) {
    return one.gateway() == former.gateway && one.epoch() >= former.epoch;
  });
}

} // namespace

void ballots::restore(const identity& who, ballot kept, instant now) {
  kept.heard = now;
  kept_[who] = std::move(kept);
}

const ballot& ballots::of(const identity& who) const {
  static const ballot none;
  const auto found = kept_.find(who);
  return found == kept_.end() ? none : found->second;
}

duration ballots::left(const identity& who, instant now) const {
  const auto& known = of(who);
  return known.believed.epoch == 0 ? duration{} : std::max(duration{}, known.heard + wait_ - now);
}

scn::v1::VoteAnswer ballots::vote(const gateway_name& coordinator, const scn::v1::Vote& vote,
                                  instant now) {
  const auto& wanted = vote.login();
  const identity who{wanted.home(), wanted.extension()};
  auto& known = kept_[who];
  const login next{wanted.gateway(), wanted.line(), wanted.epoch()};
  scn::v1::VoteAnswer answer;
  answer.set_ballot(vote.ballot());
  answer.set_home(who.first);
  answer.set_extension(who.second);
  if (known.promised == next.epoch && known.voted_for == coordinator && known.believed == next) {
    answer.set_yes(true); // asked again, because the answer was lost
    return answer;
  }
  answer.set_promised(known.promised);
  const auto wait = says_ended(vote, known.believed) ? duration{} : left(who, now);
  if (wait > duration{}) {
    auto& former = *answer.mutable_in_the_way();
    former.set_gateway(known.believed.gateway);
    former.set_line(known.believed.line);
    former.set_epoch(known.believed.epoch);
    answer.set_wait_ms(
        static_cast<std::uint32_t>(std::chrono::ceil<std::chrono::milliseconds>(wait).count()));
    return answer;
  }
  if (next.epoch <= known.promised)
    return answer;
  known = {next.epoch, next, coordinator, now, known.granted};
  answer.set_yes(true);
  return answer;
}

bool ballots::withdraw(const identity& who, const gateway_name& coordinator, std::uint64_t epoch) {
  const auto found = kept_.find(who);
  if (found == kept_.end())
    return false;
  auto& known = found->second;
  if (epoch == 0 || known.voted_for != coordinator || known.believed.epoch != epoch ||
      known.granted >= epoch)
    return false;
  known.believed = {};
  return true;
}

void ballots::grant(const identity& who, std::uint64_t epoch) {
  auto& known = kept_[who];
  known.granted = std::max(known.granted, epoch);
}

ballots::renewed ballots::renew(const identity& who, const login& goes_on, instant now) {
  auto& known = kept_[who];
  if (goes_on.epoch < known.granted)
    return renewed::overtaken;
  known.granted = goes_on.epoch;
  if (goes_on.epoch < known.promised)
    return renewed::unconfirmed;
  const bool same = goes_on.epoch == known.promised && known.believed == goes_on;
  known.heard = now;
  if (same)
    return renewed::confirmed;
  known.promised = goes_on.epoch;
  known.believed = goes_on;
  known.voted_for.clear();
  return renewed::taken_over;
}

void ballots::ended(const identity& who, const gateway_name& gateway, std::uint64_t epoch) {
  const auto found = kept_.find(who);
  if (found == kept_.end())
    return;
  auto& known = found->second;
  if (known.believed.gateway == gateway && known.believed.epoch <= epoch)
    known.believed = {};
}

} // namespace switchroom::desks
