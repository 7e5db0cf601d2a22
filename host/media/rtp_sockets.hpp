// SPDX-License-Identifier: MIT
/// Two UDP sockets a host slot: of RTP, and of RTCP at the port above. Lives on the thread that
/// runs its io_context.
///
/// What costs is to be awake for every packet. One that comes alone is taken at once. When they
/// come close together, all sockets are looked at once in `turn_every`: packets of many streams
/// are taken in one go, and each waits for no longer than that. One look takes a packet of each
/// socket that has some, then a second one of each, up to `most_at_once`: a flood takes neither
/// the turns of other ports nor the time of the board, whose cells are on the same thread.
///
/// Nothing is allocated after bind().
#pragma once
#include "media/engine.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>

#include <functional>
#include <string>
#include <vector>

namespace switchroom::media {

class rtp_sockets {
public:
  using packet_callback =
      std::function<void(host_slot, const endpoint& from, std::span<const std::uint8_t> octets)>;

  static constexpr std::chrono::microseconds turn_every{1000};
  /// 32,000 packets a second: four times what 80 streams of 10 ms are.
  static constexpr unsigned most_at_once = 32;

  /// Host slot n is bound to `address`:`base_port` + 2·n, its RTCP to the port above. Throws
  /// std::system_error if the kernel has no descriptor left.
  /// `address_key` is for remedies: where the address is written.
  rtp_sockets(boost::asio::io_context&, boost::asio::ip::address address, std::uint16_t base_port,
              packet_callback on_packet, packet_callback on_report,
              std::string address_key = "address in [rtp]");
  ~rtp_sockets();
  rtp_sockets(const rtp_sockets&) = delete;
  rtp_sockets& operator=(const rtp_sockets&) = delete;

  /// Binds the sockets of host slots 0 … `slots` − 1 that are not bound yet, and gives those
  /// that could not be, each with why.
  std::vector<std::pair<host_slot, refusal>> bind(unsigned slots);
  bool is_bound(host_slot slot) const;
  /// Sends at once or not at all: the network being full must not hold up the voice.
  void send(const outgoing_packet&);
  std::uint64_t unsent() const { return unsent_; }

private:
  static constexpr int none = -1;
  // `which`: above the base port.
  std::optional<refusal> bind_one(unsigned which);
  void wait();
  void turn();
  unsigned take_all();
  void take(unsigned which);

  static constexpr std::size_t largest_packet = 1500;
  boost::asio::ip::address address_;
  std::uint16_t base_port_;
  packet_callback on_packet_, on_report_;
  std::string address_key_;
  std::vector<int> sockets_; ///< by port; none: not bound
  int some_ready_;           ///< epoll of all of them
  /// some_ready_, while one that comes is taken at once. Not in between: Asio would be woken.
  boost::asio::posix::stream_descriptor waiting_;
  boost::asio::steady_timer next_turn_;
  std::chrono::steady_clock::time_point last_turn_{};
  std::array<std::uint8_t, largest_packet> buffer_{};
  std::uint64_t unsent_ = 0;
};

} // namespace switchroom::media
