// SPDX-License-Identifier: MIT
// Lets the fabric's frame follow a reference: looks after references, chooses one, follows it, and says of
// each frame whether it has a clock more or less (regs/clock.toml, docs/adr/0024). Golden model:
// dsp/golden/clock_recovery.hpp.
//
// Latency: what comes in a frame changes the length of the one after the next. A frame's work begins with frame_stb_i
// and takes 2 References + 9 clocks; requests are answered one clock after they are seen, but not in these.
// An event waits; while it does, others are put together. Nothing else stalls.
// Not guaranteed: that ref_stb_i of a reference that is not enabled is looked at.
`default_nettype none
module clock_recovery #(
    parameter int unsigned References     = 2,
    parameter int unsigned ClocksPerFrame = 512,  // a power of two
    localparam int unsigned ClockWidth    = $clog2(ClocksPerFrame)
) (
    input  logic                  clk_i,
    input  logic                  clk_reference_i,    // clk_i, for what looks at strobes
    input  logic                  rst_i,
    output logic                  awake_o,            // low: the next clock of clk_i changes nothing
    output logic                  reference_awake_o,  // low: that of clk_reference_i
    input  logic                  frame_stb_i,
    input  logic                  ms_stb_i,
    input  logic [ClockWidth-1:0] left_i,      // of frame_timer
    output logic                  longer_o,    // to it
    output logic                  shorter_o,
    input  logic [References-1:0] ref_stb_i,
    input  logic [References-1:0] fault_i,     // not to be followed, strobes or not
    input  logic                  reg_valid_i,
    input  logic                  reg_write_i,
    input  logic [15:0]           reg_addr_i,
    input  logic [31:0]           reg_wdata_i,
    output logic                  reg_ack_o,
    output logic [7:0]            reg_status_o,
    output logic [31:0]           reg_rdata_o,
    output logic                  event_valid_o,
    input  logic                  event_ready_i,
    output logic [7:0]            event_kind_o,
    output logic [7:0]            event_index_o,
    output logic [15:0]           event_data_o
);
  localparam int unsigned IndexBits = References > 1 ? $clog2(References) : 1;
  localparam bit [3:0] None = 4'd15;
  localparam bit [1:0] Bit = switchroom_regs::ClockKindBit[1:0], Second = switchroom_regs::ClockKindSecond[1:0];
  localparam bit [1:0] Automatic = switchroom_regs::ClockModeAutomatic[1:0], Forced = switchroom_regs::ClockModeForced[1:0],
                       FreeRun = switchroom_regs::ClockModeFreeRun[1:0];
  if (References < 1 || References > 15) begin : gen_check_references
    $error("clock_recovery: References must be 1 to 15, what the register map has");
  end
  if (ClocksPerFrame != 2 ** ClockWidth || ClockWidth < 6 || ClockWidth > 13) begin : gen_check_clocks
    $error("clock_recovery: ClocksPerFrame must be a power of two from 64 to 8192");
  end
  if (ClocksPerFrame < 2 * References + 14) begin : gen_check_time
    $error("clock_recovery: ClocksPerFrame must be at least 2 References + 14");
  end

  // Settings
  logic [7:0]  control_q;
  logic [19:0] hold_off_ms_q, restore_ms_q, acquire_ms_q;
  logic [12:0] limit_q;
  logic [17:0] loop_q;  // pps_fast, pps_normal, normal, fast
  logic [11*References-1:0] config_q;
  logic enable, rst, free_run;
  logic [1:0] mode;
  assign enable   = control_q[0];
  assign mode     = control_q[3:2];
  assign free_run = mode == FreeRun;
  assign rst      = !enable;  // and so in reset, from its second clock on

  // References, one after the other
  assign reference_awake_o = enable ? frame_stb_i || ref_stb_i != '0 : reg_ack_o;  // once after a setting: the reset
  logic [2*References-1:0] counts;
  logic [ClockWidth*References-1:0] lefts;
  for (genvar n = 0; n < References; n++) begin : gen_inputs
    clock_input #(.ClockWidth(ClockWidth)) u_input (
        .clk_i(clk_reference_i), .rst_i(rst), .every_256th_i(config_q[11*n+1+:2] == Bit), .ref_stb_i(ref_stb_i[n]), .frame_stb_i,
        .left_i, .count_o(counts[2*n+:2]), .left_o(lefts[ClockWidth*n+:ClockWidth])
    );
  end
  logic look_q, judge_q, settle_q, ms_q, longer_q, shorter_q, start;
  logic [27:0] now_q;
  logic [IndexBits-1:0] index_q, asked;
  logic waits_q;         // a request waits …
  logic [15:0] word_q;   // … of this word
  logic [10:0] config_now;
  logic [ClockWidth-1:0] left_now;
  assign config_now = config_q[11*index_q+:11];
  assign left_now   = lefts[ClockWidth*index_q+:ClockWidth];
  logic sound, comes, usable, loop_busy, busy;
  logic [References-1:0] usable_all;
  logic [4:0] reference_status;
  logic signed [14:0] reference_error;
  logic [31:0] reference_losses;
  clock_supervisor #(.References(References), .ClockWidth(ClockWidth)) u_supervisor (
      .clk_i, .rst_i(rst), .limit_i(limit_q), .hold_off_ms_i(hold_off_ms_q), .restore_ms_i(restore_ms_q),
      .look_i(look_q), .judge_i(judge_q), .ms_i(ms_q), .index_i(index_q), .enable_i(config_now[0]),
      .pps_i(config_now[2:1] == Second), .fault_i(fault_i[index_q]), .count_i(counts[2*index_q+:2]),
      .left_i(left_now), .now_i(now_q), .sound_o(sound), .comes_o(comes), .usable_o(usable), .asked_i(asked),
      .usable_all_o(usable_all), .status_o(reference_status), .error_o(reference_error), .losses_o(reference_losses)
  );

  // The best of them; and what there is to be followed
  logic better, may, stays, sampled_q, lost_q, pps_q, followed_may_q, forced_may_q;
  logic [3:0] best_q, chosen, reference;
  logic [7:0] best_rank_q, followed_rank_q, rank;
  logic [ClockWidth-1:0] sample_left_q;
  logic [1:0] state;
  assign rank   = config_now[10:3];
  assign may    = usable && config_now[10:7] != 4'd15;
  assign better = may && (best_q == None || rank < best_rank_q);
  assign stays  = reference != None && followed_may_q && (!control_q[1] || followed_rank_q == best_rank_q);
  always_comb begin
    chosen = None;
    if (mode == Forced && forced_may_q) chosen = control_q[7:4];
    if (mode == Automatic) chosen = stays ? reference : best_q;
  end
  logic choose_q, fetch_q, select_q;  // after the last reference, a clock each
  logic [3:0] chosen_q;
  logic signed [14:0] error_q;
  assign busy = look_q || judge_q || choose_q || fetch_q || settle_q || loop_busy;
  assign asked = fetch_q ? chosen_q[IndexBits-1:0] : word_q[IndexBits-1:0];
  always_ff @(posedge clk_i) begin
    look_q   <= 1'b0;
    judge_q  <= look_q;
    choose_q <= 1'b0;
    fetch_q  <= choose_q;
    settle_q <= fetch_q;
    if (choose_q) chosen_q <= chosen;
    if (fetch_q) begin
      error_q  <= reference_error;
      select_q <= ms_q && (chosen_q != reference
               || (chosen_q == None && free_run && state == switchroom_regs::ClockStateHoldover[1:0]));
    end
    if (frame_stb_i) begin
      now_q     <= now_q + 28'(ClocksPerFrame) + {27'd0, longer_q} - {27'd0, shorter_q};
      longer_q  <= longer_o;
      shorter_q <= shorter_o;
      ms_q      <= ms_stb_i;
      look_q    <= 1'b1;
      index_q   <= '0;
      best_q    <= None;
      sampled_q <= 1'b0;
      lost_q    <= 1'b0;
      followed_may_q <= 1'b0;
      forced_may_q   <= 1'b0;
    end
    if (judge_q) begin
      if (index_q == IndexBits'(References - 1)) begin
        choose_q <= 1'b1;
      end else begin
        index_q <= index_q + 1'b1;
        look_q  <= 1'b1;
      end
      if (better) begin
        best_q      <= 4'(index_q);
        best_rank_q <= rank;
      end
      if (4'(index_q) == control_q[7:4]) forced_may_q <= may;
      if (4'(index_q) == reference) begin
        followed_may_q  <= may;
        followed_rank_q <= rank;
        sampled_q       <= comes;
        lost_q          <= !sound;
        sample_left_q   <= left_now;
        pps_q           <= config_now[2:1] == Second;
      end
    end
    if (rst) begin
      look_q    <= 1'b0;
      judge_q   <= 1'b0;
      choose_q  <= 1'b0;
      fetch_q   <= 1'b0;
      settle_q  <= 1'b0;
      now_q     <= '0;
      longer_q  <= 1'b0;
      shorter_q <= 1'b0;
    end
  end

  logic signed [31:0] frequency, held, phase;
  logic [31:0] since_s;
  logic [159:0] counters;
  clock_loop #(.ClockWidth(ClockWidth)) u_loop (
      .clk_i, .rst_i(rst), .fast_i(loop_q[3:0]), .normal_i(loop_q[7:4]), .pps_normal_i(loop_q[12:8]),
      .pps_fast_i(loop_q[17:13]), .acquire_ms_i(acquire_ms_q), .frame_stb_i, .longer_o, .shorter_o,
      .settle_i(settle_q), .ms_i(ms_q), .select_i(select_q),
      .select_reference_i(chosen_q), .error_i(error_q), .free_run_i(free_run), .sample_i(sampled_q), .lost_i(lost_q),
      .pps_i(pps_q), .left_i(sample_left_q), .busy_o(loop_busy), .state_o(state), .reference_o(reference),
      .frequency_o(frequency), .held_o(held), .phase_o(phase), .since_s_o(since_s), .counters_o(counters)
  );

  // Events
  logic [5:0] told_q;
  logic [References-1:0] told_usable_q, news;
  assign news = usable_all ^ told_usable_q;
  // In a block of its own: worked out by this clock, not by all that the question below waits for.
  logic at_work;
  always_comb begin
    at_work = 1'b0;
    if (reg_ack_o || waits_q || busy || event_valid_o || told_q != {reference, state} || news != '0) at_work = 1'b1;
  end
  assign awake_o = at_work || reg_valid_i || (enable && frame_stb_i);
  always_ff @(posedge clk_i) begin
    if (event_ready_i) event_valid_o <= 1'b0;
    if (!event_valid_o && !busy) begin
      if (told_q != {reference, state}) begin
        event_valid_o <= 1'b1;
        event_kind_o  <= switchroom_regs::EventKindClockState;
        event_index_o <= reference == None ? 8'hff : {4'd0, reference};
        event_data_o  <= {14'd0, state};
        told_q        <= {reference, state};
      end else begin
        for (int n = References - 1; n >= 0; n--) begin
          if (news[n]) begin
            event_valid_o <= 1'b1;
            event_kind_o  <= switchroom_regs::EventKindClockReference;
            event_index_o <= 8'(n);
            event_data_o  <= {15'd0, usable_all[n]};
            told_usable_q <= (told_usable_q & ~(References'(1) << n)) | (usable_all & (References'(1) << n));
          end
        end
      end
    end
    if (rst_i) begin
      event_valid_o <= 1'b0;
      told_q        <= {None, switchroom_regs::ClockStateFreeRun[1:0]};
      told_usable_q <= '0;
    end
  end

  // Registers
  function automatic logic [4:0] nearest(input logic [4:0] value, input logic [4:0] least, input logic [4:0] most);
    nearest = value < least ? least : value > most ? most : value;
  endfunction
  logic array_hit;
  assign start     = waits_q && !busy && !frame_stb_i;
  assign array_hit = 32'(word_q[3:0]) < References && word_q[15:4] >= switchroom_regs::ClockReferenceConfigWord[15:4]
                  && word_q[15:4] <= switchroom_regs::ClockReferenceLossesWord[15:4];
  always_ff @(posedge clk_i) begin
    reg_ack_o <= start;
    waits_q   <= waits_q ? !start : reg_valid_i && !reg_ack_o;
    if (!waits_q) word_q <= reg_addr_i;
    if (start) begin
      reg_status_o <= reg_write_i ? switchroom_regs::StatusReadOnly : switchroom_regs::StatusOk;
      reg_rdata_o  <= 32'd0;
      if (array_hit) begin
        case ({word_q[15:4], 4'd0})
          switchroom_regs::ClockReferenceConfigWord: begin
            reg_rdata_o  <= {20'd0, config_q[11*asked+3+:8], 1'b0, config_q[11*asked+:3]};
            reg_status_o <= switchroom_regs::StatusOk;
            if (reg_write_i) config_q[11*asked+:11] <= {reg_wdata_i[11:4], reg_wdata_i[2:0]};
          end
          switchroom_regs::ClockReferenceStatusWord: reg_rdata_o <= {27'd0, reference_status};
          switchroom_regs::ClockReferenceErrorWord:  reg_rdata_o <= 32'(reference_error);
          default:                                   reg_rdata_o <= reference_losses;
        endcase
      end else begin
        case (word_q)
          switchroom_regs::ClockControlWord,
          switchroom_regs::ClockHoldOffMsWord,
          switchroom_regs::ClockRestoreMsWord,
          switchroom_regs::ClockLimitWord,
          switchroom_regs::ClockLoopWord,
          switchroom_regs::ClockAcquireMsWord: reg_status_o <= switchroom_regs::StatusOk;
          default: ;
        endcase
        case (word_q)
          switchroom_regs::ClockIdWord:        reg_rdata_o <= switchroom_regs::ClockId;
          switchroom_regs::ClockCapacityWord:  reg_rdata_o <= References;
          switchroom_regs::ClockControlWord:   reg_rdata_o <= {24'd0, control_q};
          switchroom_regs::ClockHoldOffMsWord: reg_rdata_o <= {12'd0, hold_off_ms_q};
          switchroom_regs::ClockRestoreMsWord: reg_rdata_o <= {12'd0, restore_ms_q};
          switchroom_regs::ClockLimitWord:     reg_rdata_o <= {19'd0, limit_q};
          switchroom_regs::ClockLoopWord: begin
            reg_rdata_o <= {3'd0, loop_q[17:13], 3'd0, loop_q[12:8], 4'd0, loop_q[7:4], 4'd0, loop_q[3:0]};
          end
          switchroom_regs::ClockAcquireMsWord: reg_rdata_o <= {12'd0, acquire_ms_q};
          switchroom_regs::ClockStateWord:     reg_rdata_o <= {24'd0, reference, 2'd0, state};
          switchroom_regs::ClockFrequencyWord: reg_rdata_o <= frequency;
          switchroom_regs::ClockHeldWord:      reg_rdata_o <= held;
          switchroom_regs::ClockPhaseWord:     reg_rdata_o <= phase;
          switchroom_regs::ClockSinceSWord:    reg_rdata_o <= since_s;
          switchroom_regs::ClockLongerWord:    reg_rdata_o <= counters[31:0];
          switchroom_regs::ClockShorterWord:   reg_rdata_o <= counters[63:32];
          switchroom_regs::ClockSwitchesWord:  reg_rdata_o <= counters[95:64];
          switchroom_regs::ClockHoldoversWord: reg_rdata_o <= counters[127:96];
          switchroom_regs::ClockJumpsWord:     reg_rdata_o <= counters[159:128];
          default: reg_status_o <= switchroom_regs::StatusNoSuchRegister;
        endcase
        if (reg_write_i) begin
          case (word_q)
            switchroom_regs::ClockControlWord:   control_q     <= reg_wdata_i[7:0];
            switchroom_regs::ClockHoldOffMsWord: hold_off_ms_q <= reg_wdata_i[19:0];
            switchroom_regs::ClockRestoreMsWord: restore_ms_q  <= reg_wdata_i[19:0];
            switchroom_regs::ClockLimitWord:     limit_q       <= reg_wdata_i < 32'd7999 ? reg_wdata_i[12:0] : 13'd7999;
            switchroom_regs::ClockLoopWord: begin
              loop_q[3:0]   <= 4'(nearest(reg_wdata_i[4:0], 5'd6, 5'd15));
              loop_q[7:4]   <= 4'(nearest(reg_wdata_i[12:8], 5'd6, 5'd15));
              loop_q[12:8]  <= nearest(reg_wdata_i[20:16], 5'd14, 5'd20);
              loop_q[17:13] <= nearest(reg_wdata_i[28:24], 5'd14, 5'd20);
            end
            switchroom_regs::ClockAcquireMsWord: acquire_ms_q  <= reg_wdata_i[19:0];
            default: ;
          endcase
        end
      end
    end
    if (rst_i) begin
      reg_ack_o     <= 1'b0;
      waits_q       <= 1'b0;
      control_q     <= switchroom_regs::ClockControlReset[7:0];
      hold_off_ms_q <= switchroom_regs::ClockHoldOffMsReset[19:0];
      restore_ms_q  <= switchroom_regs::ClockRestoreMsReset[19:0];
      limit_q       <= switchroom_regs::ClockLimitReset[12:0];
      acquire_ms_q  <= switchroom_regs::ClockAcquireMsReset[19:0];
      loop_q        <= {switchroom_regs::ClockLoopReset[28:24], switchroom_regs::ClockLoopReset[20:16],
                        switchroom_regs::ClockLoopReset[11:8], switchroom_regs::ClockLoopReset[3:0]};
      config_q      <= '0;
    end
  end
endmodule
`default_nettype wire
