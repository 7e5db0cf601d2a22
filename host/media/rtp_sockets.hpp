// SPDX-License-Identifier: MIT
/// Two UDP sockets a host slot: of RTP, and of RTCP at the port above. Lives on the thread that
/// runs its io_context.
#pragma once
#include "media/engine.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/udp.hpp>

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace switchroom::media {

class rtp_sockets {
public:
  using packet_callback =
      std::function<void(host_slot, const endpoint& from, std::span<const std::uint8_t> octets)>;

  /// Host slot n is bound to `address`:`base_port` + 2·n, its RTCP to the port above.
  rtp_sockets(boost::asio::io_context&, boost::asio::ip::address address, std::uint16_t base_port,
              packet_callback on_packet, packet_callback on_report);

  /// Binds the sockets of host slots 0 … `slots` − 1 that are not bound yet, and gives those
  /// that could not be, each with why.
  std::vector<std::pair<host_slot, refusal>> bind(unsigned slots);
  bool is_bound(host_slot slot) const;
  /// Sends at once or not at all: the network being full must not hold up the voice.
  void send(const outgoing_packet&);
  std::uint64_t unsent() const { return unsent_; }

private:
  using udp = boost::asio::ip::udp;
  // `which`: above the base port.
  std::optional<refusal> bind_one(unsigned which);
  void wait(unsigned which);
  void take_all(unsigned which);

  static constexpr std::size_t largest_packet = 1500;
  boost::asio::io_context& io_;
  boost::asio::ip::address address_;
  std::uint16_t base_port_;
  packet_callback on_packet_, on_report_;
  std::vector<std::unique_ptr<udp::socket>> sockets_; ///< by port; null: not bound
  std::array<std::uint8_t, largest_packet> buffer_{};
  std::uint64_t unsent_ = 0;
};

} // namespace switchroom::media
