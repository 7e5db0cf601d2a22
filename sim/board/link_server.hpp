// SPDX-License-Identifier: MIT
#pragma once

#include "board/local_socket.hpp"

#include <array>
#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace switchroom::sim {

// What the link server has seen.
struct link_figures {
  std::uint64_t hosts = 0;   // served
  std::uint64_t refused = 0; // came while another was alive
  std::uint64_t stuck = 0;   // dropped: did not read
  std::uint64_t octets_in = 0;
  std::uint64_t octets_out = 0;
};

// Serves the link to one host at a time. A new host takes the place of one that is dead: gone, or
// without an octet for a second (a live host answers 8000 times a second). Runs on the thread of
// its io_context.
class link_server {
public:
  struct callbacks {
    std::function<void()> connected;
    std::function<void()> disconnected;
    std::function<void(std::span<const std::uint8_t>)> octets;
    // False: the board has enough to chew; the host waits until the next flush().
    std::function<bool()> hungry;
  };

  link_server(boost::asio::io_context& io, const std::string& address, callbacks call);

  // Queues octets to the host; without one they are dropped.
  void send(std::span<const std::uint8_t> octets);
  // Puts what is queued on its way, and reads on.
  void flush();

  bool connected() const { return host_.has_value(); }
  const link_figures& figures() const { return figures_; }

private:
  using protocol = boost::asio::local::stream_protocol;
  using clock = std::chrono::steady_clock;

  void accept();
  void take_in(protocol::socket host);
  bool host_is_dead();
  void read();
  void write();
  void drop();

  local_socket socket_;
  callbacks call_;
  std::optional<protocol::socket> host_;
  std::uint64_t generation_ = 0; // of host_: what an old one still completes is ignored
  clock::time_point heard_;
  std::array<std::uint8_t, 16384> incoming_{};
  std::vector<std::uint8_t> queued_;
  std::vector<std::uint8_t> leaving_;
  bool writing_ = false;
  bool reading_ = false;
  link_figures figures_;
};

} // namespace switchroom::sim
