// SPDX-License-Identifier: MIT
/// The clocks of the Verilated fabric.
#pragma once
#include "rising_edge.hpp"

namespace switchroom::rtl {

/// One clock of the fabric, see rising_edge. Blocks that sleep get none (docs/adr/0007), so that a
/// simulation pays only for what is at work. In reset all blocks get it.
template <class Fabric>
void fabric_clock(Fabric& fabric) {
  fabric.clk_host_i = fabric.host_awake_o | fabric.link_rx_valid_i | fabric.rst_i;
  fabric.clk_voice_i = fabric.voice_awake_o | fabric.rst_i;
  fabric.clk_judge_i = fabric.judge_awake_o | fabric.rst_i;
  fabric.clk_i = 1;
  fabric.eval();
  if constexpr (requires { fabric.rootp->__Vtrigrprev__TOP__clk_judge_i; }) {
    auto& root = *fabric.rootp; // Verilator 5.006
    root.__Vtrigrprev__TOP__clk_i = 0;
    root.__Vtrigrprev__TOP__clk_host_i = 0;
    root.__Vtrigrprev__TOP__clk_voice_i = 0;
    root.__Vtrigrprev__TOP__clk_judge_i = 0;
  } else {
    fabric.clk_i = fabric.clk_host_i = fabric.clk_voice_i = fabric.clk_judge_i = 0;
    fabric.eval();
  }
}

} // namespace switchroom::rtl
