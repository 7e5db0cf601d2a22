// SPDX-License-Identifier: MIT
#include "cli/table.hpp"

#include "types/plain_text.hpp"

#include <algorithm>
#include <numeric>

namespace switchroom::cli {
namespace {

constexpr std::size_t gap = 2;       // between columns
constexpr std::size_t narrowest = 6; // a column that gave way

bool begins_character(char octet) {
  return (static_cast<unsigned char>(octet) & 0xc0) != 0x80;
}

} // namespace

std::size_t width_of(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::count_if(text, begins_character));
}

std::string cut(std::string_view text, std::size_t most) {
  if (width_of(text) <= most)
    return std::string(text);
  std::size_t at = 0, characters = 0;
  for (; at < text.size(); ++at)
    if (begins_character(text[at]) && ++characters >= most)
      break;
  return std::string(text.substr(0, at)) + "…";
}

std::string padded(std::string_view text, std::size_t width, bool to_the_right) {
  const std::size_t used = width_of(text);
  std::string out(text);
  out.insert(to_the_right ? 0 : out.size(), used < width ? width - used : 0, ' ');
  return out;
}

void table::row(std::vector<std::string> cells) {
  for (auto& cell : cells)
    cell = without_controls(cell);
  rows_.push_back(std::move(cells));
}

std::vector<std::size_t> table::widths(std::size_t limit) const {
  std::vector<std::size_t> wide;
  for (std::size_t n = 0; n < columns_.size(); ++n) {
    wide.push_back(width_of(columns_[n].title));
    for (const auto& row : rows_)
      wide[n] = std::max(wide[n], width_of(row[n]));
  }
  const auto total = [&] {
    return std::accumulate(wide.begin(), wide.end(), gap * (wide.size() - 1));
  };
  while (limit != 0 && total() > limit) {
    const auto widest = std::ranges::max_element(wide);
    if (*widest <= narrowest)
      break; // too narrow a terminal: lines wrap
    --*widest;
  }
  return wide;
}

void table::print(std::ostream& out, std::size_t width, bool colour) const {
  const auto wide = widths(width);
  const auto line = [&](auto&& cell) {
    std::string text;
    for (std::size_t n = 0; n < columns_.size(); ++n) {
      text.append(n == 0 ? 0 : gap, ' ');
      text.append(padded(cut(cell(n), wide[n]), wide[n], columns_[n].is_number));
    }
    text.erase(text.find_last_not_of(' ') + 1);
    return text;
  };
  const std::string head = line([&](std::size_t n) { return columns_[n].title; });
  out << (colour ? "\033[1m" : "") << head << (colour ? "\033[0m" : "") << '\n';
  for (const auto& row : rows_)
    out << line([&](std::size_t n) { return row[n]; }) << '\n';
}

} // namespace switchroom::cli
