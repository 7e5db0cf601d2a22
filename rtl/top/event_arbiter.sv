// SPDX-License-Identifier: MIT
// Leads the events of several sources into one stream, each event once, in turn: a source that
// was served comes last next time. An event takes at least two clocks. Each source keeps its own
// order; order between sources within a few clocks is not guaranteed.
//
// An event is {kind, index, data}, 32 bits; source n's is the n-th word of event_i. Valid and
// event must be held until ready, and are held here.
`default_nettype none
module event_arbiter #(
    parameter int unsigned Sources = 3
) (
    input  logic                  clk_i,
    input  logic                  rst_i,
    input  logic [Sources-1:0]    valid_i,
    output logic [Sources-1:0]    ready_o,
    input  logic [32*Sources-1:0] event_i,
    output logic                  valid_o,
    input  logic                  ready_i,
    output logic [31:0]           event_o
);
  localparam int unsigned IndexWidth = $clog2(Sources);
  if (Sources < 2) begin : gen_check_sources
    $error("event_arbiter: Sources must be 2 or more");
  end

  // The lowest source above the one served last, else the lowest of all.
  logic [IndexWidth-1:0] last_q;
  logic [IndexWidth-1:0] next;
  logic take;
  assign take = !valid_o && |valid_i;
  always_comb begin
    next    = '0;
    ready_o = '0;
    if (take) begin
      for (int unsigned n = 0; n < Sources; n++) begin
        if (valid_i[Sources-1-n]) next = IndexWidth'(Sources - 1 - n);
      end
      for (int unsigned n = 0; n < Sources; n++) begin
        if (valid_i[Sources-1-n] && IndexWidth'(Sources - 1 - n) > last_q) begin
          next = IndexWidth'(Sources - 1 - n);
        end
      end
      ready_o[next] = 1'b1;
    end
  end

  always_ff @(posedge clk_i) begin
    if (take) begin
      valid_o <= 1'b1;
      event_o <= event_i[32*next+:32];
      last_q  <= next;
    end else if (ready_i) begin
      valid_o <= 1'b0;
    end
    if (rst_i) begin
      valid_o <= 1'b0;
      last_q  <= '0;
    end
  end
endmodule
`default_nettype wire
