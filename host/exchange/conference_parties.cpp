// SPDX-License-Identifier: MIT
// Who takes part in conferences of this gateway, and what operators do to them: mute, louder,
// softer. The board does it, and fades it.
#include "exchange/implementation.hpp"
#include "exchange/replies.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <utility>

namespace switchroom::exchange {
namespace {

struct seated {
  const calls::service_leg* at;
  std::string number, name;
};

/// None: not a conference's.
std::optional<seated> seated_by(const calls::call& c) {
  if (const auto* to = calls::as_conference(c.destination))
    return seated{to, c.from.number, c.from.name};
  if (const auto* from = calls::as_conference(c.origin))
    return seated{from, c.extension, {}};
  return std::nullopt;
}

} // namespace

control::v1::Conference
gateway::implementation::told_of_conference(const std::string& number) const {
  control::v1::Conference one;
  one.set_number(number);
  one.set_by_board(conferences_.at(number).by_board);
  for (const auto& [id, c] : calls_)
    if (const auto who = seated_by(c); who && who->at->name == number) {
      auto& party = *one.add_parties();
      party.set_number(who->number);
      party.set_name(who->name);
      const auto sound = who->at->member ? paths_.sound(*who->at->member) : member_sound{};
      party.set_muted(sound.muted);
      party.set_says_db(sound.says_db);
      party.set_hears_db(sound.hears_db);
    }
  return one;
}

control::v1::Conferences gateway::implementation::list_conferences() const {
  control::v1::Conferences list;
  for (const auto& [number, known] : conferences_)
    *list.add_conferences() = told_of_conference(number);
  return list;
}

control::v1::Reply
gateway::implementation::change_conference_party(const control::v1::ConferencePartyRequest& asked) {
  const auto known = conferences_.find(asked.conference());
  if (known == conferences_.end())
    return error({"Gateway " + settings_.gateway + " has no conference " + asked.conference() + ".",
                  "`switchroom conference list` lists those of a gateway; -g names another."});
  if (!known->second.by_board)
    return error({"Conference " + asked.conference() +
                      " is mixed by the host, which has no gains of parties.",
                  "Connect a board with members that are free before the conference begins."});
  const auto is_wrong = [](double db, double most) { return !(db >= -24 && db <= most); };
  if (is_wrong(asked.says_db(), 12) || is_wrong(asked.hears_db(), 0))
    return error({"What a party says goes from -24 to 12 dB, what it hears from -24 to 0.",
                  "Give a gain in that range."});
  const auto is_meant = [&](const auto& one) {
    const auto who = seated_by(one.second);
    return who && who->at->name == asked.conference() && who->number == asked.party() &&
           who->at->member;
  };
  const auto found = std::ranges::find_if(calls_, is_meant);
  if (std::ranges::count_if(calls_, is_meant) > 1)
    return error({"Several parties of conference " + asked.conference() + " have the number " +
                      asked.party() + ".",
                  "Nobody was changed: it cannot be told who is meant."});
  if (found == calls_.end())
    return error({"Nobody with the number " + asked.party() + " is in conference " +
                      asked.conference() + ".",
                  "`switchroom conference list` says who is."});
  const auto member = *seated_by(found->second)->at->member;
  auto sound = paths_.sound(member);
  if (asked.has_muted())
    sound.muted = asked.muted();
  if (asked.has_says_db())
    sound.says_db = asked.says_db();
  if (asked.has_hears_db())
    sound.hears_db = asked.hears_db();
  if (sound != paths_.sound(member))
    note("operator", "conference " + asked.conference(),
         fmt::format("{} {}, says {:+.1f} dB, hears {:+.1f} dB", asked.party(),
                     sound.muted ? "is muted" : "speaks", sound.says_db, sound.hears_db));
  paths_.set_sound(member, sound);
  control::v1::Reply reply;
  *reply.mutable_conferences()->add_conferences() = told_of_conference(asked.conference());
  return reply;
}

} // namespace switchroom::exchange
