// SPDX-License-Identifier: MIT
// Channel-associated signalling in time slot 16 (G.704 5.1.3.2): alignment of its multiframes and their
// loss (G.732 5.2), the far end's y bit, and the signalling bits both ways. Received bits are taken
// when two multiframes say the same; what was taken stays when alignment is lost. Each change is told
// once; while event_busy_i it waits for the next multiframe.
//
// Latency: event_o with the stb_i after octet_stb_i's at the latest. Memories are set in the 32 clocks after reset; until
// then busy_o, and nothing else may be asked. send_o and received_o one clock after their fetch.
`default_nettype none
module e1_signalling (
    input  logic       clk_i,
    input  logic       rst_i,          // of the block
    output logic       busy_o,
    input  logic       run_i,          // cas, and frames are received
    input  logic       stb_i,
    input  logic       octet_stb_i,    // with stb_i: the octet of time slot 16
    input  logic [7:0] octet_i,
    output logic       aligned_o,
    output logic       y_o,
    input  logic       event_busy_i,
    output logic       event_stb_o,
    output logic [4:0] event_slot_o,
    output logic [3:0] event_bits_o,
    // what is sent
    input  logic       fetch_i,
    input  logic [4:0] fetch_slot_i,
    output logic [3:0] send_o,
    // the host
    input  logic       read_i,
    input  logic       write_i,
    input  logic [4:0] slot_i,
    input  logic [3:0] bits_i,
    output logic [3:0] sent_o,
    output logic [3:0] received_o
);
  logic [5:0] sweep_q;
  assign busy_o = !sweep_q[5];

  // Alignment. The first octet of a multiframe is 0000 x y x x.
  logic [3:0] frame_q;    // of the multiframe, of the next octet
  logic aligned_q, wrong_q, live_q;  // live: a bit was 1 since the multiframe began, or in the last octet
  logic first, start;
  assign start = octet_i[7:4] == 4'd0;
  assign first = octet_stb_i && (aligned_q ? frame_q == 4'd0 : start && live_q);
  assign aligned_o = aligned_q;

  // Two nibbles an octet: time slot n at once, n + 16 with the next bit.
  logic second_q, takes;
  logic [3:0] second_bits_q, second_frame_q;
  logic [4:0] slot;
  logic [3:0] bits, last, taken;
  assign takes = stb_i && (second_q || (octet_stb_i && aligned_q && !first));
  assign slot  = second_q ? {1'b1, second_frame_q} : {1'b0, frame_q};
  assign bits  = second_q ? second_bits_q : octet_i[7:4];
  logic [3:0] last_ram[32];
  logic [3:0] taken_ram[32];
  logic [3:0] send_ram[32];
  assign last  = last_ram[slot];
  assign taken = taken_ram[slot];
  assign event_stb_o  = takes && bits == last && bits != taken && !event_busy_i;
  assign event_slot_o = slot;
  assign event_bits_o = bits;

  always_ff @(posedge clk_i) begin
    if (busy_o || takes) last_ram[busy_o ? sweep_q[4:0] : slot] <= busy_o ? 4'd0 : bits;
    if (busy_o || event_stb_o) taken_ram[busy_o ? sweep_q[4:0] : slot] <= busy_o ? 4'd0 : bits;
    if (busy_o || write_i) begin
      send_ram[busy_o ? sweep_q[4:0] : slot_i] <= busy_o ? switchroom_regs::E1CasSendReset[3:0] : bits_i;
    end
    if (fetch_i) send_o <= send_ram[fetch_slot_i];
    if (read_i) begin
      sent_o     <= send_ram[slot_i];
      received_o <= taken_ram[slot_i];
    end
    if (busy_o) sweep_q <= sweep_q + 6'd1;

    if (stb_i) begin
      second_q <= octet_stb_i && aligned_q && !first;
      if (octet_stb_i) begin
        second_bits_q  <= octet_i[3:0];
        second_frame_q <= frame_q;
        frame_q <= first ? 4'd1 : frame_q + 4'd1;
        live_q  <= octet_i != 8'd0 || (aligned_q && live_q && !first);
        if (!aligned_q) begin
          aligned_q <= first;
          wrong_q   <= 1'b0;
        end else if (first) begin
          wrong_q <= !start;
          if ((!start && wrong_q) || (!live_q && octet_i == 8'd0)) aligned_q <= 1'b0;
        end
        if (first && start) y_o <= octet_i[2];
      end
      if (!run_i) begin
        aligned_q <= 1'b0;
        live_q    <= 1'b0;
        second_q  <= 1'b0;
        y_o       <= 1'b0;
      end
    end
    if (rst_i) begin
      sweep_q   <= 6'd0;
      aligned_q <= 1'b0;
      live_q    <= 1'b0;
      second_q  <= 1'b0;
      y_o       <= 1'b0;
    end
  end
endmodule
`default_nettype wire
