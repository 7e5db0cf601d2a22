// SPDX-License-Identifier: MIT
// HDB3 to bits (G.703 Annex A), what was wrong in it (O.161), and loss of signal (G.775): no pulse for
// 255 bits; gone after 32 bits without four spaces in a row.
//
// Latency: a bit is on bit_o from the third stb_i after its own on. violation_o belongs to pos_i and
// neg_i as they are. Nothing stalls.
`default_nettype none
module e1_hdb3_decoder (
    input  logic clk_i,
    input  logic rst_i,
    input  logic stb_i,
    input  logic pos_i,
    input  logic neg_i,
    output logic bit_o,
    output logic violation_o,
    output logic los_o
);
  logic [3:0] bits_q;
  logic [1:0] spaces_q;  // in a row, up to 3
  logic last_q, last_v_q, knows_v_q;
  logic [7:0] silent_q;
  logic [4:0] lively_q;
  assign bit_o = bits_q[3];

  // Both polarities at once are a pulse of the one that was due, and wrong.
  logic pulse, both, violates, is_v;
  assign pulse       = pos_i || neg_i;
  assign both        = pos_i && neg_i;
  assign violates    = pulse && !both && pos_i == last_q;
  assign is_v        = violates && spaces_q[1];
  assign violation_o = both || (violates && (!is_v || (knows_v_q && last_v_q == pos_i)));

  always_ff @(posedge clk_i) begin
    if (stb_i) begin
      bits_q   <= {bits_q[2] && !is_v, bits_q[1:0], pulse && !is_v};
      spaces_q <= pulse ? 2'd0 : spaces_q + {1'b0, spaces_q != 2'd3};
      if (pulse) last_q <= both ? !last_q : pos_i;
      if (is_v) begin
        last_v_q  <= pos_i;
        knows_v_q <= 1'b1;
      end
      silent_q <= pulse ? 8'd0 : silent_q + {7'd0, silent_q != 8'd255};
      if (!pulse && silent_q == 8'd254) los_o <= 1'b1;
      if (!pulse && spaces_q == 2'd3) lively_q <= 5'd0;
      else if (lively_q != 5'd31) lively_q <= lively_q + 5'd1;
      else los_o <= 1'b0;
    end
    if (rst_i) begin
      bits_q    <= 4'd0;
      spaces_q  <= 2'd0;
      last_q    <= 1'b0;
      knows_v_q <= 1'b0;
      silent_q  <= 8'd0;
      lively_q  <= 5'd0;
      los_o     <= 1'b0;
    end
  end
endmodule
`default_nettype wire
