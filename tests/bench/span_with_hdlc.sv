// SPDX-License-Identifier: MIT
// For span_bench: an E1 span and HDLC channels in the fabric's time, and as much of a switch as they need: each time slot
// is told what it says, and time slot 16 and HDLC channel 0 each other. Clocks sleep as fabric's do.
`default_nettype none
module span_with_hdlc (
    input  logic        clk_i,
    input  logic        clk_bit_i,
    input  logic        clk_span_i,
    input  logic        clk_hdlc_i,
    input  logic        rst_i,
    output logic        frame_stb_o,
    output logic        bit_awake_o,   // beside rx_stb_i
    output logic        span_awake_o,
    output logic        hdlc_awake_o,
    input  logic        rx_stb_i,
    input  logic        rx_pos_i,
    input  logic        rx_neg_i,
    output logic        tx_stb_o,
    output logic        tx_pos_o,
    output logic        tx_neg_o,
    input  logic        e1_valid_i,
    input  logic        hdlc_valid_i,
    input  logic        reg_write_i,
    input  logic [15:0] reg_addr_i,
    input  logic [31:0] reg_wdata_i,
    output logic        e1_ack_o,
    output logic        hdlc_ack_o,
    output logic [31:0] e1_rdata_o,
    output logic [31:0] hdlc_rdata_o
);
  localparam int unsigned ClocksPerFrame = 512, First = 1, Slots = First + 34;
  localparam bit [5:0] Signalling = 6'(First + 16), Channel = 6'(First + 32);
  logic slot_stb, slot_stb_q, egress_stb_q, channel_stb, span_stb;
  logic [4:0] time_slot;
  logic [5:0] slot, slot_q, egress_slot_q;
  logic [15:0] span_sample, hdlc_sample, said_q, heard_q, egress_sample_q;
  logic [8:0] left;
  logic [31:0] speaks;
  logic [1:0] channels_speak;
  /* verilator lint_off PINCONNECTEMPTY */
  frame_timer #(.ClocksPerFrame(ClocksPerFrame), .Slots(Slots)) u_frame_timer (
      .clk_i, .rst_i, .skip_i('0), .longer_i(1'b0), .shorter_i(1'b0), .last_i(slot == 6'(Slots - 1)), .next_slot_i(slot + 6'd1), .frame_stb_o, .ms_stb_o(), .frame_o(),
      .slot_stb_o(slot_stb), .slot_o(slot), .left_o(left)
  );
  assign time_slot   = 5'(slot - 6'(First));
  assign span_stb    = slot_stb && slot >= 6'(First) && slot < Channel && speaks[time_slot];
  assign channel_stb = slot_stb && slot >= Channel && channels_speak[time_slot[0]];
  always_ff @(posedge clk_i) begin
    slot_stb_q   <= slot_stb;
    slot_q       <= slot;
    egress_stb_q <= slot_stb_q;
    if (slot_stb_q) begin
      egress_slot_q   <= slot_q;
      egress_sample_q <= slot_q == Signalling ? said_q : slot_q >= Channel ? heard_q : span_sample;
      if (slot_q == Signalling) heard_q <= span_sample;
      if (slot_q == Channel) said_q <= hdlc_sample;
    end
  end
  digital_lines #(.Spans(1), .FirstSlot(First), .SlotBits(6), .ClocksPerFrame(ClocksPerFrame)) u_digital_lines (
      .clk_i(clk_bit_i), .clk_span_i, .rst_i, .awake_o(bit_awake_o), .span_awake_o, .runs_o(), .fault_o(),
      .frame_stb_i(frame_stb_o), .left_i(left), .rx_stb_i, .rx_pos_i, .rx_neg_i, .rx_stb_o(), .tx_stb_o, .tx_pos_o, .tx_neg_o,
      .speaks_o(speaks), .slot_stb_i(span_stb), .slot_i(time_slot), .sample_o(span_sample), .egress_stb_i(egress_stb_q),
      .egress_slot_i(egress_slot_q), .egress_sample_i(egress_sample_q), .e1_valid_i, .reg_write_i, .reg_addr_i,
      .reg_wdata_i, .e1_ack_o, .e1_status_o(), .e1_rdata_o, .event_valid_o(), .event_ready_i(1'b1), .event_kind_o(),
      .event_index_o(), .event_data_o()
  );
  hdlc_channels #(.Channels(2), .FirstSlot(First + 32), .SlotBits(6), .ClocksPerFrame(ClocksPerFrame)) u_hdlc_channels (
      .clk_i(clk_hdlc_i), .rst_i, .awake_o(hdlc_awake_o), .egress_stb_i(egress_stb_q), .egress_slot_i(egress_slot_q),
      .egress_sample_i(egress_sample_q), .speaks_o(channels_speak), .channel_stb_i(channel_stb), .channel_i(time_slot[0]),
      .sample_o(hdlc_sample), .reg_valid_i(hdlc_valid_i), .reg_write_i, .reg_addr_i, .reg_wdata_i,
      .reg_ack_o(hdlc_ack_o), .reg_status_o(), .reg_rdata_o(hdlc_rdata_o), .event_valid_o(), .event_ready_i(1'b1),
      .event_kind_o(), .event_index_o(), .event_data_o()
  );
  /* verilator lint_on PINCONNECTEMPTY */
endmodule
`default_nettype wire
