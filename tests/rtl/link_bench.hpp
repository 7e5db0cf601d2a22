// SPDX-License-Identifier: MIT
/// The Verilated link with a board around it: frames, a register bus with memory, events, host
/// slots, and octet queues towards the host that may stall. And plain link frames, made with a
/// CRC and a stuffing that are not the product's.
#pragma once
#include "verilated_block.hpp"

#include <Vlink_model.h>
#include <array>
#include <boost/crc.hpp>
#include <cstdint>
#include <deque>
#include <map>
#include <random>
#include <switchroom/regs.hpp>
#include <vector>

namespace switchroom::test {

using octets = std::vector<std::uint8_t>;

/// A link frame between two flags. `octets_before_check` is type, sequence and body.
inline octets stuffed(octets octets_before_check) {
  boost::crc_32_type crc;
  crc.process_bytes(octets_before_check.data(), octets_before_check.size());
  for (unsigned i = 0; i < 4; ++i)
    octets_before_check.push_back(static_cast<std::uint8_t>(crc.checksum() >> 8 * i));
  octets out{0x7e};
  for (const std::uint8_t octet : octets_before_check) {
    if (octet == 0x7e)
      out.insert(out.end(), {0x7d, 0x5e}); // RFC 1662, 4.2: the two examples of the text
    else if (octet == 0x7d)
      out.insert(out.end(), {0x7d, 0x5d});
    else
      out.push_back(octet);
  }
  out.push_back(0x7e);
  return out;
}

/// Frames in `line`, unstuffed, without the check. Fails the test on a wrong check.
std::vector<octets> unstuffed(const octets& line);

struct bus_access {
  bool write;
  std::uint32_t address;
  std::uint32_t data;
  friend bool operator==(const bus_access&, const bus_access&) = default;
};

struct board_event {
  std::uint8_t kind;
  std::uint8_t index;
  std::uint16_t data;
  friend bool operator==(const board_event&, const board_event&) = default;
};

/// What the host sends for, and what the switch sends to, a slot in a frame: never silence.
inline std::uint16_t pattern(std::uint32_t frame, std::uint32_t slot, std::uint32_t salt) {
  std::uint32_t x = frame * 2654435761u ^ slot * 40503u ^ salt * 97u;
  x ^= x >> 15;
  x *= 2246822519u;
  x ^= x >> 13;
  return static_cast<std::uint16_t>(x | 1);
}

class link_bench {
public:
  static constexpr unsigned host_slots = 64;
  static constexpr unsigned first_slot = 64;
  static constexpr std::uint8_t link_block = 6;

  explicit link_bench(unsigned seed = 1, unsigned clocks = 512);

  void run_clock();
  void run_frames(unsigned frames);
  /// Runs to the last clock of the present frame.
  void finish_frame();
  /// Runs until the board takes octets: it does not while it empties its ring.
  void settle() { run_frames(40); }
  void send(const octets& line) { to_board.insert(to_board.end(), line.begin(), line.end()); }
  /// What the board has sent since the last call, as frames.
  std::vector<octets> take_frames();
  /// The same, without its board cells.
  std::vector<octets> take_answers();
  /// A register of the link block, read at its own port while the bus is idle.
  std::uint32_t link_register(std::uint16_t offset);
  void enable(unsigned slot, bool on = true);

  std::uint32_t frame = 0xffffffff; ///< as the board counts; 0 is the first after reset
  std::deque<std::uint8_t> to_board;
  octets from_board;
  unsigned rx_idle_percent = 0;  ///< clocks in which the host offers nothing
  unsigned tx_stall_percent = 0; ///< clocks in which the host takes nothing
  unsigned bus_clocks = 1;       ///< until a register answers
  std::deque<board_event> events;
  std::map<std::uint32_t, std::uint32_t> memory;  ///< the registers that there are
  std::uint32_t read_only_from = 0x00ff0000;      ///< addresses from here on cannot be written
  std::vector<bus_access> accesses;               ///< as executed, link block excluded
  std::array<std::uint16_t, host_slots> played{}; ///< of the frame that has ended
  /// Sample that the switch sends to a host slot in a frame; replaceable.
  std::uint16_t (*egress)(std::uint32_t frame, unsigned slot) = [](std::uint32_t f, unsigned s) {
    return pattern(f, s, 7);
  };

private:
  void drive_bus();
  void drive_slots();
  std::uint8_t execute(bool write, std::uint32_t address, std::uint32_t data);

  verilated_block<Vlink_model> link_;
  std::mt19937 random_;
  std::mt19937 sleep_; // of its own, so that what a test sends does not depend on who sleeps when
  unsigned clocks_per_frame_;
  unsigned clock_;
  unsigned bus_wait_ = 0;
  bool bus_answering_ = false;
  bool csr_by_test_ = false;
};

} // namespace switchroom::test
