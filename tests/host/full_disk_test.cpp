// SPDX-License-Identifier: MIT
// A disk that takes nothing any more, under a whole gateway (running_gateway, exchange, SQLite):
// calls go on, changes are refused with the reason, an alarm stands until there is room again.
// The disk is a real one that is full (a small tmpfs, in a process of its own that may mount), or
// one whose files may not grow (RLIMIT_FSIZE, as a quota does).
#include "app/running_gateway.hpp"

#include <gtest/gtest.h>
#include <spdlog/spdlog.h>

#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <fstream>
#include <sched.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

namespace switchroom::app {
namespace {

using namespace std::chrono_literals;
namespace fs = std::filesystem;

/// No board, no peers, a clock that is set by hand.
class alone : public surroundings {
public:
  store::moment now() const override { return {at, std::chrono::system_clock::time_point{}}; }
  random_octets draw() override { return {++drawn_}; }
  void wake_at(instant) override {}
  void send(const gateway_name&, const scn::v1::Envelope& message) override {
    sent.push_back(message);
  }
  void write(register_writes) override {}
  void read(std::uint32_t, std::uint8_t, std::function<void(result<words>)> then) override {
    then(refusal{"no board", ""});
  }
  void open(const exchange::media_open&) override {}
  void mount(host_slot, std::shared_ptr<media::tape> tape) override { mounted = std::move(tape); }
  void close(host_slot) override {}
  void join(host_slot, media::bridge_number) override {}
  void leave(host_slot) override {}
  media::snapshot voice_figures() const override { return {}; }
  transport::figures network_figures() const override { return {}; }

  instant at{10s};
  std::vector<scn::v1::Envelope> sent;
  std::shared_ptr<media::tape> mounted;

private:
  std::uint8_t drawn_ = 0;
};

/// One gateway with users 201 and 202 at lines 1 and 2.
class office {
public:
  explicit office(const fs::path& database) {
    spdlog::set_level(spdlog::level::off);
    configuration config;
    config.exchange.gateway = "amsterdam";
    config.exchange.locale = "US";
    config.exchange.lines = {{line_id{1}, "201"}, {line_id{2}, "202"}};
    config.exchange.peers = {{"berlin", ""}};
    config.exchange.network_key.assign(32, 7);
    config.database = database;
    auto opened = running_gateway::open(config, around_);
    if (!opened)
      throw std::runtime_error(opened.error().what);
    gateway_ = std::move(*opened);
    board::capabilities board;
    board.clocks_per_frame = 1024;
    board.blocks = {{0, 1, 1, 7, {}}, {1, 2, 1, 16, {}}, {2, 3, 1, 4, 0}, {3, 4, 1, 4, 4},
                    {4, 5, 1, 4, 0},  {5, 6, 1, 16, {}}, {6, 7, 1, 2, 8}};
    gateway_->on_board_up(board);
    put("201", "Ada");
    put("202", "Bea");
  }

  control::v1::Reply ask(const control::v1::Request& request) {
    control::v1::Reply answer;
    gateway_->on_request(request, [&](const control::v1::Reply& reply) { answer = reply; });
    return answer;
  }
  control::v1::Reply put(const std::string& extension, const std::string& name) {
    control::v1::Request request;
    request.mutable_put_user()->set_extension(extension);
    request.mutable_put_user()->set_name(name);
    return ask(request);
  }
  std::string name_of(const std::string& extension) {
    control::v1::Request request;
    request.mutable_users();
    const auto answer = ask(request);
    for (const auto& user : answer.users().users())
      if (user.extension() == extension)
        return user.name();
    return "";
  }
  /// The alarm of the disk, if it stands.
  std::optional<control::v1::Alarm> alarm() {
    control::v1::Request request;
    request.mutable_alarms();
    const auto answer = ask(request);
    for (const auto& one : answer.alarms().alarms())
      if (one.id() == "store" && one.standing())
        return one;
    return std::nullopt;
  }
  void pass(duration time) {
    around_.at += time;
    gateway_->wake();
  }
  void hook(unsigned line, bool off) {
    signal(line, off ? regs::event_kind::off_hook : regs::event_kind::on_hook, 0);
  }
  void dial(unsigned line, std::string_view digits) {
    for (const char digit : digits)
      signal(line, regs::event_kind::dtmf_on, static_cast<std::uint16_t>(digit));
  }
  std::string state_of(unsigned line) {
    control::v1::Request request;
    request.mutable_lines();
    return ask(request).lines().lines(static_cast<int>(line) - 1).state();
  }
  std::string log() {
    control::v1::Request request;
    request.mutable_log();
    std::string all;
    const auto answer = ask(request);
    for (const auto& entry : answer.log().entries())
      all += entry.what() + "\n";
    return all;
  }

  /// The tape says all and then hears so much of a voice.
  void speak_to_the_tape(duration time) {
    ASSERT_NE(around_.mounted, nullptr);
    while (!around_.mounted->all_said())
      around_.mounted->take();
    pass(100ms);
    for (auto n = time / frame_time; n > 0; --n)
      around_.mounted->put(n % 16 < 8 ? 8000 : -8000);
    pass(100ms);
  }
  void set(const std::string& extension, const std::string& setting, const std::string& value) {
    control::v1::Request request;
    request.mutable_put_user()->set_extension(extension);
    auto& change = *request.mutable_put_user()->add_changes();
    change.set_setting(setting);
    change.set_value(value);
    ASSERT_TRUE(ask(request).has_done());
  }

private:
  void signal(unsigned line, regs::event_kind kind, std::uint16_t data) {
    media::fabric_event event{};
    event.kind = static_cast<std::uint8_t>(kind);
    event.index = static_cast<std::uint8_t>(line - 1);
    event.data = data;
    gateway_->on_fabric_event(event);
  }
  alone around_;
  std::unique_ptr<running_gateway> gateway_;
};

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
  FullDisk() {
    std::string pattern = (fs::temp_directory_path() / "switchroom-full-XXXXXX").string();
    folder_ = mkdtemp(pattern.data());
  }
  ~FullDisk() override { fs::remove_all(folder_); }
  fs::path folder_;
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
        mount("tmpfs", folder_.c_str(), "tmpfs", 0, "size=2m") != 0)
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
