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
  logic [g726::StateBits-1:0] state_ram[2**ChannelWidth];

  assign op_ready_o = 1'b1;
  assign awake_o    = op_valid_i || done_stb_o;

  always_ff @(posedge clk_i) begin : work
    logic [95:0] b;
    logic [65:0] dq;
    logic [15:0] a1, a2;
    logic [10:0] sr1, sr2;
    logic [9:0]  ap;
    logic [11:0] dms, dmsp;
    logic [13:0] dml, dmlp;
    logic [12:0] yu, yup;
    logic [18:0] yl;
    logic        pk1, pk2, td, tdp;
    logic [15:0] sezi, sei, d, sr, dqsez, a2p, again_d;
    logic [12:0] y;
    logic [4:0]  code;
    logic [26:0] row;
    logic [7:0]  sp;
    logic        minus, tr;
    logic [14:0] dqmag;
    if (op_valid_i) begin
      {b, dq, a1, a2, sr1, sr2, ap, dms, dml, yu, yl, pk1, pk2, td} =
          op_reset_i ? g726::ResetState : state_ram[op_channel_i];
      sezi  = g726::accum_zeros(b, dq);
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
      state_ram[op_channel_i] <= {
        g726::adapted_zeros(b, dq, op_rate_i, minus, dqmag, tr), dq[54:0], g726::fl(minus, dqmag),
        tr ? 16'd0 : g726::limd(g726::upa1(a1, pk1, dqsez), a2p), tr ? 16'd0 : a2p, g726::floatb(sr), sr1,
        g726::filtc_triga(g726::subtc(dmsp, dmlp, tdp, y), ap, tr), dmsp, dmlp, yup, g726::filte(yup, yl),
        dqsez[15], pk1, tdp && !tr
      };
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
