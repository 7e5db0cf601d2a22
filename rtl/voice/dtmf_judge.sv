// SPDX-License-Identifier: MIT
// Judge of the DTMF detector: decides from the windows of a line when a digit begins and ends, and
// from its hops when one is suspected.
// What counts is said and numbered in dsp/golden/dtmf_detector.hpp; this does the same.
//
// start_i begins with a line; done_o ends, at most 190 clocks later if no event waits. The state
// of the lines is in RAM, eleven words a line.
// Not guaranteed: done_o, while an event before the last waits for event_ready_i.
`default_nettype none
module dtmf_judge #(
    parameter int unsigned Lines     = 32,
    localparam int unsigned LineBits = Lines > 1 ? $clog2(Lines) : 1
) (
    input  logic                clk_i,
    input  logic                rst_i,
    input  logic                start_i,
    input  logic [LineBits-1:0] line_i,    // held until done_o
    input  logic [1:0]          hop_i,     // held until done_o
    input  logic                live_i,    // the line is listened to and has been since the last
    input  logic                mute_i,    // digits of the line are to be muted
    output logic                done_o,
    output logic                awake_o,   // low: the next clock changes nothing
    output logic                reads_o,   // sum_index_o is used
    output logic [4:0]          sum_index_o,
    input  logic [35:0]         sum_i,     // of sum_index_o the clock before
    output logic [Lines-1:0]    mutes_o,   // as was decided last of each line …
    output logic [Lines-1:0]    muted_o,   // … and the hop before
    output logic                event_valid_o,
    input  logic                event_ready_i,
    output logic [7:0]          event_kind_o,
    output logic [7:0]          event_index_o,
    output logic [15:0]         event_data_o
);
  localparam bit [2:0]  WindowsOn  = 3'd7;  // in a row make a digit
  localparam bit [2:0]  WindowsOff = 3'd5;  // in a row without it end it
  localparam bit [35:0] LeastPower = 36'd65536;
  localparam bit [8:0]  MostLevelDrift = 9'd13;
  localparam bit [9:0]  MostTwistDrift = 10'd9;

  // 32 · tan(2π · f · 2 % · 4 ms)
  function automatic logic [5:0] steepest(input logic [2:0] tone);
    case (tone)
      3'd0:    steepest = 6'd12;
      3'd1:    steepest = 6'd13;
      3'd2:    steepest = 6'd15;
      3'd3:    steepest = 6'd16;
      3'd4:    steepest = 6'd22;
      3'd5:    steepest = 6'd25;
      3'd6:    steepest = 6'd29;
      default: steepest = 6'd34;
    endcase
  endfunction

  // Each step does one thing with what stands in registers: one comparison, or one sum.
  localparam bit [4:0] Idle = 5'd0, Load = 5'd1, Window = 5'd2, Energy = 5'd3, Total = 5'd4,
                       Sums = 5'd5, Thrice = 5'd6, Test = 5'd7, Octaves = 5'd8, Candidate = 5'd9,
                       Twist = 5'd10, Collect = 5'd11, Slope = 5'd12, Steady = 5'd13,
                       Begin = 5'd14, Decide = 5'd15, Store = 5'd16, Report = 5'd17;
  logic [4:0] step_q;
  logic [3:0] word_q;

  // The window
  logic        window_done;
  logic [3:0]  window_index, digit;
  logic [35:0] low, low_second, high, high_second, hop_low, hop_high;
  logic signed [26:0] row_re, row_im, column_re, column_im;
  dtmf_window #(.LineBits(LineBits)) u_window (
      .clk_i, .rst_i, .start_i, .line_i, .hop_i, .sum_index_o(window_index), .sum_i(sum_i[35:17]),
      .done_o(window_done), .digit_o(digit), .low_o(low), .low_second_o(low_second),
      .high_o(high), .high_second_o(high_second), .hop_low_o(hop_low), .hop_high_o(hop_high),
      .row_re_o(row_re), .row_im_o(row_im),
      .column_re_o(column_re), .column_im_o(column_im));
  always_comb begin
    case (step_q)
      Energy:  sum_index_o = 5'd16;
      Total:   sum_index_o = 5'd17;
      default: sum_index_o = {1'b0, window_index};
    endcase
  end

  // State of the line, in the order of its words.
  logic signed [35:0] row_re_q, row_im_q, column_re_q, column_im_q;
  logic [35:0] power_q, energy_q, energy_1_q, energy_2_q;
  logic        suspected_q, on_q;
  logic [3:0]  candidate_q, digit_q;
  logic [2:0]  run_q, missed_q;
  logic [13:0] length_q;
  logic [8:0]  low_least_q, low_most_q, high_least_q, high_most_q;
  logic signed [9:0] twist_least_q, twist_most_q;

  logic [35:0] state_ram[2**(LineBits + 4)];
  logic [35:0] load_q, store;
  always_comb begin
    store = 36'd0;
    if (step_q == Store) case (word_q)
      4'd0:    store = row_re_q;
      4'd1:    store = row_im_q;
      4'd2:    store = column_re_q;
      4'd3:    store = column_im_q;
      4'd4:    store = power_q;
      4'd5:    store = energy_q;
      4'd6:    store = energy_1_q;
      4'd7:    store = energy_2_q;
      4'd8:    store = {6'd0, suspected_q, on_q, candidate_q, digit_q, run_q, missed_q, length_q};
      4'd9:    store = {low_least_q, low_most_q, high_least_q, high_most_q};
      default: store = {16'd0, twist_least_q, twist_most_q};
    endcase
  end
  always_ff @(posedge clk_i) begin
    if (step_q == Load) load_q <= state_ram[{line_i, word_q}];
    if (step_q == Store) state_ram[{line_i, word_q}] <= store;
  end

  // Sequence
  logic octaves_done, off_event_q, on_event_q, reported;
  assign reported = step_q == Report && (!event_valid_o || event_ready_i);
  assign reads_o  = step_q == Load || step_q == Window || step_q == Energy || step_q == Total;
  assign awake_o  = start_i || step_q != Idle || done_o || event_valid_o;
  always_ff @(posedge clk_i) begin
    done_o <= 1'b0;
    if (step_q != Idle) word_q <= word_q + 4'd1;
    if (step_q != Idle) case (step_q)
      Load: if (word_q == 4'd11) step_q <= Window;
      Window: if (window_done) step_q <= Energy;
      Octaves: if (octaves_done) step_q <= Candidate;
      Collect: begin
        word_q <= 4'd0;
        step_q <= Slope;
      end
      Slope: if (word_q == 4'd5) step_q <= Steady;
      Decide: begin
        word_q <= 4'd0;
        step_q <= Store;
      end
      Store: if (word_q == 4'd10) step_q <= Report;
      Report: begin
        if (reported && !off_event_q && !on_event_q) begin
          step_q <= Idle;
          done_o <= 1'b1;
        end
      end
      default: step_q <= step_q + 5'd1;
    endcase
    if (start_i) begin
      step_q <= Load;
      word_q <= 4'd0;
    end
    if (rst_i) begin
      step_q <= Idle;
      done_o <= 1'b0;
    end
  end

  // Tests of the window
  logic [35:0] sum_q;                  // the hop's energy, then that before the high-pass
  logic [37:0] total_q, thrice_q;
  logic [36:0] both_q, hop_both_q;
  logic [39:0] high_11_q;
  logic loud_q, clear_q, twist_low_q, twist_high_q, pure_q, hit_q, same_q;
  logic hop_loud_q, hop_twist_low_q, hop_twist_high_q, hop_sudden_q, hop_pair_q, hop_pure_q;
  logic [35:0] low_shift_q, high_shift_q;
  logic [5:0]  low_octave_q, high_octave_q;
  logic [8:0]  low_level_q, high_level_q;
  logic signed [9:0] twist_level_q;
  logic hit;
  assign octaves_done = low_shift_q < 36'd16 && high_shift_q < 36'd16;
  assign hit = loud_q && clear_q && twist_low_q && twist_high_q && pure_q;
  always_ff @(posedge clk_i) begin
    if (step_q != Idle) case (step_q)
      Total: sum_q <= sum_i;
      Sums: begin
        sum_q      <= sum_i;
        total_q    <= 38'(sum_q) + 38'(energy_1_q) + 38'(energy_2_q);
        both_q     <= 37'(low) + 37'(high);
        hop_both_q <= 37'(hop_low) + 37'(hop_high);
        high_11_q  <= {1'd0, high, 3'd0} + {3'd0, high, 1'd0} + 40'(high);
        hop_loud_q       <= hop_low >= LeastPower && hop_high >= LeastPower;
        hop_twist_low_q  <= 39'(hop_high) <= {hop_low, 3'd0};
        hop_twist_high_q <= 40'(hop_low) <= {hop_high, 4'd0};
        hop_sudden_q     <= {energy_2_q, 3'd0} <= 39'(sum_q);
      end
      Thrice: thrice_q <= 38'(energy_1_q) + 38'({energy_1_q, 1'b0});
      Test: begin
        loud_q       <= low >= LeastPower && high >= LeastPower;
        clear_q      <= {low_second, 2'd0} <= 38'(low) && {high_second, 2'd0} <= 38'(high);
        twist_low_q  <= 38'(high) <= {low, 2'd0};
        twist_high_q <= 40'(low) <= high_11_q;
        pure_q       <= {both_q, 3'd0} >= 40'(total_q);
        hop_pair_q   <= hop_loud_q && hop_twist_low_q && hop_twist_high_q
                     && {hop_both_q, 2'd0} >= 39'(thrice_q);
        hop_pure_q   <= 38'({sum_q, 1'b0}) <= thrice_q;
        low_shift_q   <= low;
        high_shift_q  <= high;
        low_octave_q  <= 6'd0;
        high_octave_q <= 6'd0;
      end
      Octaves: begin
        if (low_shift_q >= 36'd16) begin
          low_shift_q  <= low_shift_q >> 1;
          low_octave_q <= low_octave_q + 6'd1;
        end
        if (high_shift_q >= 36'd16) begin
          high_shift_q  <= high_shift_q >> 1;
          high_octave_q <= high_octave_q + 6'd1;
        end
      end
      Candidate: begin
        hit_q  <= hit;
        same_q <= hit && on_q && digit == digit_q;
        low_level_q  <= {low_octave_q, 3'd0} + 9'(low_shift_q[3:0]);
        high_level_q <= {high_octave_q, 3'd0} + 9'(high_shift_q[3:0]);
      end
      Twist: twist_level_q <= $signed({1'b0, high_level_q}) - $signed({1'b0, low_level_q});
      default: ;
    endcase
  end

  // What shows speech
  logic signed [41:0] row_slope_q, column_slope_q;
  logic [39:0] power_14_q, power_13_q;
  logic [35:0] row_turn_q, column_turn_q;
  logic [8:0]  low_drift_q, high_drift_q;
  logic signed [9:0] twist_drift_q;
  logic ahead_q, row_on_q, column_on_q, row_centred_q, column_centred_q, steady_q;
  logic most_energy_q, nearly_all_q, begins_q;
  logic [5:0] row_steep, column_steep;
  always_comb begin
    row_steep    = 6'd0;
    column_steep = 6'd0;
    if (step_q == Slope) begin
      row_steep    = steepest({1'b0, candidate_q[3:2]});
      column_steep = steepest({1'b1, candidate_q[1:0]});
    end
  end
  always_ff @(posedge clk_i) begin
    if (step_q != Idle) case (step_q)
      Collect: begin
        row_slope_q    <= 42'sd0;
        column_slope_q <= 42'sd0;
      end
      Slope: begin
        row_slope_q    <= (row_slope_q <<< 1) + (row_steep[3'd5 - word_q[2:0]] ? 42'(row_re_q) : 42'sd0);
        column_slope_q <= (column_slope_q <<< 1)
                        + (column_steep[3'd5 - word_q[2:0]] ? 42'(column_re_q) : 42'sd0);
        // These stand long before the last of its clocks.
        row_turn_q    <= row_im_q < 0 ? -row_im_q : row_im_q;
        column_turn_q <= column_im_q < 0 ? -column_im_q : column_im_q;
        power_14_q    <= {power_q, 4'd0} - {3'd0, power_q, 1'd0};
        power_13_q    <= power_14_q - 40'(power_q);
        low_drift_q   <= low_most_q - low_least_q;
        high_drift_q  <= high_most_q - high_least_q;
        twist_drift_q <= twist_most_q - twist_least_q;
        ahead_q       <= row_re_q > 0 && column_re_q > 0;
      end
      Steady: begin
        row_on_q         <= $signed({1'b0, row_turn_q, 5'd0}) <= row_slope_q;
        column_on_q      <= $signed({1'b0, column_turn_q, 5'd0}) <= column_slope_q;
        row_centred_q    <= $signed({1'b0, row_turn_q, 6'd0}) <= 43'(row_slope_q);
        column_centred_q <= $signed({1'b0, column_turn_q, 6'd0}) <= 43'(column_slope_q);
        steady_q         <= low_drift_q <= MostLevelDrift && high_drift_q <= MostLevelDrift
                         && twist_drift_q <= $signed(MostTwistDrift);
        most_energy_q    <= {3'd0, energy_q, 1'd0} <= power_14_q;
        nearly_all_q     <= {3'd0, energy_q, 1'd0} <= power_13_q;
      end
      Begin: begin
        begins_q <= run_q == WindowsOn && ahead_q && row_on_q && column_on_q && steady_q
                 && (row_centred_q && column_centred_q ? nearly_all_q : most_energy_q);
      end
      default: ;
    endcase
  end

  // The state: loaded, a window collected, decided.
  logic [13:0] off_length_q;
  always_ff @(posedge clk_i) begin
    if (step_q != Idle) case (step_q)
      Load: begin
        case (word_q)  // the word before has come
          4'd1:    row_re_q    <= load_q;
          4'd2:    row_im_q    <= load_q;
          4'd3:    column_re_q <= load_q;
          4'd4:    column_im_q <= load_q;
          4'd5:    power_q     <= load_q;
          4'd6:    energy_q    <= load_q;
          4'd7:    energy_1_q  <= load_q;
          4'd8:    energy_2_q  <= load_q;
          4'd9:    {suspected_q, on_q, candidate_q, digit_q, run_q, missed_q, length_q} <= load_q[29:0];
          4'd10:   {low_least_q, low_most_q, high_least_q, high_most_q} <= load_q;
          4'd11:   {twist_least_q, twist_most_q} <= load_q[19:0];
          default: ;
        endcase
        off_event_q <= 1'b0;
        on_event_q  <= 1'b0;
      end
      Sums: begin
        energy_1_q <= sum_q;
        energy_2_q <= energy_1_q;
      end
      Collect: begin
        if (!hit_q || same_q) run_q <= 3'd0;
        else if (run_q == 3'd0 || digit != candidate_q) begin
          candidate_q <= digit;
          run_q       <= 3'd1;
          row_re_q    <= 36'sd0;
          row_im_q    <= 36'sd0;
          column_re_q <= 36'sd0;
          column_im_q <= 36'sd0;
          power_q     <= 36'(both_q[36:4]);
          energy_q    <= 36'(total_q[37:4]);
          low_least_q   <= low_level_q;
          low_most_q    <= low_level_q;
          high_least_q  <= high_level_q;
          high_most_q   <= high_level_q;
          twist_least_q <= twist_level_q;
          twist_most_q  <= twist_level_q;
        end else begin
          run_q       <= run_q + 3'd1;
          row_re_q    <= row_re_q + 36'(row_re);
          row_im_q    <= row_im_q + 36'(row_im);
          column_re_q <= column_re_q + 36'(column_re);
          column_im_q <= column_im_q + 36'(column_im);
          power_q     <= power_q + 36'(both_q[36:4]);
          energy_q    <= energy_q + 36'(total_q[37:4]);
          if (low_level_q < low_least_q) low_least_q <= low_level_q;
          if (low_level_q > low_most_q) low_most_q <= low_level_q;
          if (high_level_q < high_least_q) high_least_q <= high_level_q;
          if (high_level_q > high_most_q) high_most_q <= high_level_q;
          if (twist_level_q < twist_least_q) twist_least_q <= twist_level_q;
          if (twist_level_q > twist_most_q) twist_most_q <= twist_level_q;
        end
      end
      Decide: begin
        suspected_q <= live_i && hop_pure_q
                    && ((hit_q && (suspected_q || run_q >= 3'd2))
                        || (hop_pair_q && (suspected_q || hop_sudden_q)));
        off_length_q <= length_q;
        if (run_q == WindowsOn) run_q <= 3'd0;  // what did not pass may pass with the next seven
        if (same_q) begin
          missed_q <= 3'd0;
          length_q <= length_q > 14'd16370 ? 14'd16382 : length_q + 14'(missed_q) + 14'd1;
        end else if (on_q) begin
          missed_q    <= missed_q + 3'd1;
          off_event_q <= missed_q == WindowsOff - 3'd1 || begins_q;
          on_q        <= missed_q != WindowsOff - 3'd1 && !begins_q;
        end
        if (begins_q) begin
          on_event_q <= 1'b1;
          on_q       <= 1'b1;
          digit_q    <= candidate_q;
          missed_q   <= 3'd0;
          length_q   <= 14'(WindowsOn);
        end
        if (!live_i) begin
          run_q       <= 3'd0;
          on_q        <= 1'b0;
          off_event_q <= 1'b0;
          on_event_q  <= 1'b0;
        end
      end
      Report: begin
        if (reported && off_event_q) off_event_q <= 1'b0;
        else if (reported) on_event_q <= 1'b0;
      end
      default: ;
    endcase
  end

  // Muting
  always_ff @(posedge clk_i) begin
    if (step_q == Store && word_q == 4'd0) begin
      mutes_o[line_i] <= mute_i && (suspected_q || on_q);
      muted_o[line_i] <= mutes_o[line_i];
    end
    if (rst_i) begin
      mutes_o <= '0;
      muted_o <= '0;
    end
  end

  // Events
  localparam bit [127:0] Digits = "123A456B789C*0#D";
  assign event_index_o = 8'(event_line_q);
  logic [LineBits-1:0] event_line_q;
  always_ff @(posedge clk_i) begin
    if (event_ready_i) event_valid_o <= 1'b0;
    if (reported && (off_event_q || on_event_q)) begin
      event_valid_o <= 1'b1;
      event_line_q  <= line_i;
      event_kind_o  <= off_event_q ? switchroom_regs::EventKindDtmfOff
                                   : switchroom_regs::EventKindDtmfOn;
      event_data_o  <= off_event_q ? {off_length_q + 14'd1, 2'd0}
                                   : {8'd0, Digits[8*(4'd15-digit_q)+:8]};
    end
    if (rst_i) event_valid_o <= 1'b0;
  end
endmodule
`default_nettype wire
