// SPDX-License-Identifier: MIT
#pragma once

#include "board/local_socket.hpp"

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace switchroom::sim {

// Serves a digital line to one program that sits at its far end: octets of frames both ways, and
// nothing else. As long as nobody is connected, nothing is plugged in. Runs on the thread of its
// io_context.
class far_end_server {
public:
  struct callbacks {
    std::function<void(bool in)> plugged;
    std::function<void(std::span<const std::uint8_t>)> octets;
  };
  far_end_server(boost::asio::io_context& io, const std::string& address, callbacks call);

  // Dropped when nobody is there. Who does not read for a second is taken to be gone.
  void send(std::span<const std::uint8_t> octets);

private:
  using protocol = boost::asio::local::stream_protocol;

  void accept();
  void read();
  void write();
  void drop();

  local_socket socket_;
  callbacks call_;
  std::optional<protocol::socket> peer_;
  std::uint64_t generation_ = 0; // of peer_: what an old one still completes is ignored
  std::array<std::uint8_t, 16384> incoming_{};
  std::vector<std::uint8_t> queued_, leaving_;
  bool writing_ = false;
};

} // namespace switchroom::sim
