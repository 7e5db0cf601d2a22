// SPDX-License-Identifier: MIT
// Takes digits out of the lines' samples on their way to the switch: what the DTMF detector has
// decided for a line fades its samples out, keeps them silent, or fades them in again.
// Golden model: muted() in dsp/golden/dtmf_detector.hpp.
//
// The stream leaves one clock later. Nothing stalls. Other slots go through as they are.
`default_nettype none
module digit_mute #(
    parameter int unsigned Lines       = 32,
    parameter int unsigned FirstSlot   = 0,
    parameter int unsigned SlotBits    = 8,
    localparam int unsigned LineBits   = Lines > 1 ? $clog2(Lines) : 1
) (
    input  logic                clk_i,
    input  logic                rst_i,
    // dtmf_detector; held while the lines' slots go by
    input  logic [Lines-1:0]    mutes_i,
    input  logic [Lines-1:0]    muted_i,
    input  logic [4:0]          frame_i,
    input  logic                ingress_stb_i,
    input  logic [SlotBits-1:0] ingress_slot_i,
    input  logic signed [15:0]  ingress_sample_i,
    output logic                ingress_stb_o,
    output logic [SlotBits-1:0] ingress_slot_o,
    output logic [15:0]         ingress_sample_o
);
  logic [31:0] line;
  logic [LineBits-1:0] index;
  assign line  = 32'(ingress_slot_i) - FirstSlot;
  assign index = line[LineBits-1:0];

  // What is left, in 32nds. A fade takes place in the hop of 32 frames after a decision.
  logic        fades;
  logic [4:0]  place, share;
  /* verilator lint_off UNUSEDSIGNAL */  // fractions are cut off
  logic signed [21:0] product;
  /* verilator lint_on UNUSEDSIGNAL */
  always_comb begin
    fades   = 1'b0;
    place   = 5'd0;
    share   = 5'd0;
    product = 22'sd0;
    if (ingress_stb_i && line < Lines) fades = mutes_i[index] || muted_i[index];
    if (fades) begin
      place = frame_i + 5'(index);
      if (!mutes_i[index]) share = place + 5'd1;  // 0 for 32: then it is over
      else if (!muted_i[index] && !place[4]) share = 5'd30 - {place[3:0], 1'b0};
      product = ingress_sample_i * $signed({1'b0, share});
    end
  end

  always_ff @(posedge clk_i) begin
    ingress_stb_o <= ingress_stb_i && !rst_i;
    if (ingress_stb_i) begin
      ingress_slot_o   <= ingress_slot_i;
      ingress_sample_o <= fades && (mutes_i[index] || place != 5'd31) ? product[20:5] : ingress_sample_i;
    end
  end
endmodule
`default_nettype wire
