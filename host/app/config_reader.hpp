// SPDX-License-Identifier: MIT
/// Reads one TOML table key by key, and keeps what is wrong with it: every problem names file,
/// line, column, what and what to do. Keys that nobody asked for are problems too.
#pragma once
#include "types/refusal.hpp"

#include <toml++/toml.h>

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace switchroom::app {

/// Problems of one file, in the order of their lines when sorted.
class problems {
public:
  explicit problems(std::string file) : file_(std::move(file)) {}
  void add(const toml::source_region& where, const std::string& what, std::string remedy);
  bool empty() const { return found_.empty(); }
  std::vector<refusal> sorted() const;

private:
  struct problem {
    toml::source_position at;
    refusal text;
  };
  std::string file_;
  std::vector<problem> found_;
};

class config_reader {
public:
  /// `title` is how a person finds it: "[board]", "[[peer]]", or "the file" at the top.
  config_reader(const toml::table& table, std::string title, problems& found)
      : table_(table), title_(std::move(title)), problems_(found) {}

  // Each returns nothing when the key is not there or is wrong; `required` makes absence wrong.
  std::optional<std::string> text(const char* key, bool required = false);
  /// A list of texts, as `members = ["201", "202"]`.
  std::optional<std::vector<std::string>> texts(const char* key, bool required = false);
  std::optional<std::int64_t> integer(const char* key, std::int64_t least, std::int64_t most,
                                      bool required = false);
  /// A list of whole numbers.
  std::optional<std::vector<std::int64_t>> integers(const char* key, std::int64_t least,
                                                    std::int64_t most, bool required = false);
  /// Whole or with a point.
  std::optional<double> number(const char* key, double least, double most);
  std::optional<bool> boolean(const char* key);
  /// One of a few words, as its place in the list.
  std::optional<std::size_t> choice(const char* key, const std::vector<std::string>& words);
  /// The sub-table; nullptr if it is not there.
  const toml::table* table(const char* key, bool required = false);
  std::vector<const toml::table*> tables(const char* key);
  /// Every key that was not asked for is a problem.
  void refuse_the_rest();

  /// Adds a problem at the value of `key`, or at the table when there is none.
  void wrong(const char* key, const std::string& what, std::string remedy);
  problems& found() { return problems_; }

private:
  const toml::node* node(const char* key, bool required);

  const toml::table& table_;
  std::string title_;
  problems& problems_;
  std::set<std::string, std::less<>> asked_;
};

} // namespace switchroom::app
