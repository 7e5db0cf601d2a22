// SPDX-License-Identifier: MIT
// Rule H16: what a visited gateway had of a user is not on its disk after the log out; looked for
// in the octets of the files, not by asking the database.
#include "store_fixture.hpp"

#include <csignal>
#include <fstream>
#include <iterator>
#include <sys/resource.h>

namespace switchroom::store {
namespace {

const std::string mark = "Florist-that-nobody-else-knows";

std::string octets_of(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

struct Wipe : testing::Test {
  bool is_on_disk(const std::string& what) const {
    bool found = false;
    for (const auto* end : {"", "-wal", "-journal", "-shm"})
      found |= octets_of(file_.string() + end).find(what) != std::string::npos;
    return found;
  }
  desks::store_session login(std::uint32_t line, const std::string& name) {
    desks::store_session made;
    made.what.line = line_id{line};
    made.what.settings.set_extension("204");
    made.what.settings.set_absence_text(name + " at lunch");
    auto& records = made.what.records.emplace();
    records.set_extension("204");
    for (int n = 0; n < 250; ++n) { // several pages
      auto& entry = *records.add_personal();
      entry.set_name(name + std::to_string(n));
      entry.set_number(std::to_string(n));
    }
    return made;
  }
  folder_of_databases folder_;
  std::filesystem::path file_ = folder_.file();
};

TEST_F(Wipe, S7_RecordsOfALoginAreKeptWhileItLasts) {
  {
    auto db = must_open(file_);
    EXPECT_FALSE(db.save(login(3, mark), {}));
    desks::store_session plain;
    plain.what.line = line_id{4};
    EXPECT_FALSE(db.save(plain, {}));
    desks::store_records own;
    own.records.set_extension("201");
    own.records.add_personal()->set_name("Baker");
    EXPECT_FALSE(db.save(own));
    EXPECT_FALSE(db.save(desks::store_unsent{{"berlin", "301"}, "sealed"}));
    EXPECT_FALSE(db.save(desks::store_unsent{{"berlin", "302"}, "sealed"}));
    EXPECT_FALSE(db.erase(desks::erase_unsent{{"berlin", "302"}}));
  }
  EXPECT_TRUE(is_on_disk(mark)) << "else the tests below see nothing";
  auto db = must_open(file_);
  const auto loaded = db.load({});
  const auto& all = std::get<desks::stored>(loaded);
  ASSERT_EQ(all.sessions.size(), 2u);
  ASSERT_TRUE(all.sessions[0].records);
  EXPECT_EQ(all.sessions[0].records->personal_size(), 250);
  EXPECT_FALSE(all.sessions[1].records);
  ASSERT_EQ(all.records.size(), 1u);
  EXPECT_EQ(all.records[0].personal(0).name(), "Baker");
  ASSERT_EQ(all.unsent.size(), 1u);
  EXPECT_EQ(all.unsent[0].sealed, "sealed");
}

TEST_F(Wipe, H16_NoOctetIsLeftAfterTheLogOut) {
  auto db = must_open(file_);
  EXPECT_FALSE(db.save(login(1, "Somebody-who-stays"), {}));
  EXPECT_FALSE(db.save(login(3, mark), {}));
  EXPECT_TRUE(is_on_disk(mark));
  EXPECT_FALSE(db.save(login(3, mark + "-changed"), {})); // as records come and settings change
  EXPECT_FALSE(db.erase(desks::erase_session{line_id{3}}));
  EXPECT_FALSE(db.wipe());
  EXPECT_FALSE(is_on_disk(mark));
  EXPECT_TRUE(is_on_disk("Somebody-who-stays"));
}

TEST_F(Wipe, H16_NorAfterARestartInBetween) {
  {
    auto db = must_open(file_);
    EXPECT_FALSE(db.save(login(3, mark), {}));
  }
  auto db = must_open(file_);
  EXPECT_FALSE(db.save(login(3, mark), {}));
  EXPECT_FALSE(db.erase(desks::erase_session{line_id{3}}));
  EXPECT_FALSE(db.wipe());
  EXPECT_FALSE(is_on_disk(mark));
}

TEST_F(Wipe, H16_NorAfterACrashBeforeTheWipe) {
  {
    auto db = must_open(file_);
    EXPECT_FALSE(db.save(login(3, mark), {}));
    EXPECT_FALSE(db.erase(desks::erase_session{line_id{3}}));
    EXPECT_TRUE(is_on_disk(mark)) << "else there is nothing to wipe";
    std::filesystem::copy_file(file_, folder_.file("crashed"));
    std::filesystem::copy_file(file_.string() + "-wal", folder_.file("crashed").string() + "-wal");
  }
  file_ = folder_.file("crashed");
  EXPECT_TRUE(is_on_disk(mark));
  const auto db = must_open(file_);
  EXPECT_FALSE(is_on_disk(mark));
}

TEST_F(Wipe, H16_ADiskThatTakesNothingKeepsNobodyFromStarting) {
  {
    auto db = must_open(file_);
    EXPECT_FALSE(db.save(login(3, mark), {}));
    EXPECT_FALSE(db.erase(desks::erase_session{line_id{3}}));
    std::filesystem::copy_file(file_, folder_.file("crashed"));
    std::filesystem::copy_file(file_.string() + "-wal", folder_.file("crashed").string() + "-wal");
  }
  file_ = folder_.file("crashed");
  signal(SIGXFSZ, SIG_IGN);
  rlimit room{};
  getrlimit(RLIMIT_FSIZE, &room);
  const rlimit none{1024, room.rlim_max};
  setrlimit(RLIMIT_FSIZE, &none);
  auto opened = database::open(file_);
  setrlimit(RLIMIT_FSIZE, &room);
  ASSERT_TRUE(std::holds_alternative<database>(opened)) << std::get<failure>(opened).why.what;
  EXPECT_TRUE(is_on_disk(mark)) << "else the disk took it";
  EXPECT_FALSE(std::get<database>(opened).wipe());
  EXPECT_FALSE(is_on_disk(mark));
}

TEST_F(Wipe, H16_RecordsOfADeletedUserGoToo) {
  auto db = must_open(file_);
  desks::store_records own;
  own.records.set_extension("201");
  own.records.add_personal()->set_name("Baker");
  EXPECT_FALSE(db.save(own));
  EXPECT_FALSE(db.erase_user("201"));
  const auto loaded = db.load({});
  EXPECT_TRUE(std::get<desks::stored>(loaded).records.empty());
}

} // namespace
} // namespace switchroom::store
