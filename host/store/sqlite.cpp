// SPDX-License-Identifier: MIT
#include "store/sqlite.hpp"

#include <array>
#include <cerrno>

namespace switchroom::store {

statement_cache::~statement_cache() {
  for (const auto& [sql, one] : all_)
    sqlite3_finalize(one);
}

sqlite3_stmt* statement_cache::prepared(std::string_view sql) {
  const auto found = all_.find(sql);
  if (found != all_.end())
    return found->second;
  sqlite3_stmt* made = nullptr;
  sqlite3_prepare_v3(db_, sql.data(), static_cast<int>(sql.size()), SQLITE_PREPARE_PERSISTENT,
                     &made, nullptr);
  if (made != nullptr)
    all_.emplace(sql, made);
  return made;
}

statement::statement(statement_cache& cache, std::string_view sql)
    : db_(cache.db()), handle_(cache.prepared(sql)) {}

statement::~statement() {
  if (handle_ == nullptr)
    return;
  sqlite3_reset(handle_);
  sqlite3_clear_bindings(handle_);
}

statement& statement::integer(int index, std::int64_t value) {
  sqlite3_bind_int64(handle_, index, value);
  return *this;
}

statement& statement::text(int index, std::string_view value) {
  sqlite3_bind_text64(handle_, index, value.data(), value.size(), SQLITE_TRANSIENT, SQLITE_UTF8);
  return *this;
}

statement& statement::blob(int index, std::string_view value) {
  sqlite3_bind_blob64(handle_, index, value.data(), value.size(), SQLITE_TRANSIENT);
  return *this;
}

std::string statement::bytes_at(int column) const {
  const auto* data = static_cast<const char*>(sqlite3_column_blob(handle_, column));
  const auto size = static_cast<std::size_t>(sqlite3_column_bytes(handle_, column));
  return data ? std::string(data, size) : std::string{};
}

std::optional<failure> database::connection::run(const char* sql) const {
  const int code = sqlite3_exec(db_, sql, nullptr, nullptr, nullptr);
  if (code != SQLITE_OK)
    return explain(code);
  return std::nullopt;
}

failure database::connection::corrupt(const std::string& detail) const {
  return {error::corrupt,
          {"database " + path_.string() + " is damaged: " + detail,
           "move the file away and restore a copy of it, or start without it: users must then be "
           "entered again"}};
}

namespace {

bool is_limit(int error) {
  return error == EDQUOT || error == EFBIG || error == ENOSPC;
}

/// What the last failed call on the write-ahead log said, where every change goes first.
int log_errno(sqlite3* db) {
  sqlite3_file* log = nullptr;
  int error = 0;
  if (sqlite3_file_control(db, "main", SQLITE_FCNTL_JOURNAL_POINTER, &log) == SQLITE_OK && log &&
      log->pMethods)
    log->pMethods->xFileControl(log, SQLITE_FCNTL_LAST_ERRNO, &error);
  return error;
}

} // namespace

failure database::connection::full() const {
  return {error::disk_full,
          {"no room on the disk for database " + path_.string() + "; the change was not kept",
           "free space on that file system"}};
}

failure database::connection::explain(int code) const {
  const std::string detail = sqlite3_errmsg(db_);
  // A quota or a limit of the process; SQLite knows only ENOSPC by itself.
  if ((code & 0xff) == SQLITE_IOERR && is_limit(log_errno(db_)))
    return full();
  switch (code & 0xff) {
  case SQLITE_CORRUPT:
  case SQLITE_NOTADB:
    return corrupt(detail);
  case SQLITE_FULL:
    return full();
  case SQLITE_BUSY:
  case SQLITE_LOCKED:
    return {error::in_use,
            {"database " + path_.string() + " is in use by another process",
             "stop the other switchroomd, or give this gateway a directory of its own"}};
  case SQLITE_CANTOPEN:
  case SQLITE_PERM:
  case SQLITE_READONLY:
  case SQLITE_AUTH:
    return {error::cannot_open,
            {"cannot open database " + path_.string() + ": " + detail,
             "check that the directory exists and that this user may write to it"}};
  default:
    return {error::io,
            {"database " + path_.string() + ": " + detail, "check the disk and the system log"}};
  }
}

namespace {

// Migration n brings schema n to schema n + 1.
constexpr std::array<const char*, schema_version> migrations{
    "CREATE TABLE users (extension TEXT PRIMARY KEY, version INTEGER NOT NULL, document BLOB NOT "
    "NULL) WITHOUT ROWID;"
    "CREATE TABLE whereabouts (extension TEXT PRIMARY KEY, epoch INTEGER NOT NULL, document BLOB "
    "NOT NULL) WITHOUT ROWID;"
    "CREATE TABLE sessions (line INTEGER PRIMARY KEY, extension TEXT NOT NULL, epoch INTEGER NOT "
    "NULL, since_us INTEGER NOT NULL, settings BLOB NOT NULL);",
    "ALTER TABLE sessions ADD COLUMN logout_pending INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE sessions ADD COLUMN login_took_us INTEGER NOT NULL DEFAULT 0;",
    "ALTER TABLE sessions ADD COLUMN grantors TEXT NOT NULL DEFAULT '';"
    "CREATE TABLE ballots (home TEXT, extension TEXT, promised INTEGER NOT NULL, voted_for TEXT "
    "NOT "
    "NULL, gateway TEXT NOT NULL, line INTEGER NOT NULL, epoch INTEGER NOT NULL, PRIMARY KEY "
    "(home, "
    "extension)) WITHOUT ROWID;"
    "CREATE TABLE copies (home TEXT, extension TEXT, sealed BLOB NOT NULL, PRIMARY KEY (home, "
    "extension)) WITHOUT ROWID;"
    "CREATE TABLE unmerged (home TEXT, extension TEXT, document BLOB NOT NULL, PRIMARY KEY (home, "
    "extension)) WITHOUT ROWID;",
    // AUTOINCREMENT: the number of a message that was deleted is not given again.
    "CREATE TABLE messages (number INTEGER PRIMARY KEY AUTOINCREMENT, extension TEXT NOT NULL, "
    "from_number TEXT NOT NULL, from_name TEXT NOT NULL, at_us INTEGER NOT NULL, length_us INTEGER "
    "NOT NULL, heard INTEGER NOT NULL, voice BLOB NOT NULL);",
    "ALTER TABLE sessions ADD COLUMN records BLOB;"
    "CREATE TABLE records (extension TEXT PRIMARY KEY, document BLOB NOT NULL) WITHOUT ROWID;"
    "CREATE TABLE unsent (home TEXT, extension TEXT, sealed BLOB NOT NULL, PRIMARY KEY (home, "
    "extension)) WITHOUT ROWID;",
    // What is there already counts as granted: it was taken for a login until now.
    "ALTER TABLE ballots ADD COLUMN granted INTEGER NOT NULL DEFAULT 0;"
    "UPDATE ballots SET granted = epoch;"
    "CREATE TABLE standing (only INTEGER PRIMARY KEY CHECK (only = 1), document BLOB NOT NULL);",
};

} // namespace

std::optional<failure> database::connection::migrate() {
  int found = 0;
  {
    statement version(statements_, "PRAGMA user_version");
    if (const int code = version.step(); code != SQLITE_ROW)
      return explain(code);
    found = static_cast<int>(version.integer_at(0));
  }
  if (found > schema_version)
    return failure{error::newer_schema,
                   {"database " + path_.string() + " has schema version " + std::to_string(found) +
                        "; this program knows versions up to " + std::to_string(schema_version),
                    "run the newer switchroomd that wrote it, or restore the copy made before the "
                    "upgrade"}};
  for (; found < schema_version; ++found) {
    const std::string sql = std::string("BEGIN IMMEDIATE;") +
                            migrations[static_cast<std::size_t>(found)] +
                            "PRAGMA user_version = " + std::to_string(found + 1) + "; COMMIT;";
    if (auto failed = run(sql.c_str())) {
      sqlite3_exec(db_, "ROLLBACK", nullptr, nullptr, nullptr);
      return failed;
    }
  }
  return std::nullopt;
}

} // namespace switchroom::store
