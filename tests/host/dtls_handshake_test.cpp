// SPDX-License-Identifier: MIT
// Two ends in one process and in virtual time, with a network between them that loses, repeats and
// forges; and one end against the program `openssl`.
#include "dtls/handshake.hpp"
#include "dtls/records.hpp"

#include <gtest/gtest.h>

#include <arpa/inet.h>
#include <csignal>
#include <cstdio>
#include <openssl/ssl.h>
#include <poll.h>
#include <random>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

namespace {

switchroom::instant virtual_now{std::chrono::hours{1}};

} // namespace

/// What OpenSSL takes the time from, so that a flight is said again when the test says so.
extern "C" int gettimeofday(timeval* to, void*) noexcept {
  const auto us = virtual_now.time_since_epoch().count();
  to->tv_sec = us / 1'000'000;
  to->tv_usec = us % 1'000'000;
  return 0;
}

namespace switchroom::dtls {
namespace {

using namespace std::chrono_literals;
using packet = handshake::packet;
using state = handshake::state;

class TwoEnds : public ::testing::Test {
protected:
  /// `drop`: does the network lose this packet, the n-th of its direction?
  using loss = std::function<bool(bool to_server, unsigned n)>;

  void carry(const loss& lost = [](bool, unsigned) { return false; }) {
    for (bool any = true; any;) {
      any = false;
      for (auto& p : client.take_packets()) {
        any = true;
        said.push_back(p);
        if (!lost(true, to_server++))
          server.receive(p, virtual_now);
      }
      for (auto& p : server.take_packets()) {
        any = true;
        said.push_back(p);
        if (!lost(false, to_client++))
          client.receive(p, virtual_now);
      }
    }
  }
  bool done() const { return client.is() == state::done && server.is() == state::done; }
  /// The next time that anybody waits for.
  void pass_time() {
    const auto next = std::min(client.deadline(), server.deadline());
    ASSERT_NE(next, never);
    virtual_now = std::max(virtual_now, next);
    client.tick(virtual_now);
    server.tick(virtual_now);
  }
  void expect_same_keys() const {
    EXPECT_EQ(client.made().ours, server.made().theirs);
    EXPECT_EQ(client.made().theirs, server.made().ours);
    EXPECT_NE(client.made().ours, client.made().theirs);
    EXPECT_NE(client.made().ours, srtp_key{});
  }

