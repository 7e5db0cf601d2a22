// SPDX-License-Identifier: MIT
// Takes the egress stream apart: two clocks later lines get an octet of their law, one clock later host
// slots the sample. A line that is not enabled gets silence, a host slot that is not gets
// nothing. Nothing stalls.
`default_nettype none
module egress #(
    parameter int unsigned Slots      = 256,
    parameter int unsigned Lines      = 32,
    parameter int unsigned FirstHost  = 64,
    parameter int unsigned HostSlots  = 64,
    localparam int unsigned SlotWidth = $clog2(Slots),
    localparam int unsigned LineWidth = $clog2(Lines),
    localparam int unsigned HostWidth = $clog2(HostSlots)
) (
    input  logic                 clk_i,
    input  logic                 rst_i,
    input  logic                 egress_stb_i,
    input  logic [SlotWidth-1:0] egress_slot_i,
    input  logic [15:0]          egress_sample_i,
    // lines
    input  logic [Lines-1:0]     mu_law_i,
    input  logic [Lines-1:0]     enable_i,
    output logic                 line_stb_o,
    output logic [LineWidth-1:0] line_o,
    output logic [7:0]           pcm_o,
    // host slots
    input  logic [HostSlots-1:0] host_enable_i,
    output logic                 host_stb_o,
    output logic [HostWidth-1:0] host_slot_o,
    output logic [15:0]          host_sample_o
);
  logic [LineWidth-1:0] line, line_q;
  logic taken_q, mu_law_q;
  logic [15:0] sample_q;
  assign line = egress_slot_i[LineWidth-1:0];

  logic [HostWidth-1:0] host_slot;
  assign host_slot = egress_slot_i[HostWidth-1:0] - HostWidth'(FirstHost);

  always_ff @(posedge clk_i) begin
    taken_q    <= 1'b0;
    line_stb_o <= taken_q;
    if (egress_stb_i && 32'(egress_slot_i) < Lines) begin
      taken_q  <= 1'b1;
      line_q   <= line;
      mu_law_q <= mu_law_i[line];
      sample_q <= enable_i[line] ? egress_sample_i : 16'd0;
    end
    if (taken_q) begin
      line_o <= line_q;
      pcm_o  <= g711::encoded(mu_law_q, sample_q);
    end
    host_stb_o <= 1'b0;
    if (egress_stb_i && 32'(egress_slot_i) >= FirstHost && 32'(egress_slot_i) < FirstHost + HostSlots) begin
      host_stb_o    <= host_enable_i[host_slot];
      host_slot_o   <= host_slot;
      host_sample_o <= egress_sample_i;
    end
    if (rst_i) {taken_q, line_stb_o, host_stb_o} <= 3'b000;
  end
endmodule
`default_nettype wire
