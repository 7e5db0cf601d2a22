// SPDX-License-Identifier: MIT
#include "board/local_socket.hpp"

#include "board/start_error.hpp"

#include <sys/un.h>

namespace switchroom::sim {
namespace {

namespace fs = std::filesystem;
using protocol = boost::asio::local::stream_protocol;

fs::path path_of(const std::string& address) {
  const std::string scheme = "unix:";
  const std::string path = address.rfind(scheme, 0) == 0 ? address.substr(scheme.size()) : address;
  constexpr std::size_t longest = sizeof(sockaddr_un::sun_path) - 1;
  if (path.empty()) {
    throw start_error("'" + address + "' names no socket", "write unix:/path/to/socket");
  }
  if (path.size() > longest) {
    throw start_error("the socket path " + path + " has " + std::to_string(path.size()) +
                          " characters; a Unix socket takes " + std::to_string(longest),
                      "choose a shorter one, for example in /run/switchroom");
  }
  return path;
}

// Makes way for a new socket.
void clear(const fs::path& path, boost::asio::io_context& io) {
  std::error_code none;
  const fs::file_status status = fs::symlink_status(path, none);
  if (!fs::exists(status)) {
    return;
  }
  if (!fs::is_socket(status)) {
    throw start_error(path.string() + " exists and is no socket",
                      "remove it, or choose another path");
  }
  protocol::socket probe(io);
  boost::system::error_code error;
  probe.connect(protocol::endpoint(path.string()), error);
  if (!error) {
    throw start_error("the socket " + path.string() + " is in use by another program",
                      "stop the switchroom-board that serves it, or choose another path");
  }
  fs::remove(path, none);
}

protocol::acceptor listen(boost::asio::io_context& io, const fs::path& path) {
  clear(path, io);
  protocol::acceptor acceptor(io);
  boost::system::error_code error;
  acceptor.open();
  acceptor.bind(protocol::endpoint(path.string()), error);
  if (error) {
    throw start_error("cannot make the socket " + path.string() + ": " + error.message(),
                      "check that its folder exists and may be written");
  }
  acceptor.listen();
  return acceptor;
}

} // namespace

local_socket::local_socket(boost::asio::io_context& io, const std::string& address)
    : path_(path_of(address)), acceptor_(listen(io, path_)) {}

local_socket::~local_socket() {
  std::error_code none;
  fs::remove(path_, none);
}

} // namespace switchroom::sim
