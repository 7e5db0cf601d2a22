// SPDX-License-Identifier: MIT
/// SQLite with owners: a connection, and statements that bind and step. Inside the store only.
#pragma once
#include "store/store.hpp"

#include <sqlite3.h>

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace switchroom::store {

/// Statements stay prepared as long as the connection: to prepare one takes longer than to run it.
class statement_cache {
public:
  explicit statement_cache(sqlite3* db) : db_(db) {}
  ~statement_cache();
  statement_cache(const statement_cache&) = delete;
  statement_cache& operator=(const statement_cache&) = delete;

  sqlite3* db() const { return db_; }
  /// nullptr: it cannot be prepared, and db() tells why. The text must outlive this.
  sqlite3_stmt* prepared(std::string_view sql);

private:
  sqlite3* db_;
  std::map<std::string_view, sqlite3_stmt*> all_;
};

/// One use of a prepared statement; not of one text twice at a time.
class statement {
public:
  statement(statement_cache&, std::string_view sql);
  ~statement();
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
  sqlite3_stmt* handle_;
};

class database::connection {
public:
  connection(std::filesystem::path path, sqlite3* handle) : path_(std::move(path)), db_(handle) {}
  ~connection() { sqlite3_close_v2(db_); } // which waits for the statements, a zombie until then
  connection(const connection&) = delete;
  connection& operator=(const connection&) = delete;

  sqlite3* get() const { return db_; }
  statement_cache& statements() { return statements_; }
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
  std::optional<failure> migrate();

private:
  std::filesystem::path path_;
  sqlite3* db_;
  statement_cache statements_{db_};
};

} // namespace switchroom::store
