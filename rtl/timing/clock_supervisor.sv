// SPDX-License-Identifier: MIT
// Says of each reference whether it is there, how far it is off and whether it may be used, one after the
// other, once a frame. Golden model: dsp/golden/clock_reference.hpp.
//
// Latency: look_i with what has come of reference index_i; judge_i one clock later, with the same inputs; the state is
// new one clock after that. sound_o, comes_o and usable_o are those of index_i with judge_i. Nothing stalls.
`default_nettype none
module clock_supervisor #(
    parameter int unsigned References = 2,
    parameter int unsigned ClockWidth = 9,  // a frame has 2^ClockWidth clocks
    localparam int unsigned IndexBits = References > 1 ? $clog2(References) : 1
) (
    input  logic                    clk_i,
    input  logic                    rst_i,
    // settings
    input  logic [12:0]             limit_i,
    input  logic [19:0]             hold_off_ms_i,
    input  logic [19:0]             restore_ms_i,
    // what has come
    input  logic                    look_i,
    input  logic                    judge_i,
    input  logic                    ms_i,
    input  logic [IndexBits-1:0]    index_i,
    input  logic                    enable_i,
    input  logic                    pps_i,
    input  logic                    fault_i,
    input  logic [1:0]              count_i,
    input  logic [ClockWidth-1:0]   left_i,
    input  logic [27:0]             now_i,    // when the frame began, in clocks
    output logic                    sound_o,  // it is there, without fault
    output logic                    comes_o,  // and a strobe of it has come
    output logic                    usable_o,
    // state, while neither look_i nor judge_i
    input  logic [IndexBits-1:0]    asked_i,
    output logic [References-1:0]   usable_all_o,
    output logic [4:0]              status_o,
    output logic signed [14:0]      error_o,
    output logic [31:0]             losses_o
);
  localparam bit [13:0] Absent = 14'd8, AbsentSecond = 14'd8800;
  localparam bit [12:0] Window = 13'd8000;

  logic [References-1:0] present_q, fault_q, started_q, measured_q, within_q, usable_q, fresh_q;
  // Registers, also where there is but one reference: they are cleared at once.
  (* mem2reg *) logic [27:0] stamps_q[References];
  (* mem2reg *) logic [12:0] strobes_q[References];
  (* mem2reg *) logic [13:0] missing_q[References];
  (* mem2reg *) logic [14:0] errors_q[References];
  (* mem2reg *) logic [19:0] timers_q[References];
  logic [32*References-1:0] losses_q;
  assign usable_all_o = usable_q;
  assign status_o = {usable_q[asked_i], within_q[asked_i], measured_q[asked_i], fault_q[asked_i], present_q[asked_i]};
  assign error_o  = measured_q[asked_i] ? $signed(errors_q[asked_i]) : 15'sd0;
  assign losses_o = losses_q[32*asked_i+:32];

  // With look_i
  logic [27:0] stamp_q, elapsed_q;
  logic [12:0] strobes_now_q;
  logic [13:0] missing_now_q;
  logic [19:0] timer_q, wait_q;
  logic within_now_q, present_now_q;
  logic signed [14:0] error;
  logic [13:0] size;
  logic [13:0] missing_next, absent;
  assign error        = $signed(errors_q[index_i]);
  assign size         = error[14] ? 14'(-error) : error[13:0];
  assign absent       = pps_i ? AbsentSecond : Absent;
  assign missing_next = missing_q[index_i] + 14'd1;
  always_ff @(posedge clk_i) begin
    if (look_i) begin
      stamp_q       <= now_i - 28'(left_i);
      elapsed_q     <= now_i - 28'(left_i) - stamps_q[index_i];
      strobes_now_q <= strobes_q[index_i] + 13'(count_i);
      within_now_q  <= measured_q[index_i] && size <= {1'b0, limit_i};
      present_now_q <= count_i != 2'd0 || (present_q[index_i] && missing_next < absent);
      missing_now_q <= count_i != 2'd0 ? 14'd0 : missing_next;
      timer_q       <= timers_q[index_i];
      wait_q        <= usable_q[index_i] ? hold_off_ms_i : fresh_q[index_i] ? 20'd0 : restore_ms_i;
    end
  end

  // With judge_i
  logic sound, whole, good, due;
  logic [27:0] off;
  logic [14:0] off_limited;
  assign sound   = present_now_q && !fault_i;
  assign sound_o = enable_i && sound;
  assign comes_o = sound_o && count_i != 2'd0;
  assign whole   = comes_o && started_q[index_i] && (pps_i || strobes_now_q >= Window);
  assign off     = elapsed_q - 28'({pps_i ? Window : strobes_now_q, {ClockWidth{1'b0}}});
  assign off_limited = off[27] ? (&off[26:14] && off[13:0] != '0 ? off[14:0] : 15'h4001)
                               : (off[26:14] == '0 ? off[14:0] : 15'h3fff);
  // As the frame before left it: a strobe that ends a window is judged with the next frame.
  assign good = sound && within_now_q && (measured_q[index_i] || whole);
  assign due  = ms_i && good != usable_q[index_i] && timer_q >= wait_q;
  assign usable_o = enable_i && (due ? good : usable_q[index_i]);
  always_ff @(posedge clk_i) begin
    if (judge_i) begin
      missing_q[index_i] <= missing_now_q;
      present_q[index_i] <= present_now_q;
      fault_q[index_i]   <= fault_i;
      within_q[index_i]  <= within_now_q;
      if (!sound) begin
        started_q[index_i]  <= 1'b0;
        measured_q[index_i] <= 1'b0;
      end else if (comes_o) begin
        started_q[index_i] <= 1'b1;
        strobes_q[index_i] <= strobes_now_q;
        if (whole) begin
          errors_q[index_i]   <= off_limited;
          measured_q[index_i] <= 1'b1;
        end
        if (whole || !started_q[index_i]) begin
          stamps_q[index_i]  <= stamp_q;
          strobes_q[index_i] <= 13'd0;
        end
      end
      if (ms_i) timers_q[index_i] <= good == usable_q[index_i] || due ? 20'd0 : timer_q + 20'd1;
      if (due) begin
        usable_q[index_i] <= good;
        fresh_q[index_i]  <= 1'b0;
        if (usable_q[index_i]) losses_q[32*index_i+:32] <= losses_q[32*index_i+:32] + 32'd1;
      end
      if (!enable_i) begin
        present_q[index_i]  <= 1'b0;
        fault_q[index_i]    <= 1'b0;
        started_q[index_i]  <= 1'b0;
        measured_q[index_i] <= 1'b0;
        within_q[index_i]   <= 1'b0;
        usable_q[index_i]   <= 1'b0;
        fresh_q[index_i]    <= 1'b1;
        timers_q[index_i]   <= 20'd0;
      end
    end
    if (rst_i) begin
      present_q  <= '0;
      fault_q    <= '0;
      started_q  <= '0;
      measured_q <= '0;
      within_q   <= '0;
      usable_q   <= '0;
      fresh_q    <= '1;
      losses_q   <= '0;
    end
  end
endmodule
`default_nettype wire
