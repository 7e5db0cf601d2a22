// SPDX-License-Identifier: MIT
// What the DTMF detector hears and decides, for boards: the lines are filtered and correlated one after
// another, 8 clocks each, when the last line's sample of a frame has come. A line whose hop of 32 samples is then
// complete, one in 32, is judged meanwhile, 190 clocks each. A line that is not enabled is taken as
// silence until all that is remembered of it is silence, and from then on left out.
//
// sample_stb_i gives a line's sample, lines ascending. write_stb_i says that a line is written, and with
// write_enable_i that it is enabled; enable_i and mute_i have that from the next clock on.
// mutes_o, muted_o, frame_o and events: see dtmf_detector.
`default_nettype none
module dtmf_sequential #(
    parameter int unsigned Lines     = 32,
    localparam int unsigned LineBits = Lines > 1 ? $clog2(Lines) : 1
) (
    input  logic                clk_i,
    input  logic                clk_slot_i,
    input  logic                clk_judge_i,
    input  logic                rst_i,
    output logic                awake_o,
    output logic                wake_o,
    output logic                judge_awake_o,
    output logic [Lines-1:0]    mutes_o,
    output logic [Lines-1:0]    muted_o,
    output logic [4:0]          frame_o,
    input  logic                sample_stb_i,
    input  logic [LineBits-1:0] sample_line_i,
    input  logic [15:0]         sample_i,
    input  logic [Lines-1:0]    enable_i,
    input  logic [Lines-1:0]    mute_i,
    input  logic                write_stb_i,
    input  logic [LineBits-1:0] write_line_i,
    input  logic                write_enable_i,
    output logic                event_valid_o,
    input  logic                event_ready_i,
    output logic [7:0]          event_kind_o,
    output logic [7:0]          event_index_o,
    output logic [15:0]         event_data_o
);
  localparam int unsigned Judged = (Lines + 31) / 32;

  // Samples of the frame
  logic [15:0] sample_ram[2**LineBits];
  logic [15:0] sample_q;
  logic        frame_complete_q;
  logic [LineBits-1:0] line_q;
  always_ff @(posedge clk_i) if (step_q != Idle) sample_q <= sample_ram[line_q];
  always_ff @(posedge clk_slot_i) begin
    if (sample_stb_i) sample_ram[sample_line_i] <= sample_i;
    frame_complete_q <= sample_stb_i && sample_line_i == LineBits'(Lines - 1) && !rst_i;
  end

  // What is to be forgotten of a line at its next decision.
  logic [Lines-1:0] forget_q;
  logic judge_start_q;
  logic [LineBits-1:0] judge_line_q;
  always_ff @(posedge clk_i) begin
    if (judge_start_q) forget_q[judge_line_q] <= 1'b0;
    if (step_q == Seek && rests_q[line_q] && hop_ends) forget_q[line_q] <= 1'b0;
    if (write_stb_i && !write_enable_i) forget_q[write_line_i] <= 1'b1;
    if (rst_i) forget_q <= '0;
  end

  // Sequence: 18 clocks for the references, then Lines + 1 periods of 8 (a line is correlated
  // while the next is filtered), 8 for the pipeline to empty, then the judge's end is waited for.
  localparam bit [2:0] Idle = 3'd0, Refer = 3'd1, Listen = 3'd2, Drain = 3'd3, Wait = 3'd4,
                       Seek = 3'd5;
  logic [2:0] step_q;
  logic [4:0] clock_q;
  logic [7:0] frame_q;
  logic       warm_q, filtering_q, correlating_q, period_end, hop_ends;
  logic [LineBits-1:0] correlate_line_q;
  assign period_end = clock_q == (step_q == Refer ? 5'd17 : 5'd7);
  assign hop_ends   = 5'(line_q) + frame_q[4:0] == 5'd31;
  assign wake_o  = frame_complete_q || judge_done;
  assign awake_o = wake_o || judge_start_q
                || (step_q != Idle && !(step_q == Wait && judging_q));
  always_ff @(posedge clk_i) begin
    if (step_q == Refer || step_q == Listen || step_q == Drain) begin
      clock_q <= period_end ? 5'd0 : clock_q + 5'd1;
    end
    case (step_q)
      Idle: begin
        line_q        <= '0;
        filtering_q   <= 1'b1;
        correlating_q <= 1'b0;
        clock_q       <= 5'd0;
        if (frame_complete_q) step_q <= Refer;
      end
      Refer: if (period_end) step_q <= Seek;
      Listen: begin
        if (period_end) begin
          correlate_line_q <= line_q;
          correlating_q    <= filtering_q;
          filtering_q      <= filtering_q && line_q != LineBits'(Lines - 1);
          line_q           <= line_q + 1'b1;
          if (!filtering_q) step_q <= Drain;
          else if (line_q != LineBits'(Lines - 1) && rests_q[line_q + 1'b1]) step_q <= Seek;
        end
      end
      Seek: begin  // the next line that does not rest
        if (!rests_q[line_q]) step_q <= Listen;
        else if (line_q != LineBits'(Lines - 1)) line_q <= line_q + 1'b1;
        else begin
          filtering_q <= 1'b0;
          step_q      <= correlating_q ? Listen : Drain;
        end
      end
      Drain: if (period_end) step_q <= Wait;
      default: begin
        if (!judging_q && whole_q == '0) begin
          step_q  <= Idle;
          frame_q <= frame_q + 8'd1;
          if (frame_q == 8'd255) warm_q <= 1'b1;
        end
      end
    endcase
    if (rst_i) begin
      step_q  <= Idle;
      frame_q <= 8'd0;
      warm_q  <= 1'b0;
    end
  end

  // Which of the lines whose hop is complete wait for the judge: one for each 32. He takes the lowest.
  logic                whole, take, judging_q, judge_done, judge_reads, judge_live_q, judge_mute_q;
  logic [Judged-1:0]   whole_q;
  logic [LineBits-1:0] whole_line, next_line;
  logic [1:0]          judge_hop_q;
  assign take = !judging_q && whole_q != '0;
  always_comb begin
    next_line = '0;
    if (take) begin
      for (int unsigned n = 0; n < Judged; n++) begin
        if (whole_q[Judged-1-n]) next_line = LineBits'(32 * (Judged - n) - 1 - 32'(frame_q[4:0]));
      end
    end
  end
  always_ff @(posedge clk_i) begin
    judge_start_q <= 1'b0;
    if (judge_start_q) begin
      judge_live_q <= enable_i[judge_line_q] && !forget_q[judge_line_q] && warm_q;
      judge_mute_q <= mute_i[judge_line_q];
    end
    if (judge_done) judging_q <= 1'b0;
    if (whole || take) begin
      whole_q <= (take ? whole_q & (whole_q - 1'b1) : whole_q)
               | (whole ? Judged'(1) << (whole_line >> 5) : Judged'(0));
    end
    if (take) begin
      judging_q     <= 1'b1;
      judge_start_q <= 1'b1;
      judge_line_q  <= next_line;
      judge_hop_q   <= 2'((frame_q[6:0] + 7'(next_line)) >> 5);
    end
    if (rst_i) begin
      whole_q       <= '0;
      judging_q     <= 1'b0;
      judge_start_q <= 1'b0;
    end
  end

  // A line rests after seven windows of silence: then nothing of a sound is left in its sums, its
  // windows and its state, and one more would change nothing.
  logic [Lines-1:0]   rests_q;
  logic [3*Lines-1:0] quiet_q;
  always_ff @(posedge clk_i) begin
    if (judge_start_q && !enable_i[judge_line_q]) begin
      quiet_q[3*judge_line_q+:3] <= quiet_q[3*judge_line_q+:3] + 3'd1;
      rests_q[judge_line_q]      <= quiet_q[3*judge_line_q+:3] == 3'd6;
    end
    if (write_stb_i && write_enable_i) begin
      quiet_q[3*write_line_i+:3] <= 3'd0;
      rests_q[write_line_i]      <= 1'b0;
    end
    if (rst_i) begin
      quiet_q <= '0;
      rests_q <= '0;
    end
  end

  // Cosine and sine of the eight frequencies in this frame, common to all lines.
  function automatic logic [15:0] increment(input logic [2:0] tone);  // f / 8000 · 65536 (Q.23)
    case (tone)
      3'd0:    increment = 16'd5710;
      3'd1:    increment = 16'd6308;
      3'd2:    increment = 16'd6980;
      3'd3:    increment = 16'd7709;
      3'd4:    increment = 16'd9904;
      3'd5:    increment = 16'd10945;
      3'd6:    increment = 16'd12100;
      default: increment = 16'd13378;
    endcase
  endfunction
  logic [127:0] phases_q;  // the lowest word is next
  logic [15:0]  phase;
  logic signed [15:0] sine;
  logic [63:0]  reference_ram[4], reference_q;  // four references a word, the lowest first
  logic [1:0]   reference_word;
  logic [47:0]  gathered_q;
  assign phase = clock_q[0] ? phases_q[15:0] : phases_q[15:0] + 16'h4000;
  sine_rom u_sine (.clk_i, .enable_i(step_q == Refer), .phase_i(phase), .sine_o(sine));
  always_ff @(posedge clk_i) begin
    if (step_q == Refer) begin
      if (clock_q[0] && !clock_q[4]) begin
        phases_q <= {phases_q[15:0] + increment(clock_q[3:1]), phases_q[127:16]};
      end
      gathered_q <= {sine, gathered_q[47:16]};
      if (clock_q[1:0] == 2'd1) reference_ram[2'(clock_q[4:2] - 3'd1)] <= {sine, gathered_q};
    end
    if (step_q == Listen) reference_q <= reference_ram[reference_word];
    if (rst_i) phases_q <= '0;
  end

  logic signed [17:0] filtered;
  logic signed [15:0] unfiltered;
  dtmf_prefilter #(.LineBits(LineBits)) u_prefilter (
      .clk_i, .start_i(step_q == Listen && filtering_q && clock_q == 5'd1), .line_i(line_q),
      .live_i(enable_i[line_q] && warm_q), .sample_i(sample_q),
      .filtered_o(filtered), .unfiltered_o(unfiltered));

  logic [4:0]  sum_index;
  logic [35:0] sum;
  assign frame_o = frame_q[4:0];
  dtmf_correlator #(.LineBits(LineBits)) u_correlator (
      .clk_i, .clk_read_i(clk_judge_i), .rst_i,
      .start_i(step_q == Listen && correlating_q && clock_q == 5'd0), .line_i(correlate_line_q),
      .hop_begins_i(5'(correlate_line_q) + frame_q[4:0] == 5'd0),
      .hop_ends_i(5'(correlate_line_q) + frame_q[4:0] == 5'd31), .sample_i(filtered),
      .unfiltered_i(unfiltered),
      .reference_word_o(reference_word), .reference_i(reference_q),
      .whole_o(whole), .whole_line_o(whole_line),
      .read_i(judge_reads), .read_line_i(judge_line_q), .read_index_i(sum_index), .sum_o(sum));

  dtmf_judge #(.Lines(Lines)) u_judge (
      .clk_i(clk_judge_i), .rst_i, .start_i(judge_start_q), .line_i(judge_line_q),
      .hop_i(judge_hop_q), .live_i(judge_live_q), .mute_i(judge_mute_q), .mutes_o, .muted_o,
      .done_o(judge_done), .awake_o(judge_awake_o),
      .reads_o(judge_reads), .sum_index_o(sum_index), .sum_i(sum),
      .event_valid_o, .event_ready_i, .event_kind_o, .event_index_o, .event_data_o);
endmodule
`default_nettype wire
