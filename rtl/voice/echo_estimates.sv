// SPDX-License-Identifier: MIT
// Takes DC out of what the echo cancellers' filters say, as it is taken out of the near end (ADR 0027). For boards;
// echo_filter_one_clock does it itself. Golden model: dc_removal in dsp/src/echo_canceller.cpp.
//
// Latency: two clocks. An estimate each clock, of another line than those of the two clocks before; nothing stalls.
`default_nettype none
module echo_estimates #(
    parameter int unsigned Lines     = 32,
    parameter int unsigned LineWidth = 5
) (
    input  logic                 clk_i,
    input  logic                 rst_i,
    output logic                 awake_o,
    input  logic                 begin_stb_i,  // what has been said of this line is forgotten
    input  logic [LineWidth-1:0] begin_line_i,
    input  logic                 stb_i,
    input  logic [LineWidth-1:0] line_i,
    input  logic signed [15:0]   learning_i,
    input  logic signed [15:0]   heard_i,
    output logic                 stb_o,
    output logic [LineWidth-1:0] line_o,
    output logic signed [15:0]   learning_o,
    output logic signed [15:0]   heard_o
);
  logic [Lines-1:0] begins_q;
  logic [43:0] learning_ram[2**LineWidth], heard_ram[2**LineWidth];  // sum, last
  logic stb_1_q;
  logic [LineWidth-1:0] line_1_q;
  logic signed [27:0] learning_sum_q, heard_sum_q, learning_sum, heard_sum, learning_2_q, heard_2_q;
  logic signed [15:0] learning_last_q, heard_last_q, learning_1_q, heard_1_q;
  assign learning_sum = linear::without_dc(learning_sum_q, learning_last_q, learning_1_q);
  assign heard_sum    = linear::without_dc(heard_sum_q, heard_last_q, heard_1_q);
  always_ff @(posedge clk_i) begin
    stb_1_q <= stb_i;
    stb_o   <= stb_1_q;
    if (stb_i) begin
      line_1_q     <= line_i;
      learning_1_q <= learning_i;
      heard_1_q    <= heard_i;
      {learning_sum_q, learning_last_q} <= begins_q[line_i] ? 44'd0 : learning_ram[line_i];
      {heard_sum_q, heard_last_q}       <= begins_q[line_i] ? 44'd0 : heard_ram[line_i];
      begins_q[line_i] <= 1'b0;
    end
    if (begin_stb_i) begins_q[begin_line_i] <= 1'b1;
    if (stb_1_q) begin
      line_o       <= line_1_q;
      learning_2_q <= learning_sum;
      heard_2_q    <= heard_sum;
      learning_ram[line_1_q] <= {learning_sum, learning_1_q};
      heard_ram[line_1_q]    <= {heard_sum, heard_1_q};
    end
    if (rst_i) begin
      stb_1_q <= 1'b0;
      stb_o   <= 1'b0;
    end
  end
  assign learning_o = linear::clamped(32'(learning_2_q) >>> 10);
  assign heard_o    = linear::clamped(32'(heard_2_q) >>> 10);
  assign awake_o    = stb_1_q || stb_o;
endmodule
`default_nettype wire
