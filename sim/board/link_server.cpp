// SPDX-License-Identifier: MIT
#include "board/link_server.hpp"

#include <cerrno>
#include <utility>

#include <boost/asio/buffer.hpp>
#include <boost/asio/write.hpp>
#include <sys/socket.h>

namespace switchroom::sim {
namespace {
constexpr std::chrono::seconds alive_for{1};
constexpr std::size_t most_unread = 1U << 20U; // octets: a tenth of a second of a full link
} // namespace

link_server::link_server(boost::asio::io_context& io, const std::string& address, callbacks call)
    : socket_(io, address), call_(std::move(call)) {
  accept();
}

void link_server::accept() {
  socket_.acceptor().async_accept(
      [this](const boost::system::error_code& error, protocol::socket host) {
        if (error == boost::asio::error::operation_aborted) {
          return;
        }
        if (!error) {
          take_in(std::move(host));
        }
        accept();
      });
}

void link_server::take_in(protocol::socket host) {
  if (host_ && !host_is_dead()) {
    ++figures_.refused;
    return;
  }
  drop();
  host_.emplace(std::move(host));
  heard_ = clock::now();
  ++figures_.hosts;
  call_.connected();
  read();
}

bool link_server::host_is_dead() {
  std::uint8_t next = 0;
  const auto got = ::recv(host_->native_handle(), &next, 1, MSG_PEEK | MSG_DONTWAIT);
  // Gone, or gone with octets unread.
  const bool hung_up = got == 0 || (got < 0 && errno != EAGAIN && errno != EINTR);
  return hung_up || clock::now() - heard_ > alive_for;
}

void link_server::read() {
  reading_ = host_.has_value() && call_.hungry();
  if (!reading_) {
    return;
  }
  host_->async_read_some(
      boost::asio::buffer(incoming_),
      [this, generation = generation_](const boost::system::error_code& error, std::size_t size) {
        if (generation != generation_) {
          return;
        }
        if (error) {
          drop();
          return;
        }
        heard_ = clock::now();
        figures_.octets_in += size;
        call_.octets({incoming_.data(), size});
        read();
      });
}

void link_server::send(std::span<const std::uint8_t> octets) {
  if (host_) {
    queued_.insert(queued_.end(), octets.begin(), octets.end());
  }
}

void link_server::flush() {
  if (host_ && !reading_) {
    read();
  }
  if (queued_.size() > most_unread) {
    ++figures_.stuck;
    drop();
  }
  write();
}

void link_server::write() {
  if (!host_ || writing_ || queued_.empty()) {
    return;
  }
  writing_ = true;
  leaving_.swap(queued_);
  queued_.clear();
  boost::asio::async_write(
      *host_, boost::asio::buffer(leaving_),
      [this, generation = generation_](const boost::system::error_code& error, std::size_t size) {
        if (generation != generation_) {
          return;
        }
        writing_ = false;
        figures_.octets_out += size;
        if (error) {
          drop();
        } else {
          write();
        }
      });
}

void link_server::drop() {
  if (!host_) {
    return;
  }
  host_.reset();
  ++generation_;
  writing_ = false;
  reading_ = false;
  queued_.clear();
  call_.disconnected();
}

} // namespace switchroom::sim
