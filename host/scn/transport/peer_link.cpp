// SPDX-License-Identifier: MIT
#include "scn/transport/peer_link.hpp"

#include <bit>
#include <cstring>

namespace switchroom::transport {

std::optional<connection_event> next_event(zmq::socket_t& monitor) {
  zmq::message_t event, endpoint;
  if (!monitor.recv(event, zmq::recv_flags::dontwait))
    return std::nullopt;
  (void)monitor.recv(endpoint, zmq::recv_flags::none); // always follows
  std::uint16_t kind = 0;
  std::memcpy(&kind, event.data(), sizeof kind);
  switch (kind) {
  case ZMQ_EVENT_HANDSHAKE_SUCCEEDED:
    return connection_event::handshake_done;
  case ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL:
    return connection_event::handshake_cut;
  case ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL:
  case ZMQ_EVENT_HANDSHAKE_FAILED_AUTH:
    return connection_event::handshake_failed;
  case ZMQ_EVENT_DISCONNECTED:
    return connection_event::disconnected;
  default:
    return connection_event::other;
  }
}

zmq::socket_t watch(zmq::context_t& context, zmq::socket_t& watched, const std::string& name) {
  const std::string endpoint = "inproc://monitor." + name;
  if (zmq_socket_monitor(watched.handle(), endpoint.c_str(), ZMQ_EVENT_ALL) != 0)
    throw zmq::error_t();
  zmq::socket_t monitor(context, zmq::socket_type::pair);
  monitor.set(zmq::sockopt::linger, 0);
  monitor.connect(endpoint);
  return monitor;
}

void apply_common(zmq::socket_t& socket, const settings& own) {
  socket.set(zmq::sockopt::linger, 0);
  socket.set(zmq::sockopt::sndhwm, most_waiting);
  socket.set(zmq::sockopt::rcvhwm, most_waiting);
  socket.set(zmq::sockopt::curve_secretkey, own.secret_key);
  socket.set(zmq::sockopt::handshake_ivl, 3000);
  socket.set(zmq::sockopt::heartbeat_ivl, 1000);
  socket.set(zmq::sockopt::heartbeat_timeout, 3000);
}

peer_link::peer_link(zmq::context_t& context, const settings& own, const peer_address& address)
    : address_(address), dealer_(context, zmq::socket_type::dealer),
      monitor_(watch(context, dealer_, "peer." + address.name)) {
  apply_common(dealer_, own);
  dealer_.set(zmq::sockopt::curve_publickey, own.public_key);
  dealer_.set(zmq::sockopt::curve_serverkey, address.public_key);
  // Queue only for connections that are complete: a peer that comes back is not told the past.
  dealer_.set(zmq::sockopt::immediate, true);
  // Nothing comes back this way but what libzmq itself says; a peer that tries is cut off.
  dealer_.set(zmq::sockopt::maxmsgsize, std::int64_t{2048});
  dealer_.set(zmq::sockopt::rcvhwm, 1);
  dealer_.set(zmq::sockopt::reconnect_ivl, 100);
  dealer_.set(zmq::sockopt::reconnect_ivl_max, 1000);
  dealer_.connect(address.endpoint);
}

bool peer_link::send(const std::string& octets) {
  return dealer_.send(zmq::buffer(octets), zmq::send_flags::dontwait).has_value();
}

peer_link::change peer_link::read_monitor() {
  change told;
  while (const auto event = next_event(monitor_)) {
    if (*event == connection_event::handshake_done) {
      told.connected = true;
      failed_in_a_row_ = 0;
    } else if (*event == connection_event::disconnected) {
      told.connected = false;
    } else if (*event == connection_event::handshake_failed ||
               *event == connection_event::handshake_cut) {
      told.connected = false;
      ++told.failed_handshakes;
      // Again and again must not fill the log.
      ++failed_in_a_row_;
      told.is_refused |= failed_in_a_row_ >= 2 && std::has_single_bit(failed_in_a_row_);
    }
  }
  return told;
}

} // namespace switchroom::transport
