// SPDX-License-Identifier: MIT
/// SQLite with owners: a connection, and statements that bind and step. Inside the store only.
#pragma once
#include "store/store.hpp"

#include <sqlite3.h>

#include <cstdint>
#include <string>
#include <string_view>

namespace switchroom::store {

/// A prepared statement; finalised at the end of its scope.
class statement {
public:
  statement(sqlite3* db, const char* sql);
  ~statement() { sqlite3_finalize(handle_); }
  statement(const statement&) = delete;
  statement& operator=(const statement&) = delete;

  statement& integer(int index, std::int64_t value);
  statement& text(int index, std::string_view value);
  statement& blob(int index, std::string_view value);
  /// SQLITE_ROW, SQLITE_DONE or an error code.
  int step() { return handle_ ? sqlite3_step(handle_) : sqlite3_errcode(db_); }

  std::int64_t integer_at(int column) const { return sqlite3_column_int64(handle_, column); }
  std::string bytes_at(int column) const;
  bool is_null(int column) const { return sqlite3_column_type(handle_, column) == SQLITE_NULL; }

private:
  sqlite3* db_;
  sqlite3_stmt* handle_ = nullptr;
};

class database::connection {
public:
  connection(std::filesystem::path path, sqlite3* handle) : path_(std::move(path)), db_(handle) {}
  ~connection() { sqlite3_close_v2(db_); }
  connection(const connection&) = delete;
  connection& operator=(const connection&) = delete;

  sqlite3* get() const { return db_; }
  /// Runs statements that return no rows of interest.
  std::optional<failure> run(const char* sql) const;
  /// Turns an SQLite result code into a sentence with a remedy.
  failure explain(int code) const;
  failure full() const;
  const std::filesystem::path& path() const { return path_; }
  /// Nothing if the code says that a change is done.
  std::optional<failure> outcome(int code) const {
    return code == SQLITE_DONE ? std::nullopt : std::optional{explain(code)};
  }
  failure corrupt(const std::string& detail) const;
  std::optional<failure> migrate() const;

private:
  std::filesystem::path path_;
  sqlite3* db_;
};

} // namespace switchroom::store
