// SPDX-License-Identifier: MIT
/// The host's end of the board's HDLC channels (regs/hdlc.toml): whole frames without FCS out of
/// their receive rings, and into their transmit rings. Pure: registers and events in, registers
/// out.
#pragma once
#include "board/capabilities.hpp"
#include "board/client.hpp"
#include "media/voice.hpp"
#include "types/refusal.hpp"
#include "types/time.hpp"

#include <array>
#include <deque>
#include <functional>
#include <optional>
#include <span>
#include <vector>

namespace switchroom::media {

class hdlc_rings {
public:
  using words = std::vector<std::uint32_t>;
  struct ports {
    /// In order, before all that is asked for later.
    std::function<void(std::span<const register_write>)> write;
    /// At most 32 words; a refusal when the board is lost.
    std::function<void(std::uint32_t address, std::uint8_t count,
                       std::function<void(result<words>)> then)>
        read;
    std::function<void(const hdlc_frame&)> received;
  };
  /// Frames of a channel that wait for room on the board. More are dropped: LAPD repeats them.
  static constexpr std::size_t most_waiting = 64;

  explicit hdlc_rings(ports p) : ports_(std::move(p)) {}

  // The board is there, and begins with empty rings; it is lost, and frames that wait with it.
  void up(const board::capabilities&);
  void down();
  /// False: it is not for the rings.
  bool take(const board::event&);
  /// Looks once a second whether an event was lost.
  void tick(instant now);

  /// Holds over the board's lives, until close(). Of a channel that is open: begins anew.
  void open(std::uint8_t channel, const hdlc_settings&);
  void close(std::uint8_t channel);
  /// Drops, counted, what is empty or does not fit in a ring, what waits too long, and frames of
  /// a channel that is not open on a board that is up.
  void send(const hdlc_frame&);

  const hdlc_figures& figures() const { return figures_; }

private:
  using block = regs::hdlc_block;
  struct channel {
    std::optional<hdlc_settings> settings; ///< open
    std::uint32_t life = 0; ///< what was asked, or is told, of another one is not looked at
    bool runs = false;      ///< its rings are known
    // pointers of the receive ring, and what was read of it
    std::uint32_t receive_head = 0, receive_tail = 0;
    bool reading = false;
    words read;
    // pointers of the transmit ring
    std::uint32_t transmit_head = 0, transmit_tail = 0;
    bool is_told = false; ///< the board will tell of room
    std::deque<std::vector<std::uint8_t>> waiting;
  };

  void begin(std::uint8_t number);
  void stop(channel&);
  void there_is(std::uint8_t number, std::uint32_t head);
  void has_read(std::uint8_t number, result<words> got);
  void hand_on(std::uint8_t number);
  void was_sent(std::uint8_t number, std::uint32_t tail);
  void fill(std::uint8_t number);
  void put(std::uint8_t number, const std::vector<std::uint8_t>& frame,
           std::vector<register_write>& out);
  void look(std::uint8_t number);
  template <typename Register>
  std::uint32_t address(std::uint32_t index) const {
    return regs::address(index_, Register::offset + index);
  }
  std::uint32_t after(std::uint32_t pointer, std::uint32_t by) const {
    return (pointer + by) % (2 * ring_words_);
  }
  std::uint32_t between(std::uint32_t from, std::uint32_t to) const {
    return (to - from) % (2 * ring_words_);
  }

  ports ports_;
  std::array<channel, block::channel::count> channels_;
  std::uint8_t index_ = 0;       ///< of the block
  std::uint32_t capacity_ = 0;   ///< channels of the board; 0: none, or it is not up
  std::uint32_t ring_words_ = 0; ///< 0: not known yet
  std::uint32_t board_life_ = 0;
  instant looked_{};
  hdlc_figures figures_;
};

} // namespace switchroom::media
