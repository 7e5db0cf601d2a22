// SPDX-License-Identifier: MIT
// Programmable buttons of a digital station are those of who is logged in there, whose settings
// come along (H2, S1), and so are their lamps (H12). The station says which was pressed; what it
// does is decided here.
#include "exchange/implementation.hpp"
#include "exchange/user_features.hpp"

namespace switchroom::exchange {
namespace {

using dialplan::feature;
using shows = isdn::v1::Lamp;

/// Nothing is to be heard or said: it does not need the receiver.
bool is_silent(feature what) {
  return what == feature::log_in || what == feature::log_out || what == feature::available ||
         what == feature::not_available || user_feature(what, {}, {}).has_value();
}

} // namespace

void gateway::implementation::take(const isdn::v1::Button& pressed) {
  auto* p = station_at(pressed.channel());
  if (p == nullptr)
    return;
  const auto* session = desks_.at(std::get<calls::line_leg>(p->leg).line);
  note(label(p->leg), settings_.gateway, "button " + std::to_string(pressed.key()));
  if (session == nullptr)
    return show(*p, "Nobody is logged in: there is nothing on the buttons");
  for (const auto& button : session->settings.buttons())
    if (button.key() == pressed.key())
      return press(*p, user::v1::Button(button)); // a log out ends the session
  show(*p, "There is nothing on button " + std::to_string(pressed.key()));
}

void gateway::implementation::press(party& p, const user::v1::Button& button) {
  using enum lines::state;
  const auto what = dialplan::feature_named(button.feature()).value_or(feature::unsupported);
  dialplan::match does;
  does.what = what;
  does.number = button.number();
  does.name = button.feature();
  does.code = "button " + std::to_string(button.key());
  if (what == feature::directory || what == feature::call_log)
    return act_list(p, does);
  if (what == feature::transfer)
    return can_hand_over(p) ? drive(p, lines::event::hand_over)
                            : show(p, "There are no two calls to be joined");
  const bool on_hook = p.machine.state() == idle;
  if (!on_hook && p.machine.state() != dial_tone)
    return show(p, "There is a call: hang up first");
  if (what == feature::dial) { // by way of the dial plan, which may bar it
    const auto* known = directory_.find(button.number());
    open_list(p, {{button.number(), known == nullptr ? "" : known->state.name(), {}}}, {});
    if (!on_hook)
      dial_shown(p);
  } else if (!on_hook || is_silent(what)) {
    act(p, does);
  } else {
    p.reads.reset();
    p.on_lift = does;
    show_for_a_while(p, "Lift the receiver: " + button.feature());
  }
}

// ---- lamps -------------------------------------------------------------------------------------

isdn::v1::Lamp::Shows gateway::implementation::lamp_of(const desks::session& who,
                                                       const user::v1::Button& button) const {
  const auto& user = who.settings;
  const auto lit = [](bool so) { return so ? shows::ON : shows::OFF; };
  switch (dialplan::feature_named(button.feature()).value_or(feature::unsupported)) {
  case feature::dial: {
    const auto does = use_of(button.number());
    return does.ringing ? shows::FLASHES : lit(does.in_use);
  }
  case feature::log_in:
    return lit(button.number().substr(0, button.number().find('*')) == user.extension());
  case feature::voicemail:
    return user.voicemail() && tally_of(user.extension()).fresh != 0 ? shows::FLASHES : shows::OFF;
  case feature::do_not_disturb_on:
    return lit(user.do_not_disturb());
  case feature::forward_unconditional_on:
    return lit(user.forward_unconditional_on());
  case feature::forward_busy_on:
    return lit(user.forward_busy_on());
  case feature::forward_no_answer_on:
    return lit(user.forward_no_answer_on());
  case feature::follow_me_to:
    return lit(!user.follow_me().empty());
  case feature::call_waiting_on:
    return lit(user.call_waiting());
  default:
    return shows::OFF;
  }
}

void gateway::implementation::tell_lamps_of(party& p, line_id line) {
  std::map<unsigned, isdn::v1::Lamp::Shows> now;
  for (const auto& [key, before] : p.lamps)
    now[key] = shows::OFF; // of who was here before
  if (const auto* session = desks_.at(line))
    for (const auto& button : session->settings.buttons())
      now[button.key()] = lamp_of(*session, button);
  for (const auto& [key, what] : now) {
    const auto told = p.lamps.find(key);
    if (what == (told == p.lamps.end() ? shows::OFF : told->second))
      continue;
    isdn::v1::ToEdge message;
    message.mutable_lamp()->set_channel(p.isdn->d_channel);
    message.mutable_lamp()->set_key(key);
    message.mutable_lamp()->set_shows(what);
    tell_isdn(std::move(message));
  }
  std::erase_if(now, [](const auto& one) { return one.second == shows::OFF; });
  p.lamps = std::move(now);
}

} // namespace switchroom::exchange
