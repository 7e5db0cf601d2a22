// SPDX-License-Identifier: MIT
// In which places of a line's tail the echo lies, and how loud the far end is there: what the echo
// cancellers' steps are made of. A place is 128 taps. Golden model: dsp/src/echo_canceller.cpp
// (hear_far, measure_places).
//
// Goes along with echo_filter, a row a clock: what is asked for is of the row at the step that is
// named. Latency: weighted_o of a pass is there when its last row is at step 7, for a clock. Nothing stalls.
// Relied upon: passes in the pipeline are of different lines.
`default_nettype none
module echo_places #(
    parameter int unsigned Places       = 32,
    parameter int unsigned LineWidth    = 5,
    localparam int unsigned PlaceWidth  = Places > 1 ? $clog2(Places) : 1
) (
    input  logic                  clk_i,
    input  logic                  rst_i,
    // 0: a row
    input  logic                  row_stb_i,
    input  logic [PlaceWidth-1:0] place_i,
    input  logic                  place_begins_i,
    input  logic                  place_ends_i,
    input  logic                  pass_begins_i,  // the row is the pass's first
    input  logic                  pass_ends_i,    // its last
    input  logic [LineWidth-1:0]  line_i,
    input  logic                  fresh_i,        // the line's memory holds nothing
    input  logic                  measure_i,
    // 1: the place learns by 2^-less of the whole step
    output logic [1:0]            less_o,
    // 2: samples of the far end, what came new to the pass and what its row loses to the next
    input  logic signed [15:0]    far_i,
    input  logic signed [15:0]    lost_i,
    // 11: all bits that are in any of the row's coefficients
    input  logic [21:0]           magnitude_i,
    output logic [39:0]           weighted_o
);
  // What goes along with a row.
  typedef struct packed {
    logic [PlaceWidth-1:0] place;
    logic                  place_begins;
    logic                  place_ends;
    logic                  first_place;
    logic                  pass_ends;
    logic [LineWidth-1:0]  line;
    logic                  fresh;
    logic                  measure;
  } row_t;
  /* verilator lint_off UNUSEDSIGNAL */  // not all of it is asked for at each step
  row_t of_1_q, of_2_q, of_3_q, of_4_q, of_5_q, of_6_q, of_7_q, of_8_q, of_9_q, of_10_q, of_11_q, of_12_q, of_13_q, of_14_q;
  /* verilator lint_on UNUSEDSIGNAL */
  logic [14:1] at_q;
  logic first_place, first_place_q;  // of the pass
  assign first_place = pass_begins_i || first_place_q;
  always_ff @(posedge clk_i) begin
    if (row_stb_i) first_place_q <= first_place && !place_ends_i;
    at_q   <= {at_q[13:1], row_stb_i};
    of_1_q <= {place_i, place_begins_i, place_ends_i, first_place, pass_ends_i, line_i, fresh_i, measure_i};
    of_2_q <= of_1_q;
    of_3_q <= of_2_q;
    of_4_q <= of_3_q;
    of_5_q <= of_4_q;
    of_6_q <= of_5_q;
    of_7_q <= of_6_q;
    of_8_q <= of_7_q;
    of_9_q <= of_8_q;
    of_10_q <= of_9_q;
    of_11_q <= of_10_q;
    of_12_q <= of_11_q;
    of_13_q <= of_12_q;
    of_14_q <= of_13_q;
    if (rst_i) at_q <= '0;
  end

  logic [39:0] energy_ram[Places];
  logic [4:0]  width_ram[Places];  // bits of the largest coefficient, when a block ended
  logic [1:0]  less_ram[Places];
  logic [4:0]  widest_ram[2**LineWidth];

  // 2 to 7: the far end. A place gets the sample that the one before has lost.
  logic signed [15:0] got_q, lost_q;
  logic [39:0] energy_3_q, energy_4_q, energy_q, share_q, sum_q;
  logic [4:0] width_3_q, widest_3_q, under;
  logic signed [31:0] got_square_q, lost_square_q;
  logic [1:0] less_4_q, less_5_q;
  assign under = widest_3_q - width_3_q;
  assign weighted_o = sum_q;
  always_ff @(posedge clk_i) begin
    less_o <= less_ram[place_i];
    if (at_q[2] && of_2_q.place_ends) begin
      got_q      <= of_2_q.first_place ? far_i : lost_q;
      lost_q     <= lost_i;
      energy_3_q <= of_2_q.fresh ? '0 : energy_ram[of_2_q.place];
      width_3_q  <= of_2_q.fresh ? '0 : width_ram[of_2_q.place];
      widest_3_q <= of_2_q.fresh ? '0 : widest_ram[of_2_q.line];
    end
    if (at_q[3] && of_3_q.place_ends) begin
      got_square_q  <= 32'(got_q) * 32'(got_q);
      lost_square_q <= 32'(lost_q) * 32'(lost_q);
      energy_4_q    <= energy_3_q;
      less_4_q      <= under[4:1] != '0 ? 2'd2 : {1'b0, under[0]};
    end
    if (at_q[4] && of_4_q.place_ends) begin
      energy_q <= energy_4_q + 40'(got_square_q) - 40'(lost_square_q);
      less_5_q <= less_4_q;
    end
    if (at_q[5] && of_5_q.place_ends) begin
      energy_ram[of_5_q.place] <= energy_q;
      less_ram[of_5_q.place]   <= less_5_q;
      share_q <= energy_q >> less_5_q;
    end
    if (at_q[6] && of_6_q.place_ends) sum_q <= share_q + (of_6_q.first_place ? '0 : sum_q);
  end

  // 11 to 14: the coefficients.
  logic [21:0] row_bits_q, place_bits_q;
  logic [4:0] width_q, widest_q, widest;
  function automatic logic [4:0] bit_width(input logic [21:0] value);
    bit_width = 5'd0;
    for (int n = 0; n < 22; n++) if (value[n]) bit_width = 5'(n + 1);
  endfunction
  assign widest = !of_14_q.first_place && widest_q > width_q ? widest_q : width_q;
  always_ff @(posedge clk_i) begin
    if (at_q[11]) row_bits_q <= magnitude_i;
    if (at_q[12]) place_bits_q <= row_bits_q | (of_12_q.place_begins ? '0 : place_bits_q);
    if (at_q[13] && of_13_q.place_ends) width_q <= bit_width(place_bits_q);
    if (at_q[14] && of_14_q.place_ends && (of_14_q.measure || of_14_q.fresh)) begin
      width_ram[of_14_q.place] <= width_q;
      widest_q                 <= widest;
      if (of_14_q.pass_ends) widest_ram[of_14_q.line] <= widest;
    end
  end
endmodule
`default_nettype wire
