// SPDX-License-Identifier: MIT
#include "exchange/alarms.hpp"

#include <algorithm>

namespace switchroom::exchange {

void alarms::raise(const std::string& id, const std::string& title, const std::string& what,
                   const std::string& remedy) {
  auto& alarm = by_id_[id];
  alarm.set_id(id);
  alarm.set_title(title);
  alarm.set_what(what);
  alarm.set_remedy(remedy);
  alarm.set_count(alarm.count() + 1);
  alarm.set_standing(true);
}

void alarms::clear(const std::string& id) {
  if (const auto found = by_id_.find(id); found != by_id_.end())
    found->second.set_standing(false);
}

bool alarms::stands(const std::string& id) const {
  const auto found = by_id_.find(id);
  return found != by_id_.end() && found->second.standing();
}

unsigned alarms::standing() const {
  return static_cast<unsigned>(std::count_if(by_id_.begin(), by_id_.end(),
                                             [](const auto& a) { return a.second.standing(); }));
}

control::v1::Alarms alarms::all() const {
  control::v1::Alarms list;
  for (const auto& [id, alarm] : by_id_)
    *list.add_alarms() = alarm;
  return list;
}

} // namespace switchroom::exchange
