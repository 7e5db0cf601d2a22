// SPDX-License-Identifier: MIT
/// All that the voice thread does, without its thread, its sockets and its clock: the
/// conversation with the board, and the streams between its host slots and the network. The
/// voice thread is a rim around it; tests run whole gateways with it in virtual time.
#pragma once
#include "media/board_session.hpp"
#include "media/engine.hpp"
#include "media/hdlc_rings.hpp"

#include <optional>
#include <set>
#include <utility>

namespace switchroom::media {

class voice_path {
public:
  /// What the rim does for it.
  struct ports {
    std::function<void(std::span<const std::uint8_t>)> to_board;
    /// The board is lost or refused: end the connection, make another one later.
    std::function<void()> hang_up;
    std::function<void(const outgoing_packet&)> to_network;
    /// Begins to receive for host slots 0 … `slots` − 1 where it does not yet; gives those for
    /// which it cannot, each with why.
    std::function<std::vector<std::pair<host_slot, refusal>>(unsigned slots)> bind;
  };

  /// A handshake has a dozen packets; what is more is a flood, which shall not reach control.
  static constexpr unsigned most_handshake_packets = 32;

  /// `seed` is of SSRCs and first sequence numbers: random, but in tests.
  voice_path(voice_settings, std::uint64_t seed, ports, callbacks);

  // From the board. `now` never goes back.
  void connected(instant now) { session_.connected(now); }
  void received(std::span<const std::uint8_t> octets, instant now);
  void disconnected(instant now) { session_.disconnected(now); }
  void unreachable(const refusal& why) { tell_down(why); } ///< no connection could be made
  void tick(instant now);

  // From the network.
  void on_packet(host_slot, const endpoint& from, std::span<const std::uint8_t>, instant now);

  void on_report(host_slot, const endpoint& from, std::span<const std::uint8_t>, instant now);

  // From control: as in media::voice.
  void write(std::span<const register_write> registers) { session_.write(registers); }
  void read(std::uint32_t address, std::uint8_t count, board_session::read_done then) {
    session_.read(address, count, std::move(then));
  }
  void open(host_slot, const std::string& address, std::uint16_t port, agreement);
  void send_digit(host_slot, char);
  void send_handshake(const handshake_packet&);
  void sound_digit(host_slot, char);
  void mount(host_slot, std::shared_ptr<mounted>);
  void join(host_slot, bridge_number);
  void relay(host_slot to, std::optional<host_slot> from, bool shared);
  void close(host_slot);
  void open_hdlc(std::uint8_t channel, const hdlc_settings& how) { hdlc_.open(channel, how); }
  void close_hdlc(std::uint8_t channel) { hdlc_.close(channel); }
  void send_frame(const hdlc_frame& frame) { hdlc_.send(frame); }

  /// Fills in all but `unsent`, which is the rim's.
  void figures(snapshot& into) const;

private:
  board_session::handlers handlers();
  hdlc_rings::ports hdlc_ports();
  void on_up();
  void tell_down(const refusal& why);
  void on_cell(std::uint32_t frame, std::span<const board::sample>);
  void bind();
  bool take_handshake(host_slot, bool beside, const endpoint& from, std::span<const std::uint8_t>,
                      instant now);
  void enable(std::uint32_t slot, bool on);

  voice_settings settings_;
  std::uint64_t seed_;
  ports ports_;
  callbacks told_;
  board_session session_;
  hdlc_rings hdlc_;
  std::optional<engine> engine_; ///< from the first up on
  std::set<host_slot> deaf_;     ///< host slots that could not be bound
  struct allowance {
    instant since{};
    unsigned taken = 0;
  };
  std::array<allowance, 256> handshakes_{}; ///< by host slot, of the second that began then
  instant now_{};
  bool was_up_ = false;
  std::string last_down_;
};

} // namespace switchroom::media
