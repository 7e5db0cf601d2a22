// SPDX-License-Identifier: MIT
// A switchroom-board as a process, and the two ends of its sockets.
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <sys/types.h>
#include <vector>

#include <phone.pb.h>

namespace switchroom::sim {

// A connected Unix socket, blocking; every call gives up after ten seconds.
class stream {
public:
  explicit stream(const std::filesystem::path& path);
  ~stream();
  stream(const stream&) = delete;
  stream& operator=(const stream&) = delete;

  // Octets that are there, at least one; none when the other end has closed.
  std::vector<std::uint8_t> read();
  void write(std::span<const std::uint8_t> octets);
  // One request and its reply, as proto/phone.proto frames them.
  switchroom::phone::v1::Reply ask(const switchroom::phone::v1::Request& request);

private:
  int socket_;
};

struct outcome {
  int code = -1;
  std::string text; // standard output and error
};

class board_process {
public:
  // Starts the program; when this returns it has said its first line, or has ended.
  explicit board_process(const std::vector<std::string>& arguments);
  ~board_process();
  board_process(const board_process&) = delete;
  board_process& operator=(const board_process&) = delete;

  // SIGKILL: it ends without tidying up.
  void kill();
  // SIGTERM, and what came of it.
  outcome stop();
  // For a program that ends by itself.
  outcome wait();

private:
  pid_t pid_ = 0;
  int output_ = -1;
  std::string said_;
};

} // namespace switchroom::sim
