// SPDX-License-Identifier: MIT
// Conferences (S6, C9 *66*N#). Whoever dials the same number is in the same conference; it is at
// the gateway of who came first, and all gateways know of it. Each party is a call of its own that
// ends at a host slot; the slots of a conference are mixed. Who is alone hears the hold tone.
#include "exchange/implementation.hpp"

#include <algorithm>
#include <utility>

namespace switchroom::exchange {
namespace {

constexpr std::size_t longest_conference = 8;
constexpr unsigned last_host_bridge = 255, last_board_bridge = 31;
constexpr auto bell_time =
    std::chrono::milliseconds{700}; ///< the longest tone of a country is over

} // namespace

void gateway::implementation::act_conference(party& p, const std::string& number) {
  if (!std::holds_alternative<calls::line_leg>(p.leg) || nobody_at(p))
    return refuse(p, tone::refusal, "only users at their own gateway's lines join conferences");
  if (number.empty() || number.size() > longest_conference ||
      number.find_first_not_of("0123456789") != std::string::npos)
    return refuse(p, tone::refusal, "the number of a conference has 1 to 8 digits");
  const auto where = conference_at(number);
  if (where != settings_.gateway)
    return act_wish(p, where, calls::wish::confer, number);
  calls::call c;
  c.from = caller_of(p);
  c.dialled = p.machine.last_digit();
  drive(p, lines::event::called);
  place(p.leg, calls::to_conference{number}, std::move(c));
}

/// Two that began at once at two gateways stay two, for as long as they last; who comes later joins
/// the own gateway's, else that of the gateway that is first in the alphabet.
gateway_name gateway::implementation::conference_at(const std::string& number) const {
  if (conferences_.contains(number))
    return settings_.gateway;
  for (const auto& [gateway, numbers] : conferences_elsewhere_)
    if (numbers.contains(number) && network_.is_up(gateway))
      return gateway;
  return settings_.gateway;
}

/// In the board while it has a member and a bridge to spare, else in the host. It stays where it
/// began.
std::optional<conference> gateway::implementation::new_conference() const {
  const auto free_bridge = [this](bool by_board, unsigned first,
                                  unsigned last) -> std::optional<conference> {
    for (unsigned bridge = first; bridge <= last; ++bridge)
      if (std::ranges::none_of(conferences_,
                               [&](const auto& one) {
                                 return one.second.by_board == by_board &&
                                        one.second.bridge == bridge;
                               }) &&
          !(by_board && paths_.has_members(static_cast<std::uint8_t>(bridge))))
        return conference{by_board, static_cast<std::uint8_t>(bridge), {}, {}, never};
    return std::nullopt;
  };
  if (paths_.has_free_member())
    if (auto on_board = free_bridge(true, 0, last_board_bridge))
      return on_board;
  return free_bridge(false, 1, last_host_bridge);
}

void gateway::implementation::reach(calls::call& c, const calls::to_conference& there) {
  c.extension = there.number;
  const auto known = conferences_.find(there.number);
  const auto parties = known == conferences_.end() ? 0 : known->second.parties.size();
  if (parties >= settings_.conference_parties) {
    note(settings_.gateway, label(c.origin), "conference " + there.number + " is full");
    return advance(c, calls::event::destination_gone, scn::v1::USER_BUSY);
  }
  auto here = known == conferences_.end() ? new_conference() : known->second;
  calls::service_leg party{calls::service_leg::kind::conference, there.number};
  if (!here || !seat(*here, party))
    return advance(c, calls::event::destination_gone, scn::v1::NO_CIRCUIT_AVAILABLE);
  ring_bell(*here);
  conferences_.insert_or_assign(there.number, *here);
  c.destination = std::move(party);
  note(label(c.origin), label(c.destination), "joins");
  advance(c, calls::event::answers, scn::v1::NORMAL_CLEARING);
  conference_changed(there.number);
}

/// Gives the party its place. False: there is none.
bool gateway::implementation::seat(conference& here, calls::service_leg& party) {
  const auto whom = "A party of conference " + party.name;
  if (here.by_board) {
    party.member = take_member(whom, here.bridge);
  } else {
    party.slot = take_host_slot(whom);
    if (party.slot)
      out_.emplace_back(bridge_join{*party.slot, here.bridge});
  }
  if (party.speaks())
    here.parties.insert(slot_of(party));
  return party.speaks();
}

/// For people: "conference 7: 4, conference 12: 3".
std::string gateway::implementation::holders_of_members() const {
  std::string text;
  for (const auto& [number, one] : conferences_)
    if (one.by_board)
      text += (text.empty() ? "conference " : ", conference ") + number + ": " +
              std::to_string(one.parties.size() + (one.bell ? 1 : 0));
  return text;
}

/// For `whom`, who is refused if there is none.
std::optional<member_id> gateway::implementation::take_member(const std::string& whom,
                                                              std::uint8_t bridge) {
  const auto member = paths_.up() ? paths_.take_member(bridge) : std::nullopt;
  if (member)
    alarms_.clear("conference-members");
  else if (paths_.up())
    alarms_.raise(
        "conference-members", "All members of the board's conferences are in use",
        whom +
            " was refused: the conference is mixed by the board, and no member was "
            "free. They are held by " +
            holders_of_members() + ".",
        "Give the fabric more members (parameter ConferenceMembers), or end conferences.");
  return member;
}

void gateway::implementation::leave_conference(const calls::service_leg& party) {
  const auto found = conferences_.find(party.name);
  if (found == conferences_.end() || found->second.parties.erase(slot_of(party)) == 0)
    return;
  if (party.member) {
    paths_.give_back(*party.member);
  } else {
    out_.emplace_back(bridge_leave{*party.slot});
    paths_.give_back(*party.slot);
  }
  conference_changed(party.name);
}

/// A tone from a member of its own, heard by all, who has joined too. Without a free member, none.
void gateway::implementation::ring_bell(conference& here) {
  if (!settings_.conference_tone || !here.by_board || here.parties.size() < 2)
    return;
  end_bell(here);
  here.bell = paths_.take_member(here.bridge, false);
  if (!here.bell)
    return;
  paths_.hear(paths_.slot_of(*here.bell), tone::call_waiting);
  here.bell_over = now_ + bell_time;
}

void gateway::implementation::end_bell(conference& here) {
  here.bell_over = never;
  if (const auto bell = std::exchange(here.bell, std::nullopt))
    paths_.give_back(*bell);
}

/// Who is alone now, or not any more, hears so.
void gateway::implementation::conference_changed(const std::string& number) {
  const auto found = conferences_.find(number);
  const auto parties = found == conferences_.end() ? 0 : found->second.parties.size();
  post_to_all(calls::conference_state(number, parties));
  if (parties == 0) {
    if (found != conferences_.end())
      end_bell(found->second);
    conferences_.erase(number);
    return;
  }
  const auto is_party = [&](const calls::leg& leg) {
    const auto* conference = calls::as_conference(leg);
    return conference != nullptr && conference->name == number &&
           found->second.parties.contains(slot_of(leg));
  };
  if (parties <= 2)
    for (auto& [id, c] : calls_)
      if (c.state == calls::state::active && (is_party(c.origin) || is_party(c.destination)))
        refresh_voice(c);
}

bool gateway::implementation::is_alone(const calls::leg& leg) const {
  const auto* conference = calls::as_conference(leg);
  if (conference == nullptr)
    return false;
  const auto found = conferences_.find(conference->name);
  return found != conferences_.end() && found->second.parties.size() == 1;
}

void gateway::implementation::take(const gateway_name& from, const scn::v1::ConferenceState& news) {
  if (news.number().empty() || news.number().size() > longest_conference)
    return;
  if (news.parties() == 0)
    conferences_elsewhere_[from].erase(news.number());
  else
    conferences_elsewhere_[from][news.number()] = news.parties();
}

} // namespace switchroom::exchange
