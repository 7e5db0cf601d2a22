// SPDX-License-Identifier: MIT
// Names once a frame, from the lowest upwards, the channels that have work; one every third
// clock. The others are passed over at once, 32 channels at a time.
//
// Latency: frame_stb_i → the first visit_o two clocks, and one for each 32 channels passed over.
// channel_o stays for the clock after visit_o. The work of a 32 is looked at when their turn comes.
// Relied upon: the round is over before the next frame_stb_i.
`default_nettype none
module tone_round #(
    parameter int unsigned Channels    = 32,
    parameter int unsigned ChannelBits = 5
) (
    input  logic                   clk_i,
    input  logic                   rst_i,
    output logic                   awake_o,     // low: the next clock changes nothing
    input  logic                   frame_stb_i,
    input  logic [Channels-1:0]    work_i,
    output logic                   visit_o,
    output logic [ChannelBits-1:0] channel_o
);
  localparam int unsigned Groups = (Channels + 31) / 32;
  localparam int unsigned GroupBits = Groups > 1 ? $clog2(Groups) : 1;

  function automatic logic [4:0] lowest(input logic [31:0] channels);
    logic [31:0] one;
    one = channels & ~(channels - 32'd1);
    lowest = {|(one & 32'hffff0000), |(one & 32'hff00ff00), |(one & 32'hf0f0f0f0),
              |(one & 32'hcccccccc), |(one & 32'haaaaaaaa)};
  endfunction

  logic [31:0] todo_q;  // of the group
  logic [GroupBits-1:0] group_q;
  /* verilator lint_off UNUSEDSIGNAL */  // 32 are taken
  logic [Channels-1:0] later;
  /* verilator lint_on UNUSEDSIGNAL */
  logic more;
  assign later   = work_i >> {group_q + 1'b1, 5'd0};
  assign more    = Groups > 1 && group_q != GroupBits'(Groups - 1);
  logic pause_q;
  assign awake_o = frame_stb_i || todo_q != 32'd0 || more || visit_o;
  always_ff @(posedge clk_i) begin
    visit_o <= todo_q != 32'd0 && !visit_o && !pause_q;
    pause_q <= visit_o;
    if (todo_q != 32'd0 && !visit_o && !pause_q) begin
      channel_o <= ChannelBits'({group_q, lowest(todo_q)});
      todo_q    <= todo_q & (todo_q - 32'd1);
    end
    if (more && todo_q == 32'd0) begin
      group_q <= group_q + 1'b1;
      todo_q  <= 32'(later);
    end
    if (frame_stb_i) begin
      group_q <= '0;
      todo_q  <= 32'(work_i);
    end
    if (rst_i) begin
      visit_o <= 1'b0;
      pause_q <= 1'b0;
      group_q <= GroupBits'(Groups - 1);
      todo_q  <= 32'd0;
    end
  end
endmodule
`default_nettype wire
