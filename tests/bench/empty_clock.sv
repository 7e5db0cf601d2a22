// SPDX-License-Identifier: MIT
// As little as can be Verilated: what a clock costs before anything is at work in it.
`default_nettype none
module empty_clock (
    input  logic clk_i,
    input  logic a_i,
    output logic q_o
);
  always_ff @(posedge clk_i) q_o <= a_i;
endmodule
`default_nettype wire
