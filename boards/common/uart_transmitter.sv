// SPDX-License-Identifier: MIT
// Sends octets, 8N1, least significant bit first.
//
// Bit time: a phase accumulator adds BaudStep = round(baud / f_clk * 2^16) each clock and a bit
// ends when it overflows, so baud rates that do not divide the clock are met on the average to
// f_clk / 2^17, with one clock of jitter. At 65.5 MHz and 3 Mbaud that is 4.6 % of a bit,
// inside the 8N1 tolerance of a receiver that samples in the middle.
//
// Stalls: ready_o is low while an octet is being sent (10 bit times).
`default_nettype none
module uart_transmitter #(
    parameter bit [15:0] BaudStep = 16'd3000
) (
    input  wire       clk_i,
    input  wire       rst_i,
    input  wire [7:0] data_i,
    input  wire       valid_i,
    output wire       ready_o,
    output wire       line_o
);
  reg  [15:0] phase_q;
  reg  [ 9:0] shift_q;  // stop, data, start; ones follow
  reg  [ 3:0] left_q;   // bits left
  wire [16:0] phase_d = {1'b0, phase_q} + {1'b0, BaudStep};

  assign ready_o = left_q == 4'd0;
  assign line_o  = shift_q[0];

  always @(posedge clk_i) begin
    if (left_q == 4'd0) begin
      phase_q <= 16'd0;
      if (valid_i) begin
        shift_q <= {1'b1, data_i, 1'b0};
        left_q  <= 4'd10;
      end
    end else begin
      phase_q <= phase_d[15:0];
      if (phase_d[16]) begin
        shift_q <= {1'b1, shift_q[9:1]};
        left_q  <= left_q - 4'd1;
      end
    end
    if (rst_i) begin
      left_q  <= 4'd0;
      shift_q <= 10'h3ff;
      phase_q <= 16'd0;
    end
  end
endmodule
`default_nettype wire
