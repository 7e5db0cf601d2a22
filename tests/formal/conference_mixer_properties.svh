// SPDX-License-Identifier: MIT
// What conference_mixer promises in each frame, whatever was before it: a member hears the sum of the
// shares of all others of its bridge, not its own and none of another bridge's; each that is enabled
// hears once. Of gains nothing is looked at (formal/CMakeLists.txt cuts the multipliers out): one member
// says 1 and the others 0, whichever it is. What a member hears is added up and taken away, no more, so
// that what holds of each alone holds of all.
//
// One frame is looked at, from any contents of the memories on; it ends as it began, so that it is any frame.
  localparam int unsigned FFirst = 2;  // clock of member 0
  localparam int unsigned FClocks = 3 * Members + 34;
  logic [7:0] f_clock = 8'd0;
  always_ff @(posedge clk_i) if (f_clock != 8'(FClocks)) f_clock <= f_clock + 8'd1;

  // The surroundings
  (* anyconst *) logic [MemberWidth-1:0] f_mouth;
  logic f_turn;
  assign f_turn = f_clock >= 8'(FFirst) && f_clock < 8'(FFirst + Members);
  always_comb begin
    assume (!rst_i);
    assume (frame_stb_i == (f_clock == 8'd0));
    assume (!say_stb_i || f_turn);
    assume (say_member_i == MemberWidth'(f_clock - 8'(FFirst)));
    assume (last_i == (f_clock == 8'(FFirst + Members - 1)));
    if (said_q[5]) assume (share == (said_member_5 == f_mouth ? 18'sd1 : 18'sd0));
    if (f_clock == 8'd0) assume (said_q == '0 && heard_q == '0 && level_q == '0 && round_q == Rest);
    if (f_clock == 8'(FClocks)) assert (said_q == '0 && heard_q == '0 && level_q == '0 && round_q == Rest);
  end

  // Who is enabled, where, and what it adds
  logic [Members-1:0] f_spoke, f_listens, f_heard;
  logic [Members*BridgeWidth-1:0] f_bridges;
  always_ff @(posedge clk_i) begin
    if (said_q[1]) begin
      f_listens[said_member_1] <= enable_i;
      f_bridges[BridgeWidth*said_member_1+:BridgeWidth] <= bridge_i;
    end
    if (said_q[5]) begin
      f_spoke[said_member_5] <= 1'b1;
    end
    if (heard_q[4]) f_heard[hears_member_4] <= 1'b1;
    if (f_clock == 8'd0) begin
      f_spoke   <= '0;
      f_listens <= '0;
      f_heard   <= '0;
    end
  end

  logic [BridgeWidth-1:0] f_bridge;
  logic [SumBits-1:0] f_others;
  assign f_bridge = f_bridges[BridgeWidth*hears_member_4+:BridgeWidth];
  assign f_others = f_spoke[f_mouth] && f_mouth != hears_member_4
                    && f_bridges[BridgeWidth*f_mouth+:BridgeWidth] == f_bridge ? SumBits'(1) : '0;
  logic f_began;
  assign f_began = f_clock != 8'd0;
  logic [MemberWidth-1:0] f_member_5, f_member_6, f_member_7, f_member_8;
  always_ff @(posedge clk_i) begin
    f_member_5 <= hears_member_4;
    f_member_6 <= f_member_5;
    f_member_7 <= f_member_6;
    f_member_8 <= f_member_7;
  end
  always_comb begin
    if (f_began && heard_q[4]) begin
      assert (f_listens[hears_member_4] && !f_heard[hears_member_4]);
      assert (hears_bridge_4 == f_bridge);
      assert (SumBits'(26'(sum_4) - 26'(own_4)) == f_others);
    end
    if (f_began && heard_q[7]) assert (hears_bridge_7 == f_bridges[BridgeWidth*f_member_7+:BridgeWidth]);
    if (f_began && done_stb_o) assert (done_member_o == f_member_8);
    if (f_clock == 8'(FClocks)) assert (f_heard == f_listens);
  end

  // So that the proof is not empty: two bridges of two, and somebody hears it.
  logic f_somebody;
  always_ff @(posedge clk_i) f_somebody <= f_clock != 8'd0 && (f_somebody || (heard_q[4] && f_others == SumBits'(1)));
  (* keep *) logic f_reached;
  assign f_reached = f_clock == 8'(FClocks) && &f_heard && f_somebody
                  && f_bridges[0+:BridgeWidth] == f_bridges[BridgeWidth+:BridgeWidth]
                  && f_bridges[0+:BridgeWidth] != f_bridges[2*BridgeWidth+:BridgeWidth];
