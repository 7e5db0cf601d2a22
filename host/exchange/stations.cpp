// SPDX-License-Identifier: MIT
// Digital stations: phones at a basic access (BRI), one a line. A person there hears tones as at an
// analog phone, and reads what concerns the login: who has come, why not, what is inert here (H5,
// S9).
#include "exchange/implementation.hpp"

namespace switchroom::exchange {
namespace {

using isdn::v1::Progress;

constexpr unsigned any_b_channel = 1;

} // namespace

/// D channels of stations follow those of trunks.
void kept::add_station(party& p, line_id line, unsigned station) {
  const auto d_channel = static_cast<std::uint32_t>(digital_trunks(settings_) + stations_++) + 1;
  p.on_edge = true;
  p.isdn = isdn_place{d_channel, false, 0, 0, station - 1};
  isdn_lines_[d_channel].push_back(line);
}

/// What a station's line does when it is rung.
void gateway::implementation::call_station(party& p) {
  if (p.isdn_aside) // it rings already: the call has waited
    p.isdn_call = std::exchange(p.isdn_aside, std::nullopt);
  else
    send_call(p, any_b_channel, call_of(p.call));
}

void gateway::implementation::send_call(party& p, unsigned b_channel, const calls::call* c) {
  auto message = new_set_up(p, b_channel);
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

/// `call` 0: beside its calls.
void gateway::implementation::tell_display(const party& p, std::uint64_t call,
                                           const std::string& text) {
  isdn::v1::ToEdge message;
  auto& display = *message.mutable_display();
  display.set_channel(p.isdn->d_channel);
  display.set_call(call);
  display.set_text(text);
  tell_isdn(std::move(message));
}

/// In its call, if it has one.
void gateway::implementation::show(party& p, const std::string& text) {
  if (!p.isdn || p.isdn->outside)
    return;
  if (!p.isdn_call || p.isdn_call->over)
    return show_for_a_while(p, text);
  tell_display(p, p.isdn_call->call, text);
}

} // namespace switchroom::exchange
