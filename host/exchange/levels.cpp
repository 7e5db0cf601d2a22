// SPDX-License-Identifier: MIT
// Where in the switch the voice of a line or of a call comes in: the board's meter has a level for
// each slot there.
#include "exchange/implementation.hpp"
#include "exchange/replies.hpp"

namespace switchroom::exchange {

/// None: its voice does not go through the board, or not yet. Of an IP phone's two calls it is that
/// of `call`; without one, of the call that it talks in.
std::optional<slot_id> gateway::implementation::board_slot_of(const calls::leg& leg,
                                                              std::optional<call_id> call) const {
  const auto there = [this](slot_id slot) {
    return paths_.up() && slot != nowhere ? std::optional(slot) : std::nullopt;
  };
  if (const auto* peer = std::get_if<calls::peer_leg>(&leg)) {
    const auto found = trunks_.find(*peer);
    return found == trunks_.end() ? std::nullopt : there(paths_.slot_of(found->second.slot));
  }
  if (const auto* service = std::get_if<calls::service_leg>(&leg))
    return service->member ? there(paths_.slot_of(*service->member))
           : service->slot ? there(paths_.slot_of(*service->slot))
                           : std::nullopt;
  const auto line = std::get<calls::line_leg>(leg).line;
  const auto found = lines_.find(line);
  if (found == lines_.end())
    return std::nullopt;
  const auto& p = found->second;
  if (p.isdn)
    return there(slot_of_isdn(p));
  if (!p.on_edge)
    return line.value <= paths_.lines() ? there(paths_.slot_of(line)) : std::nullopt;
  const auto& its = !call || p.call == call ? p.phone : p.aside;
  return its ? there(paths_.slot_of(its->slot)) : std::nullopt;
}

void gateway::implementation::add_line(control::v1::Levels& to, line_id number,
                                       const party& p) const {
  auto& line = *to.add_lines();
  line.set_name(label(p.leg));
  line.set_line(number.value);
  const auto check = checks_.find(number);
  line.set_state(check == checks_.end() ? std::string(lines::name(p.machine.state()))
                                        : text(check->second));
  if (const auto slot = board_slot_of(p.leg, {}))
    line.set_slot(slot->value);
}

/// The rim adds whom they hear, and the levels; and knows what slots there are.
control::v1::Reply
gateway::implementation::list_levels(const control::v1::LevelsRequest& asked) const {
  if (!paths_.up())
    return error({"There is no board that measures.", "See `switchroom alarms` for why."});
  // As people name them: of a trunk's, the board's number.
  std::map<line_id, const party*> known;
  for (const auto& one : settings_.lines)
    known.emplace(one.line, &lines_.at(one.line));
  for (const auto& [line, p] : lines_)
    if (p.analog)
      known.emplace(p.analog->line, &p);
  control::v1::Reply answer;
  auto& levels = *answer.mutable_levels();
  for (const auto number : asked.lines()) {
    const auto found = known.find(line_id{number});
    if (found == known.end())
      return error(no_line(settings_.gateway, number));
    add_line(levels, found->first, *found->second);
  }
  for (const auto number : asked.slots()) {
    auto& slot = *levels.add_lines();
    slot.set_name("slot " + std::to_string(number));
    slot.set_slot(number);
  }
  if (levels.lines().empty())
    for (const auto& [line, p] : known)
      add_line(levels, line, *p);
  return answer;
}

} // namespace switchroom::exchange
