// SPDX-License-Identifier: MIT
// Lamps of IP phones: of what a user's lines do (H12), and of messages that wait (S17).
#include "exchange/implementation.hpp"

namespace switchroom::exchange {
namespace {

constexpr std::size_t most_lamps = 128; ///< of one phone

} // namespace

void gateway::implementation::take(const edge::v1::Watch& wanted) {
  const line_id line{wanted.line()};
  const auto found = lines_.find(line);
  if (found == lines_.end() || !found->second.on_edge)
    return;
  auto& its = watches_[line];
  if (!wanted.on())
    its.erase(wanted.watch());
  else if (its.contains(wanted.watch()) || its.size() < most_lamps)
    its.insert_or_assign(wanted.watch(), watch{wanted.number(), std::nullopt});
  if (its.empty())
    watches_.erase(line);
  lamps_changed_ = true;
}

edge::v1::Lamp gateway::implementation::lamp_of(line_id line, std::uint64_t number,
                                                const watch& what) const {
  edge::v1::Lamp lamp;
  lamp.set_line(line.value);
  lamp.set_watch(number);
  if (!what.number.empty()) {
    const auto does = use_of(what.number);
    lamp.set_use(does.ringing  ? edge::v1::Lamp::RINGS
                 : does.in_use ? edge::v1::Lamp::IN_USE
                               : edge::v1::Lamp::IDLE);
    return lamp;
  }
  const auto* session = desks_.at(line);
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
