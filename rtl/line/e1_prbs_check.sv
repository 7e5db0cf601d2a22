// SPDX-License-Identifier: MIT
// The test sequence of 2^15 − 1 bits (O.151) in received bits: recognised after 64 right ones, then wrong
// bits are told, until 64 of a stretch of 256 were wrong. Long rows of ones are no sequence.
//
// error_o belongs to bit_i and stb_i as they are. Nothing stalls.
`default_nettype none
module e1_prbs_check (
    input  logic clk_i,
    input  logic rst_i,
    input  logic stb_i,   // a bit of the sequence
    input  logic bit_i,
    output logic locked_o,
    output logic error_o
);
  logic [14:0] last_q;
  logic [5:0] right_q, wrong_q;
  logic [7:0] bits_q;
  logic expected;
  assign expected = e1::prbs(last_q[14:13]);
  assign error_o  = locked_o && bit_i == expected;

  always_ff @(posedge clk_i) begin
    if (stb_i) begin
      last_q <= {last_q[13:0], locked_o ? expected : !bit_i};
      bits_q <= bits_q + 8'd1;
      if (!locked_o) begin
        right_q <= bit_i != expected && last_q != 15'd0 ? right_q + 6'd1 : 6'd0;
        if (&right_q && bit_i != expected && last_q != 15'd0) begin
          locked_o <= 1'b1;
          wrong_q  <= 6'd0;
          bits_q   <= 8'd0;
        end
      end else begin
        wrong_q <= &bits_q ? 6'd0 : wrong_q + {5'd0, error_o};
        if (error_o && &wrong_q) begin
          locked_o <= 1'b0;
          right_q  <= 6'd0;
        end
      end
    end
    if (rst_i) begin
      locked_o <= 1'b0;
      right_q  <= 6'd0;
      last_q   <= 15'd0;
    end
  end
endmodule
`default_nettype wire
