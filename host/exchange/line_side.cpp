// SPDX-License-Identifier: MIT
#include "exchange/implementation.hpp"

#include "exchange/user_features.hpp"

#include <algorithm>

namespace switchroom::exchange {

void gateway::implementation::drive(party& p, lines::event what, char digit, tone reason) {
  const auto before = p.machine.state();
  const auto verbs = p.machine.step(what, now_, digit);
  const auto after = p.machine.state();
  if (const auto* line = std::get_if<calls::line_leg>(&p.leg)) {
    touched_.insert(line->line);
    if (before != after && (what == lines::event::off_hook || what == lines::event::on_hook))
      note(label(p.leg), settings_.gateway, std::string(lines::name(what)));
  } else if (after == lines::state::parked) {
    return release_leg(std::get<calls::peer_leg>(p.leg), scn::v1::NORMAL_CLEARING);
  }
  for (const auto verb : verbs)
    perform(p, verb, digit, reason);
}

void gateway::implementation::perform(party& p, lines::verb what, char digit, tone reason) {
  using lines::verb;
  const auto* line = std::get_if<calls::line_leg>(&p.leg);
  switch (what) {
  case verb::none:
    return;
  case verb::hear_dial:
    seize(p);
    return hear(p, tone::dial);
  case verb::hear_ringback:
    return hear(p, tone::ringback);
  case verb::hear_reason:
    return hear(p, reason);
  case verb::hear_unobtainable:
    return hear(p, tone::unobtainable);
  case verb::hear_confirmation:
    return hear(p, tone::confirmation);
  case verb::hear_nothing:
    return paths_.silence(slot_of(p.leg));
  case verb::take_digit:
    return decide(p, false);
  case verb::end_digits:
    return decide(p, true);
  case verb::pass_digit:
    if (const auto* c = call_of(p.call); c != nullptr && c->break_out)
      if (const auto* far = std::get_if<calls::peer_leg>(&c->destination))
        post(far->peer, calls::digit(far->number, digit));
    return;
  case verb::ring_on:
  case verb::ring_off:
    if (line != nullptr) {
      note(settings_.gateway, label(p.leg), what == verb::ring_on ? "ring" : "stop ringing");
      out_.emplace_back(ring{line->line, what == verb::ring_on, ring_cadence::internal});
    }
    return;
  case verb::answer:
    if (auto* c = call_of(p.call))
      advance(*c, calls::event::answers, scn::v1::NORMAL_CLEARING);
    return;
  case verb::release:
    if (auto* c = call_of(std::exchange(p.call, std::nullopt)))
      advance(*c, c->origin == p.leg ? calls::event::origin_gone : calls::event::destination_gone,
              scn::v1::NORMAL_CLEARING);
    return;
  }
}

void gateway::implementation::hear(party& p, tone what) {
  if (paths_.hear(slot_of(p.leg), what))
    return;
  alarms_.raise("tone-channels", "All tone channels are in use",
                "Somebody on " + label(p.leg) + " heard another tone than was meant, or none.",
                "Give the fabric more tone channels (parameter ToneChannels).");
}

/// A dial plan is one person's view: look again who sits here.
void gateway::implementation::seize(party& p) {
  ++p.seizures;
  p.dialled = dialplan::progress(system_plan_, dial_timers_.dial_delay_count);
  p.mask = system_mask_;
  const auto* line = std::get_if<calls::line_leg>(&p.leg);
  const auto* session = line == nullptr ? nullptr : desks_.at(line->line);
  if (session == nullptr || session->settings.short_codes().empty())
    return;
  const auto codes = user_codes(session->settings);
  const std::string id = "short-codes-" + session->settings.extension();
  if (auto compiled = dialplan::of_user(system_plan_, codes, {})) {
    p.dialled = dialplan::progress(*compiled, dial_timers_.dial_delay_count);
    p.mask.learn(codes);
    alarms_.clear(id);
  } else {
    alarms_.raise(id, "Short codes of user " + session->settings.extension() + " are not in force",
                  compiled.error().what, compiled.error().remedy);
  }
}

bool gateway::implementation::nobody_at(const party& p) const {
  const auto* line = std::get_if<calls::line_leg>(&p.leg);
  return line != nullptr && desks_.at(line->line) == nullptr;
}

calls::caller gateway::implementation::caller_of(const party& p) const {
  const auto* line = std::get_if<calls::line_leg>(&p.leg);
  if (line == nullptr)
    return p.visitor;
  if (const auto* session = desks_.at(line->line))
    return {session->settings.extension(), session->settings.name(), 0};
  return {};
}

dialplan::extension_lookup gateway::implementation::extensions() const {
  return [this](std::string_view digits) {
    using dialplan::extension_match;
    if (directory_.is_number(digits))
      return extension_match::exact;
    return directory_.begins_number(digits) ? extension_match::partial : extension_match::none;
  };
}

/// Rule C4. `ended`: the dial delay is over. What is a partial match then goes on waiting: the
/// off-hook time-out ends it (C5).
void gateway::implementation::decide(party& p, bool ended) {
  const auto from = caller_of(p);
  const auto& digits = p.machine.digits();
  p.dialled.follow(digits);
  const auto decided =
      p.dialled.decide(ended ? dialplan::dialling::paused : dialplan::dialling::goes_on,
                       extensions(), {from.number, from.number, from.name});
  if (decided.what == dialplan::verdict::wait)
    return decided.secondary_dial_tone ? hear(p, tone::secondary_dial)
                                       : paths_.silence(slot_of(p.leg));
  note(label(p.leg), settings_.gateway, "dialled " + p.mask(digits));
  if (decided.what == dialplan::verdict::unknown || !decided.winner)
    return refuse(p, tone::unobtainable, "number not in service");
  act(p, *decided.winner);
}

void gateway::implementation::act(party& p, const dialplan::match& won) {
  using dialplan::feature;
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
    return act_emergency(p, won.number);
  case feature::change_login_code:
    return act_change_code(p, won.number);
  default:
    break;
  }
  if (const auto asked = user_feature(won.what, won.number, caller_of(p).number))
    return act_user_feature(p, *asked);
  const auto name = won.name.empty() ? std::string(dialplan::feature_name(won.what)) : won.name;
  refuse(p, tone::refusal, "feature " + name + " is not served by this version");
}

