// SPDX-License-Identifier: MIT
/// Whole daemons, without boards, over real sockets: start, ask, stop. Run under ThreadSanitizer
/// in the tsan preset.
#include "app/daemon.hpp"
#include "app/key_files.hpp"
#include "control/client.hpp"
#include "scn/transport/curve_keys.hpp"

#include "control.pb.h"
#include "media_scripted_board.hpp"

#include <boost/asio/post.hpp>
#include <gtest/gtest.h>
#include <spdlog/spdlog.h>

#include <arpa/inet.h>
#include <cstdlib>
#include <fstream>
#include <sys/socket.h>
#include <sys/stat.h>
#include <thread>
#include <unistd.h>

namespace switchroom::app {
namespace {

using namespace std::chrono_literals;
namespace fs = std::filesystem;
using testing_board = switchroom::testing::scripted_board;

/// A daemon on a thread of its own, stopped and joined at the end.
class running_daemon {
public:
  explicit running_daemon(configuration config)
      : socket_(config.run_directory / control_socket), name_(config.exchange.gateway) {
    auto started = daemon::start(io_, std::move(config));
    if (!started)
      throw std::runtime_error(started.error().what);
    daemon_ = std::move(*started);
    thread_ = std::thread([this] { io_.run(); });
  }
  ~running_daemon() {
    boost::asio::post(io_, [this] { io_.stop(); });
    thread_.join();
    daemon_.reset();
  }
  control::v1::Reply ask(const control::v1::Request& request) {
    auto opened = control::connection::open(socket_, name_);
    control::v1::Reply reply;
    const auto octets = opened ? opened->ask(request, 20s) : result<std::string>(opened.error());
    if (!octets || !reply.ParseFromString(*octets))
      throw std::runtime_error(octets ? "no reply" : octets.error().what);
    return reply;
  }
  template <typename F>
  control::v1::Reply ask_for(F fill) {
    control::v1::Request request;
    fill(request);
    return ask(request);
  }
  /// Asks until `is_so` likes the answer, for 20 s at most.
  template <typename F, typename G>
  bool until(F fill, G is_so) {
    const auto give_up = std::chrono::steady_clock::now() + 20s;
    while (!is_so(ask_for(fill)))
      if (std::chrono::steady_clock::now() > give_up)
        return false;
    return true;
  }

private:
  fs::path socket_;
  std::string name_;
  boost::asio::io_context io_{1};
  std::unique_ptr<daemon> daemon_;
  std::thread thread_;
};

class Daemon : public ::testing::Test {
protected:
  void SetUp() override {
    spdlog::set_level(spdlog::level::off);
    std::string pattern = (fs::temp_directory_path() / "switchroom-daemon-XXXXXX").string();
    folder_ = mkdtemp(pattern.data());
    for (const char* name : {"amsterdam", "berlin"})
      endpoints_[name] = "tcp://127.0.0.1:" + std::to_string(free_port());
  }
  void TearDown() override { fs::remove_all(folder_); }

  static std::uint16_t free_port() {
    const int probe = socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in any{};
    any.sin_family = AF_INET;
    any.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof any;
    if (bind(probe, reinterpret_cast<sockaddr*>(&any), size) != 0 ||
        getsockname(probe, reinterpret_cast<sockaddr*>(&any), &size) != 0)
      throw std::runtime_error("no port");
    close(probe);
    return ntohs(any.sin_port);
  }

  configuration gateway(const std::string& name, const std::string& other) {
    configuration config;
    config.exchange.gateway = name;
    config.exchange.locale = "GB";
    config.exchange.lines = {{line_id{1}, ""}, {line_id{2}, ""}};
    config.exchange.peers = {{other, ""}};
    config.exchange.network_key.assign(32, 7);
    config.voice.link = "unix:" + (folder_ / (name + ".sock")).string(); // nobody is there
    config.network.bind = endpoints_[name];
    config.network.public_key = keys_[name].public_key;
    config.network.secret_key = keys_[name].secret_key;
    config.network.peers = {{other, endpoints_[other], keys_[other].public_key}};
    config.run_directory = folder_ / name;
    config.database = folder_ / name / "gateway.db";
    return config;
  }
  static void put_user(running_daemon& at, const std::string& extension) {
    const auto reply = at.ask_for([&](auto& r) {
      r.mutable_put_user()->set_extension(extension);
      r.mutable_put_user()->set_base_line(1);
      r.mutable_put_user()->set_login_code("1234");
    });
    ASSERT_TRUE(reply.has_done()) << reply.error().what();
  }
  static void status(control::v1::Request& r) { r.mutable_status(); }
  static void users(control::v1::Request& r) { r.mutable_users(); }

