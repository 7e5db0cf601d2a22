// SPDX-License-Identifier: MIT
// SPI master: one transfer at a time, 8 to 32 bits, the highest first, modes 0 to 3, eight selects.
//
// Timing: select, half a period, then the bits, half a period after the last edge, select high, half a
// period before the next transfer may begin. A half period is divider_i + 1 clocks. miso_i is brought
// into the clock domain, two clocks late: divider_i of 2 or more sees what the chip said at the edge.
// Not guaranteed: what goes out if configuration or data change while busy_o.
`default_nettype none
module spi_master (
    input  logic        clk_i,
    input  logic        rst_i,
    output logic        awake_o,     // low: the next clock changes nothing, but for start_i
    input  logic [7:0]  divider_i,
    input  logic        phase_i,     // CPHA
    input  logic        polarity_i,  // CPOL
    input  logic        start_i,     // one clock; while busy_o it is not heard
    input  logic [2:0]  chip_i,
    input  logic [4:0]  bits_i,      // less one, 7 to 31
    input  logic [31:0] data_i,      // in the lowest bits
    output logic        busy_o,
    output logic [31:0] data_o,      // of the last transfer, in the lowest bits
    output logic        sclk_o,
    output logic        mosi_o,
    input  logic        miso_i,
    output logic [7:0]  select_no    // active low
);
  localparam bit [1:0] Rest = 2'd0, Lead = 2'd1, Bits = 2'd2, Trail = 2'd3;
  logic [1:0]  step_q;
  logic [7:0]  wait_q;
  logic [5:0]  edges_q;  // that are left
  logic [31:0] out_q, in_q;
  logic        miso, tick;
  synchronizer #(.Width(1)) u_miso (.clk_i, .level_i(miso_i), .level_o(miso));

  assign busy_o  = step_q != Rest;
  assign awake_o = busy_o || start_i;
  assign tick    = wait_q == 8'd0;
  assign mosi_o  = out_q[31];

  // A bit is put out with select (phase 0) or with its leading edge (phase 1), and taken at the other
  // edge, at the end of the half period before it, when miso has come through.
  always_ff @(posedge clk_i) begin
    if (busy_o) wait_q <= tick ? divider_i : wait_q - 8'd1;
    case (step_q)
      Rest: begin
        if (start_i && select_no == 8'hff) begin
          step_q            <= Lead;
          wait_q            <= divider_i;
          edges_q           <= {bits_i, 1'b1};  // 2·bits − 1
          out_q             <= data_i << (5'd31 - bits_i);
          in_q              <= 32'd0;
          select_no[chip_i] <= 1'b0;
        end
      end
      Lead, Bits: begin
        if (tick) begin
          sclk_o  <= !sclk_o;
          step_q  <= Bits;
          edges_q <= edges_q - 6'd1;
          // the edge that is made now: leading when an odd number is left beside it
          if (edges_q[0] != phase_i) in_q <= {in_q[30:0], miso};
          if (edges_q[0] == phase_i && !(phase_i && step_q == Lead)) out_q <= {out_q[30:0], 1'b0};
          if (edges_q == 6'd0) step_q <= Trail;
        end
      end
      default: begin
        if (tick) begin
          select_no <= 8'hff;
          if (select_no == 8'hff) step_q <= Rest;
          else data_o <= in_q;
        end
      end
    endcase
    if (!busy_o) sclk_o <= polarity_i;
    if (rst_i) begin
      step_q    <= Rest;
      wait_q    <= 8'd0;
      select_no <= 8'hff;
      data_o    <= 32'd0;
      sclk_o    <= 1'b0;
    end
  end
endmodule
`default_nettype wire
