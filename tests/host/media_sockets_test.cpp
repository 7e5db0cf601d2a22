// SPDX-License-Identifier: MIT
// The sockets of host slots on real loopback. Nothing sleeps and nothing is timed: the test runs
// the io_context until what it waits for is so.
#include "media/rtp_sockets.hpp"

#include <gtest/gtest.h>

#include <boost/asio/ip/udp.hpp>
#include <boost/asio/post.hpp>

#include <map>
#include <unistd.h>
#include <vector>

namespace {

using namespace switchroom;
using namespace switchroom::media;
namespace asio = boost::asio;
using udp = asio::ip::udp;

/// Of IPv4 and of IPv6.
class RtpSockets : public ::testing::TestWithParam<const char*> {
protected:
  struct heard {
    endpoint from;
    std::vector<std::uint8_t> octets;
  };

  RtpSockets()
      : address(asio::ip::make_address(GetParam())), phone(io, udp::endpoint(address, 0)),
        sockets(io, address, base_port, keep(packets), keep(reports)) {
    phone.non_blocking(true);
  }
  rtp_sockets::packet_callback keep(std::map<unsigned, std::vector<heard>>& where) {
    return
        [this, &where](host_slot slot, const endpoint& from, std::span<const std::uint8_t> octets) {
          where[slot.value].push_back({from, {octets.begin(), octets.end()}});
          ++come;
        };
  }
  /// Sixteen ports in a row that nobody has.
  std::uint16_t free_ports() {
    for (unsigned base = 41000 + static_cast<unsigned>(::getpid()) % 500 * 16;; base += 16) {
      bool free = true;
      for (unsigned n = 0; n < 16 && free; ++n) {
        udp::socket one(io, address.is_v4() ? udp::v4() : udp::v6());
        boost::system::error_code taken;
        one.bind({address, static_cast<std::uint16_t>(base + n)}, taken);
        free = !taken;
      }
      if (free)
        return static_cast<std::uint16_t>(base);
    }
  }
  void say(unsigned port_above, std::vector<std::uint8_t> octets) {
    phone.send_to(asio::buffer(octets),
                  {address, static_cast<std::uint16_t>(base_port + port_above)});
  }
  /// Loopback delivers before sendto returns.
  bool wait_until(std::size_t packets_have_come) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(30);
    while (come < packets_have_come && std::chrono::steady_clock::now() < end)
      io.run_one_for(std::chrono::milliseconds(100));
    return come >= packets_have_come;
  }
  endpoint here(std::uint16_t port) { return *parse_endpoint(address.to_string(), port); }

  asio::io_context io;
  asio::ip::address address;
  udp::socket phone;
  const std::uint16_t base_port = free_ports();
  std::map<unsigned, std::vector<heard>> packets, reports; ///< by host slot
  std::size_t come = 0;
  rtp_sockets sockets;
};
INSTANTIATE_TEST_SUITE_P(Of, RtpSockets, ::testing::Values("127.0.0.1", "::1"),
                         [](const auto& of) { return of.index == 0 ? "Four" : "Six"; });

TEST_P(RtpSockets, EachPortIsHeardInOrderAndFromWhom) {
  ASSERT_TRUE(sockets.bind(4).empty());
  for (std::uint8_t n = 0; n < 20; ++n) // close together: in turns
    for (const std::uint8_t port : {0, 2, 5, 6})
      say(port, {port, n});
  ASSERT_TRUE(wait_until(80));
  const endpoint whom = here(phone.local_endpoint().port());
  const auto is_whole = [&](const std::vector<heard>& all, std::uint8_t port) {
    ASSERT_EQ(all.size(), 20U);
    for (std::uint8_t n = 0; n < 20; ++n) {
      EXPECT_EQ(all[n].octets, (std::vector{port, n}));
      EXPECT_TRUE(all[n].from == whom);
    }
  };
  is_whole(packets[0], 0);
  is_whole(packets[1], 2);
  is_whole(reports[2], 5);
  is_whole(packets[3], 6);
  EXPECT_EQ(packets.size() + reports.size(), 4U);
}

TEST_P(RtpSockets, WhatComesAfterARestIsHeard) {
  ASSERT_TRUE(sockets.bind(2).empty());
  for (std::size_t burst = 1; burst <= 5; ++burst) { // alone, in turns, and alone again
    say(0, {1});
    ASSERT_TRUE(wait_until(5 * burst - 4));
    for (int n = 0; n < 4; ++n)
      say(2, {2});
    ASSERT_TRUE(wait_until(5 * burst));
    io.run_for(2 * rtp_sockets::turn_every);
  }
}