  fs::path folder_;
  std::map<std::string, std::string> endpoints_;
  std::map<std::string, transport::key_pair> keys_{{"amsterdam", transport::make_key_pair()},
                                                   {"berlin", transport::make_key_pair()}};
};

TEST_F(Daemon, RunsWithoutABoardAndSaysSo) {
  running_daemon amsterdam(gateway("amsterdam", "berlin"));
  EXPECT_TRUE(amsterdam.until([](auto& r) { r.mutable_alarms(); },
                              [](const auto& reply) {
                                for (const auto& alarm : reply.alarms().alarms())
                                  if (alarm.id() == "board-down")
                                    return alarm.standing() && !alarm.remedy().empty();
                                return false;
                              }));
  const auto reply = amsterdam.ask_for(status);
  EXPECT_FALSE(reply.status().board_up());
  EXPECT_EQ(reply.status().lines(), 2u);
  EXPECT_GE(reply.status().alarms(), 1u);
  const auto board = amsterdam.ask_for([](auto& r) { r.mutable_board(); });
  EXPECT_EQ(board.board().state().rfind("down: ", 0), 0u) << board.board().state();
  struct stat about {};
  ASSERT_EQ(stat((folder_ / "amsterdam").c_str(), &about), 0);
  EXPECT_EQ(about.st_mode & 0777, 0700u);
}

TEST_F(Daemon, AStationsVolumeIsTheStations) {
  auto config = gateway("amsterdam", "berlin");
  config.exchange.lines[1].station = 1;
  running_daemon amsterdam(config);
  const auto gain = [&](unsigned line) {
    return amsterdam.ask_for([=](auto& r) {
      r.mutable_gain()->set_line(line);
      r.mutable_gain()->set_in_db(3);
    });
  };
  EXPECT_FALSE(gain(1).has_error());
  EXPECT_EQ(gain(2).error().what(), "Line 2 is no analog line of the board of gateway amsterdam.");
}

bool is_up(const control::v1::Reply& reply) {
  return reply.status().board_up();
}

/// What stands of the board in an answer to AlarmsRequest; empty: nothing.
std::string board_alarm(const control::v1::Reply& reply) {
  for (const auto& alarm : reply.alarms().alarms())
    if (alarm.id() == "board-down" && alarm.standing())
      return alarm.what() + " | " + alarm.remedy();
  return {};
}

testing_board::settings at(const configuration& config) {
  testing_board::settings there;
  there.socket = config.voice.link.substr(5); // after "unix:"
  return there;
}

TEST_F(Daemon, BoardIsFoundLostAndFoundAgain) {
  auto config = gateway("amsterdam", "berlin");
  testing_board board(at(config), config.voice.lead_frames);
  running_daemon amsterdam(std::move(config));
  const auto alarms = [](control::v1::Request& r) { r.mutable_alarms(); };
  ASSERT_TRUE(amsterdam.until(status, is_up));
  EXPECT_EQ(board_alarm(amsterdam.ask_for(alarms)), "");
  const auto report = amsterdam.ask_for([](auto& r) { r.mutable_board(); }).board();
  EXPECT_EQ(report.state(), "up");
  EXPECT_EQ(report.blocks_size(), 2);
  board.cut();
  ASSERT_TRUE(amsterdam.until(status, [](const auto& reply) { return !is_up(reply); }));
  EXPECT_TRUE(amsterdam.until(status, is_up));
  EXPECT_EQ(board.look([](const auto& state) { return state.connections; }), 2u);
}

TEST_F(Daemon, BoardOfAWrongVersionIsRefusedWithItsSentenceAndTheGatewayGoesOn) {
  auto config = gateway("amsterdam", "berlin");
  auto wrong = at(config);
  wrong.link_block_version = 99;
  testing_board board(wrong, config.voice.lead_frames);
  running_daemon amsterdam(std::move(config));
  const auto alarms = [](control::v1::Request& r) { r.mutable_alarms(); };
  ASSERT_TRUE(amsterdam.until(alarms, [](const auto& reply) {
    return board_alarm(reply).find("99") != std::string::npos;
  }));
  EXPECT_FALSE(is_up(amsterdam.ask_for(status)));
  put_user(amsterdam, "201");
}

TEST_F(Daemon, UsersAndLoginsComeBackAfterARestart) {
  std::uint64_t epoch = 0;
  {
    running_daemon amsterdam(gateway("amsterdam", "berlin"));
    put_user(amsterdam, "201");
    const auto login = amsterdam.ask_for([](auto& r) {
      r.mutable_login()->set_line(2);
      r.mutable_login()->set_extension("201");
    });
    ASSERT_TRUE(login.has_done()) << login.error().what();
    epoch = amsterdam.ask_for(users).users().users(0).epoch();
  }
  running_daemon again(gateway("amsterdam", "berlin"));
  const auto known = again.ask_for(users).users();
  ASSERT_EQ(known.users_size(), 1);
  EXPECT_EQ(known.users(0).line(), 2u);
  EXPECT_EQ(known.users(0).epoch(), epoch);
  const auto desks = again.ask_for([](auto& r) { r.mutable_desks(); }).desks();
  ASSERT_EQ(desks.desks_size(), 1);
  EXPECT_EQ(desks.desks(0).extension(), "201");
}

TEST_F(Daemon, S1_UserOfOneGatewayIsKnownAtTheOther) {
  running_daemon amsterdam(gateway("amsterdam", "berlin"));
  running_daemon berlin(gateway("berlin", "amsterdam"));
  put_user(amsterdam, "204");
  EXPECT_TRUE(berlin.until(users, [](const auto& reply) {
    return reply.users().users_size() == 1 && reply.users().users(0).home() == "amsterdam";
  }));
  // By the operator of berlin; granted by amsterdam over the network.
  const auto login = berlin.ask_for([](auto& r) {
    r.mutable_login()->set_line(2);
    r.mutable_login()->set_extension("204");
  });
  ASSERT_TRUE(login.has_done()) << login.error().what();
  EXPECT_TRUE(amsterdam.until(users, [](const auto& reply) {
    return reply.users().users(0).gateway() == "berlin" && reply.users().users(0).line() == 2;
  }));
  const auto peers = berlin.ask_for([](auto& r) { r.mutable_peers(); }).peers();
  ASSERT_EQ(peers.peers_size(), 1);
  EXPECT_EQ(peers.peers(0).state(), "up");
  EXPECT_EQ(peers.peers(0).endpoint(), endpoints_["amsterdam"]);
  EXPECT_GT(peers.peers(0).sent(), 0u);
  EXPECT_EQ(peers.strangers(), 0u);
}

TEST_F(Daemon, S14_PeerWithTheWrongKeyIsAlarmedAtBothEnds) {
  auto impostor = gateway("berlin", "amsterdam");
  const auto other = transport::make_key_pair();
  impostor.network.public_key = other.public_key;
  impostor.network.secret_key = other.secret_key;
  running_daemon amsterdam(gateway("amsterdam", "berlin"));
  running_daemon berlin(impostor);
  const auto has = [](const char* id) {
    return [id](const auto& reply) {
      for (const auto& alarm : reply.alarms().alarms())
        if (alarm.id() == id)
          return true;
      return false;
    };
  };
  const auto alarms = [](control::v1::Request& r) { r.mutable_alarms(); };
  EXPECT_TRUE(amsterdam.until(alarms, has("scn-stranger")));
  EXPECT_TRUE(amsterdam.until(alarms, has("scn-handshake-berlin")));
  EXPECT_TRUE(berlin.until(alarms, has("scn-handshake-amsterdam")));
  EXPECT_EQ(amsterdam.ask_for(status).status().peers_up(), 0u);
  EXPECT_GE(amsterdam.ask_for([](auto& r) { r.mutable_peers(); }).peers().strangers(), 1u);
}

TEST_F(Daemon, StartIsRefusedWithASentence) {
  const auto refused = [](configuration config) {
    boost::asio::io_context io;
    auto started = daemon::start(io, std::move(config));
    return started ? std::string("started") : started.error().what;
  };
  running_daemon amsterdam(gateway("amsterdam", "berlin"));
  auto second = gateway("amsterdam", "berlin");
  EXPECT_NE(refused(second).find("in use by another process"), std::string::npos);
  second.database = folder_ / "other.db";
  EXPECT_NE(refused(second).find("another switchroomd answers"), std::string::npos);
  second.run_directory = folder_ / "other";
  EXPECT_NE(refused(second).find("network between gateways cannot start, bind is " +
                                 second.network.bind + ": "),
            std::string::npos);
  auto nowhere = gateway("berlin", "amsterdam");
  std::ofstream(folder_ / "file");
  nowhere.run_directory = folder_ / "file" / "berlin";
  EXPECT_NE(refused(nowhere).find("cannot use"), std::string::npos);
}

TEST_F(Daemon, StartsAndStopsWhileOperatorsAsk) {
  for (int round = 0; round < 5; ++round) {
    running_daemon amsterdam(gateway("amsterdam", "berlin"));
    running_daemon berlin(gateway("berlin", "amsterdam"));
    std::vector<std::thread> operators;
    for (int n = 0; n < 4; ++n)
      operators.emplace_back([&, n] {
        for (int times = 0; times < 10; ++times)
          (n % 2 ? amsterdam : berlin).ask_for(n < 2 ? status : users);
      });
    for (auto& one : operators)
      one.join();
  }
}

} // namespace
} // namespace switchroom::app
