// SPDX-License-Identifier: MIT
// kill -9. A process that saves, on the store's code and SQLite, is killed: at random instants,
// and at every system call that writes (between two of them nothing outside the process changes,
// as the index of the write-ahead log is kept in its own memory: so that is every instruction).
// Another process opens what it left. Wanted: each change that was acknowledged, whole, and of the
// one that was being made, or those of one transaction, all or nothing.
#include "store_fixture.hpp"

#include <csignal>
#include <functional>
#include <sqlite3.h>
#include <sys/wait.h>
#include <unistd.h>

namespace switchroom::store {
namespace {

namespace fs = std::filesystem;

/// Where those end that are made together with number `first`: up to four, one with no transaction
/// begun.
std::uint64_t end_of_batch(std::uint64_t first, std::uint64_t end) {
  return std::min(end, first + 1 + std::mt19937_64{first}() % 4);
}

std::optional<failure> make_together(database& db, std::uint64_t first, std::uint64_t end) {
  if (end == first + 1)
    return change(first).make(db);
  auto failed = db.begin();
  for (auto n = first; n < end && !failed; ++n)
    failed = change(n).make(db);
  return failed ? failed : db.commit();
}

/// Makes changes from number `next` on and says on the pipe how many are made for certain.
[[noreturn]] void make_changes(const fs::path& path, int pipe, std::uint64_t next,
                               std::uint64_t end) {
  {
    auto opened = database::open(path);
    auto* db = std::get_if<database>(&opened);
    if (db == nullptr)
      _exit(3);
    while (next < end) {
      const auto made = end_of_batch(next, end);
      if (make_together(*db, next, made))
        _exit(4);
      next = made;
      if (write(pipe, &made, sizeof made) != sizeof made)
        _exit(5);
      if (made % 5 == 0 && db->wipe())
        _exit(6);
    }
  }
  _exit(0); // the database is closed
}

/// A process that makes changes, and what it has acknowledged.
class writer {
public:
  template <typename F>
  writer(const fs::path& path, std::uint64_t first, std::uint64_t end, F before) : made_(first) {
    int ends[2];
    if (pipe(ends) != 0 || (child_ = fork()) < 0)
      throw std::runtime_error("no process");
    if (child_ == 0) {
      close(ends[0]);
      before();
      make_changes(path, ends[1], first, end);
    }
    close(ends[1]);
    from_ = ends[0];
  }
  void kill() const { ::kill(child_, SIGKILL); }
  /// How it ended, when it has; all it said is read.
  int wait() {
    std::uint64_t made = 0;
    while (read(from_, &made, sizeof made) == sizeof made)
      made_ = made;
    close(from_);
    int status = 0;
    waitpid(child_, &status, 0);
    return status;
  }
  std::uint64_t made() const { return made_; }

private:
  pid_t child_ = 0;
  int from_ = -1;
  std::uint64_t made_;
};

/// What has been made for certain, and how many changes that are.
struct certain {
  contents all;
  std::uint64_t changes = 0;