  identity phone, gateway;
  handshake client{phone, role::client, gateway.print(), virtual_now};
  handshake server{gateway, role::server, phone.print(), virtual_now};
  unsigned to_server = 0, to_client = 0;
  std::vector<packet> said;
};

TEST_F(TwoEnds, BothGetTheSameKeys) {
  EXPECT_EQ(server.deadline(), never) << "nobody has said anything";
  EXPECT_EQ(client.deadline(), virtual_now + 250ms);
  carry();
  ASSERT_TRUE(done());
  expect_same_keys();
  EXPECT_EQ(client.deadline(), never);
  EXPECT_EQ(server.deadline(), never);
  for (const auto& p : said)
    EXPECT_LE(p.size(), 1200U);
}

TEST_F(TwoEnds, KeysAreOthersEachTime) {
  carry();
  const auto before = client.made();
  handshake a(phone, role::client, gateway.print(), virtual_now);
  handshake b(gateway, role::server, phone.print(), virtual_now);
  for (bool any = true; any;) {
    any = false;
    for (auto& p : a.take_packets())
      b.receive(p, virtual_now), any = true;
    for (auto& p : b.take_packets())
      a.receive(p, virtual_now), any = true;
  }
  ASSERT_EQ(a.is(), state::done);
  EXPECT_NE(a.made().ours, before.ours);
}

/// RFC 6347, 4.2.4: whichever packet is lost, the timers bring it about.
TEST_F(TwoEnds, EachLostPacketIsMadeUpFor) {
  for (const bool direction : {true, false})
    for (unsigned which = 0; which < 6; ++which) {
      handshake a(phone, role::client, gateway.print(), virtual_now);
      handshake b(gateway, role::server, phone.print(), virtual_now);
      unsigned count[2] = {0, 0};
      const auto begun = virtual_now;
      for (int round = 0; round < 10 && (a.is() != state::done || b.is() != state::done); ++round) {
        for (bool any = true; any;) {
          any = false;
          for (auto& p : a.take_packets())
            if (any = true; !direction || count[0]++ != which)
              b.receive(p, virtual_now);
          for (auto& p : b.take_packets())
            if (any = true; direction || count[1]++ != which)
              a.receive(p, virtual_now);
        }
        const auto next = std::min(a.deadline(), b.deadline());
        if (next == never)
          break;
        virtual_now = next;
        a.tick(virtual_now);
        b.tick(virtual_now);
      }
      EXPECT_EQ(a.is(), state::done) << direction << which;
      EXPECT_EQ(b.is(), state::done) << direction << which;
      EXPECT_EQ(a.made().ours, b.made().theirs);
      EXPECT_LE(virtual_now - begun, 600ms) << direction << which;
    }
}

TEST_F(TwoEnds, HalfOfAllPacketsMayBeLost) {
  std::mt19937 dice(7);
  const loss half = [&](bool, unsigned) { return dice() % 2 == 0; };
  for (int round = 0; round < 60 && !done(); ++round) {
    carry(half);
    if (!done())
      pass_time();
  }
  ASSERT_TRUE(done());
  expect_same_keys();
}

TEST_F(TwoEnds, WaitsAreDoubledUpToTwoSeconds) {
  client.take_packets();
  std::vector<duration> waits;
  for (int n = 0; n < 6; ++n) {
    const auto before = virtual_now;
    virtual_now = client.deadline();
    waits.push_back(virtual_now - before);
    client.tick(virtual_now - 20ms);
    EXPECT_TRUE(client.take_packets().empty());
    client.tick(virtual_now);
    EXPECT_EQ(client.take_packets().size(), 1U) << n;
  }
  EXPECT_EQ(waits, (std::vector<duration>{250ms, 500ms, 1s, 2s, 2s, 2s}));
}

/// A phone that rings for a minute does not listen yet.
TEST_F(TwoEnds, AClientGoesOnForAsLongAsItTakes) {
  const auto begun = virtual_now;
  unsigned sent = 0;
  while (virtual_now < begun + 90s) {
    sent += static_cast<unsigned>(client.take_packets().size());
    virtual_now = client.deadline();
    client.tick(virtual_now);
  }
  EXPECT_GT(sent, 45U);
  EXPECT_EQ(client.is(), state::under_way);
  EXPECT_EQ(client.why(), "") << "nobody is there yet";
  carry();
  EXPECT_TRUE(done());
}

TEST_F(TwoEnds, WhoHasNotTheCertificateIsRefused) {
  const identity stranger;
  handshake caller(stranger, role::client, gateway.print(), virtual_now);
  for (bool any = true; any;) {
    any = false;
    for (auto& p : caller.take_packets())
      server.receive(p, virtual_now), any = true;
    for (auto& p : server.take_packets())
      caller.receive(p, virtual_now), any = true;
  }
  EXPECT_EQ(server.is(), state::wrong_certificate);
  EXPECT_NE(server.why().find("fingerprint"), std::string::npos);
  EXPECT_EQ(server.deadline(), never);
  EXPECT_NE(caller.is(), state::done);
  carry(); // the phone itself, later
  EXPECT_EQ(server.is(), state::wrong_certificate) << "it is over";
}

TEST_F(TwoEnds, AServerWithAnotherCertificateIsRefused) {
  const identity stranger;
  handshake impostor(stranger, role::server, phone.print(), virtual_now);
  for (bool any = true; any;) {
    any = false;
    for (auto& p : client.take_packets())
      impostor.receive(p, virtual_now), any = true;
    for (auto& p : impostor.take_packets())
      client.receive(p, virtual_now), any = true;
  }
  EXPECT_EQ(client.is(), state::wrong_certificate);
  EXPECT_NE(impostor.is(), state::done);
}

TEST_F(TwoEnds, RepeatedPacketsChangeNothing) {
  const loss twice = [&](bool to_server_now, unsigned) {
    const auto copy = said.back();
    (to_server_now ? server : client).receive(copy, virtual_now);
    return false;
  };
  carry(twice);
  ASSERT_TRUE(done());
  const auto before = server.made();
  for (const auto& p : said) {
    server.receive(p, virtual_now);
    client.receive(p, virtual_now);
  }
  carry();
  EXPECT_TRUE(done());
  EXPECT_EQ(server.made().ours, before.ours);
  EXPECT_EQ(server.made().theirs, before.theirs);
}

/// Alerts, records that are cut off, of other epochs, other types, of random octets.
std::vector<packet> rubbish(std::mt19937& dice) {
  std::vector<packet> made;
  for (const std::uint8_t type : {20, 21, 22, 23, 24, 25, 63})
    for (const std::uint8_t epoch : {0, 1, 2}) {
      packet p{type, 0xfe, 0xfd, 0, epoch, 0, 0, 0, 0, 0, static_cast<std::uint8_t>(dice() % 16),
               0,    40};
      for (int n = 0; n < 40; ++n)
        p.push_back(static_cast<std::uint8_t>(dice()));
      if (type == 22 && epoch == 0)
        p.resize(p.size() - 20); // a whole one in the clear may be a message: nobody can tell
      if (type == 20 && epoch == 0)
        continue;
      made.push_back(p);
    }
  made.push_back({21, 0xfe, 0xfd, 0, 0, 0, 0, 0, 0, 0, 3, 0, 2, 2, 40}); // handshake failure
  made.push_back({21, 0xfe, 0xfd, 0, 0, 0, 0, 0, 0, 0, 3, 0, 2, 1, 0});  // close notify
  packet noise(600);
  for (auto& o : noise)
    o = static_cast<std::uint8_t>(dice());
  noise[0] = 22;
  made.push_back(noise);
  return made;
}

TEST_F(TwoEnds, ForgedPacketsChangeNothing) {
  std::mt19937 dice(3);
  const loss among_rubbish = [&](bool to_server_now, unsigned) {
    for (const auto& p : rubbish(dice))
      (to_server_now ? server : client).receive(p, virtual_now);
    return false;
  };
  carry(among_rubbish);
  ASSERT_TRUE(done()) << client.why() << server.why();
  expect_same_keys();
  const auto before = client.made();
  for (int n = 0; n < 50; ++n)
    for (const auto& p : rubbish(dice)) {
      client.receive(p, virtual_now);
      server.receive(p, virtual_now);
    }
  carry();
  EXPECT_TRUE(done());
  EXPECT_EQ(client.made().ours, before.ours);
}

TEST_F(TwoEnds, APacketThatWasChangedOnItsWayIsAsOneThatWasLost) {
  unsigned changed = 0;
  const loss spoilt = [&](bool to_server_now, unsigned n) {
    // Finished: the last record of the client's second flight, the only one that is signed.
    if (!to_server_now || n == 0 || changed > 0 || said.back()[0] == 21)
      return false;
    auto copy = said.back();
    if (copy.size() < 20 || sift(copy).begins)
      return false;
    copy.back() ^= 1;
    ++changed;
    server.receive(copy, virtual_now);
    return true;
  };
  for (int round = 0; round < 5 && !done(); ++round) {
    carry(spoilt);
    if (!done())
      pass_time();
  }
  EXPECT_EQ(changed, 1U);
  EXPECT_TRUE(done()) << client.why() << server.why();
}

TEST_F(TwoEnds, WhoGoesAwayInTheMiddleIsWaitedForAndMayComeBack) {
  for (auto& p : client.take_packets())
    server.receive(p, virtual_now);
  EXPECT_FALSE(server.take_packets().empty());
  const auto begun = virtual_now;
  while (server.why().empty()) {
    ASSERT_NE(server.deadline(), never);
    virtual_now = server.deadline();
    server.tick(virtual_now);
    server.take_packets();
  }
  EXPECT_EQ(virtual_now - begun, 20s);
  EXPECT_EQ(server.is(), state::under_way);
  EXPECT_EQ(server.deadline(), never);
  handshake again(phone, role::client, gateway.print(), virtual_now);
  for (bool any = true; any;) {
    any = false;
    for (auto& p : again.take_packets())
      server.receive(p, virtual_now), any = true;
    for (auto& p : server.take_packets())
      again.receive(p, virtual_now), any = true;
  }
  EXPECT_EQ(server.is(), state::done);
  EXPECT_EQ(again.made().ours, server.made().theirs);
}

} // namespace
} // namespace switchroom::dtls
