// SPDX-License-Identifier: MIT
/// Octets to and from a board over a Unix socket or a serial line. Thin: no protocol, no
/// reconnection; that is the owner's.
#pragma once
#include "types/refusal.hpp"

#include <boost/asio/io_context.hpp>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace switchroom::board {

/// Where a board is: "unix:/run/switchroom/board.sock" or "serial:/dev/ttyUSB1", the latter
/// optionally followed by "?baud=3000000" (which is the default).
struct endpoint {
  enum class kind { unix_socket, serial } what = kind::unix_socket;
  std::string path;
  unsigned baud = 3'000'000;

  static result<endpoint> parse(std::string_view text);
};

/// One connection. Lives on the thread that runs its io_context; not thread-safe.
/// Once open, calls back `on_octets` for all that comes (the span is valid during the call) and
/// `on_closed` once, with why, when the other end or an error ends it. Destroy or close() it
/// from anywhere on that thread, also within a callback; nothing is called back afterwards.
class transport {
public:
  using octets_callback = std::function<void(std::span<const std::uint8_t>)>;
  using closed_callback = std::function<void(const std::string& why)>;

  explicit transport(boost::asio::io_context& io);
  ~transport();
  transport(transport&&) noexcept;
  transport& operator=(transport&&) noexcept;

  /// Opens at once or says why not. Blocks for no longer than the system's open or connect.
  std::optional<refusal> open(const endpoint& where, octets_callback on_octets,
                              closed_callback on_closed);
  /// Queues octets; copies them into a buffer that is used again.
  void send(std::span<const std::uint8_t> octets);
  void close();
  bool is_open() const;

private:
  class connection;
  boost::asio::io_context* io_;
  std::shared_ptr<connection> connection_;
};

} // namespace switchroom::board