/// Everything else on the thread goes on between looks, and so do the other ports.
TEST_P(RtpSockets, AFloodTakesNeitherTheThreadNorTheTurnsOfOthers) {
  ASSERT_TRUE(sockets.bind(4).empty());
  constexpr std::size_t flood = 200; // the kernel keeps so many for a socket
  for (std::size_t n = 0; n < flood; ++n)
    say(2, {9});
  say(0, {7});
  say(6, {7});
  std::size_t looks = 0;
  while (come < flood + 2) {
    const auto before = come;
    ASSERT_EQ(io.run_one_for(std::chrono::seconds(30)), 1U);
    ASSERT_LE(come - before, rtp_sockets::most_at_once);
    looks += come > before ? 1 : 0;
    if (looks == 1) {
      EXPECT_EQ(packets[0].size(), 1U);
      EXPECT_EQ(packets[3].size(), 1U);
    }
  }
  EXPECT_EQ(looks, (flood + 2 + rtp_sockets::most_at_once - 1) / rtp_sockets::most_at_once);
}

TEST_P(RtpSockets, SendsFromThePortsOfTheSlot) {
  ASSERT_TRUE(sockets.bind(2).empty());
  const std::vector<std::uint8_t> voice(172, 5), report(80, 6);
  const endpoint to = here(phone.local_endpoint().port());
  sockets.send({host_slot{1}, false, to, voice});
  sockets.send({host_slot{1}, true, to, report});
  std::vector<std::uint8_t> room(1500);
  udp::endpoint from;
  ASSERT_EQ(phone.receive_from(asio::buffer(room), from), voice.size());
  EXPECT_EQ(from, udp::endpoint(address, static_cast<std::uint16_t>(base_port + 2)));
  EXPECT_EQ(room[0], 5);
  ASSERT_EQ(phone.receive_from(asio::buffer(room), from), report.size());
  EXPECT_EQ(from, udp::endpoint(address, static_cast<std::uint16_t>(base_port + 3)));
  EXPECT_EQ(sockets.unsent(), 0U);
}

TEST_P(RtpSockets, WhatCannotBeSentIsCounted) {
  ASSERT_TRUE(sockets.bind(1).empty());
  const std::vector<std::uint8_t> voice(172), far_too_long(70'000);
  const endpoint to = here(phone.local_endpoint().port());
  sockets.send({host_slot{5}, false, to, voice}); // not bound
  EXPECT_EQ(sockets.unsent(), 1U);
  sockets.send({host_slot{0}, false, to, far_too_long});
  EXPECT_EQ(sockets.unsent(), 2U);
  if (address.is_v4())
    sockets.send({host_slot{0}, false, *parse_endpoint("::1", to.port), voice});
  else
    sockets.send({host_slot{0}, false, here(0), voice});
  EXPECT_EQ(sockets.unsent(), 3U);
  sockets.send({host_slot{0}, false, to, voice});
  EXPECT_EQ(sockets.unsent(), 3U);
}

TEST_P(RtpSockets, APortInUseIsToldAndBoundWhenItIsFree) {
  {
    const udp::socket other(io, {address, static_cast<std::uint16_t>(base_port + 3)});
    const auto failed = sockets.bind(3);
    ASSERT_EQ(failed.size(), 1U);
    EXPECT_EQ(failed[0].first, host_slot{1});
    EXPECT_EQ(failed[0].second.what, "RTCP of host slot 1: " + address.to_string() + " port " +
                                         std::to_string(base_port + 3) +
                                         " is in use by another program");
    EXPECT_TRUE(sockets.is_bound(host_slot{2}));
  }
  EXPECT_TRUE(sockets.bind(3).empty());
  EXPECT_TRUE(sockets.is_bound(host_slot{1}));
  EXPECT_FALSE(sockets.is_bound(host_slot{3}));
  say(3, {1});
  ASSERT_TRUE(wait_until(1));
  EXPECT_EQ(reports[1].size(), 1U);
}

/// 192.0.2.1 and 2001:db8::1 are nobody's (RFC 5737, RFC 3849).
TEST_P(RtpSockets, AnAddressOfAnotherComputerIsToldByTheKeyThatItIsWrittenAt) {
  const auto nobodys = asio::ip::make_address(address.is_v4() ? "192.0.2.1" : "2001:db8::1");
  rtp_sockets elsewhere(io, nobodys, base_port, keep(packets), keep(reports), "listen in [sip]");
  const auto failed = elsewhere.bind(2);
  ASSERT_EQ(failed.size(), 2U);
  EXPECT_NE(failed[0].second.what.find(nobodys.to_string()), std::string::npos);
  EXPECT_EQ(failed[0].second.remedy, "give an address of this computer as listen in [sip]");
}

} // namespace
