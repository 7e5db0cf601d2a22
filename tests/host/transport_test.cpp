// SPDX-License-Identifier: MIT
#include "scn/transport/curve_keys.hpp"
#include "scn/transport/mesh.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>
#include <gtest/gtest.h>
#include <zmq.hpp>

#include <arpa/inet.h>
#include <csignal>
#include <filesystem>
#include <random>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace switchroom::transport {
namespace {

using namespace std::chrono_literals;

scn::v1::Envelope heartbeat(std::uint64_t version) {
  scn::v1::Envelope message;
  message.set_protocol(1);
  message.mutable_heartbeat()->set_directory_version(version);
  return message;
}

/// A mesh of one gateway and what it was told.
struct node {
  node(boost::asio::io_context& io, const key_pair& keys, std::vector<peer_address> peers,
       const std::string& bind = "tcp://127.0.0.1:*") {
    callbacks to;
    to.received = [this](std::vector<delivery> batch) {
      for (auto& one : batch)
        received.push_back(std::move(one));
    };
    to.connected = [this](const gateway_name& name) { connected.push_back(name); };
    to.raise = [this](const alarm& raised) {
      alarms[raised.id] = raised.text;
      ++raises[raised.id];
    };
    to.clear = [this](const std::string& id) { alarms.erase(id); };
    to.note = [this](const std::string& text) { notes.push_back(text); };
    auto started = mesh::start({bind, keys.public_key, keys.secret_key, std::move(peers)},
                               io.get_executor(), std::move(to));
    if (!started)
      throw std::runtime_error(started.error().what);
    network = std::move(*started);
  }
  std::vector<delivery> received;
  std::vector<gateway_name> connected;
  std::map<std::string, refusal> alarms;
  std::map<std::string, unsigned> raises;
  std::vector<std::string> notes;
  std::unique_ptr<mesh> network;
};

class Transport : public testing::Test {
protected:
  /// Runs what is posted until `done`, for at most 20 s.
  template <typename F>
  bool until(F done) {
    const auto give_up = std::chrono::steady_clock::now() + 20s;
    while (!done()) {
      if (std::chrono::steady_clock::now() > give_up)
        return false;
      io_.restart();
      io_.run_one_for(20ms);
    }
    return true;
  }
  /// A port nobody has at the moment: bound, read, closed.
  static std::string free_endpoint() {
    const int probe = socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in any{};
    any.sin_family = AF_INET;
    any.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof any;
    if (bind(probe, reinterpret_cast<sockaddr*>(&any), size) != 0 ||
        getsockname(probe, reinterpret_cast<sockaddr*>(&any), &size) != 0)
      throw std::runtime_error("no port");
    close(probe);
    return "tcp://127.0.0.1:" + std::to_string(ntohs(any.sin_port));
  }

