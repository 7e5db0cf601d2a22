// SPDX-License-Identifier: MIT
// Messages of mailboxes (S17): one row each, with the voice as a blob (docs/adr/0011).
#include "store/sqlite.hpp"

namespace switchroom::store {

std::variant<voicemail::stored, failure> database::load_messages() const {
  voicemail::stored all;
  statement rows(connection_->statements(),
                 "SELECT number, extension, from_number, from_name, at_us, "
                 "length_us, heard FROM messages ORDER BY number");
  int code = rows.step();
  for (; code == SQLITE_ROW; code = rows.step()) {
    auto& one = all.messages.emplace_back();
    one.number = static_cast<std::uint64_t>(rows.integer_at(0));
    one.of = rows.bytes_at(1);
    one.from = rows.bytes_at(2);
    one.from_name = rows.bytes_at(3);
    one.at_s = static_cast<double>(rows.integer_at(4)) / 1e6;
    one.length = duration{rows.integer_at(5)};
    one.heard = rows.integer_at(6) != 0;
  }
  if (code != SQLITE_DONE)
    return connection_->explain(code);
  statement last(connection_->statements(),
                 "SELECT seq FROM sqlite_sequence WHERE name = 'messages'");
  code = last.step();
  if (code == SQLITE_ROW)
    all.last_number = static_cast<std::uint64_t>(last.integer_at(0));
  else if (code != SQLITE_DONE)
    return connection_->explain(code);
  return all;
}

std::variant<voicemail::voice, failure> database::voice_of(const extension_number& of,
                                                           std::uint64_t message) const {
  statement row(connection_->statements(),
                "SELECT voice FROM messages WHERE number = ? AND extension = ?");
  row.integer(1, static_cast<std::int64_t>(message)).text(2, of);
  switch (const int code = row.step()) {
  case SQLITE_ROW:
    return std::make_shared<const std::string>(row.bytes_at(0));
  case SQLITE_DONE:
    return voicemail::voice();
  default:
    return connection_->explain(code);
  }
}

std::optional<failure> database::save(const voicemail::store_message& change) {
  const auto& one = change.what;
  if (change.said == nullptr) {
    statement put(connection_->statements(), "UPDATE messages SET heard = ? WHERE number = ?");
    put.integer(1, one.heard).integer(2, static_cast<std::int64_t>(one.number));
    return connection_->outcome(put.step());
  }
  statement put(connection_->statements(),
                "INSERT OR REPLACE INTO messages (number, extension, "
                "from_number, from_name, at_us, length_us, heard, voice) "
                "VALUES (?, ?, ?, ?, ?, ?, ?, ?)");
  put.integer(1, static_cast<std::int64_t>(one.number))
      .text(2, one.of)
      .text(3, one.from)
      .text(4, one.from_name)
      .integer(5, static_cast<std::int64_t>(one.at_s * 1e6))
      .integer(6, one.length.count())
      .integer(7, one.heard)
      .blob(8, *change.said);
  return connection_->outcome(put.step());
}

std::optional<failure> database::erase(const voicemail::erase_message& change) {
  statement drop(connection_->statements(),
                 "DELETE FROM messages WHERE number = ? AND extension = ?");
  drop.integer(1, static_cast<std::int64_t>(change.number)).text(2, change.of);
  return connection_->outcome(drop.step());
}

} // namespace switchroom::store
