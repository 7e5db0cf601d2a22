// SPDX-License-Identifier: MIT
// What conference.sv's members say and hear. A frame has three rounds:
//   says    a member a clock, as samples come: gain, ramped; its share is added to its bridge's sum
//   hears   a member a clock, when all have come: (sum less own share) times the bridge's gain, held to
//           16 bits; gain of the ear, ramped
//   levels  a bridge a clock: its gain for the next frame, from the loudest that a member would have heard
// Ramps are two poles of 1/16 each, so that their spectrum falls by 40 dB a decade above 80 Hz.
// Level: what exceeds `Loudest` by a part x turns the gain down by x/2, at most by half, in each sample;
// 50 ms after the last of them it comes back by 2^-12 a sample, 17 dB a second. A bridge that was
// in nobody's use for a frame begins anew with 0 dB.
//
// Latency: done_stb_o eight clocks after a member's turn in the round of hearing, which begins four clocks
// after last_i. Nothing stalls. A round costs as many clocks as have part in it, and some five.
// Relied upon: a frame has time for all three; config_i and its like come one clock after the strobe.
`default_nettype none
module conference_mixer #(
    parameter int unsigned Members      = 64,
    parameter int unsigned Bridges      = 32,
    localparam int unsigned MemberWidth = $clog2(Members),
    localparam int unsigned BridgeWidth = $clog2(Bridges),
    localparam int unsigned ShareBits   = 18,  // 16 bits at 12 dB
    localparam int unsigned SumBits     = ShareBits + MemberWidth
) (
    input  logic                   clk_i,
    input  logic                   rst_i,
    output logic                   awake_o,
    input  logic                   frame_stb_i,
    // a sample, of a member that is enabled or fades
    input  logic                   say_stb_i,
    input  logic [MemberWidth-1:0] say_member_i,
    input  logic [15:0]            say_sample_i,
    input  logic                   last_i,      // with or without say_stb_i: the frame has no more
    // one clock after say_stb_i
    input  logic                   enable_i,
    input  logic                   fresh_i,     // forget what it was
    input  logic                   mute_i,
    input  logic [BridgeWidth-1:0] bridge_i,
    input  logic [11:0]            says_i,
    input  logic [10:0]            hears_i,
    output logic                   in_use_o,     // somebody says something in this frame
    output logic                   faded_stb_o,  // that member says nothing any more
    output logic [MemberWidth-1:0] faded_member_o,
    output logic                   done_stb_o,
    output logic [MemberWidth-1:0] done_member_o,
    output logic [15:0]            done_sample_o
);
  localparam int unsigned Unity = 2 ** 24;     // of a bridge's gain
  localparam int unsigned Loudest = 32256;     // the loudest of A-law: one speaker is not turned down
  localparam int unsigned HoldFrames = 400;

  // A gain: bits 17:10 whole, of 1/1024 6 bits more. It goes a sixteenth of the gap, upwards rounded up.
  function automatic logic signed [18:0] gap(input logic [17:0] target, input logic [17:0] now);
    gap = $signed({1'b0, target}) - $signed({1'b0, now});
  endfunction
  function automatic logic [17:0] ramped(input logic [17:0] now, input logic signed [18:0] by);
    ramped = now + 18'(by >>> 4) + 18'(!by[18] && by[3:0] != 4'd0);
  endfunction

  // What stands where in each round's pipeline
  logic [5:1] said_q;
  logic [8:1] heard_q;
  logic [4:1] level_q;

  // The two multipliers: samples by a member's gain, and whole bridges.
  logic signed [15:0] sample_q;
  logic [17:0] gain_q;
  logic signed [25:0] large_q;
  logic [16:0] factor_q;
  /* verilator lint_off UNUSEDSIGNAL */  // fractions, and what no factor is large enough for
  logic signed [34:0] gained_q;
  logic signed [43:0] turned_q;
  /* verilator lint_on UNUSEDSIGNAL */
  always_ff @(posedge clk_i) begin
    if (said_q[4] || heard_q[7]) gained_q <= sample_q * $signed({1'b0, gain_q});
    if (heard_q[5] || level_q[3]) turned_q <= large_q * $signed({1'b0, factor_q});
  end

  // Says. 1: what was; 2: gaps; 3: gain; 4: product; 5: sum
  logic [MemberWidth-1:0] said_member_1, said_member_2, said_member_3, said_member_4, said_member_5;
  logic [BridgeWidth-1:0] said_bridge_2, said_bridge_3, said_bridge_4, said_bridge_5;
  logic signed [15:0] arrived_q, spoken_2, spoken_3;
  logic says_enable_2, says_enable_3, says_enable_4, says_fresh_2;
  (* ram_style = "distributed" *) logic [51:0] says_ram[2**MemberWidth];  // last sample, both poles
  logic [51:0] says_q;
  logic [17:0] says_target_2, says_first_2, says_second_2, says_first_3, says_second_3, says_first_4;
  logic [17:0] says_first_next, says_second_next;
  logic [10:0] says_hears_2;
  logic signed [18:0] says_first_gap_3, says_second_gap_3;
  assign says_first_next = ramped(says_first_3, says_first_gap_3);
  assign says_second_next = ramped(says_second_3, says_second_gap_3);
  assign faded_stb_o = said_q[4] && !says_enable_4 && says_first_4 == '0 && gain_q == '0;
  assign faded_member_o = said_member_4;
  always_ff @(posedge clk_i) begin
    said_q <= {said_q[4:1], say_stb_i};
    if (say_stb_i) begin
      said_member_1 <= say_member_i;
      arrived_q     <= $signed(say_sample_i);
      says_q        <= says_ram[say_member_i];
    end
    if (said_q[1]) begin
      said_member_2 <= said_member_1;
      said_bridge_2 <= bridge_i;
      says_enable_2 <= enable_i;
      says_fresh_2  <= fresh_i;
      says_hears_2  <= hears_i;
      spoken_2      <= enable_i ? arrived_q : $signed(says_q[51:36]);
      says_target_2 <= enable_i && !mute_i ? {says_i, 6'd0} : 18'd0;
      says_first_2  <= fresh_i ? 18'd0 : says_q[35:18];
      says_second_2 <= fresh_i ? 18'd0 : says_q[17:0];
    end
    if (said_q[2]) begin
      said_member_3     <= said_member_2;
      said_bridge_3     <= said_bridge_2;
      says_enable_3     <= says_enable_2;
      spoken_3          <= spoken_2;
      says_first_3      <= says_first_2;
      says_second_3     <= says_second_2;
      says_first_gap_3  <= gap(says_target_2, says_first_2);
      says_second_gap_3 <= gap(says_first_2, says_second_2);
    end
    if (said_q[3]) begin
      said_member_4 <= said_member_3;
      said_bridge_4 <= said_bridge_3;
      says_enable_4 <= says_enable_3;
      says_first_4  <= says_first_next;
      says_ram[said_member_3] <= {spoken_3, says_first_next, says_second_next};
    end
    if (said_q[4]) begin
      said_member_5 <= said_member_4;
      said_bridge_5 <= said_bridge_4;
    end
    if (rst_i) said_q <= '0;
  end

  // Who listens, in this frame, and where; and the bridges
  localparam int unsigned ListenerBits = 11 + 1 + BridgeWidth + MemberWidth;
  logic [ListenerBits-1:0] listeners_ram[2**MemberWidth];
  logic [BridgeWidth-1:0] bridges_ram[Bridges];
  logic [MemberWidth:0] listeners_q;
  logic [BridgeWidth:0] bridges_q;
  logic [Bridges-1:0] used_q, used_before_q;
  logic first_share;
  assign first_share = said_q[5] && !used_q[said_bridge_5];
  logic signed [ShareBits-1:0] share, shares_ram[2**MemberWidth];
  logic signed [SumBits-1:0] sums_ram[Bridges];
  assign share = gained_q[16+:ShareBits];
  always_ff @(posedge clk_i) begin
    if (said_q[2] && says_enable_2) begin
      listeners_ram[listeners_q[MemberWidth-1:0]] <= {says_hears_2, says_fresh_2, said_bridge_2, said_member_2};
      listeners_q <= listeners_q + 1'b1;
    end
    if (said_q[5]) begin
      shares_ram[said_member_5] <= share;
      sums_ram[said_bridge_5]   <= (first_share ? '0 : sums_ram[said_bridge_5]) + SumBits'(share);
      used_q[said_bridge_5]     <= 1'b1;
    end
    if (first_share) begin
      bridges_ram[bridges_q[BridgeWidth-1:0]] <= said_bridge_5;
      bridges_q <= bridges_q + 1'b1;
    end
    if (frame_stb_i) begin
      used_before_q <= used_q;
      used_q        <= '0;
    end
    if (frame_stb_i || rst_i) begin
      listeners_q <= '0;
      bridges_q   <= '0;
    end
    if (rst_i) begin
      used_q        <= '0;
      used_before_q <= '0;
    end
  end

  // The rounds
  typedef enum logic [2:0] {Rest, Settle, Hear, SettleAgain, Levels} round_e;
  round_e round_q;
  assign in_use_o = say_stb_i || said_q != '0 || used_q != '0;
  logic [2:0] wait_q;
  logic [MemberWidth:0] turn_q;
  always_ff @(posedge clk_i) begin
    turn_q <= turn_q + 1'b1;
    wait_q <= wait_q + 1'b1;
    case (round_q)
      Rest: begin
        wait_q <= '0;
        if (last_i && in_use_o) round_q <= Settle;
      end
      Settle: begin
        turn_q <= '0;
        if (wait_q == 3'd2) round_q <= Hear;
      end
      Hear: begin
        wait_q <= '0;
        if (turn_q == listeners_q) round_q <= SettleAgain;
      end
      SettleAgain: begin
        turn_q <= '0;
        if (wait_q == 3'd4) round_q <= Levels;
      end
      default: if (32'(turn_q) == 32'(bridges_q)) round_q <= Rest;
    endcase
    if (frame_stb_i || rst_i) round_q <= Rest;
  end

  // Hears. 1: who; 2: asked for; 3: what was; 4: the others, gaps; 5: product, gain; 6: held to 16 bits;
  // 7: product, peak; 8: done
  logic [ListenerBits-1:0] listener_q;
  logic [10:0] hears_2, hears_3;
  logic [MemberWidth-1:0] hears_member_2, hears_member_3, hears_member_4, hears_member_5, hears_member_6,
      hears_member_7, hears_member_8;
  logic [BridgeWidth-1:0] hears_bridge_2, hears_bridge_3, hears_bridge_4, hears_bridge_5, hears_bridge_6,
      hears_bridge_7;
  logic hears_fresh_2, hears_fresh_3;
  (* ram_style = "distributed" *) logic [35:0] hears_ram[2**MemberWidth];  // both poles
  logic [35:0] hears_q;
  logic signed [ShareBits-1:0] own_q, own_4;
  logic signed [SumBits-1:0] sum_4;
  logic [16:0] factor_4;
  logic [17:0] hears_target_4, hears_first_4, hears_second_4, hears_first_5, hears_second_5, hears_second_next, ear_6;
  logic signed [18:0] hears_first_gap_5, hears_second_gap_5;
  assign hears_second_next = ramped(hears_second_5, hears_second_gap_5);
  logic [24:0] gains_ram[Bridges];
  logic [8:0] holds_ram[Bridges];
  logic [SumBits-1:0] peaks_ram[Bridges];
  logic signed [SumBits-1:0] loud;
  logic [SumBits-1:0] loudness_7, peak_7;
  logic rises_7;  // the bridge's peak
  assign rises_7 = heard_q[7] && loudness_7 > peak_7;
  assign loud = turned_q[16+:SumBits];
  always_ff @(posedge clk_i) begin
    heard_q <= {heard_q[7:1], round_q == Hear && turn_q != listeners_q};
    if (round_q == Hear) listener_q <= listeners_ram[turn_q[MemberWidth-1:0]];
    if (heard_q[1]) {hears_2, hears_fresh_2, hears_bridge_2, hears_member_2} <= listener_q;
    if (heard_q[2]) begin
      hears_member_3 <= hears_member_2;
      hears_bridge_3 <= hears_bridge_2;
      hears_fresh_3  <= hears_fresh_2;
      hears_3        <= hears_2;
      hears_q        <= hears_ram[hears_member_2];
      own_q          <= shares_ram[hears_member_2];
    end
    if (heard_q[3]) begin
      hears_member_4 <= hears_member_3;
      hears_bridge_4 <= hears_bridge_3;
      own_4          <= own_q;
      sum_4          <= sums_ram[hears_bridge_3];
      factor_4       <= gains_ram[hears_bridge_3][24:8];
      hears_target_4 <= {1'b0, hears_3 > 11'd1024 ? 11'd1024 : hears_3, 6'd0};
      hears_first_4  <= hears_fresh_3 ? 18'd0 : hears_q[35:18];
      hears_second_4 <= hears_fresh_3 ? 18'd0 : hears_q[17:0];
    end
    if (heard_q[4]) begin
      hears_member_5     <= hears_member_4;
      hears_bridge_5     <= hears_bridge_4;
      hears_first_5      <= hears_first_4;
      hears_second_5     <= hears_second_4;
      hears_first_gap_5  <= gap(hears_target_4, hears_first_4);
      hears_second_gap_5 <= gap(hears_first_4, hears_second_4);
    end
    if (heard_q[5]) begin
      hears_member_6 <= hears_member_5;
      hears_bridge_6 <= hears_bridge_5;
      ear_6          <= hears_second_next;
      hears_ram[hears_member_5] <= {ramped(hears_first_5, hears_first_gap_5), hears_second_next};
    end
    if (heard_q[6]) begin
      hears_member_7 <= hears_member_6;
      hears_bridge_7 <= hears_bridge_6;
      loudness_7     <= loud < 0 ? -loud : loud;
      // The member before may be of the same bridge.
      peak_7         <= rises_7 && hears_bridge_7 == hears_bridge_6 ? loudness_7 : peaks_ram[hears_bridge_6];
    end
    if (heard_q[7]) hears_member_8 <= hears_member_7;
    if (rst_i) heard_q <= '0;
  end
  assign done_stb_o = heard_q[8];
  assign done_member_o = hears_member_8;
  assign done_sample_o = gained_q[31:16];

  // Levels. 1: peak; 2: excess; 3: product; 4: gain
  logic over_3, over_4;
  logic [BridgeWidth-1:0] level_bridge_1, level_bridge_2, level_bridge_3, level_bridge_4;
  logic [24:0] gain_2, gain_3, gain_4, raised_4, gain_next;
  logic [8:0] hold_2, hold_3, hold_4;
  logic [SumBits-1:0] peak_2, excess;
  logic [25:0] raised;
  assign excess = peak_2 - SumBits'(Loudest);
  assign raised = 26'(gain_3) + 26'(gain_3[24:12]) + 26'd1;
  always_comb begin
    gain_next = gain_4;
    if (over_4) gain_next = gain_4 - turned_q[40:16];
    else if (hold_4 == '0) gain_next = raised_4;
  end
  always_ff @(posedge clk_i) begin
    level_q <= {level_q[3:1], round_q == Levels && 32'(turn_q) != 32'(bridges_q)};
    if (round_q == Levels) level_bridge_1 <= bridges_ram[BridgeWidth'(turn_q)];
    if (level_q[1]) begin
      level_bridge_2 <= level_bridge_1;
      peak_2 <= peaks_ram[level_bridge_1];
      gain_2 <= gains_ram[level_bridge_1];
      hold_2 <= holds_ram[level_bridge_1];
    end
    if (level_q[2]) begin
      level_bridge_3 <= level_bridge_2;
      gain_3 <= gain_2;
      hold_3 <= hold_2;
      over_3 <= 32'(peak_2) > Loudest;
    end
    if (level_q[3]) begin
      level_bridge_4 <= level_bridge_3;
      gain_4   <= gain_3;
      hold_4   <= hold_3;
      over_4   <= over_3;
      raised_4 <= raised > 26'(Unity) ? 25'(Unity) : raised[24:0];
    end
    if (level_q[4] || (first_share && !used_before_q[said_bridge_5])) begin
      gains_ram[level_q[4] ? level_bridge_4 : said_bridge_5] <= level_q[4] ? gain_next : 25'(Unity);
      holds_ram[level_q[4] ? level_bridge_4 : said_bridge_5]
          <= !level_q[4] ? 9'd0 : over_4 ? 9'(HoldFrames) : hold_4 == '0 ? 9'd0 : hold_4 - 1'b1;
    end
    if (first_share) peaks_ram[said_bridge_5] <= '0;
    else if (rises_7) peaks_ram[hears_bridge_7] <= loudness_7;
    if (rst_i) level_q <= '0;
  end

  // What the multipliers get
  always_ff @(posedge clk_i) begin
    if (said_q[3]) begin
      sample_q <= spoken_3;
      gain_q   <= says_second_next;
    end else if (heard_q[6]) begin
      sample_q <= linear::clamped(32'(loud));
      gain_q   <= ear_6;
    end
    if (heard_q[4]) begin
      large_q  <= 26'(sum_4) - 26'(own_4);
      factor_q <= factor_4;
    end else if (level_q[2]) begin
      large_q  <= $signed({1'b0, gain_2});
      factor_q <= excess > SumBits'(32768) ? 17'd32768 : excess[16:0];
    end
  end

  // In a block of its own: worked out by this clock, not by all that the question below waits for.
  logic at_work, frame_matters;
  always_comb begin
    at_work = 1'b0;
    frame_matters = 1'b0;
    if (say_stb_i || said_q != '0 || (last_i && used_q != '0) || round_q != Rest || heard_q != '0 || level_q != '0)
      at_work = 1'b1;
    if (used_q != '0 || used_before_q != '0) frame_matters = 1'b1;
  end
  assign awake_o = at_work || (frame_stb_i && frame_matters);

`ifdef FORMAL
  `include "conference_mixer_properties.svh"
`endif
endmodule
`default_nettype wire
