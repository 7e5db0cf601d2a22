// SPDX-License-Identifier: MIT
#include "board/transport.hpp"

#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <filesystem>
#include <gtest/gtest.h>
#include <unistd.h>

namespace switchroom::board {
namespace {

namespace asio = boost::asio;
using local = asio::local::stream_protocol;
using octets = std::vector<std::uint8_t>;

TEST(BoardEndpoint, UnixAndSerial) {
  const auto socket = endpoint::parse("unix:/run/b.sock");
  ASSERT_TRUE(socket);
  EXPECT_EQ(socket->what, endpoint::kind::unix_socket);
  EXPECT_EQ(socket->path, "/run/b.sock");
  const auto serial = endpoint::parse("serial:/dev/ttyUSB1");
  ASSERT_TRUE(serial);
  EXPECT_EQ(serial->what, endpoint::kind::serial);
  EXPECT_EQ(serial->baud, 3'000'000u);
  const auto slow = endpoint::parse("serial:/dev/ttyUSB1?baud=115200");
  ASSERT_TRUE(slow);
  EXPECT_EQ(slow->path, "/dev/ttyUSB1");
  EXPECT_EQ(slow->baud, 115'200u);
}

TEST(BoardEndpoint, RefusesWithASentence) {
  const std::pair<std::string, std::string> wrong[] = {
      {"/run/b.sock", "it begins with neither \"unix:\" nor \"serial:\"."},
      {"unix:", "the path is not absolute."},
      {"unix:b.sock", "the path is not absolute."},
      {"serial:/dev/ttyUSB1?baud=fast", "the speed is not a number."},
      {"serial:/dev/ttyUSB1?baud=", "the speed is not a number."},
      {"serial:/dev/ttyUSB1?baud=0", "the speed is not a number."},
      {"serial:/dev/ttyUSB1?baud=99999999999", "the speed is not a number."},
      {"unix:/" + std::string(107, 'x'), "the path is longer than a Unix socket's may be (107)."}};
  for (const auto& [text, problem] : wrong) {
    const auto parsed = endpoint::parse(text);
    ASSERT_FALSE(parsed) << text;
    EXPECT_EQ(parsed.error().what, "link \"" + text + "\": " + problem);
    EXPECT_FALSE(parsed.error().remedy.empty());
  }
}

class BoardTransport : public ::testing::Test {
protected:
  BoardTransport()
      : path(std::filesystem::temp_directory_path() /
             ("switchroom-link-" + std::to_string(::getpid()))),
        listener(io, local::endpoint(path.string())), board(io) {
    where.path = path.string();
  }
  ~BoardTransport() override { std::filesystem::remove(path); }

  std::optional<refusal> open() {
    auto problem = host.open(
        where, [&](std::span<const std::uint8_t> o) { got.insert(got.end(), o.begin(), o.end()); },
        [&](const std::string& why) { closed.push_back(why); });
    if (!problem)
      listener.accept(board);
    return problem;
  }

  asio::io_context io;
  std::filesystem::path path;
  local::acceptor listener;
  local::socket board;
  endpoint where;
  transport host{io};
  octets got;
  std::vector<std::string> closed;
};

TEST_F(BoardTransport, CarriesOctetsBothWays) {
  ASSERT_FALSE(open());
  octets sent;
  for (unsigned n = 0; n < 100; ++n) { // many sends while one is being written
    const octets piece(1000, static_cast<std::uint8_t>(n));
    host.send(piece);
    sent.insert(sent.end(), piece.begin(), piece.end());
  }
  octets arrived(sent.size());
  bool whole = false;
  asio::async_read(board, asio::buffer(arrived),
                   [&](auto failed, std::size_t) { whole = !failed; });
  while (!whole)
    ASSERT_GT(io.run_one(), 0u);
  EXPECT_EQ(arrived, sent);
  asio::write(board, asio::buffer(octets{1, 2, 3}));
  while (got.size() < 3)
    io.run_one();
  EXPECT_EQ(got, (octets{1, 2, 3}));
}

TEST_F(BoardTransport, TellsOnceThatTheOtherEndIsGone) {
  ASSERT_FALSE(open());
  board.close();
  while (closed.empty())
    io.run_one();
  EXPECT_EQ(closed, (std::vector<std::string>{"the other end closed it"}));
  EXPECT_FALSE(host.is_open());
  host.send(octets{1}); // nothing happens
  io.poll();
  EXPECT_EQ(closed.size(), 1u);
}

TEST_F(BoardTransport, ClosingCallsNothingBackAndItOpensAgain) {
  ASSERT_FALSE(open());
  host.send(octets{1});
  host.close();
  io.poll();
  EXPECT_TRUE(closed.empty());
  board = local::socket(io);
  io.restart();
  ASSERT_FALSE(open());
  asio::write(board, asio::buffer(octets{7}));
  while (got.empty())
    io.run_one();
  EXPECT_EQ(got, octets{7});
}

TEST_F(BoardTransport, SaysWhyItCannotOpen) {
  where.path += "-is-not-there";
  const auto problem = open();
  ASSERT_TRUE(problem);
  EXPECT_EQ(problem->what, "link " + where.path + ": cannot be opened: No such file or directory.");
  EXPECT_EQ(problem->remedy, "Start switchroom-board with this socket, or correct the path.");
  where.what = endpoint::kind::serial;
  EXPECT_TRUE(open());
}

} // namespace
} // namespace switchroom::board
