// SPDX-License-Identifier: MIT
#include "board/phone_server.hpp"

#include <array>
#include <memory>
#include <utility>

#include <boost/asio/buffer.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>

namespace switchroom::sim {
namespace {

namespace v1 = switchroom::phone::v1;
using protocol = boost::asio::local::stream_protocol;
constexpr std::uint32_t longest_request = 1U << 16U;

std::uint32_t length_of(const std::array<std::uint8_t, 4>& header) {
  return std::uint32_t{header[0]} | std::uint32_t{header[1]} << 8U |
         std::uint32_t{header[2]} << 16U | std::uint32_t{header[3]} << 24U;
}

std::string framed(const v1::Reply& reply) {
  const std::string body = reply.SerializeAsString();
  const auto size = static_cast<std::uint32_t>(body.size());
  std::string out;
  for (unsigned shift = 0; shift < 32; shift += 8) {
    out += static_cast<char>(size >> shift & 0xffU);
  }
  return out + body;
}

} // namespace

// Lives as long as something of it is under way.
class phone_server::client : public std::enable_shared_from_this<client> {
public:
  client(protocol::socket socket, const submit& to) : socket_(std::move(socket)), submit_(to) {}

  void read_header() {
    boost::asio::async_read(
        socket_, boost::asio::buffer(header_),
        [self = shared_from_this()](const boost::system::error_code& error, std::size_t) {
          if (!error && length_of(self->header_) <= longest_request) {
            self->read_body();
          }
        });
  }

private:
  void read_body() {
    body_.resize(length_of(header_));
    boost::asio::async_read(
        socket_, boost::asio::buffer(body_),
        [self = shared_from_this()](const boost::system::error_code& error, std::size_t) {
          v1::Request request;
          if (!error && request.ParseFromString(self->body_)) {
            self->submit_(request, [self](const v1::Reply& reply) { self->write(framed(reply)); });
          }
        });
  }

  void write(std::string octets) {
    body_ = std::move(octets);
    boost::asio::async_write(
        socket_, boost::asio::buffer(body_),
        [self = shared_from_this()](const boost::system::error_code& error, std::size_t) {
          if (!error) {
            self->read_header();
          }
        });
  }

  protocol::socket socket_;
  const submit& submit_;
  std::array<std::uint8_t, 4> header_{};
  std::string body_;
};

phone_server::phone_server(boost::asio::io_context& io, const std::string& address, submit to)
    : socket_(io, address), submit_(std::move(to)) {
  accept();
}

void phone_server::accept() {
  socket_.acceptor().async_accept(
      [this](const boost::system::error_code& error, protocol::socket socket) {
        if (error == boost::asio::error::operation_aborted) {
          return;
        }
        if (!error) {
          std::make_shared<client>(std::move(socket), submit_)->read_header();
        }
        accept();
      });
}

} // namespace switchroom::sim
