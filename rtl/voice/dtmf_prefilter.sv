// SPDX-License-Identifier: MIT
// High-pass of the DTMF detector: two second-order sections with zeros at 352 and 456 Hz take dial
// tone away (−34 dB at 330 to 450 Hz), ripple 0.7 dB from 685 Hz on. One multiplier, all lines.
//
// start_i gives line and sample; the result for that line stands on filtered_o from 15 clocks later
// until 14 clocks after the next start. Starts 18 clocks apart. A line that is not live_i is
// filtered as silence and its past is forgotten.
`default_nettype none
module dtmf_prefilter #(
    parameter int unsigned LineBits = 5
) (
    input  logic                clk_i,
    input  logic                start_i,
    input  logic [LineBits-1:0] line_i,
    input  logic                live_i,
    input  logic                parity_i,  // of the frame: where the sample before last lies
    input  logic signed [15:0]  sample_i,
    output logic signed [17:0]  filtered_o
);
  // What the memory holds of a line: two samples of each signal.
  localparam bit [1:0] Input = 2'd0, Middle = 2'd1, Output = 2'd2;
  logic signed [17:0] past_ram[2**(LineBits + 3)];
  logic signed [17:0] past_q, factor, factor_q, middle_q, output_q;
  logic signed [15:0] coefficient, coefficient_q, sample_q;
  assign filtered_o = output_q;
  logic [LineBits-1:0] line_q;
  logic live_q, parity_q, busy_q, older;
  logic [4:0] step_q;
  logic [1:0] signal;

  // Reads: x1 x2 y1 y2 for the first section, y1 y2 z1 z2 for the second, in steps 0–3 and 5–8.
  always_comb begin
    case (step_q)
      5'd0, 5'd1: signal = Input;
      5'd7, 5'd8: signal = Output;
      default:    signal = Middle;
    endcase
    older = step_q == 5'd1 || step_q == 5'd3 || step_q == 5'd6 || step_q == 5'd8;
  end

  // In units of 2^-14; each is used one step after its signal was read.
  always_comb begin
    factor = past_q;
    case (step_q)
      5'd1:    coefficient = -16'sd25251;
      5'd2:    coefficient = 16'sd13124;
      5'd3:    coefficient = 16'sd23012;
      5'd4:    coefficient = -16'sd8896;
      5'd6:    coefficient = -16'sd24579;
      5'd7:    coefficient = 16'sd13124;
      5'd8:    coefficient = 16'sd26693;
      5'd9:    coefficient = -16'sd13982;
      default: begin  // the present sample of each section
        coefficient = 16'sd13124;
        factor      = step_q == 5'd5 ? 18'(sample_q) : middle_q;
      end
    endcase
  end

  (* keep *) logic signed [33:0] product_q;
  logic signed [37:0] sum_q;
  logic signed [23:0] scaled;
  logic signed [17:0] limited;
  assign scaled  = sum_q[37:14];
  assign limited = scaled > 24'sd131071 ? 18'sd131071
                 : scaled < -24'sd131072 ? -18'sd131072 : scaled[17:0];

  always_ff @(posedge clk_i) begin
    if (start_i) begin
      step_q   <= 5'd0;
      busy_q   <= 1'b1;
      line_q   <= line_i;
      live_q   <= live_i;
      parity_q <= parity_i;
      sample_q <= live_i ? sample_i : 16'sd0;
    end else if (busy_q) begin
      step_q <= step_q + 5'd1;
      if (step_q == 5'd15) busy_q <= 1'b0;
    end
    if (busy_q) begin
      past_q    <= live_q ? past_ram[{line_q, signal, older == parity_q}] : 18'sd0;
      factor_q      <= factor;
      coefficient_q <= coefficient;
      product_q     <= factor_q * coefficient_q;
      if (step_q == 5'd3 || step_q == 5'd8) sum_q <= 38'(product_q) + 38'sd8192;
      else sum_q <= sum_q + 38'(product_q);
      if (step_q == 5'd8) middle_q <= limited;
      if (step_q == 5'd13) output_q <= limited;
    end
  end

  // Writes, after everything has been read.
  logic [1:0] write_signal;
  logic signed [17:0] write_value;
  always_comb begin
    case (step_q)
      5'd13:   {write_signal, write_value} = {Input, 18'(sample_q)};
      5'd14:   {write_signal, write_value} = {Middle, middle_q};
      default: {write_signal, write_value} = {Output, output_q};
    endcase
  end
  always_ff @(posedge clk_i) begin
    if (busy_q && step_q >= 5'd13) past_ram[{line_q, write_signal, parity_q}] <= write_value;
  end
endmodule
`default_nettype wire
