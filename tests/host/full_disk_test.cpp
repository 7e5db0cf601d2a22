// SPDX-License-Identifier: MIT
// A disk that takes nothing any more, under a whole gateway (running_gateway, exchange, SQLite):
// calls go on, changes are refused with the reason, an alarm stands until there is room again.
// The disk is a real one that is full (a small tmpfs, in a process of its own that may mount), or
// one whose files may not grow (RLIMIT_FSIZE, as a quota does).
#include "office.hpp"
#include "users/sealed_profile.hpp"

#include <csignal>
#include <fcntl.h>
#include <fstream>
#include <sched.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

namespace switchroom::app {
namespace {

namespace fs = std::filesystem;

/// 201 calls 202, who answers.
void call(office& at) {
  at.hook(1, true);
  at.dial(1, "202");
  EXPECT_EQ(at.state_of(2), "ringing");
  at.hook(2, true);
  EXPECT_EQ(at.state_of(1), "in call");
  at.hook(1, false);
  at.hook(2, false);
}

void expect_refused(office& at, const std::string& why) {
  const auto refused = at.put("203", "Cleo");
  ASSERT_TRUE(refused.has_error()) << refused.ShortDebugString();
  EXPECT_NE(refused.error().what().find(why), std::string::npos) << refused.error().what();
  EXPECT_NE(refused.error().what().find("Nothing was changed"), std::string::npos);
  EXPECT_EQ(refused.error().remedy(), "free space on that file system");
  EXPECT_EQ(at.name_of("203"), "") << "refused, and yet made";
  const auto alarm = at.alarm();
  ASSERT_TRUE(alarm);
  EXPECT_NE(alarm->what().find(why), std::string::npos) << alarm->what();
  EXPECT_EQ(alarm->remedy(), "free space on that file system");
}

void expect_refused_at_the_phone(office& at) {
  at.hook(1, true);
  at.dial(1, "*08");
  EXPECT_EQ(at.state_of(1), "hears tone") << "not confirmed";
  at.hook(1, false);
  EXPECT_NE(at.log().find("refused: changes cannot be kept"), std::string::npos) << at.log();
}

void full_until(office& at, const std::string& why, const std::function<void()>& make_room) {
  expect_refused(at, why);
  expect_refused_at_the_phone(at);
  call(at);
  make_room();
  at.pass(1s);
  EXPECT_FALSE(at.alarm());
  EXPECT_TRUE(at.put("203", "Cleo").has_done());
  EXPECT_EQ(at.name_of("203"), "Cleo");
}

class FullDisk : public ::testing::Test {
protected:
  folder_of_an_office folder_;
};

/// In a process of its own: what it fails is its exit status.
template <typename F>
int in_a_process(F act) {
  const pid_t child = fork();
  if (child == 0) {
    const int status = act();
    _exit(status != 0 ? status : ::testing::Test::HasFailure() ? 1 : 0);
  }
  int status = 0;
  waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128;
}

constexpr int may_not_mount = 77;

TEST_F(FullDisk, CallsGoOnAndChangesAreRefusedUntilThereIsRoom) {
  const int status = in_a_process([&] {
    if (unshare(geteuid() == 0 ? CLONE_NEWNS : CLONE_NEWNS | CLONE_NEWUSER) != 0 ||
        mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0 ||
        mount("tmpfs", folder_.path().c_str(), "tmpfs", 0, "size=2m") != 0)
      return may_not_mount;
    office at(folder_ / "gateway.db");
    call(at);
    std::ofstream(folder_ / "filler") << std::string(2 << 20, 'x'); // as much as fits
    at.pass(1s);
    full_until(at, "KiB are left on the disk of database", [&] { fs::remove(folder_ / "filler"); });
    return 0;
  });
  if (status == may_not_mount)
    GTEST_SKIP() << "this user may not mount a tmpfs";
  EXPECT_EQ(status, 0);
}

TEST_F(FullDisk, AQuotaIsFoundOutByTheFirstChange) {
  const int status = in_a_process([&] {
    signal(SIGXFSZ, SIG_IGN);
    office at(folder_ / "gateway.db");
    const rlim_t size = fs::file_size(folder_ / "gateway.db-wal");
    rlimit before{};
    getrlimit(RLIMIT_FSIZE, &before);
    const rlimit quota{size, before.rlim_max};
    setrlimit(RLIMIT_FSIZE, &quota);
    full_until(at, "no room on the disk", [&] { setrlimit(RLIMIT_FSIZE, &before); });
    return 0;
  });
  EXPECT_EQ(status, 0);
}

/// What cannot be refused any more is kept in memory, and nobody hears of it before it is on disk.
TEST_F(FullDisk, WhatIsUnderWayIsKeptWhenThereIsRoom) {
  const int status = in_a_process([&] {
    signal(SIGXFSZ, SIG_IGN);
    rlimit before{};
    getrlimit(RLIMIT_FSIZE, &before);
    {
      office at(folder_ / "gateway.db");
      const rlimit quota{fs::file_size(folder_ / "gateway.db-wal"), before.rlim_max};
      setrlimit(RLIMIT_FSIZE, &quota);
      at.hook(1, true);
      at.dial(1, "*08"); // nobody knew yet
      at.hook(1, false);
      EXPECT_TRUE(at.alarm());
      setrlimit(RLIMIT_FSIZE, &before);
      at.pass(1s);
      EXPECT_FALSE(at.alarm());
    }
    auto opened = store::database::open(folder_ / "gateway.db");
    const auto kept = std::get<store::database>(opened).load({});
    const auto& users = std::get<desks::stored>(kept).users;
    EXPECT_EQ(users.size(), 2u);
    for (const auto& user : users)
      EXPECT_EQ(user.do_not_disturb(), user.extension() == "201");
    return 0;
  });
  EXPECT_EQ(status, 0);
}

/// A home repeats each half second what its backup does not confirm; what waits does not grow.
TEST_F(FullDisk, S12_WhatIsRepeatedWaitsOnce) {
  const int status = in_a_process([&] {
    signal(SIGXFSZ, SIG_IGN);
    office at(folder_ / "gateway.db");
    scn::v1::Profile profile;
    profile.mutable_user()->set_extension("301");
    profile.mutable_user()->set_full_name(std::string(10'000, 'x'));
    const auto sealed = users::seal(profile, std::vector<std::uint8_t>(32, 7));
    at.hear("berlin", office::hello());
    at.settle();
    rlimit before{};
    getrlimit(RLIMIT_FSIZE, &before);
    const rlimit quota{fs::file_size(folder_ / "gateway.db-wal"), before.rlim_max};
    setrlimit(RLIMIT_FSIZE, &quota);
    for (unsigned n = 1; n <= 1200; ++n) {
      scn::v1::Envelope copies;
      copies.mutable_copies()->set_number(n);
      auto& copy = *copies.mutable_copies()->add_copies();
      copy.set_extension("301");
      copy.set_sealed(sealed);
      at.hear("berlin", copies);
      at.settle();
    }
    EXPECT_TRUE(at.alarm());
    const auto confirmed = [&] {
      return std::ranges::any_of(at.sent(), [](const auto& m) { return m.has_copies_kept(); });
    };
    EXPECT_FALSE(confirmed()) << "it is not kept yet";
    setrlimit(RLIMIT_FSIZE, &before);
    at.pass(1s);
    EXPECT_FALSE(at.alarm()) << "there is one row to be written";
    return 0;
  });
  EXPECT_EQ(status, 0);
}

/// A message under way when the disk takes nothing any more.
TEST_F(FullDisk, S17_AMessageThatWasSpokenIsKeptWhenThereIsRoom) {
  const int status = in_a_process([&] {
    signal(SIGXFSZ, SIG_IGN);
    rlimit before{};
    getrlimit(RLIMIT_FSIZE, &before);
    {
      office at(folder_ / "gateway.db");
      at.set("202", "voicemail", "on");
      at.hook(2, true); // busy
      at.hook(1, true);
      at.dial(1, "202");
      at.speak_to_the_tape(3s);
      const rlimit quota{fs::file_size(folder_ / "gateway.db-wal"), before.rlim_max};
      setrlimit(RLIMIT_FSIZE, &quota);
      at.hook(1, false);
      EXPECT_TRUE(at.alarm());
      setrlimit(RLIMIT_FSIZE, &before);
      at.pass(1s);
      EXPECT_FALSE(at.alarm());
    }
    auto opened = store::database::open(folder_ / "gateway.db");
    const auto& db = std::get<store::database>(opened);
    const auto kept = std::get<voicemail::stored>(db.load_messages());
    EXPECT_EQ(kept.messages.size(), 1u);
    for (const auto& one : kept.messages) {
      EXPECT_EQ(one.of + " from " + one.from, "202 from 201");
      EXPECT_EQ(std::get<voicemail::voice>(db.voice_of("202", one.number))->size(), 24'000u);
    }
    return 0;
  });
  EXPECT_EQ(status, 0);
}

} // namespace
} // namespace switchroom::app
