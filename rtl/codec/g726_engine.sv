// SPDX-License-Identifier: MIT
// ITU-T G.726 encoders and decoders of many channels: one sample of one channel after another, rate
// and ends said with each. The channels' states are in one RAM; a channel is an encoder or a decoder
// by what it is asked, and each channel begins with op_reset_i.
//
//   op_word_i      encoding: sample [16 TC], of which the upper 14 bits count, or octet of G.711
//                  decoding: code, of which the rate's bits count
//   done_word_o    encoding: code.  decoding: sample, its lowest two bits 0 and limited as Annex A
//                  has it, or octet of G.711, with the synchronous coding adjustment of clause 3.8
// Octets are in the lowest 8 bits, as on the wire. Rate, law and ends may change with each sample.
//
// OneClock 1 (simulations): a sample each clock; its result one clock later.
// OneClock 0 (boards): a sample each 16 clocks, taken when op_ready_o; its result 32 clocks after.
//   Of two samples that are at work one is predicted, tap after tap with one multiplier, the other
//   coded and learnt from.
// op_ready_o does not wait for op_valid_i. Results come in order and cannot be stalled.
// Relied upon: no sample of a channel comes before the result of its former one.
// Not guaranteed: what comes of a channel that has never been reset.
`default_nettype none
module g726_engine #(
    parameter int unsigned Channels      = 64,
    parameter int unsigned OneClock      = 1,
    localparam int unsigned ChannelWidth = $clog2(Channels)
) (
    input  logic                    clk_i,
    input  logic                    rst_i,
    output logic                    awake_o,  // low: the next clock changes nothing
    input  logic                    op_valid_i,
    output logic                    op_ready_o,
    input  logic [ChannelWidth-1:0] op_channel_i,
    input  logic                    op_decode_i,
    input  logic [1:0]              op_rate_i,    // g726::Rate16 …
    input  logic                    op_octets_i,  // octets of G.711, else samples
    input  logic                    op_mu_law_i,
    input  logic                    op_reset_i,
    input  logic [15:0]             op_word_i,
    output logic                    done_stb_o,
    output logic [ChannelWidth-1:0] done_channel_o,
    output logic [15:0]             done_word_o,
    output logic                    done_octet_o,   // it is an octet of G.711
    output logic                    done_mu_law_o
);
  if (Channels < 2) begin : gen_check_channels
    $error("g726_engine: Channels must be 2 or more");
  end
  if (OneClock == 1) begin : gen_one_clock
    g726_one_clock #(.Channels(Channels)) u_engine (
        .clk_i, .rst_i, .awake_o, .op_valid_i, .op_ready_o,
        .op_channel_i, .op_decode_i, .op_rate_i, .op_octets_i, .op_mu_law_i,
        .op_reset_i, .op_word_i, .done_stb_o, .done_channel_o, .done_word_o, .done_octet_o, .done_mu_law_o
    );
  end else begin : gen_sequential
    g726_sequential #(.Channels(Channels)) u_engine (
        .clk_i, .rst_i, .awake_o, .op_valid_i, .op_ready_o,
        .op_channel_i, .op_decode_i, .op_rate_i, .op_octets_i, .op_mu_law_i,
        .op_reset_i, .op_word_i, .done_stb_o, .done_channel_o, .done_word_o, .done_octet_o, .done_mu_law_o
    );
  end
endmodule
`default_nettype wire
