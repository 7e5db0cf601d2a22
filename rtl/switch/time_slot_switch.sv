// SPDX-License-Identifier: MIT
// Time-slot switch: each output slot takes the sample of one input slot of the frame before.
// Registers: regs/switch.toml. Timing, and what is relied upon: slot_interchange.
//
// A connection's source that is not below Slots is stored as disabled: the address is never
// cut, so no other slot is heard instead.
`default_nettype none
module time_slot_switch #(
    parameter int unsigned Slots       = 256,
    parameter int unsigned SampleWidth = 16,
    localparam int unsigned SlotWidth  = $clog2(Slots)
) (
    input  logic                   clk_i,
    input  logic                   rst_i,
    output logic                   awake_o,  // low: the next clock changes nothing
    output logic                   all_slots_o,  // low: slots that are always silent and that nobody hears need not come
    input  logic                   frame_stb_i,
    input  logic                   slot_stb_i,
    input  logic [SlotWidth-1:0]   slot_i,
    input  logic                   ingress_stb_i,
    input  logic [SlotWidth-1:0]   ingress_slot_i,
    input  logic [SampleWidth-1:0] ingress_sample_i,
    output logic                   egress_stb_o,
    output logic [SlotWidth-1:0]   egress_slot_o,
    output logic [SampleWidth-1:0] egress_sample_o,
    input  logic                   reg_valid_i,
    input  logic                   reg_write_i,
    input  logic [15:0]            reg_addr_i,
    input  logic [31:0]            reg_wdata_i,
    output logic                   reg_ack_o,
    output logic [7:0]             reg_status_o,
    output logic [31:0]            reg_rdata_o
);
  localparam int unsigned EnableBit = switchroom_regs::SwitchConnectionEnableLsb;
  localparam int unsigned SourceLsb = switchroom_regs::SwitchConnectionSourceLsb;
  localparam int unsigned SourceMsb = switchroom_regs::SwitchConnectionSourceMsb;
  localparam int unsigned CommitBit = switchroom_regs::SwitchControlCommitLsb;
  localparam int unsigned BusyBit = switchroom_regs::SwitchControlBusyLsb;
  if (Slots > switchroom_regs::SwitchConnectionCount) begin : gen_check_slots
    $error("time_slot_switch: Slots is more than the register map has connections");
  end

  logic [15:0] connection_index;
  assign connection_index = reg_addr_i - switchroom_regs::SwitchConnectionWord;

  logic table_valid_q;
  logic table_ack;
  logic table_enable;
  logic [SlotWidth-1:0] table_source;
  logic commit_q;
  logic busy;
  logic committed_stb;
  logic interchange_awake;
  assign awake_o = interchange_awake || reg_valid_i || reg_ack_o;
  assign all_slots_o = busy;

  slot_interchange #(
      .Slots(Slots),
      .SampleWidth(SampleWidth)
  ) u_interchange (
      .clk_i,
      .rst_i,
      .awake_o       (interchange_awake),
      .frame_stb_i,
      .slot_stb_i,
      .slot_i,
      .ingress_stb_i,
      .ingress_slot_i,
      .ingress_sample_i,
      .egress_stb_o,
      .egress_slot_o,
      .egress_sample_o,
      .table_valid_i (table_valid_q),
      .table_write_i (reg_write_i),
      .table_slot_i  (connection_index[SlotWidth-1:0]),
      .table_enable_i(reg_wdata_i[EnableBit]
                      && 32'(reg_wdata_i[SourceMsb:SourceLsb]) < 32'(Slots)),
      .table_source_i(reg_wdata_i[SourceLsb+:SlotWidth]),
      .table_ack_o   (table_ack),
      .table_enable_o(table_enable),
      .table_source_o(table_source),
      .commit_i      (commit_q),
      .busy_o        (busy),
      .committed_stb_o(committed_stb)
  );

  logic [31:0] generation_q;
  always_ff @(posedge clk_i) begin
    if (committed_stb) generation_q <= generation_q + 32'd1;
    if (rst_i) generation_q <= 32'd0;
  end

  // A connection and a commit are left to the interchange; all else is answered at once.
  always_ff @(posedge clk_i) begin
    if (reg_valid_i || reg_ack_o || commit_q) begin
      reg_ack_o <= 1'b0;
      commit_q  <= 1'b0;
      if (table_valid_q) begin
        if (table_ack) begin
          table_valid_q <= 1'b0;
          reg_ack_o     <= 1'b1;
          reg_rdata_o   <= 32'd0;
          reg_rdata_o[EnableBit] <= table_enable;
          reg_rdata_o[SourceLsb+:SlotWidth] <= table_source;
        end
      end else if (commit_q) begin
        reg_ack_o <= 1'b1;
      end else if (reg_valid_i && !reg_ack_o) begin
        reg_ack_o    <= 1'b1;
        reg_status_o <= reg_write_i ? switchroom_regs::StatusReadOnly : switchroom_regs::StatusOk;
        reg_rdata_o  <= 32'd0;
        case (reg_addr_i)
          switchroom_regs::SwitchIdWord: reg_rdata_o <= switchroom_regs::SwitchId;
          switchroom_regs::SwitchCapacityWord: reg_rdata_o <= Slots;
          switchroom_regs::SwitchControlWord: begin
            reg_rdata_o[BusyBit] <= busy;
            reg_status_o <= switchroom_regs::StatusOk;
            if (reg_write_i && reg_wdata_i[CommitBit]) begin
              reg_ack_o <= 1'b0;
              commit_q  <= 1'b1;
            end
          end
          switchroom_regs::SwitchGenerationWord: reg_rdata_o <= generation_q;
          default:
          if (connection_index < 16'(Slots)) begin
            reg_status_o  <= switchroom_regs::StatusOk;
            reg_ack_o     <= 1'b0;
            table_valid_q <= 1'b1;
          end else begin
            reg_status_o <= switchroom_regs::StatusNoSuchRegister;
          end
        endcase
      end
    end
    if (rst_i) begin
      reg_ack_o     <= 1'b0;
      table_valid_q <= 1'b0;
      commit_q      <= 1'b0;
    end
  end
endmodule
`default_nettype wire
