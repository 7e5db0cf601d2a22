// SPDX-License-Identifier: MIT
// An adder too long for its clock (bitstream_test.py).
`default_nettype none
module adder_top (
    input  wire clk_25mhz,
    output reg  led
);
  reg [127:0] sum_q;
  always @(posedge clk_25mhz) begin
    sum_q <= (sum_q << 5) + (sum_q ^ 128'h1234567) + 128'd1;
    led   <= ^sum_q;
  end
endmodule
`default_nettype wire
