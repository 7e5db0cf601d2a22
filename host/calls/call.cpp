// SPDX-License-Identifier: MIT
#include "calls/call.hpp"

#include <utility>

namespace switchroom::calls {
namespace {

using s = state;
using e = event;
using v = verb;

constexpr rule rules[] = {
    {s::setting_up, e::speaks, s::overlap, {v::join, v::tell_speaks}},
    {s::setting_up, e::alerts, s::alerting, {v::tell_alerting}},
    {s::setting_up, e::answers, s::active, {v::join, v::tell_answered}},
    {s::setting_up, e::origin_gone, s::released, {v::clear_destination}},
    {s::setting_up, e::destination_gone, s::released, {v::clear_origin}},
    {s::setting_up, e::expired, s::released, {v::clear_destination, v::clear_origin}},
    {s::setting_up, e::moved, s::setting_up, {v::clear_destination}},
    {s::setting_up, e::lost, s::released, {v::clear_destination, v::clear_origin}},

    {s::overlap, e::alerts, s::overlap, {v::tell_alerting}},
    {s::overlap, e::answers, s::active, {v::join, v::tell_answered}},
    {s::overlap, e::origin_gone, s::released, {v::clear_destination}},
    {s::overlap, e::destination_gone, s::released, {v::clear_origin}},
    {s::overlap, e::lost, s::released, {v::clear_destination, v::clear_origin}},

    {s::alerting, e::speaks, s::overlap, {v::join, v::tell_speaks}},
    {s::alerting, e::answers, s::active, {v::join, v::tell_answered}},
    {s::alerting, e::origin_gone, s::released, {v::clear_destination}},
    {s::alerting, e::destination_gone, s::released, {v::clear_origin}},
    {s::alerting, e::expired, s::released, {v::clear_destination, v::clear_origin}},
    {s::alerting, e::moved, s::setting_up, {v::clear_destination}},
    {s::alerting, e::lost, s::released, {v::clear_destination, v::clear_origin}},

    {s::active, e::origin_gone, s::released, {v::clear_destination}},
    {s::active, e::destination_gone, s::released, {v::clear_origin}},
    {s::active, e::lost, s::released, {v::clear_destination, v::clear_origin}},
    {s::active, e::passed_on, s::setting_up, {}},
};

} // namespace

std::span<const rule> table() {
  return rules;
}

verbs step(call& which, event what) {
  for (const auto& r : rules)
    if (r.from == which.state && r.on == what) {
      which.state = r.to;
      return r.does;
    }
  return {};
}

std::string text(const service_leg& where) {
  switch (where.what) {
  case service_leg::kind::park:
    return "park slot " + where.name;
  case service_leg::kind::hunt:
    return "group " + where.name;
  case service_leg::kind::member:
    return "hunt for call " + where.name;
  case service_leg::kind::page:
    return "page of " + where.name;
  case service_leg::kind::page_member:
    return "page by call " + where.name;
  case service_leg::kind::conference:
    return "conference " + where.name;
  case service_leg::kind::mailbox:
    return "mailbox " + where.name;
  case service_leg::kind::call_back:
    break;
  }
  return "call back to " + where.name;
}

bool is_page(const leg& which) {
  const auto* service = std::get_if<service_leg>(&which);
  return service != nullptr && service->what == service_leg::kind::page;
}

const service_leg* as_conference(const leg& which) {
  const auto* service = std::get_if<service_leg>(&which);
  return service != nullptr && service->what == service_leg::kind::conference ? service : nullptr;
}

leg& other_side(call& which, const leg& side) {
  return which.origin == side ? which.destination : which.origin;
}

bool& holds(call& which, const leg& side) {
  return which.origin == side ? which.origin_holds : which.destination_holds;
}

void turn(call& which) {
  std::swap(which.origin, which.destination);
  std::swap(which.origin_holds, which.destination_holds);
  which.from.number.swap(which.extension);
  which.from.name.clear();
  which.break_out = false;
  which.wish = wish::talk;
}

std::string_view name(state what) {
  static constexpr std::string_view names[state_count] = {"setting up", "break out", "alerting",
                                                          "in call", "released"};
  return names[static_cast<std::size_t>(what)];
}

std::string_view name(event what) {
  static constexpr std::string_view names[event_count] = {
      "far end speaks", "alerts", "answers", "origin gone", "destination gone",
      "expired",        "lost",   "moved",   "passed on"};
  return names[static_cast<std::size_t>(what)];
}

std::string_view name(verb what) {
  static constexpr std::string_view names[] = {
      "",           "tell alerting", "tell far end speaks", "tell answered",
      "join voice", "clear origin",  "clear destination"};
  return names[static_cast<std::size_t>(what)];
}

} // namespace switchroom::calls
