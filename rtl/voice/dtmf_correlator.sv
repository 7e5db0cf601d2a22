// SPDX-License-Identifier: MIT
// Sums of the DTMF detector: each line's filtered sample times cosine and sine of the eight
// frequencies, and its square, added up over a hop. One multiplier, all lines.
//
// start_i gives line and sample, and whether a hop begins; 17 sums are written in the 21 clocks
// that follow. Starts 18 clocks apart: lines overlap in the pipeline, but a sum does not, since a
// line is started once a frame. read_i → sum_o one clock later, only while no line is in work.
`default_nettype none
module dtmf_correlator #(
    parameter int unsigned LineBits = 5
) (
    input  logic                clk_i,
    input  logic                rst_i,
    input  logic                start_i,
    input  logic [LineBits-1:0] line_i,
    input  logic                hop_begins_i,
    input  logic signed [17:0]  sample_i,
    output logic [3:0]          reference_index_o,  // which reference is wanted …
    input  logic signed [15:0]  reference_i,        // … and there it is, the clock after
    input  logic                read_i,
    input  logic [LineBits-1:0] read_line_i,
    input  logic [4:0]          read_index_i,
    output logic [35:0]         sum_o
);
  logic [35:0] sum_ram[2**(LineBits + 5)];
  logic        busy_q, multiply_q, add_q, store_q;
  logic [4:0]  index_q, multiply_index_q, add_index_q, store_index_q;
  logic [LineBits-1:0] line_q, multiply_line_q, add_line_q, store_line_q;
  logic        begins_q, multiply_begins_q, add_begins_q;
  logic signed [17:0] sample_q, multiply_sample_q, factor;
  (* keep *) logic signed [35:0] product_q;
  logic signed [35:0] before_q, result_q;

  assign reference_index_o = index_q[3:0];
  assign factor = multiply_index_q[4] ? multiply_sample_q : 18'(reference_i);

  always_ff @(posedge clk_i) begin
    multiply_q <= busy_q;
    add_q      <= multiply_q;
    store_q    <= add_q;
    if (start_i) begin
      busy_q   <= 1'b1;
      index_q  <= 5'd0;
      line_q   <= line_i;
      begins_q <= hop_begins_i;
      sample_q <= sample_i;
    end else if (busy_q) begin
      index_q <= index_q + 5'd1;
      if (index_q == 5'd16) busy_q <= 1'b0;
    end
    if (busy_q) begin
      multiply_index_q  <= index_q;
      multiply_line_q   <= line_q;
      multiply_begins_q <= begins_q;
      multiply_sample_q <= sample_q;
    end
    if (multiply_q) begin
      product_q    <= multiply_sample_q * factor;
      before_q     <= sum_o;
      add_index_q  <= multiply_index_q;
      add_line_q   <= multiply_line_q;
      add_begins_q <= multiply_begins_q;
    end
    if (add_q) begin
      result_q <= (add_begins_q ? 36'sd0 : before_q)
                + (add_index_q[4] ? product_q >>> 4 : product_q >>> 2);
      store_index_q <= add_index_q;
      store_line_q  <= add_line_q;
    end
    if (rst_i) begin
      busy_q     <= 1'b0;
      multiply_q <= 1'b0;
      add_q      <= 1'b0;
      store_q    <= 1'b0;
    end
  end

  always_ff @(posedge clk_i) begin
    if (busy_q || read_i) sum_o <= sum_ram[busy_q ? {line_q, index_q} : {read_line_i, read_index_i}];
    if (store_q) sum_ram[{store_line_q, store_index_q}] <= result_q;
  end
endmodule
`default_nettype wire