  /// Takes over what is found after `made` changes of `end` were acknowledged.
  void accept(const contents& found, std::uint64_t made, std::uint64_t end) {
    for (; changes < made; ++changes)
      change(changes).make(all);
    if (found == all)
      return;
    for (const auto under_way = end_of_batch(changes, end); changes < under_way; ++changes)
      change(changes).make(all);
    ASSERT_TRUE(found == all) << "something is lost or torn after change " << made;
  }
};

TEST(StoreKilled, AtFiveHundredRandomInstantsLosesNothingAcknowledged) {
  const folder_of_databases folder;
  certain known;
  std::mt19937_64 random{20240611};
  unsigned killed_at_work = 0;
  for (int round = 0; round < 500; ++round) {
    constexpr auto no_end = ~std::uint64_t{0};
    writer child(folder.file(), known.changes, no_end, [] {});
    usleep(static_cast<useconds_t>(random() % 8000));
    child.kill();
    const int status = child.wait();
    ASSERT_TRUE(WIFSIGNALED(status)) << "the child could not save: " << WEXITSTATUS(status);
    killed_at_work += child.made() > known.changes;
    known.accept(contents_of(must_open(folder.file())), child.made(), no_end);
    if (HasFatalFailure())
      FAIL() << "round " << round;
  }
  EXPECT_GT(killed_at_work, 100u) << "too slow here to say anything";
  EXPECT_GT(known.changes, 1000u);
}

// ---- at every system call that writes ----------------------------------------------------------

enum class stroke { before, halfway, after };
long calls_left = 0;
stroke where = stroke::before;

/// The call that is the last: true = it has been carried out as far as it shall.
template <typename F>
auto counted(F call, F half) {
  if (calls_left-- > 0)
    return call();
  if (where == stroke::halfway)
    half();
  else if (where == stroke::after)
    call();
  raise(SIGKILL);
  return call();
}

ssize_t write_counted(int file, const void* data, size_t size, off_t at) {
  const std::function<ssize_t()> all = [=] { return pwrite(file, data, size, at); };
  const std::function<ssize_t()> half = [=] { return pwrite(file, data, size / 2, at); };
  return counted(all, half);
}
int truncate_counted(int file, off_t size) {
  const std::function<int()> all = [=] { return ftruncate(file, size); };
  return counted(all, std::function<int()>([] { return 0; }));
}
int unlink_counted(const char* path) {
  const std::function<int()> all = [=] { return unlink(path); };
  return counted(all, std::function<int()>([] { return 0; }));
}

void kill_at_call(long number, stroke how) {
  calls_left = number;
  where = how;
  auto* vfs = sqlite3_vfs_find(nullptr);
  for (const char* name : {"pwrite", "pwrite64"}) // SQLite takes the one its build has
    vfs->xSetSystemCall(vfs, name, reinterpret_cast<sqlite3_syscall_ptr>(write_counted));
  vfs->xSetSystemCall(vfs, "ftruncate", reinterpret_cast<sqlite3_syscall_ptr>(truncate_counted));
  vfs->xSetSystemCall(vfs, "unlink", reinterpret_cast<sqlite3_syscall_ptr>(unlink_counted));
}

void copy_database(const fs::path& from, const fs::path& to) {
  for (const char* part : {"", "-wal", "-shm", "-journal"}) {
    fs::remove(to.string() + part);
    if (fs::exists(from.string() + part))
      fs::copy_file(from.string() + part, to.string() + part);
  }
}

/// Kills the writer at its first call, then at its second, until it comes to its end. Each begins
/// with a copy of `from` and makes `changes` changes. Returns the number of calls.
long kill_at_each_call(const folder_of_databases& folder, const fs::path& from,
                       const certain& before, std::uint64_t changes, stroke how) {
  for (long call = 0;; ++call) {
    copy_database(from, folder.file());
    const auto end = before.changes + changes;
    writer child(folder.file(), before.changes, end, [&] { kill_at_call(call, how); });
    const int status = child.wait();
    auto known = before;
    known.accept(contents_of(must_open(folder.file())), child.made(), end);
    if (::testing::Test::HasFatalFailure())
      return call;
    if (WIFEXITED(status)) {
      EXPECT_EQ(WEXITSTATUS(status), 0);
      EXPECT_EQ(known.changes, end);
      return call;
    }
  }
}

class store_killed_at : public ::testing::TestWithParam<stroke> {};

TEST_P(store_killed_at, EveryCallThatWritesFromTheFirstOpenToTheLastClose) {
  const folder_of_databases folder;
  EXPECT_GT(kill_at_each_call(folder, folder.file("none"), {}, 12, GetParam()), 30);
}

TEST_P(store_killed_at, EveryCallThatWritesWhileAnOlderSchemaIsMigrated) {
  const folder_of_databases folder;
  certain before;
  {
    auto db = must_open(folder.file("old"));
    for (; before.changes < 20; ++before.changes) {
      ASSERT_FALSE(change(before.changes).make(db));
      change(before.changes).make(before.all);
    }
  }
  sqlite3* raw = nullptr;
  ASSERT_EQ(sqlite3_open(folder.file("old").c_str(), &raw), SQLITE_OK);
  // Schema 1: without what schema 2 and later ones added.
  ASSERT_EQ(sqlite3_exec(raw,
                         "ALTER TABLE sessions DROP COLUMN logout_pending;"
                         "ALTER TABLE sessions DROP COLUMN login_took_us;"
                         "ALTER TABLE sessions DROP COLUMN grantors; DROP TABLE ballots;"
                         "DROP TABLE copies; DROP TABLE unmerged; DROP TABLE messages;"
                         "ALTER TABLE sessions DROP COLUMN records; DROP TABLE records;"
                         "DROP TABLE unsent; DROP TABLE standing;"
                         "PRAGMA user_version = 1;",
                         nullptr, nullptr, nullptr),
            SQLITE_OK);
  sqlite3_close(raw);
  for (auto& [line, session] : before.all.sessions)
    std::get<1>(session) = false;
  before.all.messages.clear();
  before.all.standing.clear();
  EXPECT_GT(kill_at_each_call(folder, folder.file("old"), before, 1, GetParam()), 5);
}

INSTANTIATE_TEST_SUITE_P(Strokes, store_killed_at,
                         ::testing::Values(stroke::before, stroke::halfway, stroke::after));

} // namespace
} // namespace switchroom::store
