// SPDX-License-Identifier: MIT
#include "store/store.hpp"

#include <gtest/gtest.h>
#include <sqlite3.h>

#include <cstdlib>
#include <fcntl.h>
#include <fstream>
#include <unistd.h>

namespace switchroom::store {
namespace {

using namespace std::chrono_literals;
namespace fs = std::filesystem;

class Store : public testing::Test {
protected:
  void SetUp() override {
    std::string pattern = (fs::temp_directory_path() / "switchroom-store-XXXXXX").string();
    folder_ = mkdtemp(pattern.data());
    path_ = folder_ / "gateway.db";
  }
  void TearDown() override { fs::remove_all(folder_); }

  static database must_open(const fs::path& path) {
    auto opened = database::open(path);
    if (auto* failed = std::get_if<failure>(&opened))
      throw std::runtime_error(failed->why.what);
    return std::get<database>(std::move(opened));
  }
  static desks::stored must_load(const database& db, moment now = {}) {
    auto loaded = db.load(now);
    if (auto* failed = std::get_if<failure>(&loaded))
      throw std::runtime_error(failed->why.what);
    return std::get<desks::stored>(std::move(loaded));
  }
  failure must_fail() const {
    auto opened = database::open(path_);
    if (auto* failed = std::get_if<failure>(&opened))
      return *failed;
    throw std::runtime_error("opened");
  }

