// SPDX-License-Identifier: MIT
#include "users/phone_book.hpp"

#include <algorithm>

namespace switchroom::users {

using user::v1::DirectoryEntry;

namespace {

constexpr std::size_t longest_entry_name = 64, longest_entry_number = 31;

char small(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
}

/// What is before the next comma or the end; takes it off the line.
std::string next_field(std::string_view& line) {
  std::string field;
  bool quoted = false;
  while (!line.empty()) {
    const char c = line.front();
    line.remove_prefix(1);
    if (c == '"')
      quoted = !quoted;
    else if (c == ',' && !quoted)
      break;
    else
      field += c;
  }
  const auto first = field.find_first_not_of(" \t");
  const auto last = field.find_last_not_of(" \t");
  return first == std::string::npos ? std::string() : field.substr(first, last - first + 1);
}

} // namespace

std::optional<refusal> wrong_with(const DirectoryEntry& entry) {
  const auto& [name, number] = std::pair(entry.name(), entry.number());
  if (name.empty() || name.size() > longest_entry_name)
    return refusal{"\"" + name + "\" is no name of a directory.", "Give 1 to 64 octets."};
  if (number.empty() || number.size() > longest_entry_number ||
      number.find_first_not_of("0123456789*#+") != std::string::npos)
    return refusal{"\"" + number + "\" is no number.", "Give 1 to 31 of 0-9, *, # and +."};
  return std::nullopt;
}

bool is_meant(std::string_view name, std::string_view number, std::string_view text) {
  const auto found = std::search(name.begin(), name.end(), text.begin(), text.end(),
                                 [](char a, char b) { return small(a) == small(b); });
  return found != name.end() || number.starts_with(text);
}

result<std::vector<DirectoryEntry>> read_phone_book(std::string_view text) {
  std::vector<DirectoryEntry> book;
  for (unsigned number = 1; !text.empty(); ++number) {
    const auto end = std::min(text.find('\n'), text.size());
    auto line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (!line.empty() && line.back() == '\r')
      line.remove_suffix(1);
    if (line.find_first_not_of(" \t") == std::string_view::npos || line.front() == '#')
      continue;
    DirectoryEntry entry;
    entry.set_name(next_field(line));
    entry.set_number(next_field(line));
    const auto where = "line " + std::to_string(number) + ": ";
    if (const auto wrong = wrong_with(entry))
      return refusal{where + wrong->what, wrong->remedy};
    if (!line.empty())
      return refusal{where + "there is more than a name and a number.",
                     "Write name,number; put a name with a comma in \"\"."};
    if (book.size() == most_system_entries)
      return refusal{where + "this is entry " + std::to_string(most_system_entries + 1) + ".",
                     "A directory has up to 5,000 entries."};
    book.push_back(std::move(entry));
  }
  return book;
}

} // namespace switchroom::users
