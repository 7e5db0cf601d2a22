// SPDX-License-Identifier: MIT
#include "app/nearest.hpp"

#include <algorithm>
#include <numeric>
#include <vector>

namespace switchroom::app {
namespace {

/// Levenshtein's distance: letters to insert, delete or replace.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i + 1;
    for (std::size_t j = 0; j < b.size(); ++j) {
      const std::size_t replaced = diagonal + (a[i] != b[j]);
      diagonal = row[j + 1];
      row[j + 1] = std::min({replaced, row[j] + 1, row[j + 1] + 1});
    }
  }
  return row.back();
}

} // namespace

std::string nearest(std::string_view given, const std::set<std::string, std::less<>>& known) {
  const auto best = std::ranges::min_element(
      known, {}, [&](const std::string& name) { return distance(given, name); });
  return best != known.end() && distance(given, *best) <= 2 ? *best : std::string{};
}

} // namespace switchroom::app
