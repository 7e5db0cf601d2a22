// SPDX-License-Identifier: MIT
// Leads the link's register requests to the block that address bits 23-16 name, and its answer
// back. Adds two clocks. A block that does not exist is answered no_such_register.
//
// Block n uses bit n of valid_o. Its answer, ack_i, status_i and rdata_i, is chosen by valid_o outside.
// Each block has its word in a register of its own, from the clock on in which it is asked: the master is far
// from it, and what the word asks for is worked out in a clock. write and data are common to all and come
// straight from the master.
`default_nettype none
module register_bus #(
    parameter int unsigned Blocks = 7
) (
    input  logic clk_i,
    input  logic rst_i,
    // from the link
    input  logic        valid_i,
    input  logic [7:0]  block_i,
    input  logic [15:0] word_i,
    output logic        ack_o,
    output logic [7:0]  status_o,
    output logic [31:0] rdata_o,
    // to the blocks
    output logic [Blocks-1:0]    valid_o,
    output logic [16*Blocks-1:0] words_o,  // of block n, bits 16 n on
    input  logic                 ack_i,  // this and the following of the block that is asked
    input  logic [7:0]           status_i,
    input  logic [31:0]          rdata_i
);
  if (Blocks < 1 || Blocks > 256) begin : gen_check_blocks
    $error("register_bus: Blocks must be 1 to 256");
  end

  always_ff @(posedge clk_i) begin
    ack_o <= 1'b0;
    if (valid_i && !ack_o) begin
      status_o <= switchroom_regs::StatusNoSuchRegister;
      rdata_o  <= 32'd0;
      ack_o    <= 32'(block_i) >= Blocks;
      for (int unsigned block = 0; block < Blocks; block++) begin
        if (32'(block_i) == block) begin
          valid_o[block] <= !ack_i;
          words_o[16*block+:16] <= word_i;
          ack_o    <= ack_i;
          status_o <= status_i;
          rdata_o  <= rdata_i;
        end
      end
    end
    if (rst_i) begin
      ack_o   <= 1'b0;
      valid_o <= '0;
    end
  end
endmodule
`default_nettype wire
