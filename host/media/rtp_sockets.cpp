// SPDX-License-Identifier: MIT
#include "media/rtp_sockets.hpp"

#include <algorithm>

namespace switchroom::media {
namespace {

namespace asio = boost::asio;
using asio::ip::udp;
using boost::system::error_code;

endpoint from_asio(const udp::endpoint& from) {
  const auto address = from.address();
  if (address.is_v6())
    return {address.to_v6().to_bytes(), from.port()};
  const auto v4 = address.to_v4().to_bytes();
  return endpoint::v4(v4[0], v4[1], v4[2], v4[3], from.port());
}

udp::endpoint to_asio(const endpoint& to, bool socket_is_v4) {
  const asio::ip::address_v6 v6(to.address);
  if (socket_is_v4 && v6.is_v4_mapped())
    return {asio::ip::make_address_v4(asio::ip::v4_mapped, v6), to.port};
  return {v6, to.port};
}

} // namespace

rtp_sockets::rtp_sockets(asio::io_context& io, asio::ip::address address, std::uint16_t base_port,
                         packet_callback on_packet)
    : io_(io), address_(std::move(address)), base_port_(base_port),
      on_packet_(std::move(on_packet)) {}

std::vector<std::pair<host_slot, refusal>> rtp_sockets::bind(unsigned slots) {
  std::vector<std::pair<host_slot, refusal>> failed;
  sockets_.resize(std::max<std::size_t>(sockets_.size(), slots));
  for (unsigned n = 0; n < slots; ++n)
    if (const auto slot = static_cast<std::uint8_t>(n); !sockets_[n])
      if (auto why = bind_one(slot))
        failed.emplace_back(host_slot{slot}, std::move(*why));
  return failed;
}

std::optional<refusal> rtp_sockets::bind_one(std::uint8_t slot) {
  const unsigned port = base_port_ + 2U * slot;
  const std::string where = "RTP of host slot " + std::to_string(slot) + ": " +
                            address_.to_string() + " port " + std::to_string(port);
  if (port > 65535)
    return refusal{where + " does not exist", "lower base_port in [rtp]"};
  auto socket = std::make_unique<udp::socket>(io_);
  error_code failed;
  socket->open(address_.is_v4() ? udp::v4() : udp::v6(), failed);
  if (!failed)
    socket->bind({address_, static_cast<std::uint16_t>(port)}, failed);
  if (!failed)
    socket->non_blocking(true, failed);
  if (failed == asio::error::address_in_use)
    return refusal{where + " is in use by another program",
                   "stop it, or choose another base_port in [rtp]"};
  if (failed)
    return refusal{where + " cannot be bound: " + failed.message(),
                   "give an address of this machine as address in [rtp]"};
  sockets_[slot] = std::move(socket);
  wait(slot);
  return std::nullopt;
}

bool rtp_sockets::is_bound(host_slot slot) const {
  return slot.value < sockets_.size() && sockets_[slot.value] != nullptr;
}

void rtp_sockets::wait(std::uint8_t slot) {
  sockets_[slot]->async_wait(udp::socket::wait_read, [this, slot](error_code failed) {
    if (failed == asio::error::operation_aborted)
      return;
    take_all(slot);
    wait(slot);
  });
}

void rtp_sockets::take_all(std::uint8_t slot) {
  // A flood to one port must not starve the board's cells, which are on the same thread.
  constexpr int most_at_once = 32;
  for (int i = 0; i < most_at_once; ++i) {
    udp::endpoint from;
    error_code failed;
    const std::size_t size = sockets_[slot]->receive_from(asio::buffer(buffer_), from, 0, failed);
    if (failed)
      return;
    on_packet_(host_slot{slot}, from_asio(from), std::span(buffer_).first(size));
  }
}

void rtp_sockets::send(const outgoing_packet& packet) {
  error_code failed;
  if (is_bound(packet.slot))
    sockets_[packet.slot.value]->send_to(asio::buffer(packet.octets.data(), packet.octets.size()),
                                         to_asio(packet.to, address_.is_v4()), 0, failed);
  unsent_ += !is_bound(packet.slot) || failed ? 1 : 0;
}

} // namespace switchroom::media
