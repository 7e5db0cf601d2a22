// SPDX-License-Identifier: MIT
// The board's own registers (regs/board.toml). Answers one clock after the request.
`default_nettype none
module board_registers #(
    parameter int unsigned ClocksPerFrame = 1024
) (
    input  logic        clk_i,
    input  logic        rst_i,
    input  logic [31:0] frame_i,
    input  logic        reg_valid_i,
    input  logic        reg_write_i,
    input  logic [15:0] reg_addr_i,
    input  logic [31:0] reg_wdata_i,
    output logic        reg_ack_o,
    output logic [7:0]  reg_status_o,
    output logic [31:0] reg_rdata_o
);
  localparam bit [31:0] Magic = 32'h5357_5231;  // "SWR1"

  logic [31:0] scratch_q;
  logic request;
  assign request = reg_valid_i && !reg_ack_o;

  always_ff @(posedge clk_i) begin
    reg_ack_o <= request;
    if (request) begin
      reg_status_o <= reg_write_i ? switchroom_regs::StatusReadOnly : switchroom_regs::StatusOk;
      reg_rdata_o  <= 32'd0;
      case (reg_addr_i)
        switchroom_regs::BoardIdWord: reg_rdata_o <= switchroom_regs::BoardId;
        switchroom_regs::BoardCapacityWord: reg_rdata_o <= switchroom_regs::BlockCount;
        switchroom_regs::BoardMagicWord: reg_rdata_o <= Magic;
        switchroom_regs::BoardClocksPerFrameWord: reg_rdata_o <= ClocksPerFrame;
        switchroom_regs::BoardFrameWord: reg_rdata_o <= frame_i;
        switchroom_regs::BoardScratchWord: begin
          reg_rdata_o  <= scratch_q;
          reg_status_o <= switchroom_regs::StatusOk;
          if (reg_write_i) scratch_q <= reg_wdata_i;
        end
        default: reg_status_o <= switchroom_regs::StatusNoSuchRegister;
      endcase
    end
    if (rst_i) begin
      reg_ack_o <= 1'b0;
      scratch_q <= switchroom_regs::BoardScratchReset;
    end
  end
endmodule
`default_nettype wire
