// SPDX-License-Identifier: MIT
#pragma once

#include "board/local_socket.hpp"
#include "span/far_end.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace switchroom::sim {

// Lets one client speak and hear at the far end of a span: a stream of frames of 32 octets each
// way, time slot 0 first, of which the client's is not sent. The client gets each frame that the
// far end has received; what it sends is said a frame each 125 µs of the far end's clock. A new
// client takes the place of the old one. Who does not read for a second is dropped.
class span_server {
public:
  // Throws start_error.
  span_server(boost::asio::io_context& io, const std::string& address, span_far_end& far_end);

  // Puts what the far end has heard on its way.
  void flush();

private:
  using protocol = boost::asio::local::stream_protocol;

  void accept();
  void read();
  void write();
  void drop();

  local_socket socket_;
  span_far_end& far_end_;
  std::optional<protocol::socket> client_;
  std::uint64_t generation_ = 0; // of client_: what an old one still completes is ignored
  span_frame incoming_{};
  std::vector<span_frame> heard_;
  std::vector<std::uint8_t> queued_, leaving_;
  bool writing_ = false;
};

} // namespace switchroom::sim
