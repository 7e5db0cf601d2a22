// SPDX-License-Identifier: MIT
// What hdlc_channels promises of its receive rings, for yosys. It includes this when FORMAL is defined.
//
// A word that the host has not read is never written: neither by a frame that comes, nor by one that
// does not end well, whatever the line brings. For one channel, any; of hdlc_registers nothing is
// taken but what its ports say. The host moves a tail only up to where frames are.
  (* anyconst *) logic [ChannelWidth-1:0] f_channel;
  logic f_started = 1'b0;
  logic f_enable;
  logic [P-1:0] f_tail, f_head;
  logic f_of;  // what the host writes is of this channel
  assign f_of   = put_channel == f_channel;
  assign f_head = fresh_q[f_channel] ? '0 : receive_head_ram[f_channel];
  always_ff @(posedge clk_i) begin
    f_started <= 1'b1;
    if (put_config && f_of) f_enable <= put_enable;
    if (put_tail && f_of) f_tail <= put_pointer;
    if (stops && f_of) f_tail <= '0;
    if (rst_i) f_enable <= 1'b0;
  end
  always_comb begin
    assume (rst_i == !f_started);
    if (f_started) begin
      assume (enable[f_channel] == f_enable);
      if (channel_q == f_channel) assume (tail_word == f_tail);
      if (put_tail) assume (!put_config);
      if (put_tail && f_of) assume (P'(put_pointer - f_tail) <= P'(f_head - f_tail) && f_enable);
    end
  end

  // A turn of the channel: whether a flag has come in it, and the tail that it knows.
  logic f_turn, f_flagged, f_hunts;
  logic [2:0] f_place;
  logic [9:0] f_octets;
  assign f_turn   = state_q != StClear && state_q != StIdle && state_q != StLoad && state_q != StCount
                 && channel_q == f_channel;
  assign f_hunts  = reset_q || receive_q[39];
  assign f_place  = receive_q[35:33];
  assign f_octets = receive_q[9:0];
  always_ff @(posedge clk_i) begin
    if (state_q == StLoad) f_flagged <= 1'b0;
    else if (state_q == StBits && !receive_d[39] && receive_d[9:0] == 10'd0 && receive_d[35:33] == 3'd0)
      f_flagged <= 1'b1;
  end

  // What of a frame lies in the ring has room behind `head`, seen from `tail`.
  function automatic logic f_fits(input logic [P-1:0] head, input logic [P-1:0] tail, input logic [9:0] octets);
    f_fits = 12'(P'(head - tail)) + 12'd1 + 12'((octets - 10'd1) >> 2) < 12'(RingWords);
  endfunction

  // The promise
  logic [P-1:0] f_written;
  assign f_written = whole ? receive_head_q : place_q;
  always_comb begin
    if (f_started && f_enable && f_turn && write) begin
      assert (P'(f_written - f_tail) < P'(RingWords));                // it is in the ring,
      assert (P'(f_written - f_tail) >= P'(f_head - f_tail));         // and behind what is unread
    end
  end

  // What the induction needs
  always_comb begin
    if (f_started) begin
      if (due_q[f_channel] || (channel_q == f_channel && (f_turn || state_q == StLoad))) assert (f_enable);
      if (f_enable) begin
        if (fresh_q[f_channel]) assert (f_tail == '0);
        assert (P'(f_head - f_tail) <= P'(RingWords));
        if (!fresh_q[f_channel] && !receive_ram[f_channel][39] && receive_ram[f_channel][9:0] != 10'd0)
          assert (f_fits(f_head, f_tail, receive_ram[f_channel][9:0]));
      end
      if (f_turn) begin
        assert (receive_head_q == f_head);
        assert (reset_q ? fresh_q[f_channel] && bit_q == 3'd0 && state_q <= StBits : 1'b1);
        assert (P'(f_head - receive_tail_q) <= P'(RingWords));
        assert (P'(f_tail - receive_tail_q) <= P'(f_head - receive_tail_q));
        if (!f_hunts && f_octets != 10'd0) assert (f_fits(f_head, receive_tail_q, f_octets));
        if (state_q == StFetch || state_q == StTake) begin
          assert (bit_q == 3'd0 && !f_flagged && !got_q && !ended_q);
          assert (reset_q == fresh_q[f_channel]);
        end
        if (state_q == StTake || state_q == StBits || state_q == StStore) begin
          if (!f_hunts && !f_flagged && !got_q) assert (place_q == P'(f_head + P'(1) + P'(f_octets[9:2])));
        end
        if (state_q == StBits) begin
          assert (room_q == (P'(place_q - receive_tail_q) < P'(RingWords)));
          assert (bit_q <= bits_q);
          if (bit_q == 3'd0) assert (!got_q && !ended_q && !f_flagged);
          if ((got_q || f_flagged) && !f_hunts) assert (f_place < bit_q);
        end
        if (state_q == StBits || state_q == StStore) begin
          if (f_flagged && !f_hunts) assert (f_octets == 10'd0);
          if (got_q) begin
            assert (place_q != f_head);
            assert (12'(P'(f_head - receive_tail_q)) + 12'(P'(place_q - f_head)) < 12'(RingWords));
            if (!f_hunts && !f_flagged) assert (place_q == P'(f_head + P'(1) + P'((f_octets - 10'd1) >> 2)) && f_octets != 10'd0);
          end
          if (whole) begin
            assert (f_flagged);
            assert (octets_q >= 10'd5 && f_fits(f_head, receive_tail_q, octets_q));
          end
        end
      end
    end
  end
