// SPDX-License-Identifier: MIT
// Both filters of the echo cancellers, Lanes taps of a line a clock. One pass over a line's taps does three
// things: the coefficients learn from the error of the sample before, the samples of the far end move
// up by one for the new sample, and what the filters say of the next echo is summed up. So a tap is
// read and written once a sample. Golden model: dsp/src/echo_canceller.cpp.
//
// A pass takes a clock for each row, and passes follow one another without a gap: start_i is taken
// when ready_o. Latency: done_stb_o seven clocks after the last row was read. Nothing stalls.
// Relied upon: passes in the pipeline are of different rows.
`default_nettype none
module echo_filter #(
    parameter int unsigned Lanes     = 16,
    parameter int unsigned Rows      = 256,
    parameter int unsigned LineWidth = 5,
    localparam int unsigned RowWidth = $clog2(Rows),
    localparam int unsigned MostRows = 1024 / Lanes
) (
    input  logic                 clk_i,
    input  logic                 rst_i,
    output logic                 awake_o,
    output logic                 ready_o,
    input  logic                 start_i,
    input  logic [LineWidth-1:0] line_i,
    input  logic [RowWidth-1:0]  first_row_i,
    input  logic [1:0]           tail_i,       // 128 << tail taps
    input  logic                 fresh_i,      // the line's memory holds nothing
    input  logic                 take_over_i,
    input  logic                 restore_i,
    input  logic signed [17:0]   rise_i,       // 0: nothing is learnt
    input  logic [5:0]           shift_i,
    input  logic signed [15:0]   far_i,
    output logic                 done_stb_o,
    output logic [LineWidth-1:0] line_o,
    output logic signed [15:0]   learning_o,   // estimates of the echo
    output logic signed [15:0]   heard_o,
    output logic signed [15:0]   oldest_far_o  // what the last tap has now
);
  localparam int unsigned CountWidth = $clog2(MostRows) + 1;
  if (Lanes < 2 || Lanes > 128 || (Lanes & (Lanes - 1)) != 0) begin : gen_check_lanes
    $error("echo_filter: Lanes must be a power of two, 2 to 128");
  end

  // 0: a row is read
  logic run_q, first_q;
  logic [CountWidth-1:0] left_q;  // rows after this one
  logic [RowWidth-1:0] row_q;
  logic last;
  logic [LineWidth-1:0] line_q;
  logic fresh_q, take_over_q, restore_q;
  logic signed [17:0] rise_q;
  logic [5:0] shift_q;
  logic signed [15:0] far_q;
  assign last    = left_q == '0;
  assign ready_o = !run_q || last;
  always_ff @(posedge clk_i) begin
    if (run_q) begin
      row_q   <= row_q + 1'b1;
      left_q  <= left_q - 1'b1;
      first_q <= 1'b0;
      if (last) run_q <= 1'b0;
    end
    if (start_i && ready_o) begin
      run_q       <= 1'b1;
      first_q     <= 1'b1;
      left_q      <= CountWidth'((128 / Lanes) << tail_i) - 1'b1;
      row_q       <= first_row_i;
      line_q      <= line_i;
      fresh_q     <= fresh_i;
      take_over_q <= take_over_i;
      restore_q   <= restore_i;
      rise_q      <= rise_i;
      shift_q     <= shift_i;
      far_q       <= far_i;
    end
    if (rst_i) run_q <= 1'b0;
  end

  // 1: products. The first tap of a row takes the sample that the last one of the row before had.
  logic scale_q, scale_first_q, scale_last_q, scale_fresh_q, scale_take_over_q, scale_restore_q;
  logic [LineWidth-1:0] scale_line_q;
  logic [RowWidth-1:0] scale_row_q;
  logic signed [17:0] scale_rise_q;
  logic [5:0] scale_shift_q;
  logic signed [15:0] scale_far_q, carry_q;
  always_ff @(posedge clk_i) begin
    scale_q <= run_q;
    if (run_q) begin
      scale_first_q <= first_q;
      scale_last_q  <= last;
      scale_row_q   <= row_q;
      if (first_q) begin
        scale_line_q      <= line_q;
        scale_fresh_q     <= fresh_q;
        scale_take_over_q <= take_over_q;
        scale_restore_q   <= restore_q;
        scale_rise_q      <= rise_q;
        scale_shift_q     <= shift_q;
        scale_far_q       <= far_q;
      end
    end
    if (scale_q) carry_q <= gen_lane[Lanes-1].far;
    if (rst_i) scale_q <= 1'b0;
  end

  // 2: brought to scale. 3: learnt. 4: multiplied, written.
  logic shifts_q, shift_first_q, shift_last_q, shift_take_over_q, shift_restore_q;
  logic learn_q, learn_first_q, learn_last_q, learn_take_over_q, learn_restore_q;
  logic [LineWidth-1:0] shift_line_q, learn_line_q, multiply_line_q, sum_line_q,
      add_line_q;
  logic [RowWidth-1:0] shift_row_q, learn_row_q, multiply_row_q;
  logic [5:0] shift_by_q;
  logic multiply_q, multiply_first_q, multiply_last_q, multiply_take_over_q;
  logic sum_q, sum_first_q, sum_last_q, add_q, add_first_q, add_last_q, round_q;
  always_ff @(posedge clk_i) begin
    shifts_q   <= scale_q;
    learn_q    <= shifts_q;
    multiply_q <= learn_q;
    sum_q      <= multiply_q;
    add_q      <= sum_q;
    round_q    <= add_q && add_last_q;
    if (scale_q) begin
      shift_first_q     <= scale_first_q;
      shift_last_q      <= scale_last_q;
      shift_line_q      <= scale_line_q;
      shift_row_q       <= scale_row_q;
      shift_by_q        <= scale_shift_q;
      shift_take_over_q <= scale_take_over_q;
      shift_restore_q   <= scale_restore_q;
    end
    if (shifts_q) begin
      learn_first_q     <= shift_first_q;
      learn_last_q      <= shift_last_q;
      learn_line_q      <= shift_line_q;
      learn_row_q       <= shift_row_q;
      learn_take_over_q <= shift_take_over_q;
      learn_restore_q   <= shift_restore_q;
    end
    if (learn_q) begin
      multiply_first_q     <= learn_first_q;
      multiply_last_q      <= learn_last_q;
      multiply_line_q      <= learn_line_q;
      multiply_row_q       <= learn_row_q;
      multiply_take_over_q <= learn_take_over_q;
    end
    if (multiply_q) begin
      sum_first_q <= multiply_first_q;
      sum_last_q  <= multiply_last_q;
      sum_line_q  <= multiply_line_q;
    end
    if (rst_i) begin
      shifts_q   <= 1'b0;
      learn_q    <= 1'b0;
      multiply_q <= 1'b0;
      sum_q      <= 1'b0;
      add_q      <= 1'b0;
      round_q    <= 1'b0;
    end
  end

  // The lanes; each adds what it has to what those before it have.
  // 38 and 32 bits, 10 more for 1,024 of them; a simulation has 64 at no cost.
  localparam int unsigned LearningBits = 38 + 10, HeardBits = 32 + 10;
  for (genvar lane = 0; lane < Lanes; lane++) begin : gen_lane
    logic signed [15:0] far, far_before;
    /* verilator lint_off UNUSEDSIGNAL */  // but of the last lane; copies of the sign
    logic signed [15:0] last_far;
    logic signed [63:0] learning_sum, heard_sum;
    /* verilator lint_on UNUSEDSIGNAL */
    logic signed [37:0] learning;
    logic signed [31:0] heard;
    if (lane == 0) begin : gen_first
      assign far_before   = scale_first_q ? scale_far_q : carry_q;
      assign learning_sum = 64'(learning);
      assign heard_sum    = 64'(heard);
    end else begin : gen_next
      assign far_before   = gen_lane[lane-1].far;
      assign learning_sum = gen_lane[lane-1].learning_sum + 64'(learning);
      assign heard_sum    = gen_lane[lane-1].heard_sum + 64'(heard);
    end
    echo_lane #(.Rows(Rows)) u_lane (
        .clk_i, .read_i(run_q), .read_row_i(row_q), .scale_i(scale_q), .fresh_i(scale_fresh_q),
        .rise_i(scale_rise_q), .far_i(far_before), .far_o(far), .shift_stb_i(shifts_q),
        .shift_i(shift_by_q), .learn_i(learn_q), .restore_i(learn_restore_q), .multiply_i(multiply_q),
        .take_over_i(multiply_take_over_q), .write_row_i(multiply_row_q),
        .learning_o(learning), .heard_o(heard), .last_far_o(last_far)
    );
  end

  // 5: lanes summed. 6: rows summed. 7: rounded.
  logic signed [LearningBits-1:0] learning_row_q, learning_q;
  logic signed [HeardBits-1:0] heard_row_q, heard_q;
  logic signed [15:0] oldest_q, round_oldest_q;
  logic [LineWidth-1:0] round_line_q;

  function automatic logic signed [15:0] clamped(input logic signed [31:0] value);
    clamped = value[15:0];
    if (value[31:15] != {17{value[31]}}) clamped = {value[31], {15{!value[31]}}};
  endfunction

  always_ff @(posedge clk_i) begin
    done_stb_o <= 1'b0;
    if (sum_q) begin
      learning_row_q <= LearningBits'(gen_lane[Lanes-1].learning_sum);
      heard_row_q    <= HeardBits'(gen_lane[Lanes-1].heard_sum);
      oldest_q       <= gen_lane[Lanes-1].last_far;
      add_first_q    <= sum_first_q;
      add_last_q     <= sum_last_q;
      add_line_q     <= sum_line_q;
    end
    if (add_q) begin
      // The first row brings the half by which the sum is rounded.
      learning_q <= learning_row_q + (add_first_q ? 48'sd524288 : learning_q);
      heard_q    <= heard_row_q + (add_first_q ? 42'sd8192 : heard_q);
      if (add_last_q) begin
        round_oldest_q <= oldest_q;
        round_line_q   <= add_line_q;
      end
    end
    if (round_q) begin
      learning_o   <= clamped(32'(learning_q >>> 20));
      heard_o      <= clamped(32'(heard_q >>> 14));
      oldest_far_o <= round_oldest_q;
      line_o       <= round_line_q;
      done_stb_o   <= 1'b1;
    end
    if (rst_i) done_stb_o <= 1'b0;
  end

  assign awake_o = start_i || run_q || scale_q || shifts_q || learn_q || multiply_q || sum_q || add_q || round_q || done_stb_o;
endmodule
`default_nettype wire
