// SPDX-License-Identifier: MIT
/// The clocks of the Verilated fabric. Needs "Vfabric_model___024root.h" beside "Vfabric_model.h".
#pragma once
#include <cstdint>

class Vfabric_model___024root;
// Verilator 5.006's own, of which eval() is made.
void Vfabric_model___024root___eval_triggers__act(Vfabric_model___024root*);
void Vfabric_model___024root___eval_nba(Vfabric_model___024root*);

namespace switchroom::rtl {

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

/// One clock of the fabric, with the inputs as they are; afterwards the outputs are those after
/// it, and after `skip` more. Blocks that sleep get none, so that a simulation pays only for what
/// is at work. In reset all blocks get it. Before the first clock the model must have been
/// evaluated once, with its clocks low.
template <class Fabric>
void fabric_clock(Fabric& fabric, unsigned skip = 0) {
  fabric.skip_i = static_cast<std::uint16_t>(skip);
  fabric.clk_slot_i = fabric.slot_awake_o | fabric.rst_i;
  fabric.clk_host_i = fabric.host_awake_o | fabric.link_rx_valid_i | fabric.rst_i;
  fabric.clk_line_i = fabric.line_awake_o | fabric.rst_i;
  fabric.clk_tone_i = fabric.tone_awake_o | fabric.rst_i;
  fabric.clk_voice_i = fabric.voice_awake_o | fabric.rst_i;
  fabric.clk_judge_i = fabric.judge_awake_o | fabric.rst_i;
  fabric.clk_i = 1;
  if constexpr (requires { fabric.rootp->__Vtrigrprev__TOP__clk_judge_i; }) {
    // What eval() comes to for registers that know rising edges only, without its second round,
    // which finds nothing to do, and without the falling edge.
    auto& root = *fabric.rootp;
    static_assert(
        !requires { root.__VicoTriggered; }, "an input reaches an output in no time");
    Vfabric_model___024root___eval_triggers__act(&root);
    root.__VnbaTriggered = root.__VactTriggered;
    Vfabric_model___024root___eval_nba(&root);
    root.__Vtrigrprev__TOP__clk_i = 0;
    root.__Vtrigrprev__TOP__clk_slot_i = 0;
    root.__Vtrigrprev__TOP__clk_host_i = 0;
    root.__Vtrigrprev__TOP__clk_line_i = 0;
    root.__Vtrigrprev__TOP__clk_tone_i = 0;
    root.__Vtrigrprev__TOP__clk_voice_i = 0;
    root.__Vtrigrprev__TOP__clk_judge_i = 0;
  } else {
    fabric.eval();
    clocks_low(fabric);
    fabric.eval();
  }
}

} // namespace switchroom::rtl
