// SPDX-License-Identifier: MIT
#include "media/board_link.hpp"

#include <algorithm>

namespace switchroom::media {
namespace {

using namespace std::chrono_literals;
constexpr auto tick_time = 20ms, longest_back_off = 2000ms;

} // namespace

instant now() {
  return instant{
      std::chrono::duration_cast<duration>(std::chrono::steady_clock::now().time_since_epoch())};
}

board_link::board_link(boost::asio::io_context& io, board::endpoint where, voice_path& path)
    : where_(std::move(where)), path_(path), transport_(io), tick_timer_(io), connect_timer_(io) {}

void board_link::start() {
  connect();
  tick();
}

void board_link::connect() {
  const auto failed = transport_.open(
      where_, [this](std::span<const std::uint8_t> octets) { path_.received(octets, now()); },
      [this](const std::string&) { path_.disconnected(now()); });
  if (failed) {
    path_.unreachable(*failed);
    connect_later();
    return;
  }
  path_.connected(now());
}

void board_link::begin_again() {
  transport_.close();
  connect_later();
}

void board_link::connect_later() {
  connect_timer_.expires_after(back_off_);
  back_off_ = std::min<std::chrono::milliseconds>(back_off_ * 2, longest_back_off);
  connect_timer_.async_wait([this](boost::system::error_code stopped) {
    if (!stopped)
      connect();
  });
}

void board_link::tick() {
  path_.tick(now());
  tick_timer_.expires_after(tick_time);
  tick_timer_.async_wait([this](boost::system::error_code stopped) {
    if (!stopped)
      tick();
  });
}

} // namespace switchroom::media
