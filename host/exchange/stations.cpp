// SPDX-License-Identifier: MIT
// Digital stations: phones at a basic access (BRI), one a line. A person there hears tones as at an
// analog phone, and reads what concerns the login: who has come, why not, what is inert here (H5,
// S9).
#include "exchange/implementation.hpp"

namespace switchroom::exchange {
namespace {

using isdn::v1::Progress;

constexpr unsigned first_b_channel = 1;

} // namespace

/// D channels of stations follow those of trunks.
void kept::add_station(party& p, line_id line, unsigned station) {
  const auto d_channel = static_cast<std::uint32_t>(digital_trunks(settings_) + stations_++) + 1;
  p.on_edge = true;
  p.isdn = isdn_place{d_channel, false, 0, 0, station - 1};
  isdn_lines_[d_channel].push_back(line);
}

/// Null: it has a call.
party* gateway::implementation::free_station(line_id line) {
  auto& p = lines_.at(line);
  return p.isdn_call || p.machine.state() != lines::state::idle ? nullptr : &p;
}

/// What a station's line does when it is rung.
void gateway::implementation::call_station(party& p) {
  const auto* c = call_of(p.call);
  auto message = new_set_up(p, first_b_channel);
  auto& setup = *message.mutable_setup();
  setup.set_complete(true);
  if (const auto line = std::get<calls::line_leg>(p.leg).line; desks_.at(line) != nullptr)
    setup.mutable_called()->set_digits(desks_.at(line)->settings.extension());
  if (c == nullptr || c->from.number.empty())
    setup.set_presentation(isdn::v1::UNAVAILABLE);
  else
    setup.mutable_calling()->set_digits(c->from.number);
  if (c != nullptr)
    setup.set_name(c->from.name);
  tell_isdn(std::move(message));
}

/// Null: it is no station's.
party* gateway::implementation::station_at(std::uint32_t d_channel) {
  const auto found = isdn_lines_.find(d_channel);
  auto* first = found == isdn_lines_.end() ? nullptr : &lines_.at(found->second.front());
  return first == nullptr || first->isdn->outside ? nullptr : first;
}

/// In its call, if it has one.
void gateway::implementation::show(party& p, const std::string& text) {
  if (!p.isdn || p.isdn->outside)
    return;
  if (!p.isdn_call || p.isdn_call->over)
    return show_for_a_while(p, text);
  isdn::v1::ToEdge message;
  auto& display = *message.mutable_display();
  display.set_channel(p.isdn->d_channel);
  display.set_call(p.isdn_call->call);
  display.set_text(text);
  tell_isdn(std::move(message));
}

/// The station puts its call on hold, or takes it off: what a flash is elsewhere.
void gateway::implementation::take(const isdn::v1::Hold& asked) {
  auto* p = isdn_of(asked);
  auto* c = p == nullptr || p->isdn->outside ? nullptr : call_of(p->call);
  isdn::v1::ToEdge message;
  auto& answer = *message.mutable_hold_answer();
  answer.set_channel(asked.channel());
  answer.set_call(asked.call());
  answer.set_on(asked.on());
  if (c != nullptr && p->machine.state() == lines::state::in_call) {
    if (!asked.on()) // a call on hold has no B channel
      p->isdn_call->b_channel = asked.b_channel() != 0 ? asked.b_channel() : first_b_channel;
    set_hold(*c, p->leg, asked.on());
    if (asked.on()) {
      paths_.silence(slot_of(p->leg));
      p->isdn_call->b_channel = 0;
    }
    answer.set_done(true);
    answer.set_b_channel(p->isdn_call->b_channel);
  }
  tell_isdn(std::move(message));
}

} // namespace switchroom::exchange
