// SPDX-License-Identifier: MIT
#include "control/client.hpp"
#include "control/frame.hpp"
#include "control/server.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <gtest/gtest.h>

#include <fcntl.h>
#include <random>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <thread>
#include <unistd.h>

namespace switchroom::control {
namespace {

using namespace std::chrono_literals;
namespace fs = std::filesystem;

v1::Reply done(const std::string& text) {
  v1::Reply reply;
  reply.mutable_done()->set_text(text);
  return reply;
}

/// A server on its own thread that says back which user was asked about; `log_in` requests are
/// kept and answered by the next other request.
class Control : public testing::Test {
protected:
  void SetUp() override {
    std::string pattern = (fs::temp_directory_path() / "switchroom-control-XXXXXX").string();
    folder_ = mkdtemp(pattern.data());
    path_ = folder_ / "control.sock";
    auto listening = server::listen(io_.get_executor(), path_, [this](v1::Request ask, answer to) {
      if (ask.has_login()) {
        late_.push_back(to);
        return;
      }
      for (const auto& held : std::exchange(late_, {}))
        held(done("late"));
      to(done(ask.explain().user()));
      to(done("a second answer"));
    });
    ASSERT_TRUE(listening) << listening.error().what;
    server_ = std::move(*listening);
    thread_ = std::thread([this] { io_.run(); });
  }
  void TearDown() override {
    boost::asio::post(io_, [this] { server_.reset(); });
    thread_.join();
    EXPECT_FALSE(fs::exists(path_)) << "the socket was not removed";
    fs::remove_all(folder_);
  }

