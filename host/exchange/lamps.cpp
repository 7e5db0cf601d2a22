// SPDX-License-Identifier: MIT
// Lamps of IP phones: of what a user's lines do (H12), of messages that wait (S17), and of keys
// that log in (H1).
#include "exchange/implementation.hpp"

namespace switchroom::exchange {
namespace {

constexpr std::size_t most_lamps = 128; ///< of one phone

} // namespace

void gateway::implementation::take(const edge::v1::Watch& wanted) {
  const line_id line{wanted.line()};
  const auto found = lines_.find(line);
  if (found == lines_.end() || !found->second.on_edge || found->second.isdn)
    return;
  auto& its = watches_[line];
  if (!wanted.on())
    its.erase(wanted.watch());
  else if (its.contains(wanted.watch()) || its.size() < most_lamps)
    its.insert_or_assign(wanted.watch(),
                         watch{wanted.number(), whom_logs_in(wanted.number()), std::nullopt});
  if (its.empty())
    watches_.erase(line);
  lamps_changed_ = true;
}

/// A key may dial the code that logs its owner in; its lamp shows whether they are. Empty: another
/// number.
extension_number gateway::implementation::whom_logs_in(const std::string& number) const {
  if (number.find_first_of("*#") == std::string::npos)
    return {};
  const auto dialled = dialplan::explain(system_plan_, number, extensions(), {}).later;
  const bool logs_in = dialled.winner && dialled.winner->what == dialplan::feature::log_in;
  return logs_in ? dialled.winner->number.substr(0, dialled.winner->number.find('*'))
                 : extension_number();
}

edge::v1::Lamp gateway::implementation::lamp_of(line_id line, std::uint64_t number,
                                                const watch& what) const {
  edge::v1::Lamp lamp;
  lamp.set_line(line.value);
  lamp.set_watch(number);
  const auto* session = desks_.at(line);
  if (!what.logs_in.empty()) {
    const bool here = session != nullptr && session->settings.extension() == what.logs_in;
    lamp.set_use(here ? edge::v1::Lamp::IN_USE : edge::v1::Lamp::IDLE);
    return lamp;
  }
  if (!what.number.empty()) {
    const auto does = use_of(what.number);
    lamp.set_use(does.ringing  ? edge::v1::Lamp::RINGS
                 : does.in_use ? edge::v1::Lamp::IN_USE
                               : edge::v1::Lamp::IDLE);
    return lamp;
  }
  if (session == nullptr || !session->settings.voicemail())
    return lamp;
  const auto has = tally_of(session->settings.extension());
  lamp.set_new_messages(has.fresh);
  lamp.set_heard_messages(has.heard);
  return lamp;
}

void gateway::implementation::tell_lamps() {
  if (!std::exchange(lamps_changed_, false))
    return;
  for (const auto& [d_channel, lines] : isdn_lines_)
    if (auto* p = station_at(d_channel); p != nullptr && p->isdn->up)
      tell_lamps_of(*p, lines.front());
  for (auto& [line, its] : watches_)
    for (auto& [number, one] : its) {
      auto lamp = lamp_of(line, number, one);
      auto now = lamp.SerializeAsString();
      if (one.told == now)
        continue;
      one.told = std::move(now);
      edge::v1::ToEdge message;
      *message.mutable_lamp() = std::move(lamp);
      tell_edge(std::move(message));
    }
}

} // namespace switchroom::exchange
