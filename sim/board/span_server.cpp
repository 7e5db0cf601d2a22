// SPDX-License-Identifier: MIT
#include "board/span_server.hpp"

#include <utility>

#include <boost/asio/buffer.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>

namespace switchroom::sim {
namespace {
constexpr std::size_t most_unheard = std::size_t{8000} * 32; // a second
}

span_server::span_server(boost::asio::io_context& io, const std::string& address,
                         span_far_end& far_end)
    : socket_(io, address), far_end_(far_end) {
  accept();
}

void span_server::accept() {
  socket_.acceptor().async_accept(
      [this](const boost::system::error_code& error, protocol::socket client) {
        if (error == boost::asio::error::operation_aborted) {
          return;
        }
        if (!error) {
          drop();
          client_ = std::move(client);
          read();
        }
        accept();
      });
}

void span_server::drop() {
  ++generation_;
  client_.reset();
  queued_.clear();
  writing_ = false;
}

void span_server::read() {
  boost::asio::async_read(
      *client_, boost::asio::buffer(incoming_),
      [this, generation = generation_](const boost::system::error_code& error, std::size_t) {
        if (generation != generation_) {
          return;
        }
        if (error) {
          drop();
          return;
        }
        far_end_.say(incoming_);
        read();
      });
}

void span_server::flush() {
  heard_.clear();
  far_end_.take(heard_);
  if (!client_) {
    return;
  }
  for (const span_frame& frame : heard_) {
    queued_.insert(queued_.end(), frame.begin(), frame.end());
  }
  if (queued_.size() > most_unheard) {
    drop();
    return;
  }
  write();
}

void span_server::write() {
  if (writing_ || queued_.empty()) {
    return;
  }
  std::swap(queued_, leaving_);
  queued_.clear();
  writing_ = true;
  boost::asio::async_write(
      *client_, boost::asio::buffer(leaving_),
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

} // namespace switchroom::sim
