// SPDX-License-Identifier: MIT
// High-pass of the DTMF detector: two second-order sections with zeros at 352 and 456 Hz take dial
// tone away (−34 dB at 330 to 450 Hz), ripple 0.7 dB from 685 Hz on. One section, of four
// multipliers, serves both in turn, for all lines.
//
// start_i gives line and sample; the result for that line stands on filtered_o from the seventh clock
// after it until the next result, what was filtered on unfiltered_o until the next start. Starts at
// least seven clocks apart. A line that is not live_i is filtered as silence and its past is forgotten.
`default_nettype none
module dtmf_prefilter #(
    parameter int unsigned LineBits = 5
) (
    input  logic                clk_i,
    input  logic                start_i,
    input  logic [LineBits-1:0] line_i,
    input  logic                live_i,
    input  logic signed [15:0]  sample_i,
    output logic signed [17:0]  filtered_o,
    output logic signed [15:0]  unfiltered_o
);
  // Of each line the last two samples of the input, between the sections, and of the output.
  (* ram_style = "distributed" *) logic [35:0] input_ram[2**LineBits];
  (* ram_style = "distributed" *) logic [35:0] middle_ram[2**LineBits];
  (* ram_style = "distributed" *) logic [35:0] output_ram[2**LineBits];
  logic [35:0] input_q, middle_q, output_q;
  logic [LineBits-1:0] line_q;
  logic first_q;  // the first section's samples are multiplied
  logic signed [15:0] sample_q;
  assign unfiltered_o = sample_q;
  logic [2:0] step_q;  // 0: idle; 1, 2, 3: first section; 4, 5, 6: second; 7: write

  always_ff @(posedge clk_i) begin
    if (start_i) begin
      step_q   <= 3'd1;
      line_q   <= line_i;
      sample_q <= live_i ? sample_i : 16'sd0;
      input_q  <= live_i ? input_ram[line_i] : 36'd0;
      middle_q <= live_i ? middle_ram[line_i] : 36'd0;
      output_q <= live_i ? output_ram[line_i] : 36'd0;
    end else if (step_q != 3'd0) begin
      step_q <= step_q + 3'd1;
    end
    first_q <= start_i;
    if (step_q == 3'd7) begin
      input_ram[line_q]  <= {18'(sample_q), input_q[35:18]};
      middle_ram[line_q] <= {middle_result_q, middle_q[35:18]};
      output_ram[line_q] <= {filtered_o, output_q[35:18]};
    end
  end

  // y = (13124 · (x + x2) + a1 · x1 + b1 · y1 + b2 · y2) / 2^14, rounded, limited
  logic signed [17:0] x0, x1, x2, y1, y2;
  logic signed [15:0] a1, b1, b2;
  always_comb begin
    if (first_q) begin
      x0 = 18'(sample_q);
      {x1, x2} = input_q;
      {y1, y2} = middle_q;
      a1 = -16'sd25251;
      b1 = 16'sd23012;
      b2 = -16'sd8896;
    end else begin
      x0 = middle_result_q;
      {x1, x2} = middle_q;
      {y1, y2} = output_q;
      a1 = -16'sd24579;
      b1 = 16'sd26693;
      b2 = -16'sd13982;
    end
  end

  (* keep *) logic signed [33:0] front_q, rear_q, centre_q, back_1_q, back_2_q;
  logic signed [17:0] middle_result_q;
  /* verilator lint_off UNUSEDSIGNAL */  // the low bits are rounded away
  logic signed [37:0] sum, ahead_q, behind_q;
  /* verilator lint_on UNUSEDSIGNAL */
  logic signed [17:0] result;
  always_comb begin
    sum = ahead_q + behind_q;
    result = sum[31:14];
    if (sum[37:31] != {7{sum[37]}}) result = {sum[37], {17{!sum[37]}}};
  end
  always_ff @(posedge clk_i) begin
    if (step_q == 3'd1 || step_q == 3'd4) begin
      front_q  <= x0 * 16'sd13124;
      rear_q   <= x2 * 16'sd13124;
      centre_q <= x1 * a1;
      back_1_q <= y1 * b1;
      back_2_q <= y2 * b2;
    end
    if (step_q == 3'd2 || step_q == 3'd5) begin
      ahead_q  <= 38'(front_q) + 38'(rear_q) + 38'(centre_q);
      behind_q <= 38'(back_1_q) + 38'(back_2_q) + 38'sd8192;
    end
    if (step_q == 3'd3) middle_result_q <= result;
    if (step_q == 3'd6) filtered_o <= result;
  end
endmodule
`default_nettype wire
