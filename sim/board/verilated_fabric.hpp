// SPDX-License-Identifier: MIT
#pragma once

#include "golden/e1_line_code.hpp"
#include "loop/frame_signals.hpp"

#include <array>
#include <cstdint>
#include <deque>
#include <memory>
#include <vector>

class VerilatedContext;
class Vfabric_model;

namespace switchroom::sim {

inline constexpr unsigned fabric_lines = 32;
inline constexpr unsigned fabric_spans = 1;
inline constexpr unsigned fabric_exchange_lines = 2; // the last of them, or phones

// What the fabric's pins carry in a frame (docs/architecture.md, "The fabric's own ports").
struct frame_pins {
  std::array<line_sense, fabric_lines> from_lines{};
  std::array<line_drive, fabric_lines> to_lines{};
  std::array<exchange_sense, fabric_exchange_lines> from_exchanges{};
  std::array<bool, fabric_exchange_lines> loops_closed{}; // to them
  std::deque<std::uint8_t> from_host;                     // what the fabric has no room for stays
  std::vector<std::uint8_t> to_host;                      // appended to
  // Of an E1 span, bit by bit: what has no room in the frame stays; what is sent is appended.
  std::deque<golden::e1_pulse> from_span;
  std::vector<golden::e1_pulse> to_span;
  // The bus of digital stations, bit by bit, that of place 0 first: DU, DD.
  static constexpr unsigned bits_a_frame = 256;
  std::array<bool, bits_a_frame> from_stations = all_ones(), to_stations = all_ones();

private:
  static std::array<bool, bits_a_frame> all_ones() {
    std::array<bool, bits_a_frame> bits;
    bits.fill(true);
    return bits;
  }
};

// The Verilated fabric, a frame at a time. Registers that the RTL does not reset start with random
// values drawn from the seed.
class verilated_fabric {
public:
  // Resets it and stops at the start of its first frame.
  explicit verilated_fabric(std::uint64_t seed);
  ~verilated_fabric();
  verilated_fabric(const verilated_fabric&) = delete;
  verilated_fabric& operator=(const verilated_fabric&) = delete;

  // From one frame strobe to the next. Lines are sampled by the fabric within the frame, so that
  // `to_lines` is what it sent in it.
  void run_frame(frame_pins& pins);

  unsigned clocks_per_frame() const { return clocks_per_frame_; }

private:
  void reset();
  unsigned clocks_to_strobe();
  void set_loop(const frame_pins& pins, unsigned sub_frame);
  void exchange_with_stations(frame_pins& pins, unsigned clock);
  void set_exchanges(const frame_pins& pins);

  std::unique_ptr<VerilatedContext> context_;
  std::unique_ptr<Vfabric_model> model_;
  unsigned clocks_per_frame_ = 0;
};

} // namespace switchroom::sim
