// SPDX-License-Identifier: MIT
// Window of the DTMF detector: from the sums of a line's last hop and those of the three before,
// the power of each frequency, the strongest and second strongest of both groups, and how far the
// phases of the strongest turned since the window before; and of the hop alone the power of the
// strongest of both groups.
//
// start_i begins; the results stand from done_o, 92 clocks later, until the next start.
`default_nettype none
module dtmf_window #(
    parameter int unsigned LineBits = 5
) (
    input  logic                clk_i,
    input  logic                rst_i,
    input  logic                start_i,
    input  logic [LineBits-1:0] line_i,  // held until done_o
    input  logic [1:0]          hop_i,   // number of the hop, modulo 4; held until done_o
    output logic [3:0]          sum_index_o,
    input  logic signed [18:0]  sum_i,   // of sum_index_o the clock before, in units of 2^17
    output logic                done_o,
    output logic [3:0]          digit_o,  // row, column
    output logic [35:0]         low_o,
    output logic [35:0]         low_second_o,
    output logic [35:0]         high_o,
    output logic [35:0]         high_second_o,
    output logic [35:0]         hop_low_o,
    output logic [35:0]         hop_high_o,
    output logic signed [26:0]  row_re_o,
    output logic signed [26:0]  row_im_o,
    output logic signed [26:0]  column_re_o,
    output logic signed [26:0]  column_im_o
);
  logic [35:0] hop_ram[2**(LineBits + 5)];  // of a frequency and hop: re, im
  logic [35:0] hop_q;
  logic signed [17:0] past_re, past_im;
  assign {past_re, past_im} = hop_q;

  logic busy_q, turning_q;
  logic [2:0] tone_q;
  logic [3:0] step_q;
  always_ff @(posedge clk_i) begin
    done_o <= busy_q && turning_q && step_q == 4'd9;
    if (start_i) begin
      busy_q    <= 1'b1;
      turning_q <= 1'b0;
      tone_q    <= 3'd0;
      step_q    <= 4'd0;
    end else if (busy_q) begin
      step_q <= step_q + 4'd1;
      if (!turning_q && step_q == 4'd9) begin
        step_q    <= 4'd0;
        tone_q    <= tone_q + 3'd1;
        turning_q <= tone_q == 3'd7;
      end
      if (turning_q && step_q == 4'd9) busy_q <= 1'b0;
    end
    if (rst_i) begin
      busy_q <= 1'b0;
      done_o <= 1'b0;
    end
  end

  // A frequency takes ten steps: 0–2 read, 1–3 sum up, 2–5 choose (the hop, then the window), 3–6
  // square, 6 and 8 compare, 7 and 9 take the stronger.
  logic signed [17:0] hop_value, hop_re_q, hop_im_q, window_re_q, window_im_q, before_re_q,
                      before_im_q;
  logic signed [19:0] common_re_q, common_im_q;
  assign sum_index_o = {tone_q, step_q[0]};
  always_comb begin
    hop_value = 18'sd0;
    if (busy_q) begin
      hop_value = sum_i[18] == sum_i[17] ? sum_i[17:0] : {sum_i[18], {17{!sum_i[18]}}};
    end
  end
  always_ff @(posedge clk_i) begin
    if (busy_q && !turning_q) begin
      hop_q <= hop_ram[{line_i, hop_i - 2'd1 - step_q[1:0], tone_q}];
      case (step_q)
        4'd1: begin
          hop_re_q    <= hop_value;
          common_re_q <= 20'(past_re);
          common_im_q <= 20'(past_im);
        end
        4'd2: begin
          hop_im_q    <= hop_value;
          common_re_q <= common_re_q + 20'(past_re);
          common_im_q <= common_im_q + 20'(past_im);
        end
        4'd3: begin
          window_re_q <= 18'((common_re_q + 20'(hop_re_q)) >>> 2);
          window_im_q <= 18'((common_im_q + 20'(hop_im_q)) >>> 2);
          before_re_q <= 18'((common_re_q + 20'(past_re)) >>> 2);
          before_im_q <= 18'((common_im_q + 20'(past_im)) >>> 2);
        end
        default: ;
      endcase
    end
    if (busy_q && !turning_q && step_q == 4'd3) begin
      hop_ram[{line_i, hop_i, tone_q}] <= {hop_re_q, hop_im_q};
    end
  end

  // The strongest of each group.
  logic [71:0] row_q, column_q;  // window re, im; window before re, im
  logic [35:0] power_q, best_q, second_q;  // of the group, before this one
  logic first, stronger_q, stronger_than_second_q;
  logic [35:0] new_best, new_second;
  assign first      = tone_q[1:0] == 2'd0;
  assign new_best   = stronger_q ? power_q : best_q;
  assign new_second = first ? 36'd0 : stronger_q ? best_q : stronger_than_second_q ? power_q : second_q;
  always_ff @(posedge clk_i) begin
    if (busy_q && step_q == 4'd8) begin
      stronger_q             <= first || power_q > best_q;
      stronger_than_second_q <= power_q > second_q;
    end
  end
  always_ff @(posedge clk_i) begin
    if (busy_q && step_q == 4'd0) begin
      best_q   <= tone_q[2] ? high_o : low_o;
      second_q <= tone_q[2] ? high_second_o : low_second_o;
    end
    if (busy_q && !turning_q && step_q == 4'd9) begin
      if (tone_q[2]) begin
        high_o        <= new_best;
        high_second_o <= new_second;
        if (stronger_q) begin
          digit_o[1:0] <= tone_q[1:0];
          column_q     <= {window_re_q, window_im_q, before_re_q, before_im_q};
        end
      end else begin
        low_o        <= new_best;
        low_second_o <= new_second;
        if (stronger_q) begin
          digit_o[3:2] <= tone_q[1:0];
          row_q        <= {window_re_q, window_im_q, before_re_q, before_im_q};
        end
      end
    end
  end

  logic [35:0] hop_power_q;
  logic hop_stronger_q;
  always_ff @(posedge clk_i) begin
    if (busy_q && step_q == 4'd6) begin
      hop_stronger_q <= first || hop_power_q > (tone_q[2] ? hop_high_o : hop_low_o);
    end
    if (busy_q && !turning_q && step_q == 4'd7 && hop_stronger_q) begin
      if (tone_q[2]) hop_high_o <= hop_power_q;
      else hop_low_o <= hop_power_q;
    end
  end

  // Squares, then window times the conjugate of the window before: the turn.
  logic signed [17:0] a, b, c, d, factor_1, factor_2, factor_1_q, factor_2_q;
  (* keep *) logic signed [35:0] product_q;
  logic signed [36:0] sum_q, added;
  logic signed [26:0] taken;
  always_comb begin
    {a, b, c, d} = 72'd0;
    added    = 37'sd0;
    taken    = 27'sd0;
    factor_1 = 18'sd0;
    factor_2 = 18'sd0;
    if (busy_q) begin
      added = sum_q + 37'(product_q);
      taken = 27'((sum_q - 37'(product_q)) >>> 10);
    end
    if (busy_q && turning_q) begin  // in four steps: a·c, b·d; b·c, a·d
      {a, b, c, d} = step_q[2] ? column_q : row_q;
      factor_1 = step_q[0] == step_q[1] ? a : b;
      factor_2 = step_q[0] ? d : c;
    end else if (busy_q) begin
      case (step_q[2:0])
        3'd2:    factor_1 = hop_re_q;
        3'd3:    factor_1 = hop_im_q;
        default: factor_1 = step_q[0] ? window_im_q : window_re_q;
      endcase
      factor_2 = factor_1;
    end
  end
  always_ff @(posedge clk_i) begin
    if (busy_q) begin
      factor_1_q <= factor_1;
      factor_2_q <= factor_2;
      product_q  <= factor_1_q * factor_2_q;
      sum_q      <= 37'(product_q);
      if (step_q == 4'd5) hop_power_q <= added[35:0];
      if (step_q == 4'd7) power_q <= added[35:0];
      if (turning_q) begin
        case (step_q)
          4'd3:    row_re_o    <= added[36:10];
          4'd5:    row_im_o    <= taken;
          4'd7:    column_re_o <= added[36:10];
          4'd9:    column_im_o <= taken;
          default: ;
        endcase
      end
    end
  end
endmodule
`default_nettype wire
