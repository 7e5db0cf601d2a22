// SPDX-License-Identifier: MIT
/// One DEALER to a peer, with its monitor.
#pragma once
#include "scn/transport/mesh.hpp"

#include <zmq.hpp>

#include <optional>

namespace switchroom::transport {

/// What a monitor told (zmq_socket_monitor(3)).
enum class connection_event {
  handshake_done,
  handshake_failed,
  handshake_cut, ///< the other side went without a word, or said nothing
  disconnected,
  other,
};

/// Reads one event; nothing if none waits.
std::optional<connection_event> next_event(zmq::socket_t& monitor);

/// A socket's monitor, connected before the socket does anything.
zmq::socket_t watch(zmq::context_t&, zmq::socket_t& watched, const std::string& name);

/// Options that both kinds of socket have: no linger, keys, noticing a dead connection in 3 s.
void apply_common(zmq::socket_t&, const settings& own);

class peer_link {
public:
  peer_link(zmq::context_t&, const settings& own, const peer_address&);

  /// False: not connected, or the queue is full.
  bool send(const std::string& octets);
  zmq::socket_t& monitor() { return monitor_; }
  const peer_address& address() const { return address_; }

  struct change {
    std::optional<bool> connected;
    std::uint64_t failed_handshakes = 0;
    bool is_refused = false; ///< failed twice in a row: not a passing fault
  };
  /// Takes what the monitor has to tell.
  change read_monitor();

private:
  peer_address address_;
  zmq::socket_t dealer_;
  zmq::socket_t monitor_;
  unsigned failed_in_a_row_ = 0;
};

} // namespace switchroom::transport
