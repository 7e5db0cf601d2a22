// SPDX-License-Identifier: MIT
// Two relays for tests/bench/rtp_relay.py: ours, which is the real voice thread between its real
// sockets, with a board that is no burden; and the least that any relay does, a loop of recvfrom
// and sendto. What comes for a stream goes on from the port of its partner: 2n and 2n + 1 are a
// call. Both say "ready" and run until standard input ends.
#include "host/media_scripted_board.hpp"
#include "loopback.hpp"
#include "media/voice.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>

#include <algorithm>
#include <arpa/inet.h>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>

namespace {

using namespace switchroom;
using namespace std::chrono_literals;

void run_until_told() {
  std::puts("ready");
  std::fflush(stdout);
  while (std::getchar() != EOF)
    ;
}

/// A board's frames pass as fast as real ones, in steps of `stride`, the fewer the less it is a
/// burden: cells are not what is measured.
switchroom::testing::scripted_board::settings easy_board(const std::string& socket,
                                                         unsigned streams, unsigned stride) {
  switchroom::testing::scripted_board::settings made;
  made.socket = socket;
  made.host_slots = streams;
  made.stride = stride;
  made.progress = [due = std::chrono::steady_clock::now(), stride]() mutable {
    due = std::max(due + stride * 125us, std::chrono::steady_clock::now() - 9ms);
    std::this_thread::sleep_until(due);
  };
  return made;
}

int relay_of_ours(unsigned port, unsigned streams, unsigned phones, unsigned stride,
                  media::coding what) {
  const std::string socket = "/tmp/rtp-relay-" + std::to_string(::getpid()) + ".sock";
  switchroom::testing::scripted_board board(easy_board(socket, streams, stride), 2);
  boost::asio::io_context control;
  const auto work = boost::asio::make_work_guard(control);
  bool up = false;
  media::callbacks told;
  told.up = [&](const board::capabilities&) { up = true; };
  told.down = [](const refusal& why) { std::fprintf(stderr, "%s\n", why.what.c_str()); };
  told.raise = [](const media::alarm& a) { std::fprintf(stderr, "%s\n", a.text.what.c_str()); };
  media::voice_settings settings;
  settings.link = "unix:" + socket;
  settings.rtp_base_port = static_cast<std::uint16_t>(port);
  settings.rtp_ptime_ms = 20;
  media::voice voice(settings, control.get_executor(), told);
  while (!up)
    control.run_one();
  const auto slot = [](unsigned n) { return host_slot{static_cast<std::uint8_t>(n)}; };
  for (unsigned n = 0; n < streams; ++n)
    voice.open(slot(n), "127.0.0.1", static_cast<std::uint16_t>(phones + 2 * n),
               {8, 20, 0, nullptr, media::make_coder(what)});
  for (unsigned n = 0; n < streams; ++n)
    voice.relay(slot(n), slot(n ^ 1), false);
  run_until_told();
  return 0;
}

/// Awake for every packet, as relays are; nothing is looked at.
[[noreturn]] void pass_on(const std::vector<int>& sockets, unsigned phones) {
  const int ready = epoll_create1(0);
  for (unsigned n = 0; n < sockets.size(); ++n) {
    epoll_event wanted{};
    wanted.events = EPOLLIN;
    wanted.data.u32 = n;
    epoll_ctl(ready, EPOLL_CTL_ADD, sockets[n], &wanted);
  }
  epoll_event events[64];
  char octets[1500];
  for (;;) {
    const int count = epoll_wait(ready, events, 64, -1);
    for (int i = 0; i < count; ++i) {
      const unsigned partner = events[i].data.u32 ^ 1;
      sockaddr_in from{}, to = loopback(phones + 2 * partner);
      socklen_t size = sizeof from;
      const ssize_t got = recvfrom(sockets[events[i].data.u32], octets, sizeof octets, MSG_DONTWAIT,
                                   reinterpret_cast<sockaddr*>(&from), &size);
      if (got >= 0)
        sendto(sockets[partner], octets, static_cast<std::size_t>(got), MSG_DONTWAIT,
               reinterpret_cast<const sockaddr*>(&to), sizeof to);
    }
  }
}

int plain_relay(unsigned port, unsigned streams, unsigned phones) {
  std::vector<int> sockets;
  for (unsigned n = 0; n < streams; ++n) {
    sockets.push_back(socket(AF_INET, SOCK_DGRAM, 0));
    const sockaddr_in at = loopback(port + 2 * n);
    if (bind(sockets.back(), reinterpret_cast<const sockaddr*>(&at), sizeof at) != 0) {
      std::fprintf(stderr, "rtp_relay: port %u: %s\n", port + 2 * n, std::strerror(errno));
      return 1;
    }
  }
  std::thread([&] {
    pthread_setname_np(pthread_self(), "voice");
    pass_on(sockets, phones);
  }).detach();
  run_until_told();
  std::_Exit(0);
}

} // namespace

/// usage: rtp_relay ours|plain FIRST_PORT STREAMS FIRST_PORT_OF_PHONES FRAMES_A_CELL pcma|g722
int main(int count, char** words) {
  if (count != 7)
    return 1;
  const auto number = [&](int n) { return static_cast<unsigned>(std::atoi(words[n])); };
  if (words[1] == std::string("plain"))
    return plain_relay(number(2), number(3), number(4));
  const bool wideband = words[6] == std::string("g722");
  return relay_of_ours(number(2), number(3), number(4), number(5),
                       wideband ? media::coding::g722 : media::coding::pcma);
}
