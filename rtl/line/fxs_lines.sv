// SPDX-License-Identifier: MIT
// Analog subscriber lines: hook supervision, hook flash, pulse dial, ringing, ring trip, battery.
// One engine looks at every enabled line once a millisecond; the state of a line is in RAM.
//
// A line is on-hook, closed (off-hook, loop closed) or broken (off-hook, loop open). The end of a
// break tells what it was: shorter than flash_min_ms a dial pulse, up to flash_max_ms a flash; a
// break that outlasts flash_max_ms is on-hook. Pulses are counted until the loop has been closed
// for interdigit_ms; a train that a flash or on-hook interrupts, or of more than ten, is dropped.
// A contact that has just closed by seizure, answer or flash may bounce for longer than the
// debounce time: until it has stayed closed for SettleMs, short breaks are no pulses.
// While a line is rung, ring_trip_ms takes the place of the debounce time.
//
// Latency: an output or event follows its cause by up to 1 ms beside the debounce time. A scan
// takes 6 clocks a line, 2 where nothing has changed nor will; it stalls while an event waits for
// event_ready_i, the time does not: up to 15 missed milliseconds are made up for, more are lost.
// Not guaranteed: the order of events of different lines within one millisecond.
`default_nettype none
module fxs_lines #(
    parameter int unsigned Lines          = 32,
    parameter int unsigned FirstSlot      = 0,
    parameter int unsigned ClocksPerFrame = 1024
) (
    input  logic             clk_i,
    input  logic             rst_i,
    output logic             awake_o,  // low: the next clock changes nothing
    input  logic             ms_stb_i,
    input  logic [Lines-1:0] loop_i,
    output logic [Lines-1:0] ring_o,
    output logic [Lines-1:0] reverse_o,
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
  localparam bit [11:0]   SettleMs = 12'd100;
  if (Lines < 1 || Lines > 256) begin : gen_check_lines
    $error("fxs_lines: Lines must be 1 to 256, the range of an event's index");
  end
  if (Lines * 6 > ClocksPerFrame * 4) begin : gen_check_clocks
    $error("fxs_lines: the scan of all lines (6 clocks each) must fit in half a millisecond");
  end

  localparam bit [1:0] OnHook = 2'd0, Closed = 2'd1, Broken = 2'd2;
  localparam bit [2:0] Idle = 3'd0, Fetch = 3'd1, FetchNext = 3'd2, FetchFirst = 3'd3,
                       Supervise = 3'd4, Decide = 3'd5, Report = 3'd6;

  logic [LineBits-1:0] line_q;
  logic                control_ring;
  logic [3:0]          control_cadence;
  logic [6:0]          cadence_index;
  logic [16:0]         cadence_entry;
  logic [Lines-1:0]    ring_cleared, off_hook_q, tripped_q;
  logic [7:0]          hook_debounce_ms, ring_trip_ms;
  logic [10:0]         flash_min_ms, interdigit_ms;
  logic [11:0]         flash_max_ms;
  logic [2:0]          step_q;

  fxs_registers #(.Lines(Lines), .FirstSlot(FirstSlot), .LineBits(LineBits)) u_registers (
      .clk_i, .rst_i, .reg_valid_i, .reg_write_i, .reg_addr_i, .reg_wdata_i, .reg_ack_o,
      .reg_status_o, .reg_rdata_o, .awake_o(registers_awake),
      .scan_i(step_q != Idle), .line_i(line_q), .control_ring_o(control_ring), .control_cadence_o(control_cadence),
      .cadence_index_i(cadence_index), .cadence_entry_o(cadence_entry),
      .cleared_taken_i(step_q == Fetch), .ring_cleared_o(ring_cleared),
      .off_hook_i(off_hook_q), .loop_i, .ringing_current_i(ring_o), .tripped_i(tripped_q),
      .hook_debounce_ms_o(hook_debounce_ms), .flash_min_ms_o(flash_min_ms),
      .flash_max_ms_o(flash_max_ms), .interdigit_ms_o(interdigit_ms),
      .ring_trip_ms_o(ring_trip_ms), .mu_law_o, .enable_o, .reverse_o);

  // State of a line, and `was_` for what was read. unlike: ms for which the loop has differed from
  // closed. timer: ms in the hook state. left: ms that remain of ring phase `phase`, this included.
  logic [1:0]  was_hook, hook_q;
  logic        was_closed, was_settling, was_ringing, was_current;
  logic        closed_q, settling_q, ringing_q, current_q;
  logic [7:0]  was_unlike, unlike_q;
  logic [11:0] was_timer, timer_q;
  logic [3:0]  was_pulses, pulses_q;
  logic [2:0]  was_phase, phase_q;
  logic [15:0] was_left, left_q;
  localparam int unsigned StateBits = 49;
  (* ram_style = "distributed" *) logic [StateBits-1:0] state_ram[2**LineBits];
  logic [StateBits-1:0] state_q;
  assign {was_hook, was_closed, was_settling, was_ringing, was_current, was_unlike, was_timer,
          was_pulses, was_phase, was_left} = state_q;
  always_ff @(posedge clk_i) if (step_q != Idle) begin
    if (step_q == Fetch) state_q <= state_ram[line_q];
    if (step_q == Report) begin
      state_ram[line_q] <= {hook_q, closed_q, settling_q, ringing_q, current_q, unlike_q, timer_q,
                            pulses_q, phase_q, left_q};
    end
  end

  // The scan. A report may wait; a ring trip is reported before the off-hook that it is.
  logic [3:0] ticks_q;  // milliseconds not scanned yet
  logic first_scan_q, trip_q, cleared_q, live_q, rung;
  logic [16:0] next_entry_q;
  assign cadence_index = {control_cadence, step_q == FetchNext ? was_phase + 3'd1 : 3'd0};
  assign event_index_o = 8'(line_q);
  always_comb begin
    rung = 1'b0;
    if (step_q == Supervise) begin
      rung = live_q && control_ring && was_hook == OnHook && !tripped_q[line_q];
    end
  end

  logic registers_awake;
  assign awake_o = ms_stb_i || ticks_q != 4'd0 || step_q != Idle || registers_awake;

  // At rest: the hook as the loop says, no timer that anybody waits for, no ringing. Of what a whole scan would write
  // (timer, left) nothing is looked at before it is set anew.
  logic rests;
  always_comb begin
    rests = 1'b0;
    if (step_q == FetchNext && !first_scan_q) begin
      rests = (was_hook == OnHook ? !was_closed
               : was_hook == Closed && was_closed && !was_settling && was_pulses == 4'd0)
           && (live_q ? loop_i[line_q] == was_closed : !was_closed) && was_unlike == 8'd0
           && !was_ringing && !was_current && !control_ring && !tripped_q[line_q];
    end
  end

  logic reported;
  assign reported = !event_valid_o || (event_ready_i && !trip_q);
  always_ff @(posedge clk_i) begin
    if (ms_stb_i || step_q == Idle) begin
      ticks_q <= ticks_q + {3'd0, ms_stb_i && ticks_q != 4'd15}
                         - {3'd0, step_q == Idle && ticks_q != 4'd0};
    end
    case (step_q)
      Idle: if (ticks_q != 4'd0) step_q <= Fetch;
      Report: if (reported) begin
        if (line_q == LineBits'(Lines - 1)) first_scan_q <= 1'b0;
      end
      default: step_q <= step_q + 3'd1;
    endcase
    if (rests || (step_q == Report && reported)) begin
      line_q <= line_q == LineBits'(Lines - 1) ? '0 : line_q + 1'b1;
      step_q <= line_q == LineBits'(Lines - 1) ? Idle : Fetch;
    end
    if (rst_i) begin
      ticks_q      <= 4'd0;
      step_q       <= Idle;
      line_q       <= '0;
      first_scan_q <= 1'b1;
    end
  end

  // Ringing and debounce.
  logic answered;
  assign answered = ringing_q && closed_q;
  logic [7:0] limit_ms;
  assign limit_ms = rung ? ring_trip_ms : hook_debounce_ms;
  always_ff @(posedge clk_i) if (step_q != Idle || rst_i) begin
    if (step_q == Fetch) begin
      cleared_q <= ring_cleared[line_q];
      live_q    <= enable_o[line_q] && !first_scan_q;
    end
    if (step_q == FetchNext && (!control_ring || cleared_q || !live_q)) tripped_q[line_q] <= 1'b0;
    if (step_q == FetchFirst) next_entry_q <= cadence_entry;
    if (step_q == Supervise) begin
      ringing_q <= rung;
      phase_q   <= was_phase;
      left_q    <= was_left - 16'd1;
      current_q <= was_current && rung;
      if (rung) begin
        if (!was_ringing || cleared_q || (was_left <= 16'd1 && next_entry_q[15:0] == 16'd0)) begin
          phase_q   <= 3'd0;
          left_q    <= cadence_entry[15:0];
          current_q <= cadence_entry[16] && cadence_entry[15:0] != 16'd0;
        end else if (was_left <= 16'd1) begin
          phase_q   <= was_phase + 3'd1;
          left_q    <= next_entry_q[15:0];
          current_q <= next_entry_q[16];
        end
      end
      // Ringing peaks counted so far are no answer when the ringing has just begun or ended.
      closed_q <= was_closed && live_q;
      unlike_q <= 8'd0;
      if (live_q && loop_i[line_q] != was_closed && rung == was_ringing) begin
        if ({1'b0, was_unlike} + 9'd1 >= {1'b0, limit_ms}) closed_q <= !was_closed;
        else unlike_q <= was_unlike + 8'd1;
      end
    end
    if (step_q == Decide && answered) begin
      ringing_q         <= 1'b0;
      current_q         <= 1'b0;
      tripped_q[line_q] <= 1'b1;
    end
    if (step_q == Report) ring_o[line_q] <= current_q;
    if (rst_i) begin
      tripped_q <= '0;
      ring_o    <= '0;
    end
  end

  // The hook state.
  always_ff @(posedge clk_i) if (step_q != Idle || rst_i) begin
    if (step_q == Decide) begin
      hook_q       <= was_hook;
      timer_q      <= was_timer == 12'hfff ? was_timer : was_timer + 12'd1;
      pulses_q     <= was_pulses;
      settling_q   <= was_settling;
      event_data_o <= 16'd0;
      if (!live_q) hook_q <= OnHook;
      else begin
        case (was_hook)
          Closed: begin
            if (was_timer >= SettleMs) settling_q <= 1'b0;
            if (!closed_q) begin
              hook_q  <= Broken;
              timer_q <= 12'd1;
            end else if (was_pulses != 4'd0 && was_timer >= {1'b0, interdigit_ms}) begin
              pulses_q      <= 4'd0;
              event_valid_o <= was_pulses <= 4'd10;
              event_kind_o  <= switchroom_regs::EventKindPulseDigit;
              event_data_o  <= {12'd0, was_pulses};
            end
          end
          Broken: begin
            if (closed_q) begin
              hook_q  <= Closed;
              timer_q <= 12'd1;
              if (was_timer < {1'b0, flash_min_ms}) begin
                if (!was_settling && was_pulses != 4'd11) pulses_q <= was_pulses + 4'd1;
              end else begin
                pulses_q      <= 4'd0;
                settling_q    <= 1'b1;
                event_valid_o <= 1'b1;
                event_kind_o  <= switchroom_regs::EventKindFlash;
                event_data_o  <= {4'd0, was_timer};
              end
            end else if (was_timer >= flash_max_ms) begin
              hook_q        <= OnHook;
              event_valid_o <= 1'b1;
              event_kind_o  <= switchroom_regs::EventKindOnHook;
            end
          end
          default: begin
            if (closed_q) begin
              hook_q        <= Closed;
              timer_q       <= 12'd1;
              pulses_q      <= 4'd0;
              settling_q    <= 1'b1;
              event_valid_o <= 1'b1;
              trip_q        <= answered;
              event_kind_o  <= answered ? switchroom_regs::EventKindRingTrip
                                                : switchroom_regs::EventKindOffHook;
            end
          end
        endcase
      end
    end
    if (step_q == Report) begin
      off_hook_q[line_q] <= hook_q != OnHook;
      if (event_ready_i) begin
        event_valid_o <= event_valid_o && trip_q;
        event_kind_o  <= switchroom_regs::EventKindOffHook;
        trip_q        <= 1'b0;
      end
    end
    if (rst_i) begin
      off_hook_q    <= '0;
      event_valid_o <= 1'b0;
      trip_q        <= 1'b0;
    end
  end
endmodule
`default_nettype wire
