// SPDX-License-Identifier: MIT
#include "control/client.hpp"

#include "control/frame.hpp"

#include <cerrno>
#include <cstring>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>
#include <utility>

namespace switchroom::control {
namespace {

using clock = std::chrono::steady_clock;

refusal gone(const std::string& what) {
  return {what + " closed the connection", "look into its log; is it of the same version?"};
}

int left_ms(clock::time_point give_up) {
  if (give_up == clock::time_point::max())
    return -1;
  const auto left =
      std::chrono::duration_cast<std::chrono::milliseconds>(give_up - clock::now()).count();
  return left > 0 ? static_cast<int>(left) : 0;
}

} // namespace

result<connection> connection::open(const std::filesystem::path& socket, std::string what) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (socket.string().size() >= sizeof address.sun_path)
    return refusal{"the path " + socket.string() + " is too long for a socket",
                   "choose a shorter run directory"};
  std::strcpy(address.sun_path, socket.c_str());
  connection made(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0), std::move(what));
  if (::connect(made.fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0)
    return made;
  const int error = errno;
  if (error == EACCES)
    return refusal{"no permission to talk to " + made.what_ + " at " + socket.string(),
                   "run this command as the user that started it"};
  return refusal{made.what_ + " cannot be reached at " + socket.string() + ": " +
                     std::strerror(error),
                 "start it, or name the right directory with --run and the right gateway with -g"};
}

connection::~connection() {
  if (fd_ >= 0)
    ::close(fd_);
}
connection::connection(connection&& other) noexcept
    : fd_(std::exchange(other.fd_, -1)), what_(std::move(other.what_)) {}
connection& connection::operator=(connection&& other) noexcept {
  std::swap(fd_, other.fd_);
  std::swap(what_, other.what_);
  return *this;
}

result<bool> connection::read(char* to, std::size_t size, clock::time_point give_up) {
  while (size > 0) {
    pollfd readable{fd_, POLLIN, 0};
    if (::poll(&readable, 1, left_ms(give_up)) == 0)
      return refusal{what_ + " does not answer", "look into its log, or ask again later"};
    const ssize_t got = ::read(fd_, to, size);
    if (got < 0 && errno == EINTR)
      continue;
    if (got <= 0)
      return gone(what_);
    to += got;
    size -= static_cast<std::size_t>(got);
  }
  return true;
}

result<std::string> connection::ask(const google::protobuf::MessageLite& message,
                                    std::chrono::milliseconds timeout) {
  const auto give_up = timeout.count() < 0 ? clock::time_point::max() : clock::now() + timeout;
  const std::string octets = framed(message);
  for (std::size_t sent = 0; sent < octets.size();) {
    const ssize_t put = ::send(fd_, octets.data() + sent, octets.size() - sent, MSG_NOSIGNAL);
    if (put < 0 && errno == EINTR)
      continue;
    if (put < 0)
      return gone(what_);
    sent += static_cast<std::size_t>(put);
  }
  length_field length{};
  if (auto got = read(reinterpret_cast<char*>(length.data()), length.size(), give_up); !got)
    return got.error();
  if (length_of(length) > largest_reply)
    return refusal{what_ + " answered with something too large to be an answer",
                   "check that the socket is the one you meant"};
  std::string body(length_of(length), '\0');
  if (auto got = read(body.data(), body.size(), give_up); !got)
    return got.error();
  return body;
}

} // namespace switchroom::control
