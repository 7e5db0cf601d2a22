// SPDX-License-Identifier: MIT
#include "board/far_end_server.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/write.hpp>

#include <utility>

namespace switchroom::sim {
namespace {
constexpr std::size_t most_behind = 8000 * 32; // octets: a second of a span
}

far_end_server::far_end_server(boost::asio::io_context& io, const std::string& address,
                               callbacks call)
    : socket_(io, address), call_(std::move(call)) {
  accept();
}

// A second program takes the place of the first: a cable has one end.
void far_end_server::accept() {
  socket_.acceptor().async_accept(
      [this](const boost::system::error_code& error, protocol::socket peer) {
        if (error == boost::asio::error::operation_aborted) {
          return;
        }
        if (!error) {
          drop();
          peer_.emplace(std::move(peer));
          call_.plugged(true);
          read();
        }
        accept();
      });
}

void far_end_server::read() {
  peer_->async_read_some(
      boost::asio::buffer(incoming_),
      [this, generation = generation_](const boost::system::error_code& error, std::size_t size) {
        if (generation != generation_) {
          return;
        }
        if (error) {
          return drop();
        }
        call_.octets({incoming_.data(), size});
        read();
      });
}

void far_end_server::send(std::span<const std::uint8_t> octets) {
  if (!peer_ || octets.empty()) {
    return;
  }
  queued_.insert(queued_.end(), octets.begin(), octets.end());
  if (queued_.size() > most_behind) {
    return drop();
  }
  write();
}

void far_end_server::write() {
  if (!peer_ || writing_ || queued_.empty()) {
    return;
  }
  writing_ = true;
  leaving_.swap(queued_);
  queued_.clear();
  boost::asio::async_write(
      *peer_, boost::asio::buffer(leaving_),
      [this, generation = generation_](const boost::system::error_code& error, std::size_t) {
        if (generation != generation_) {
          return;
        }
        writing_ = false;
        if (error) {
          drop();
        } else {
          write();
        }
      });
}

void far_end_server::drop() {
  if (!peer_) {
    return;
  }
  peer_.reset();
  ++generation_;
  writing_ = false;
  queued_.clear();
  call_.plugged(false);
}

} // namespace switchroom::sim
