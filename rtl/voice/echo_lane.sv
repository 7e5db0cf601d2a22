// SPDX-License-Identifier: MIT
// A lane of the echo cancellers' filters (echo_filter): every Lanes-th tap of all lines, in a memory of
// its own. A tap is 36 bits: a coefficient that learns (a number of 14 bits, and by how many times three it
// is shifted above 1/2^21), one that is heard (12 bits, 1/2^11) and an octet of the far end, whose law is
// in echo_filter. Golden model: dsp/src/echo_canceller.cpp.
//
// A row goes through in twelve clocks, each told by the one who counts them, and in none is there more than
// a multiplier, a sum, or a shift by eight ways. Nothing stalls.
//   0, 1 made linear    2 multiplied by the error of the sample before
//   3, 4 brought to the coefficient's scale    5 added    6 held to 23 bits    7 its shift is found
//   8 rounded at random    9 what is heard
//   10 written, multiplied by what the far end says    11 a product shifted
`default_nettype none
module echo_lane #(
    parameter int unsigned Rows      = 256,
    localparam int unsigned RowWidth = $clog2(Rows)
) (
    input  logic                clk_i,
    input  logic                rst_i,
    input  logic                read_i,      // three clocks before 0
    input  logic [RowWidth-1:0] read_row_i,
    input  logic                mu_law_i,    // a clock before 0: of the tap's octet
    output logic                mu_law_o,    // 10: of what it is then
    input  logic                fresh_i,     // a clock before 0: what was there is nothing; rise_i is 0
    input  logic signed [17:0]  rise_i,      // 1: error over energy
    input  logic [8:0]          octet_i,     // 2: law and octet that the tap before had …
    input  logic signed [15:0]  far_i,       // 2: … the same, linear
    output logic [8:0]          octet_o,     // 2: what this one had
    output logic signed [15:0]  far_o,
    input  logic [2:0]          eights_i,    // 2: by how much the product goes to 1/2^22: eights …
    input  logic [2:0]          ones_i,      // 3: … and ones
    input  logic                restore_i,   // 5: what learns becomes what is heard
    input  logic [8:0]          dither_i,    // 7
    input  logic                take_over_i, // 8: what is heard becomes what learns
    input  logic [RowWidth-1:0] write_row_i, // 9
    output logic [21:0]         magnitude_o, // 11: of the coefficient; one less if it is negative
    output logic signed [38:0]  learning_o,  // from 12 on, until the next
    output logic signed [27:0]  heard_o,
    output logic signed [15:0]  last_far_o   // what this one has now
);
  typedef struct packed {
    logic [1:0]         shift;  // threes
    logic signed [13:0] number;
    logic signed [11:0] heard;
    logic [7:0]         octet;
  } tap_t;
  // Never of one row in one clock (echo_filter): synthesis need not take the written for the read.
  (* no_rw_check *) logic [35:0] ram[2**RowWidth];
  logic [35:0] read_q, row_q;
  tap_t tap, tap_0_q;
  logic mu_law, mu_law_0_q;
  logic [15:0] magnitude_0_q;

  // Of the tap, what goes along with it
  logic signed [22:0] learns_1_q, learns_2_q, learns_3_q, learns_4_q, learns_6_q, aligned_q;
  logic signed [11:0] heard_1_q, heard_2_q, heard_3_q, heard_4_q, heard_5_q, heard_6_q, heard_7_q, heard_8_q, heard_q;
  logic [8:0] octet_1_q, octet_2_q, octet_3_q, octet_4_q, octet_5_q, octet_6_q, octet_7_q, octet_8_q, octet_q;
  logic signed [15:0] far_1_q, far_2_q, far_3_q, far_4_q, far_5_q, far_6_q, far_7_q, far_8_q, far_q, far_10_q;
  logic signed [33:0] product_q;
  logic signed [36:0] eights_q, change_q;
  logic signed [38:0] sum_q;
  logic [1:0] shift_7_q, shift_8_q, shift_q, shift_10_q;
  logic signed [13:0] number_8_q, number_q;
  logic signed [29:0] learning_product_q;
  logic signed [27:0] heard_product_q;
  logic [21:0] magnitude_q;
  assign octet_o  = octet_1_q;
  assign mu_law_o = octet_q[8];
  assign far_o   = far_1_q;

  // Sums and products of 64 bits are what a simulation has at no cost; synthesis drops the bits that are
  // copies of the sign.
  function automatic logic signed [22:0] shifted(input logic signed [13:0] number, input logic [1:0] threes);
    case (threes)
      2'd0: shifted = 23'(number);
      2'd1: shifted = {{6{number[13]}}, number, 3'd0};
      2'd2: shifted = {{3{number[13]}}, number, 6'd0};
      default: shifted = {number, 9'd0};
    endcase
  endfunction

  // verilator lint_off UNUSEDSIGNAL
  function automatic logic signed [22:0] held(input logic signed [38:0] sum);
    // verilator lint_on UNUSEDSIGNAL
    held = sum[23:1];
    if (sum[38:23] != {16{sum[38]}}) held = {sum[38], {22{!sum[38]}}};
  endfunction

  // By how many threes a number of 14 bits must be shifted.
  // verilator lint_off UNUSEDSIGNAL
  function automatic logic [1:0] threes_of(input logic signed [22:0] learns);
    // verilator lint_on UNUSEDSIGNAL
    logic [8:0] bits;
    bits = learns[21:13] ^ {9{learns[22]}};
    threes_of = bits[8:6] != '0 ? 2'd3 : bits[5:3] != '0 ? 2'd2 : {1'b0, bits[2:0] != '0};
  endfunction

  // Nine bits are to be cut off, of which as many as the shift has say anything. What is rounded up to where a
  // shift ends is a number of the next; of the largest one, the most that it has.
  // verilator lint_off UNUSEDSIGNAL
  function automatic logic [15:0] rounded_at_random(input logic [1:0] threes, input logic signed [22:0] aligned,
                                                    input logic [8:0] dither);
    logic signed [23:0] sum;
    // verilator lint_on UNUSEDSIGNAL
    logic [8:0] up;
    case (threes)
      2'd0: up = 9'd0;
      2'd1: up = {dither[2:0], 6'd0};
      2'd2: up = {dither[5:0], 3'd0};
      default: up = dither;
    endcase
    sum = 24'(aligned) + $signed({15'd0, up});
    rounded_at_random = {threes, sum[22:9]};
    if (sum[23] != sum[22]) rounded_at_random = threes == 2'd3 ? {2'd3, 14'h1fff} : {threes + 2'd1, 14'h0400};
  endfunction

  // verilator lint_off UNUSEDSIGNAL
  function automatic logic signed [11:0] rounded(input logic signed [22:0] learns);
    // verilator lint_on UNUSEDSIGNAL
    logic signed [13:0] sum;
    sum = 14'($signed(learns[22:10])) + $signed({13'd0, learns[9]});
    rounded = sum[11:0];
    if (sum[13:11] != {3{sum[13]}}) rounded = {sum[13], {11{!sum[13]}}};
  endfunction

  // What all lanes are told, each keeps for itself: lanes lie all over a device.
  (* keep *) logic ask_q, keep_q, fresh_q, restore_q, take_over_q;
  (* keep *) logic [11:0] at_q;  // bit n: a row is at step n
  (* keep *) logic [RowWidth-1:0] ask_row_q, write_row_q;
  (* keep *) logic signed [17:0] rise_q;
  (* keep *) logic [2:0] eights_told_q, ones_told_q;
  logic mu_law_q;
  logic [8:0] dither_q;
  always_ff @(posedge clk_i) begin
    ask_q         <= read_i && !rst_i;
    ask_row_q     <= read_row_i;
    keep_q        <= ask_q && !rst_i;
    at_q          <= rst_i ? '0 : {at_q[10:0], keep_q};
    mu_law_q      <= mu_law_i;
    fresh_q       <= fresh_i;
    rise_q        <= rise_i;
    eights_told_q <= eights_i;
    ones_told_q   <= ones_i;
    restore_q     <= restore_i;
    dither_q      <= dither_i;
    take_over_q   <= take_over_i;
    write_row_q   <= write_row_i;
  end

  // Step 0: what is fresh is 0 of mu-law; A-law has none.
  assign tap    = fresh_q ? {28'd0, 8'hff} : row_q;
  assign mu_law = fresh_q || mu_law_q;

  // Step 9
  logic signed [22:0] learns_8;
  assign learns_8 = shifted(number_8_q, shift_8_q);

  always_ff @(posedge clk_i) begin
    if (ask_q) read_q <= ram[ask_row_q];
    if (keep_q) row_q <= read_q;
    if (at_q[0]) begin
      tap_0_q       <= tap;
      mu_law_0_q    <= mu_law;
      magnitude_0_q <= g711::magnitude_of(mu_law, tap.octet);
    end
    if (at_q[1]) begin
      learns_1_q <= shifted(tap_0_q.number, tap_0_q.shift);
      heard_1_q  <= tap_0_q.heard;
      octet_1_q  <= {mu_law_0_q, tap_0_q.octet};
      far_1_q    <= tap_0_q.octet[7] ? magnitude_0_q : -magnitude_0_q;
    end
    if (at_q[2]) begin
      product_q  <= 34'(64'(rise_q) * 64'(far_1_q));
      learns_2_q <= learns_1_q;
      heard_2_q  <= heard_1_q;
      octet_2_q  <= octet_i;
      far_2_q    <= far_i;
    end
    // What is shifted out at 3 is shifted out at 4 just as well: no rounding.
    if (at_q[3]) begin
      eights_q   <= 37'((64'(product_q) <<< 3) >>> {eights_told_q, 3'd0});
      learns_3_q <= learns_2_q;
      heard_3_q  <= heard_2_q;
      octet_3_q  <= octet_2_q;
      far_3_q    <= far_2_q;
    end
    if (at_q[4]) begin
      change_q   <= eights_q >>> ones_told_q;
      learns_4_q <= learns_3_q;
      heard_4_q  <= heard_3_q;
      octet_4_q  <= octet_3_q;
      far_4_q    <= far_3_q;
    end
    // The change has one bit below the coefficient's last, by which it is rounded.
    if (at_q[5]) begin
      sum_q     <= 39'(((64'(learns_4_q) <<< 1) | 64'sd1) + 64'(change_q));
      heard_5_q <= heard_4_q;
      octet_5_q <= octet_4_q;
      far_5_q   <= far_4_q;
    end
    if (at_q[6]) begin
      learns_6_q <= restore_q ? {heard_5_q[11], heard_5_q, 10'd0} : held(sum_q);
      heard_6_q  <= heard_5_q;
      octet_6_q  <= octet_5_q;
      far_6_q    <= far_5_q;
    end
    if (at_q[7]) begin
      shift_7_q <= threes_of(learns_6_q);
      case (threes_of(learns_6_q))
        2'd0: aligned_q <= learns_6_q <<< 9;
        2'd1: aligned_q <= learns_6_q <<< 6;
        2'd2: aligned_q <= learns_6_q <<< 3;
        default: aligned_q <= learns_6_q;
      endcase
      heard_7_q <= heard_6_q;
      octet_7_q <= octet_6_q;
      far_7_q   <= far_6_q;
    end
    if (at_q[8]) begin
      {shift_8_q, number_8_q} <= rounded_at_random(shift_7_q, aligned_q, dither_q);
      heard_8_q  <= heard_7_q;
      octet_8_q  <= octet_7_q;
      far_8_q    <= far_7_q;
    end
    if (at_q[9]) begin
      number_q    <= number_8_q;
      shift_q     <= shift_8_q;
      heard_q     <= take_over_q ? rounded(learns_8) : heard_8_q;
      octet_q     <= octet_8_q;
      far_q       <= far_8_q;
      magnitude_q <= learns_8[21:0] ^ {22{learns_8[22]}};
    end
    if (at_q[10]) begin
      ram[write_row_q]   <= {shift_q, number_q, heard_q, octet_q[7:0]};
      learning_product_q <= 30'(64'(number_q) * 64'(far_q));
      heard_product_q    <= 28'(64'(heard_q) * 64'(far_q));
      shift_10_q         <= shift_q;
      far_10_q           <= far_q;
      magnitude_o        <= magnitude_q;
    end
    if (at_q[11]) begin
      case (shift_10_q)
        2'd0: learning_o <= 39'(learning_product_q);
        2'd1: learning_o <= 39'(learning_product_q) <<< 3;
        2'd2: learning_o <= 39'(learning_product_q) <<< 6;
        default: learning_o <= 39'(learning_product_q) <<< 9;
      endcase
      heard_o    <= heard_product_q;
      last_far_o <= far_10_q;
    end
  end
endmodule
`default_nettype wire
