// SPDX-License-Identifier: MIT
// What digit_mute promises: a slot that is no line's, and a line without a digit, goes through as it
// is, a clock later; a sample is never made louder, nor another's; one that is muted and stays so is
// silence.
  // Each sample's slot is told the clock before, and then what was decided of it stands.
  logic f_told = 1'b0;
  logic [SlotBits-1:0] f_next;
  logic [Lines-1:0] f_mutes, f_muted;
  always_ff @(posedge clk_i) begin
    f_told <= next_stb_i;
    if (next_stb_i) {f_next, f_mutes, f_muted} <= {next_slot_i, mutes_i, muted_i};
  end
  always_comb begin
    if (ingress_stb_i) begin
      assume (f_told && ingress_slot_i == f_next && mutes_i == f_mutes && muted_i == f_muted);
    end
  end

  logic f_after = 1'b0;
  logic f_stb, f_untouched, f_silent;
  logic [SlotBits-1:0] f_slot;
  logic signed [15:0] f_sample, f_left;
  assign f_left = $signed(ingress_sample_o);
  always_ff @(posedge clk_i) begin
    f_after     <= 1'b1;
    f_stb       <= ingress_stb_i && !rst_i;
    f_slot      <= ingress_slot_i;
    f_sample    <= ingress_sample_i;
    f_untouched <= 32'(ingress_slot_i) < FirstSlot || 32'(ingress_slot_i) >= FirstSlot + Lines
                || !(mutes_i[ingress_slot_i - FirstSlot] || muted_i[ingress_slot_i - FirstSlot]);
    f_silent    <= 32'(ingress_slot_i) >= FirstSlot && 32'(ingress_slot_i) < FirstSlot + Lines
                && mutes_i[ingress_slot_i - FirstSlot] && muted_i[ingress_slot_i - FirstSlot];
  end
  always_comb begin
    if (f_after) begin
      assert (ingress_stb_o == f_stb);
      if (f_stb) begin
        assert (ingress_slot_o == f_slot);
        if (f_untouched) assert (f_left == f_sample);
        if (f_silent) assert (f_left == 16'sd0);
        if (f_sample >= 0) assert (f_left >= 0 && f_left <= f_sample);
        else assert (f_left <= 0 && f_left >= f_sample);
      end
    end
  end
