// SPDX-License-Identifier: MIT
// What pcm_highway promises its bus: it never drives outside of the slots of its channels, of each of
// which at most one is on the bus. For yosys; pcm_highway includes this when FORMAL is defined, and its
// pcm_highway_bus and registers are cut away: any configuration, and any bus that keeps the contract
// below.
//
// The specification beside the design: f_who is whose slot is being sent, f_bit the bit of the frame
// that is on the bus, f_next the one that follows.
  logic f_started = 1'b0;
  logic [IndexBits-1:0] f_who, f_next_who;
  logic [9:0] f_bit, f_next, f_was_last;
  logic [23*Channels-1:0] f_was_places;
  logic f_was_enabled;
  logic [2:0] f_since_sample;  // clocks; 7: a bit has begun since
  // The surroundings: reset in the first clock; a configuration that stands; bits begin and are sampled
  // in turn, and the next begins four clocks after that or later.
  always_comb begin
    assume (rst_i == !f_started);
    assume (last_place == 10'd255 || last_place == 10'd511 || last_place == 10'd1023);
    assume (!(bit_stb && sample_stb));
    assume (next_place == ((place + 10'd1) & last_place));
    if (f_started) begin
      assume (places == f_was_places && last_place == f_was_last && enable == f_was_enabled);
      if (bit_stb) assume (f_since_sample >= 3'd3 && f_since_sample != 3'd7 && place == f_next);
      if (sample_stb) assume (f_since_sample == 3'd7 && place == f_bit);
    end else assume (!bit_stb && !sample_stb);
  end
  always_ff @(posedge clk_i) begin
    f_started     <= 1'b1;
    f_was_places  <= places;
    f_was_last    <= last_place;
    f_was_enabled <= enable;
    if (f_since_sample < 3'd6) f_since_sample <= f_since_sample + 3'd1;
    if (sample_stb) {f_since_sample, f_next} <= {3'd0, next_place};
    if (sample_q) f_next_who <= sender;
    if (bit_stb) begin
      {f_since_sample, f_bit} <= {3'd7, place};
      if (ready_q && !(driven_q && left_q != 4'd0)) f_who <= f_next_who;
    end
    if (rst_i) f_since_sample <= 3'd7;
  end
  logic [9:0] f_within;
  assign f_within = (f_bit - places[23*f_who+:10]) & last_place;

  // The promise
  always_comb begin
    if (f_started && tx_drive_o) begin
      assert (speaks_o[f_who]);
      assert (f_within < (places[23*f_who+21] ? 10'd16 : 10'd8));
    end
  end
  // What the induction needs
  always_comb begin
    if (f_started) begin
      assert (!sample_q || (f_since_sample == 3'd0 && next_place_q == f_next));
      assert (!fetch_q || f_since_sample == 3'd1);
      assert (!ready_q || (f_since_sample >= 3'd2 && f_since_sample != 3'd7));
      if (fetch_q || ready_q) begin
        assert (speaks_o[f_next_who] && places[23*f_next_who+:10] == f_next);
      end
      if (fetch_q) assert (law_q == laws[2*f_next_who+:2]);
      if (ready_q) assert (next_wide_q == places[23*f_next_who+21]);
      assert (driven_q || left_q == 4'd0);
      if (f_since_sample != 3'd7) assert (f_next == ((f_bit + 10'd1) & last_place));
      if (driven_q) begin
        assert (speaks_o[f_who]);
        assert (f_within + {6'd0, left_q} == (places[23*f_who+21] ? 10'd15 : 10'd7));
      end
    end
  end
