// SPDX-License-Identifier: MIT
#include "media/rtp_sockets.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <netinet/in.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <system_error>
#include <unistd.h>

namespace switchroom::media {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;

/// As the kernel has it.
struct socket_address {
  union {
    sockaddr any;
    sockaddr_in v4;
    sockaddr_in6 v6;
  } as{};
  socklen_t size = sizeof as;
};

constexpr std::size_t v4_begin = 12; // in an IPv6 address (RFC 4291, 2.5.5.2)

endpoint from_kernel(const socket_address& from) {
  endpoint where;
  if (from.as.any.sa_family == AF_INET) {
    where = endpoint::v4(0, 0, 0, 0, ntohs(from.as.v4.sin_port));
    std::memcpy(where.address.data() + v4_begin, &from.as.v4.sin_addr, sizeof(in_addr));
  } else {
    where.port = ntohs(from.as.v6.sin6_port);
    std::memcpy(where.address.data(), &from.as.v6.sin6_addr, sizeof(in6_addr));
  }
  return where;
}

socket_address to_kernel(const endpoint& to, bool socket_is_v4) {
  socket_address made;
  if (socket_is_v4) {
    made.as.v4.sin_family = AF_INET;
    made.as.v4.sin_port = htons(to.port);
    std::memcpy(&made.as.v4.sin_addr, to.address.data() + v4_begin, sizeof(in_addr));
    made.size = sizeof(sockaddr_in);
  } else {
    made.as.v6.sin6_family = AF_INET6;
    made.as.v6.sin6_port = htons(to.port);
    std::memcpy(&made.as.v6.sin6_addr, to.address.data(), sizeof(in6_addr));
    made.size = sizeof(sockaddr_in6);
  }
  return made;
}

bool is_v4_mapped(const network_address& address) {
  constexpr std::array<std::uint8_t, v4_begin> prefix{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
  return std::equal(prefix.begin(), prefix.end(), address.begin());
}

/// Of a socket at an address, or why there is none.
std::variant<int, error_code> bound_socket(const asio::ip::address& address, std::uint16_t port) {
  endpoint where{{}, port};
  if (address.is_v4())
    where.address = asio::ip::make_address_v6(asio::ip::v4_mapped, address.to_v4()).to_bytes();
  else
    where.address = address.to_v6().to_bytes();
  socket_address at = to_kernel(where, address.is_v4());
  if (address.is_v6()) // fe80::…%eth0
    at.as.v6.sin6_scope_id = static_cast<std::uint32_t>(address.to_v6().scope_id());
  const int made = ::socket(at.as.any.sa_family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (made >= 0 && ::bind(made, &at.as.any, at.size) == 0)
    return made;
  const error_code failed(errno, boost::system::system_category());
  if (made >= 0)
    ::close(made);
  return failed;
}

int new_epoll() {
  const int made = ::epoll_create1(EPOLL_CLOEXEC);
  if (made < 0)
    throw std::system_error(errno, std::system_category(), "RTP sockets: epoll");
  return made;
}

} // namespace

rtp_sockets::rtp_sockets(asio::io_context& io, asio::ip::address address, std::uint16_t base_port,
                         packet_callback on_packet, packet_callback on_report,
                         std::string address_key)
    : address_(std::move(address)), base_port_(base_port), on_packet_(std::move(on_packet)),
      on_report_(std::move(on_report)), address_key_(std::move(address_key)),
      some_ready_(new_epoll()), waiting_(io), next_turn_(io) {
  wait();
}

rtp_sockets::~rtp_sockets() {
  if (waiting_.is_open())
    waiting_.release();
  for (const int one : sockets_)
    if (one != none)
      ::close(one);
  ::close(some_ready_);
}

std::vector<std::pair<host_slot, refusal>> rtp_sockets::bind(unsigned slots) {
  std::vector<std::pair<host_slot, refusal>> failed;
  sockets_.resize(std::max<std::size_t>(sockets_.size(), std::size_t{slots} * 2), none);
  for (unsigned n = 0; n < 2 * slots; ++n) {
    const host_slot slot{static_cast<std::uint8_t>(n / 2)};
    const bool told = !failed.empty() && failed.back().first == slot;
    if (sockets_[n] == none && !told)
      if (auto why = bind_one(n))
        failed.emplace_back(slot, std::move(*why));
  }
  return failed;
}

std::optional<refusal> rtp_sockets::bind_one(unsigned which) {
  const unsigned port = base_port_ + which;
  const std::string where = (which % 2 == 0 ? "RTP" : "RTCP") + std::string(" of host slot ") +
                            std::to_string(which / 2) + ": " + address_.to_string() + " port " +
                            std::to_string(port);
  if (port > 65535)
    return refusal{where + " does not exist", "lower base_port in [rtp]"};
  const auto made = bound_socket(address_, static_cast<std::uint16_t>(port));
  if (const auto* failed = std::get_if<error_code>(&made))
    return *failed == asio::error::address_in_use
               ? refusal{where + " is in use by another program",
                         "stop it, or choose another base_port in [rtp]"}
               : refusal{where + " cannot be bound: " + failed->message(),
                         "give an address of this computer as " + address_key_};
  sockets_[which] = std::get<int>(made);
  epoll_event ready{};
  ready.events = EPOLLIN;
  ready.data.u32 = which;
  if (::epoll_ctl(some_ready_, EPOLL_CTL_ADD, sockets_[which], &ready) != 0) {
    const error_code failed(errno, boost::system::system_category());
    ::close(std::exchange(sockets_[which], none));
    return refusal{where + " cannot be waited for: " + failed.message(),
                   "raise /proc/sys/fs/epoll/max_user_watches"};
  }
  return std::nullopt;
}

bool rtp_sockets::is_bound(host_slot slot) const {
  return slot.value * std::size_t{2} < sockets_.size() &&
         sockets_[slot.value * std::size_t{2}] != none;
}

// ---- what comes --------------------------------------------------------------------------------

void rtp_sockets::wait() {
  if (!waiting_.is_open())
    waiting_.assign(some_ready_);
  waiting_.async_wait(asio::posix::descriptor_base::wait_read, [this](error_code failed) {
    if (!failed)
      turn();
  });
}

void rtp_sockets::turn() {
  const auto at = std::chrono::steady_clock::now();
  const bool was_pausing = !waiting_.is_open();
  const unsigned taken = take_all();
  const bool close_together = was_pausing || taken > 1 || at - last_turn_ < turn_every;
  last_turn_ = at;
  if (taken == 0 || !close_together)
    return wait();
  if (!was_pausing)
    waiting_.release();
  next_turn_.expires_at(at + turn_every);
  next_turn_.async_wait([this](error_code stopped) {
    if (!stopped)
      turn();
  });
}

unsigned rtp_sockets::take_all() {
  std::array<epoll_event, most_at_once> ready;
  unsigned taken = 0;
  while (taken < most_at_once) {
    const int count =
        ::epoll_wait(some_ready_, ready.data(), static_cast<int>(most_at_once - taken), 0);
    if (count <= 0)
      break;
    for (int n = 0; n < count; ++n)
      take(ready[static_cast<std::size_t>(n)].data.u32);
    taken += static_cast<unsigned>(count);
  }
  return taken;
}

void rtp_sockets::take(unsigned which) {
  socket_address from;
  const ssize_t size =
      ::recvfrom(sockets_[which], buffer_.data(), buffer_.size(), 0, &from.as.any, &from.size);
  if (size < 0)
    return;
  const host_slot slot{static_cast<std::uint8_t>(which / 2)};
  const auto& told = which % 2 == 0 ? on_packet_ : on_report_;
  told(slot, from_kernel(from), std::span(buffer_).first(static_cast<std::size_t>(size)));
}

// ---- what goes ---------------------------------------------------------------------------------

void rtp_sockets::send(const outgoing_packet& packet) {
  const std::size_t which = packet.slot.value * std::size_t{2} + (packet.is_report ? 1 : 0);
  const bool bound = which < sockets_.size() && sockets_[which] != none;
  const bool reachable = !address_.is_v4() || is_v4_mapped(packet.to.address);
  bool sent = false;
  if (bound && reachable) {
    const socket_address to = to_kernel(packet.to, address_.is_v4());
    sent = ::sendto(sockets_[which], packet.octets.data(), packet.octets.size(), 0, &to.as.any,
                    to.size) >= 0;
  }
  unsent_ += sent ? 0 : 1;
}

} // namespace switchroom::media
