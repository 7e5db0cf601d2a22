// SPDX-License-Identifier: MIT
// A lane of the echo cancellers' filters (echo_filter): every Lanes-th tap of all lines, in a memory of
// its own. A tap is a coefficient that learns (22 bits, 1/2^20), one that is heard (16 bits,
// 1/2^14) and a sample of the far end. Golden model: dsp/src/echo_canceller.cpp.
//
// A row goes through in five clocks, each told by the one who counts them: read; multiplied by the error
// of the sample before; that brought to the coefficient's scale; added; written and multiplied by
// what the far end says. Nothing stalls.
`default_nettype none
module echo_lane #(
    parameter int unsigned Rows      = 256,
    localparam int unsigned RowWidth = $clog2(Rows)
) (
    input  logic                clk_i,
    // 0
    input  logic                read_i,
    input  logic [RowWidth-1:0] read_row_i,
    // 1
    input  logic                scale_i,
    input  logic                fresh_i,     // what was there is nothing; rise_i is 0
    input  logic signed [17:0]  rise_i,      // error over energy
    input  logic signed [15:0]  far_i,       // what the tap before had
    output logic signed [15:0]  far_o,       // what this one had
    // 2
    input  logic                shift_stb_i,
    input  logic [5:0]          shift_i,     // of the product to 1/2^20, and one more
    // 3
    input  logic                learn_i,
    input  logic                restore_i,   // what learns becomes what is heard
    // 4
    input  logic                multiply_i,
    input  logic                take_over_i, // what is heard becomes what learns
    input  logic [RowWidth-1:0] write_row_i,
    // 5
    output logic signed [37:0]  learning_o,
    output logic signed [31:0]  heard_o,
    output logic signed [15:0]  last_far_o   // what this one has now
);
  logic [53:0] ram[2**RowWidth];
  logic [53:0] row_q;

  assign far_o = fresh_i ? 16'sd0 : row_q[15:0];

  logic signed [33:0] product_q;
  logic signed [35:0] change_q;
  logic signed [21:0] scaled_learns_q, shifted_learns_q, learns_q;
  logic signed [15:0] scaled_heard_q, shifted_heard_q, heard_q, scaled_far_q, shifted_far_q, far_q;

  // The change has one bit below the coefficient's last, by which it is rounded. Sums and products of 64 bits
  // are what a simulation has at no cost; synthesis drops the bits that are copies of the sign.
  function automatic logic signed [21:0] learnt(input logic signed [21:0] coefficient,
                                                input logic signed [35:0] change);
    /* verilator lint_off UNUSEDSIGNAL */  // copies of the sign
    logic signed [63:0] sum;
    /* verilator lint_on UNUSEDSIGNAL */
    sum = ((64'(coefficient) <<< 1) | 64'sd1) + 64'(change);
    learnt = sum[22:1];
    if (sum[37:22] != {16{sum[37]}}) learnt = {sum[37], {21{!sum[37]}}};
  endfunction

  // verilator lint_off UNUSEDSIGNAL
  function automatic logic signed [15:0] next_heard(input logic take_over, input logic signed [21:0] learns,
                                                    input logic signed [15:0] heard);
    // verilator lint_on UNUSEDSIGNAL
    logic [16:0] sum;
    sum = 17'($signed(learns[21:6])) + {16'd0, learns[5]};
    next_heard = heard;
    if (take_over) next_heard = sum[16] != sum[15] ? 16'sh7fff : sum[15:0];
  endfunction

  always_ff @(posedge clk_i) begin
    if (read_i) row_q <= ram[read_row_i];
    if (scale_i) begin
      product_q       <= 34'(64'(rise_i) * 64'($signed(row_q[15:0])));  // fresh: times 0
      scaled_learns_q <= fresh_i ? 22'sd0 : row_q[53:32];
      scaled_heard_q  <= fresh_i ? 16'sd0 : row_q[31:16];
      scaled_far_q    <= far_i;
    end
    if (shift_stb_i) begin
      change_q         <= 36'((64'(product_q) <<< 2) >>> shift_i);
      shifted_learns_q <= scaled_learns_q;
      shifted_heard_q  <= scaled_heard_q;
      shifted_far_q    <= scaled_far_q;
    end
    if (learn_i) begin
      learns_q <= restore_i ? {shifted_heard_q, 6'd0} : learnt(shifted_learns_q, change_q);
      heard_q  <= shifted_heard_q;
      far_q    <= shifted_far_q;
    end
    if (multiply_i) begin
      ram[write_row_i] <= {learns_q, next_heard(take_over_i, learns_q, heard_q), far_q};
      learning_o       <= 38'(64'(learns_q) * 64'(far_q));
      heard_o          <= 32'(next_heard(take_over_i, learns_q, heard_q)) * 32'(far_q);
      last_far_o       <= far_q;
    end
  end
endmodule
`default_nettype wire
