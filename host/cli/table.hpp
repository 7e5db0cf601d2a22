// SPDX-License-Identifier: MIT
/// Tables for people: as wide as the terminal and no wider.
#pragma once
#include <cstddef>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

namespace switchroom::cli {

/// Characters, not octets, of UTF-8.
std::size_t width_of(std::string_view text);
/// At most `most` characters, the last an ellipsis if something was cut.
std::string cut(std::string_view text, std::size_t most);
/// With spaces to `width` characters.
std::string padded(std::string_view text, std::size_t width, bool to_the_right = false);

struct column {
  std::string title;
  bool is_number = false; ///< set to the right
};

class table {
public:
  explicit table(std::vector<column> columns) : columns_(std::move(columns)) {}
  /// Control characters, which a peer may have sent, are shown as "?".
  void row(std::vector<std::string> cells);
  bool empty() const { return rows_.empty(); }
  /// `width` 0: no limit. When the table is wider, the widest columns give way.
  void print(std::ostream&, std::size_t width, bool colour) const;

private:
  std::vector<std::size_t> widths(std::size_t limit) const;

  std::vector<column> columns_;
  std::vector<std::vector<std::string>> rows_;
};

} // namespace switchroom::cli
