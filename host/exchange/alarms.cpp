// SPDX-License-Identifier: MIT
#include "exchange/alarms.hpp"

#include <algorithm>

namespace switchroom::exchange {
namespace {

/// Of a text that begins with digits: those, without zeros before them.
std::string_view number_in(std::string_view text) {
  const auto end = std::min(text.find_first_not_of("0123456789"), text.size());
  const auto begin = std::min(text.find_first_not_of('0'), end);
  return text.substr(begin, end - begin);
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

} // namespace

bool counts_before::operator()(std::string_view a, std::string_view b) const {
  std::size_t same = 0;
  while (same < a.size() && same < b.size() && a[same] == b[same])
    ++same;
  while (same > 0 && is_digit(a[same - 1])) // the number that they differ in begins before
    --same;
  const auto one = number_in(a.substr(same)), other = number_in(b.substr(same));
  if (one.empty() || other.empty() || one == other)
    return a < b;
  return one.size() != other.size() ? one.size() < other.size() : one < other;
}

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

void alarms::restate(const std::string& id, const std::string& what) {
  if (const auto found = by_id_.find(id); found != by_id_.end())
    found->second.set_what(what);
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
