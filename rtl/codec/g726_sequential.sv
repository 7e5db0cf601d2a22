// SPDX-License-Identifier: MIT
// A sample of G.726 each 16 clocks, for boards: two are at work, one predicted, one coded. Ports and what
// is relied upon: g726_engine.
`default_nettype none
module g726_sequential #(
    parameter int unsigned Channels      = 64,
    localparam int unsigned ChannelWidth = $clog2(Channels)
) (
    input  logic                    clk_i,
    input  logic                    rst_i,
    output logic                    awake_o,
    input  logic                    op_valid_i,
    output logic                    op_ready_o,
    input  logic [ChannelWidth-1:0] op_channel_i,
    input  logic                    op_decode_i,
    input  logic [1:0]              op_rate_i,
    input  logic                    op_octets_i,
    input  logic                    op_mu_law_i,
    input  logic                    op_reset_i,
    input  logic [15:0]             op_word_i,
    output logic                    done_stb_o,
    output logic [ChannelWidth-1:0] done_channel_o,
    output logic [15:0]             done_word_o,
    output logic                    done_octet_o,
    output logic                    done_mu_law_o
);
  // From the top: B6 … B1, DQ6 … DQ1, A1, A2, SR1, SR2, AP, DMS, DML, YU, YL, PK1, PK2, TD.
  localparam int unsigned StateBits = 287;
  localparam logic [StateBits-1:0] ResetState = {
    96'd0, {6{g726::FlZero}}, 32'd0, {2{g726::FlZero}}, 36'd0, g726::YuReset, g726::YlReset, 3'd0
  };
  logic [StateBits-1:0] state_ram[2**ChannelWidth];

  // Turns of 16 clocks, beats 0 to 15; at the last the samples move on. Idle, it stays the last.
  localparam logic [3:0] LastBeat = 4'd15;
  logic [3:0] beat_q;
  logic       last_beat, predicting_q, adapting_q;
  assign last_beat  = beat_q == LastBeat;
  assign op_ready_o = last_beat;
  assign awake_o    = op_valid_i || predicting_q || adapting_q || done_stb_o;
  always_ff @(posedge clk_i) begin
    if (!last_beat) beat_q <= beat_q + 4'd1;
    else begin
      predicting_q <= op_valid_i;
      adapting_q   <= predicting_q;
      if (op_valid_i || predicting_q) beat_q <= 4'd0;
    end
    if (rst_i) begin
      beat_q       <= LastBeat;
      predicting_q <= 1'b0;
      adapting_q   <= 1'b0;
    end
  end

  // The sample whose estimate is worked out. Tap n is chosen at beat n + 4 and summed up at beat
  // n + 8, zeros first.
  logic                    p_decode_q, p_octets_q, p_mu_law_q, p_reset_q;
  logic [1:0]              p_rate_q;
  logic [15:0]             p_word_q;
  logic [ChannelWidth-1:0] p_channel_q;
  logic [StateBits-1:0] ram_q, p_state_q;
  logic [95:0] p_b;
  logic [65:0] p_dq;
  logic [15:0] p_a1, p_a2;
  logic [10:0] p_sr1, p_sr2;
  logic [9:0]  p_ap;
  logic [12:0] p_yu;
  logic [18:0] p_yl;
  // verilator lint_off UNUSEDSIGNAL
  logic [28:0] p_others;
  // verilator lint_on UNUSEDSIGNAL
  assign {p_b, p_dq, p_a1, p_a2, p_sr1, p_sr2, p_ap, p_others[28:3], p_yu, p_yl, p_others[2:0]} = p_state_q;
  logic [15:0] an_q, fixed_q, sum_q, sezi_q;
  logic [10:0] srn_q, float_q, float_srn_q;
  logic [13:0] product_q, difference_q, mixed_q, p_sl_q;
  logic [6:0]  al_q;
  logic [12:0] p_y_q;
  always_ff @(posedge clk_i) begin
    if (last_beat) begin
      ram_q       <= state_ram[op_channel_i];
      p_channel_q <= op_channel_i;
      p_decode_q  <= op_decode_i;
      p_rate_q    <= op_rate_i;
      p_octets_q  <= op_octets_i;
      p_mu_law_q  <= op_mu_law_i;
      p_reset_q   <= op_reset_i;
      p_word_q    <= op_word_i;
    end
    p_state_q <= p_reset_q ? ResetState : ram_q;  // stands from beat 1 on
    case (beat_q)
      4'd4: {an_q, srn_q} <= {p_b[15:0], p_dq[10:0]};
      4'd5: {an_q, srn_q} <= {p_b[31:16], p_dq[21:11]};
      4'd6: {an_q, srn_q} <= {p_b[47:32], p_dq[32:22]};
      4'd7: {an_q, srn_q} <= {p_b[63:48], p_dq[43:33]};
      4'd8: {an_q, srn_q} <= {p_b[79:64], p_dq[54:44]};
      4'd9: {an_q, srn_q} <= {p_b[95:80], p_dq[65:55]};
      4'd10: {an_q, srn_q} <= {p_a2, p_sr2};
      default: {an_q, srn_q} <= {p_a1, p_sr1};
    endcase
    float_q     <= g726::fmult_float(an_q);
    float_srn_q <= srn_q;
    product_q   <= g726::fmult_product(float_q, float_srn_q);
    fixed_q     <= g726::fmult_fixed(product_q);
    sum_q       <= (beat_q == 4'd8 ? 16'd0 : sum_q) + fixed_q;
    if (beat_q == 4'd14) sezi_q <= sum_q;
    al_q   <= g726::lima(p_ap);
    difference_q <= g726::mix_difference(p_yu, p_yl);
    mixed_q      <= g726::mix_product(al_q, difference_q);
    p_y_q        <= g726::mix_sum(p_yl, mixed_q);
    p_sl_q <= g726::sl_of(p_octets_q, p_mu_law_q, p_word_q);
  end

  // The sample that is coded and learnt from. What it begins with stays for the whole turn; each
  // register after that is right from the beat on that it is named with.
  logic                    decode_q, octets_q, mu_law_q;
  logic [1:0]              rate_q;
  logic [4:0]              given_code_q;
  logic [ChannelWidth-1:0] channel_q;
  logic [13:0]             sl_q;
  logic [12:0]             y_q;
  logic [95:0] b_q;
  logic [65:0] dq_q;
  logic [15:0] a1_q, a2_q;
  logic [10:0] sr1_q;
  logic [9:0]  ap_q;
  logic [11:0] dms_q;
  logic [13:0] dml_q;
  logic [18:0] yl_q;
  logic        pk1_q, pk2_q, td_q;
  logic [15:0] sei_q, d, magnitude_q;      // beat 1
  logic        ds_q;
  logic [11:0] dln_q;                      // 2
  logic [3:0]  passed_q;                   // 3
  logic [4:0]  code_q;                     // 4
  logic [26:0] row_q;                      // 5
  logic [11:0] dql_q;                      // 6
  logic [14:0] dqmag_q;                    // 7
  logic        tr_q;                       // 8
  logic [15:0] sr_q, dqsez_q;
  logic [11:0] gain_q;                     // 9
  logic [16:0] a1t_q;
  logic [13:0] so_q;
  logic [7:0]  sp_q;                       // 10
  logic [16:0] a2t_q;
  logic [13:0] again_sl_q;                 // 11
  logic [15:0] again_d;
  logic [15:0] a2p_q;
  logic [15:0] again_magnitude_q;          // 12
  logic        again_ds_q;
  logic [15:0] a1p_q;
  logic [11:0] again_dln_q;                // 13
  logic [3:0]  again_passed_q;             // 14
  logic [4:0]  again_q;                    // 15
  logic        minus_q, ax_q;
  logic [11:0] dmsp_q;
  logic [13:0] dmlp_q;
  logic [12:0] yup_q;
  logic [95:0] bp_q;
  assign d       = g726::subta(sl_q, sum_q);
  assign again_d = g726::subta(again_sl_q, sei_q);
  always_ff @(posedge clk_i) begin
    if (last_beat) begin
      decode_q     <= p_decode_q;
      octets_q     <= p_octets_q;
      mu_law_q     <= p_mu_law_q;
      rate_q       <= p_rate_q;
      given_code_q <= p_word_q[4:0];
      channel_q    <= p_channel_q;
      sl_q         <= p_sl_q;
      y_q          <= p_y_q;
      {b_q, dq_q, a1_q, a2_q, sr1_q} <= {p_b, p_dq, p_a1, p_a2, p_sr1};
      {ap_q, yl_q}                   <= {p_ap, p_yl};
      {dms_q, dml_q, pk1_q, pk2_q, td_q} <= p_others;
    end
    if (beat_q == 4'd0) sei_q <= sum_q;
    if (beat_q == 4'd0) {ds_q, magnitude_q} <= {d[15], g726::magnitude_of(d)};
    dln_q   <= g726::subtb(g726::log(magnitude_q), y_q);
    passed_q <= g726::passed(rate_q, dln_q);
    code_q  <= decode_q ? given_code_q & g726::ones(rate_q) : g726::code_of(rate_q, passed_q, ds_q);
    row_q   <= g726::row(rate_q, code_q);
    dql_q   <= g726::adda(row_q[26:15], y_q);
    dqmag_q <= g726::antilog(dql_q);
    minus_q <= g726::code_minus(rate_q, code_q);
    tr_q    <= g726::trans(td_q, yl_q, dqmag_q);
    sr_q    <= g726::addb(minus_q, dqmag_q, sei_q);
    dqsez_q <= g726::addb(minus_q, dqmag_q, sezi_q);
    dmsp_q  <= g726::filta(row_q[2:0], dms_q);
    dmlp_q  <= g726::filtb(row_q[2:0], dml_q);
    yup_q   <= g726::filtd_limb(row_q[14:3], y_q);
    for (int unsigned n = 0; n < 6; n++) begin
      bp_q[16*n+:16] <= g726::upb(rate_q, b_q[16*n+:16], dq_q[11*n+10], minus_q, dqmag_q == 15'd0, tr_q);
    end
    gain_q  <= g726::upa2_gain(a1_q, pk1_q, pk2_q, dqsez_q);
    a1t_q   <= g726::upa1(a1_q, pk1_q, dqsez_q);
    a2t_q   <= g726::upa2(a2_q, gain_q);
    a2p_q   <= g726::limc(a2t_q);
    ax_q    <= g726::subtc(dmsp_q, dmlp_q, g726::tone(a2p_q), y_q);
    a1p_q   <= g726::limd(a1t_q, a2p_q);
    so_q    <= g726::compress_limo(mu_law_q, sr_q);
    sp_q    <= g711::encoded(mu_law_q, {so_q, 2'd0});
    again_sl_q <= g726::sl_of(1'b1, mu_law_q, {8'd0, sp_q});
    {again_ds_q, again_magnitude_q} <= {again_d[15], g726::magnitude_of(again_d)};
    again_dln_q <= g726::subtb(g726::log(again_magnitude_q), y_q);
    again_passed_q <= g726::passed(rate_q, again_dln_q);
    again_q     <= g726::code_of(rate_q, again_passed_q, again_ds_q);
    done_stb_o  <= last_beat && adapting_q && !rst_i;
    if (last_beat && adapting_q) begin
      state_ram[channel_q] <= {
        bp_q, dq_q[54:0], g726::fl(minus_q, dqmag_q), tr_q ? 16'd0 : a1p_q, tr_q ? 16'd0 : a2p_q,
        g726::floatb(sr_q), sr1_q, g726::filtc_triga(ax_q, ap_q, tr_q), dmsp_q, dmlp_q, yup_q,
        g726::filte(yup_q, yl_q), dqsez_q[15], pk1_q, g726::tone(a2p_q) && !tr_q
      };
      done_channel_o <= channel_q;
      done_octet_o   <= decode_q && octets_q;
      done_mu_law_o  <= mu_law_q;
      done_word_o    <= {11'd0, code_q};
      if (decode_q && !octets_q) done_word_o <= {g726::limo(sr_q), 2'd0};
      else if (decode_q) done_word_o <= {8'd0, g726::sync(mu_law_q, rate_q, code_q, again_q, sp_q)};
    end
  end
endmodule
`default_nettype wire
