// SPDX-License-Identifier: MIT
// switchroom-board from outside: its sockets, its clocks, what it says when something is wrong.
#include "board/cell_spotter.hpp"
#include "board/client.hpp"
#include "board_process.hpp"

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace switchroom::sim {
namespace {

namespace fs = std::filesystem;
namespace v1 = switchroom::phone::v1;

class Program : public testing::Test {
protected:
  Program() {
    fs::remove_all(folder_);
    fs::create_directories(folder_);
  }
  ~Program() override { fs::remove_all(folder_); }

  fs::path link() const { return folder_ / "link"; }
  fs::path phones() const { return folder_ / "phones"; }
  std::vector<std::string> arguments(const std::string& clock) const {
    return {"--link",   "unix:" + link().string(),
            "--phones", "unix:" + phones().string(),
            "--lines",  "2",
            "--clock",  clock};
  }

private:
  // Short: a socket path has 107 characters.
  fs::path folder_ = fs::temp_directory_path() /
                     ("sb-" + std::to_string(testing::UnitTest::GetInstance()->random_seed()) +
                      testing::UnitTest::GetInstance()->current_test_info()->name());
};

v1::Request ask_of(std::uint32_t line) {
  v1::Request request;
  request.set_line(line);
  return request;
}

v1::Request state_of(std::uint32_t line) {
  v1::Request request = ask_of(line);
  request.mutable_state();
  return request;
}

// A host in lock step. It answers the last cell of a run when the next one begins: between two
// runs the board's time stands still.
class lock_step_host {
public:
  explicit lock_step_host(const fs::path& link) : link_(link) {
    client_.connected(instant{}, todo_);
  }

  // Lets frames run until the board has said that many cells.
  void run(unsigned cells) {
    for (const unsigned end = cells_ + cells; cells_ < end;) {
      send();
      const std::vector<std::uint8_t> octets = link_.read();
      ASSERT_FALSE(octets.empty()) << "the board hung up";
      for (const std::uint8_t octet : octets) {
        heard.push_back(octet);
        client_.received({&octet, 1}, instant{} + frame_time * cells_, todo_);
        cells_ += spotter_.take(octet) ? 1U : 0U;
      }
      for (std::size_t n = 0; n < todo_.list.size(); ++n) {
        if (const auto* cell = std::get_if<board::cell>(&todo_.list[n])) {
          client_.send_cell(cell->frame + 2, {}, todo_);
        } else if (const auto* event = std::get_if<board::event>(&todo_.list[n])) {
          events.push_back(event->kind);
        }
      }
      todo_.list.clear();
    }
  }

  board::client& client() { return client_; }
  void enable_line() {
    using word = regs::fxs_block::line_config;
    client_.write<word>(0, word::enable::of(1), todo_);
  }
  std::vector<std::uint8_t> heard;
  std::vector<regs::event_kind> events;

private:
  void send() {
    if (!todo_.octets.empty()) {
      link_.write(todo_.octets);
    }
    todo_.clear();
  }

  stream link_;
  board::client client_{{}};
  board::actions todo_;
  cell_spotter spotter_{static_cast<std::uint8_t>(regs::frame_type::board_cell)};
  unsigned cells_ = 0;
};

// All that the host heard in a run in which a person lifts the receiver.
std::vector<std::uint8_t> virtual_run(const fs::path& link, const fs::path& phones,
                                      const std::vector<std::string>& arguments) {
  board_process board(arguments);
  lock_step_host host(link);
  stream person(phones);
  host.run(200);
  EXPECT_TRUE(host.client().is_up());
  host.enable_line();
  host.run(20);
  v1::Request lift = ask_of(1);
  lift.mutable_off_hook();
  EXPECT_EQ(person.ask(lift).error(), "");
  host.run(300);
  EXPECT_EQ(host.events, std::vector<regs::event_kind>{regs::event_kind::off_hook});
  EXPECT_EQ(board.stop().code, 0);
  return host.heard;
}

TEST_F(Program, TheSameVirtualRunGivesTheSameOctetsInTwoProcesses) {
  const std::vector<std::uint8_t> first = virtual_run(link(), phones(), arguments("virtual"));
  const std::vector<std::uint8_t> second = virtual_run(link(), phones(), arguments("virtual"));
  EXPECT_GT(first.size(), 520U * 10);
  EXPECT_TRUE(first == second);
}

TEST_F(Program, VirtualTimeStandsStillWithoutAHost) {
  board_process board(arguments("virtual"));
  stream person(phones());
  EXPECT_EQ(person.ask(state_of(1)).frame(), 0U);
  {
    lock_step_host host(link());
    host.run(50);
    const v1::Reply reply = person.ask(state_of(1));
    EXPECT_EQ(reply.frame(), 50U);
    EXPECT_EQ(reply.at_s(), 0.0);
  }
  EXPECT_EQ(person.ask(state_of(1)).frame(), 50U);
}

TEST_F(Program, WallTimeGoesOnWithoutAHostAndANewHostTakesADeadOnesPlace) {
  board_process board(arguments("wall"));
  stream person(phones());
  const v1::Reply before = person.ask(state_of(1));
  v1::Request wait = ask_of(1);
  wait.mutable_wait_for()->set_what(v1::WaitFor::RINGING);
  wait.mutable_wait_for()->set_timeout_ms(20);
  const v1::Reply after = person.ask(wait);
  EXPECT_GE(after.frame(), before.frame() + 160);
  EXPECT_GT(after.at_s(), before.at_s());
  EXPECT_GT(after.real_time_factor(), 0.0);
  {
    stream host(link());
    EXPECT_FALSE(host.read().empty());
    stream late(link());
    EXPECT_TRUE(late.read().empty()) << "a second host was let in beside a live one";
  }
  stream next(link());
  EXPECT_FALSE(next.read().empty());
  const outcome end = board.stop();
  EXPECT_EQ(end.code, 0);
  EXPECT_NE(end.text.find("hosts 2, refused 1"), std::string::npos) << end.text;
}

TEST_F(Program, ServesSeveralPhoneClientsAndSurvivesBrokenRequests) {
  board_process board(arguments("wall"));
  stream waiting(phones());
  stream asking(phones());
  v1::Request all = ask_of(0);
  all.mutable_all();
  EXPECT_EQ(asking.ask(all).phones_size(), 2);
  stream broken(phones());
  broken.write(std::vector<std::uint8_t>{3, 0, 0, 0, 0xff, 0xff, 0xff});
  EXPECT_TRUE(broken.read().empty());
  stream endless(phones());
  endless.write(std::vector<std::uint8_t>{0xff, 0xff, 0xff, 0x7f});
  EXPECT_TRUE(endless.read().empty());
  EXPECT_EQ(waiting.ask(state_of(9)).error(), "there is no phone on line 9");
  EXPECT_EQ(asking.ask(state_of(2)).error(), "");
  EXPECT_EQ(board.stop().code, 0);
  EXPECT_FALSE(fs::exists(link()));
  EXPECT_FALSE(fs::exists(phones()));
}

TEST_F(Program, ALinkIsAUnixSocket) {
  std::vector<std::string> words = arguments("wall");
  words[1] = link().string();
  const outcome end = board_process(words).wait();
  EXPECT_EQ(end.code, 2);
  EXPECT_NE(end.text.find("is not unix: and a path"), std::string::npos) << end.text;
}

TEST_F(Program, SaysWhatIsWrongAndWhatToDo) {
  std::vector<std::string> words = arguments("wall");
  board_process board(words);
  outcome end = board_process(words).wait();
  EXPECT_EQ(end.code, 1);
  EXPECT_EQ(end.text, "switchroom-board: the socket " + link().string() +
                          " is in use by another program\nRemedy: stop the switchroom-board that "
                          "serves it, or choose another path\n");
  words[1] = "unix:/tmp/" + std::string(120, 'x');
  end = board_process(words).wait();
  EXPECT_EQ(end.code, 1);
  EXPECT_NE(end.text.find("has 125 characters; a Unix socket takes 107"), std::string::npos)
      << end.text;
  const fs::path file = link().parent_path() / "file";
  std::ofstream(file) << "data";
  words[1] = "unix:" + file.string();
  end = board_process(words).wait();
  EXPECT_EQ(end.code, 1);
  EXPECT_NE(end.text.find("exists and is no socket"), std::string::npos) << end.text;
  words.emplace_back("--nonsense");
  end = board_process(words).wait();
  EXPECT_EQ(end.code, 2);
  EXPECT_NE(end.text.find("--nonsense"), std::string::npos) << end.text;
  EXPECT_NE(end.text.find("switchroom-board --help"), std::string::npos) << end.text;
}

TEST_F(Program, TakesOverASocketThatADeadBoardLeftBehind) {
  {
    board_process killed(arguments("wall"));
    killed.kill();
  }
  ASSERT_TRUE(fs::exists(link()));
  board_process board(arguments("wall"));
  EXPECT_FALSE(stream(link()).read().empty());
}

} // namespace
} // namespace switchroom::sim
