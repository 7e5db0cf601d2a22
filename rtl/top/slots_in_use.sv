// SPDX-License-Identifier: MIT
// Which slot comes next: of blocks of slots that lie behind one another and of which nothing is used, none. A block
// rests after four windows of the level meter, so that it and the switch hold silence, and comes again in the next
// frame after one of its slots is used. What comes before the first block is always there; what comes after the last
// one belongs to nobody. While all_slots_i is high no slot is passed over.
//
// firsts_i: 16 bits each, lowest first, where each block begins, then where the last one ends. A block may have no slots.
// next_slot_o and last_o are of the slot that is there, in the same clock; they are of no matter without slot_stb_i.
// Relied upon: frame_stb_i comes with the slot_stb_i of slot 0, the first block begins at slot 2 or later.
`default_nettype none
module slots_in_use #(
    parameter int unsigned Slots       = 256,
    parameter int unsigned LevelWindow = 1024,
    parameter int unsigned Blocks      = 2,
    localparam int unsigned SlotWidth  = $clog2(Slots)
) (
    input  logic                 clk_i,
    input  logic                 rst_i,
    input  logic [16*(Blocks+1)-1:0] firsts_i,  // constant
    input  logic                 frame_stb_i,
    input  logic [Blocks-1:0]    used_i,
    input  logic                 all_slots_i,
    input  logic                 slot_stb_i,
    input  logic [SlotWidth-1:0] slot_i,
    output logic [SlotWidth-1:0] next_slot_o,
    output logic                 last_o
);
  localparam int unsigned RestBits = $clog2(LevelWindow) + 2;
  // Behind what comes before a block: is it the end; else the slot that comes.
  logic [Blocks:0] ends_q, ends_d;
  logic [(Blocks+1)*SlotWidth-1:0] comes_q, comes_d;
  logic [Blocks-1:0] rests_q, rests_d;
  logic [Blocks*RestBits-1:0] unused_q;  // frames
  always_comb begin
    ends_d  = '1;
    comes_d = '0;
    rests_d = rests_q;
    if (frame_stb_i) begin
      for (int unsigned n = Blocks; n > 0; n--) begin
        if (used_i[n-1]) rests_d[n-1] = 1'b0;
        else if (&unused_q[(n-1)*RestBits+:RestBits]) rests_d[n-1] = 1'b1;
        if (firsts_i[16*n+:16] == firsts_i[16*(n-1)+:16] || rests_d[n-1]) begin
          ends_d[n-1]  = ends_d[n];
          comes_d[(n-1)*SlotWidth+:SlotWidth] = comes_d[n*SlotWidth+:SlotWidth];
        end else begin
          ends_d[n-1]  = 1'b0;
          comes_d[(n-1)*SlotWidth+:SlotWidth] = firsts_i[16*(n-1)+:SlotWidth];
        end
      end
    end
  end
  always_ff @(posedge clk_i) begin
    if (frame_stb_i) begin
      rests_q <= rests_d;
      ends_q  <= ends_d;
      comes_q <= comes_d;
      for (int unsigned n = 0; n < Blocks; n++) begin
        if (used_i[n]) unused_q[n*RestBits+:RestBits] <= '0;
        else if (!rests_d[n]) unused_q[n*RestBits+:RestBits] <= unused_q[n*RestBits+:RestBits] + 1'b1;
      end
    end
    if (rst_i) begin
      rests_q  <= '0;
      unused_q <= '0;
    end
  end

  // Where several blocks begin only the last one has slots, and the same comes for all.
  always_comb begin
    next_slot_o = slot_i + 1'b1;
    last_o      = 32'(slot_i) == Slots - 1;
    if (slot_stb_i && !all_slots_i) begin
      for (int unsigned n = 0; n <= Blocks; n++) begin
        if (16'(slot_i) + 16'd1 == firsts_i[16*n+:16]) begin
          next_slot_o = comes_q[n*SlotWidth+:SlotWidth];
          last_o      = ends_q[n];
        end
      end
    end
  end
`ifdef FORMAL
  `include "slots_in_use_properties.svh"
`endif
endmodule
`default_nettype wire
