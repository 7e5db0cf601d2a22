// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <string>

#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>

namespace switchroom::sim {

// A Unix socket that listens. Its file is removed with it.
class local_socket {
public:
  // `address` is "unix:PATH" or a path. A file that a dead program left behind is replaced.
  // Throws start_error if the path is too long, is something else, or is in use.
  local_socket(boost::asio::io_context& io, const std::string& address);
  ~local_socket();
  local_socket(const local_socket&) = delete;
  local_socket& operator=(const local_socket&) = delete;

  boost::asio::local::stream_protocol::acceptor& acceptor() { return acceptor_; }

private:
  std::filesystem::path path_;
  boost::asio::local::stream_protocol::acceptor acceptor_;
};

} // namespace switchroom::sim
