// SPDX-License-Identifier: MIT
/// All voice of a gateway between its board and the network, without any I/O: cells and packets
/// in, cells and packets out. The voice thread is a rim around it; a test may run two of them in
/// one process and in virtual time.
///
/// One thread. Nothing is allocated after the constructor.
#pragma once
#include "board/link_codec.hpp"
#include "media/bridges.hpp"
#include "media/stream.hpp"
#include "media/tape.hpp"
#include "types/ids.hpp"
#include "types/refusal.hpp"
#include "types/time.hpp"

#include <memory>
#include <optional>
#include <random>
#include <span>
#include <string>
#include <vector>

namespace switchroom::media {

struct engine_settings {
  unsigned host_slots = 0;       ///< at most 256
  unsigned ptime_ms = 10;        ///< is_ptime
  unsigned jitter_target_ms = 0; ///< fixed; 0: adaptive
  std::uint64_t seed = 0;        ///< of SSRCs and first sequence numbers; random, but in tests
  unsigned jitter_most_ms = 120; ///< of an adaptive delay
};

/// A packet to be sent.
struct outgoing_packet {
  host_slot slot;
  bool is_report = false; ///< RTCP: from and to the port above that of RTP
  endpoint to;
  std::span<const std::uint8_t> octets;
};

class engine {
public:
  explicit engine(const engine_settings&);

  /// Begins a stream. To where it already goes, as agreed before: changes nothing. Else: SSRC,
  /// sequence and timestamps go on, and protection with each key that is the same; figures begin
  /// anew. Refuses a host slot that the board has not, a payload type of which nobody knows how it
  /// is coded, and a packet time that is none.
  std::optional<refusal> open(host_slot, const endpoint& remote, agreement);
  /// Puts a tape into a host slot in place of what was there: it plays and records from the first
  /// cell on in which the board sends the slot's samples. False: the board has no such slot.
  bool mount(host_slot, std::shared_ptr<mounted>);
  /// Makes a host slot a party of a conference, in place of what was there. False: as above.
  bool join(host_slot, bridge_number);
  /// What the far end of `from` says goes on to the far end of `to` as it came, while both are
  /// streams that speak alike (stream::can_forward), and not by the board. `from` none: no longer.
  /// It is decoded as long as somebody gets it by the board, so also if it is `shared`: lines hear
  /// it, too.
  void relay(host_slot to, std::optional<host_slot> from, bool shared = false);
  /// Ends a stream, takes a tape out, leaves a conference; nothing is relayed to it or from it.
  void close(host_slot);
  /// A stream, a tape or a party is there.
  bool is_open(host_slot) const;

  /// What is to be done about a cell of the board; valid until the next call of on_cell.
  struct cell_answer {
    std::span<const board::sample> samples; ///< one for every open host slot
    std::span<const outgoing_packet> packets;
  };
  cell_answer on_cell(std::uint32_t frame, std::span<const board::sample> from_board, instant now);
  struct packet_answer {
    std::optional<char> digit; ///< that begins with this packet (RFC 4733)
    /// Relayed; valid until the next call of on_packet, and before the next of on_cell.
    std::span<const outgoing_packet> packets;
    bool begins = false; ///< it is the first voice of its stream
  };
  packet_answer on_packet(host_slot, const endpoint& from, std::span<const std::uint8_t> octets,
                          instant now);
  /// RTCP, from the port above that of RTP; of a stream with one port also on_packet takes it.
  void on_report(host_slot, const endpoint& from, std::span<const std::uint8_t> octets,
                 instant now);
  /// A stream is there whose keys come by a handshake.
  bool by_handshake(host_slot) const;
  /// May this packet of one be looked at, which came to the port of RTP, or `beside`, to that of
  /// RTCP? Of such a stream; see there.
  bool takes_handshake(host_slot, bool beside, const endpoint& from);
  /// One that is to be sent; nothing: no stream's keys come so.
  std::optional<outgoing_packet> handshake(host_slot, bool beside,
                                           std::span<const std::uint8_t> octets) const;
  /// To the far end of a stream, and to the board: see stream. Nothing happens if none is open.
  void send_digit(host_slot, char);
  void sound_digit(host_slot, char);
  /// The next cell is of another life of the board.
  void board_lost() { running_ = false; }

  unsigned host_slots() const { return static_cast<unsigned>(streams_.size()); }
  const std::vector<std::uint8_t>& open_slots() const { return open_; }
  bool is_stream(host_slot slot) const { return streams_[slot.value].has_value(); }
  /// Of an open stream.
  stream_figures figures(host_slot slot) const { return streams_[slot.value]->figures(); }
  std::uint64_t strays() const { return strays_; } ///< packets to a slot that has no stream
  std::uint64_t missing_cells() const { return missing_cells_; }

private:
  unsigned frames_since_last(std::uint32_t frame, instant now);
  void push(std::uint8_t slot, std::int16_t sample, unsigned times, instant now);
  void open_slot(host_slot);
  std::int16_t sample_for(std::uint8_t slot, unsigned passed, instant now);
  bool can_relay(std::uint8_t to) const;
  bool is_wanted(std::uint8_t from) const;
  void relay_packet(std::uint8_t from, const stream::arrival&);
  std::int16_t turn(stream&, std::uint8_t slot, unsigned passed, instant now);
  std::int16_t turn(mounted&, std::uint8_t slot, unsigned passed);

  engine_settings settings_;
  std::vector<std::optional<stream>> streams_;  ///< by host slot
  std::vector<std::shared_ptr<mounted>> tapes_; ///< by host slot; never beside a stream
  bridges bridges_;
  std::vector<std::uint8_t> open_;                 ///< host slots, rising
  std::vector<std::optional<std::int16_t>> heard_; ///< of each host slot, in this cell
  std::vector<board::sample> samples_;
  std::vector<outgoing_packet> packets_, relayed_;
  struct source {
    std::uint8_t slot = 0;
    bool shared = false;
  };
  std::vector<std::optional<source>> relay_from_; ///< by host slot that is relayed to
  std::vector<std::uint8_t> relays_;              ///< by host slot: to how many
  std::mt19937_64 random_;
  std::string cname_;
  bool running_ = false;
  std::uint32_t last_frame_ = 0;
  instant last_cell_{};
  std::uint64_t strays_ = 0, missing_cells_ = 0;
};

} // namespace switchroom::media
