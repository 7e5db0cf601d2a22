// SPDX-License-Identifier: MIT
// A person at a line changes the own settings by short code. Desks asks the home; the line waits,
// and hears confirmation tone when the change is in force everywhere, or refusal tone.
#include "exchange/implementation.hpp"
#include "exchange/user_features.hpp"

namespace switchroom::exchange {

void gateway::implementation::act_user_feature(party& p, const asked_feature& asked) {
  for (const auto& change : asked.changes)
    if (leads_nowhere(change))
      return refuse(p, tone::unobtainable, "nobody has the number " + change.value());
  desks::change_settings wanted;
  wanted.whose = asked.whose;
  wanted.changes = asked.changes;
  ask_change(p, std::move(wanted));
}

/// Rule H18: old*new, the old one empty if there is none yet.
void gateway::implementation::act_change_code(party& p, const std::string& number) {
  const auto star = number.find('*');
  if (star == std::string::npos)
    return refuse(p, tone::refusal, "to change a login code dial the present one, *, the new one");
  desks::change_settings wanted;
  wanted.code = desks::change_settings::codes{number.substr(0, star), number.substr(star + 1)};
  ask_change(p, std::move(wanted));
}

void gateway::implementation::ask_change(party& p, desks::change_settings wanted) {
  const auto* line = std::get_if<calls::line_leg>(&p.leg);
  if (line == nullptr)
    return refuse(p, tone::refusal, "settings cannot be changed from another gateway's line");
  if (refuse_change(p))
    return;
  wanted.line = line->line;
  wanted.number = ++last_change_;
  changes_asked_[wanted.number] = {std::nullopt, p.seizures};
  drive(p, lines::event::desk_asked);
  run_desks(wanted);
}

void gateway::implementation::on_settings_result(const desks::settings_result& result) {
  const auto asked = changes_asked_.extract(result.number);
  auto& p = lines_.at(result.line);
  note("desks", label(p.leg), (result.changed ? "" : "refused: ") + result.text);
  if (asked.empty() || asked.mapped().seizure != p.seizures)
    return;
  drive(p, result.changed ? lines::event::accepted : lines::event::refused, 0,
        result.changed ? tone::confirmation : tone::refusal);
  show(p, result.text);
}

} // namespace switchroom::exchange
