// SPDX-License-Identifier: MIT
/// A ULX3S seen from its pins: a host at the serial line, codecs on the PCM highway, loops.
#pragma once
#include "Vulx3s_model.h"
#include "board/link_codec.hpp"
#include "verilated_block.hpp"

#include <array>
#include <deque>
#include <optional>
#include <vector>

namespace switchroom::test {

/// The PC's end of the serial line, in real time: 3 Mbaud, 8N1, whatever the board's clock.
class serial_end {
public:
  explicit serial_end(double clocks_per_bit) : clocks_per_bit_(clocks_per_bit) {}
  void send(const std::vector<std::uint8_t>& octets) {
    to_board_.insert(to_board_.end(), octets.begin(), octets.end());
  }
  bool idle() const { return to_board_.empty(); }
  /// One clock: the level that the board sends in, the level that it gets out.
  bool step(bool from_board);
  std::vector<std::uint8_t> heard; ///< taken by the owner

private:
  void listen(bool level);
  double clocks_per_bit_;
  std::deque<std::uint8_t> to_board_;
  double send_phase_ = 0, listen_phase_ = -1; ///< in bits; −1: waits for a start bit
  unsigned shift_ = 0;
  int sampled_ = 0;
};

class ulx3s_bench {
public:
  static constexpr int clocks_per_frame = 8192;

  ulx3s_bench();
  void run_frames(int frames);
  void say(const std::vector<std::uint8_t>& octets) { host_.send(octets); }
  /// Octets of a write of one register, with the next tag.
  std::vector<std::uint8_t> write_request(std::uint32_t address, std::uint32_t value);
  /// Sends a write of one register and runs until it is answered; false: not, or with an error.
  bool write(std::uint32_t address, std::uint32_t value);
  /// Sends a read of one register and runs until it is answered; nothing: not, or with an error.
  std::optional<std::uint32_t> read(std::uint32_t address);
  /// Runs until a link frame of this type comes; empty: none in `frames`.
  std::vector<std::uint8_t> await(regs::frame_type type, int frames = 20);

  struct received {
    regs::frame_type type;
    std::vector<std::uint8_t> body;
    std::uint64_t clock;
  };
  std::vector<received> link;          ///< whole frames that the board sent
  std::array<std::uint8_t, 8> says{};  ///< codec of line n, into the highway
  std::array<std::uint8_t, 8> hears{}; ///< and out of it
  board::encoder encoder;
  board::decoder decoder{board::link_end::board};
  Vulx3s_model& pins() { return *model_; }

private:
  void clock();
  void codecs();
  /// What reads and writes begin with: the next tag, the address.
  std::vector<std::uint8_t> request_body(std::uint32_t address);
  verilated_block<Vulx3s_model> model_{7};
  serial_end host_{65.536 / 3.0};
  std::uint64_t clock_ = 0;
  int bit_ = -1;              ///< of the highway's frame
  std::uint8_t says_now_ = 0; ///< a codec takes its octet whole, as its slot begins
  bool last_bclk_ = false;
  std::uint8_t tag_ = 0;
};

} // namespace switchroom::test
