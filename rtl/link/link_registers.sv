// SPDX-License-Identifier: MIT
// Registers of the link (regs/link.toml): counters and which host slots are enabled.
// Answers two clocks after the request.
`default_nettype none
module link_registers #(
    parameter int unsigned HostSlots  = 64,
    parameter int unsigned RingFrames = 256,
    parameter int unsigned FirstSlot  = 64,
    localparam int unsigned SlotWidth = $clog2(HostSlots)
) (
    input  logic                 clk_i,
    input  logic                 rst_i,
    input  logic                 csr_valid_i,
    input  logic                 csr_write_i,
    input  logic [15:0]          csr_addr_i,
    input  logic [31:0]          csr_wdata_i,
    output logic                 csr_ack_o,
    output logic [7:0]           csr_status_o,
    output logic [31:0]          csr_rdata_o,
    output logic [HostSlots-1:0] enable_o,
    output logic [SlotWidth:0]   in_use_o,  // no slot from this number on was enabled since reset
    input  logic                 received_i,
    input  logic                 check_error_i,
    input  logic                 malformed_i,
    input  logic [7:0]           gap_i,
    input  logic                 late_i,
    input  logic                 missing_i,
    input  logic                 dropped_cell_i,
    input  logic                 dropped_event_i,
    output logic                 awake_o  // low: the next clock changes nothing
);
  logic [31:0] received_q, check_errors_q, malformed_q, gaps_q;
  logic [31:0] late_q, missing_q, dropped_cells_q, dropped_events_q;
  logic [15:0] offset, offset_q;
  logic request, decoded_q, is_slot_q;
  assign request = csr_valid_i && !csr_ack_o && !decoded_q;
  assign awake_o = csr_valid_i || csr_ack_o || decoded_q || received_i || check_error_i || malformed_i
                || gap_i != 8'd0 || late_i || missing_i || dropped_cell_i || dropped_event_i;
  assign offset = csr_addr_i - switchroom_regs::LinkSlotConfigWord;

  always_ff @(posedge clk_i) begin
    decoded_q <= request;
    csr_ack_o <= decoded_q;
    if (request) begin
      is_slot_q <= {16'd0, offset} < HostSlots;
      offset_q  <= offset;
    end
    if (decoded_q) begin
      csr_status_o <= csr_write_i ? switchroom_regs::StatusReadOnly : switchroom_regs::StatusOk;
      csr_rdata_o  <= 32'd0;
      case (csr_addr_i)
        switchroom_regs::LinkIdWord: csr_rdata_o <= switchroom_regs::LinkId;
        switchroom_regs::LinkCapacityWord: csr_rdata_o <= HostSlots;
        switchroom_regs::LinkFirstSlotWord: csr_rdata_o <= FirstSlot;
        switchroom_regs::LinkRingFramesWord: csr_rdata_o <= RingFrames;
        switchroom_regs::LinkReceivedFramesWord: csr_rdata_o <= received_q;
        switchroom_regs::LinkCheckErrorsWord: csr_rdata_o <= check_errors_q;
        switchroom_regs::LinkSequenceGapsWord: csr_rdata_o <= gaps_q;
        switchroom_regs::LinkMalformedWord: csr_rdata_o <= malformed_q;
        switchroom_regs::LinkLateSamplesWord: csr_rdata_o <= late_q;
        switchroom_regs::LinkMissingSamplesWord: csr_rdata_o <= missing_q;
        switchroom_regs::LinkDroppedCellsWord: csr_rdata_o <= dropped_cells_q;
        switchroom_regs::LinkDroppedEventsWord: csr_rdata_o <= dropped_events_q;
        default:
        if (is_slot_q) begin
          csr_status_o <= switchroom_regs::StatusOk;
          csr_rdata_o[switchroom_regs::LinkSlotConfigEnableLsb] <= enable_o[offset_q[SlotWidth-1:0]];
        end else csr_status_o <= switchroom_regs::StatusNoSuchRegister;
      endcase
    end
    if (decoded_q && is_slot_q && csr_write_i) begin
      enable_o[offset_q[SlotWidth-1:0]] <= csr_wdata_i[switchroom_regs::LinkSlotConfigEnableLsb];
      if (csr_wdata_i[switchroom_regs::LinkSlotConfigEnableLsb] && offset_q >= 16'(in_use_o)) begin
        in_use_o <= offset_q[SlotWidth:0] + 1'b1;
      end
    end
    if (received_i) received_q <= received_q + 32'd1;
    if (check_error_i) check_errors_q <= check_errors_q + 32'd1;
    if (malformed_i) malformed_q <= malformed_q + 32'd1;
    if (gap_i != 8'd0) gaps_q <= gaps_q + 32'(gap_i);
    if (late_i) late_q <= late_q + 32'd1;
    if (missing_i) missing_q <= missing_q + 32'd1;
    if (dropped_cell_i) dropped_cells_q <= dropped_cells_q + 32'd1;
    if (dropped_event_i) dropped_events_q <= dropped_events_q + 32'd1;
    if (rst_i) begin
      decoded_q <= 1'b0;
      csr_ack_o <= 1'b0;
      enable_o <= {HostSlots{switchroom_regs::LinkSlotConfigReset[0]}};
      in_use_o <= switchroom_regs::LinkSlotConfigReset[0] ? (SlotWidth + 1)'(HostSlots) : '0;
      received_q <= 32'd0;
      check_errors_q <= 32'd0;
      malformed_q <= 32'd0;
      gaps_q <= 32'd0;
      late_q <= 32'd0;
      missing_q <= 32'd0;
      dropped_cells_q <= 32'd0;
      dropped_events_q <= 32'd0;
    end
  end
  logic unused_wdata;
  assign unused_wdata = ^csr_wdata_i[31:1];
endmodule
`default_nettype wire
