// SPDX-License-Identifier: MIT
/// The streams whose keys come by DTLS (RFC 5764): who makes a handshake for which host slot, and
/// when the voice gets its keys. Runs where control runs; the voice thread hands packets over and
/// never waits (docs/adr/0018). Has no thread, socket or clock.
#pragma once
#include "dtls/handshake.hpp"
#include "media/voice.hpp"

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>

namespace switchroom::app {

/// A stream as it has been agreed with its far end, but for the keys.
struct stream_to_secure {
  std::string address;
  std::uint16_t port = 0;
  media::agreement agreed; ///< by_handshake
  dtls::fingerprint of_far_end{};
  dtls::role ours = dtls::role::server;
};

class handshakes {
public:
  /// What it does to the rest of the gateway.
  struct ports {
    std::function<void(media::handshake_packet)> send;
    /// Has the voice begin the stream, or go on with it, as far as there are keys.
    std::function<void(host_slot, const stream_to_secure&)> open;
    /// It will never have keys: the far end is somebody else.
    std::function<void(host_slot, const refusal&)> refuse;
    std::function<void(const media::alarm&)> raise;
    std::function<void(const std::string& alarm_id)> clear;
  };

  explicit handshakes(ports to) : to_(std::move(to)) {}

  const dtls::fingerprint& print() const { return who_.print(); }

  /// In place of what the host slot had; whose keys stay if it is the same far end at the same
  /// place, and end() has not come between.
  void begin(host_slot, stream_to_secure, instant now);
  void end(host_slot);
  /// One that comes before its stream is begun is kept for a moment, the latest of each port.
  void receive(const media::handshake_packet&, instant now);
  void tick(instant now);
  instant next_deadline() const;

  struct figures {
    std::uint64_t made = 0;     ///< streams that got their keys
    std::uint64_t refused = 0;  ///< certificates that were not those that had been told
    std::uint64_t troubled = 0; ///< times that one could not be finished
  };
  const figures& counted() const { return figures_; }

private:
  struct secured_stream {
    stream_to_secure stream;
    std::unique_ptr<dtls::handshake> of_voice, of_reports; ///< null: goes where the voice goes
    bool refused = false;
    std::string told; ///< what is wrong, as last said
  };
  struct early {
    std::vector<std::uint8_t> octets;
    media::endpoint from;
    instant at{};
  };
  static bool is_same(const secured_stream&, const stream_to_secure&);
  void start(host_slot, secured_stream&, bool beside, instant now);
  void look(host_slot, secured_stream&, dtls::handshake&, bool beside);
  void take_keys(host_slot, secured_stream&, const dtls::keys&, bool beside);
  void complain(host_slot, secured_stream&, const dtls::handshake&);

  ports to_;
  dtls::identity who_;
  std::map<host_slot, secured_stream> by_slot_;
  std::map<std::pair<host_slot, bool>, early> early_; ///< by slot and `beside`
  figures figures_;
};

} // namespace switchroom::app
