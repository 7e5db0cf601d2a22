// SPDX-License-Identifier: MIT
/// The clocks of the Verilated fabric. Needs "Vfabric_model___024root.h" beside "Vfabric_model.h".
#pragma once
#include <cstdint>

class Vfabric_model___024root;

namespace switchroom::rtl {

/// Who gets the next clock, beside the frame timer, which gets all.
enum : unsigned {
  slot_awake = 1,
  host_awake = 2,
  tone_awake = 4,
  voice_awake = 8,
  judge_awake = 16,
  line_awake = 32,
  everybody_awake = 63
};

/// How many clocks of this frame, after the one that comes next, may be left out: all that are
/// left while everybody sleeps and the host offers nothing, else none (docs/adr/0007).
template <class Fabric>
unsigned idle_clocks(const Fabric& fabric) {
  const bool awake = fabric.slot_awake_o | fabric.host_awake_o | fabric.line_awake_o |
                     fabric.tone_awake_o | fabric.voice_awake_o | fabric.judge_awake_o |
                     fabric.link_rx_valid_i | fabric.rst_i;
  return awake ? 0 : fabric.left_o;
}

template <class Fabric>
void clocks_low(Fabric& fabric) {
  fabric.clk_i = fabric.clk_slot_i = fabric.clk_host_i = fabric.clk_line_i = 0;
  fabric.clk_tone_i = fabric.clk_voice_i = fabric.clk_judge_i = 0;
}

/// In fabric_clock.cpp: one rising edge for those who are awake.
void rising_edge(Vfabric_model___024root& root, unsigned awake);

/// One clock of the fabric, with the inputs as they are; afterwards the outputs are those after
/// it, and after `skip` more. Blocks that sleep get none, so that a simulation pays only for what
/// is at work. In reset all blocks get it. Before the first clock the model must have been
/// evaluated once, with its clocks low.
template <class Fabric>
void fabric_clock(Fabric& fabric, unsigned skip = 0) {
#ifdef SWITCHROOM_FABRIC_CLOCK
  auto& root = *fabric.rootp; // the same ports, without a reference each
  root.skip_i = static_cast<std::uint16_t>(skip);
  const unsigned awake = root.slot_awake_o * slot_awake |
                         (root.host_awake_o | root.link_rx_valid_i) * host_awake |
                         root.tone_awake_o * tone_awake | root.voice_awake_o * voice_awake |
                         root.judge_awake_o * judge_awake | root.line_awake_o * line_awake;
  rising_edge(root, root.rst_i ? +everybody_awake : awake);
#else
  fabric.skip_i = static_cast<std::uint16_t>(skip);
  fabric.clk_slot_i = fabric.slot_awake_o | fabric.rst_i;
  fabric.clk_host_i = fabric.host_awake_o | fabric.link_rx_valid_i | fabric.rst_i;
  fabric.clk_line_i = fabric.line_awake_o | fabric.rst_i;
  fabric.clk_tone_i = fabric.tone_awake_o | fabric.rst_i;
  fabric.clk_voice_i = fabric.voice_awake_o | fabric.rst_i;
  fabric.clk_judge_i = fabric.judge_awake_o | fabric.rst_i;
  fabric.clk_i = 1;
  fabric.eval();
  clocks_low(fabric);
  fabric.eval();
#endif
}

} // namespace switchroom::rtl
