// SPDX-License-Identifier: MIT
// What dialled digits mean (rules C3, C4), and what each feature begins.
#include "exchange/implementation.hpp"
#include "exchange/user_features.hpp"

#include <algorithm>

namespace switchroom::exchange {

bool gateway::implementation::nobody_at(const party& p) const {
  const auto* line = std::get_if<calls::line_leg>(&p.leg);
  return line != nullptr && desks_.at(line->line) == nullptr;
}

calls::caller gateway::implementation::caller_of(const party& p) const {
  const auto* line = std::get_if<calls::line_leg>(&p.leg);
  if (line == nullptr || is_outside(p))
    return p.visitor;
  if (const auto* session = desks_.at(line->line))
    return {session->settings.extension(), session->settings.name(), 0};
  return {};
}

dialplan::extension_lookup gateway::implementation::extensions() const {
  return [this](std::string_view digits) {
    using dialplan::extension_match;
    if (directory_.is_number(digits) || group_at(digits) || is_emergency_port(digits))
      return extension_match::exact;
    return directory_.begins_number(digits) || begins_group(digits) ? extension_match::partial
                                                                    : extension_match::none;
  };
}

/// Rule C4. `ended`: the dial delay is over. What is a partial match then goes on waiting: the
/// off-hook time-out ends it (C5).
void gateway::implementation::decide(party& p, bool ended) {
  if (p.wanted)
    return decide_asked(p);
  const auto from = caller_of(p);
  const auto& digits = p.machine.digits();
  p.dialled.follow(digits);
  const auto decided =
      p.dialled.decide(ended ? dialplan::dialling::paused : dialplan::dialling::goes_on,
                       extensions(), {from.number, from.number, from.name});
  if (decided.what == dialplan::verdict::wait)
    return decided.secondary_dial_tone ? hear(p, tone::secondary_dial)
                                       : paths_.silence(slot_of(p.leg));
  note(label(p.leg), settings_.gateway, "dialled " + shown_digits(p));
  if (decided.what == dialplan::verdict::unknown || !decided.winner)
    return refuse(p, tone::unobtainable, "number not in service");
  act(p, *decided.winner);
}

void gateway::implementation::act(party& p, const dialplan::match& won) {
  using dialplan::feature;
  if (is_outside(p) && won.what != feature::dial && won.what != feature::barred)
    return refuse(p, tone::unobtainable, "who calls from outside reaches numbers only");
  if (ask_code(p, won))
    return;
  switch (won.what) {
  case feature::dial:
    return act_dial(p, won);
  case feature::log_in:
    return act_log_in(p, won.number);
  case feature::log_out:
    return act_log_out(p);
  case feature::break_out:
    return act_break_out(p, won.number);
  case feature::emergency:
    return act_emergency(p, won);
  case feature::change_login_code:
    return act_change_code(p, won.number);
  case feature::park:
    return act_park(p, won.number);
  case feature::retrieve:
    return act_retrieve(p, won.number);
  case feature::pickup:
    return act_pickup(p, won.number);
  case feature::night_service_on:
    return act_night_service(p, won.number, true);
  case feature::night_service_off:
    return act_night_service(p, won.number, false);
  case feature::page:
    return act_page(p, won.number);
  case feature::conference:
    return act_conference(p, won.number);
  case feature::voicemail:
    return act_voicemail(p);
  case feature::call_back:
    return act_call_back(p, won.number);
  case feature::call_back_cancel:
    return act_cancel_call_backs(p);
  case feature::available:
    return act_duty(p, duty::available);
  case feature::not_available:
    return act_duty(p, duty::not_available);
  case feature::directory:
  case feature::call_log:
    return act_list(p, won);
  case feature::barred:
    return refuse(p, tone::refusal,
                  won.code + " is barred by the " + std::string(dialplan::level_name(won.from)));
  default:
    break;
  }
  if (const auto asked = user_feature(won.what, won.number, caller_of(p).number))
    return act_user_feature(p, *asked);
  const auto name = won.name.empty() ? std::string(dialplan::feature_name(won.what)) : won.name;
  refuse(p, tone::refusal, "feature " + name + " is not served by this version");
}

void gateway::implementation::act_dial(party& p, const dialplan::match& won) {
  const bool outside = !won.line_group.empty();
  if (outside && nobody_at(p))
    return refuse(p, tone::refusal, "a port without a user makes internal calls only");
  calls::call c;
  c.from = caller_of(p);
  c.dialled = p.machine.last_digit();
  p.last_called = outside ? extension_number() : won.number;
  const auto route = outside ? calls::to_outside{won.line_group, won.number}
                             : calls::route_from_here(won.number, surroundings(c.from));
  drive(p, lines::event::called);
  place(p.leg, route, std::move(c));
}

void gateway::implementation::act_log_in(party& p, const std::string& number) {
  const auto* line = std::get_if<calls::line_leg>(&p.leg);
  if (line == nullptr)
    return refuse(p, tone::refusal, "nobody can log in from another gateway's line");
  if (refuse_change(p))
    return;
  const auto star = number.find('*');
  desks::log_in ask{line->line, {}, number, true};
  if (star != std::string::npos) {
    ask.extension = number.substr(0, star);
    ask.code = number.substr(star + 1);
  }
  askers_[line->line].push_back({std::nullopt, p.seizures});
  drive(p, lines::event::desk_asked);
  run_desks(ask);
}

void gateway::implementation::act_log_out(party& p) {
  const auto* line = std::get_if<calls::line_leg>(&p.leg);
  if (line == nullptr)
    return refuse(p, tone::refusal, "nobody can log out from another gateway's line");
  if (refuse_change(p))
    return;
  askers_[line->line].push_back({std::nullopt, p.seizures});
  drive(p, lines::event::desk_asked);
  run_desks(desks::log_out{line->line, false});
}

void gateway::implementation::act_break_out(party& p, const std::string& number) {
  if (nobody_at(p))
    return refuse(p, tone::refusal, "a port without a user makes internal calls only");
  const auto found =
      std::find_if(settings_.peers.begin(), settings_.peers.end(), [&](const peer_settings& peer) {
        return peer.number == number || peer.name == number;
      });
  if (found == settings_.peers.end())
    return refuse(p, tone::unobtainable, "no gateway has the number " + number);
  calls::call c;
  c.from = caller_of(p);
  c.break_out = true;
  c.dialled = p.machine.last_digit();
  drive(p, lines::event::called);
  if (!network_.is_up(found->name))
    return refuse_origin(p.leg, scn::v1::NETWORK_OUT_OF_ORDER);
  place(p.leg, calls::to_gateway{found->name, {}, {}}, std::move(c));
}

bool gateway::implementation::refuse_change(party& p) {
  if (disk_refuses_)
    refuse(p, tone::refusal, "changes cannot be kept: " + disk_refuses_->what);
  return disk_refuses_.has_value();
}

void gateway::implementation::refuse(party& p, tone what, const std::string& why) {
  note(settings_.gateway, label(p.leg), "refused: " + why);
  drive(p, lines::event::refused, 0, what);
  show(p, why);
}

slot_id gateway::implementation::slot_of(const calls::leg& leg) const {
  if (const auto* line = std::get_if<calls::line_leg>(&leg)) {
    const auto& p = lines_.at(line->line);
    return p.isdn       ? slot_of_isdn(p)
           : !p.on_edge ? paths_.slot_of(line->line)
           : p.phone    ? paths_.slot_of(p.phone->slot)
                        : nowhere;
  }
  if (const auto* service = std::get_if<calls::service_leg>(&leg))
    return service->member ? paths_.slot_of(*service->member)
                           : paths_.slot_of(service->slot.value());
  return paths_.slot_of(trunks_.at(std::get<calls::peer_leg>(leg)).slot);
}

} // namespace switchroom::exchange
