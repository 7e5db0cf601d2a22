// SPDX-License-Identifier: MIT
// Takes digits out of the lines' samples on their way to the switch: what the DTMF detector has
// decided for a line fades its samples out, keeps them silent, or fades them in again.
// Golden model: muted() in dsp/golden/dtmf_detector.hpp.
//
// The stream leaves one clock later. Nothing stalls. Other slots go through as they are.
// Relied upon: each sample's slot is told the clock before.
`default_nettype none
module digit_mute #(
    parameter int unsigned Lines       = 32,
    parameter int unsigned FirstSlot   = 0,
    parameter int unsigned SlotBits    = 8,
    localparam int unsigned LineBits   = Lines > 1 ? $clog2(Lines) : 1
) (
    input  logic                clk_i,
    input  logic                rst_i,
    // dtmf_detector; held while the lines' slots go by, from the clock before on
    input  logic [Lines-1:0]    mutes_i,
    input  logic [Lines-1:0]    muted_i,
    input  logic [4:0]          frame_i,
    // the slot a clock ahead, the sample
    input  logic                next_stb_i,
    input  logic [SlotBits-1:0] next_slot_i,
    input  logic                ingress_stb_i,
    input  logic [SlotBits-1:0] ingress_slot_i,
    input  logic signed [15:0]  ingress_sample_i,
    output logic                ingress_stb_o,
    output logic [SlotBits-1:0] ingress_slot_o,
    output logic [15:0]         ingress_sample_o
);
  logic [31:0] line;
  logic [LineBits-1:0] index;
  assign line  = 32'(next_slot_i) - FirstSlot;
  assign index = line[LineBits-1:0];

  // A fade takes place in the hop of 32 frames after a decision, in 32nds of the sample.
  function automatic logic [5:0] share(input logic mutes, input logic muted, input logic [4:0] place,
                                       input logic [4:0] after);
    share = 6'd0;
    if (!mutes) share = {after == 5'd0, after};
    else if (!muted && !place[4]) share = {1'b0, ~place[3:0], 1'b0};  // 30 − 2 · place
  endfunction
  function automatic logic [15:0] faded(input logic signed [15:0] sample, input logic [5:0] of_32);
    /* verilator lint_off UNUSEDSIGNAL */  // fractions are cut off
    logic signed [22:0] product;
    /* verilator lint_on UNUSEDSIGNAL */
    product = sample * $signed({1'b0, of_32});
    faded   = product[20:5];
  endfunction

  logic fades_q;
  logic [5:0] share_q;
  always_ff @(posedge clk_i) begin
    if (next_stb_i) begin
      fades_q <= line < Lines && (mutes_i[index] || muted_i[index]);
      share_q <= share(mutes_i[index], muted_i[index], frame_i + 5'(index),
                       frame_i - ~(5'(index)));  // place + 1, beside it and not after it
    end
    ingress_stb_o <= ingress_stb_i && !rst_i;
    if (ingress_stb_i) begin
      ingress_slot_o   <= ingress_slot_i;
      ingress_sample_o <= fades_q ? faded(ingress_sample_i, share_q) : ingress_sample_i;
    end
  end

`ifdef FORMAL
  `include "digit_mute_properties.svh"
`endif
endmodule
`default_nettype wire
