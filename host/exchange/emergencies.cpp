// SPDX-License-Identifier: MIT
// Emergency calls (S10): from every port, whoever is or is not logged in there, and a call back
// that leads to that very port, wherever its user goes meanwhile. Two kinds of numbers are shown to
// who takes the call: one of `call_back_numbers`, which then is the port's for everybody; or, if
// there are none, the user's own, which is the port's for who took the call alone, as others mean
// the person (S3). All gateways are told, as who takes the call may be anywhere.
#include "exchange/implementation.hpp"

#include <algorithm>

namespace switchroom::exchange {
namespace {

/// A peer lends no number for longer.
constexpr duration longest_loan{std::chrono::hours{24}};

} // namespace

void gateway::implementation::act_emergency(party& p, const dialplan::match& won) {
  const auto& number = won.number;
  calls::call c;
  c.from = caller_of(p);
  c.from.urgent = true;
  c.dialled = p.machine.last_digit();
  const auto route = won.line_group.empty() ? calls::route_from_here(number, surroundings(c.from))
                                            : calls::to_outside{won.line_group, number};
  if (const auto* why = std::get_if<calls::cause>(&route)) {
    alarms_.raise("emergency", "An emergency call could not be placed",
                  label(p.leg) + " dialled the emergency number " + number + ": " +
                      calls::text(*why) + ".",
                  "Set `number` of the emergency short code to a user who is always there, or its "
                  "`line_group` to one that leads outside.");
    return refuse(p, tone::congestion, "emergency number " + number + " cannot be reached");
  }
  if (const auto* line = std::get_if<calls::line_leg>(&p.leg))
    c.from.number = lend_call_back_number(line->line, c.from.number, number);
  drive(p, lines::event::called);
  place(p.leg, route, std::move(c));
}

bool gateway::implementation::is_emergency_target(const extension_number& number) const {
  return std::ranges::any_of(system_codes_, [&](const auto& code) {
    return code.what == dialplan::feature::emergency && code.number == number;
  });
}

/// Before anybody needs it. Not while a peer may still tell of its users.
void gateway::implementation::check_emergency_numbers() {
  const bool all_known = std::ranges::none_of(network_.peers(), [this](const auto& one) {
    const auto& [name, peer] = one;
    return peer.state == scn::peer_state::connecting ||
           (peer.state == scn::peer_state::up && directory_.version_of(name) == 0);
  });
  calls::caller anybody;
  anybody.urgent = true;
  for (const auto& code : system_codes_) {
    if (code.what != dialplan::feature::emergency)
      continue;
    const std::string id = "emergency-code-" + code.code;
    if (!code.line_group.empty()) { // trunks have alarms of their own
      alarms_.clear(id);
      continue;
    }
    const auto route = calls::route_from_here(code.number, surroundings(anybody));
    const auto* why = std::get_if<calls::cause>(&route);
    if (why == nullptr || *why != scn::v1::UNALLOCATED_NUMBER)
      alarms_.clear(id);
    else if (all_known && !alarms_.stands(id))
      alarms_.raise(
          id, "Emergency number " + code.code + " leads nowhere",
          "Who dials " + code.code + " is to reach " + code.number +
              ", and nobody has that number.",
          "Set `number` of the emergency short code to a user who is always there: "
          "[[short_code]] code = \"" +
              code.code +
              "\", feature = \"emergency\", number = \"…\"; or its `line_group` to one that "
              "leads outside.");
  }
}

/// The number that is shown. Of those configured: the port's own from before, one that is free, or
/// the one that is free soonest.
extension_number gateway::implementation::lend_call_back_number(line_id line,
                                                                const extension_number& user,
                                                                const extension_number& called) {
  forget_emergency_ports();
  emergency_port lent{user, line, called, never}; // while the call lasts
  const auto& pool = settings_.call_back_numbers;
  const auto loan_of = [this](const extension_number& number) {
    return std::ranges::find(emergency_ports_, number, &emergency_port::number);
  };
  if (!pool.empty()) {
    const auto cost = [&](const extension_number& number) {
      const auto loan = loan_of(number);
      return loan == emergency_ports_.end() ? instant{}
             : loan->line == line           ? instant::min()
                                            : loan->until;
    };
    lent.number = *std::ranges::min_element(pool, {}, cost);
    lent.by.clear();
  }
  if (lent.number.empty()) {
    alarms_.raise("emergency-number", "An emergency call has no call-back number",
                  "Line " + std::to_string(line.value) + " called " + called +
                      "; nobody is logged in there, so the line has no number.",
                  "Give `call_back_numbers` in [emergency].");
    return {};
  }
  std::erase_if(emergency_ports_, [&](const auto& old) { return old.number == lent.number; });
  emergency_ports_.push_back(lent);
  note(settings_.gateway, "line " + std::to_string(line.value),
       "call-back number " + lent.number + " leads here");
  announce(lent);
  return lent.number;
}

/// The time counts from the end of the call.
void gateway::implementation::emergency_over(const calls::call& c) {
  for (auto& lent : emergency_ports_) // whoever has the call by now
    if (lent.number == c.from.number && lent.until == never) {
      lent.until = now_ + settings_.emergency_call_back;
      announce(lent);
    }
}

/// A call that is up has no end yet.
duration gateway::implementation::left_of(const emergency_port& lent) const {
  return lent.until == never ? longest_loan : lent.until - now_;
}

void gateway::implementation::announce(const emergency_port& lent) {
  standing_changed_ = true;
  post_to_all(calls::emergency_port(lent.number, lent.by, whole_seconds(left_of(lent))));
}

/// None: the number leads where it always does.
std::optional<calls::route>
gateway::implementation::emergency_port_of(std::string_view number,
                                           const extension_number& from) const {
  const auto leads = [&](const auto& lent) {
    return lent.until > now_ && (lent.by.empty() || lent.by == from);
  };
  for (const auto& lent : emergency_ports_)
    if (lent.number == number && leads(lent))
      return calls::to_line{lent.line, {}, {}};
  for (const auto& [gateway, numbers] : emergency_elsewhere_) {
    const auto lent = numbers.find(extension_number(number));
    if (lent != numbers.end() && leads(lent->second) && network_.is_up(gateway))
      return calls::to_gateway{gateway, extension_number(number), {}};
  }
  return std::nullopt;
}

bool gateway::implementation::is_emergency_port(std::string_view number) const {
  const auto here = std::ranges::any_of(emergency_ports_, [&](const auto& lent) {
    return lent.number == number && lent.until > now_;
  });
  return here || std::ranges::any_of(emergency_elsewhere_, [&](const auto& one) {
           const auto lent = one.second.find(extension_number(number));
           return lent != one.second.end() && lent->second.until > now_;
         });
}

void gateway::implementation::forget_emergency_ports() {
  std::erase_if(emergency_ports_, [this](const auto& lent) { return lent.until <= now_; });
  for (auto& [gateway, numbers] : emergency_elsewhere_)
    std::erase_if(numbers, [this](const auto& lent) { return lent.second.until <= now_; });
}

void gateway::implementation::take(const gateway_name& from, const scn::v1::EmergencyPort& news) {
  if (news.number().empty())
    return;
  forget_emergency_ports();
  const auto time = std::min<duration>(std::chrono::seconds{news.for_s()}, longest_loan);
  emergency_elsewhere_[from].insert_or_assign(news.number(),
                                              emergency_elsewhere{news.by(), now_ + time});
}

} // namespace switchroom::exchange
