// SPDX-License-Identifier: MIT
// A reference as it comes: every strobe of it, or every 256th, is counted within the fabric's frame, and the
// last one's place noted, as clocks of the frame after it.
//
// Latency: count_o and left_o, of the frame before, one clock after frame_stb_i; until the next one.
// Not guaranteed: a strobe within the first two clocks of a frame of other length is noted a clock off.
`default_nettype none
module clock_input #(
    parameter int unsigned ClockWidth = 9
) (
    input  logic                  clk_i,
    input  logic                  rst_i,
    input  logic                  every_256th_i,
    input  logic                  ref_stb_i,
    input  logic                  frame_stb_i,
    input  logic [ClockWidth-1:0] left_i,
    output logic [1:0]            count_o,  // 3: three or more
    output logic [ClockWidth-1:0] left_o
);
  logic [7:0] divide_q;
  logic [1:0] count_q;
  logic [ClockWidth-1:0] left_q;
  // A function, so that nothing depends on an input between two clocks.
  function automatic logic counts(input logic ref_stb, input logic every_256th, input logic [7:0] divide);
    counts = ref_stb && (!every_256th || divide == 8'd255);
  endfunction
  always_ff @(posedge clk_i) begin
    if (ref_stb_i) divide_q <= divide_q + 8'd1;
    if (counts(ref_stb_i, every_256th_i, divide_q)) begin
      left_q <= left_i;
      if (count_q != 2'd3) count_q <= count_q + 2'd1;
    end
    if (frame_stb_i) begin
      count_o <= count_q;
      left_o  <= left_q;
      count_q <= {1'b0, counts(ref_stb_i, every_256th_i, divide_q)};
    end
    if (rst_i) begin
      divide_q <= 8'd0;
      count_q  <= 2'd0;
      count_o  <= 2'd0;
    end
  end
endmodule
`default_nettype wire
