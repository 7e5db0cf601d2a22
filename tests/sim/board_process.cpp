// SPDX-License-Identifier: MIT
#include "board_process.hpp"

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <stdexcept>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

namespace switchroom::sim {

stream::stream(const std::filesystem::path& path) : socket_(::socket(AF_UNIX, SOCK_STREAM, 0)) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::strncpy(address.sun_path, path.c_str(), sizeof address.sun_path - 1);
  const timeval patience{.tv_sec = 10, .tv_usec = 0};
  ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  if (::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    throw std::runtime_error("cannot connect to " + path.string());
  }
}

stream::~stream() {
  ::close(socket_);
}

std::vector<std::uint8_t> stream::read() {
  std::vector<std::uint8_t> octets(4096);
  const ssize_t got = ::recv(socket_, octets.data(), octets.size(), 0);
  if (got < 0 && errno != ECONNRESET) {
    throw std::runtime_error("the board says nothing");
  }
  octets.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
  return octets;
}

void stream::write(std::span<const std::uint8_t> octets) {
  if (::send(socket_, octets.data(), octets.size(), MSG_NOSIGNAL) !=
      static_cast<ssize_t>(octets.size())) {
    throw std::runtime_error("the board does not read");
  }
}

switchroom::phone::v1::Reply stream::ask(const switchroom::phone::v1::Request& request) {
  const std::string body = request.SerializeAsString();
  const auto size_of_body = static_cast<std::uint32_t>(body.size());
  write(std::array<std::uint8_t, 4>{static_cast<std::uint8_t>(size_of_body),
                                    static_cast<std::uint8_t>(size_of_body >> 8U),
                                    static_cast<std::uint8_t>(size_of_body >> 16U),
                                    static_cast<std::uint8_t>(size_of_body >> 24U)});
  write({reinterpret_cast<const std::uint8_t*>(body.data()), body.size()});
  std::string answer;
  std::size_t size = 0;
  while (answer.size() < 4 || answer.size() < 4 + size) {
    const std::vector<std::uint8_t> more = read();
    if (more.empty()) {
      throw std::runtime_error("the board hung up");
    }
    answer.append(more.begin(), more.end());
    size = static_cast<std::uint8_t>(answer[0]);
    size |= answer.size() > 1 ? std::size_t{static_cast<std::uint8_t>(answer[1])} << 8U : 0U;
  }
  switchroom::phone::v1::Reply reply;
  if (!reply.ParseFromString(answer.substr(4))) {
    throw std::runtime_error("the reply cannot be read");
  }
  return reply;
}

board_process::board_process(const std::vector<std::string>& arguments) {
  std::array<int, 2> pipe{};
  if (::pipe(pipe.data()) != 0) {
    throw std::runtime_error("no pipe");
  }
  pid_ = ::fork();
  if (pid_ == 0) {
    ::dup2(pipe[1], STDOUT_FILENO);
    ::dup2(pipe[1], STDERR_FILENO);
    ::close(pipe[0]);
    ::close(pipe[1]);
    std::vector<char*> words{const_cast<char*>(SWITCHROOM_BOARD)};
    for (const std::string& argument : arguments) {
      words.push_back(const_cast<char*>(argument.c_str()));
    }
    words.push_back(nullptr);
    ::execv(SWITCHROOM_BOARD, words.data());
    ::_exit(127);
  }
  ::close(pipe[1]);
  output_ = pipe[0];
  char next = 0;
  while (::read(output_, &next, 1) == 1) {
    said_ += next;
    if (next == '\n') {
      break;
    }
  }
}

void board_process::kill() {
  ::kill(pid_, SIGKILL);
}

outcome board_process::stop() {
  if (pid_ > 0) {
    ::kill(pid_, SIGTERM);
  }
  return wait();
}

outcome board_process::wait() {
  outcome out;
  if (pid_ > 0) {
    std::array<char, 512> block;
    for (ssize_t got = 0; (got = ::read(output_, block.data(), block.size())) > 0;) {
      said_.append(block.data(), static_cast<std::size_t>(got));
    }
    int status = 0;
    ::waitpid(pid_, &status, 0);
    ::close(output_);
    pid_ = 0;
    out.code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }
  out.text = said_;
  return out;
}

board_process::~board_process() {
  stop();
}

} // namespace switchroom::sim
