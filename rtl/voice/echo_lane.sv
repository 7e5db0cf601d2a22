// SPDX-License-Identifier: MIT
// A lane of the echo cancellers' filters (echo_filter): every Lanes-th tap of all lines, in a memory of
// its own. A tap is a coefficient that learns (22 bits, 1/2^20), one that is heard (16 bits,
// 1/2^14) and a sample of the far end. Golden model: dsp/src/echo_canceller.cpp.
//
// A row goes through in ten clocks, each told by the one who counts them, and in none is there more than
// a multiplier, a sum, or a shift by eight ways. Nothing stalls.
//   0 read    1 kept    2 multiplied by the error of the sample before
//   3, 4 brought to the coefficient's scale    5 added    6 held to 22 bits    7 what is heard
//   8 written, multiplied by what the far end says    9 the parts of a wide product joined
`default_nettype none
module echo_lane #(
    parameter int unsigned Rows      = 256,
    localparam int unsigned RowWidth = $clog2(Rows)
) (
    input  logic                clk_i,
    input  logic [9:0]          at_i,        // bit n: a row is at step n
    input  logic [RowWidth-1:0] read_row_i,  // 0
    input  logic                fresh_i,     // 1: what was there is nothing; rise_i is 0
    input  logic signed [17:0]  rise_i,      // 2: error over energy
    input  logic signed [15:0]  far_i,       // 2: what the tap before had
    output logic signed [15:0]  far_o,       // 2: what this one had
    input  logic [2:0]          eights_i,    // 3: by how much the product goes to 1/2^21: eights …
    input  logic [2:0]          ones_i,      // 4: … and ones
    input  logic                restore_i,   // 6: what learns becomes what is heard …
    input  logic                forget_i,    // 6: … or nothing
    input  logic                take_over_i, // 7: what is heard becomes what learns
    input  logic [RowWidth-1:0] write_row_i, // 8
    output logic [20:0]         magnitude_o, // 9: of the coefficient; one less if it is negative
    output logic signed [37:0]  learning_o,  // from 10 on, until the next
    output logic signed [31:0]  heard_o,
    output logic signed [15:0]  last_far_o   // what this one has now
);
  // Never of one row in one clock (echo_filter): synthesis need not take the written for the read.
  (* no_rw_check *) logic [53:0] ram[2**RowWidth];
  logic [53:0] read_q, row_q;

  // Of the tap, what goes along with it
  logic signed [21:0] learns_2_q, learns_3_q, learns_4_q, learns_q;
  logic signed [15:0] heard_2_q, heard_3_q, heard_4_q, heard_5_q, heard_6_q, heard_q;
  logic signed [15:0] far_2_q, far_3_q, far_4_q, far_5_q, far_6_q, far_q, far_8_q;
  logic signed [33:0] product_q;
  logic signed [35:0] eights_q, change_q;
  logic signed [37:0] sum_q;
  logic signed [21:0] learns_6_q;
  logic signed [33:0] low_q;
  logic signed [20:0] high_q;
  logic signed [31:0] heard_product_q;
  assign far_o = $signed(row_q[15:0]);

  // Sums and products of 64 bits are what a simulation has at no cost; synthesis drops the bits that are
  // copies of the sign.
  // verilator lint_off UNUSEDSIGNAL
  function automatic logic signed [21:0] held(input logic signed [37:0] sum);
    // verilator lint_on UNUSEDSIGNAL
    held = sum[22:1];
    if (sum[37:22] != {16{sum[37]}}) held = {sum[37], {21{!sum[37]}}};
  endfunction

  // verilator lint_off UNUSEDSIGNAL
  function automatic logic signed [15:0] rounded(input logic signed [21:0] learns);
    // verilator lint_on UNUSEDSIGNAL
    logic [16:0] sum;
    sum = 17'($signed(learns[21:6])) + {16'd0, learns[5]};
    rounded = sum[16] != sum[15] ? 16'sh7fff : sum[15:0];
  endfunction

  always_ff @(posedge clk_i) begin
    if (at_i[0]) read_q <= ram[read_row_i];
    if (at_i[1]) row_q <= fresh_i ? 54'd0 : read_q;
    if (at_i[2]) begin
      product_q  <= 34'(64'(rise_i) * 64'($signed(row_q[15:0])));
      learns_2_q <= row_q[53:32];
      heard_2_q  <= row_q[31:16];
      far_2_q    <= far_i;
    end
    // What is shifted out at 3 is shifted out at 4 just as well: no rounding.
    if (at_i[3]) begin
      eights_q   <= 36'((64'(product_q) <<< 2) >>> {eights_i, 3'd0});
      learns_3_q <= learns_2_q;
      heard_3_q  <= heard_2_q;
      far_3_q    <= far_2_q;
    end
    if (at_i[4]) begin
      change_q   <= eights_q >>> ones_i;
      learns_4_q <= learns_3_q;
      heard_4_q  <= heard_3_q;
      far_4_q    <= far_3_q;
    end
    // The change has one bit below the coefficient's last, by which it is rounded.
    if (at_i[5]) begin
      sum_q     <= 38'(((64'(learns_4_q) <<< 1) | 64'sd1) + 64'(change_q));
      heard_5_q <= heard_4_q;
      far_5_q   <= far_4_q;
    end
    if (at_i[6]) begin
      learns_6_q <= forget_i ? 22'sd0 : restore_i ? {heard_5_q, 6'd0} : held(sum_q);
      heard_6_q  <= heard_5_q;
      far_6_q    <= far_5_q;
    end
    if (at_i[7]) begin
      learns_q <= learns_6_q;
      heard_q  <= take_over_i ? rounded(learns_6_q) : heard_6_q;
      far_q    <= far_6_q;
    end
    if (at_i[8]) begin
      ram[write_row_i] <= {learns_q, heard_q, far_q};
      low_q            <= 34'(64'($signed({1'b0, learns_q[16:0]})) * 64'(far_q));
      high_q           <= 21'(64'($signed(learns_q[21:17])) * 64'(far_q));
      heard_product_q  <= 32'(64'(heard_q) * 64'(far_q));
      far_8_q          <= far_q;
      magnitude_o      <= learns_q[20:0] ^ {21{learns_q[21]}};
    end
    if (at_i[9]) begin
      learning_o <= 38'((64'(high_q) <<< 17) + 64'(low_q));
      heard_o    <= heard_product_q;
      last_far_o <= far_8_q;
    end
  end
endmodule
`default_nettype wire
