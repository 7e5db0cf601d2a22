// SPDX-License-Identifier: MIT
// Analog lines to an exchange: ring detection, seizure, polarity, release by loss of current, pulse
// dialling and flash. One engine looks at every line once a millisecond; its state is in RAM.
//
// Ringing is edges of ring_i whose distance is a period of ringing, for ring_min_ms on end; it is
// over when the next does not come, or comes too early. A line that is closed is open again (by
// the host), is being seized, is seized (CurrentMs of current on end), or has lost its current.
// The loop opens by itself in dial pulses and flashes only; neither current nor polarity is looked
// at while it does.
//
// Latency: an output or event follows its cause by up to 1 ms beside the time that makes it valid.
// A scan takes 5 clocks a line; it stalls while an event waits for event_ready_i, the time does
// not: up to 15 missed milliseconds are made up for, more are lost.
// Relied upon: ring_i comes from a comparator with hysteresis; it is looked at once a millisecond.
// Not guaranteed: the order of events of different lines within one millisecond.
`default_nettype none
module fxo_lines #(
    parameter int unsigned Lines          = 2,
    parameter int unsigned Capacity       = Lines,  // or 0: there are none
    parameter int unsigned FirstSlot      = 0,
    parameter int unsigned ClocksPerFrame = 1024
) (
    input  logic             clk_i,
    input  logic             rst_i,
    output logic             awake_o,  // low: the next clock changes nothing
    input  logic             ms_stb_i,
    output logic [Lines-1:0] loop_close_o,
    input  logic [Lines-1:0] ring_i,      // ringing voltage, one half of its waves
    input  logic [Lines-1:0] polarity_i,  // 1: reversed
    input  logic [Lines-1:0] current_i,   // the exchange feeds the closed loop
    output logic [Lines-1:0] mu_law_o,
    output logic [Lines-1:0] enable_o,
    input  logic             reg_valid_i,
    input  logic             reg_write_i,
    input  logic [15:0]      reg_addr_i,
    input  logic [31:0]      reg_wdata_i,
    output logic             reg_ack_o,
    output logic [7:0]       reg_status_o,
    output logic [31:0]      reg_rdata_o,
    output logic             event_valid_o,
    input  logic             event_ready_i,
    output logic [7:0]       event_kind_o,
    output logic [7:0]       event_index_o,
    output logic [15:0]      event_data_o
);
  localparam int unsigned LineBits = Lines > 1 ? $clog2(Lines) : 1;
  localparam bit [3:0]    CurrentMs = 4'd10;
  if (Lines < 1 || Lines > 256) begin : gen_check_lines
    $error("fxo_lines: Lines must be 1 to 256, the range of an event's index");
  end
  if (Lines * 5 > ClocksPerFrame * 4) begin : gen_check_clocks
    $error("fxo_lines: the scan of all lines (5 clocks each) must fit in half a millisecond");
  end

  localparam bit [1:0] Open = 2'd0, Seizing = 2'd1, Seized = 2'd2, Lost = 2'd3;
  localparam bit [2:0] Rest = 3'd0, Break = 3'd1, Make = 3'd2, Pause = 3'd3, Flash = 3'd4;
  localparam bit [2:0] Idle = 3'd0, Fetch = 3'd1, Digit = 3'd2, Decide = 3'd3, Report = 3'd4;

  logic [LineBits-1:0] line_q;
  logic [2:0]          step_q;
  logic [3:0]          pulses;
  logic [Lines-1:0]    seized_q, lost_q, ringing_q, reversed_q, close;
  logic [5*Lines-1:0]  places_q, dial_end;
  logic [4*Lines-1:0]  flashes;
  logic [9:0]          ring_min_ms;
  logic [6:0]          period_min_ms, period_max_ms;
  logic [7:0]          polarity_ms, break_ms, make_ms;
  logic [11:0]         seize_ms, lost_ms, interdigit_ms, flash_ms;
  logic                registers_awake;

  // State of a line. since: ms since the last edge of ringing. ringing_ms: of periods that were
  // right, on end. unlike: ms for which the polarity has differed. waited: ms of seizing, or
  // without current. left: ms of a dial phase.
  logic        level, burst, reversed, next_level, next_burst, next_reversed;
  logic [6:0]  since, next_since;
  logic [15:0] ringing_ms, next_ringing_ms;
  logic [7:0]  unlike, next_unlike;
  logic [1:0]  state, next_state;
  logic [3:0]  seen, next_seen, count, next_count, flashed, next_flashed;
  logic [11:0] waited, next_waited, left, next_left;
  logic [2:0]  phase, next_phase;
  logic [4:0]  place, next_place;
  localparam int unsigned StateBits = 80;
  logic [StateBits-1:0] state_ram[2**LineBits];
  logic [StateBits-1:0] state_q, next_q;
  assign {level, burst, reversed, since, ringing_ms, unlike, state, seen, waited, phase, left, count,
          place, flashed} = state_q;
  always_ff @(posedge clk_i) if (step_q != Idle) begin
    if (step_q == Fetch) state_q <= state_ram[line_q];
    if (step_q == Report) state_ram[line_q] <= next_q;
  end

  fxo_registers #(.Lines(Lines), .Capacity(Capacity), .FirstSlot(FirstSlot), .LineBits(LineBits)) u_registers (
      .clk_i, .rst_i, .reg_valid_i, .reg_write_i, .reg_addr_i, .reg_wdata_i, .reg_ack_o,
      .reg_status_o, .reg_rdata_o, .awake_o(registers_awake),
      .scan_i(step_q == Digit), .line_i(line_q), .place_i(place), .pulses_o(pulses),
      .loop_close_i(loop_close_o), .seized_i(seized_q), .lost_i(lost_q), .current_i, .ringing_i(ringing_q),
      .reversed_i(reversed_q), .places_i(places_q),
      .ring_min_ms_o(ring_min_ms), .period_min_ms_o(period_min_ms), .period_max_ms_o(period_max_ms),
      .seize_ms_o(seize_ms), .lost_ms_o(lost_ms), .polarity_ms_o(polarity_ms), .break_ms_o(break_ms),
      .make_ms_o(make_ms), .interdigit_ms_o(interdigit_ms), .flash_ms_o(flash_ms),
      .mu_law_o, .enable_o, .close_o(close), .flashes_o(flashes), .dial_end_o(dial_end));

  // The scan. Each line reports what it has to, one event after another.
  logic [3:0]  ticks_q;    // milliseconds not scanned yet
  logic [3:0]  reports_q;  // events that wait: dialled, line, polarity, ringing
  logic        first_scan_q, live_q, reversal_q;
  logic        close_q, ring_q, polarity_q, current_q;
  logic [3:0]  flashes_q;
  logic [4:0]  end_q;
  logic [7:0]  ring_kind_q, line_kind_q;
  logic [15:0] ring_data_q;
  logic [11:0] line_data_q;
  logic        done;
  assign done = reports_q == 4'd0;
  assign awake_o = ms_stb_i || ticks_q != 4'd0 || step_q != Idle || registers_awake;
  always_ff @(posedge clk_i) begin
    if (ms_stb_i || step_q == Idle) begin
      ticks_q <= ticks_q + {3'd0, ms_stb_i && ticks_q != 4'd15} - {3'd0, step_q == Idle && ticks_q != 4'd0};
    end
    case (step_q)
      Idle: if (ticks_q != 4'd0) step_q <= Fetch;
      Report: begin
        if (done) begin
          line_q <= line_q == LineBits'(Lines - 1) ? '0 : line_q + 1'b1;
          step_q <= line_q == LineBits'(Lines - 1) ? Idle : Fetch;
          if (line_q == LineBits'(Lines - 1)) first_scan_q <= 1'b0;
        end
      end
      default: step_q <= step_q + 3'd1;
    endcase
    if (step_q == Fetch) begin
      live_q     <= enable_o[line_q] && !first_scan_q;
      close_q    <= close[line_q];
      flashes_q  <= flashes[4*line_q+:4];
      end_q      <= dial_end[5*line_q+:5];
      ring_q     <= ring_i[line_q];
      polarity_q <= polarity_i[line_q];
      current_q  <= current_i[line_q];
    end
    if (rst_i) begin
      ticks_q      <= 4'd0;
      step_q       <= Idle;
      line_q       <= '0;
      first_scan_q <= 1'b1;
    end
  end

  // What a millisecond does
  logic        rise, right, begins, ends, reversal, own_break, seizes, dies, loses, dialled;
  logic [6:0]  period;
  logic [11:0] took;
  logic [16:0] longer_ms;
  assign own_break = phase == Break || phase == Flash;
  assign rise      = ring_q && !level;
  assign period    = since == 7'd127 ? since : since + 7'd1;
  assign right     = period >= period_min_ms && period <= period_max_ms;
  assign longer_ms = {1'b0, ringing_ms} + {10'd0, period};
  always_comb begin
    next_level      = ring_q;
    next_since      = rise ? 7'd0 : period;
    next_ringing_ms = ringing_ms;
    begins          = 1'b0;
    ends            = 1'b0;
    if (close_q) begin
      next_since      = 7'd127;
      next_ringing_ms = 16'd0;
      ends            = burst;
    end else if (rise && right) begin
      next_ringing_ms = longer_ms[16] ? 16'hffff : longer_ms[15:0];
      begins          = !burst && next_ringing_ms >= {6'd0, ring_min_ms};
    end else if (rise || period > period_max_ms) begin
      next_ringing_ms = 16'd0;
      ends            = burst;
    end
    next_burst = (burst || begins) && !ends;

    reversal = !own_break && polarity_q != reversed && {1'b0, unlike} + 9'd1 >= {1'b0, polarity_ms};
    next_reversed = reversed ^ reversal;
    next_unlike   = own_break || polarity_q == reversed || reversal ? 8'd0 : unlike + 8'd1;

    next_state  = state;
    next_seen   = 4'd0;
    next_waited = 12'd0;
    seizes      = 1'b0;
    dies        = 1'b0;
    loses       = 1'b0;
    case (state)
      Open: next_state = Seizing;
      Seizing: begin
        next_seen   = current_q ? seen + 4'd1 : 4'd0;
        next_waited = waited + 12'd1;
        seizes      = next_seen == CurrentMs;
        dies        = !seizes && next_waited >= seize_ms;
      end
      Seized: begin
        if (!own_break && !current_q) next_waited = waited + 12'd1;
        loses = next_waited != 12'd0 && next_waited >= lost_ms;
      end
      default: ;
    endcase
    took = next_waited;
    if (seizes) {next_state, next_waited} = {Seized, 12'd0};
    if (dies || loses) next_state = Lost;
    if (!close_q) {next_state, seizes, dies, loses} = {Open, 3'd0};

    next_phase   = phase;
    next_left    = left - 12'd1;
    next_count   = count;
    next_place   = place;
    next_flashed = flashed;
    dialled      = 1'b0;
    case (phase)
      Rest: begin
        next_flashed = flashes_q;
        next_count   = pulses;
        if (flashed != flashes_q) {next_phase, next_left} = {Flash, flash_ms};
        else if (place != end_q) begin
          {next_phase, next_left} = pulses == 4'd0 ? {Pause, interdigit_ms} : {Break, 4'd0, break_ms};
        end
      end
      Break: if (left == 12'd1) {next_phase, next_left} = {Make, 4'd0, make_ms};
      Make: begin
        if (left == 12'd1) begin
          next_count = count - 4'd1;
          {next_phase, next_left} = count == 4'd1 ? {Pause, interdigit_ms} : {Break, 4'd0, break_ms};
        end
      end
      Pause: begin
        if (left == 12'd1) begin
          next_phase = Rest;
          next_place = place + 5'd1;
          dialled    = next_place == end_q;
        end
      end
      default: if (left == 12'd1) next_phase = Rest;
    endcase
    if (state != Seized || !close_q) begin
      {next_phase, next_place, next_flashed, dialled} = {Rest, place, flashed, 1'b0};
      if (!close_q) {next_place, next_flashed} = {end_q, flashes_q};
    end

    if (!live_q) begin
      {next_level, next_burst, next_reversed, next_since, next_ringing_ms, next_unlike} =
          {ring_q, 1'b0, polarity_q, 7'd127, 16'd0, 8'd0};
      {next_state, next_seen, next_waited, next_phase} = {Open, 4'd0, 12'd0, Rest};
      {next_place, next_flashed} = {end_q, flashes_q};
    end
  end

  always_ff @(posedge clk_i) if (step_q != Idle || rst_i) begin
    if (step_q == Decide) begin
      next_q <= {next_level, next_burst, next_reversed, next_since, next_ringing_ms, next_unlike, next_state,
                 next_seen, next_waited, next_phase, next_left, next_count, next_place, next_flashed};
      reports_q   <= live_q ? {dialled, seizes || dies || loses, reversal, begins || ends} : 4'd0;
      reversal_q  <= next_reversed;
      ring_kind_q <= begins ? switchroom_regs::EventKindLineRings : switchroom_regs::EventKindLineSilent;
      ring_data_q <= begins ? {9'd0, period} : ringing_ms;
      line_kind_q <= seizes ? switchroom_regs::EventKindLineSeized
                     : dies ? switchroom_regs::EventKindLineDead : switchroom_regs::EventKindLineLost;
      line_data_q <= seizes ? took : 12'd0;

      loop_close_o[line_q]    <= live_q && close_q && next_phase != Break && next_phase != Flash;
      seized_q[line_q]        <= next_state == Seized;
      lost_q[line_q]          <= next_state == Lost;
      ringing_q[line_q]       <= next_burst;
      reversed_q[line_q]      <= next_reversed;
      places_q[5*line_q+:5]   <= next_place;
    end
    if (event_valid_o && event_ready_i) begin  // the lowest that waits
      reports_q <= reports_q & (reports_q - 4'd1);
    end
    if (rst_i) begin
      reports_q    <= 4'd0;
      loop_close_o <= '0;
      seized_q     <= '0;
      lost_q       <= '0;
      ringing_q    <= '0;
      reversed_q   <= '0;
      places_q     <= '0;
    end
  end

  assign event_valid_o = reports_q != 4'd0;
  assign event_index_o = 8'(line_q);
  always_comb begin
    {event_kind_o, event_data_o} = {switchroom_regs::EventKindLineDialled, 11'd0, next_q[8:4]};
    if (reports_q[0]) {event_kind_o, event_data_o} = {ring_kind_q, ring_data_q};
    else if (reports_q[1]) {event_kind_o, event_data_o} = {switchroom_regs::EventKindPolarity, 15'd0, reversal_q};
    else if (reports_q[2]) {event_kind_o, event_data_o} = {line_kind_q, 4'd0, line_data_q};
  end
endmodule
`default_nettype wire
