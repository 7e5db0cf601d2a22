// SPDX-License-Identifier: MIT
// From the strobes of a reference to frames of a clock more or less: phase detector with build-out, filter of
// second order, holdover, and the oscillator, which is an accumulator. The corner is at 1273 / 2^k Hz; the integrator has
// 2^-(2 k + 3) of each error, where the proportional way has 2^-k: damped by 4, a gain of 0.14 dB at most.
// Golden model: dsp/golden/clock_loop.hpp.
//
// Latency: a frame. frame_stb_i: the step of the frame that begins counts, that of the next is worked out, one
// clock. settle_i ends the frame's work, with select_i or sample_i or neither in the same clock; it takes
// five clocks. Nothing stalls.
`default_nettype none
module clock_loop #(
    parameter int unsigned ClockWidth = 9  // a frame has 2^ClockWidth clocks
) (
    input  logic                  clk_i,
    input  logic                  rst_i,
    // settings
    input  logic [3:0]            fast_i,
    input  logic [3:0]            normal_i,
    input  logic [4:0]            pps_fast_i,
    input  logic [4:0]            pps_normal_i,
    input  logic [19:0]           acquire_ms_i,
    // the frame
    input  logic                  frame_stb_i,
    output logic                  longer_o,
    output logic                  shorter_o,
    // what there is to follow
    input  logic                  settle_i,
    input  logic                  ms_i,
    input  logic                  select_i,     // another reference, or none
    input  logic [3:0]            select_reference_i,
    input  logic signed [14:0]    error_i,      // of the one selected
    input  logic                  free_run_i,
    input  logic                  sample_i,
    input  logic                  lost_i,       // it is not sound: frequency is kept
    input  logic                  pps_i,
    input  logic [ClockWidth-1:0] left_i,
    output logic                  busy_o,
    // state
    output logic [1:0]            state_o,
    output logic [3:0]            reference_o,
    output logic signed [31:0]    frequency_o,
    output logic signed [31:0]    held_o,
    output logic signed [31:0]    phase_o,
    output logic [31:0]           since_s_o,
    output logic [159:0]          counters_o    // longer, shorter, switches, holdovers, jumps
);
  localparam bit [3:0] None = 4'd15;
  localparam bit [1:0] FreeRun = switchroom_regs::ClockStateFreeRun[1:0], Acquiring = switchroom_regs::ClockStateAcquiring[1:0],
                       Locked = switchroom_regs::ClockStateLocked[1:0], Holdover = switchroom_regs::ClockStateHoldover[1:0];
  localparam bit [12:0] Second = 13'd7999;
  localparam bit signed [38:0] MostIntegral = 39'shfffffff00;
  localparam bit signed [34:0] MostFrequency = 35'shfffffff;
  localparam int unsigned ErrorWidth = ClockWidth + 5;

  logic signed [38:0] integral_q, held_q;
  logic signed [34:0] proportional_q;
  logic signed [28:0] frequency_q;
  logic [27:0] accumulated_q;
  logic [1:0] state_q;
  logic fast_q, known_q;  // known_q: there was a lock
  assign state_o     = state_q;
  assign frequency_o = 32'(frequency_q);
  assign held_o      = 32'(held_q >>> 8);

  // The oscillator
  logic signed [29:0] sum;
  assign sum = 30'(frequency_q) + $signed({2'b00, accumulated_q});
  always_ff @(posedge clk_i) begin
    if (frame_stb_i) begin
      accumulated_q <= sum[27:0];
      longer_o      <= sum[29:28] == 2'b01;
      shorter_o     <= sum[29:28] == 2'b11;
    end
    if (rst_i) begin
      accumulated_q <= '0;
      longer_o      <= 1'b0;
      shorter_o     <= 1'b0;
    end
  end

  // Phase: of eight strobes the sum, of which what was there at the beginning, by 1,024 of them, is not an error.
  logic coarse_wanted_q, zeroing_q, judge_q, follow_q, add_q, limit_q, settle_q, settled_q, added_q, limited_q, last_q, ms_q, pps_q;
  logic [ClockWidth-1:0] coarse_q, late;
  logic [10:0] samples_q;
  logic signed [ClockWidth+10:0] sum_q;
  logic signed [ErrorWidth:0] fine_q, error_q;
  logic signed [ErrorWidth-2:0] late_wide;
  assign late      = coarse_wanted_q ? '0 : coarse_q - left_i;
  assign late_wide = pps_i ? {late[ClockWidth-1], late, 3'd0} : (ErrorWidth-1)'($signed(late));
  logic enough, leaps;
  assign enough = zeroing_q ? pps_q || samples_q == 11'd1024 : pps_q || samples_q == 11'd8;
  assign leaps  = error_q >= $signed((ErrorWidth+1)'(1 << ClockWidth)) || error_q <= -$signed((ErrorWidth+1)'(1 << ClockWidth));
  assign busy_o = settle_q || settled_q || added_q || limited_q || last_q;

  // The filter
  logic [4:0] k_q;
  logic signed [34:0] error_wide;
  logic signed [38:0] error_shifted, share_q;
  logic signed [39:0] moved_q;
  logic signed [34:0] wanted;
  assign error_wide    = 35'(error_q);
  assign error_shifted = 39'(error_q) <<< ((pps_q ? 6'd40 : 6'd30) - {k_q, 1'b0});
  assign wanted        = 35'(integral_q >>> 8) + proportional_q;

  logic [12:0] second_q;
  logic [19:0] acquired_ms_q;
  logic [2:0] average_q;
  logic signed [38:0] apart_q;
  logic seconds, locks;
  assign seconds = second_q == Second;
  assign locks   = ms_q && state_q == Acquiring && !zeroing_q;
  always_ff @(posedge clk_i) begin
    judge_q   <= settle_i && sample_i && !select_i;
    follow_q  <= 1'b0;
    add_q     <= 1'b0;
    settle_q  <= settle_i;
    settled_q <= settle_q;
    added_q   <= settled_q;
    limited_q <= added_q;
    last_q    <= limited_q;
    limit_q   <= add_q;
    // First clock: the sample, or another reference
    if (settle_i) begin
      ms_q    <= ms_i;
      pps_q   <= pps_i;
      k_q     <= pps_i ? (fast_q ? pps_fast_i : pps_normal_i) : {1'b0, fast_q ? fast_i : normal_i};
      apart_q <= (integral_q - held_q) >>> average_q;
    end
    if (settle_i && select_i) begin
      reference_o    <= select_reference_i;
      proportional_q <= '0;
      if (select_reference_i != None) begin
        state_q <= Acquiring;
        fast_q  <= !known_q;
        if (!known_q) integral_q <= {39'(error_i) * 39'sd33554} <<< 8;  // 2^28 / 8000
        acquired_ms_q   <= '0;
        coarse_wanted_q <= 1'b1;
        zeroing_q       <= 1'b1;
        sum_q           <= '0;
        samples_q       <= '0;
      end else if (known_q && !free_run_i) begin
        state_q    <= Holdover;
        integral_q <= held_q;
      end else begin
        state_q    <= FreeRun;
        integral_q <= '0;
      end
    end else if (settle_i && sample_i) begin
      if (coarse_wanted_q) coarse_q <= left_i;
      coarse_wanted_q <= 1'b0;
      sum_q           <= sum_q + (ClockWidth+11)'(late_wide);
      samples_q       <= samples_q + 11'd1;
    end else if (settle_i && lost_i) begin
      proportional_q <= '0;
    end
    // Second clock: is it a zero, or an error
    if (judge_q && enough) begin
      sum_q     <= '0;
      samples_q <= '0;
      zeroing_q <= 1'b0;
      if (zeroing_q) fine_q <= (ErrorWidth+1)'(pps_q ? sum_q : sum_q >>> 7);
      error_q  <= (ErrorWidth+1)'(sum_q) - fine_q;
      follow_q <= !zeroing_q;
    end
    // Third: the error is followed, or is a jump
    if (follow_q) begin
      if (leaps) begin
        counters_o[32*4+:32] <= counters_o[32*4+:32] + 32'd1;
        acquired_ms_q   <= '0;
        coarse_wanted_q <= 1'b1;
        zeroing_q       <= 1'b1;
        proportional_q  <= '0;
      end else begin
        phase_o        <= 32'(error_q);
        proportional_q <= error_wide <<< (5'd25 - k_q);
        share_q        <= error_shifted;
        add_q          <= 1'b1;
      end
    end
    if (add_q) moved_q <= 40'(integral_q) + 40'(share_q);
    if (limit_q) begin
      integral_q <= moved_q > 40'(MostIntegral) ? MostIntegral
                  : moved_q < -40'(MostIntegral) ? -MostIntegral : moved_q[38:0];
    end
    // Sixth: frequency and time
    if (settled_q) second_q <= seconds ? '0 : second_q + 13'd1;
    if (settled_q && seconds) since_s_o <= since_s_o + 32'd1;
    if (last_q) begin
      frequency_q <= wanted > MostFrequency ? MostFrequency[28:0]
                   : wanted < -MostFrequency ? -MostFrequency[28:0] : wanted[28:0];
      if (second_q == '0 && state_q == Locked) begin
        held_q <= held_q + apart_q;
        if (average_q != 3'd6) average_q <= average_q + 3'd1;
      end
      if (locks && acquired_ms_q < acquire_ms_i) acquired_ms_q <= acquired_ms_q + 20'd1;
      if (locks && acquired_ms_q >= acquire_ms_i) begin
        state_q   <= Locked;
        fast_q    <= 1'b0;
        known_q   <= 1'b1;
        second_q  <= '0;
        since_s_o <= '0;
        if (!known_q) held_q <= integral_q;
      end
    end
    if (frame_stb_i && longer_o) counters_o[31:0] <= counters_o[31:0] + 32'd1;
    if (frame_stb_i && shorter_o) counters_o[63:32] <= counters_o[63:32] + 32'd1;
    if (settle_i && select_i) begin
      second_q  <= '0;
      since_s_o <= '0;
      if (select_reference_i != None) counters_o[95:64] <= counters_o[95:64] + 32'd1;
      else if (known_q && !free_run_i && state_q != Holdover)
        counters_o[127:96] <= counters_o[127:96] + 32'd1;
    end
    if (rst_i) begin
      judge_q         <= 1'b0;
      settle_q        <= 1'b0;
      settled_q       <= 1'b0;
      added_q         <= 1'b0;
      limited_q       <= 1'b0;
      last_q          <= 1'b0;
      coarse_wanted_q <= 1'b1;
      zeroing_q       <= 1'b1;
      samples_q       <= '0;
      sum_q           <= '0;
      integral_q      <= '0;
      proportional_q  <= '0;
      held_q          <= '0;
      frequency_q     <= '0;
      state_q         <= FreeRun;
      reference_o     <= None;
      fast_q          <= 1'b0;
      known_q         <= 1'b0;
      phase_o         <= '0;
      second_q        <= '0;
      since_s_o       <= '0;
      acquired_ms_q   <= '0;
      average_q       <= 3'd1;
      counters_o      <= '0;
    end
  end
endmodule
`default_nettype wire
