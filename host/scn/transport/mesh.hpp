// SPDX-License-Identifier: MIT
/// Envelopes between gateways, over ZeroMQ with CURVE (rule S14). Everything happens on the
/// executor that start() is given, which must be one thread's; libzmq has a thread of its own that
/// enciphers and is never waited for.
///
/// Each gateway binds one ROUTER and connects one DEALER to every peer: what it sends leaves by
/// the DEALERs, what it hears comes in at the ROUTER. Both ends prove their keys; a message
/// belongs to the gateway whose pinned key its connection proved, whatever it contains.
///
/// Delivery: in order and at most once for each peer. A message for a peer that is not connected
/// is dropped and counted, not kept: after a cut the directory and the calls are told anew. So is
/// what finds `most_waiting` messages before it that the peer has not taken.
#pragma once
#include "types/ids.hpp"
#include "types/refusal.hpp"

#include "scn.pb.h"

#include <boost/asio/any_io_executor.hpp>

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace switchroom::transport {

/// Largest envelope, both ways.
inline constexpr std::size_t largest_message = 64 * 1024;

/// Messages that wait at one end of a connection, until they are sent or read.
inline constexpr int most_waiting = 8192;

struct peer_address {
  gateway_name name;
  std::string endpoint;   ///< "tcp://host:port"
  std::string public_key; ///< Z85, pinned
};

struct settings {
  std::string bind; ///< "tcp://address:port"; port 0 or * takes a free one
  std::string public_key, secret_key;
  std::vector<peer_address> peers;
};

struct delivery {
  gateway_name from;
  scn::v1::Envelope message;
};

/// A standing fault, until cleared() is called with the same id.
struct alarm {
  std::string id;
  std::string title;
  refusal text;
};

/// Called on the executor, never from within a function of the mesh.
struct callbacks {
  std::function<void(std::vector<delivery>)> received; ///< a batch, in the order of arrival
  std::function<void(const gateway_name&)> connected;  ///< handshake done: we can send to it
  std::function<void(const alarm&)> raise;
  std::function<void(const std::string& id)> clear;
  std::function<void(const std::string&)> note; ///< for the log
};

struct peer_figures {
  bool connected = false; ///< our connection to it has proved both keys
  std::uint64_t received = 0;
  std::uint64_t sent = 0;
  std::uint64_t unsent = 0; ///< not connected, too large, or queue full
  std::uint64_t malformed = 0;
  std::uint64_t failed_handshakes = 0; ///< of our connection to it
};

struct figures {
  std::map<gateway_name, peer_figures> peers;
  std::uint64_t strangers = 0; ///< connections turned away: key not pinned, or no key at all
};

class mesh {
public:
  /// Binds. Refuses keys that are none, names or keys given twice, and an
  /// address it cannot have.
  static result<std::unique_ptr<mesh>> start(settings, boost::asio::any_io_executor, callbacks);
  ~mesh(); ///< no callback runs afterwards
  mesh(const mesh&) = delete;
  mesh& operator=(const mesh&) = delete;

  /// Never waits.
  void send(const gateway_name& to, const scn::v1::Envelope&);
  const figures& counters() const;
  /// Where it is bound, with the port that was taken.
  const std::string& endpoint() const;

private:
  class sockets;
  explicit mesh(std::unique_ptr<sockets>);
  std::unique_ptr<sockets> sockets_;
};

} // namespace switchroom::transport
