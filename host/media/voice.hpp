// SPDX-License-Identifier: MIT
/// The voice thread: owns the link to the board and the RTP sockets, and does nothing but carry
/// samples and packets between them. Control asks it by posting and never waits for it; it
/// answers by posting and never waits for control.
#pragma once
#include "media/agreement.hpp"
#include "media/bridges.hpp"
#include "media/endpoint.hpp"
#include "media/figures.hpp"
#include "media/tape.hpp"
#include "types/ids.hpp"
#include "types/refusal.hpp"

#include <boost/asio/any_io_executor.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace switchroom::board {
struct capabilities;
}

namespace switchroom::media {

struct voice_settings {
  std::string link; ///< "unix:/path" or "serial:/dev/ttyUSB0"
  std::uint16_t lead_frames =
      16; ///< how far ahead voice is due; 2 when board and host step together
  std::string rtp_address = "127.0.0.1";            ///< of this computer
  std::string rtp_address_key = "address in [rtp]"; ///< where an operator has written it
  std::uint16_t rtp_base_port = 20000;              ///< host slot n receives on base + 2·n
  std::uint8_t rtp_payload_type = 8;                ///< 0 = PCMU, 8 = PCMA
  std::uint8_t rtp_ptime_ms = 10;
  std::uint16_t jitter_target_ms = 0; ///< how long before it is played a packet shall come; 0: as
                                      ///< long as the network asks for, and not longer than:
  std::uint16_t jitter_most_ms = 120;
  bool protect = true; ///< SRTP with far ends that can
};

/// Why a voice cannot be made with these settings; nothing if it can.
std::optional<refusal> check(const voice_settings&);

/// A register of the board: full address (regs::address) and word.
struct register_write {
  std::uint32_t address = 0;
  std::uint32_t value = 0;
};

/// Something happened on a line, channel or detector of the fabric.
struct fabric_event {
  std::uint32_t frame = 0; ///< of the fabric, modulo 2^32
  std::uint8_t kind = 0;   ///< regs event_kind
  std::uint8_t index = 0;
  std::uint16_t data = 0;
};

/// The far end of a stream has sent a digit (RFC 4733).
struct heard_digit {
  host_slot slot;
  char digit = 0; ///< of event_digits
};

/// A packet of a handshake (DTLS), of the port of RTP or, `beside`, of RTCP. One that comes is from
/// the far end of a stream whose keys it shall make; or from anybody, while the host slot has no
/// stream: who is called may begin before we hear of the answer.
struct handshake_packet {
  host_slot slot;
  bool beside = false;
  std::vector<std::uint8_t> octets;
  endpoint from = {}; ///< of one that comes
};

/// A frame of an HDLC channel of the board, as of LAPD (Q.921), without flags and FCS.
struct hdlc_frame {
  std::uint8_t channel = 0;
  std::vector<std::uint8_t> octets;
};

/// How an HDLC channel speaks.
struct hdlc_settings {
  std::uint8_t bits = 8;           ///< of 125 µs, 1 to 8: 8 of a time slot, 2 of a D channel
  bool idle_ones = false;          ///< between frames; else flags
  std::uint16_t most_octets = 264; ///< of a received frame: N201 and header (Q.921, 5.9.3)
};

/// Since the start, of all HDLC channels. What the board counts is in its registers.
struct hdlc_figures {
  std::uint64_t received = 0;
  std::uint64_t sent = 0;      ///< given to the board
  std::uint64_t dropped = 0;   ///< were to be sent: too many waited, too long, or no such channel
  std::uint64_t malformed = 0; ///< times that a ring's contents made no sense, and it began anew
};

struct alarm {
  std::string id; ///< stable: "rtp-ports", "rtp-stream-3" (host slot), "board-write"
  std::string title;
  refusal text;
};

/// State of the link. The counters are the host's end; the board's own are registers.
struct link_figures {
  bool up = false;
  std::uint32_t frame = 0;           ///< of the last board_cell
  std::uint64_t cells = 0;           ///< board_cells received
  std::uint64_t missing_cells = 0;   ///< frames that had no board_cell
  std::uint64_t received_frames = 0; ///< link frames received whole
  std::uint64_t check_errors = 0;
  std::uint64_t sequence_gaps = 0;
  std::uint64_t malformed = 0;
  std::uint64_t retransmissions = 0; ///< requests that were sent again
  std::uint64_t connects = 0;        ///< times the board was reached
};

struct snapshot {
  link_figures link;
  std::uint64_t strays = 0; ///< packets to a host slot with no stream open
  std::uint64_t unsent = 0; ///< packets that the network did not take
  hdlc_figures hdlc;
  std::vector<slot_figures> streams;
};

/// All are called on the executor given to voice, in the order in which things happened.
struct callbacks {
  /// The board answered and is of known versions. Its registers are as they were before, but
  /// that voice has enabled the host slots of open streams and disabled the others.
  std::function<void(const board::capabilities&)> up;
  /// The board is lost or refused; connecting goes on with back-off. Only when it was up, or
  /// when the reason differs from the one told before.
  std::function<void(const refusal& why)> down;
  std::function<void(const fabric_event&)> event;
  std::function<void(const heard_digit&)> digit;
  std::function<void(const alarm&)> raise;
  /// At most voice_path::most_handshake_packets a second of each host slot.
  std::function<void(const handshake_packet&)> handshake;
  /// Of an open HDLC channel.
  std::function<void(const hdlc_frame&)> frame;
  /// The first voice of a stream's far end has come.
  std::function<void(const host_slot&)> speaks;
};

/// Every member function may be called from any thread and returns at once.
class voice {
public:
  /// Starts the thread. Throws std::invalid_argument if check() refuses. When the destructor is
  /// called on `to` too, no callback runs after it.
  voice(const voice_settings&, boost::asio::any_io_executor to, callbacks);
  ~voice(); ///< stops and joins
  voice(const voice&) = delete;
  voice& operator=(const voice&) = delete;

