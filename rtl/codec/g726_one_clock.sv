// SPDX-License-Identifier: MIT
// A sample of G.726 each clock, for simulations. Ports and what is relied upon: g726_engine.
`default_nettype none
module g726_one_clock #(
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
  // The state in words of 64 bits and less, which are what a simulation is quick with:
  // B1 … B4;  B5, B6, A1, A2;  DQ1 … DQ5;  DQ6, SR1, SR2, AP, DMS;  DML, YU, YL, PK1, PK2, TD
  logic [63:0] b_ram[2**ChannelWidth];
  logic [63:0] b_a_ram[2**ChannelWidth];
  logic [54:0] dq_ram[2**ChannelWidth];
  logic [54:0] dq_sr_ram[2**ChannelWidth];
  logic [48:0] scale_ram[2**ChannelWidth];

  assign op_ready_o = 1'b1;
  assign awake_o    = op_valid_i || done_stb_o;

  always_ff @(posedge clk_i) begin : work
    logic [15:0] b1, b2, b3, b4, b5, b6;
    logic [10:0] dq1, dq2, dq3, dq4, dq5, dq6;
    logic [15:0] a1, a2;
    logic [10:0] sr1, sr2;
    logic [9:0]  ap;
    logic [11:0] dms, dmsp;
    logic [13:0] dml, dmlp;
    logic [12:0] yu, yup;
    logic [18:0] yl;
    logic        pk1, pk2, td, tdp;
    logic [15:0] sezi, sei, d, sr, dqsez, a1p, a2p, again_d;
    logic [12:0] y;
    logic [4:0]  code;
    logic [26:0] row;
    logic [7:0]  sp;
    logic        minus, zero, tr;
    logic [14:0] dqmag;
    if (op_valid_i) begin
      {b4, b3, b2, b1}              = b_ram[op_channel_i];
      {b6, b5, a1, a2}              = b_a_ram[op_channel_i];
      {dq5, dq4, dq3, dq2, dq1}     = dq_ram[op_channel_i];
      {dq6, sr1, sr2, ap, dms}      = dq_sr_ram[op_channel_i];
      {dml, yu, yl, pk1, pk2, td}   = scale_ram[op_channel_i];
      if (op_reset_i) begin
        {b4, b3, b2, b1}            = '0;
        {b6, b5, a1, a2}            = '0;
        {dq5, dq4, dq3, dq2, dq1}   = {5{g726::FlZero}};
        {dq6, sr1, sr2, ap, dms}    = {{3{g726::FlZero}}, 22'd0};
        {dml, yu, yl, pk1, pk2, td} = {14'd0, g726::YuReset, g726::YlReset, 3'd0};
      end
      sezi  = g726::fmult(b1, dq1) + g726::fmult(b2, dq2) + g726::fmult(b3, dq3) + g726::fmult(b4, dq4)
            + g726::fmult(b5, dq5) + g726::fmult(b6, dq6);
      sei   = sezi + g726::fmult(a2, sr2) + g726::fmult(a1, sr1);
      y     = g726::mix_sum(yl, g726::mix_product(g726::lima(ap), g726::mix_difference(yu, yl)));
      code  = op_word_i[4:0] & g726::ones(op_rate_i);
      if (!op_decode_i) begin
        d    = g726::subta(g726::sl_of(op_octets_i, op_mu_law_i, op_word_i), sei);
        code = g726::quan(op_rate_i, g726::subtb(g726::log(g726::magnitude_of(d)), y), d[15]);
      end
      row   = g726::row(op_rate_i, code);
      minus = g726::code_minus(op_rate_i, code);
      dqmag = g726::antilog(g726::adda(row[26:15], y));
      tr    = g726::trans(td, yl, dqmag);
      sr    = g726::addb(minus, dqmag, sei);
      dqsez = g726::addb(minus, dqmag, sezi);
      a2p   = g726::limc(g726::upa2(a2, g726::upa2_gain(a1, pk1, pk2, dqsez)));
      tdp   = g726::tone(a2p);
      dmsp  = g726::filta(row[2:0], dms);
      dmlp  = g726::filtb(row[2:0], dml);
      yup   = g726::filtd_limb(row[14:3], y);
      a1p   = g726::limd(g726::upa1(a1, pk1, dqsez), a2p);
      zero  = dqmag == 15'd0;
      b_ram[op_channel_i] <= {
        g726::upb(op_rate_i, b4, dq4[10], minus, zero, tr), g726::upb(op_rate_i, b3, dq3[10], minus, zero, tr),
        g726::upb(op_rate_i, b2, dq2[10], minus, zero, tr), g726::upb(op_rate_i, b1, dq1[10], minus, zero, tr)
      };
      b_a_ram[op_channel_i] <= {
        g726::upb(op_rate_i, b6, dq6[10], minus, zero, tr), g726::upb(op_rate_i, b5, dq5[10], minus, zero, tr),
        tr ? 16'd0 : a1p, tr ? 16'd0 : a2p
      };
      dq_ram[op_channel_i]    <= {dq4, dq3, dq2, dq1, g726::fl(minus, dqmag)};
      dq_sr_ram[op_channel_i] <= {
        dq5, g726::floatb(sr), sr1, g726::filtc_triga(g726::subtc(dmsp, dmlp, tdp, y), ap, tr), dmsp
      };
      scale_ram[op_channel_i] <= {dmlp, yup, g726::filte(yup, yl), dqsez[15], pk1, tdp && !tr};
      done_word_o <= {11'd0, code};
      if (op_decode_i && !op_octets_i) done_word_o <= {g726::limo(sr), 2'd0};
      else if (op_decode_i) begin
        sp      = g726::compress(op_mu_law_i, sr);
        again_d = g726::subta(g726::sl_of(1'b1, op_mu_law_i, {8'd0, sp}), sei);
        done_word_o <= {8'd0, g726::sync(
            op_mu_law_i, op_rate_i, code,
            g726::quan(op_rate_i, g726::subtb(g726::log(g726::magnitude_of(again_d)), y), again_d[15]), sp)};
      end
      done_channel_o <= op_channel_i;
      done_octet_o   <= op_decode_i && op_octets_i;
      done_mu_law_o  <= op_mu_law_i;
    end
    done_stb_o <= op_valid_i && !rst_i;
  end
endmodule
`default_nettype wire
