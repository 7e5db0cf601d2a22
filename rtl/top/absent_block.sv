// SPDX-License-Identifier: MIT
// A register block of which the board has none: it says what it would be, and that its capacity is 0.
`default_nettype none
module absent_block #(
    parameter bit [31:0] Id = 32'd0
) (
    input  logic        clk_i,
    input  logic        rst_i,
    input  logic        reg_valid_i,
    input  logic        reg_write_i,
    input  logic [15:0] reg_addr_i,
    output logic        reg_ack_o,
    output logic [7:0]  reg_status_o,
    output logic [31:0] reg_rdata_o
);
  // Id, capacity, first slot
  always_ff @(posedge clk_i) begin
    reg_ack_o    <= reg_valid_i && !reg_ack_o && !rst_i;
    reg_rdata_o  <= reg_addr_i == 16'd0 ? Id : 32'd0;
    reg_status_o <= reg_addr_i > 16'd2 ? switchroom_regs::StatusNoSuchRegister
                  : reg_write_i ? switchroom_regs::StatusReadOnly : switchroom_regs::StatusOk;
  end
endmodule
`default_nettype wire
