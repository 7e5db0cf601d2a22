// SPDX-License-Identifier: MIT
/// Databases in a folder of their own, and a run of changes that a seed of their number decides:
/// for processes that are killed, and for who judges what they left.
#pragma once
#include "store/store.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <map>
#include <random>
#include <tuple>

namespace switchroom::store {

class folder_of_databases {
public:
  /// In memory if there is a place for that: for a process that is killed it makes no difference,
  /// and it is killed at more different places.
  folder_of_databases() {
    const std::filesystem::path memory = "/dev/shm";
    const auto place =
        std::filesystem::is_directory(memory) ? memory : std::filesystem::temp_directory_path();
    std::string pattern = (place / "switchroom-store-XXXXXX").string();
    folder_ = mkdtemp(pattern.data());
  }
  ~folder_of_databases() { std::filesystem::remove_all(folder_); }
  folder_of_databases(const folder_of_databases&) = delete;
  folder_of_databases& operator=(const folder_of_databases&) = delete;
  std::filesystem::path file(const std::string& name = "gateway.db") const {
    return folder_ / name;
  }

private:
  std::filesystem::path folder_;
};

inline database must_open(const std::filesystem::path& path) {
  auto opened = database::open(path);
  if (auto* failed = std::get_if<failure>(&opened))
    throw std::runtime_error(failed->why.what);
  return std::get<database>(std::move(opened));
}

/// All that is in a database, to be compared: documents as their octets.
struct contents {
  std::map<std::string, std::string> users, whereabouts;
  std::map<std::uint32_t, std::tuple<std::uint64_t, bool, std::string>> sessions;
  std::map<std::uint64_t, std::tuple<std::string, bool, std::string>> messages; ///< S17
  std::string standing;
  bool operator==(const contents&) const = default;
};

inline contents contents_of(const database& db) {
  auto loaded = db.load({});
  if (auto* failed = std::get_if<failure>(&loaded))
    throw std::runtime_error(failed->why.what);
  const auto& all = std::get<desks::stored>(loaded);
  contents found;
  for (const auto& user : all.users)
    found.users[user.extension()] = user.SerializeAsString();
  for (const auto& where : all.whereabouts)
    found.whereabouts[where.extension()] = where.SerializeAsString();
  for (const auto& session : all.sessions)
    found.sessions[session.line.value] = {session.epoch.value, session.logout_pending,
                                          session.settings.SerializeAsString()};
  auto mail = db.load_messages();
  if (auto* failed = std::get_if<failure>(&mail))
    throw std::runtime_error(failed->why.what);
  for (const auto& one : std::get<voicemail::stored>(mail).messages) {
    auto voice = db.voice_of(one.of, one.number);
    if (auto* failed = std::get_if<failure>(&voice))
      throw std::runtime_error(failed->why.what);
    found.messages[one.number] = {one.of, one.heard, *std::get<voicemail::voice>(voice)};
  }
  auto standing = db.load_standing();
  if (auto* failed = std::get_if<failure>(&standing))
    throw std::runtime_error(failed->why.what);
  found.standing = std::get<standing::v1::Standing>(standing).SerializeAsString();
  return found;
}

/// The change number `n`: most are small, some fill several pages of the file.
struct change {
  enum {
    user,
    whereabouts,
    session,
    erase_session,
    erase_user,
    message,
    erase_message,
    standing
  } kind;
  desks::store_user as_user;
  desks::store_whereabouts as_whereabouts;
  desks::store_session as_session;
  voicemail::store_message as_message;
  exchange::store_standing as_standing;

  explicit change(std::uint64_t n) {
    std::mt19937_64 random(n);
    const auto which = random() % 14;
    kind = which < 4    ? user
           : which < 6  ? whereabouts
           : which < 8  ? session
           : which < 9  ? erase_session
           : which < 10 ? erase_user
           : which < 12 ? message
           : which < 13 ? erase_message
                        : standing;
    const auto extension = std::to_string(200 + random() % 20);
    const auto size = random() % 4 == 0 ? random() % 12'000 : random() % 100;
    as_user.user.set_extension(extension);
    as_user.user.set_version(n);
    as_user.user.set_name(std::string(size, static_cast<char>('a' + n % 26)));
    as_whereabouts.extension = extension;
    as_whereabouts.where.set_extension(extension);
    as_whereabouts.where.set_epoch(n);
    as_session.what.line = line_id{static_cast<std::uint32_t>(1 + random() % 8)};
    as_session.what.epoch = epoch_number{n};
    as_session.what.logout_pending = n % 2;
    as_session.what.settings = as_user.user;
    as_standing.what.add_nights()->set_group(as_user.user.name());
    as_message.what.of = extension;
    as_message.what.number = 1 + n % 5;
    as_message.what.heard = n % 2;
    as_message.said = std::make_shared<const std::string>(random() % 40'000, static_cast<char>(n));
  }

  std::optional<failure> make(database& db) const {
    switch (kind) {
    case user:
      return db.save(as_user);
    case whereabouts:
      return db.save(as_whereabouts);
    case session:
      return db.save(as_session, {});
    case erase_session:
      return db.erase(desks::erase_session{as_session.what.line});
    case erase_user:
      return db.erase_user(as_user.user.extension());
    case message:
      return db.save(as_message);
    case erase_message:
      return db.erase(voicemail::erase_message{as_message.what.of, as_message.what.number});
    case standing:
      return db.save(as_standing);
    }
    return std::nullopt;
  }

  void make(contents& all) const {
    const auto& extension = as_user.user.extension();
    const auto document = as_user.user.SerializeAsString();
    if (kind == user)
      all.users[extension] = document;
    else if (kind == whereabouts)
      all.whereabouts[extension] = as_whereabouts.where.SerializeAsString();
    else if (kind == session)
      all.sessions[as_session.what.line.value] = {as_session.what.epoch.value,
                                                  as_session.what.logout_pending, document};
    else if (kind == erase_session)
      all.sessions.erase(as_session.what.line.value);
    else if (kind == message)
      all.messages[as_message.what.number] = {extension, as_message.what.heard, *as_message.said};
    else if (kind == standing)
      all.standing = as_standing.what.SerializeAsString();
    else if (kind == erase_message)
      std::erase_if(all.messages, [&](const auto& one) {
        return one.first == as_message.what.number && std::get<0>(one.second) == extension;
      });
    else {
      all.users.erase(extension);
      all.whereabouts.erase(extension);
      std::erase_if(all.messages,
                    [&](const auto& one) { return std::get<0>(one.second) == extension; });
    }
  }
};

} // namespace switchroom::store
