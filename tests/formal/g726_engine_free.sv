// SPDX-License-Identifier: MIT
// In the place of g726_engine, whose results are anything: g726_channels_properties.svh says when they
// may come.
`default_nettype none
module g726_engine #(
    parameter int unsigned Channels = 64,
    parameter int unsigned OneClock = 1,
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
  (* anyseq *) logic f_ready, f_done, f_octet, f_mu_law;
  (* anyseq *) logic [ChannelWidth-1:0] f_channel;
  (* anyseq *) logic [15:0] f_word;
  assign {awake_o, op_ready_o, done_stb_o, done_octet_o, done_mu_law_o} = {1'b1, f_ready, f_done, f_octet, f_mu_law};
  assign done_channel_o = f_channel;
  assign done_word_o    = f_word;
endmodule
`default_nettype wire
