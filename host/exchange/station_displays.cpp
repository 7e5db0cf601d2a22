// SPDX-License-Identifier: MIT
// What a digital station's display shows beside its calls: who is logged in, and the directory and
// call log of that person, an entry at a time (S7, H16). To lift the receiver dials what is shown.
#include "exchange/implementation.hpp"
#include "users/records.hpp"

#include <cmath>
#include <set>

namespace switchroom::exchange {
namespace {

using namespace std::chrono_literals;
using entries = std::vector<users::display_list::entry>;

/// Since the last key: who comes next shall not dial what somebody left there.
constexpr auto display_time = 30s;

/// "just now", "3 min ago", "2 h ago", "5 d ago".
std::string ago(double seconds) {
  struct unit {
    double seconds;
    const char* name;
  };
  for (const auto& [length, name] : {unit{86'400, " d"}, unit{3'600, " h"}, unit{60, " min"}})
    if (seconds >= length)
      return std::to_string(static_cast<long>(seconds / length)) + name + " ago";
  return "just now";
}

bool by_name(const users::display_list::entry& a, const users::display_list::entry& b) {
  return std::tie(a.name, a.number) < std::tie(b.name, b.number);
}

} // namespace

void gateway::implementation::show_for_a_while(party& p, const std::string& text) {
  p.reads_until = now_ + display_time;
  tell_display(p, 0, text);
}

/// Nothing is left on its display but who is there, and nothing waits for the receiver.
void gateway::implementation::clear_display(party& p) {
  p.reads.reset();
  p.on_lift.reset();
  p.reads_until = never;
  const auto* line = std::get_if<calls::line_leg>(&p.leg);
  if (!p.isdn || p.isdn->outside || !p.isdn->up || line == nullptr)
    return;
  const auto* session = desks_.at(line->line);
  tell_display(p, 0,
               session == nullptr ? "Nobody is logged in"
                                  : session->settings.extension() + " " + session->settings.name());
}

// ---- lists -------------------------------------------------------------------------------------

void gateway::implementation::open_list(party& p, entries all, const std::string& if_empty) {
  p.on_lift.reset();
  p.reads.reset();
  if (!all.empty())
    p.reads.emplace(std::move(all));
  show_for_a_while(p, p.reads ? p.reads->text() : if_empty);
}

/// The personal directory first: its names for numbers that others name, too.
void gateway::implementation::open_directory(party& p) {
  const auto me = caller_of(p).number;
  entries all;
  std::set<std::string> numbers{me};
  const auto put = [&](const std::string& number, const std::string& name) {
    if (numbers.insert(number).second)
      all.push_back({number, name, {}});
  };
  if (const auto* its = desks_.records_of(me))
    for (const auto& one : its->personal())
      put(one.number(), one.name());
  for (const auto& known : directory_.all())
    put(known.state.extension(), known.state.name());
  for (const auto& group : settings_.groups)
    put(group.number, group.name);
  for (const auto& [gateway, groups] : groups_elsewhere_)
    for (const auto& [number, group] : groups)
      put(number, group.name());
  for (const auto& one : settings_.phone_book)
    put(one.number(), one.name());
  std::ranges::sort(all, by_name);
  open_list(p, std::move(all), "The directory is empty");
}

/// The newest first.
void gateway::implementation::open_call_log(party& p) {
  entries all;
  if (const auto* its = desks_.records_of(caller_of(p).number))
    for (const auto& call : its->calls())
      all.push_back({call.number(), call.name(),
                     std::string(users::name(call.kind())) + " " +
                         ago(wall_s() - static_cast<double>(call.at_s())) + ":"});
  open_list(p, std::move(all), "The call log is empty");
}

/// Dialled, or by a button.
void gateway::implementation::act_list(party& p, const dialplan::match& won) {
  if (!p.isdn || p.isdn->outside)
    return refuse(p, tone::refusal, "there is no display here to read it on");
  if (nobody_at(p))
    return refuse(p, tone::refusal, "nobody is logged in at this line");
  if (p.machine.state() == lines::state::dialling) { // it is read with the receiver down
    drive(p, lines::event::desk_asked);
    drive(p, lines::event::accepted, 0, tone::confirmation);
  }
  won.what == dialplan::feature::directory ? open_directory(p) : open_call_log(p);
}

// ---- keys --------------------------------------------------------------------------------------

bool gateway::implementation::reads_keys(const party& p) const {
  using enum lines::state;
  return p.reads && (p.machine.state() == idle || p.machine.state() == dial_tone);
}

void gateway::implementation::turn(party& p, std::string_view keys) {
  using outcome = users::display_list::outcome;
  for (const char key : keys) {
    const auto what = p.reads->press(key);
    if (what == outcome::closes)
      return clear_display(p);
    if (what == outcome::stays)
      continue;
    if (p.machine.state() == lines::state::idle) // a station calls, it cannot be made to
      return show_for_a_while(p, "Lift the receiver to call " + p.reads->shown().number);
    if (!reads_keys(p))
      return show_for_a_while(p, "There is a call: hang up first");
    dial_shown(p);
    return;
  }
  show_for_a_while(p, p.reads->text());
}

/// The receiver is up. False: nothing is shown that could be dialled.
bool gateway::implementation::dial_shown(party& p) {
  const auto number = p.reads && p.reads->dials() ? p.reads->shown().number : std::string();
  const auto feature = p.on_lift;
  if (p.reads_until != never)
    clear_display(p);
  if (feature)
    act(p, *feature);
  else
    take_isdn_digits(p, number, !number.empty());
  return feature || !number.empty();
}

void gateway::implementation::take(const isdn::v1::Keys& said) {
  auto* p = said.call() == 0 ? station_at(said.channel()) : isdn_of(said);
  if (p == nullptr || (said.call() != 0 && p->isdn_call->over))
    return;
  if (said.call() == 0 ? p->reads.has_value() : reads_keys(*p)) // those beside a call are a list's
    turn(*p, said.keys());
  else if (said.call() != 0)
    take_isdn_digits(*p, said.keys(), false);
}

} // namespace switchroom::exchange