  fs::path folder_, path_;
};

desks::store_user user(const std::string& extension, std::uint64_t version = 1) {
  desks::store_user change;
  change.user.set_extension(extension);
  change.user.set_version(version);
  change.user.set_name("Name of " + extension);
  return change;
}

desks::store_session session(unsigned line, const std::string& extension, std::uint64_t epoch) {
  desks::store_session change;
  change.what.line = line_id{line};
  change.what.settings.set_extension(extension);
  change.what.epoch = epoch_number{epoch};
  return change;
}

TEST_F(Store, EverythingComesBack) {
  {
    auto db = must_open(path_);
    EXPECT_FALSE(db.save(user("204", 7)));
    desks::store_whereabouts where{"204", {}};
    where.where.set_epoch(12);
    where.where.set_gateway("berlin");
    EXPECT_FALSE(db.save(where));
    auto login = session(3, "204", 12);
    login.what.logout_pending = true;
    login.what.login_took = 4200us;
    EXPECT_FALSE(db.save(login, {}));
  }
  const auto back = must_load(must_open(path_));
  ASSERT_EQ(back.users.size(), 1u);
  EXPECT_EQ(back.users[0].version(), 7u);
  EXPECT_EQ(back.users[0].name(), "Name of 204");
  ASSERT_EQ(back.whereabouts.size(), 1u);
  EXPECT_EQ(back.whereabouts[0].epoch(), 12u);
  EXPECT_EQ(back.whereabouts[0].gateway(), "berlin");
  ASSERT_EQ(back.sessions.size(), 1u);
  EXPECT_EQ(back.sessions[0].line, line_id{3});
  EXPECT_EQ(back.sessions[0].settings.extension(), "204");
  EXPECT_EQ(back.sessions[0].epoch, epoch_number{12});
  EXPECT_TRUE(back.sessions[0].logout_pending);
  EXPECT_EQ(back.sessions[0].login_took, 4200us);
}

TEST_F(Store, OfATransactionAllIsThereOrNothing) {
  {
    auto db = must_open(path_);
    EXPECT_FALSE(db.begin());
    EXPECT_FALSE(db.save(user("201")));
    db.rollback();
    EXPECT_FALSE(db.begin()) << "the former one is over";
    EXPECT_FALSE(db.save(user("202")));
    EXPECT_FALSE(db.erase_user("202"));
    EXPECT_FALSE(db.save(user("203")));
    EXPECT_FALSE(db.commit());
    EXPECT_FALSE(db.begin());
    EXPECT_FALSE(db.save(user("204"))); // and the program ends
  }
  const auto users = must_load(must_open(path_)).users;
  ASSERT_EQ(users.size(), 1u);
  EXPECT_EQ(users[0].extension(), "203");
}

TEST_F(Store, S12_PromisesAndCopiesComeBack) {
  {
    auto db = must_open(path_);
    const desks::identity who{"berlin", "301"};
    desks::store_ballot promise{who, {}};
    promise.what.promised = 7;
    promise.what.believed = {"cologne", 2, 6};
    EXPECT_FALSE(db.save(promise));
    promise.what.promised = 9;
    promise.what.believed = {"berlin", 4, 9};
    promise.what.voted_for = "cologne";
    promise.what.granted = 8;
    EXPECT_FALSE(db.save(promise));
    EXPECT_FALSE(db.save(desks::store_copy{who, std::string("\0sealed\xff", 8)}));
    EXPECT_FALSE(db.save(desks::store_copy{{"berlin", "302"}, "gone"}));
    EXPECT_FALSE(db.erase(desks::erase_copy{{"berlin", "302"}}));
    desks::store_unmerged changes{{"berlin", "301"}, {}};
    changes.user.set_absence_text("away");
    EXPECT_FALSE(db.save(changes));
    changes.who.second = "302";
    EXPECT_FALSE(db.save(changes));
    EXPECT_FALSE(db.erase(desks::erase_unmerged{changes.who}));
    auto login = session(3, "204", 12);
    login.what.grantors = {"amsterdam", "berlin", "cologne"};
    EXPECT_FALSE(db.save(login, {}));
  }
  const auto back = must_load(must_open(path_));
  ASSERT_EQ(back.ballots.size(), 1u);
  EXPECT_EQ(back.ballots[0].who, (desks::identity{"berlin", "301"}));
  EXPECT_EQ(back.ballots[0].what.promised, 9u);
  EXPECT_EQ(back.ballots[0].what.voted_for, "cologne");
  EXPECT_EQ(back.ballots[0].what.granted, 8U);
  EXPECT_EQ(back.ballots[0].what.believed, (desks::login{"berlin", 4, 9}));
  ASSERT_EQ(back.unmerged.size(), 1u);
  EXPECT_EQ(back.unmerged[0].who, (desks::identity{"berlin", "301"}));
  EXPECT_EQ(back.unmerged[0].user.absence_text(), "away");
  ASSERT_EQ(back.copies.size(), 1u);
  EXPECT_EQ(back.copies[0].sealed, std::string("\0sealed\xff", 8));
  EXPECT_EQ(back.sessions.at(0).grantors,
            (std::vector<std::string>{"amsterdam", "berlin", "cologne"}));
}

TEST_F(Store, AgeOfALoginSurvivesARestartOfTheMachineClock) {
  const std::chrono::system_clock::time_point noon{1'700'000'000s};
  auto db = must_open(path_);
  auto login = session(1, "201", 1);
  login.what.since = instant{90s}; // ten seconds before it is saved
  EXPECT_FALSE(db.save(login, {instant{100s}, noon}));
  // Started again an hour later; the machine clock is at 5 s.
  const auto back = must_load(db, {instant{5s}, noon + 1h});
  EXPECT_EQ(instant{5s} - back.sessions.at(0).since, 1h + 10s);
}

TEST_F(Store, LaterSavesReplaceAndErasesRemove) {
  auto db = must_open(path_);
  EXPECT_FALSE(db.save(user("201", 1)));
  EXPECT_FALSE(db.save(user("201", 2)));
  EXPECT_FALSE(db.save(user("202", 1)));
  EXPECT_FALSE(db.save(desks::store_whereabouts{"202", {}}));
  EXPECT_FALSE(db.save(session(1, "201", 1), {}));
  EXPECT_FALSE(db.save(session(1, "202", 2), {}));
  EXPECT_FALSE(db.save(session(2, "201", 3), {}));
  EXPECT_FALSE(db.erase(desks::erase_session{line_id{2}}));
  EXPECT_FALSE(db.erase_user("202"));
  const auto back = must_load(db);
  ASSERT_EQ(back.users.size(), 1u);
  EXPECT_EQ(back.users[0].version(), 2u);
  EXPECT_TRUE(back.whereabouts.empty());
  ASSERT_EQ(back.sessions.size(), 1u);
  EXPECT_EQ(back.sessions[0].settings.extension(), "202");
}

voicemail::store_message message(std::uint64_t number, const std::string& of,
                                 const std::string& voice) {
  voicemail::store_message made;
  made.what.of = of;
  made.what.number = number;
  made.what.from = "301";
  made.what.from_name = "Dora";
  made.what.at_s = 1'767'225'600.25;
  made.what.length = 4200ms;
  made.said = std::make_shared<const std::string>(voice);
  return made;
}

TEST_F(Store, S17_MessagesComeBackWithTheirVoices) {
  const auto first = message(1, "204", std::string(100'000, '\0') + "x");
  {
    auto db = must_open(path_);
    EXPECT_FALSE(db.save(first));
    EXPECT_FALSE(db.save(message(2, "205", "two")));
    EXPECT_FALSE(db.save(message(3, "205", "three")));
    auto heard = message(2, "205", "");
    heard.what.heard = true;
    heard.said = nullptr; // the voice stays
    EXPECT_FALSE(db.save(heard));
    EXPECT_FALSE(db.erase(voicemail::erase_message{"204", 3})); // another's
    EXPECT_FALSE(db.erase(voicemail::erase_message{"205", 3}));
  }
  auto db = must_open(path_);
  const auto back = std::get<voicemail::stored>(db.load_messages());
  ASSERT_EQ(back.messages.size(), 2u);
  EXPECT_EQ(back.messages[0], first.what);
  EXPECT_TRUE(back.messages[1].heard);
  EXPECT_EQ(back.last_number, 3u) << "a number is never used twice";
  EXPECT_EQ(*std::get<voicemail::voice>(db.voice_of("204", 1)), *first.said);
  EXPECT_EQ(*std::get<voicemail::voice>(db.voice_of("205", 2)), "two");
  EXPECT_EQ(std::get<voicemail::voice>(db.voice_of("205", 3)), nullptr);
  EXPECT_EQ(std::get<voicemail::voice>(db.voice_of("205", 1)), nullptr) << "another's";
  EXPECT_FALSE(db.erase_user("204"));
  EXPECT_EQ(std::get<voicemail::stored>(db.load_messages()).messages.size(), 1u);
}

TEST_F(Store, SecondProcessIsRefused) {
  auto first = must_open(path_);
  EXPECT_FALSE(first.save(user("201")));
  const auto failed = must_fail();
  EXPECT_EQ(failed.kind, error::in_use);
  EXPECT_NE(failed.why.remedy.find("stop the other switchroomd"), std::string::npos);
}

TEST_F(Store, NewerSchemaIsRefusedAndLeftAlone) {
  {
    sqlite3* raw = nullptr;
    ASSERT_EQ(sqlite3_open(path_.c_str(), &raw), SQLITE_OK);
    sqlite3_exec(raw, "CREATE TABLE users (future TEXT); PRAGMA user_version = 99;", nullptr,
                 nullptr, nullptr);
    sqlite3_close(raw);
  }
  const auto failed = must_fail();
  EXPECT_EQ(failed.kind, error::newer_schema);
  EXPECT_NE(failed.why.what.find("schema version 99"), std::string::npos) << failed.why.what;
  EXPECT_NE(failed.why.remedy.find("run the newer switchroomd"), std::string::npos);
  sqlite3* raw = nullptr;
  ASSERT_EQ(sqlite3_open(path_.c_str(), &raw), SQLITE_OK);
  EXPECT_EQ(sqlite3_exec(raw, "SELECT future FROM users", nullptr, nullptr, nullptr), SQLITE_OK);
  sqlite3_close(raw);
}

TEST_F(Store, OlderSchemaIsMigratedWithItsData) {
  { // Schema 1 had no logout_pending and no login_took_us.
    sqlite3* raw = nullptr;
    ASSERT_EQ(sqlite3_open(path_.c_str(), &raw), SQLITE_OK);
    const int code = sqlite3_exec(
        raw,
        "CREATE TABLE users (extension TEXT PRIMARY KEY, version INTEGER NOT NULL, document BLOB "
        "NOT NULL) WITHOUT ROWID;"
        "CREATE TABLE whereabouts (extension TEXT PRIMARY KEY, epoch INTEGER NOT NULL, document "
        "BLOB NOT NULL) WITHOUT ROWID;"
        "CREATE TABLE sessions (line INTEGER PRIMARY KEY, extension TEXT NOT NULL, epoch INTEGER "
        "NOT NULL, since_us INTEGER NOT NULL, settings BLOB NOT NULL);"
        "INSERT INTO users VALUES ('204', 7, x'08071203323034');" // extension "204", version 7
        "INSERT INTO whereabouts VALUES ('204', 8, x'12033230344008');" // "204", epoch 8
        "INSERT INTO sessions VALUES (3, '204', 8, 0, x'');"
        "PRAGMA user_version = 1;",
        nullptr, nullptr, nullptr);
    ASSERT_EQ(code, SQLITE_OK);
    sqlite3_close(raw);
  }
  auto db = must_open(path_);
  const auto back = must_load(db);
  ASSERT_EQ(back.users.size(), 1u);
  EXPECT_EQ(back.users[0].ShortDebugString(), "version: 7 extension: \"204\"");
  ASSERT_EQ(back.whereabouts.size(), 1u);
  EXPECT_EQ(back.whereabouts[0].ShortDebugString(), "extension: \"204\" epoch: 8");
  ASSERT_EQ(back.sessions.size(), 1u);
  EXPECT_EQ(back.sessions[0].epoch, epoch_number{8});
  EXPECT_FALSE(back.sessions[0].logout_pending);
  EXPECT_FALSE(db.save(session(4, "205", 1), {}));
}

TEST_F(Store, FileThatIsNoDatabaseIsRefused) {
  std::ofstream(path_) << std::string(8192, 'x');
  const auto failed = must_fail();
  EXPECT_EQ(failed.kind, error::corrupt);
  EXPECT_NE(failed.why.what.find(path_.string()), std::string::npos);
}

TEST_F(Store, DamagedPagesAreRefused) {
  {
    auto db = must_open(path_);
    for (int n = 0; n < 300; ++n)
      ASSERT_FALSE(db.save(user(std::to_string(1000 + n))));
  }
  ASSERT_GT(fs::file_size(path_), 12'288u); // checkpointed at close
  std::fstream file(path_, std::ios::in | std::ios::out | std::ios::binary);
  file.seekp(4096); // past the schema page: only the check of the whole file sees it
  file << std::string(8192, '\xa5');
  file.close();
  EXPECT_EQ(must_fail().kind, error::corrupt);
}

TEST_F(Store, DocumentThatCannotBeReadIsNamed) {
  {
    auto db = must_open(path_);
    ASSERT_FALSE(db.save(user("204")));
  }
  sqlite3* raw = nullptr;
  ASSERT_EQ(sqlite3_open(path_.c_str(), &raw), SQLITE_OK);
  sqlite3_exec(raw, "UPDATE users SET document = x'ffffffff'", nullptr, nullptr, nullptr);
  sqlite3_close(raw);
  const auto loaded = must_open(path_).load({});
  ASSERT_TRUE(std::holds_alternative<failure>(loaded));
  EXPECT_NE(std::get<failure>(loaded).why.what.find("user 204 cannot be read"), std::string::npos);
}

TEST_F(Store, DirectoryThatIsNotThereIsNamed) {
  path_ = folder_ / "missing" / "gateway.db";
  const auto failed = must_fail();
  EXPECT_EQ(failed.kind, error::cannot_open);
  EXPECT_NE(failed.why.what.find("missing/gateway.db"), std::string::npos);
}

bool disk_is_full = false;
ssize_t write_or_full(int fd, const void* data, size_t size, off_t offset) {
  if (!disk_is_full)
    return pwrite(fd, data, size, offset);
  errno = ENOSPC;
  return -1;
}

TEST_F(Store, FullDiskIsAFailureAndEndsWhenThereIsRoom) {
  sqlite3_vfs* vfs = sqlite3_vfs_find(nullptr);
  for (const char* name : {"pwrite", "pwrite64"}) // SQLite takes the one its build has
    vfs->xSetSystemCall(vfs, name, reinterpret_cast<sqlite3_syscall_ptr>(write_or_full));
  auto db = must_open(path_);
  ASSERT_FALSE(db.save(user("201")));
  disk_is_full = true;
  const auto failed = db.save(user("202"));
  disk_is_full = false;
  ASSERT_TRUE(failed);
  EXPECT_EQ(failed->kind, error::disk_full) << failed->why.what;
  EXPECT_EQ(must_load(db).users.size(), 1u);
  EXPECT_FALSE(db.save(user("202")));
  EXPECT_EQ(must_load(db).users.size(), 2u);
  vfs->xSetSystemCall(vfs, nullptr, nullptr);
}

} // namespace
} // namespace switchroom::store
