// SPDX-License-Identifier: MIT
#include "store/store.hpp"

#include "store/sqlite.hpp"

#include <iterator>
#include <sstream>

namespace switchroom::store {
namespace {

using std::chrono::duration_cast;
using std::chrono::microseconds;

std::int64_t calendar_us(instant at, moment now) {
  const auto calendar = duration_cast<microseconds>(now.calendar.time_since_epoch());
  return (calendar - (now.machine - at)).count();
}

instant machine_instant(std::int64_t stored_us, moment now) {
  const auto calendar = duration_cast<microseconds>(now.calendar.time_since_epoch());
  return now.machine - (calendar - microseconds{stored_us});
}

/// Names of gateways hold no space.
std::string joined(const std::vector<gateway_name>& names) {
  std::string text;
  for (const auto& name : names)
    text += (text.empty() ? "" : " ") + name;
  return text;
}

std::vector<gateway_name> split(const std::string& text) {
  std::istringstream words(text);
  return {std::istream_iterator<std::string>(words), {}};
}

} // namespace

database::database(std::unique_ptr<connection> c) : connection_(std::move(c)) {}
database::~database() = default;
database::database(database&&) noexcept = default;
database& database::operator=(database&&) noexcept = default;

std::variant<database, failure> database::open(const std::filesystem::path& path) {
  sqlite3* handle = nullptr;
  const int code =
      sqlite3_open_v2(path.c_str(), &handle,
                      SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, nullptr);
  auto owner = std::make_unique<connection>(path, handle);
  if (code != SQLITE_OK)
    return owner->explain(code);
  // EXCLUSIVE keeps the write-ahead log's index out of shared memory, and a second daemon out.
  if (auto failed = owner->run("PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL;"
                               "PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;"
                               "PRAGMA secure_delete = ON;"))
    return *failed;
  {
    statement check(owner->statements(), "PRAGMA quick_check(1)");
    if (const int outcome = check.step(); outcome != SQLITE_ROW)
      return owner->explain(outcome);
    if (const std::string verdict = check.bytes_at(0); verdict != "ok")
      return owner->corrupt(verdict);
  }
  if (auto failed = owner->migrate())
    return *failed;
  database made(std::move(owner));
  // Of what was erased just before a crash. A disk that is full keeps no gateway from starting: the
  // next wipe is for all.
  (void)made.wipe();
  return made;
}

std::variant<desks::stored, failure> database::load(moment now) const {
  desks::stored all;
  const auto documents = [&](const char* sql, auto& list, const char* kind) {
    statement rows(connection_->statements(), sql);
    int code = rows.step();
    for (; code == SQLITE_ROW; code = rows.step())
      if (!list.emplace_back().ParseFromString(rows.bytes_at(1)))
        return std::optional{
            connection_->corrupt(std::string(kind) + ' ' + rows.bytes_at(0) + " cannot be read")};
    return code == SQLITE_DONE ? std::nullopt : std::optional{connection_->explain(code)};
  };
  if (auto failed = documents("SELECT extension, document FROM users", all.users, "user"))
    return *failed;
  if (auto failed = documents("SELECT extension, document FROM records", all.records,
                              "personal directory of user"))
    return *failed;
  if (auto failed = documents("SELECT extension, document FROM whereabouts", all.whereabouts,
                              "place of user"))
    return *failed;

  statement rows(connection_->statements(),
                 "SELECT line, settings, epoch, since_us, logout_pending, "
                 "login_took_us, grantors, records FROM sessions ORDER BY line");
  int code = rows.step();
  for (; code == SQLITE_ROW; code = rows.step()) {
    auto& session = all.sessions.emplace_back();
    session.line = line_id{static_cast<std::uint32_t>(rows.integer_at(0))};
    if (!session.settings.ParseFromString(rows.bytes_at(1)))
      return connection_->corrupt("login at line " + std::to_string(session.line.value) +
                                  " cannot be read");
    session.epoch = epoch_number{static_cast<std::uint64_t>(rows.integer_at(2))};
    session.since = machine_instant(rows.integer_at(3), now);
    session.logout_pending = rows.integer_at(4) != 0;
    session.login_took = microseconds{rows.integer_at(5)};
    session.grantors = split(rows.bytes_at(6));
    if (!rows.is_null(7) && !session.records.emplace().ParseFromString(rows.bytes_at(7)))
      return connection_->corrupt("records at line " + std::to_string(session.line.value) +
                                  " cannot be read");
  }
  if (code != SQLITE_DONE)
    return connection_->explain(code);
  if (auto failed = load_grantor(all))
    return *failed;
  return all;
}

/// What this gateway keeps as a grantor and as a backup (docs/adr/0008).
std::optional<failure> database::load_grantor(desks::stored& all) const {
  statement promises(connection_->statements(),
                     "SELECT home, extension, promised, voted_for, gateway, "
                     "line, epoch, granted FROM ballots");
  int code = promises.step();
  for (; code == SQLITE_ROW; code = promises.step()) {
    auto& one = all.ballots.emplace_back();
    one.who = {promises.bytes_at(0), promises.bytes_at(1)};
    one.what.promised = static_cast<std::uint64_t>(promises.integer_at(2));
    one.what.voted_for = promises.bytes_at(3);
    one.what.believed = {promises.bytes_at(4), static_cast<std::uint32_t>(promises.integer_at(5)),
                         static_cast<std::uint64_t>(promises.integer_at(6))};
    one.what.granted = static_cast<std::uint64_t>(promises.integer_at(7));
  }
  if (code != SQLITE_DONE)
    return connection_->explain(code);
  statement copies(connection_->statements(), "SELECT home, extension, sealed FROM copies");
  for (code = copies.step(); code == SQLITE_ROW; code = copies.step())
    all.copies.push_back({{copies.bytes_at(0), copies.bytes_at(1)}, copies.bytes_at(2)});
  if (code != SQLITE_DONE)
    return connection_->explain(code);
  statement calls(connection_->statements(), "SELECT home, extension, sealed FROM unsent");
  for (code = calls.step(); code == SQLITE_ROW; code = calls.step())
    all.unsent.push_back({{calls.bytes_at(0), calls.bytes_at(1)}, calls.bytes_at(2)});
  if (code != SQLITE_DONE)
    return connection_->explain(code);
  statement changes(connection_->statements(), "SELECT home, extension, document FROM unmerged");
  for (code = changes.step(); code == SQLITE_ROW; code = changes.step()) {
    auto& one = all.unmerged.emplace_back();
    one.who = {changes.bytes_at(0), changes.bytes_at(1)};
    if (!one.user.ParseFromString(changes.bytes_at(2)))
      return connection_->corrupt("changes of user " + one.who.second + " cannot be read");
  }
  return code == SQLITE_DONE ? std::nullopt : std::optional{connection_->explain(code)};
}

std::optional<failure> database::lack_of_room() const {
  std::error_code unknown;
  const auto room = std::filesystem::space(connection_->path().parent_path(), unknown);
  if (unknown || room.available >= enough_room)
    return std::nullopt;
  return failure{error::disk_full,
                 {"only " + std::to_string(room.available / 1024) +
                      " KiB are left on the disk of database " + connection_->path().string(),
                  "free space on that file system"}};
}

std::optional<failure> database::try_out() {
  if (auto lack = lack_of_room())
    return lack;
  // As it is already: a whole transaction that changes nothing.
  const std::string same = "PRAGMA user_version = " + std::to_string(schema_version);
  return connection_->run(same.c_str());
}

std::optional<failure> database::begin() {
  return connection_->run("BEGIN IMMEDIATE");
}

std::optional<failure> database::commit() {
  return connection_->run("COMMIT");
}

void database::rollback() {
  if (!sqlite3_get_autocommit(connection_->get())) // else SQLite has done it by itself
    (void)connection_->run("ROLLBACK");
}

std::optional<failure> database::drop_row(std::string_view sql, const desks::identity& who) {
  statement drop(connection_->statements(), sql);
  drop.text(1, who.first).text(2, who.second);
  return connection_->outcome(drop.step());
}

std::optional<failure> database::save(const desks::store_user& change) {
  statement put(connection_->statements(), "INSERT OR REPLACE INTO users VALUES (?, ?, ?)");
  put.text(1, change.user.extension())
      .integer(2, static_cast<std::int64_t>(change.user.version()))
      .blob(3, change.user.SerializeAsString());
  return connection_->outcome(put.step());
}

std::optional<failure> database::save(const desks::store_whereabouts& change) {
  statement put(connection_->statements(), "INSERT OR REPLACE INTO whereabouts VALUES (?, ?, ?)");
  put.text(1, change.extension)
      .integer(2, static_cast<std::int64_t>(change.where.epoch()))
      .blob(3, change.where.SerializeAsString());
  return connection_->outcome(put.step());
}

std::optional<failure> database::save(const desks::store_session& change, moment now) {
  const desks::session& session = change.what;
  statement put(connection_->statements(),
                "INSERT OR REPLACE INTO sessions (line, extension, epoch, since_us, settings, "
                "logout_pending, login_took_us, grantors, records) VALUES (?, ?, ?, ?, ?, ?, ?, ?, "
                "?)");
  put.integer(1, session.line.value)
      .text(2, session.settings.extension())
      .integer(3, static_cast<std::int64_t>(session.epoch.value))
      .integer(4, calendar_us(session.since, now))
      .blob(5, session.settings.SerializeAsString())
      .integer(6, session.logout_pending)
      .integer(7, session.login_took.count())
      .text(8, joined(session.grantors));
  if (session.records)
    put.blob(9, session.records->SerializeAsString());
  return connection_->outcome(put.step());
}

std::optional<failure> database::erase(const desks::erase_session& change) {
  statement drop(connection_->statements(), "DELETE FROM sessions WHERE line = ?");
  drop.integer(1, change.line.value);
  return connection_->outcome(drop.step());
}

std::optional<failure> database::wipe() {
  // secure_delete has overwritten the rows; older versions of their pages are in the log.
  return connection_->run("PRAGMA wal_checkpoint(TRUNCATE)");
}

std::optional<failure> database::save(const desks::store_records& change) {
  statement put(connection_->statements(), "INSERT OR REPLACE INTO records VALUES (?, ?)");
  put.text(1, change.records.extension()).blob(2, change.records.SerializeAsString());
  return connection_->outcome(put.step());
}

std::optional<failure> database::save(const desks::store_unsent& change) {
  statement put(connection_->statements(), "INSERT OR REPLACE INTO unsent VALUES (?, ?, ?)");
  put.text(1, change.who.first).text(2, change.who.second).blob(3, change.sealed);
  return connection_->outcome(put.step());
}

std::optional<failure> database::erase(const desks::erase_unsent& change) {
  return drop_row("DELETE FROM unsent WHERE home = ? AND extension = ?", change.who);
}

std::variant<standing::v1::Standing, failure> database::load_standing() const {
  statement row(connection_->statements(), "SELECT document FROM standing");
  standing::v1::Standing all;
  const int code = row.step();
  if (code == SQLITE_ROW && !all.ParseFromString(row.bytes_at(0)))
    return connection_->corrupt("what was switched from phones cannot be read");
  if (code != SQLITE_ROW && code != SQLITE_DONE)
    return connection_->explain(code);
  return all;
}

std::optional<failure> database::save(const exchange::store_standing& change) {
  statement put(connection_->statements(), "INSERT OR REPLACE INTO standing VALUES (1, ?)");
  put.blob(1, change.what.SerializeAsString());
  return connection_->outcome(put.step());
}

std::optional<failure> database::save(const desks::store_ballot& change) {
  statement put(connection_->statements(),
                "INSERT OR REPLACE INTO ballots (home, extension, promised, "
                "voted_for, gateway, line, epoch, granted) VALUES (?, ?, ?, ?, ?, ?, ?, ?)");
  const auto& [who, what] = change;
  put.text(1, who.first)
      .text(2, who.second)
      .integer(3, static_cast<std::int64_t>(what.promised))
      .text(4, what.voted_for)
      .text(5, what.believed.gateway)
      .integer(6, what.believed.line)
      .integer(7, static_cast<std::int64_t>(what.believed.epoch))
      .integer(8, static_cast<std::int64_t>(what.granted));
  return connection_->outcome(put.step());
}

std::optional<failure> database::erase(const desks::erase_ballot& change) {
  return drop_row("DELETE FROM ballots WHERE home = ? AND extension = ?", change.who);
}

std::optional<failure> database::save(const desks::store_copy& change) {
  statement put(connection_->statements(), "INSERT OR REPLACE INTO copies VALUES (?, ?, ?)");
  put.text(1, change.who.first).text(2, change.who.second).blob(3, change.sealed);
  return connection_->outcome(put.step());
}

std::optional<failure> database::erase(const desks::erase_copy& change) {
  return drop_row("DELETE FROM copies WHERE home = ? AND extension = ?", change.who);
}

std::optional<failure> database::save(const desks::store_unmerged& change) {
  statement put(connection_->statements(), "INSERT OR REPLACE INTO unmerged VALUES (?, ?, ?)");
  put.text(1, change.who.first).text(2, change.who.second).blob(3, change.user.SerializeAsString());
  return connection_->outcome(put.step());
}

std::optional<failure> database::erase(const desks::erase_unmerged& change) {
  return drop_row("DELETE FROM unmerged WHERE home = ? AND extension = ?", change.who);
}

std::optional<failure> database::erase_user(const extension_number& extension) {
  // One statement would be one transaction by itself; these belong together.
  if (auto failed = connection_->run("SAVEPOINT erase_user"))
    return failed;
  for (const char* sql :
       {"DELETE FROM users WHERE extension = ?", "DELETE FROM whereabouts WHERE extension = ?",
        "DELETE FROM messages WHERE extension = ?", "DELETE FROM records WHERE extension = ?"}) {
    statement drop(connection_->statements(), sql);
    drop.text(1, extension);
    if (auto failed = connection_->outcome(drop.step())) {
      (void)connection_->run("ROLLBACK TO erase_user; RELEASE erase_user");
      return failed;
    }
  }
  return connection_->run("RELEASE erase_user");
}

} // namespace switchroom::store
