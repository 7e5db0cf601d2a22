// SPDX-License-Identifier: MIT
// Divides time into frames of ClocksPerFrame clocks and frames into Slots equal slot periods.
//
// All outputs are registered. The first frame, number 0, starts one clock after reset is
// released; until then no strobe is given. Nothing stalls.
// frame_o and slot_o hold their value from their strobe to the next one. Before the first
// strobe they are the numbers just before 0, modulo their width.
`default_nettype none
module frame_timer #(
    parameter int unsigned ClocksPerFrame = 512,
    parameter int unsigned Slots          = 256,
    localparam int unsigned SlotWidth     = $clog2(Slots)
) (
    input  logic                 clk_i,
    input  logic                 rst_i,
    output logic                 frame_stb_o,  // first clock of a frame
    output logic                 ms_stb_o,     // first clock of every eighth frame
    output logic [31:0]          frame_o,      // frames since reset
    output logic                 slot_stb_o,   // first clock of a slot period
    output logic [SlotWidth-1:0] slot_o
);
  localparam int unsigned SlotClocks = ClocksPerFrame / Slots;
  localparam int unsigned PhaseWidth = SlotClocks > 1 ? $clog2(SlotClocks) : 1;
  localparam bit [PhaseWidth-1:0] LastPhase = PhaseWidth'(SlotClocks - 1);
  localparam bit [SlotWidth-1:0] LastSlot = SlotWidth'(Slots - 1);

  if (Slots < 2 || (Slots & (Slots - 1)) != 0) begin : gen_check_slots
    $error("frame_timer: Slots must be a power of two, 2 or more");
  end
  if (ClocksPerFrame % Slots != 0 || ClocksPerFrame < 2 * Slots) begin : gen_check_clocks
    $error("frame_timer: ClocksPerFrame must be a multiple of Slots and at least 2 * Slots");
  end

  logic [PhaseWidth-1:0] phase_q;

  always_ff @(posedge clk_i) begin
    slot_stb_o  <= 1'b0;
    frame_stb_o <= 1'b0;
    ms_stb_o    <= 1'b0;
    phase_q     <= phase_q + 1'b1;
    if (phase_q == LastPhase) begin
      phase_q    <= '0;
      slot_stb_o <= 1'b1;
      slot_o     <= slot_o + 1'b1;
      if (slot_o == LastSlot) begin
        frame_stb_o <= 1'b1;
        ms_stb_o    <= frame_o[2:0] == 3'd7;
        frame_o     <= frame_o + 32'd1;
      end
    end
    if (rst_i) begin
      slot_stb_o  <= 1'b0;
      frame_stb_o <= 1'b0;
      ms_stb_o    <= 1'b0;
      phase_q     <= LastPhase;
      slot_o      <= LastSlot;
      frame_o     <= 32'hffff_ffff;
    end
  end
endmodule
`default_nettype wire
