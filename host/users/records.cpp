// SPDX-License-Identifier: MIT
#include "users/records.hpp"

#include "users/phone_book.hpp"

#include <algorithm>
#include <map>
#include <sodium.h>

namespace switchroom::users {

using user::v1::CallRecord;
using user::v1::DirectoryEntry;
using user::v1::Records;

namespace {

void overwrite(std::string* text) {
  sodium_memzero(text->data(), text->size());
}

auto entry_with(Records& records, std::string_view number) {
  auto& all = *records.mutable_personal();
  return std::find_if(all.begin(), all.end(),
                      [&](const DirectoryEntry& one) { return one.number() == number; });
}

} // namespace

bool add_call(Records& records, const CallRecord& fresh) {
  auto& calls = *records.mutable_calls();
  const bool known = std::any_of(calls.begin(), calls.end(), [&](const CallRecord& one) {
    return one.gateway() == fresh.gateway() && one.serial() == fresh.serial();
  });
  if (known)
    return false;
  *calls.Add() = fresh;
  std::stable_sort(calls.begin(), calls.end(), [](const CallRecord& a, const CallRecord& b) {
    return std::pair(a.at_s(), a.serial()) > std::pair(b.at_s(), b.serial());
  });
  std::map<std::string, int> count;
  bool stays = true;
  for (int n = 0; n < calls.size();) {
    const auto& one = calls[n];
    if (++count[one.group()] <= (one.group().empty() ? most_calls : most_calls_of_group)) {
      ++n;
      continue;
    }
    stays &= one.gateway() != fresh.gateway() || one.serial() != fresh.serial();
    calls.DeleteSubrange(n, 1);
  }
  if (stays)
    records.set_version(records.version() + 1);
  return stays;
}

result<Records> with_entry(Records records, const DirectoryEntry& entry) {
  if (auto wrong = wrong_with(entry))
    return *wrong;
  if (const auto there = entry_with(records, entry.number()); there != records.personal().end())
    *there = entry;
  else if (records.personal_size() == most_personal_entries)
    return refusal{"The personal directory of user " + records.extension() + " has " +
                       std::to_string(most_personal_entries) + " entries, which is the most.",
                   "Take one away first."};
  else
    *records.add_personal() = entry;
  records.set_version(records.version() + 1);
  return records;
}

result<Records> without_entry(Records records, std::string_view number) {
  const auto there = entry_with(records, number);
  if (there == records.personal().end())
    return refusal{"The personal directory of user " + records.extension() + " has no number " +
                       std::string(number) + ".",
                   "`switchroom directory personal` lists it."};
  records.mutable_personal()->erase(there);
  records.set_version(records.version() + 1);
  return records;
}

std::string_view name(CallRecord::Kind kind) {
  return kind == CallRecord::MADE ? "made" : kind == CallRecord::ANSWERED ? "answered" : "missed";
}

void wipe(Records& records) {
  for (auto& entry : *records.mutable_personal()) {
    overwrite(entry.mutable_name());
    overwrite(entry.mutable_number());
  }
  for (auto& call : *records.mutable_calls()) {
    overwrite(call.mutable_number());
    overwrite(call.mutable_name());
  }
  records.Clear();
}

} // namespace switchroom::users
