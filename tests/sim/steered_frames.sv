// SPDX-License-Identifier: MIT
// The fabric's clock and its frame timer, without the fabric: for benches of minutes at 65.536 MHz.
`default_nettype none
module steered_frames #(
    parameter int unsigned ClocksPerFrame = 8192,
    parameter int unsigned References     = 2,
    localparam int unsigned ClockWidth    = $clog2(ClocksPerFrame)
) (
    input  logic                  clk_i,
    input  logic                  rst_i,
    input  logic [ClockWidth-1:0] skip_i,
    output logic                  awake_o,
    output logic                  frame_stb_o,
    output logic [31:0]           frame_o,
    output logic [ClockWidth-1:0] left_o,
    input  logic [References-1:0] ref_stb_i,
    input  logic [References-1:0] fault_i,
    input  logic                  reg_valid_i,
    input  logic                  reg_write_i,
    input  logic [15:0]           reg_addr_i,
    input  logic [31:0]           reg_wdata_i,
    output logic                  reg_ack_o,
    output logic [7:0]            reg_status_o,
    output logic [31:0]           reg_rdata_o,
    output logic                  event_valid_o,
    output logic [7:0]            event_kind_o,
    output logic [7:0]            event_index_o,
    output logic [15:0]           event_data_o
);
  logic ms_stb, slot_stb, longer, shorter;
  logic [1:0] awake, slot;
  assign awake_o = awake != 2'd0 || slot_stb;
  frame_timer #(.ClocksPerFrame(ClocksPerFrame), .Slots(4)) u_frame_timer (
      .clk_i, .rst_i, .skip_i, .longer_i(longer), .shorter_i(shorter), .last_i(&slot), .next_slot_i(slot + 2'd1), .frame_stb_o, .ms_stb_o(ms_stb),
      .frame_o, .slot_stb_o(slot_stb), .slot_o(slot), .left_o
  );
  clock_recovery #(.References(References), .ClocksPerFrame(ClocksPerFrame)) u_clock_recovery (
      .clk_i, .clk_reference_i(clk_i), .rst_i, .awake_o(awake[0]), .reference_awake_o(awake[1]),
      .frame_stb_i(frame_stb_o), .ms_stb_i(ms_stb), .left_i(left_o),
      .longer_o(longer), .shorter_o(shorter), .ref_stb_i, .fault_i,
      .reg_valid_i, .reg_write_i, .reg_addr_i, .reg_wdata_i, .reg_ack_o, .reg_status_o, .reg_rdata_o,
      .event_valid_o, .event_ready_i(event_valid_o), .event_kind_o, .event_index_o, .event_data_o
  );
endmodule
`default_nettype wire
