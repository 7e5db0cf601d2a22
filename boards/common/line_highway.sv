// SPDX-License-Identifier: MIT
// PCM highway master for codec chips: 2.048 Mbit/s, 32 time slots, line n in time slot n.
//
// bclk_o rises in the middle of a bit; fsync_o is high during the first bit of a frame; data
// changes on the falling edge of bclk_o and is sampled on the rising one (short frame sync, as
// SLIC and codec chips call it). Most significant bit first.
//
// Fabric side: an octet written with line_stb_i in frame n is on the highway in frame n + 1; an
// octet received in frame n is read at line_i from frame n + 1 on, one clock after the address.
// Nothing stalls. Lines without a codec read what the open data_i carries.
`default_nettype none
module line_highway #(
    parameter int unsigned ClocksPerFrame = 8192,
    parameter int unsigned Lines = 8,
    localparam int unsigned LineWidth = Lines > 1 ? $clog2(Lines) : 1
) (
    input  wire                 clk_i,
    input  wire                 rst_i,
    input  wire                 frame_stb_i,
    // from and to the fabric
    input  wire                 line_stb_i,
    input  wire [LineWidth-1:0] line_i,
    input  wire [          7:0] pcm_i,
    input  wire [LineWidth-1:0] read_line_i,
    output reg  [          7:0] pcm_o,
    // pins
    input  wire                 data_i,
    output reg                  data_o,
    output reg                  bclk_o,
    output reg                  fsync_o
);
  localparam int unsigned ClocksPerBit = ClocksPerFrame / 256;
  localparam int unsigned Depth = 2 ** LineWidth;
  localparam int unsigned CountWidth = $clog2(ClocksPerFrame);
  localparam int unsigned BitWidth = $clog2(ClocksPerBit);
  generate
    if (ClocksPerFrame != ClocksPerBit * 256 || ClocksPerBit != 2 ** BitWidth || ClocksPerBit < 4)
      pcm_highway_clocks_per_frame_must_be_a_power_of_two_of_at_least_1024 wrong();
    if (Lines > 32) pcm_highway_has_32_time_slots wrong_lines();
  endgenerate

  // Two banks each, swapped at the frame boundary: the delay is the same for all lines.
  reg [7:0] to_codec[0:2*Depth-1];
  reg [7:0] from_codec[0:2*Depth-1];
  reg bank_q;
  wire bank = bank_q ^ frame_stb_i;
  reg [CountWidth-1:0] clock_q;
  wire [BitWidth-1:0] in_bit = clock_q[BitWidth-1:0];
  wire [2:0] bit_index = clock_q[BitWidth+:3];
  wire [4:0] time_slot = clock_q[BitWidth+3+:5];
  wire used = {27'd0, time_slot} < Lines;
  reg [7:0] out_q;
  reg [6:0] in_q;
  reg [1:0] sync_q;
  wire [7:0] octet_out = to_codec[{!bank, time_slot[LineWidth-1:0]}];

  always @(posedge clk_i) begin
    clock_q <= frame_stb_i ? CountWidth'(1) : clock_q + CountWidth'(1);
    sync_q  <= {sync_q[0], data_i};
    bank_q  <= bank;
    if (line_stb_i) to_codec[{bank, line_i}] <= pcm_i;
    pcm_o <= from_codec[{!bank, read_line_i}];

    bclk_o <= in_bit >= BitWidth'(ClocksPerBit / 2);
    if (in_bit == BitWidth'(0)) begin
      fsync_o <= time_slot == 5'd0 && bit_index == 3'd0;
      data_o  <= bit_index == 3'd0 ? (used && octet_out[7]) : out_q[7];
      out_q   <= bit_index == 3'd0 ? (used ? {octet_out[6:0], 1'b0} : 8'd0)
                                   : {out_q[6:0], 1'b0};
    end
    // Two clocks of synchroniser behind the rising edge.
    if (in_bit == BitWidth'(ClocksPerBit / 2 + 1)) begin
      in_q <= {in_q[5:0], sync_q[1]};
      if (bit_index == 3'd7 && used) from_codec[{bank_q, time_slot[LineWidth-1:0]}] <= {in_q, sync_q[1]};
    end
    if (rst_i) begin
      clock_q <= CountWidth'(0);
      bank_q  <= 1'b0;
      bclk_o  <= 1'b0;
      fsync_o <= 1'b0;
      data_o  <= 1'b0;
    end
  end
endmodule
`default_nettype wire
