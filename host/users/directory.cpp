// SPDX-License-Identifier: MIT
#include "users/directory.hpp"

namespace switchroom::users {

std::string_view lamp_of(const scn::v1::UserState& state) {
  const bool off = state.presence() == scn::v1::LOGGED_OFF;
  const bool quiet = off ? !state.forward_unconditional() : state.do_not_disturb();
  return quiet ? "do not disturb" : "idle";
}

bool directory::update(const gateway_name& home, const scn::v1::UserState& state) {
  const auto version = state.directory_version();
  if (version != 0) {
    auto& known = versions_[home];
    if (known != 0 && version <= known)
      return false;
    if (known != 0 && version == known + 1)
      known = version;
  }
  const auto* before = find_at(home, state.extension());
  if (state.deleted()) {
    remove(home, state.extension());
    return before != nullptr;
  }
  if (before && state.epoch() < before->state.epoch())
    return false;
  // Without reflection, which costs ten times as much; a state has no map, so its octets are its
  // own.
  if (before && before->state.SerializeAsString() == state.SerializeAsString())
    return false;
  put(home, state);
  return true;
}

void directory::replace(const gateway_name& home, const scn::v1::Directory& told) {
  std::vector<extension_number> gone;
  for (const auto& [extension, by_home] : by_number_)
    if (by_home.contains(home))
      gone.push_back(extension);
  for (const auto& extension : gone)
    remove(home, extension);
  for (const auto& state : told.users())
    if (!state.deleted())
      put(home, state);
  versions_[home] = told.version();
}

const entry* directory::find(std::string_view extension) const {
  const auto number = by_number_.find(extension);
  if (number == by_number_.end())
    return nullptr;
  const auto own = number->second.find(own_);
  return own != number->second.end() ? &own->second : &number->second.begin()->second;
}

const entry* directory::find_at(const gateway_name& home, std::string_view extension) const {
  const auto number = by_number_.find(extension);
  if (number == by_number_.end())
    return nullptr;
  const auto claim = number->second.find(home);
  return claim != number->second.end() ? &claim->second : nullptr;
}

std::vector<gateway_name> directory::claimants(std::string_view extension) const {
  std::vector<gateway_name> homes;
  if (const auto number = by_number_.find(extension); number != by_number_.end())
    for (const auto& [home, claim] : number->second)
      homes.push_back(home);
  return homes;
}

std::vector<extension_number> directory::duplicates() const {
  return {duplicates_.begin(), duplicates_.end()};
}

bool directory::is_number(std::string_view digits) const {
  return by_number_.find(digits) != by_number_.end();
}

bool directory::begins_number(std::string_view digits) const {
  const auto next = by_number_.lower_bound(digits);
  return next != by_number_.end() && next->first.starts_with(digits);
}

std::vector<entry> directory::all() const {
  std::vector<entry> entries;
  for (const auto& [extension, by_home] : by_number_)
    for (const auto& [home, claim] : by_home)
      entries.push_back(claim);
  return entries;
}

std::vector<entry> directory::all_of(const gateway_name& home) const {
  std::vector<entry> entries;
  for (const auto& [extension, by_home] : by_number_)
    if (const auto claim = by_home.find(home); claim != by_home.end())
      entries.push_back(claim->second);
  return entries;
}

std::uint64_t directory::version_of(const gateway_name& home) const {
  const auto known = versions_.find(home);
  return known != versions_.end() ? known->second : 0;
}

const std::vector<gateway_name>& directory::grantors_of(const gateway_name& home) const {
  static const std::vector<gateway_name> unknown;
  const auto found = grantors_.find(home);
  return found != grantors_.end() ? found->second : unknown;
}

void directory::set_grantors(const gateway_name& home, std::vector<gateway_name> grantors) {
  grantors_[home] = std::move(grantors);
}

void directory::put(const gateway_name& home, const scn::v1::UserState& state) {
  auto& by_home = by_number_[state.extension()];
  by_home.insert_or_assign(home, entry{home, state});
  if (by_home.size() > 1)
    duplicates_.insert(state.extension());
}

void directory::remove(const gateway_name& home, std::string_view extension) {
  const auto number = by_number_.find(extension);
  if (number == by_number_.end())
    return;
  const extension_number name = number->first;
  number->second.erase(home);
  if (number->second.size() < 2)
    duplicates_.erase(name);
  if (number->second.empty())
    by_number_.erase(number);
}

} // namespace switchroom::users