  boost::asio::io_context io_;
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> busy_{
      io_.get_executor()};
  key_pair amsterdam_ = make_key_pair(), berlin_ = make_key_pair(), stranger_ = make_key_pair();
};

TEST_F(Transport, EnvelopesArriveInOrderUnderTheNameOfTheKey) {
  const std::string a = free_endpoint(), b = free_endpoint();
  node amsterdam(io_, amsterdam_, {{"berlin", b, berlin_.public_key}}, a);
  // Berlin calls amsterdam by a name of its own choice.
  node berlin(io_, berlin_, {{"mokum", a, amsterdam_.public_key}}, b);
  ASSERT_TRUE(
      until([&] { return amsterdam.connected.size() == 1 && berlin.connected.size() == 1; }));
  for (std::uint64_t n = 0; n < 500; ++n)
    amsterdam.network->send("berlin", heartbeat(n));
  berlin.network->send("mokum", heartbeat(77));
  ASSERT_TRUE(
      until([&] { return berlin.received.size() == 500 && amsterdam.received.size() == 1; }));
  for (std::uint64_t n = 0; n < 500; ++n) {
    EXPECT_EQ(berlin.received[n].from, "mokum");
    EXPECT_EQ(berlin.received[n].message.heartbeat().directory_version(), n);
  }
  EXPECT_EQ(amsterdam.received[0].from, "berlin");
  EXPECT_EQ(amsterdam.network->counters().peers.at("berlin").sent, 500u);
  EXPECT_EQ(berlin.network->counters().peers.at("mokum").received, 500u);
  EXPECT_EQ(berlin.network->counters().strangers, 0u);
  EXPECT_TRUE(berlin.alarms.empty());
}

/// As when the daemon is told to end twice, or somebody measures it.
TEST_F(Transport, ASignalEndsNothing) {
  const std::string a = free_endpoint(), b = free_endpoint();
  node amsterdam(io_, amsterdam_, {{"berlin", b, berlin_.public_key}}, a);
  node berlin(io_, berlin_, {{"amsterdam", a, amsterdam_.public_key}}, b);
  ASSERT_TRUE(until([&] { return amsterdam.connected.size() == 1; }));
  ::signal(SIGUSR1, [](int) {});
  for (const auto& thread : std::filesystem::directory_iterator("/proc/self/task"))
    syscall(SYS_tgkill, getpid(), std::stoi(thread.path().filename()), SIGUSR1);
  amsterdam.network->send("berlin", heartbeat(1));
  EXPECT_TRUE(until([&] { return berlin.received.size() == 1; }));
}

TEST_F(Transport, S14_KeyThatIsNotPinnedGetsSilenceAndACounter) {
  node berlin(io_, berlin_, {{"amsterdam", free_endpoint(), amsterdam_.public_key}});
  zmq::context_t context;
  zmq::socket_t intruder(context, zmq::socket_type::dealer);
  intruder.set(zmq::sockopt::linger, 0);
  intruder.set(zmq::sockopt::curve_publickey, stranger_.public_key);
  intruder.set(zmq::sockopt::curve_secretkey, stranger_.secret_key);
  intruder.set(zmq::sockopt::curve_serverkey, berlin_.public_key);
  intruder.set(zmq::sockopt::routing_id, "amsterdam"); // what a sender says of itself is nothing
  intruder.connect(berlin.network->endpoint());
  intruder.send(zmq::buffer(heartbeat(1).SerializeAsString()), zmq::send_flags::dontwait);

  ASSERT_TRUE(until([&] { return berlin.network->counters().strangers >= 2; }));
  zmq::message_t answer;
  EXPECT_FALSE(intruder.recv(answer, zmq::recv_flags::dontwait));
  EXPECT_TRUE(berlin.received.empty());
  ASSERT_TRUE(until([&] { return berlin.alarms.contains("scn-stranger"); }));
  EXPECT_NE(berlin.alarms["scn-stranger"].what.find("turned away"), std::string::npos);
  EXPECT_FALSE(berlin.alarms["scn-stranger"].remedy.empty());
}

TEST_F(Transport, S14_StrangerIsNotToldThatItsKeyWasRefused) {
  node berlin(io_, berlin_, {});
  zmq::context_t context;
  zmq::socket_t intruder(context, zmq::socket_type::dealer);
  zmq_socket_monitor(intruder.handle(), "inproc://intruder", ZMQ_EVENT_HANDSHAKE_FAILED_AUTH);
  zmq::socket_t events(context, zmq::socket_type::pair);
  events.connect("inproc://intruder");
  intruder.set(zmq::sockopt::linger, 0);
  intruder.set(zmq::sockopt::curve_publickey, stranger_.public_key);
  intruder.set(zmq::sockopt::curve_secretkey, stranger_.secret_key);
  intruder.set(zmq::sockopt::curve_serverkey, berlin_.public_key);
  intruder.connect(berlin.network->endpoint());
  ASSERT_TRUE(until([&] { return berlin.network->counters().strangers >= 2; }));
  zmq::message_t event; // would be an ERROR command from the server
  EXPECT_FALSE(events.recv(event, zmq::recv_flags::dontwait));
}

TEST_F(Transport, S14_PlainAndForgedConnectionsAreTurnedAway) {
  node berlin(io_, berlin_, {{"amsterdam", free_endpoint(), amsterdam_.public_key}});
  zmq::context_t context;
  zmq::socket_t plain(context, zmq::socket_type::dealer), forged(context, zmq::socket_type::dealer);
  plain.set(zmq::sockopt::linger, 0);
  plain.connect(berlin.network->endpoint());
  plain.send(zmq::buffer(heartbeat(1).SerializeAsString()), zmq::send_flags::dontwait);
  ASSERT_TRUE(until([&] { return berlin.network->counters().strangers >= 1; }));
  plain.close();
  // Knows amsterdam's public key, which is no secret, but not its secret key.
  const auto before = berlin.network->counters().strangers;
  forged.set(zmq::sockopt::linger, 0);
  forged.set(zmq::sockopt::curve_publickey, amsterdam_.public_key);
  forged.set(zmq::sockopt::curve_secretkey, stranger_.secret_key);
  forged.set(zmq::sockopt::curve_serverkey, berlin_.public_key);
  forged.connect(berlin.network->endpoint());
  forged.send(zmq::buffer(heartbeat(1).SerializeAsString()), zmq::send_flags::dontwait);
  ASSERT_TRUE(until([&] { return berlin.network->counters().strangers > before; }));
  EXPECT_TRUE(berlin.received.empty());
}

TEST_F(Transport, S14_PeerWithTheWrongKeyRaisesAnAlarmWithARemedyUntilItIsRight) {
  const std::string a = free_endpoint(), b = free_endpoint();
  auto impostor = std::make_unique<node>(
      io_, stranger_, std::vector<peer_address>{{"amsterdam", a, amsterdam_.public_key}}, b);
  node amsterdam(io_, amsterdam_, {{"berlin", b, berlin_.public_key}}, a);
  ASSERT_TRUE(until([&] { return amsterdam.alarms.contains("scn-handshake-berlin"); }));
  const auto& text = amsterdam.alarms["scn-handshake-berlin"];
  EXPECT_NE(text.what.find(b), std::string::npos) << text.what;
  EXPECT_NE(text.remedy.find("switchroom keys show"), std::string::npos) << text.remedy;
  const auto failed = [&] {
    return amsterdam.network->counters().peers.at("berlin").failed_handshakes;
  };
  ASSERT_TRUE(until([&] { return failed() >= 7; }));
  EXPECT_LE(amsterdam.raises["scn-handshake-berlin"], 3u)
      << "at the second, fourth and eighth, for the log's sake";
  EXPECT_FALSE(amsterdam.network->counters().peers.at("berlin").connected);
  EXPECT_TRUE(amsterdam.received.empty());

  impostor.reset();
  node berlin(io_, berlin_, {{"amsterdam", a, amsterdam_.public_key}}, b);
  ASSERT_TRUE(until([&] { return amsterdam.connected.size() == 1; }));
  EXPECT_FALSE(amsterdam.alarms.contains("scn-handshake-berlin"));
}

TEST_F(Transport, GarbageAndOversizeAreCountedAndDropped) {
  node berlin(io_, berlin_, {{"amsterdam", free_endpoint(), amsterdam_.public_key}});
  zmq::context_t context;
  zmq::socket_t sender(context, zmq::socket_type::dealer);
  sender.set(zmq::sockopt::linger, 0);
  sender.set(zmq::sockopt::curve_publickey, amsterdam_.public_key);
  sender.set(zmq::sockopt::curve_secretkey, amsterdam_.secret_key);
  sender.set(zmq::sockopt::curve_serverkey, berlin_.public_key);
  sender.connect(berlin.network->endpoint());
  const auto none = zmq::send_flags::none;
  sender.send(zmq::str_buffer("\xff\xff\xff\xff"), none);
  sender.send(zmq::message_t(), none); // parses, but says nothing
  auto large = heartbeat(1);           // good in all but its size
  large.mutable_user_state()->set_name(std::string(largest_message, 'x'));
  sender.send(zmq::buffer(large.SerializeAsString()), none);
  sender.send(zmq::buffer(heartbeat(1).SerializeAsString()), zmq::send_flags::sndmore);
  sender.send(zmq::str_buffer("second part"), none);
  std::mt19937 random{7};
  for (int n = 0; n < 200; ++n) {
    std::string noise(random() % 300, '\0');
    for (auto& octet : noise)
      octet = static_cast<char>(random());
    noise.insert(0, 1, '\xff'); // no valid tag: noise is never an envelope by chance
    sender.send(zmq::buffer(noise), none);
  }
  sender.send(zmq::buffer(heartbeat(9).SerializeAsString()), none);
  ASSERT_TRUE(until([&] { return !berlin.received.empty(); }));
  EXPECT_EQ(berlin.received.size(), 1u);
  EXPECT_EQ(berlin.received[0].message.heartbeat().directory_version(), 9u);
  EXPECT_EQ(berlin.network->counters().peers.at("amsterdam").malformed, 204u);
  ASSERT_FALSE(berlin.notes.empty());
  EXPECT_NE(berlin.notes[0].find("dropped a message from amsterdam"), std::string::npos);
  EXPECT_LE(berlin.notes.size(), 8u); // at 1, 2, 4 … 128
}

/// Sits on the wire before a gateway: passes everything on, keeps what the caller says, and says
/// it again when told to.
class eavesdropper {
public:
  using tcp = boost::asio::ip::tcp;
  eavesdropper(boost::asio::io_context& io, const std::string& endpoint)
      : io_(io), port_(port_of(endpoint)),
        acceptor_(io, {boost::asio::ip::address_v4::loopback(), 0}) {
    accept();
  }
  std::string endpoint() const {
    return "tcp://127.0.0.1:" + std::to_string(acceptor_.local_endpoint().port());
  }
  static std::uint16_t port_of(const std::string& endpoint) {
    return static_cast<std::uint16_t>(std::stoul(endpoint.substr(endpoint.rfind(':') + 1)));
  }
  std::string heard;
  bool says_twice = false;

private:
  using end = std::shared_ptr<tcp::socket>;
  void accept() {
    auto caller = std::make_shared<tcp::socket>(io_);
    acceptor_.async_accept(*caller, [this, caller](boost::system::error_code failed) {
      if (failed)
        return;
      auto called = std::make_shared<tcp::socket>(io_);
      called->connect({boost::asio::ip::address_v4::loopback(), port_});
      pass_on(caller, called, true);
      pass_on(called, caller, false);
      accept();
    });
  }
  void pass_on(const end& from, const end& to, bool by_caller) {
    auto some = std::make_shared<std::array<char, 4096>>();
    from->async_read_some(boost::asio::buffer(*some),
                          [=, this](boost::system::error_code failed, std::size_t n) {
                            boost::system::error_code gone;
                            if (failed) {
                              from->close(gone);
                              to->close(gone);
                              return;
                            }
                            if (by_caller)
                              heard.append(some->data(), n);
                            for (int times = by_caller && says_twice ? 2 : 1; times > 0; --times)
                              boost::asio::write(*to, boost::asio::buffer(some->data(), n), gone);
                            pass_on(from, to, by_caller);
                          });
  }

