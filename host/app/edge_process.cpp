// SPDX-License-Identifier: MIT
#include "app/edge_process.hpp"

#include "control/frame.hpp"

#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>

#include <csignal>
#include <cstring>
#include <deque>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

extern char** environ;

namespace switchroom::app {
namespace {

using namespace std::chrono_literals;
using clock = std::chrono::steady_clock;

constexpr std::chrono::milliseconds soon = 300ms, later = 2s, long_life = 10s;
constexpr int descriptor_of_an_edge = 3;
constexpr std::uint32_t largest_message = 64 * 1024;
/// An edge that has not read so much is not well.
constexpr std::size_t most_waiting = 4096;

std::string why_of(int status) {
  if (WIFSIGNALED(status))
    return std::string("ended by signal ") + strsignal(WTERMSIG(status));
  return "ended with status " + std::to_string(WEXITSTATUS(status));
}

} // namespace

class edge_process::supervision : public std::enable_shared_from_this<supervision> {
public:
  supervision(boost::asio::any_io_executor executor, std::vector<std::string> command,
              edge::v1::ToEdge first, callbacks to)
      : command_(std::move(command)), first_(std::move(first)), to_(std::move(to)),
        socket_(executor), timer_(executor) {}

  void begin() {
    int ends[2] = {-1, -1};
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
      return fail(std::strerror(errno));
    std::vector<char*> arguments;
    for (auto& one : command_)
      arguments.push_back(one.data());
    arguments.push_back(nullptr);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, ends[1], descriptor_of_an_edge);
    const int error =
        posix_spawn(&process_, arguments.front(), &actions, nullptr, arguments.data(), environ);
    posix_spawn_file_actions_destroy(&actions);
    ::close(ends[1]);
    if (error != 0) {
      ::close(ends[0]);
      process_ = 0;
      return fail(command_.front() + ": " + std::strerror(error));
    }
    socket_.assign({}, ends[0]);
    begun_ = clock::now();
    say(first_);
    read_length();
  }

  void say(const edge::v1::ToEdge& message) {
    if (!socket_.is_open())
      return;
    if (waiting_.size() >= most_waiting)
      return end("has not read for too long");
    waiting_.push_back(control::framed(message));
    if (waiting_.size() == 1)
      write();
  }

  void stop() {
    to_ = {};
    timer_.cancel();
    end_process();
  }

private:
  void write() {
    boost::asio::async_write(socket_, boost::asio::buffer(waiting_.front()),
                             [self = shared_from_this()](boost::system::error_code failed, auto) {
                               if (failed)
                                 return; // whoever reads finds out
                               self->waiting_.pop_front();
                               if (!self->waiting_.empty())
                                 self->write();
                             });
  }

  void read_length() {
    boost::asio::async_read(socket_, boost::asio::buffer(length_),
                            [self = shared_from_this()](boost::system::error_code failed, auto) {
                              if (failed)
                                return self->lost(failed);
                              const auto size = control::length_of(self->length_);
                              if (size > largest_message)
                                return self->end("said something too long");
                              self->body_.resize(size);
                              self->read_body();
                            });
  }

  void read_body() {
    boost::asio::async_read(socket_, boost::asio::buffer(body_),
                            [self = shared_from_this()](boost::system::error_code failed, auto) {
                              if (failed)
                                return self->lost(failed);
                              edge::v1::FromEdge message;
                              if (!message.ParseFromString(self->body_))
                                return self->end("said what is no message");
                              if (self->to_.said)
                                self->to_.said(std::move(message));
                              if (self->socket_.is_open())
                                self->read_length();
                            });
  }

  void lost(boost::system::error_code failed) {
    if (failed != boost::asio::error::operation_aborted)
      end({});
  }

  /// `why` is empty when it has ended by itself.
  void end(const std::string& why) {
    const auto status = end_process();
    fail(why.empty() ? why_of(status) : why);
  }

  int end_process() {
    boost::system::error_code ignored;
    socket_.close(ignored);
    waiting_.clear();
    if (process_ == 0)
      return 0;
    int status = 0;
    if (::waitpid(process_, &status, WNOHANG) == 0) { // it may be about to tell why it ends
      ::usleep(20'000);
      if (::waitpid(process_, &status, WNOHANG) == 0) {
        ::kill(process_, SIGKILL);
        ::waitpid(process_, &status, 0);
      }
    }
    process_ = 0;
    return status;
  }

  void fail(const std::string& why) {
    if (to_.down)
      to_.down(why);
    timer_.expires_after(clock::now() - begun_ >= long_life ? soon : later);
    timer_.async_wait([self = shared_from_this()](boost::system::error_code cancelled) {
      if (!cancelled && self->to_.said)
        self->begin();
    });
  }

  std::vector<std::string> command_;
  edge::v1::ToEdge first_;
  callbacks to_;
  boost::asio::local::stream_protocol::socket socket_;
  boost::asio::steady_timer timer_;
  pid_t process_ = 0;
  clock::time_point begun_ = clock::now() - long_life;
  control::length_field length_{};
  std::string body_;
  std::deque<std::string> waiting_; ///< the first is being written
};

edge_process::edge_process(boost::asio::any_io_executor executor, std::vector<std::string> command,
                           edge::v1::ToEdge first, callbacks to)
    : self_(std::make_shared<supervision>(std::move(executor), std::move(command), std::move(first),
                                          std::move(to))) {
  self_->begin();
}

edge_process::~edge_process() {
  self_->stop();
}

void edge_process::say(const edge::v1::ToEdge& message) {
  self_->say(message);
}

} // namespace switchroom::app
