// SPDX-License-Identifier: MIT
// Included at the end of slots_in_use. Whatever is used: slots come in order, a slot that is passed over belongs to a
// block that rests, or to nobody, and none is while all are wanted; a block of which something is used does not rest
// in the next frame.
  (* anyconst *) logic [SlotWidth-1:0] f_slot;  // any
  logic f_past = 1'b0, f_running = 1'b0;
  logic f_over, f_rests;
  assign f_over = slot_stb_i && 32'(slot_i) < Slots - 1 && f_slot > slot_i && 32'(f_slot) < Slots && (last_o || f_slot < next_slot_o);
  logic [Blocks-1:0] f_used_q;
  always_comb begin
    f_rests = 16'(f_slot) >= firsts_i[16*Blocks+:16];
    for (int unsigned n = 0; n < Blocks; n++)
      if (16'(f_slot) >= firsts_i[16*n+:16] && 16'(f_slot) < firsts_i[16*(n+1)+:16]) f_rests = rests_q[n];
  end
  // What the registers are between two frames.
  logic [Blocks:0] f_ends;
  logic [(Blocks+1)*SlotWidth-1:0] f_comes;
  always_comb begin
    f_ends  = '1;
    f_comes = '0;
    for (int unsigned n = Blocks; n > 0; n--) begin
      if (firsts_i[16*n+:16] != firsts_i[16*(n-1)+:16] && !rests_q[n-1]) begin
        f_ends[n-1] = 1'b0;
        f_comes[(n-1)*SlotWidth+:SlotWidth] = firsts_i[16*(n-1)+:SlotWidth];
      end else begin
        f_ends[n-1] = f_ends[n];
        f_comes[(n-1)*SlotWidth+:SlotWidth] = f_comes[n*SlotWidth+:SlotWidth];
      end
    end
  end
  always_ff @(posedge clk_i) begin
    f_past <= 1'b1;
    if (!f_past) assume (rst_i);
    for (int unsigned n = 0; n < Blocks; n++) assume (firsts_i[16*n+:16] <= firsts_i[16*(n+1)+:16]);
    assume (firsts_i[15:0] >= 16'd2 && 32'(firsts_i[16*Blocks+:16]) <= Slots);
    if (f_past) assume (firsts_i == $past(firsts_i));
    assume (32'(slot_i) < Slots);
    assume (!frame_stb_i || slot_i == '0);
    f_running <= !rst_i && (f_running || frame_stb_i);  // before its first frame nothing comes
    assume (f_running || frame_stb_i || !slot_stb_i);
    if (frame_stb_i) f_used_q <= used_i;
    if (f_past && f_running && !rst_i) begin
      assert (ends_q == f_ends && comes_q == f_comes);
      assert (!f_over || (f_rests && !all_slots_i));
      assert (!slot_stb_i || last_o || (next_slot_o > slot_i && 32'(next_slot_o) < Slots));
      assert ((f_used_q & rests_q) == '0);
    end
    if (f_past && !rst_i && frame_stb_i) assert (!f_over);  // slot 1 comes always
  end
  (* keep *) logic f_reached = 1'b0;  // a block in the midst was passed over: the proof is not empty
  always_ff @(posedge clk_i)
    if (f_over && f_rests && !last_o && f_running && firsts_i[31:16] > firsts_i[15:0]) f_reached <= 1'b1;
