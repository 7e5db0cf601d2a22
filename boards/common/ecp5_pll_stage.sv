// SPDX-License-Identifier: MIT
// One PLL of an ECP5 as a fraction: clk_o = clk_i · FeedbackDivide · LoopDivide / (InputDivide ·
// OutputDivide). The loop is closed over an output of its own (LoopDivide), so that OutputDivide is
// free. Stages can follow each other: hold a stage in reset until the one before is locked.
//
// Frequencies outside the ECP5's ranges stop the build: input 8 to 400 MHz, oscillator 400 to 800
// MHz, output 10 to 400 MHz. For the phase detector Project Trellis has 3.125 MHz as the least and
// LiteX 10 MHz: the narrower is kept. Not simulated: simulators have no EHXPLLL.
`default_nettype none
module ecp5_pll_stage #(
    parameter int unsigned InputKhz = 25000,
    parameter int unsigned InputDivide = 1,
    parameter int unsigned FeedbackDivide = 4,
    parameter int unsigned LoopDivide = 6,
    parameter int unsigned OutputDivide = 5
) (
    input  wire clk_i,
    input  wire rst_i,     // asynchronous
    output wire clk_o,
    output wire locked_o
);
  localparam int unsigned DetectorKhz = InputKhz / InputDivide;
  localparam int unsigned OscillatorKhz = DetectorKhz * FeedbackDivide * LoopDivide;
  localparam int unsigned OutputKhz = OscillatorKhz / OutputDivide;
  generate
    if (InputKhz < 8000 || InputKhz > 400000) ecp5_pll_input_must_be_8_to_400_MHz wrong_input();
    if (DetectorKhz < 10000 || DetectorKhz > 400000)
      ecp5_pll_phase_detector_must_run_at_10_to_400_MHz wrong_detector();
    if (OscillatorKhz < 400000 || OscillatorKhz > 800000)
      ecp5_pll_oscillator_must_run_at_400_to_800_MHz wrong_oscillator();
    if (OutputKhz < 10000 || OutputKhz > 400000)
      ecp5_pll_output_must_be_10_to_400_MHz wrong_output();
  endgenerate

  wire loop;
  // verilator lint_off PINCONNECTEMPTY
  (* ICP_CURRENT = "12" *) (* LPF_RESISTOR = "8" *)
  (* MFG_ENABLE_FILTEROPAMP = "1" *) (* MFG_GMCREF_SEL = "2" *)
  EHXPLLL #(
      .PLLRST_ENA("ENABLED"), .INTFB_WAKE("DISABLED"), .STDBY_ENABLE("DISABLED"),
      .DPHASE_SOURCE("DISABLED"), .OUTDIVIDER_MUXA("DIVA"), .OUTDIVIDER_MUXB("DIVB"),
      .OUTDIVIDER_MUXC("DIVC"), .OUTDIVIDER_MUXD("DIVD"), .FEEDBK_PATH("CLKOP"),
      .CLKI_DIV(InputDivide), .CLKFB_DIV(FeedbackDivide),
      .CLKOP_ENABLE("ENABLED"), .CLKOP_DIV(LoopDivide), .CLKOP_CPHASE(LoopDivide - 1),
      .CLKOP_FPHASE(0),
      .CLKOS_ENABLE("ENABLED"), .CLKOS_DIV(OutputDivide), .CLKOS_CPHASE(OutputDivide - 1),
      .CLKOS_FPHASE(0)
  ) pll (
      .CLKI(clk_i), .CLKFB(loop), .CLKOP(loop), .CLKOS(clk_o), .LOCK(locked_o), .RST(rst_i),
      .STDBY(1'b0), .PHASESEL0(1'b0), .PHASESEL1(1'b0), .PHASEDIR(1'b1), .PHASESTEP(1'b1),
      .PHASELOADREG(1'b1), .PLLWAKESYNC(1'b0), .ENCLKOP(1'b0), .ENCLKOS(1'b0), .CLKINTFB(),
      .CLKOS2(), .CLKOS3(), .ENCLKOS2(1'b0), .ENCLKOS3(1'b0), .INTLOCK(), .REFCLK());
  // verilator lint_on PINCONNECTEMPTY
endmodule
`default_nettype wire
