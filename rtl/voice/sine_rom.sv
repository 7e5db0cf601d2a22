// SPDX-License-Identifier: MIT
// Sine of a 16-bit phase (a turn = 65,536), 32,767 at its peak. A quarter wave of 1024 points,
// each at the middle of the 16 phases it stands for: noise and spurs are 67 dB under the tone.
//
// Latency: two clocks, only while enable_i; a phase may be given in each.
`default_nettype none
module sine_rom (
    input  logic               clk_i,
    input  logic               enable_i,
    /* verilator lint_off UNUSEDSIGNAL */  // the low four bits are truncated
    input  logic [15:0]        phase_i,
    /* verilator lint_on UNUSEDSIGNAL */
    output logic signed [15:0] sine_o
);
  localparam int unsigned Points = 1024;
  localparam real HalfTurn = 3.14159265358979323846;
  logic [14:0] rom[Points];
  initial begin
    for (int i = 0; i < Points; i++) begin
      rom[i] = 15'($rtoi(32767.0 * $sin((i + 0.5) * HalfTurn / (2.0 * Points)) + 0.5));
    end
  end

  logic [9:0]  point;
  logic [14:0] magnitude_q;
  logic        negative_q;
  assign point = phase_i[14] ? ~phase_i[13:4] : phase_i[13:4];
  always_ff @(posedge clk_i) begin
    if (enable_i) begin
      magnitude_q <= rom[point];
      negative_q  <= phase_i[15];
      sine_o      <= negative_q ? -{1'b0, magnitude_q} : {1'b0, magnitude_q};
    end
  end
endmodule
`default_nettype wire