void gateway::implementation::act_dial(party& p, const dialplan::match& won) {
  if (!won.line_group.empty()) {
    if (nobody_at(p))
      return refuse(p, tone::refusal, "a port without a user makes internal calls only");
    return refuse(p, tone::congestion, "no line in group " + won.line_group);
  }
  calls::call c;
  c.from = caller_of(p);
  c.dialled = p.machine.last_digit();
  const auto route = calls::route_from_here(won.number, surroundings(c.from));
  drive(p, lines::event::called);
  place(p.leg, route, std::move(c));
}

void gateway::implementation::act_emergency(party& p, const std::string& number) {
  calls::call c;
  c.from = caller_of(p);
  c.from.urgent = true;
  c.dialled = p.machine.last_digit();
  const auto route = calls::route_from_here(number, surroundings(c.from));
  if (const auto* why = std::get_if<calls::cause>(&route)) {
    alarms_.raise("emergency", "An emergency call could not be placed",
                  label(p.leg) + " dialled the emergency number " + number + ": " +
                      calls::text(*why) + ".",
                  "Set `number` of the emergency short code to a user who is always there.");
    return refuse(p, tone::congestion, "emergency number " + number + " cannot be reached");
  }
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
}

slot_id gateway::implementation::slot_of(const calls::leg& leg) const {
  if (const auto* line = std::get_if<calls::line_leg>(&leg))
    return paths_.slot_of(line->line);
  return paths_.slot_of(trunks_.at(std::get<calls::peer_leg>(leg)).slot);
}

} // namespace switchroom::exchange
