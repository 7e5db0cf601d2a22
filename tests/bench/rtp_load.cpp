// SPDX-License-Identifier: MIT
// Phones of tests/bench/rtp_relay.py: streams of G.711 to a relay, each packet at its own
// instant, and what comes back of them. A stream is a socket; 2n and 2n + 1 are a call.
#include "loopback.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <atomic>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <netinet/in.h>
#include <sys/socket.h>
#include <thread>
#include <time.h>
#include <vector>

namespace {

constexpr std::int64_t ms = 1'000'000; // in ns
constexpr std::size_t header_octets = 12;
unsigned ptime = 20; ///< in ms

std::size_t packet_octets() {
  return header_octets + std::size_t{8} * ptime;
}

struct packet {
  std::uint8_t header[header_octets];
  std::uint32_t run; ///< what else is about the ports is not counted
  std::uint8_t sent_at[8];
  std::uint8_t rest[160 - 12]; ///< of shorter packets, not all is sent
};

std::int64_t clock_ns() { // of SO_TIMESTAMPNS
  timespec t{};
  clock_gettime(CLOCK_REALTIME, &t);
  return t.tv_sec * 1'000 * ms + t.tv_nsec;
}

int phone(unsigned port) {
  const int made = socket(AF_INET, SOCK_DGRAM, 0), on = 1;
  const sockaddr_in at = loopback(port);
  if (bind(made, reinterpret_cast<const sockaddr*>(&at), sizeof at) != 0 ||
      setsockopt(made, SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof on) != 0) {
    std::fprintf(stderr, "rtp_load: port %u: %s\n", port, std::strerror(errno));
    std::exit(1);
  }
  return made;
}

packet rtp(unsigned stream, std::uint32_t number, std::uint32_t run) {
  packet made{};
  made.header[0] = 0x80;
  made.header[1] = 8; // PCMA
  made.header[2] = static_cast<std::uint8_t>(number >> 8);
  made.header[3] = static_cast<std::uint8_t>(number);
  const std::uint32_t timestamp = htonl(number * 8 * ptime), ssrc = htonl(0x1000 + stream);
  std::memcpy(made.header + 4, &timestamp, 4);
  std::memcpy(made.header + 8, &ssrc, 4);
  made.run = run;
  const std::int64_t now = clock_ns();
  std::memcpy(made.sent_at, &now, 8);
  return made;
}

/// Takes all that has come to a phone; the kernel has noted when, so nobody needs to be awake.
void take(int socket, std::uint32_t run, std::vector<double>& delays_us) {
  packet heard{};
  alignas(cmsghdr) char control[64];
  iovec room{&heard, sizeof heard};
  for (;;) {
    msghdr message{};
    message.msg_iov = &room;
    message.msg_iovlen = 1;
    message.msg_control = control;
    message.msg_controllen = sizeof control;
    const ssize_t size = recvmsg(socket, &message, MSG_DONTWAIT);
    if (size < 0)
      return;
    const cmsghdr* note = CMSG_FIRSTHDR(&message);
    if (size != static_cast<ssize_t>(packet_octets()) || heard.run != run || note == nullptr)
      continue;
    timespec at{};
    std::int64_t sent = 0;
    std::memcpy(&at, CMSG_DATA(note), sizeof at);
    std::memcpy(&sent, heard.sent_at, 8);
    delays_us.push_back(static_cast<double>(at.tv_sec * 1'000 * ms + at.tv_nsec - sent) / 1e3);
  }
}

void send_all(const std::vector<int>& phones, const std::vector<sockaddr_in>& relays,
              std::uint32_t rounds, std::uint32_t first, std::uint32_t run) {
  const std::int64_t begin = clock_ns() + ms, packet_time = ptime * ms;
  const auto streams = static_cast<unsigned>(phones.size());
  for (std::uint32_t round = 0; round < rounds; ++round)
    for (unsigned n = 0; n < streams; ++n) {
      const std::int64_t due = begin + round * packet_time + n * packet_time / streams;
      const timespec until{due / (1'000 * ms), due % (1'000 * ms)};
      clock_nanosleep(CLOCK_REALTIME, TIMER_ABSTIME, &until, nullptr);
      const packet made = rtp(n, first + round, run);
      sendto(phones[n], &made, packet_octets(), 0, reinterpret_cast<const sockaddr*>(&relays[n]),
             sizeof relays[n]);
    }
}

} // namespace

/// usage: rtp_load FIRST_PORT PTIME_MS, and the relay's port of each stream on standard input;
/// then, for every further line that gives seconds, a run and a line of JSON about it.
int main(int count, char** words) {
  unsigned streams = 0, port = 0;
  if (count != 3 || std::scanf("%u", &streams) != 1)
    return 1;
  ptime = static_cast<unsigned>(std::clamp(std::atoi(words[2]), 2, 20));
  std::vector<int> phones;
  std::vector<sockaddr_in> relays;
  for (unsigned n = 0; n < streams && std::scanf("%u", &port) == 1; ++n) {
    phones.push_back(phone(static_cast<unsigned>(std::atoi(words[1])) + 2 * n));
    relays.push_back(loopback(port));
  }
  double seconds = 0;
  std::uint32_t first = 0;
  for (std::uint32_t run = 1; std::scanf("%lf", &seconds) == 1; ++run) {
    const auto rounds = static_cast<std::uint32_t>(seconds * 1e3 / ptime);
    std::vector<double> delays;
    delays.reserve(std::size_t{rounds} * streams);
    std::atomic<bool> over = false;
    std::thread ear([&] {
      for (bool last = false; !last;) {
        last = over;
        const timespec rest{0, 10 * ms};
        nanosleep(&rest, nullptr);
        for (const int one : phones)
          take(one, run, delays);
      }
    });
    send_all(phones, relays, rounds, first, run);
    first += rounds;
    const timespec tail{0, 100 * ms};
    nanosleep(&tail, nullptr);
    over = true;
    ear.join();
    std::sort(delays.begin(), delays.end());
    const auto at = [&](double share) {
      return delays.empty()
                 ? 0
                 : delays[static_cast<std::size_t>(share * static_cast<double>(delays.size() - 1))];
    };
    std::printf("{\"sent\": %zu, \"received\": %zu, \"p50_us\": %.1f, \"p99_us\": %.1f}\n",
                std::size_t{rounds} * streams, delays.size(), at(0.5), at(0.99));
    std::fflush(stdout);
  }
}
