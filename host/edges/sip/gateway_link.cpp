// SPDX-License-Identifier: MIT
#include "edges/sip/gateway_link.hpp"

#include "control/frame.hpp"

#include <array>
#include <cerrno>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace switchroom::sip {

gateway_link::gateway_link(su_root_t* root, int descriptor,
                           std::function<void(const edge::v1::ToEdge&)> told,
                           std::function<void()> gone)
    : root_(root), descriptor_(descriptor), told_(std::move(told)), gone_(std::move(gone)) {
  su_wait_t wait{};
  su_wait_create(&wait, descriptor_, SU_WAIT_IN);
  registered_ = su_root_register(root_, &wait, &gateway_link::ready,
                                 reinterpret_cast<su_wakeup_arg_t*>(this), 0);
}

gateway_link::~gateway_link() {
  if (registered_ > 0)
    su_root_deregister(root_, registered_);
  ::close(descriptor_);
}

int gateway_link::ready(su_root_magic_t*, su_wait_t*, su_wakeup_arg_t* self) {
  reinterpret_cast<gateway_link*>(self)->read();
  return 0;
}

void gateway_link::read() {
  std::array<char, 16384> octets{};
  const auto got = ::recv(descriptor_, octets.data(), octets.size(), MSG_DONTWAIT);
  if (got < 0 && (errno == EAGAIN || errno == EINTR))
    return;
  if (got <= 0)
    return gone_();
  waiting_.append(octets.data(), static_cast<std::size_t>(got));
  std::string_view rest = waiting_, body;
  auto there = control::take_message(rest, control::largest_reply, body);
  for (; there == control::found::message;
       there = control::take_message(rest, control::largest_reply, body)) {
    edge::v1::ToEdge message;
    if (!message.ParseFromArray(body.data(), static_cast<int>(body.size())))
      return gone_();
    told_(message);
  }
  if (there == control::found::too_long)
    return gone_();
  waiting_.erase(0, waiting_.size() - rest.size());
}

/// Sofia makes what it waits for non-blocking.
bool gateway_link::wait_for_room() const {
  pollfd room{descriptor_, POLLOUT, 0};
  return ::poll(&room, 1, -1) >= 0 || errno == EINTR;
}

void gateway_link::say(const edge::v1::FromEdge& message) {
  const auto octets = control::framed(message);
  for (std::size_t sent = 0; sent < octets.size();) {
    const auto now = ::send(descriptor_, octets.data() + sent, octets.size() - sent, MSG_NOSIGNAL);
    if (now < 0 && (errno == EINTR || (errno == EAGAIN && wait_for_room())))
      continue;
    if (now <= 0)
      return gone_();
    sent += static_cast<std::size_t>(now);
  }
}

} // namespace switchroom::sip
