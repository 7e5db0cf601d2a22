// SPDX-License-Identifier: MIT
// Cuts the way from ready to ready: a stream of valid/ready whose ready_o depends on no input.
//
// Two words. Latency one clock; one word a clock. Once valid_o is high, data_o stands until
// ready_i. Nothing is lost or doubled, however valid_i and ready_i come.
`default_nettype none
module skid_buffer #(
    parameter int unsigned Width = 8
) (
    input  logic             clk_i,
    input  logic             rst_i,
    input  logic [Width-1:0] data_i,
    input  logic             valid_i,
    output logic             ready_o,
    output logic [Width-1:0] data_o,
    output logic             valid_o,
    input  logic             ready_i
);
  logic             spare_q;  // a second word waits, so that ready_o is low
  logic [Width-1:0] data_q;
  assign ready_o = !spare_q;

  always_ff @(posedge clk_i) begin
    if (!valid_o || ready_i) begin
      valid_o <= spare_q || valid_i;
      data_o  <= spare_q ? data_q : data_i;
      spare_q <= 1'b0;
    end else if (valid_i && !spare_q) begin
      data_q  <= data_i;
      spare_q <= 1'b1;
    end
    if (rst_i) begin
      valid_o <= 1'b0;
      spare_q <= 1'b0;
    end
  end
endmodule
`default_nettype wire
