// SPDX-License-Identifier: MIT
/// What survives a restart of a gateway: its users, where they are, who is logged in at its lines,
/// what was switched from phones, and the messages in mailboxes (docs/adr/0011). SQLite with a
/// write-ahead log and `synchronous = FULL`: what save() or erase() has returned without a failure
/// is still there after kill -9 or a loss of power.
///
/// Users and sessions are kept as protobuf documents beside the columns they are found by, so a
/// new field of a user needs no migration. One process has the database at a time.
#pragma once
#include "desks/desks.hpp"
#include "exchange/standing.hpp"
#include "types/ids.hpp"
#include "types/refusal.hpp"
#include "types/time.hpp"
#include "voicemail/message.hpp"

#include <chrono>
#include <filesystem>
#include <memory>
#include <optional>
#include <variant>

namespace switchroom::store {

enum class error {
  cannot_open,  ///< no such directory, no permission
  in_use,       ///< another process has it
  corrupt,      ///< not a database, or damaged
  newer_schema, ///< written by a later version of this program
  disk_full,    ///< or a quota; nothing was changed; may work again later
  io,           ///< the system refused a read or write
};

struct failure {
  error kind;
  refusal why;
};

/// The same moment on the machine clock and on the calendar: a login's age must survive a
/// restart, and the machine clock starts anew with each.
struct moment {
  instant machine;
  std::chrono::system_clock::time_point calendar;
};

/// Schema that this program writes. Older ones are migrated at open, newer ones refused.
inline constexpr int schema_version = 6;

/// With less room than this in its file system a database takes no new changes, so that those
/// which cannot be refused any more can still be kept.
inline constexpr std::uintmax_t enough_room = 512 * 1024;

class database {
public:
  /// Opens or creates the file, checks it whole (PRAGMA quick_check) and migrates it.
  static std::variant<database, failure> open(const std::filesystem::path&);
  ~database();
  database(database&&) noexcept;
  database& operator=(database&&) noexcept;

  std::variant<desks::stored, failure> load(moment now) const;
  /// Without the voices.
  std::variant<voicemail::stored, failure> load_messages() const;
  /// Empty: nothing was ever switched.
  std::variant<standing::v1::Standing, failure> load_standing() const;
  /// Of a message; null: there is none. A-law, as in voicemail::voice.
  std::variant<voicemail::voice, failure> voice_of(const extension_number&,
                                                   std::uint64_t message) const;

  /// What keeps changes from being kept, as far as the file system tells.
  std::optional<failure> lack_of_room() const;
  /// The same, found out by writing: also a quota, a limit, a fault of the disk.
  std::optional<failure> try_out();

  /// What is saved and erased from here on becomes durable together, by commit(), and costs one
  /// wait for the disk: until then save() and erase() tell only that it may be kept. When one of
  /// them or commit() has failed, nothing of it is kept, and rollback() is due.
  std::optional<failure> begin();
  std::optional<failure> commit();
  void rollback();

  // Each is one transaction unless one has begun, durable when it returns nothing.
  std::optional<failure> save(const desks::store_user&);
  std::optional<failure> save(const desks::store_whereabouts&);
  std::optional<failure> save(const desks::store_session&, moment now);
  std::optional<failure> save(const desks::store_ballot&);
  std::optional<failure> erase(const desks::erase_ballot&);
  std::optional<failure> save(const desks::store_copy&);
  std::optional<failure> erase(const desks::erase_copy&);
  std::optional<failure> save(const desks::store_unmerged&);
  std::optional<failure> erase(const desks::erase_unmerged&);
  std::optional<failure> save(const desks::store_records&);
  std::optional<failure> save(const desks::store_unsent&);
  std::optional<failure> erase(const desks::erase_unsent&);
  std::optional<failure> erase(const desks::erase_session&);
  std::optional<failure> save(const exchange::store_standing&);
  std::optional<failure> save(const voicemail::store_message&);
  std::optional<failure> erase(const voicemail::erase_message&);
  /// The user, the whereabouts, the messages and the records.
  std::optional<failure> erase_user(const extension_number&);

  /// Rule H16: afterwards no octet of what was erased is in the file, nor in its write-ahead log,
  /// which erasing alone leaves it in. Two waits for the disk; not between begin() and commit().
  /// open() does it, too, if the disk lets it.
  std::optional<failure> wipe();

private:
  class connection;
  explicit database(std::unique_ptr<connection>);
  std::optional<failure> load_grantor(desks::stored&) const;
  std::optional<failure> drop_row(std::string_view sql, const desks::identity&);
  std::unique_ptr<connection> connection_;
};

} // namespace switchroom::store