  /// Written in order, after all writes and reads asked for before. Dropped while the board is
  /// down: whoever programs the board does so again after `up`.
  void write(std::vector<register_write>);
  /// Reads `count` (1 … 32) words from `address` on; `then` is called on the executor, with a
  /// refusal if the board is down or has no such register.
  void read(std::uint32_t address, std::uint8_t count,
            std::function<void(result<std::vector<std::uint32_t>>)> then);
  /// Begins a two-way stream of a host slot and enables the slot on the board. `address` is
  /// numeric, IPv4 or IPv6. Of a slot that is open: to the same far end, changes nothing;
  /// elsewhere, its RTP goes on there and its counts begin anew. What is refused is an alarm.
  void open(host_slot, std::string address, std::uint16_t port, agreement);
  /// A digit for the far end of a stream (RFC 4733); dropped if that was not agreed.
  void send_digit(host_slot, char);
  /// To the far end; dropped if its stream is of another kind by now.
  void send_handshake(handshake_packet);
  /// A digit as a tone, to the board.
  void sound_digit(host_slot, char);
  /// Puts a tape or recorder into a host slot and enables it; see media::mounted for who frees it.
  /// Dropped while there was no board yet.
  void mount(host_slot, std::shared_ptr<mounted>);
  /// Makes a host slot a party of a conference and enables it (media::mixer). Dropped while there
  /// was no board yet.
  void join(host_slot, bridge_number);
  /// Voice of the far end of `from` goes to the far end of `to` as it comes, if both speak alike:
  /// media::engine::relay. `from` none: no longer.
  void relay(host_slot to, std::optional<host_slot> from, bool shared);
  /// Of a stream, a tape or a party.
  void close(host_slot);
  /// Begins, with empty rings, an HDLC channel of the board; frames of it are told from now on. It
  /// stays open when the board is lost, and begins anew when that is back: what waited to be sent
  /// is dropped, counted.
  void open_hdlc(std::uint8_t channel, hdlc_settings);
  void close_hdlc(std::uint8_t channel);
  /// Dropped, counted, while the board is down; see media::hdlc_rings.
  void send_frame(hdlc_frame);
  /// Not older than 0.1 s. Takes a lock that the voice thread only ever tries.
  snapshot figures() const;

private:
  class rim;
  std::unique_ptr<rim> rim_;
};

} // namespace switchroom::media
