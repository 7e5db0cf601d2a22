// SPDX-License-Identifier: MIT
// CRC-4 of received sub-multiframes against the next one's C bits (G.704 2.3.3.4, G.706 4.3): what is
// wrong, and whether it is so often (915 of 1000) that the frames must be none.
//
// Outputs belong to bit_i and stb_i as they are; they are low without crc_i. Nothing stalls.
`default_nettype none
module e1_crc_check (
    input  logic        clk_i,
    input  logic        rst_i,
    input  logic        stb_i,
    input  logic        bit_i,
    input  logic        crc_i,       // multiframes are aligned
    input  logic [11:0] position_i,  // of bit_i
    output logic        error_o,
    output logic        spurious_o,
    output logic        e_bit_o      // the far end had one wrong
);
  logic [3:0] crc_q, whole_q, now;
  logic begun_q, have_q, wrong_q, wrong_now, is_c, starts, ends;
  logic [9:0] blocks_q, errors_q;
  assign is_c      = crc_i && !position_i[8] && position_i[7:0] == 8'd0;
  assign starts    = crc_i && position_i[10:0] == 11'd0;
  assign ends      = is_c && position_i[10:9] == 2'd3 && have_q;
  assign now       = starts ? crc_q : whole_q;
  assign wrong_now = (wrong_q && !starts) || bit_i != now[2'd3 - position_i[10:9]];
  assign error_o    = ends && wrong_now;
  assign spurious_o = error_o && errors_q == 10'd914;
  assign e_bit_o    = crc_i && !bit_i && position_i[11:9] >= 3'd6 && position_i[8:0] == 9'd256;

  always_ff @(posedge clk_i) begin
    if (stb_i) begin
      crc_q <= e1::crc4(starts ? 4'd0 : crc_q, bit_i && !is_c);
      if (starts) begin
        whole_q <= crc_q;
        begun_q <= 1'b1;
        have_q  <= begun_q;
      end
      if (is_c) wrong_q <= wrong_now;
      if (ends) begin
        blocks_q <= blocks_q + 10'd1;
        errors_q <= errors_q + {9'd0, wrong_now};
        if (blocks_q == 10'd999) begin
          blocks_q <= 10'd0;
          errors_q <= 10'd0;
        end
      end
      if (!crc_i) begin
        begun_q  <= 1'b0;
        have_q   <= 1'b0;
        blocks_q <= 10'd0;
        errors_q <= 10'd0;
      end
    end
    if (rst_i) begin
      begun_q  <= 1'b0;
      have_q   <= 1'b0;
      blocks_q <= 10'd0;
      errors_q <= 10'd0;
    end
  end
endmodule
`default_nettype wire
