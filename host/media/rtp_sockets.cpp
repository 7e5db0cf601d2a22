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
                         packet_callback on_packet, packet_callback on_report)
    : io_(io), address_(std::move(address)), base_port_(base_port),
      on_packet_(std::move(on_packet)), on_report_(std::move(on_report)) {}

std::vector<std::pair<host_slot, refusal>> rtp_sockets::bind(unsigned slots) {
  std::vector<std::pair<host_slot, refusal>> failed;
  sockets_.resize(std::max<std::size_t>(sockets_.size(), std::size_t{slots} * 2));
  for (unsigned n = 0; n < 2 * slots; ++n) {
    const host_slot slot{static_cast<std::uint8_t>(n / 2)};
    const bool told = !failed.empty() && failed.back().first == slot;
    if (!sockets_[n] && !told)
      if (auto why = bind_one(n))
        failed.emplace_back(slot, std::move(*why));
  }
  return failed;
}

std::optional<refusal> rtp_sockets::bind_one(unsigned which) {
  const unsigned port = base_port_ + which;
  const std::string where = (which % 2 == 0 ? "RTP" : "RTCP") + std::string(" of host slot ") +
                            std::to_string(which / 2) + ": " + address_.to_string() + " port " +
                            std::to_string(port);
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
  sockets_[which] = std::move(socket);
  wait(which);
  return std::nullopt;
}

bool rtp_sockets::is_bound(host_slot slot) const {
  return slot.value * std::size_t{2} < sockets_.size() &&
         sockets_[slot.value * std::size_t{2}] != nullptr;
}

void rtp_sockets::wait(unsigned which) {
  sockets_[which]->async_wait(udp::socket::wait_read, [this, which](error_code failed) {
    if (failed == asio::error::operation_aborted)
      return;
    take_all(which);
    wait(which);
  });
}

void rtp_sockets::take_all(unsigned which) {
  // A flood to one port must not starve the board's cells, which are on the same thread.
  constexpr int most_at_once = 32;
  const host_slot slot{static_cast<std::uint8_t>(which / 2)};
  const auto& told = which % 2 == 0 ? on_packet_ : on_report_;
  for (int i = 0; i < most_at_once; ++i) {
    udp::endpoint from;
    error_code failed;
    const std::size_t size = sockets_[which]->receive_from(asio::buffer(buffer_), from, 0, failed);
    if (failed)
      return;
    told(slot, from_asio(from), std::span(buffer_).first(size));
  }
}

void rtp_sockets::send(const outgoing_packet& packet) {
  error_code failed;
  const std::size_t which = packet.slot.value * std::size_t{2} + (packet.is_report ? 1 : 0);
  const bool bound = which < sockets_.size() && sockets_[which] != nullptr;
  if (bound)
    sockets_[which]->send_to(asio::buffer(packet.octets.data(), packet.octets.size()),
                             to_asio(packet.to, address_.is_v4()), 0, failed);
  unsent_ += !bound || failed ? 1 : 0;
}

} // namespace switchroom::media
