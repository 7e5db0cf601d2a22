// SPDX-License-Identifier: MIT
// What the DTMF detector hears and decides, for simulations: all lines are filtered and correlated in the
// clock after the last one's sample, and those whose hop is then complete are judged in the clocks
// that follow, one in each. Ports and what is relied upon are dtmf_sequential's, what counts is said and
// numbered in dsp/golden/dtmf_detector.hpp.
//
// mutes_o, muted_o and frame_o speak of the next frame a clock for each 32 lines and 3 after the last
// line's sample, if no event waits.
`default_nettype none
module dtmf_one_clock #(
    parameter int unsigned Lines     = 32,
    localparam int unsigned LineBits = Lines > 1 ? $clog2(Lines) : 1
) (
    input  logic                clk_i,
    input  logic                clk_slot_i,
    input  logic                rst_i,
    output logic                awake_o,
    output logic                wake_o,
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
  localparam bit signed [63:0] LeastPower = 64'sd65536;
  localparam bit [2:0] WindowsOn = 3'd7, WindowsOff = 3'd5;
  localparam bit signed [15:0] MostLevelDrift = 16'sd13, MostTwistDrift = 16'sd9;

  localparam bit [127:0] Digits = "123A456B789C*0#D";

  logic [15:0] sample_ram[2**LineBits];
  logic frame_complete_q;
  always_ff @(posedge clk_slot_i) begin
    if (sample_stb_i) sample_ram[sample_line_i] <= sample_i;
    frame_complete_q <= sample_stb_i && sample_line_i == LineBits'(Lines - 1) && !rst_i;
  end

  // Cosine and sine of the eight frequencies in this frame, common to all lines.
  localparam int unsigned Points = 1024;
  localparam real HalfTurn = 3.14159265358979323846;
  logic [14:0] rom[Points];  // as sine_rom's
  initial begin
    for (int i = 0; i < Points; i++) begin
      rom[i] = 15'($rtoi(32767.0 * $sin((i + 0.5) * HalfTurn / (2.0 * Points)) + 0.5));
    end
  end
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
  // 32 · tan(2π · f · 2 % · 4 ms)
  function automatic logic signed [63:0] steepest(input logic [2:0] tone);
    case (tone)
      3'd0:    steepest = 64'sd12;
      3'd1:    steepest = 64'sd13;
      3'd2:    steepest = 64'sd15;
      3'd3:    steepest = 64'sd16;
      3'd4:    steepest = 64'sd22;
      3'd5:    steepest = 64'sd25;
      3'd6:    steepest = 64'sd29;
      default: steepest = 64'sd34;
    endcase
  endfunction
  function automatic logic signed [63:0] limit18(input logic signed [63:0] value);
    limit18 = value > 64'sd131071 ? 64'sd131071 : value < -64'sd131072 ? -64'sd131072 : value;
  endfunction
  // 8 · log2 of a power, linear between octaves.
  function automatic logic signed [15:0] eighths(input logic signed [63:0] power);
    logic [63:0] rest;
    eighths = 16'sd0;
    for (rest = power; rest >= 64'd16; rest = rest >> 1) eighths = eighths + 16'sd8;
    eighths = eighths + $signed({12'd0, rest[3:0]});
  endfunction
  function automatic logic signed [63:0] most(input logic signed [63:0] a, input logic signed [63:0] b);
    most = a > b ? a : b;
  endfunction

  // Of all lines. Numbers of 64 bits are what a simulation has at no cost.
  logic [15:0]        phase_mem[8];
  logic signed [63:0] reference_mem[16];
  logic signed [63:0] past_mem[2**LineBits][6];   // x, y, z of the frame before, and of two before
  logic signed [63:0] sums_mem[2**LineBits][16];  // of the present hop: eight pairs …
  logic signed [63:0] energy_mem[2**LineBits], unfiltered_mem[2**LineBits];
  logic signed [63:0] hops_mem[2**LineBits][48];  // those of three hops before, latest first
  logic signed [63:0] energy_1_mem[2**LineBits], energy_2_mem[2**LineBits];
  // The candidate: sums of its turns, row re, im, column re, im; its power and energy.
  logic signed [63:0] turn_mem[2**LineBits][4], power_mem[2**LineBits], total_mem[2**LineBits];
  logic signed [15:0] level_mem[2**LineBits][6];  // least and most of low, high, twist
  logic [15:0]        state_mem[2**LineBits];     // suspected, on, candidate, digit, run, missed
  logic [13:0]        length_mem[2**LineBits];
  // A line rests after seven windows of silence, see dtmf_sequential.
  logic forget_mem[2**LineBits], rests_mem[2**LineBits];
  logic [2:0] quiet_mem[2**LineBits];
  logic signed [63:0] window_mem[16], before_mem[16], tone_mem[8], hop_tone_mem[8];  // while a line is judged

  // The memories are of these tasks alone.
  /* verilator lint_off BLKSEQ */
  task automatic listen();
    /* verilator lint_off UNUSEDSIGNAL */  // the low four bits are truncated
    logic [15:0] phase;
    /* verilator lint_on UNUSEDSIGNAL */
    logic signed [63:0] x, y, z, x1, y1, z1, x2, y2, z2;
    logic [LineBits-1:0] line;
    for (logic [31:0] tone = 0; tone < 8; tone++) begin
      for (logic [31:0] sine = 0; sine < 2; sine++) begin
        phase = phase_mem[3'(tone)] + (sine == 32'd0 ? 16'h4000 : 16'd0);
        z     = 64'($signed({1'b0, rom[phase[14] ? ~phase[13:4] : phase[13:4]]}));
        reference_mem[4'(2 * tone + sine)] = phase[15] ? -z : z;
      end
      phase_mem[3'(tone)] = phase_mem[3'(tone)] + increment(3'(tone));
    end
    for (logic [31:0] n = 0; n < Lines; n++) begin
      line = LineBits'(n);
      if (!rests_mem[line]) begin
        {x, x1, y1, z1, x2, y2, z2} = '0;
        if (enable_i[line] && warm_q) begin
          x  = 64'($signed(sample_ram[line]));
          x1 = past_mem[line][0];
          y1 = past_mem[line][1];
          z1 = past_mem[line][2];
          x2 = past_mem[line][3];
          y2 = past_mem[line][4];
          z2 = past_mem[line][5];
        end
        y = limit18((64'sd13124 * (x + x2) - 64'sd25251 * x1 + 64'sd23012 * y1 - 64'sd8896 * y2 + 64'sd8192) >>> 14);
        z = limit18((64'sd13124 * (y + y2) - 64'sd24579 * y1 + 64'sd26693 * z1 - 64'sd13982 * z2 + 64'sd8192) >>> 14);
        past_mem[line][0] = x;
        past_mem[line][1] = y;
        past_mem[line][2] = z;
        past_mem[line][3] = x1;
        past_mem[line][4] = y1;
        past_mem[line][5] = z1;
        if (frame_q[4:0] + 5'(n) == 5'd0) begin
          for (logic [31:0] k = 0; k < 16; k++) sums_mem[line][4'(k)] = '0;
          energy_mem[line]     = '0;
          unfiltered_mem[line] = '0;
        end
        for (logic [31:0] k = 0; k < 16; k++) begin
          sums_mem[line][4'(k)] = sums_mem[line][4'(k)] + ((z * reference_mem[4'(k)]) >>> 2);
        end
        energy_mem[line]     = energy_mem[line] + ((z * z) >>> 4);
        unfiltered_mem[line] = unfiltered_mem[line] + ((x * x) >>> 4);
      end
    end
  endtask

  // The strongest of the four from `group` on, and the power of the second.
  task automatic strongest(input logic [2:0] group, output logic [2:0] best, output logic signed [63:0] second);
    best   = group;
    second = '0;
    for (logic [31:0] n = 1; n < 4; n++) begin
      if (tone_mem[group + 3'(n)] > tone_mem[best]) begin
        second = tone_mem[best];
        best   = group + 3'(n);
      end else second = most(second, tone_mem[group + 3'(n)]);
    end
  endtask

  task automatic judge(input logic [LineBits-1:0] line, input logic live, output logic mutes, output logic ended,
                       output logic began, output logic [13:0] ended_length, output logic [3:0] began_digit);
    logic suspected, on, clean, pair, sudden, hit, same, begins, centred, on_frequency;
    logic [3:0] candidate, digit, found;
    logic [2:0] run, missed, row, column;
    logic [13:0] length;
    logic signed [63:0] hop, common, total, low, high, low_second, high_second, row_limit, column_limit, row_turn,
        column_turn, a, b, c, d;
    logic signed [15:0] low_level, high_level, twist;
    // The window that ends with this hop
    for (logic [31:0] k = 0; k < 8; k++) begin
      tone_mem[3'(k)]     = '0;
      hop_tone_mem[3'(k)] = '0;
    end
    for (logic [31:0] k = 0; k < 16; k++) begin
      hop    = limit18(sums_mem[line][4'(k)] >>> 17);
      common = hops_mem[line][6'(k)] + hops_mem[line][6'(k + 16)];
      window_mem[4'(k)] = (hop + common) >>> 2;
      before_mem[4'(k)] = (common + hops_mem[line][6'(k + 32)]) >>> 2;
      tone_mem[3'(k >> 1)]     = tone_mem[3'(k >> 1)] + window_mem[4'(k)] * window_mem[4'(k)];
      hop_tone_mem[3'(k >> 1)] = hop_tone_mem[3'(k >> 1)] + hop * hop;
      hops_mem[line][6'(k + 32)] = hops_mem[line][6'(k + 16)];
      hops_mem[line][6'(k + 16)] = hops_mem[line][6'(k)];
      hops_mem[line][6'(k)]      = hop;
    end
    total = energy_mem[line] + energy_1_mem[line] + energy_2_mem[line];
    low   = most(most(hop_tone_mem[0], hop_tone_mem[1]), most(hop_tone_mem[2], hop_tone_mem[3]));
    high  = most(most(hop_tone_mem[4], hop_tone_mem[5]), most(hop_tone_mem[6], hop_tone_mem[7]));
    clean  = 2 * unfiltered_mem[line] <= 3 * energy_mem[line];
    pair  = low >= LeastPower && high >= LeastPower && high <= 8 * low && low <= 16 * high
         && 4 * (low + high) >= 3 * energy_mem[line];
    sudden = 8 * energy_2_mem[line] <= energy_mem[line];
    energy_2_mem[line] = energy_1_mem[line];
    energy_1_mem[line] = energy_mem[line];
    strongest(3'd0, row, low_second);
    strongest(3'd4, column, high_second);
    low   = tone_mem[row];
    high  = tone_mem[column];
    found = {row[1:0], column[1:0]};
    low_level  = eighths(low);
    high_level = eighths(high);
    twist      = high_level - low_level;
    hit = low >= LeastPower && high >= LeastPower && low_second * 4 <= low && high_second * 4 <= high
       && high <= 4 * low && low <= 11 * high && 8 * (low + high) >= total;

    {suspected, on, candidate, digit, run, missed} = state_mem[line];
    length    = length_mem[line];
    {ended, began} = 2'd0;
    same = on && hit && found == digit;
    if (!hit || same) run = 3'd0;
    else begin
      if (run == 3'd0 || found != candidate) begin
        candidate = found;
        run       = 3'd0;
        for (logic [31:0] k = 0; k < 4; k++) turn_mem[line][2'(k)] = '0;
        power_mem[line]    = '0;
        total_mem[line]    = '0;
        level_mem[line][0] = low_level;
        level_mem[line][1] = low_level;
        level_mem[line][2] = high_level;
        level_mem[line][3] = high_level;
        level_mem[line][4] = twist;
        level_mem[line][5] = twist;
      end else begin
        // How far the phases turned since the window before; nothing is said of it by the first.
        for (logic [31:0] k = 0; k < 2; k++) begin
          a = window_mem[{k == 32'd0 ? row : column, 1'b0}];
          b = window_mem[{k == 32'd0 ? row : column, 1'b1}];
          c = before_mem[{k == 32'd0 ? row : column, 1'b0}];
          d = before_mem[{k == 32'd0 ? row : column, 1'b1}];
          turn_mem[line][2'(2 * k)]     = turn_mem[line][2'(2 * k)] + ((a * c + b * d) >>> 10);
          turn_mem[line][2'(2 * k + 1)] = turn_mem[line][2'(2 * k + 1)] + ((b * c - a * d) >>> 10);
        end
        if (low_level < level_mem[line][0]) level_mem[line][0] = low_level;
        if (low_level > level_mem[line][1]) level_mem[line][1] = low_level;
        if (high_level < level_mem[line][2]) level_mem[line][2] = high_level;
        if (high_level > level_mem[line][3]) level_mem[line][3] = high_level;
        if (twist < level_mem[line][4]) level_mem[line][4] = twist;
        if (twist > level_mem[line][5]) level_mem[line][5] = twist;
      end
      run = run + 3'd1;
      power_mem[line] = power_mem[line] + ((low + high) >>> 4);
      total_mem[line] = total_mem[line] + (total >>> 4);
    end
    begins = 1'b0;
    if (run == WindowsOn) begin
      row_turn     = turn_mem[line][1] < 0 ? -turn_mem[line][1] : turn_mem[line][1];
      column_turn  = turn_mem[line][3] < 0 ? -turn_mem[line][3] : turn_mem[line][3];
      row_limit    = steepest({1'b0, candidate[3:2]}) * turn_mem[line][0];
      column_limit = steepest({1'b1, candidate[1:0]}) * turn_mem[line][2];
      on_frequency = turn_mem[line][0] > 0 && turn_mem[line][2] > 0
                  && 32 * row_turn <= row_limit && 32 * column_turn <= column_limit;
      centred      = 64 * row_turn <= row_limit && 64 * column_turn <= column_limit;
      begins       = on_frequency && level_mem[line][1] - level_mem[line][0] <= MostLevelDrift
                  && level_mem[line][3] - level_mem[line][2] <= MostLevelDrift
                  && level_mem[line][5] - level_mem[line][4] <= MostTwistDrift
                  && 2 * total_mem[line] <= (centred ? 64'sd13 : 64'sd14) * power_mem[line];
    end
    suspected = live && clean && ((hit && (suspected || run >= 3'd2)) || (pair && (suspected || sudden)));
    if (run == WindowsOn) run = 3'd0;  // what did not pass may pass with the next seven
    ended_length = length;
    if (same) begin
      length = length > 14'd16370 ? 14'd16382 : length + 14'(missed) + 14'd1;
      missed = 3'd0;
    end else if (on) begin
      missed = missed + 3'd1;
      if (missed == WindowsOff || begins) begin
        ended = 1'b1;
        on    = 1'b0;
      end
    end
    if (begins) begin
      began  = 1'b1;
      on     = 1'b1;
      digit  = candidate;
      missed = 3'd0;
      length = 14'(WindowsOn);
    end
    if (!live) begin
      run = 3'd0;
      {on, ended, began} = 3'd0;
    end
    began_digit      = digit;
    mutes            = suspected || on;
    state_mem[line]  = {suspected, on, candidate, digit, run, missed};
    length_mem[line] = length;
  endtask

  // The line of this hop, if there is one: lines of which a hop ends are 32 apart.
  task automatic next(output logic mutes, output logic muted, output logic ended, output logic began,
                      output logic [15:0] length, output logic [7:0] digit);
    logic [LineBits-1:0] line;
    logic [13:0] ended_length;
    logic [3:0] began_digit;
    line = LineBits'(judge_line_q);
    {mutes, ended, began, length, digit} = '0;
    muted = mutes_o[line];
    if (!rests_mem[line]) begin
      judge(line, enable_i[line] && !forget_mem[line] && warm_q, mutes, ended, began, ended_length, began_digit);
      mutes  = mutes && mute_i[line];
      length = {ended_length + 14'd1, 2'd0};
      digit  = Digits[8*(4'd15-began_digit)+:8];
      if (!enable_i[line]) begin
        quiet_mem[line] = quiet_mem[line] + 3'd1;
        rests_mem[line] = quiet_mem[line] == 3'd7;
      end
    end
    forget_mem[line] = 1'b0;
  endtask
  task automatic written();
    if (write_enable_i) begin
      quiet_mem[write_line_i] = 3'd0;
      rests_mem[write_line_i] = 1'b0;
    end else forget_mem[write_line_i] = 1'b1;
  endtask
  task automatic reset();
    for (logic [31:0] n = 0; n < 2 ** LineBits; n++) begin
      forget_mem[LineBits'(n)] = 1'b0;
      rests_mem[LineBits'(n)]  = 1'b0;
      quiet_mem[LineBits'(n)]  = 3'd0;
    end
    for (logic [31:0] n = 0; n < 8; n++) phase_mem[3'(n)] = '0;
  endtask
  /* verilator lint_on BLKSEQ */

  logic [7:0]  frame_q;
  logic        warm_q, judging_q, ended_q, began_q;
  logic [8:0]  judge_line_q;
  logic [15:0] length_q;
  logic [7:0]  digit_q, event_index_q;
  assign frame_o = frame_q[4:0];
  assign wake_o  = frame_complete_q;
  assign awake_o = wake_o || judging_q || ended_q || began_q || event_valid_o;
  always_ff @(posedge clk_i) begin : work
    logic mutes, muted, ended, began;
    logic [15:0] length;
    logic [7:0] digit;
    if (frame_complete_q && !judging_q) begin
      listen();
      judging_q    <= 1'b1;
      judge_line_q <= 9'd31 - {4'd0, frame_q[4:0]};
    end
    if (judging_q && !ended_q && !began_q) begin
      if (32'(judge_line_q) < Lines) begin
        next(mutes, muted, ended, began, length, digit);
        mutes_o[LineBits'(judge_line_q)] <= mutes;
        muted_o[LineBits'(judge_line_q)] <= muted;
        ended_q       <= ended;
        began_q       <= began;
        length_q      <= length;
        digit_q       <= digit;
        event_index_q <= 8'(judge_line_q);
        judge_line_q  <= judge_line_q + 9'd32;
      end else begin
        judging_q <= 1'b0;
        frame_q   <= frame_q + 8'd1;
        if (frame_q == 8'd255) warm_q <= 1'b1;
      end
    end
    if (event_ready_i) event_valid_o <= 1'b0;
    if ((ended_q || began_q) && (!event_valid_o || event_ready_i)) begin
      event_valid_o <= 1'b1;
      event_index_o <= event_index_q;
      event_kind_o  <= ended_q ? switchroom_regs::EventKindDtmfOff : switchroom_regs::EventKindDtmfOn;
      event_data_o  <= ended_q ? length_q : {8'd0, digit_q};
      if (ended_q) ended_q <= 1'b0;
      else began_q <= 1'b0;
    end
    if (write_stb_i) written();
    if (rst_i) begin
      reset();
      frame_q       <= '0;
      warm_q        <= 1'b0;
      judging_q     <= 1'b0;
      ended_q       <= 1'b0;
      began_q       <= 1'b0;
      event_valid_o <= 1'b0;
      mutes_o       <= '0;
      muted_o       <= '0;
    end
  end
endmodule
`default_nettype wire
