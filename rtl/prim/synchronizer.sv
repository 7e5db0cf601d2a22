// SPDX-License-Identifier: MIT
// Brings asynchronous levels into the clock domain: two flip-flops a bit. Latency two clocks.
// Not guaranteed: that bits which change together arrive in the same clock.
`default_nettype none
module synchronizer #(
    parameter int unsigned Width = 1
) (
    input  logic             clk_i,
    input  logic [Width-1:0] level_i,  // asynchronous
    output logic [Width-1:0] level_o
);
  (* async_reg = "true" *) logic [Width-1:0] meta_q;
  always_ff @(posedge clk_i) begin
    meta_q  <= level_i;
    level_o <= meta_q;
  end
endmodule
`default_nettype wire