  static v1::Request about(const std::string& user) {
    v1::Request ask;
    ask.mutable_explain()->set_user(user);
    return ask;
  }
  static v1::Reply parse(const result<std::string>& octets) {
    v1::Reply reply;
    if (!octets || !reply.ParseFromString(*octets))
      throw std::runtime_error(octets ? "no reply" : octets.error().what);
    return reply;
  }
  connection connect() {
    auto opened = connection::open(path_, "the test");
    if (!opened)
      throw std::runtime_error(opened.error().what);
    return std::move(*opened);
  }
  int raw() {
    const int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    strcpy(address.sun_path, path_.c_str());
    EXPECT_EQ(::connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
    return fd;
  }
  static std::string read_all(int fd) {
    std::string all;
    char octets[4096];
    for (ssize_t got; (got = read(fd, octets, sizeof octets)) > 0;)
      all.append(octets, static_cast<std::size_t>(got));
    return all;
  }

  fs::path folder_, path_;
  boost::asio::io_context io_;
  std::unique_ptr<server> server_;
  std::vector<answer> late_;
  std::thread thread_;
};

TEST_F(Control, ManyClientsAreServedEachInOrder) {
  std::vector<connection> clients;
  for (int n = 0; n < 40; ++n)
    clients.push_back(connect());
  for (int round = 0; round < 5; ++round)
    for (std::size_t n = 0; n < clients.size(); ++n)
      EXPECT_EQ(parse(clients[n].ask(about(std::to_string(n)), 10s)).done().text(),
                std::to_string(n));
}

TEST_F(Control, SocketIsForItsOwnerAlone) {
  struct stat about_it {};
  ASSERT_EQ(stat(path_.c_str(), &about_it), 0);
  EXPECT_EQ(about_it.st_mode & 0777, 0600u);
}

TEST_F(Control, AnswerMayComeLaterWithoutHoldingUpOthers) {
  const int waiting = raw();
  v1::Request login;
  login.mutable_login()->set_line(3);
  const std::string out = framed(login);
  ASSERT_EQ(write(waiting, out.data(), out.size()), static_cast<ssize_t>(out.size()));
  auto other = connect();
  fcntl(waiting, F_SETFL, O_NONBLOCK);
  std::string back;
  // The login is answered by the first request of the other client that comes after it.
  for (int n = 0; n < 100'000 && back.empty(); ++n) {
    EXPECT_EQ(parse(other.ask(about("204"), 10s)).done().text(), "204");
    back = read_all(waiting);
  }
  close(waiting);
  v1::Reply reply;
  ASSERT_GT(back.size(), 4u);
  ASSERT_TRUE(reply.ParseFromString(back.substr(4)));
  EXPECT_EQ(reply.done().text(), "late");
}

TEST_F(Control, GarbageIsRefusedAndTheConnectionGoesOn) {
  const int fd = raw();
  std::mt19937 random{3};
  std::string garbage(100, '\0');
  for (auto& octet : garbage)
    octet = static_cast<char>(random());
  garbage[0] = '\xff'; // not a valid tag
  std::string out{"\x64\0\0\0", 4};
  out += garbage;
  out += std::string(4, '\0'); // a request that asks nothing
  out += framed(about("201"));
  ASSERT_EQ(write(fd, out.data(), out.size()), static_cast<ssize_t>(out.size()));
  shutdown(fd, SHUT_WR);
  const std::string back = read_all(fd);
  close(fd);
  std::vector<v1::Reply> replies;
  for (std::size_t at = 0; at + 4 <= back.size();) {
    length_field field{};
    std::copy_n(back.begin() + static_cast<long>(at), 4, field.begin());
    replies.emplace_back().ParseFromString(back.substr(at + 4, length_of(field)));
    at += 4 + length_of(field);
  }
  ASSERT_EQ(replies.size(), 3u);
  EXPECT_NE(replies[0].error().what().find("no request"), std::string::npos);
  EXPECT_FALSE(replies[1].error().remedy().empty());
  EXPECT_EQ(replies[2].done().text(), "201");
}

TEST(Framing, MessagesAreTakenAsSoonAsTheyAreWhole) {
  v1::Request one, other;
  one.mutable_status();
  other.mutable_lines();
  const std::string sent = framed(one) + framed(other);
  for (std::size_t came = 0; came <= sent.size(); ++came) {
    std::string_view rest = std::string_view(sent).substr(0, came), body;
    unsigned whole = 0;
    while (take_message(rest, largest_request, body) == found::message) {
      EXPECT_EQ(body, (whole == 0 ? one : other).SerializeAsString());
      ++whole;
    }
    EXPECT_EQ(whole, came == sent.size() ? 2U : came >= framed(one).size() ? 1U : 0U) << came;
    EXPECT_EQ(take_message(rest, largest_request, body), found::unfinished);
  }
}

TEST(Framing, WhatIsTooLongIsKnownByItsLength) {
  std::string_view rest("\x05\0\0\0", 4), body;
  EXPECT_EQ(take_message(rest, 4, body), found::too_long);
  EXPECT_EQ(take_message(rest, 5, body), found::unfinished);
}

TEST_F(Control, OversizeIsRefusedAndTheConnectionEnds) {
  const int fd = raw();
  const std::string header{"\x01\0\x01\0", 4}; // 65,537
  ASSERT_EQ(write(fd, header.data(), header.size()), 4);
  const std::string back = read_all(fd); // ends because the server closes
  close(fd);
  v1::Reply reply;
  ASSERT_GT(back.size(), 4u);
  ASSERT_TRUE(reply.ParseFromString(back.substr(4)));
  EXPECT_NE(reply.error().what().find("65537 octets is too large"), std::string::npos);
  EXPECT_EQ(parse(connect().ask(about("1"), 10s)).done().text(), "1");
}

TEST_F(Control, ClientsThatLeaveInTheMiddleAreNotMissed) {
  for (const auto& part : {std::string(), std::string("\x10", 1), std::string("\x10\0\0\0abc", 7),
                           framed(about("9"))}) {
    const int fd = raw();
    ASSERT_EQ(write(fd, part.data(), part.size()), static_cast<ssize_t>(part.size()));
    close(fd);
  }
  EXPECT_EQ(parse(connect().ask(about("2"), 10s)).done().text(), "2");
}

TEST_F(Control, SecondServerIsRefusedAndTheFirstGoesOn) {
  boost::asio::io_context other;
  auto second = server::listen(other.get_executor(), path_, {});
  ASSERT_FALSE(second);
  EXPECT_NE(second.error().what.find("another switchroomd answers"), std::string::npos);
  EXPECT_EQ(parse(connect().ask(about("3"), 10s)).done().text(), "3");
}

TEST_F(Control, SocketOfADeadProcessIsTakenOver) {
  const fs::path stale = folder_ / "stale.sock";
  const int fd = socket(AF_UNIX, SOCK_STREAM, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  strcpy(address.sun_path, stale.c_str());
  ASSERT_EQ(bind(fd, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
  close(fd);
  ASSERT_TRUE(fs::exists(stale));
  boost::asio::io_context other;
  auto listening = server::listen(other.get_executor(), stale, {});
  EXPECT_TRUE(listening) << listening.error().what;
}

TEST_F(Control, RefusalsNameThePathAndTheRemedy) {
  boost::asio::io_context other;
  const auto long_path = server::listen(other.get_executor(), folder_ / std::string(120, 'x'), {});
  ASSERT_FALSE(long_path);
  EXPECT_NE(long_path.error().what.find("too long"), std::string::npos);
  const auto nowhere = server::listen(other.get_executor(), folder_ / "no" / "x.sock", {});
  ASSERT_FALSE(nowhere);
  EXPECT_NE(nowhere.error().remedy.find("directory exists"), std::string::npos);
  const auto absent = connection::open(folder_ / "absent.sock", "switchroomd of berlin");
  ASSERT_FALSE(absent);
  EXPECT_NE(absent.error().what.find("switchroomd of berlin cannot be reached"), std::string::npos);
}

} // namespace
} // namespace switchroom::control