  boost::asio::io_context& io_;
  std::uint16_t port_;
  tcp::acceptor acceptor_;
};

TEST_F(Transport, S14_WhatIsSaidAgainOnTheWireIsNotHeardAgain) {
  const std::string b = free_endpoint();
  node berlin(io_, berlin_, {{"amsterdam", "tcp://127.0.0.1:9", amsterdam_.public_key}}, b);
  eavesdropper wire(io_, b);
  node amsterdam(io_, amsterdam_, {{"berlin", wire.endpoint(), berlin_.public_key}});
  const auto heard = [&] {
    std::vector<std::uint64_t> versions;
    for (const auto& one : berlin.received)
      versions.push_back(one.message.heartbeat().directory_version());
    return versions;
  };
  ASSERT_TRUE(until([&] { return amsterdam.connected.size() == 1; }));
  amsterdam.network->send("berlin", heartbeat(1));
  ASSERT_TRUE(until([&] { return berlin.received.size() == 1; }));
  const auto first_connection = wire.heard;

  wire.says_twice = true; // within the connection: berlin ends it, amsterdam connects anew
  amsterdam.network->send("berlin", heartbeat(2));
  ASSERT_TRUE(until([&] { return berlin.received.size() == 2; }));
  wire.says_twice = false;
  ASSERT_TRUE(until([&] { return amsterdam.connected.size() == 2; }));
  amsterdam.network->send("berlin", heartbeat(3));
  ASSERT_TRUE(until([&] { return berlin.received.size() == 3; }));

  boost::asio::ip::tcp::socket again(io_); // all of the first connection, in one of its own
  again.connect({boost::asio::ip::address_v4::loopback(), eavesdropper::port_of(b)});
  const auto strangers = berlin.network->counters().strangers;
  boost::asio::write(again, boost::asio::buffer(first_connection));
  ASSERT_TRUE(until([&] { return berlin.network->counters().strangers > strangers; }));
  amsterdam.network->send("berlin", heartbeat(4));
  ASSERT_TRUE(until([&] { return berlin.received.size() == 4; }));
  EXPECT_EQ(heard(), (std::vector<std::uint64_t>{1, 2, 3, 4}));
}

TEST_F(Transport, WhatIsSaidToAnAbsentPeerIsDroppedAndCounted) {
  const std::string a = free_endpoint(), b = free_endpoint();
  node amsterdam(io_, amsterdam_, {{"berlin", b, berlin_.public_key}}, a);
  amsterdam.network->send("berlin", heartbeat(1));
  amsterdam.network->send("nobody", heartbeat(1));
  ASSERT_TRUE(until([&] { return amsterdam.network->counters().peers.at("berlin").unsent == 1; }));
  node berlin(io_, berlin_, {{"amsterdam", a, amsterdam_.public_key}}, b);
  ASSERT_TRUE(until([&] { return amsterdam.connected.size() == 1; }));
  amsterdam.network->send("berlin", heartbeat(2));
  ASSERT_TRUE(until([&] { return !berlin.received.empty(); }));
  EXPECT_EQ(berlin.received[0].message.heartbeat().directory_version(), 2u);
}

TEST_F(Transport, ConnectsAgainAfterThePeerRestarted) {
  const std::string a = free_endpoint(), b = free_endpoint();
  node amsterdam(io_, amsterdam_, {{"berlin", b, berlin_.public_key}}, a);
  const std::vector<peer_address> peers{{"amsterdam", a, amsterdam_.public_key}};
  auto berlin = std::make_unique<node>(io_, berlin_, peers, b);
  ASSERT_TRUE(until([&] { return amsterdam.connected.size() == 1; }));
  berlin.reset();
  ASSERT_TRUE(until([&] { return !amsterdam.network->counters().peers.at("berlin").connected; }));
  berlin = std::make_unique<node>(io_, berlin_, peers, b);
  ASSERT_TRUE(until([&] { return amsterdam.connected.size() == 2; }));
  amsterdam.network->send("berlin", heartbeat(5));
  EXPECT_TRUE(until([&] { return !berlin->received.empty(); }));
}

/// As when its disk is slow: nobody reads for a while.
TEST_F(Transport, WhatAPeerHasNotReadWaitsAndWhatIsTooMuchIsCounted) {
  const std::string a = free_endpoint(), b = free_endpoint();
  boost::asio::io_context at_berlin;
  node amsterdam(io_, amsterdam_, {{"berlin", b, berlin_.public_key}}, a);
  node berlin(at_berlin, berlin_, {{"amsterdam", a, amsterdam_.public_key}}, b);
  ASSERT_TRUE(until([&] {
    at_berlin.poll(); // its answer to the handshake
    return amsterdam.connected.size() == 1;
  }));
  const auto& said = amsterdam.network->counters().peers.at("berlin");
  for (std::uint64_t n = 0; said.unsent == 0 && n < 10'000'000; ++n)
    amsterdam.network->send("berlin", heartbeat(n));
  EXPECT_EQ(said.unsent, 1u);
  EXPECT_GE(said.sent, static_cast<std::uint64_t>(most_waiting));
  ASSERT_TRUE(until([&] {
    at_berlin.poll();
    return berlin.received.size() == said.sent;
  }));
  for (std::uint64_t n = 0; n < said.sent; ++n)
    ASSERT_EQ(berlin.received[n].message.heartbeat().directory_version(), n);
}

/// What we say goes out by our own connection, and nothing is to come back on it.
TEST_F(Transport, APeerThatAnswersOnOurConnectionIsCutOff) {
  zmq::context_t context;
  zmq::socket_t forger(context, zmq::socket_type::router);
  forger.set(zmq::sockopt::linger, 0);
  forger.set(zmq::sockopt::curve_server, true);
  forger.set(zmq::sockopt::curve_secretkey, berlin_.secret_key);
  forger.bind("tcp://127.0.0.1:*");
  node amsterdam(io_, amsterdam_,
                 {{"berlin", forger.get(zmq::sockopt::last_endpoint), berlin_.public_key}});
  ASSERT_TRUE(until([&] { return amsterdam.connected.size() == 1; }));
  amsterdam.network->send("berlin", heartbeat(1));
  zmq::message_t identity, said;
  ASSERT_TRUE(forger.recv(identity));
  ASSERT_TRUE(forger.recv(said));
  forger.send(identity, zmq::send_flags::sndmore);
  forger.send(zmq::message_t(100'000), zmq::send_flags::none);
  EXPECT_TRUE(until([&] {
    return !amsterdam.network->counters().peers.at("berlin").connected ||
           amsterdam.connected.size() > 1;
  }));
}

TEST_F(Transport, TooLargeToSendIsRefusedHere) {
  node amsterdam(io_, amsterdam_, {{"berlin", free_endpoint(), berlin_.public_key}});
  auto large = heartbeat(1);
  large.mutable_user_state()->set_name(std::string(largest_message, 'x'));
  amsterdam.network->send("berlin", large);
  ASSERT_TRUE(until([&] { return !amsterdam.notes.empty(); }));
  EXPECT_NE(amsterdam.notes[0].find("too large"), std::string::npos);
}

TEST_F(Transport, StartRefusesWhatCannotWork) {
  const auto refused = [&](settings wrong) {
    auto started = mesh::start(std::move(wrong), io_.get_executor(), {});
    return started ? std::string{} : started.error().what + " | " + started.error().remedy;
  };
  const std::string any = "tcp://127.0.0.1:*";
  EXPECT_NE(refused({any, amsterdam_.public_key, berlin_.secret_key, {}}).find("does not belong"),
            std::string::npos);
  EXPECT_NE(refused({any, "", "short", {}}).find("no secret key"), std::string::npos);
  EXPECT_NE(refused({any, amsterdam_.public_key, amsterdam_.secret_key, {{"b", any, "short"}}})
                .find("peer b is no key"),
            std::string::npos);
  EXPECT_NE(refused({any,
                     amsterdam_.public_key,
                     amsterdam_.secret_key,
                     {{"b", any, berlin_.public_key}, {"c", any, berlin_.public_key}}})
                .find("peer c has a name or key that is used already"),
            std::string::npos);
  EXPECT_NE(refused({"nonsense", amsterdam_.public_key, amsterdam_.secret_key, {}}).find("[scn]"),
            std::string::npos);
  node first(io_, amsterdam_, {});
  EXPECT_NE(refused({first.network->endpoint(), berlin_.public_key, berlin_.secret_key, {}})
                .find("is the port free?"),
            std::string::npos);
}

} // namespace
} // namespace switchroom::transport
