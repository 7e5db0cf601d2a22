// SPDX-License-Identifier: MIT
// What g726_channels promises of any channel that is enabled anew, at whatever clock: until the result of
// a sample that came since has come back, it is silent; the first such sample is worked on from the
// reset state, and each by the word that was written last before it came. The engine gives anything, of a
// channel that it has got a sample of (g726_engine_free.sv).
  (* anyconst *) logic [ChannelWidth-1:0] f_channel;
  logic f_started = 1'b0;
  logic f_put, f_arrives, f_accepted, f_returns;
  assign f_put      = decoded_q && hit_q && write_q && index_q == f_channel;
  assign f_arrives  = arriving && egress_channel == f_channel;
  assign f_accepted = op_valid && op_ready && channel_q == f_channel;
  assign f_returns  = done_stb && done_channel == f_channel;

  logic f_enabled;            // as written
  logic f_begins;             // since it was enabled no sample has come
  logic f_waits;              // a sample that came while it was enabled
  logic f_first;              // of which it is the first
  logic f_stale;              // it has been enabled anew since
  logic f_flies, f_flies_new; // with the engine; since it was enabled
  logic f_speaks;             // a result of what came since has returned
  logic [ConfigBits-1:0] f_word, f_waiting_word;
  logic f_asked, f_silent;
  always_ff @(posedge clk_i) begin
    f_started <= 1'b1;
    f_asked   <= channel_stb_i && channel_i == f_channel && !rst_i;
    f_silent  <= !f_enabled || !f_speaks;
    if (f_returns) begin
      f_flies <= 1'b0;
      if (f_flies_new) f_speaks <= 1'b1;
    end
    if (f_accepted) begin
      f_waits     <= 1'b0;
      f_flies     <= 1'b1;
      f_flies_new <= f_waits && !f_stale;
    end
    if (f_arrives) begin
      f_waits        <= f_enabled;
      f_first        <= f_begins;
      f_stale        <= 1'b0;
      f_waiting_word <= f_word;
      if (f_enabled) f_begins <= 1'b0;
    end
    if (f_put) begin
      f_enabled <= word_q[0];
      f_word    <= word_q[ConfigBits:1];
      if (word_q[0] && !f_enabled) begin
        f_begins    <= 1'b1;
        f_stale     <= 1'b1;
        f_flies_new <= 1'b0;
        f_speaks    <= 1'b0;
      end
    end
    if (rst_i) begin
      f_enabled   <= 1'b0;
      f_begins    <= 1'b0;
      f_waits     <= 1'b0;
      f_flies     <= 1'b0;
      f_flies_new <= 1'b0;
      f_speaks    <= 1'b0;
    end
  end

  // The surroundings: a frame's samples, channels ascending, and time for them before the next frame.
  logic [ChannelWidth:0] f_arrived;
  logic f_all_done;
  assign f_all_done = !fetched_q && !arriving_q && next_q == arrived_q;
  always_ff @(posedge clk_i) begin
    if (arriving) f_arrived <= f_arrived + 1'b1;
    if (frame_stb_i || rst_i) f_arrived <= '0;
  end
  always_comb begin
    assume (rst_i == !f_started);
    if (f_started) begin
      assume (!arriving || (32'(egress_channel) == 32'(f_arrived) && 32'(f_arrived) < Channels));
      assume (!frame_stb_i || (f_all_done && !arriving && !f_flies));
      assume (!f_returns || f_flies);
      assume (!f_accepted || !f_flies);
    end
  end

  always_comb begin
    if (f_started) begin
      assert (enable_q[f_channel] == f_enabled);
      if (f_accepted) begin
        assert (f_enabled);
        if (f_waits && !f_stale) assert (config_q == f_waiting_word && fetched_fresh_q == f_first);
        else assert (fresh_q[f_channel]);  // so that the next one is
      end
      if (f_asked && f_silent) assert (sample_o == 16'd0);
    end
  end

  // So that the proof is not empty: it speaks, after it was enabled.
  (* keep *) logic f_reached;
  assign f_reached = f_started && f_asked && sample_o != 16'd0 && f_speaks;
