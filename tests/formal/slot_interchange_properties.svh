// SPDX-License-Identifier: MIT
// What slot_interchange promises, for yosys-smtbmc. It includes this when FORMAL is defined, so that
// the induction may speak of its memories.
//
// The specification stands beside the design: f_shadow and f_table are the connection tables as
// the host means them, f_hearing and f_heard the samples of this frame and of the last one. A frame
// is never torn and two slots are never mixed: each sample that leaves is the one that its
// connection, in the table that is whole in this frame, takes from the whole frame before.
  localparam int unsigned FWord = SlotWidth + 1;
  logic [Slots*FWord-1:0] f_shadow, f_table;
  logic [Slots*SampleWidth-1:0] f_hearing, f_heard;
  logic f_written, f_pending;
  logic [1:0] f_commits;

  // The surroundings: reset in the first clock; frames of a clock for each slot, in order, and
  // FORMAL_GAP more (9 or more); a sample for each slot, one to nine clocks after its start; requests
  // are held; a commit may come at any time. FORMAL_NOBODY slots, from FORMAL_FIRST on, are silent, and a frame that finds
  // busy_o low in the clock before them may pass over them.
  localparam int unsigned FClocks = Slots + `FORMAL_GAP;
  localparam int unsigned FHole = `FORMAL_FIRST;
  localparam int unsigned FNobody = `FORMAL_NOBODY;
  logic f_started = 1'b0;
  logic f_few;    // this frame passes over nobody's slots
  logic [7:0] f_clock;  // of the frame
  function automatic logic [7:0] f_over(input logic [7:0] clock);  // slots that were passed over until then
    f_over = f_few && clock >= 8'(FHole) ? 8'(FNobody) : 8'd0;
  endfunction
  logic [SlotWidth-1:0] f_slot;
  assign f_slot = SlotWidth'(f_clock + f_over(f_clock));
  logic f_waits;
  logic [2*SlotWidth+1:0] f_request;
  logic f_began;  // frames have
  logic [7:0] f_slots;
  assign f_slots = f_few ? 8'(Slots - FNobody) : 8'(Slots);
  (* anyseq *) logic f_passes;
  (* anyconst *) logic [7:0] f_ingress_delay;
  always_ff @(posedge clk_i) begin
    f_started <= 1'b1;
    f_clock   <= f_clock == 8'(FClocks - 1) ? 8'd0 : f_clock + 8'd1;
    if (f_started) f_began <= 1'b1;
    if (f_clock == 8'(FHole - 1)) f_few <= FNobody != 0 && f_passes && !busy_o;
    if (f_clock == 8'(FClocks - 1)) f_few <= 1'b0;
    f_waits   <= table_valid_i && !table_ack_o;
    f_request <= {table_write_i, table_slot_i, table_enable_i, table_source_i};
    if (rst_i) begin
      f_clock <= 8'd0;
      f_few   <= 1'b0;
      f_waits <= 1'b0;
      f_began <= 1'b0;
    end
  end
  logic [7:0] f_ingress_clock;
  assign f_ingress_clock = f_clock - f_ingress_delay;
  always_comb begin
    assume (rst_i == !f_started);
    assume (f_ingress_delay >= 8'd1 && f_ingress_delay <= 8'd9);
    if (f_started) begin
      assume (slot_stb_i == (f_clock < f_slots));
      assume (slot_i == f_slot);
      assume (frame_stb_i == (f_clock == 8'd0));
      assume (ingress_stb_i == (f_ingress_clock < f_slots));
      assume (ingress_slot_i < FHole || 32'(ingress_slot_i) >= FHole + FNobody || ingress_sample_i == '0);
      assume (ingress_slot_i == SlotWidth'(f_ingress_clock + f_over(f_ingress_clock)));
      if (f_waits) begin
        assume (table_valid_i);
        assume (f_request == {table_write_i, table_slot_i, table_enable_i, table_source_i});
      end
    end
  end

  // The specification
  logic [Slots*SampleWidth-1:0] f_hearing_now;
  always_comb begin
    f_hearing_now = f_hearing;
    if (ingress_stb_i) f_hearing_now[SampleWidth*ingress_slot_i+:SampleWidth] = ingress_sample_i;
  end
  always_ff @(posedge clk_i) begin
    f_hearing <= f_hearing_now;
    if (table_valid_i && start && table_write_i) begin
      f_shadow[FWord*table_slot_i+:FWord] <= {table_enable_i, table_source_i};
      f_written <= 1'b1;
    end
    if (commit_i && !busy_o && (f_written || (start && table_write_i))) f_pending <= 1'b1;
    if (frame_stb_i) begin
      f_heard <= f_hearing_now;
      if (f_pending) begin
        f_table   <= f_shadow;
        f_pending <= 1'b0;
        f_written <= 1'b0;
        if (f_commits != 2'd3) f_commits <= f_commits + 2'd1;
      end
    end
    if (rst_i) begin
      f_shadow  <= '0;
      f_table   <= '0;
      f_written <= 1'b0;
      f_pending <= 1'b0;
      f_commits <= 2'd0;
    end
  end

  // The promise
  // It leaves three clocks after the slot started: f_valid[1] in the first of them, f_valid[3] in
  // the third, with what its connection says in the first.
  logic [3:1] f_valid;
  logic f_enable_2;
  logic [SlotWidth-1:0] f_slot_1, f_slot_2, f_slot_3;
  logic [SlotWidth:0] f_connection_1;
  logic [SampleWidth-1:0] f_expected_1, f_expected_2, f_expected_3;
  assign f_connection_1 = f_table[FWord*f_slot_1+:FWord];
  assign f_expected_1 = f_connection_1[SlotWidth]
                        ? f_heard[SampleWidth*f_connection_1[SlotWidth-1:0]+:SampleWidth] : '0;
  always_ff @(posedge clk_i) begin
    f_valid      <= {f_valid[2:1], slot_stb_i && f_started};
    f_slot_1     <= f_slot;
    f_slot_2     <= f_slot_1;
    f_slot_3     <= f_slot_2;
    f_enable_2   <= f_connection_1[SlotWidth];
    f_expected_2 <= f_expected_1;
    f_expected_3 <= f_expected_2;
    if (rst_i) f_valid <= 3'b000;
  end
  always_comb begin
    if (f_started) begin
      assert (egress_stb_o == f_valid[3]);
      if (egress_stb_o) begin
        assert (egress_slot_o == f_slot_3);
        assert (egress_sample_o == f_expected_3);
      end
      if (table_ack_o && !f_request[2*SlotWidth+1]) begin
        assert ({table_enable_o, table_source_o}
                == f_shadow[FWord*f_request[SlotWidth+1+:SlotWidth]+:FWord]);
      end
    end
  end

  // So that the proof is not empty: a sample that is not silence leaves after a second commit.
  (* keep *) logic f_reached;
  assign f_reached = f_started && egress_stb_o && egress_sample_o != '0 && f_commits == 2'd2;

  // What the induction needs: where the design stands, and that its memories hold what the
  // specification says. `f_end` is the last moment of a frame.
  logic f_end;
  assign f_end = f_clock == 8'd0;
  always_comb begin
    if (f_started) begin
      assert (state_q <= Copy);
      assert (state_q != Boot || f_end);
      assert (f_pending == (state_q == Pending));
      assert (f_written == written_q);
      assert (f_clock < FClocks);
      assert (f_began == (state_q != Boot));
      for (int n = 1; n <= 3; n++) assert (f_valid[n] == (f_clock >= n && f_clock < f_slots + n));
      assert (!f_few || (f_clock >= FHole && (state_q == Idle || state_q == Pending)));
      assert (scanned_q == f_valid[1]);
      assert (fetched_q == f_valid[2]);
      if (f_valid[1]) assert (f_slot_1 == SlotWidth'(f_clock - 8'd1 + f_over(f_clock - 8'd1)) && scanned_slot_q == f_slot_1);
      if (f_valid[2]) assert (f_slot_2 == SlotWidth'(f_clock - 8'd2 + f_over(f_clock - 8'd2)) && fetched_slot_q == f_slot_2);
      if (state_q == Boot || state_q == Clear || state_q == Copy) assert (!written_q);
      if (!written_q) assert (f_shadow == f_table);
      if (state_q == Boot || state_q == Clear) assert (f_table == '0);
      else if (f_valid[1]) assert (connection_q == f_connection_1);
      if (f_valid[2]) begin
        assert (enable_q == f_enable_2);
        if (enable_q) assert (sample_q == f_expected_2);
        else assert (f_expected_2 == '0);
      end
    end
  end
  for (genvar s = 0; s < Slots; s++) begin : gen_properties
    logic f_scanned, f_entered;
    int f_age;  // clocks since the slot started in this frame; at f_end, in the one that ends
    assign f_age = (f_end ? FClocks : 32'(f_clock)) - s + (f_few && s >= FHole + FNobody ? FNobody : 0);
    assign f_scanned = f_age >= 2;
    assign f_entered = f_age > $signed({24'd0, f_ingress_delay});
    always_comb begin
      if (f_started) begin
        if (state_q == Clear && f_scanned) assert (connections_q[{!active_q, SlotWidth'(s)}] == '0);
        if (state_q == Idle || state_q == Pending || (state_q == Copy && f_scanned)) begin
          assert (connections_q[{!active_q, SlotWidth'(s)}] == f_shadow[FWord*s+:FWord]);
        end
        if (state_q == Idle || state_q == Pending || state_q == Copy) begin
          assert (connections_q[{active_q, SlotWidth'(s)}] == f_table[FWord*s+:FWord]);
          assert (samples_q[{!bank_q, SlotWidth'(s)}] == f_heard[SampleWidth*s+:SampleWidth]);
        end
        if (state_q != Boot && f_entered) begin
          assert (samples_q[{bank_q, SlotWidth'(s)}] == f_hearing[SampleWidth*s+:SampleWidth]);
        end
        // Nobody's have been written in the frames after reset, in both banks.
        if (s >= FHole && s < FHole + FNobody && state_q != Boot) begin
          if (state_q != Clear || f_entered) assert (f_hearing[SampleWidth*s+:SampleWidth] == '0);
          if (state_q != Clear) assert (samples_q[{!bank_q, SlotWidth'(s)}] == '0);
          if (state_q == Idle || state_q == Pending) assert (samples_q[{bank_q, SlotWidth'(s)}] == '0);
        end
      end
    end
  end
