// SPDX-License-Identifier: MIT
// What a window of 10 ms adds to what is known of an answer tone in one direction of a line: how long
// it has gone on, and its phase reversals (dsp/golden/answer_tone.hpp). No clock.
//
// known_i, next_o: {what was told: reversals, tone; reversals in a row, to 2; windows since the last of
// them or since the tone began, to 127; whether the last four windows were good, the latest lowest}.
`default_nettype none
module answer_tone_run (
    input  logic [14:0]        known_i,
    input  logic               good_i,      // the window is 2100 Hz
    input  logic               bent_i,      // its phase is by more than 135° from where the two before it were going
    output logic [14:0]        next_o,
    output logic               tells_reversals_o,
    output logic               tells_tone_o
);
  localparam bit [6:0] Soonest = 7'd41, Latest = 7'd49;  // 450 ± 25 ms, and a window of our own
  localparam bit [6:0] Settled = 7'd6;  // until then a reversal is still among the last windows
  logic [1:0]  told, next_told, reversals, next_reversals;
  logic [6:0]  run, next_run;
  logic [3:0]  good;
  logic        turned;
  assign {told, reversals, run, good} = known_i;
  assign turned = good_i && good[1] && good[3] && bent_i && run >= Settled;
  assign next_o = {next_told, next_reversals, next_run, good[2:0], good_i};
  assign tells_reversals_o = next_reversals == 2'd2 && !told[1];
  assign tells_tone_o      = next_run > Latest && told == 2'd0;
  always_comb begin
    next_told      = told;
    next_reversals = reversals;
    next_run       = &run ? run : run + 7'd1;
    if (!good_i && !good[0]) begin
      next_told      = 2'd0;
      next_reversals = 2'd0;
      next_run       = 7'd0;
    end else if (turned) begin
      next_reversals = reversals != 2'd0 && run >= Soonest && run <= Latest ? 2'd2 : 2'd1;
      next_run       = 7'd1;
    end else if (run >= Latest) begin
      next_reversals = 2'd0;
    end
    if (next_reversals == 2'd2) next_told[1] = 1'b1;
    if (next_run > Latest) next_told[0] = 1'b1;
  end
endmodule
`default_nettype wire
