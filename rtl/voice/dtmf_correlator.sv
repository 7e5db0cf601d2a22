// SPDX-License-Identifier: MIT
// Sums of the DTMF detector: each line's filtered sample times cosine and sine of the eight
// frequencies, its square, and the unfiltered sample's square, added up over a hop. Four multipliers,
// all lines.
//
// start_i gives line and samples, and whether a hop begins or ends; 18 sums are written, four a clock,
// in the nine clocks that follow. Starts at least six clocks apart: lines overlap in the pipeline,
// but a sum does not, since a line is started once a frame.
// Of a hop that ends the sums are kept beside, one set for each 32 lines, until another of the 32
// ends one: whole_o tells that line whole_line_o's are there. They are read by a clock of their
// own: read_i → sum_o one clock later.
`default_nettype none
module dtmf_correlator #(
    parameter int unsigned LineBits = 5
) (
    input  logic                clk_i,
    input  logic                clk_read_i,        // clk_i, or clk_i only with read_i
    input  logic                rst_i,
    input  logic                start_i,
    input  logic [LineBits-1:0] line_i,
    input  logic                hop_begins_i,
    input  logic                hop_ends_i,
    input  logic signed [17:0]  sample_i,
    input  logic signed [15:0]  unfiltered_i,
    output logic [1:0]          reference_word_o,  // which four references are wanted …
    input  logic [63:0]         reference_i,       // … and there they are, the clock after
    output logic                whole_o,
    output logic [LineBits-1:0] whole_line_o,
    input  logic                read_i,
    input  logic [LineBits-1:0] read_line_i,
    input  logic [4:0]          read_index_i,
    output logic [35:0]         sum_o
);
  localparam bit [2:0] EnergyWord = 3'd4;  // four words of four sums, then the squares

  logic        busy_q, multiply_q, add_q, store_q;
  logic [2:0]  word_q, multiply_word_q, add_word_q, store_word_q;
  logic [LineBits-1:0] line_q, multiply_line_q, add_line_q, store_line_q;
  logic        begins_q, multiply_begins_q, add_begins_q;
  logic        ends_q, multiply_ends_q, add_ends_q, store_ends_q;
  logic signed [17:0] sample_q, multiply_sample_q;
  logic signed [15:0] unfiltered_q;
  assign reference_word_o = word_q[1:0];
  assign whole_o      = store_q && store_ends_q && store_word_q == EnergyWord;
  assign whole_line_o = store_line_q;

  always_ff @(posedge clk_i) begin
    multiply_q <= busy_q;
    add_q      <= multiply_q;
    store_q    <= add_q;
    if (start_i) begin
      busy_q   <= 1'b1;
      word_q   <= 3'd0;
      line_q   <= line_i;
      begins_q <= hop_begins_i;
      ends_q   <= hop_ends_i;
      sample_q <= sample_i;
      unfiltered_q <= unfiltered_i;
    end else if (busy_q) begin
      word_q <= word_q + 3'd1;
      if (word_q == EnergyWord) busy_q <= 1'b0;
    end
    if (busy_q) begin
      multiply_word_q   <= word_q;
      multiply_line_q   <= line_q;
      multiply_begins_q <= begins_q;
      multiply_ends_q   <= ends_q;
      multiply_sample_q <= sample_q;
    end
    if (multiply_q) begin
      add_word_q   <= multiply_word_q;
      add_line_q   <= multiply_line_q;
      add_begins_q <= multiply_begins_q;
      add_ends_q   <= multiply_ends_q;
    end
    if (add_q) begin
      store_word_q <= add_word_q;
      store_line_q <= add_line_q;
      store_ends_q <= add_ends_q;
    end
    if (rst_i) begin
      busy_q     <= 1'b0;
      multiply_q <= 1'b0;
      add_q      <= 1'b0;
      store_q    <= 1'b0;
    end
  end

  // Sum n is in word n / 4 of lane n modulo 4. Of the squares' word the first two lanes are
  // of use.
  localparam int unsigned SetBits = LineBits > 5 ? LineBits - 5 : 1;
  logic [SetBits-1:0] store_set, read_set;
  assign store_set = SetBits'(store_line_q >> 5);
  assign read_set  = SetBits'(read_line_i >> 5);
  for (genvar lane = 0; lane < 4; lane++) begin : gen_lane
    logic [35:0] sum_ram[2**(LineBits + 3)];
    logic [35:0] whole_ram[2**(SetBits + 3)];
    logic signed [35:0] sum_q, before_q, result_q, read_q;
    logic signed [17:0] sample, factor;
    if (lane == 1) begin : gen_unfiltered
      assign sample = multiply_word_q == EnergyWord ? 18'(unfiltered_q) : multiply_sample_q;
    end else begin : gen_filtered
      assign sample = multiply_sample_q;
    end
    assign factor = multiply_word_q == EnergyWord ? sample
                                                  : 18'($signed(reference_i[16*lane+:16]));
    (* keep *) logic signed [35:0] product_q;
    always_ff @(posedge clk_i) begin
      if (busy_q) sum_q <= sum_ram[{line_q, word_q}];
      if (multiply_q) begin
        product_q <= sample * factor;
        before_q  <= sum_q;
      end
      if (add_q) begin
        result_q <= (add_begins_q ? 36'sd0 : before_q)
                  + (add_word_q == EnergyWord ? product_q >>> 4 : product_q >>> 2);
      end
      if (store_q) sum_ram[{store_line_q, store_word_q}] <= result_q;
      if (store_q && store_ends_q) whole_ram[{store_set, store_word_q}] <= result_q;
    end
    always_ff @(posedge clk_read_i) begin
      if (read_i) read_q <= whole_ram[{read_set, read_index_i[4:2]}];
    end
  end

  logic [1:0] read_lane_q;
  always_ff @(posedge clk_read_i) if (read_i) read_lane_q <= read_index_i[1:0];
  always_comb begin
    case (read_lane_q)
      2'd0:    sum_o = gen_lane[0].read_q;
      2'd1:    sum_o = gen_lane[1].read_q;
      2'd2:    sum_o = gen_lane[2].read_q;
      default: sum_o = gen_lane[3].read_q;
    endcase
  end
endmodule
`default_nettype wire
