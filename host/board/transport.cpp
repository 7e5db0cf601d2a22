// SPDX-License-Identifier: MIT
#include "board/transport.hpp"

#include <array>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/serial_port.hpp>
#include <boost/asio/write.hpp>
#include <charconv>
#include <sys/un.h>
#include <vector>

namespace switchroom::board {
namespace asio = boost::asio;
using boost::system::error_code;
using unix_socket = asio::local::stream_protocol::socket;

result<endpoint> endpoint::parse(std::string_view text) {
  const auto refuse = [&](const std::string& problem) {
    return refusal{"link \"" + std::string(text) + "\": " + problem,
                   "Write unix:/PATH/OF/SOCKET or serial:/dev/ttyNAME?baud=3000000."};
  };
  endpoint where;
  constexpr std::string_view unix_prefix = "unix:", serial_prefix = "serial:", baud_key = "?baud=";
  if (text.starts_with(unix_prefix)) {
    where.path = text.substr(unix_prefix.size());
    if (where.path.size() >= sizeof(sockaddr_un::sun_path))
      return refuse("the path is longer than a Unix socket's may be (" +
                    std::to_string(sizeof(sockaddr_un::sun_path) - 1) + ").");
  } else if (text.starts_with(serial_prefix)) {
    where.what = kind::serial;
    std::string_view rest = text.substr(serial_prefix.size());
    if (const auto at = rest.find(baud_key); at != std::string_view::npos) {
      const std::string_view digits = rest.substr(at + baud_key.size());
      const auto end = digits.data() + digits.size();
      const auto [stop, problem] = std::from_chars(digits.data(), end, where.baud);
      if (problem != std::errc{} || stop != end || where.baud == 0)
        return refuse("the speed is not a number.");
      rest = rest.substr(0, at);
    }
    where.path = rest;
  } else {
    return refuse("it begins with neither \"unix:\" nor \"serial:\".");
  }
  if (where.path.empty() || where.path.front() != '/')
    return refuse("the path is not absolute.");
  return where;
}

/// Kept alive by its own asynchronous operations; `closed_` silences them.
class transport::connection : public std::enable_shared_from_this<connection> {
public:
  explicit connection(asio::io_context& io) : socket_(io), serial_(io) {}

  error_code open(const endpoint& where) {
    error_code failed;
    is_serial_ = where.what == endpoint::kind::serial;
    if (!is_serial_) {
      socket_.connect(asio::local::stream_protocol::endpoint(where.path), failed);
      return failed;
    }
    using port = asio::serial_port_base;
    serial_.open(where.path, failed);
    const auto set = [&](const auto& option) {
      if (!failed)
        serial_.set_option(option, failed);
    };
    set(port::baud_rate(where.baud));
    set(port::character_size(8));
    set(port::parity(port::parity::none));
    set(port::stop_bits(port::stop_bits::one));
    set(port::flow_control(port::flow_control::none));
    return failed;
  }

  void start(octets_callback on_octets, closed_callback on_closed) {
    on_octets_ = std::move(on_octets);
    on_closed_ = std::move(on_closed);
    read();
  }

  void send(std::span<const std::uint8_t> octets) {
    next_.insert(next_.end(), octets.begin(), octets.end());
    if (!writing_)
      write();
  }

  void close() {
    closed_ = true;
    error_code ignored;
    socket_.close(ignored);
    serial_.close(ignored);
  }

  bool closed() const { return closed_; }

private:
  template <typename Operation>
  void with_stream(Operation&& operation) {
    if (is_serial_)
      operation(serial_);
    else
      operation(socket_);
  }

  void read() {
    with_stream([&](auto& stream) {
      stream.async_read_some(asio::buffer(in_),
                             [self = shared_from_this()](error_code failed, std::size_t size) {
                               if (self->closed_)
                                 return;
                               if (failed)
                                 return self->fail(failed);
                               self->on_octets_(std::span(self->in_).first(size));
                               if (!self->closed_)
                                 self->read();
                             });
    });
  }

  void write() {
    if (next_.empty() || closed_)
      return;
    writing_ = true;
    out_.swap(next_);
    next_.clear();
    with_stream([&](auto& stream) {
      asio::async_write(stream, asio::buffer(out_),
                        [self = shared_from_this()](error_code failed, std::size_t) {
                          self->writing_ = false;
                          if (self->closed_)
                            return;
                          if (failed)
                            return self->fail(failed);
                          self->write();
                        });
    });
  }

  void fail(error_code failed) {
    close();
    on_closed_(failed == asio::error::eof ? "the other end closed it" : failed.message());
  }

  unix_socket socket_;
  asio::serial_port serial_;
  bool is_serial_ = false;
  bool writing_ = false;
  bool closed_ = false;
  std::array<std::uint8_t, 65536> in_;
  std::vector<std::uint8_t> out_;
  std::vector<std::uint8_t> next_;
  octets_callback on_octets_;
  closed_callback on_closed_;
};

transport::transport(asio::io_context& io) : io_(&io) {}
transport::~transport() {
  close();
}
transport::transport(transport&&) noexcept = default;
transport& transport::operator=(transport&& other) noexcept {
  close();
  io_ = other.io_;
  connection_ = std::move(other.connection_);
  return *this;
}

std::optional<refusal> transport::open(const endpoint& where, octets_callback on_octets,
                                       closed_callback on_closed) {
  close();
  auto fresh = std::make_shared<connection>(*io_);
  if (const error_code failed = fresh->open(where))
    return refusal{"link " + where.path + ": cannot be opened: " + failed.message() + ".",
                   where.what == endpoint::kind::serial
                       ? "Check that the device is there, that this user may use it (group "
                         "dialout), and that it can do the speed."
                       : "Start switchroom-board with this socket, or correct the path."};
  connection_ = std::move(fresh);
  connection_->start(std::move(on_octets), std::move(on_closed));
  return std::nullopt;
}

void transport::send(std::span<const std::uint8_t> octets) {
  if (is_open())
    connection_->send(octets);
}

void transport::close() {
  if (connection_)
    connection_->close();
  connection_.reset();
}

bool transport::is_open() const {
  return connection_ && !connection_->closed();
}

} // namespace switchroom::board
