// SPDX-License-Identifier: MIT
// 25 MHz to 65.625 MHz: 25 / 8 · 21 = 65.625, the nearest to 65.536 that the divider ranges
// allow; oscillator at 65.625 · 9 = 590.6 MHz, inside the ECP5's 400 to 800 MHz.
`default_nettype none
module ulx3s_pll (
    input  wire clk_25mhz_i,
    output wire clk_o,
    output wire locked_o
);
  (* FREQUENCY_PIN_CLKI = "25" *) (* FREQUENCY_PIN_CLKOP = "65.625" *)
  (* ICP_CURRENT = "12" *) (* LPF_RESISTOR = "8" *)
  (* MFG_ENABLE_FILTEROPAMP = "1" *) (* MFG_GMCREF_SEL = "2" *)
  EHXPLLL #(
      .PLLRST_ENA("DISABLED"), .INTFB_WAKE("DISABLED"), .STDBY_ENABLE("DISABLED"),
      .DPHASE_SOURCE("DISABLED"), .OUTDIVIDER_MUXA("DIVA"), .OUTDIVIDER_MUXB("DIVB"),
      .OUTDIVIDER_MUXC("DIVC"), .OUTDIVIDER_MUXD("DIVD"), .FEEDBK_PATH("CLKOP"),
      .CLKI_DIV(8), .CLKFB_DIV(21), .CLKOP_DIV(9), .CLKOP_ENABLE("ENABLED"),
      .CLKOP_CPHASE(4), .CLKOP_FPHASE(0)
  ) pll (
      .CLKI(clk_25mhz_i), .CLKFB(clk_o), .CLKOP(clk_o), .LOCK(locked_o),
      .RST(1'b0), .STDBY(1'b0), .PHASESEL0(1'b0), .PHASESEL1(1'b0), .PHASEDIR(1'b1),
      .PHASESTEP(1'b1), .PHASELOADREG(1'b1), .PLLWAKESYNC(1'b0), .ENCLKOP(1'b0), .CLKINTFB());
endmodule
`default_nettype wire
