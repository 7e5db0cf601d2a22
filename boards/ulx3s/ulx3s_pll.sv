// SPDX-License-Identifier: MIT
// 25 MHz to exactly 65.536 MHz, the clock of 8192 a frame at 8000 frames a second.
//
// 65.536 / 25 = 2^13 / 5^5. With the phase detector at 10 MHz or more, one PLL of the ECP5 can put
// at most two fives into its denominator, so three of the four PLLs follow each other:
// 25 · 24/5 = 120 MHz; 120 · 32/25 = 153.6 MHz; 153.6 · 64/150 = 65.536 MHz. Their oscillators run
// at 600, 768 and 655.36 MHz. One PLL alone comes to 65.625 MHz at best (0.14 % off: eleven slips a
// second against everybody else); now only the crystal's error is left.
//
// locked_o may fall at any time; clk_o is not to be trusted then.
`default_nettype none
module ulx3s_pll (
    input  wire clk_25mhz_i,
    output wire clk_o,
    output wire locked_o
);
  wire clk_120, clk_153_6;
  wire locked_120, locked_153_6, locked_65_536;
  ecp5_pll_stage #(
      .InputKhz(25000), .InputDivide(1), .FeedbackDivide(4), .LoopDivide(6), .OutputDivide(5)
  ) first (.clk_i(clk_25mhz_i), .rst_i(1'b0), .clk_o(clk_120), .locked_o(locked_120));
  ecp5_pll_stage #(
      .InputKhz(120000), .InputDivide(5), .FeedbackDivide(4), .LoopDivide(8), .OutputDivide(5)
  ) second (.clk_i(clk_120), .rst_i(!locked_120), .clk_o(clk_153_6), .locked_o(locked_153_6));
  ecp5_pll_stage #(
      .InputKhz(153600), .InputDivide(15), .FeedbackDivide(8), .LoopDivide(8), .OutputDivide(10)
  ) third (
      .clk_i(clk_153_6), .rst_i(!locked_153_6), .clk_o(clk_o), .locked_o(locked_65_536));
  assign locked_o = locked_120 && locked_153_6 && locked_65_536;
endmodule
`default_nettype wire
