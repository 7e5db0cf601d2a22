// SPDX-License-Identifier: MIT
// What a frame is, whatever its length and whatever clocks are left out: included at the end of frame_timer. Each
// has the slots that it is told, from slot 0 in its first clock on, one a clock, none after the last, and ClocksPerFrame
// clocks, one more or one less as was said in its first.
  logic f_past = 1'b0, f_runs = 1'b0;
  logic [ClockWidth+1:0] f_at;    // clocks of the frame before this one
  logic signed [1:0]     f_step;  // of the frame; from its second clock on
  logic [ClockWidth+1:0] f_length, f_left, f_next;
  logic                  f_ended; // this frame has had its last slot
  logic [SlotWidth-1:0]  f_slot;  // the one that comes, or was the last
  assign f_length = (ClockWidth+2)'(ClocksPerFrame) + {{ClockWidth{f_step[1]}}, f_step};
  assign f_left   = f_length - 1'b1 - f_at;
  assign f_next   = f_at + 1'b1 + {2'b00, skip_i};
  logic f_longer, f_shorter;
  assign f_longer  = f_runs && f_step == 2'sd1 && f_at > 1;
  assign f_shorter = f_runs && f_step == -2'sd1 && f_at > 1;
  always_ff @(posedge clk_i) begin
    f_past <= 1'b1;
    if (!f_past) assume (rst_i);
    assume (!(longer_i && shorter_i));
    assume (last_i || next_slot_i > slot_o);
    assume (last_i ? slot_o != '0 : 32'(next_slot_i) < Slots);
    assume (skip_i <= left_o && (!slot_stb_o || skip_i == '0));
    f_runs <= !rst_i && (f_runs || frame_stb_o || left_o == skip_i);
    if (!f_runs) begin
      f_at   <= '0;
      f_step <= '0;
    end else begin
      if (f_at == '0) f_step <= longer_i ? 2'sd1 : shorter_i ? -2'sd1 : 2'sd0;
      f_at <= f_next;
      if (f_at != '0 && f_next == f_length) f_at <= '0;
    end
    if (slot_stb_o) begin
      f_ended <= last_i;
      f_slot  <= last_i ? slot_o : next_slot_i;
    end
    if (f_next == f_length) f_ended <= 1'b0;
    if (!f_runs || rst_i) f_ended <= 1'b0;
    if (rst_i) f_at <= '0;
    if (f_past && f_runs && !rst_i) begin
      assert (f_at < f_length || f_at == '0);
      assert (f_step != -2'sd2);
      assert (frame_stb_o == (f_at == '0));
      assert (slot_stb_o == !f_ended && (f_at > 1 || !f_ended));
      assert (slot_o == (f_at == '0 ? '0 : f_slot));
      assert (32'(slot_o) < Slots && (!slot_stb_o || 32'(slot_o) >= 32'(f_at)));
      assert (again_q == (f_at == 1 && f_step == 2'sd1));
      assert ({2'b00, left_o} == (f_at == '0 ? (ClockWidth+2)'(ClocksPerFrame - 1)
                               : f_at == 1 && f_step == 2'sd1 ? (ClockWidth+2)'(ClocksPerFrame - 2) : f_left));
    end
    if (f_past && !f_runs && !rst_i) assert (left_o == '0 && !slot_stb_o && !frame_stb_o && !again_q);
  end
  logic f_seen = 1'b0;
  (* keep *) logic f_both = 1'b0;  // a longer and a shorter frame have ended: the proof is not empty
  always_ff @(posedge clk_i) begin
    if (f_longer && f_next == f_length) f_seen <= 1'b1;
    if (f_seen && f_shorter && f_next == f_length) f_both <= 1'b1;
  end
