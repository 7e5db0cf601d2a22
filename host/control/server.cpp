// SPDX-License-Identifier: MIT
#include "control/server.hpp"

#include "control/frame.hpp"

#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>

#include <set>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

namespace switchroom::control {
namespace {

namespace asio = boost::asio;
using local = asio::local::stream_protocol;
using boost::system::error_code;

v1::Reply refused(std::string what, std::string remedy) {
  v1::Reply reply;
  reply.mutable_error()->set_what(std::move(what));
  reply.mutable_error()->set_remedy(std::move(remedy));
  return reply;
}

/// One client. Reads a request, waits for its answer, writes that, reads the next.
class client : public std::enable_shared_from_this<client> {
public:
  client(local::socket socket, std::shared_ptr<const handler> handle,
         std::function<void(const std::shared_ptr<client>&)> gone)
      : socket_(std::move(socket)), handle_(std::move(handle)), gone_(std::move(gone)) {}

  void read() {
    asio::async_read(socket_, asio::buffer(length_),
                     [self = shared_from_this()](error_code failed, std::size_t) {
                       if (failed)
                         return self->leave();
                       self->read_body(length_of(self->length_));
                     });
  }
  void close() {
    error_code ignored;
    socket_.close(ignored);
  }

private:
  void leave() {
    close();
    if (auto gone = std::exchange(gone_, nullptr))
      gone(shared_from_this());
  }
  void read_body(std::uint32_t size) {
    if (size > largest_request)
      return write(refused("a request of " + std::to_string(size) + " octets is too large; at " +
                               "most " + std::to_string(largest_request) + " are taken",
                           "use the switchroom command, or frame requests as control.proto says"),
                   false);
    body_.resize(size);
    asio::async_read(socket_, asio::buffer(body_),
                     [self = shared_from_this()](error_code failed, std::size_t) {
                       if (failed)
                         return self->leave();
                       self->serve();
                     });
  }
  void serve() {
    v1::Request ask;
    const bool is_read = ask.ParseFromString(body_);
    // The body may hold a login code.
    std::fill(body_.begin(), body_.end(), '\0');
    if (!is_read || ask.ask_case() == v1::Request::ASK_NOT_SET)
      return write(refused("this is no request that this version of switchroomd knows",
                           "use a switchroom command of the same version"),
                   true);
    const auto number = ++request_;
    (*handle_)(std::move(ask), [held = weak_from_this(), number](const v1::Reply& reply) {
      const auto self = held.lock();
      if (!self || self->answered_ >= number)
        return;
      self->answered_ = number;
      self->write(reply, true);
    });
  }
  void write(const v1::Reply& reply, bool goes_on) {
    out_ = framed(reply);
    asio::async_write(socket_, asio::buffer(out_),
                      [self = shared_from_this(), goes_on](error_code failed, std::size_t) {
                        if (failed || !goes_on)
                          return self->leave();
                        self->read();
                      });
  }

  local::socket socket_;
  std::shared_ptr<const handler> handle_;
  std::function<void(const std::shared_ptr<client>&)> gone_;
  length_field length_{};
  std::string body_, out_;
  std::uint64_t request_ = 0, answered_ = 0; ///< numbers of the last asked and answered
};

bool is_answered(const std::filesystem::path& path) {
  asio::io_context io;
  local::socket probe(io);
  error_code failed;
  probe.connect(local::endpoint(path.string()), failed);
  return !failed;
}

} // namespace

class server::listener : public std::enable_shared_from_this<listener> {
public:
  listener(asio::any_io_executor executor, std::filesystem::path path, handler handle)
      : path_(std::move(path)), handle_(std::make_shared<const handler>(std::move(handle))),
        acceptor_(executor), again_(executor) {}

  void bind() {
    acceptor_.open();
    acceptor_.bind(local::endpoint(path_.string()));
    is_bound_ = true;
    // Before listen(): nobody can have connected yet.
    std::filesystem::permissions(path_, std::filesystem::perms::owner_read |
                                            std::filesystem::perms::owner_write);
    acceptor_.listen();
  }
  void accept() {
    acceptor_.async_accept([self = shared_from_this()](error_code failed, local::socket socket) {
      if (!self->acceptor_.is_open())
        return;
      if (!failed) {
        self->take(std::move(socket));
        return self->accept();
      }
      // Out of descriptors, say: trying again at once would keep the thread busy with that.
      self->again_.expires_after(std::chrono::milliseconds{100});
      self->again_.async_wait([self](error_code stopped) {
        if (!stopped && self->acceptor_.is_open())
          self->accept();
      });
    });
  }
  void close() {
    error_code ignored;
    acceptor_.close(ignored);
    again_.cancel();
    for (const auto& one : clients_)
      one->close();
    clients_.clear();
    std::error_code not_there;
    if (is_bound_)
      std::filesystem::remove(path_, not_there);
  }

private:
  void take(local::socket socket) {
    auto one = std::make_shared<client>(std::move(socket), handle_,
                                        [held = weak_from_this()](const auto& who) {
                                          if (const auto self = held.lock())
                                            self->clients_.erase(who);
                                        });
    clients_.insert(one);
    one->read();
  }

  std::filesystem::path path_;
  std::shared_ptr<const handler> handle_;
  local::acceptor acceptor_;
  asio::steady_timer again_;
  std::set<std::shared_ptr<client>> clients_;
  bool is_bound_ = false;
};

server::server(std::shared_ptr<listener> l) : listener_(std::move(l)) {}
server::~server() {
  listener_->close();
}

result<std::unique_ptr<server>> server::listen(asio::any_io_executor executor,
                                               const std::filesystem::path& path, handler handle) {
  if (path.string().size() >= sizeof(sockaddr_un::sun_path))
    return refusal{"the path of the control socket is too long: " + path.string(),
                   "choose a shorter directory; a socket's path has at most " +
                       std::to_string(sizeof(sockaddr_un::sun_path) - 1) + " characters"};
  if (is_answered(path))
    return refusal{"another switchroomd answers at " + path.string(),
                   "stop it first, or give this gateway another name or directory"};
  std::error_code not_there;
  std::filesystem::remove(path, not_there);
  auto listening = std::make_shared<listener>(std::move(executor), path, std::move(handle));
  try {
    listening->bind();
  } catch (const std::exception& failed) {
    listening->close();
    return refusal{"cannot listen at " + path.string() + ": " + failed.what(),
                   "check that the directory exists and that this user may write to it"};
  }
  listening->accept();
  return std::unique_ptr<server>(new server(std::move(listening)));
}

} // namespace switchroom::control
