// SPDX-License-Identifier: MIT
/// Asks a process on its Unix socket and waits for the answer: switchroomd's control socket or
/// switchroom-board's phone socket.
#pragma once
#include "types/refusal.hpp"

#include <google/protobuf/message_lite.h>

#include <chrono>
#include <filesystem>
#include <string>

namespace switchroom::control {

class connection {
public:
  /// `what` names the other end in refusals: "switchroomd of berlin".
  static result<connection> open(const std::filesystem::path& socket, std::string what);
  ~connection();
  connection(connection&&) noexcept;
  connection& operator=(connection&&) noexcept;

  /// Sends a message and waits for the octets of the next. A negative time-out waits for ever.
  result<std::string> ask(const google::protobuf::MessageLite&, std::chrono::milliseconds timeout);

private:
  connection(int fd, std::string what) : fd_(fd), what_(std::move(what)) {}
  /// All of the octets, or why not.
  result<bool> read(char* to, std::size_t size, std::chrono::steady_clock::time_point give_up);

  int fd_;
  std::string what_;
};

} // namespace switchroom::control
