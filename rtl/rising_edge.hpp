// SPDX-License-Identifier: MIT
/// The clock of a Verilated model whose logic knows rising edges only.
#pragma once

namespace switchroom::rtl {

/// One rising edge of clk_i, with the inputs as they are; afterwards the outputs are those after
/// the edge. Where this Verilator lets us say that the clock was low, the falling edge, at which
/// nothing happens, costs no evaluation. Needs "V<model>___024root.h" beside "V<model>.h".
/// Before the first edge the model must have been evaluated once, with clk_i = 0.
template <class Model>
void rising_edge(Model& model) {
  model.clk_i = 1;
  model.eval();
  if constexpr (requires { model.rootp->__Vtrigrprev__TOP__clk_i; }) {
    model.rootp->__Vtrigrprev__TOP__clk_i = 0; // Verilator 5.006
  } else {
    model.clk_i = 0;
    model.eval();
  }
}

} // namespace switchroom::rtl
