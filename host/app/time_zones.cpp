// SPDX-License-Identifier: MIT
#include "app/time_zones.hpp"

#include "users/time_zone.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>

namespace switchroom::app {
namespace fs = std::filesystem;
namespace {

/// No way out of the folder.
bool is_zone_name(std::string_view name) {
  return !name.empty() && name.front() != '/' && name.find("..") == std::string_view::npos &&
         std::ranges::all_of(name, [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                  c == '/' || c == '_' || c == '-' || c == '+';
         });
}

} // namespace

result<std::string> time_zone_rule(std::string_view name, const fs::path& folder) {
  if (users::time_zone::parse(name))
    return std::string(name);
  const refusal unknown{"\"" + std::string(name) + "\" is no time zone",
                        "write a name of " + folder.string() +
                            " (package tzdata), as Europe/Berlin, or a rule of POSIX.1, as "
                            "CET-1CEST,M3.5.0,M10.5.0/3"};
  if (!is_zone_name(name))
    return unknown;
  std::ifstream in(folder / name, std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(in), {}};
  if (!text.starts_with("TZif") || text.back() != '\n')
    return unknown;
  text.pop_back();
  auto rule = text.substr(text.rfind('\n') + 1);
  if (auto zone = users::time_zone::parse(rule); !zone)
    return unknown;
  return rule;
}

} // namespace switchroom::app
