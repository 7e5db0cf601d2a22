// SPDX-License-Identifier: MIT
// Divides time into frames of ClocksPerFrame clocks. A frame begins with its slots, one a clock, from 0 on; the
// clocks that follow are for those who work on the frame as a whole, or for nobody. In the clock of a slot last_i
// says that no other follows, else next_slot_i, a higher one, which. One follows slot 0.
//
// All outputs are registered. The first frame, number 0, starts one clock after reset is
// released; until then no strobe is given. Nothing stalls.
// frame_o holds its value from frame_stb_o to the next one; slot_o stays at the last slot after the
// slots are through. Before the first strobe frame_o is the number just before 0, modulo its width.
// skip_i, at most left_o, leaves out as many of this frame's clocks as if they had passed: for a
// simulation in which everybody sleeps (docs/adr/0007). While slot_stb_o is high it must be 0.
// Elsewhere tie it to 0.
// longer_i, shorter_i: the frame that begins has a clock more or less (docs/adr/0024). They are looked at with
// frame_stb_o; the second clock is there twice, or is not there: left_o stays, or leaps over it.
`default_nettype none
module frame_timer #(
    parameter int unsigned ClocksPerFrame = 512,
    parameter int unsigned Slots          = 256,
    localparam int unsigned SlotWidth     = $clog2(Slots),
    localparam int unsigned ClockWidth    = $clog2(ClocksPerFrame)
) (
    input  logic                  clk_i,
    input  logic                  rst_i,
    input  logic [ClockWidth-1:0] skip_i,
    input  logic                  longer_i,
    input  logic                  shorter_i,
    input  logic                  last_i,
    input  logic [SlotWidth-1:0]  next_slot_i,
    output logic                  frame_stb_o,  // first clock of a frame
    output logic                  ms_stb_o,     // first clock of every eighth frame
    output logic [31:0]           frame_o,      // frames since reset
    output logic                  slot_stb_o,
    output logic [SlotWidth-1:0]  slot_o,
    output logic [ClockWidth-1:0] left_o        // clocks of this frame after this one
);
  if (Slots < 2) begin : gen_check_slots
    $error("frame_timer: Slots must be 2 or more");
  end
  if (ClocksPerFrame < Slots + 11) begin : gen_check_clocks  // gain_stage wants ten, of a frame that may be one shorter
    $error("frame_timer: ClocksPerFrame must be at least Slots + 11");
  end

  logic again_q;  // this clock comes twice
  always_ff @(posedge clk_i) begin
    frame_stb_o <= 1'b0;
    ms_stb_o    <= 1'b0;
    again_q     <= frame_stb_o && longer_i;
    left_o      <= left_o - skip_i - 1'b1;
    if (again_q) left_o <= left_o;
    if (frame_stb_o && shorter_i) left_o <= left_o - ClockWidth'(2);
    if (slot_stb_o) begin
      if (last_i) slot_stb_o <= 1'b0;
      else slot_o <= next_slot_i;
    end
    if (left_o == skip_i) begin
      frame_stb_o <= 1'b1;
      ms_stb_o    <= frame_o[2:0] == 3'd7;
      frame_o     <= frame_o + 32'd1;
      slot_stb_o  <= 1'b1;
      slot_o      <= '0;
      left_o      <= ClockWidth'(ClocksPerFrame - 1);
    end
    if (rst_i) begin
      frame_stb_o <= 1'b0;
      ms_stb_o    <= 1'b0;
      frame_o     <= 32'hffff_ffff;
      slot_stb_o  <= 1'b0;
      left_o      <= '0;
      again_q     <= 1'b0;
    end
  end
`ifdef FORMAL
  `include "frame_timer_properties.svh"
`endif
endmodule
`default_nettype wire
