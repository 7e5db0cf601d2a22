// SPDX-License-Identifier: MIT
#include "edges/process/gateway_connection.hpp"

#include "control/frame.hpp"

#include <array>
#include <cerrno>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace switchroom::process {

gateway_connection::~gateway_connection() {
  ::close(descriptor_);
}

bool gateway_connection::read(const std::function<bool(std::string_view)>& told) {
  std::array<char, 16384> octets{};
  const auto got = ::recv(descriptor_, octets.data(), octets.size(), MSG_DONTWAIT);
  if (got < 0 && (errno == EAGAIN || errno == EINTR))
    return true;
  if (got <= 0)
    return false;
  waiting_.append(octets.data(), static_cast<std::size_t>(got));
  std::string_view rest = waiting_, body;
  auto there = control::take_message(rest, control::largest_reply, body);
  for (; there == control::found::message;
       there = control::take_message(rest, control::largest_reply, body))
    if (!told(body))
      return false;
  if (there == control::found::too_long)
    return false;
  waiting_.erase(0, waiting_.size() - rest.size());
  return true;
}

/// A reactor may have made it non-blocking.
bool gateway_connection::wait_for_room() const {
  pollfd room{descriptor_, POLLOUT, 0};
  return ::poll(&room, 1, -1) >= 0 || errno == EINTR;
}

bool gateway_connection::say(const google::protobuf::MessageLite& message) {
  return write(control::framed(message));
}

bool gateway_connection::write(std::string_view octets) {
  while (!octets.empty()) {
    const auto now = ::send(descriptor_, octets.data(), octets.size(), MSG_NOSIGNAL);
    if (now < 0 && (errno == EINTR || (errno == EAGAIN && wait_for_room())))
      continue;
    if (now <= 0)
      return false;
    octets.remove_prefix(static_cast<std::size_t>(now));
  }
  return true;
}

} // namespace switchroom::process
