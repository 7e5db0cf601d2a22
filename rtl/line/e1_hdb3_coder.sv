// SPDX-License-Identifier: MIT
// HDB3 (G.703 Annex A): ones are pulses of alternating polarity; of four zeros the last becomes a
// violation V, and the first a pulse B where V would have the polarity of the last V otherwise.
//
// Latency: a bit leaves in the fourth stb_i after its own. Nothing stalls.
`default_nettype none
module e1_hdb3_coder (
    input  logic clk_i,
    input  logic rst_i,
    input  logic stb_i,
    input  logic bit_i,
    output logic pos_o,
    output logic neg_o
);
  // The last three bits, newest first, and what they are: pulse, and violation. zeros: how many of the
  // newest are zeros that belong to no V yet. odd: pulses since the last V.
  logic [2:0] pulse_q, violation_q;
  logic [1:0] zeros_q;
  logic odd_q, polarity_q, substitutes;
  assign substitutes = !bit_i && zeros_q == 2'd3;

  logic leaves;  // a pulse does
  assign leaves = pulse_q[2] || (substitutes && !odd_q);
  always_ff @(posedge clk_i) begin
    if (stb_i) begin
      pulse_q     <= {pulse_q[1:0], bit_i || substitutes};
      violation_q <= {violation_q[1:0], substitutes};
      zeros_q     <= bit_i || substitutes ? 2'd0 : zeros_q + 2'd1;
      odd_q       <= substitutes ? 1'b0 : odd_q ^ bit_i;
      if (leaves && !violation_q[2]) polarity_q <= !polarity_q;
      pos_o <= leaves && (polarity_q ^ !violation_q[2]);
      neg_o <= leaves && !(polarity_q ^ !violation_q[2]);
    end
    if (rst_i) begin
      pulse_q     <= 3'd0;
      violation_q <= 3'd0;
      zeros_q     <= 2'd0;
      odd_q       <= 1'b0;
      polarity_q  <= 1'b0;
      pos_o       <= 1'b0;
      neg_o       <= 1'b0;
    end
  end
endmodule
`default_nettype wire
