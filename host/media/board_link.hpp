// SPDX-License-Identifier: MIT
/// The connection to one board, made again when it is cut: octets and ticks for a voice path.
/// Lives on the thread that runs its io_context.
#pragma once
#include "board/transport.hpp"
#include "media/voice_path.hpp"

#include <boost/asio/steady_timer.hpp>

namespace switchroom::media {

/// Time of the voice thread.
instant now();

class board_link {
public:
  /// `path` must outlive this.
  board_link(boost::asio::io_context&, board::endpoint, voice_path& path);

  void start();
  void send(std::span<const std::uint8_t> octets) { transport_.send(octets); }
  /// The board is up: should it be lost, it is looked for at once.
  void is_well() { back_off_ = shortest_back_off; }
  /// Ends the connection and makes another one later.
  void begin_again();

private:
  static constexpr std::chrono::milliseconds shortest_back_off{50};

  void connect();
  void connect_later();
  void tick();

  board::endpoint where_;
  voice_path& path_;
  board::transport transport_;
  boost::asio::steady_timer tick_timer_, connect_timer_;
  std::chrono::milliseconds back_off_ = shortest_back_off;
};

} // namespace switchroom::media
