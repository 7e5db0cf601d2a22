// SPDX-License-Identifier: MIT
#include "app/edge_process.hpp"

#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>

#include <array>
#include <csignal>
#include <cstring>
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
/// Octets; an edge that has not read so much is not well.
constexpr std::size_t most_waiting = 1024 * 1024;

std::string why_of(int status) {
  if (WIFSIGNALED(status))
    return std::string("ended by signal ") + strsignal(WTERMSIG(status));
  return "ended with status " + std::to_string(WEXITSTATUS(status));
}

} // namespace

class edge_process::supervision : public std::enable_shared_from_this<supervision> {
public:
  supervision(boost::asio::any_io_executor executor, std::vector<std::string> command,
              std::string first, callbacks to)
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
      begun_ = clock::now(); // it has not lived long
      return fail("cannot be started: " + command_.front() + ": " + std::strerror(error));
    }
    socket_.assign({}, ends[0]);
    begun_ = clock::now();
    say(first_);
    read();
  }

  /// What is said at one time leaves together.
  void say(const std::string& framed) {
    if (!socket_.is_open())
      return;
    if (waiting_.size() >= most_waiting)
      return end("has not read for too long");
    waiting_ += framed;
    if (!std::exchange(writes_, true))
      boost::asio::post(socket_.get_executor(), [self = shared_from_this(), which = process_] {
        if (self->process_ == which)
          self->write();
      });
  }

  void stop() {
    to_ = {};
    timer_.cancel();
    end_process();
  }

private:
  void write() {
    leaving_ = std::exchange(waiting_, {});
    writes_ = !leaving_.empty();
    if (!writes_)
      return;
    boost::asio::async_write(socket_, boost::asio::buffer(leaving_),
                             [self = shared_from_this()](boost::system::error_code failed, auto) {
                               if (!failed) // else whoever reads finds out
                                 self->write();
                             });
  }

  void read() {
    socket_.async_read_some(
        boost::asio::buffer(octets_),
        [self = shared_from_this()](boost::system::error_code failed, std::size_t size) {
          if (failed)
            return self->lost(failed);
          self->unread_.append(self->octets_.data(), size);
          if (self->hand_on() && self->socket_.is_open())
            self->read();
        });
  }

  /// False: it has said something that is no message.
  bool hand_on() {
    std::vector<std::string_view> said;
    const std::string come = std::exchange(unread_, {});
    std::string_view rest = come, body;
    auto there = control::take_message(rest, largest_message, body);
    for (; there == control::found::message;
         there = control::take_message(rest, largest_message, body))
      said.push_back(body);
    if (there == control::found::too_long)
      return end("said something too long"), false;
    unread_ = rest;
    if (to_.said && !said.empty() && !to_.said(said))
      return end("said what is no message"), false;
    return true;
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
    unread_.clear();
    writes_ = false;
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
  std::string first_; ///< framed
  callbacks to_;
  boost::asio::local::stream_protocol::socket socket_;
  boost::asio::steady_timer timer_;
  pid_t process_ = 0;
  clock::time_point begun_ = clock::now() - long_life;
  std::array<char, 32 * 1024> octets_{};
  std::string unread_;
  std::string waiting_, leaving_; ///< the latter is being written
  bool writes_ = false;
};

edge_process::edge_process(boost::asio::any_io_executor executor, std::vector<std::string> command,
                           const google::protobuf::MessageLite& first, callbacks to)
    : self_(std::make_shared<supervision>(std::move(executor), std::move(command),
                                          control::framed(first), std::move(to))) {
  self_->begin();
}

edge_process::~edge_process() {
  self_->stop();
}

void edge_process::say(const google::protobuf::MessageLite& message) {
  self_->say(control::framed(message));
}

} // namespace switchroom::app
