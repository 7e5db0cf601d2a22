// SPDX-License-Identifier: MIT
// Conferences (S6, C9 *66*N#). Whoever dials the same number is in the same conference; it is at
// the gateway of who came first, and all gateways know of it. Each party is a call of its own that
// ends at a host slot; the slots of a conference are mixed. Who is alone hears the hold tone.
#include "exchange/implementation.hpp"

#include <algorithm>

namespace switchroom::exchange {
namespace {

constexpr std::size_t longest_conference = 8;
constexpr unsigned most_bridges = 255;

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

std::optional<std::uint8_t> gateway::implementation::free_bridge() const {
  for (unsigned bridge = 1; bridge <= most_bridges; ++bridge)
    if (std::ranges::none_of(conferences_,
                             [&](const auto& one) { return one.second.bridge == bridge; }))
      return static_cast<std::uint8_t>(bridge);
  return std::nullopt;
}

void gateway::implementation::reach(calls::call& c, const calls::to_conference& there) {
  c.extension = there.number;
  const auto known = conferences_.find(there.number);
  const auto parties = known == conferences_.end() ? 0 : known->second.parties.size();
  if (parties >= settings_.conference_parties) {
    note(settings_.gateway, label(c.origin), "conference " + there.number + " is full");
    return advance(c, calls::event::destination_gone, scn::v1::USER_BUSY);
  }
  const auto bridge = known == conferences_.end() ? free_bridge() : known->second.bridge;
  const auto slot = bridge ? take_host_slot("A party of conference " + there.number) : std::nullopt;
  if (!slot)
    return advance(c, calls::event::destination_gone, scn::v1::NO_CIRCUIT_AVAILABLE);
  auto& here = conferences_.try_emplace(there.number, conference{*bridge, {}}).first->second;
  here.parties.insert(*slot);
  out_.emplace_back(bridge_join{*slot, here.bridge});
  c.destination = calls::service_leg{calls::service_leg::kind::conference, there.number, slot};
  note(label(c.origin), label(c.destination), "joins");
  advance(c, calls::event::answers, scn::v1::NORMAL_CLEARING);
  conference_changed(there.number);
}

void gateway::implementation::leave_conference(const calls::service_leg& party) {
  const auto found = conferences_.find(party.name);
  if (found == conferences_.end() || found->second.parties.erase(*party.slot) == 0)
    return;
  out_.emplace_back(bridge_leave{*party.slot});
  paths_.give_back(*party.slot);
  conference_changed(party.name);
}

/// Who is alone now, or not any more, hears so.
void gateway::implementation::conference_changed(const std::string& number) {
  const auto found = conferences_.find(number);
  const auto parties = found == conferences_.end() ? 0 : found->second.parties.size();
  post_to_all(calls::conference_state(number, parties));
  if (parties == 0) {
    conferences_.erase(number);
    return;
  }
  const auto is_party = [&](const calls::leg& leg) {
    const auto* service = std::get_if<calls::service_leg>(&leg);
    return service != nullptr && service->what == calls::service_leg::kind::conference &&
           service->name == number && found->second.parties.contains(*service->slot);
  };
  if (parties <= 2)
    for (auto& [id, c] : calls_)
      if (c.state == calls::state::active && (is_party(c.origin) || is_party(c.destination)))
        refresh_voice(c);
}

bool gateway::implementation::is_alone(const calls::leg& leg) const {
  const auto* service = std::get_if<calls::service_leg>(&leg);
  if (service == nullptr || service->what != calls::service_leg::kind::conference)
    return false;
  const auto found = conferences_.find(service->name);
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
