// SPDX-License-Identifier: MIT
/// The clocks of the Verilated fabric. Needs "Vfabric_model___024root.h" beside "Vfabric_model.h".
#pragma once
#include <cstdint>

class Vfabric_model___024root;

namespace switchroom::rtl {

/// Who gets the next clock, beside the frame timer, which gets all. When the host reads or writes
/// registers, which is seldom, everybody gets one.
enum : unsigned {
  slot_awake = 1,
  host_awake = 2,
  tone_awake = 4,
  voice_awake = 8,
  judge_awake = 16,
  line_awake = 32,
  conference_awake = 64,
  digital_awake = 128,
  iom2_awake = 256,
  span_awake = 512,
  bit_awake = 1024,
  everybody_awake = 2048
};

/// Who does not sleep now. In reset, and at requests, everybody is awake.
template <class Fabric>
unsigned awake(const Fabric& fabric) {
  const auto& ports = *fabric.rootp; // those of Fabric are references
  if (ports.rst_i | ports.request_awake_o)
    return everybody_awake;
  return ports.slot_awake_o * slot_awake |
         (ports.host_awake_o | ports.link_rx_valid_i) * host_awake |
         ports.tone_awake_o * tone_awake | ports.voice_awake_o * voice_awake |
         ports.judge_awake_o * judge_awake | ports.line_awake_o * line_awake |
         ports.conference_awake_o * conference_awake | ports.digital_awake_o * digital_awake |
         ports.span_awake_o * span_awake |
         (ports.bit_awake_o | ports.ref_stb_i | (ports.rx_stb_i != 0)) * bit_awake |
         ports.iom2_awake_o * iom2_awake;
}

/// How many clocks of this frame, after the one that comes next, may be left out: all that are
/// left, or until a span's next bit, while everybody sleeps and the host offers nothing, else none
/// (docs/adr/0007). `who`: awake().
template <class Fabric>
unsigned idle_clocks(const Fabric& fabric, unsigned who) {
  return who == 0 ? fabric.rootp->left_o : 0;
}

template <class Fabric>
void clocks_low(Fabric& fabric) {
  fabric.clk_i = fabric.clk_slot_i = fabric.clk_host_i = fabric.clk_line_i = 0;
  fabric.clk_tone_i = fabric.clk_voice_i = fabric.clk_judge_i = 0;
  fabric.clk_conference_i = fabric.clk_digital_i = fabric.clk_iom2_i = 0;
  fabric.clk_span_i = fabric.clk_bit_i = fabric.clk_request_i = 0;
}

/// In fabric_clock.cpp: one rising edge for those who are awake.
void rising_edge(Vfabric_model___024root& root, unsigned awake);

/// One clock of the fabric, with the inputs as they are; afterwards the outputs are those after
/// it, and after `skip` more. Blocks that sleep get none, so that a simulation pays only for what
/// is at work. In reset all blocks get it. Before the first clock the model must have been
/// evaluated once, with its clocks low. `who`: awake(), when it is known already.
template <class Fabric>
void fabric_clock(Fabric& fabric, unsigned skip, unsigned who) {
  fabric.rootp->skip_i = static_cast<std::uint16_t>(skip);
#ifdef SWITCHROOM_FABRIC_CLOCK
  rising_edge(*fabric.rootp, who);
#else
  fabric.clk_slot_i = (who & (slot_awake | everybody_awake)) != 0;
  fabric.clk_host_i = (who & (host_awake | everybody_awake)) != 0;
  fabric.clk_line_i = (who & (line_awake | everybody_awake)) != 0;
  fabric.clk_tone_i = (who & (tone_awake | everybody_awake)) != 0;
  fabric.clk_voice_i = (who & (voice_awake | everybody_awake)) != 0;
  fabric.clk_judge_i = (who & (judge_awake | everybody_awake)) != 0;
  fabric.clk_conference_i = (who & (conference_awake | everybody_awake)) != 0;
  fabric.clk_digital_i = (who & (digital_awake | everybody_awake)) != 0;
  fabric.clk_iom2_i = (who & (iom2_awake | everybody_awake)) != 0;
  fabric.clk_span_i = (who & (span_awake | everybody_awake)) != 0;
  fabric.clk_bit_i = (who & (bit_awake | everybody_awake)) != 0;
  fabric.clk_request_i = who == everybody_awake;
  fabric.clk_i = 1;
  fabric.eval();
  clocks_low(fabric);
  fabric.eval();
#endif
}
template <class Fabric>
void fabric_clock(Fabric& fabric, unsigned skip = 0) {
  fabric_clock(fabric, skip, awake(fabric));
}

} // namespace switchroom::rtl
