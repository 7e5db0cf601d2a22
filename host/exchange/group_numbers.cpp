// SPDX-License-Identifier: MIT
// A hunt group whose number somebody else has, too (rule S5). Numbers of users are scn's to watch.
#include "exchange/implementation.hpp"

#include <algorithm>

namespace switchroom::exchange {

/// "a user of amsterdam", "a group of berlin": in the order in which calls from here reach them.
std::vector<std::string> gateway::implementation::who_has(const extension_number& number) const {
  std::vector<std::string> all;
  for (const auto& home : directory_.claimants(number))
    all.push_back("a user of " + home);
  if (own_group(number) != nullptr)
    all.push_back("a group of " + settings_.gateway);
  for (const auto& [gateway, groups] : groups_elsewhere_)
    if (groups.contains(number))
      all.push_back("a group of " + gateway);
  return all;
}

/// A user who has this number, or has it no more, matters to more than who calls it.
bool gateway::implementation::is_watched(const extension_number& number) const {
  return group_at(number).has_value() || is_emergency_target(number);
}

void gateway::implementation::tell_of_group_number(const extension_number& number,
                                                   const std::string& list,
                                                   const std::string& first) {
  alarms_.raise("duplicate-group-" + number, "Number " + number + " exists more than once",
                "Number " + number + " is " + list + ". Calls from here reach " + first + ".",
                "Give all but one of them another number.");
}

void gateway::implementation::check_group_numbers() {
  std::set<extension_number> numbers;
  for (const auto& group : settings_.groups)
    numbers.insert(group.number);
  for (const auto& [gateway, groups] : groups_elsewhere_)
    for (const auto& [number, group] : groups)
      numbers.insert(number);
  const auto standing = std::exchange(taken_groups_, {});
  for (const auto& number : numbers) {
    const auto all = who_has(number);
    if (all.size() < 2)
      continue;
    std::string list;
    for (std::size_t n = 0; n < all.size(); ++n)
      list.append(n == 0 ? "" : n + 1 < all.size() ? ", " : " and ").append(all[n]);
    const auto before = standing.find(number);
    taken_groups_[number] = list;
    if (before != standing.end() && before->second == list)
      continue;
    tell_of_group_number(number, list, all.front());
  }
  for (const auto& [number, who] : standing)
    if (!taken_groups_.contains(number))
      alarms_.clear("duplicate-group-" + number);
}

} // namespace switchroom::exchange
